import { and, asc, count, desc, eq, gte, inArray, isNull, lt, lte, or, type SQL, sql } from 'drizzle-orm'
import type { NewAuditEntry } from '@/lib/shop/audit'
import type { RefundChange } from '@/lib/shop/decide-refund'
import type { LogLimits } from '@/lib/shop/notification-log'
import type { Cause } from '@/lib/shop/order'
import { claimedRefund, type Refund, type RefundEvent, refundedFen } from '@/lib/shop/refund'
import { type RefundRefusal, type RefundSituation, refuseApproval, refuseNewRefund } from '@/lib/shop/refuse-refund'
import type { RefundFilter } from '@/lib/shop/review'
import type { RefundStore } from '@/lib/shop/store'
import { type Access, type Connection, keptQuery } from './access'
import { isRefundToLookAt, isStray } from './attention'
import { insertAudit } from './audit'
import { readOrder, readTransaction } from './lookups'
import { recordResult } from './notifications'
import { moveStock } from './products'
import { refundEvents, refunds } from './refund-schema'
import { payments, transactions } from './schema'

const { placeholder } = sql

/** Says inside a step that it has to be undone, and why. */
class Refused extends Error {
  constructor(readonly reason: RefundRefusal | 'outdated') {
    super(reason)
  }
}

export function openRefunds({ read, write }: Access, limits: LogLimits): RefundStore {
  return {
    insertRefund: (refund, event, entry) =>
      refusable(() =>
        write(async (tx) => {
          const refusal = refuseNewRefund(await lockSituation(tx, refund), refund)
          if (refusal !== null) throw new Refused(refusal)
          return insertWith(tx, refund, event, entry)
        }),
      ),
    recordRefund: (refund, event, result) =>
      write(async (tx) => {
        if ((await readRefund(tx, refund.outRefundNo)) !== null) return false
        await insertWith(tx, refund, event, null)
        if (result !== null) await recordResult(tx, result, limits)
        return true
      }),
    commitRefund: (change, { entry = null, result = null }) =>
      refusable(() =>
        write(async (tx) => {
          const entryId = entry === null ? null : await insertAudit(tx, entry)
          await replaceRefund(tx, change, entryId)
          if (result !== null) await recordResult(tx, result, limits)
          return entryId
        }),
      ),

    findRefund: (outRefundNo) => read((tx) => readRefund(tx, outRefundNo)),
    listRefundsOf: (orderId) => read((tx) => refundsOfOrders(tx, [orderId])),
    listRefundsOfOrders: (orderIds) => read((tx) => refundsOfOrders(tx, orderIds)),
    listRefunds: (filter, { after, limit }) =>
      read(async (tx) => {
        const isBefore =
          after === null ? undefined : sql`(${refunds.createdAt}, ${refunds.outRefundNo}) < (${after.at}, ${after.id})`
        const found = tx
          .select()
          .from(refunds)
          .where(and(...conditionsOf(filter), isBefore))
        return await found.orderBy(desc(refunds.createdAt), desc(refunds.outRefundNo)).limit(limit)
      }),
    countRefunds: (max) =>
      read(async (tx) => ({
        open: await countUpTo(tx, isNull(refunds.endedAt), max),
        look: await countUpTo(tx, isRefundToLookAt, max),
      })),

    claimDueRefunds: async (now, limit) => {
      // Nothing is due most of the time; then nobody's lock is asked for.
      const isAnyDue = await read(async (tx) => (await dueRefunds(tx).execute({ now, limit: 1 })).length > 0)
      return isAnyDue ? write((tx) => claimAll(tx, now, limit)) : []
    },
    checkRefundNow: (outRefundNo, at) =>
      write(async (tx) => {
        const isLater = and(eq(refunds.outRefundNo, outRefundNo), gte(refunds.nextCheckAt, at))
        await tx.update(refunds).set({ nextCheckAt: at }).where(isLater)
      }),
    listStrayToRefund: (paidAfter, limit) =>
      read(async (tx) => {
        const { transactionId, outcome, paidAt, seenAt } = transactions
        const isLateOrSecond = inArray(outcome, ['late', 'second'])
        const isUntouched = sql`not exists (select 1 from ${refunds} where ${refunds.transactionId} = ${transactionId})`
        const found = tx.select({ transactionId }).from(transactions)
        const rows = found.where(and(isStray, isLateOrSecond, gte(paidAt, paidAfter), isUntouched))
        return (await rows.orderBy(asc(seenAt)).limit(limit)).map((row) => row.transactionId)
      }),
  }
}

/** The number of the entry in the record, or why nothing was written. */
async function refusable<R extends RefundRefusal | 'outdated'>(
  step: () => Promise<number | null>,
): Promise<{ ok: true; entryId: number | null } | { ok: false; reason: R }> {
  try {
    return { ok: true, entryId: await step() }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, reason: error.reason as R }
    throw error
  }
}

/**
 * Reads all that counts for a refund, and writes to its payment that somebody did: of two who read the same state, only one
 * can, whatever the database.
 */
