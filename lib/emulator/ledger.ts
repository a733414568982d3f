import { createHash } from 'node:crypto'
import { and, asc, desc, eq, lte, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { openDatabase } from './database'
import type { Authorization, Delivery, Outcome, Prepay, RequestRecord, Trade } from './schema'
import { authorizations, deliveries, prepays, requests, settings, trades } from './schema'

/** Calls kept for the inspector; older ones are forgotten so that a flood cannot fill the disk. */
const REQUESTS_MAX = 20_000

type TradeKey = Pick<Trade, 'mchId' | 'outTradeNo'>
export type Conclusion = {
  outcome: Outcome
  httpStatus: number | null
  replyCode: string | null
  reply: string | null
}
export type Ledger = ReturnType<typeof openLedger>

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** WeChat Pay's books in a SQLite file of their own. Every method is done, and on disk, when it returns. */
export function openLedger(databaseUrl: string) {
  const client = openDatabase(databaseUrl)
  const db = drizzle(client)

  const isTrade = (key: TradeKey) => and(eq(trades.mchId, key.mchId), eq(trades.outTradeNo, key.outTradeNo))

  return {
    /** Runs `work` as one step: all of it, or nothing if it throws. */
    atomically: <T>(work: () => T): T => client.transaction(work).immediate(),

    close: () => {
      client.close()
    },

    clockOffsetMs: () => db.select().from(settings).where(eq(settings.name, 'clock_offset_ms')).get()?.value ?? 0,

    setClockOffsetMs: (value: number) => {
      const set = db.insert(settings).values({ name: 'clock_offset_ms', value })
      set.onConflictDoUpdate({ target: settings.name, set: { value } }).run()
    },

    /** Forgets everything, also how far the clock was moved. */
    reset: () =>
      client
        .transaction(() => {
          for (const table of [deliveries, prepays, authorizations, requests, trades, settings]) db.delete(table).run()
        })
        .immediate(),

    insertTrade: (trade: Trade) => {
      db.insert(trades).values(trade).run()
    },

    findTrade: (key: TradeKey) => db.select().from(trades).where(isTrade(key)).get() ?? null,

    /** Of several merchants that use the same number, the latest trade. */
    findTradeByNumber: (outTradeNo: string) =>
      db.select().from(trades).where(eq(trades.outTradeNo, outTradeNo)).orderBy(desc(trades.createdAt)).get() ?? null,

    findTradeByTransaction: (mchId: string, transactionId: string) =>
      db
        .select()
        .from(trades)
        .where(and(eq(trades.mchId, mchId), eq(trades.transactionId, transactionId)))
        .get() ?? null,

    /** Newest first. */
    listTrades: (limit: number) =>
      db.select().from(trades).orderBy(desc(trades.createdAt), desc(sql`rowid`)).limit(limit).all(),

    /** Newest first. Whether there is still time to pay them is not looked at. */
    listUnpaidTrades: (limit: number) =>
      db
        .select()
        .from(trades)
        .where(eq(trades.state, 'NOTPAY'))
        .orderBy(desc(trades.createdAt), desc(sql`rowid`))
        .limit(limit)
        .all(),

    /** Writes down the money. Only an unpaid trade can be paid; says whether it was. */
    payTrade: (key: TradeKey, transactionId: string, paidAt: number): boolean => {
      const isUnpaid = and(isTrade(key), eq(trades.state, 'NOTPAY'))
      return db.update(trades).set({ state: 'SUCCESS', transactionId, paidAt }).where(isUnpaid).run().changes === 1
    },

    closeTrade: (key: TradeKey, closedAt: number) => {
      const isUnpaid = and(isTrade(key), eq(trades.state, 'NOTPAY'))
      db.update(trades).set({ state: 'CLOSED', closedAt }).where(isUnpaid).run()
    },

    insertPrepay: (prepay: Prepay) => {
      db.insert(prepays).values(prepay).run()
    },

    findPrepay: (prepayId: string) => db.select().from(prepays).where(eq(prepays.prepayId, prepayId)).get() ?? null,

    findPrepayByCode: (codeUrl: string) => db.select().from(prepays).where(eq(prepays.codeUrl, codeUrl)).get() ?? null,

    /** What was given out last for a trade. */
    findNewestPrepay: (key: TradeKey) =>
      db
        .select()
        .from(prepays)
        .where(and(eq(prepays.mchId, key.mchId), eq(prepays.outTradeNo, key.outTradeNo)))
        .orderBy(desc(prepays.createdAt), desc(sql`rowid`))
        .get() ?? null,

    insertAuthorization: (authorization: Authorization) => {
      db.insert(authorizations).values(authorization).run()
    },

    findAuthorization: (code: string) =>
      db.select().from(authorizations).where(eq(authorizations.code, code)).get() ?? null,

    /** Marks a code as used; false when it was already. */
    spendAuthorization: (code: string): boolean => {
      const isFresh = and(eq(authorizations.code, code), eq(authorizations.isUsed, false))
      return db.update(authorizations).set({ isUsed: true }).where(isFresh).run().changes === 1
    },

    insertRequest: (request: Omit<RequestRecord, 'seq' | 'bodySha256'>) => {
      const added = db
        .insert(requests)
        .values({ ...request, bodySha256: sha256(request.body) })
        .run()
      db.delete(requests)
        .where(lte(requests.seq, Number(added.lastInsertRowid) - REQUESTS_MAX))
        .run()
    },

    /** Newest first. */
    listRequests: (limit: number) => db.select().from(requests).orderBy(desc(requests.seq)).limit(limit).all(),

    insertDelivery: (delivery: Pick<Delivery, 'mchId' | 'outTradeNo' | 'attempt' | 'notifyUrl' | 'body' | 'dueAt'>) => {
      const bodySha256 = sha256(delivery.body)
      db.insert(deliveries)
        .values({ ...delivery, bodySha256, outcome: 'waiting' })
        .run()
    },

    /** Takes deliveries whose time has come, in order, and marks them as on their way. */
    claimDueDeliveries: (now: number, limit: number): Delivery[] =>
      client
        .transaction(() => {
          const isDue = and(eq(deliveries.outcome, 'waiting'), lte(deliveries.dueAt, now))
          const order = [asc(deliveries.dueAt), asc(deliveries.id)]
          const due = db
            .select()
            .from(deliveries)
            .where(isDue)
            .orderBy(...order)
            .limit(limit)
            .all()
          return due.map((delivery) => {
            const claimed = { outcome: 'sending', sentAt: now } as const
            db.update(deliveries).set(claimed).where(eq(deliveries.id, delivery.id)).run()
            return { ...delivery, ...claimed }
          })
        })
        .immediate(),

    /** Deliveries that were on their way when the process ended. */
    listSending: () => db.select().from(deliveries).where(eq(deliveries.outcome, 'sending')).all(),

    /** Keeps how an attempt ended, together with the next one unless `nextDueAt` is null. */
    concludeDelivery: (delivery: Delivery, conclusion: Conclusion, nextDueAt: number | null) => {
      // A reply after the end is as after a crash: whoever opens the books next finds the delivery still on its way.
      if (!client.open) return
      client
        .transaction(() => {
          const isSending = and(eq(deliveries.id, delivery.id), eq(deliveries.outcome, 'sending'))
          const { changes } = db.update(deliveries).set(conclusion).where(isSending).run()
          // Nothing to continue if everything was forgotten meanwhile.
          if (changes === 0 || nextDueAt === null) return
          const { mchId, outTradeNo, attempt, notifyUrl, body, bodySha256 } = delivery
          const next = { mchId, outTradeNo, attempt: attempt + 1, notifyUrl, body, bodySha256, dueAt: nextDueAt }
          db.insert(deliveries)
            .values({ ...next, outcome: 'waiting' })
            .run()
        })
        .immediate()
    },

    nextDeliveryAt: (): number | null => {
      const isWaiting = eq(deliveries.outcome, 'waiting')
      const next = db.select().from(deliveries).where(isWaiting).orderBy(asc(deliveries.dueAt)).get()
      return next?.dueAt ?? null
    },

    /** Newest first. */
    listDeliveries: (limit: number) => db.select().from(deliveries).orderBy(desc(deliveries.id)).limit(limit).all(),
  }
}
