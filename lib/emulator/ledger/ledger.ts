import { and, desc, eq, lte } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { openDatabase } from './database'
import { openDeliveryBook, sha256 } from './deliveries'
import { openFaultBook } from './faults'
import { inspectBooks } from './inspection'
import type { Authorization, RequestRecord } from './schema'
import { authorizations, deliveries, faults, prepays, requests, settings, trades } from './schema'
import { blank, blankRow } from './statement'
import { openTradeBook } from './trades'

/** Calls kept for the inspector; older ones are forgotten so that a flood cannot fill the disk. */
const REQUESTS_MAX = 20_000

export type Ledger = ReturnType<typeof openLedger>

/**
 * WeChat Pay's books in a SQLite file of their own. Every method is done, and on disk, when it returns, unless it is
 * part of a larger step.
 */
export function openLedger(databaseUrl: string) {
  const client = openDatabase(databaseUrl)
  const db = drizzle(client)

  const step = client.transaction((work: () => unknown) => work())

  const isClockOffset = eq(settings.name, 'clock_offset_ms')
  const findClockOffset = db.select().from(settings).where(isClockOffset).prepare()

  const isCode = eq(authorizations.code, blank('code'))
  const insertAuthorization = db.insert(authorizations).values(blankRow(authorizations)).prepare()
  const findAuthorization = db.select().from(authorizations).where(isCode).prepare()
  const isFresh = and(isCode, eq(authorizations.isUsed, false))
  const spendAuthorization = db.update(authorizations).set({ isUsed: true }).where(isFresh).prepare()

  const { seq: _, ...request } = blankRow(requests)
  const insertRequest = db.insert(requests).values(request).prepare()
  const isOld = lte(requests.seq, blank('seqMax'))
  const forgetRequests = db.delete(requests).where(isOld).prepare()
  const listRequests = db.select().from(requests).orderBy(desc(requests.seq)).limit(blank('limit')).prepare()

  return {
    ...openTradeBook(db),
    ...openDeliveryBook(db),
    ...openFaultBook(db),
    ...inspectBooks(db),

    /** Runs `work` as one step: all of it, or nothing if it throws. */
    atomically: <T>(work: () => T): T => step.immediate(work) as T,

    isOpen: () => client.open,

    close: () => {
      client.close()
    },

    clockOffsetMs: () => findClockOffset.get()?.value ?? 0,

    setClockOffsetMs: (value: number) => {
      const set = db.insert(settings).values({ name: 'clock_offset_ms', value })
      set.onConflictDoUpdate({ target: settings.name, set: { value } }).run()
    },

    /** Forgets everything, also how far the clock was moved and which faults were to come. */
    reset: () => {
      step.immediate(() => {
        for (const table of [deliveries, prepays, authorizations, requests, trades, faults, settings]) {
          db.delete(table).run()
        }
      })
    },

    insertAuthorization: (authorization: Authorization) => {
      insertAuthorization.run(authorization)
    },

    findAuthorization: (code: string) => findAuthorization.get({ code }) ?? null,

    /** Marks a code as used; false when it was already. */
    spendAuthorization: (code: string): boolean => spendAuthorization.run({ code }).changes === 1,

    insertRequest: (record: Omit<RequestRecord, 'seq' | 'bodySha256'>) => {
      const added = insertRequest.run({ ...record, bodySha256: sha256(record.body) })
      const seqMax = Number(added.lastInsertRowid) - REQUESTS_MAX
      if (seqMax > 0) forgetRequests.run({ seqMax })
    },

    /** Newest first. */
    listRequests: (limit: number) => listRequests.all({ limit }),
  }
}