async function lockSituation(tx: Connection, { orderId, outTradeNo, transactionId }: Refund): Promise<RefundSituation> {
  const lock = { version: sql`${payments.version} + 1` }
  await tx.update(payments).set(lock).where(eq(payments.outTradeNo, outTradeNo))
  const order = await readOrder(tx, orderId)
  const money = await readTransaction(tx, transactionId)
  if (order === null || money === null) throw new Error(`a refund of what is not there: ${transactionId}`)
  const resolved = tx.select({ at: transactions.resolvedAt }).from(transactions)
  const [row] = await resolved.where(eq(transactions.transactionId, transactionId))
  return { order, money, isResolved: row?.at != null, refunds: await refundsOfOrders(tx, [orderId]) }
}

async function insertWith(tx: Connection, refund: Refund, event: RefundEvent, entry: NewAuditEntry | null) {
  const entryId = entry === null ? null : await insertAudit(tx, entry)
  await tx.insert(refunds).values(refund)
  await insertRefundEvent(tx, event, entryId)
  return entryId
}

/** What an admin does has its entry in the record as its cause. */
async function insertRefundEvent(tx: Connection, { cause, ...event }: RefundEvent, entryId: number | null) {
  const causeId = entryId !== null && cause.kind === 'admin' ? String(entryId) : cause.id
  await tx.insert(refundEvents).values({ ...event, causeKind: cause.kind, causeId })
}

async function replaceRefund(tx: Connection, change: RefundChange, entryId: number | null): Promise<void> {
  const { before, after, event, isApproval, returned, resolution } = change
  if (isApproval) {
    const refusal = refuseApproval(await lockSituation(tx, before), before, event.at)
    if (refusal !== null) throw new Refused(refusal)
  }
  const isUnchanged = and(eq(refunds.outRefundNo, before.outRefundNo), eq(refunds.version, before.version))
  const written = await tx.update(refunds).set(after).where(isUnchanged).returning({ version: refunds.version })
  if (written.length !== 1) throw new Refused('outdated')
  await insertRefundEvent(tx, event, entryId)
  for (const { productId, quantity } of returned) await moveStock(tx, productId, quantity)
  if (resolution === null) return
  const { transactionId, paidFen } = after
  const all = await tx.select().from(refunds).where(eq(refunds.transactionId, transactionId))
  if (refundedFen(all) < paidFen) return
  const isWaiting = and(eq(transactions.transactionId, transactionId), isStray)
  const { at: resolvedAt, by: resolvedBy, note } = resolution
  await tx.update(transactions).set({ resolvedAt, resolvedBy, resolution: note }).where(isWaiting)
}

async function claimAll(tx: Connection, now: number, limit: number): Promise<Refund[]> {
  const claims: Refund[] = []
  for (const { outRefundNo } of await dueRefunds(tx).execute({ now, limit })) {
    const found = await readRefund(tx, outRefundNo)
    if (found === null) continue
    const claimed = claimedRefund(found, now)
    const { checks, nextCheckAt } = claimed
    await tx.update(refunds).set({ checks, nextCheckAt }).where(eq(refunds.outRefundNo, outRefundNo))
    claims.push(claimed)
  }
  return claims
}

const dueRefunds = keptQuery((db) =>
  db
    .select({ outRefundNo: refunds.outRefundNo })
    .from(refunds)
    .where(lte(refunds.nextCheckAt, placeholder('now')))
    .orderBy(asc(refunds.nextCheckAt))
    .limit(placeholder('limit'))
    .prepare(),
)

async function readRefund(tx: Connection, outRefundNo: string): Promise<Refund | null> {
  const [row] = await tx.select().from(refunds).where(eq(refunds.outRefundNo, outRefundNo))
  return row ?? null
}

export async function refundsOfOrders(tx: Connection, orderIds: string[]): Promise<Refund[]> {
  const found = tx.select().from(refunds).where(inArray(refunds.orderId, orderIds))
  return await found.orderBy(asc(refunds.createdAt), asc(refunds.outRefundNo))
}

export async function refundEventsOf(tx: Connection, outRefundNos: string[]): Promise<RefundEvent[]> {
  const found = tx.select().from(refundEvents).where(inArray(refundEvents.outRefundNo, outRefundNos))
  const rows = await found.orderBy(asc(refundEvents.at), asc(refundEvents.outRefundNo), asc(refundEvents.version))
  return rows.map(({ causeKind, causeId, ...event }) => ({
    ...event,
    cause: { kind: causeKind, id: causeId } satisfies Cause,
  }))
}

function conditionsOf({ status, waits, number, from, to }: RefundFilter): (SQL | undefined)[] {
  const { outRefundNo, refundId, orderId, outTradeNo, transactionId, createdAt } = refunds
  const numbers = [outRefundNo, refundId, orderId, outTradeNo, transactionId]
  return [
    status === null ? undefined : eq(refunds.status, status),
    waits === null ? undefined : waits === 'open' ? isNull(refunds.endedAt) : sql`(${isRefundToLookAt})`,
    number === null ? undefined : or(...numbers.map((column) => eq(column, number))),
    from === null ? undefined : gte(createdAt, from),
    to === null ? undefined : lt(createdAt, to),
  ]
}

async function countUpTo(tx: Connection, isWanted: SQL, max: number): Promise<number> {
  const found = tx.select({ one: sql`1` }).from(refunds).where(isWanted).limit(max).as('found')
  const [counted] = await tx.select({ n: count() }).from(found)
  return counted?.n ?? 0
}
