import { and, asc, count, desc, eq, gt, gte, inArray, isNotNull, lt, or, type SQL, sql, sum } from 'drizzle-orm'
import type { OrderHistory, OrderSum, ReviewedOrder, Waiting } from '@/lib/shop/review'
import { refuseShipping } from '@/lib/shop/shipping'
import type { ReviewStore } from '@/lib/shop/store'
import type { Access, Connection } from './access'
import {
  attentionOf,
  conditionsOf,
  isAfter,
  isStray,
  isUnreviewedRefund,
  isUnshipped,
  overdueIds,
  refundIds,
  silentIds,
} from './attention'
import { insertAudit, toAuditEntry } from './audit'
import { audit, calls, notifications } from './log-schema'
import { paymentsOf, readOrder, readOrders } from './lookups'
import { listLines } from './notification-pages'
import { refundEventsOf, refundsOfOrders } from './refunds'
import { toOrderEvent, toPayment, toReviewedTransaction } from './rows'
import { orderEvents, orders, payments, transactions } from './schema'

/** Of each kind of entry, a history has the newest so many. */
const HISTORY_MAX = 300

export function openReview({ read, write }: Access): ReviewStore {
  return {
    listReviewedOrders: (filter, { after, limit, now }) =>
      read(async (tx) => {
        const isWanted = and(...conditionsOf(filter, now), after === null ? undefined : isAfter(after))
        const found = tx.select({ id: orders.id }).from(orders).where(isWanted)
        const newest = await found.orderBy(desc(orders.createdAt), desc(orders.id)).limit(limit)
        return readReviewed(
          tx,
          newest.map(({ id }) => id),
          now,
        )
      }),
    listReviewedOrdersById: (ids, now) => read((tx) => readReviewed(tx, ids, now)),
    findOrderHistory: (id, now) => read((tx) => readHistory(tx, id, now)),

    shipOrder: (id, at, entry, trackingNumber = null) =>
      write(async (tx) => {
        const order = await readOrder(tx, id)
        if (order === null) return false
        const found = { order, payments: await paymentsOf(tx, id) }
        if (refuseShipping(found, await refundsOfOrders(tx, [id])) !== null) return false
        await tx.update(orders).set({ shippedAt: at, trackingNumber }).where(eq(orders.id, id))
        await insertAudit(tx, entry)
        return true
      }),

    trackOrder: (id, trackingNumber, entry) =>
      write(async (tx) => {
        const hasLeft = and(eq(orders.id, id), isNotNull(orders.shippedAt))
        const found = await tx.update(orders).set({ trackingNumber }).where(hasLeft).returning({ id: orders.id })
        if (found.length === 0) return false
        await insertAudit(tx, entry)
        return true
      }),

    reviewRefund: (id, at, entry) =>
      write(async (tx) => {
        // Whoever holds the payment as it was before has to read it anew.
        const reviewed = { refundReviewedAt: at, version: sql`${payments.version} + 1` }
        const isWaiting = and(eq(payments.orderId, id), isUnreviewedRefund)
        const found = await tx.update(payments).set(reviewed).where(isWaiting).returning({ id: payments.orderId })
        if (found.length === 0) return false
        await insertAudit(tx, entry)
        return true
      }),

    listUnreconciledTransactions: ({ after, limit }) => {
      const { seenAt, transactionId } = transactions
      const isLater =
        after === null ? undefined : or(gt(seenAt, after.at), and(eq(seenAt, after.at), gt(transactionId, after.id)))
      return read(async (tx) => {
        const found = tx.select().from(transactions).where(and(isStray, isLater))
        return (await found.orderBy(asc(seenAt), asc(transactionId)).limit(limit)).map(toReviewedTransaction)
      })
    },
    findTransactionForReview: (transactionId) =>
      read(async (tx) => {
        const [row] = await tx.select().from(transactions).where(eq(transactions.transactionId, transactionId))
        return row === undefined ? null : toReviewedTransaction(row)
      }),
    resolveTransaction: (transactionId, { at, by, note }, entry) =>
      write(async (tx) => {
        const isWaiting = and(eq(transactions.transactionId, transactionId), isStray)
        const resolution = { resolvedAt: at, resolvedBy: by, resolution: note }
        const resolved = tx.update(transactions).set(resolution).where(isWaiting)
        if ((await resolved.returning({ id: transactions.transactionId })).length === 0) return false
        await insertAudit(tx, entry)
        return true
      }),

    countWaiting: (now, max) => read((tx) => countWaiting(tx, now, max)),
    sumOrders: (from, to, stepMs) => read((tx) => sumOrders(tx, from, to, stepMs)),
  }
}

async function readReviewed(tx: Connection, ids: string[], now: number): Promise<ReviewedOrder[]> {
  if (ids.length === 0) return []
  const attention = await attentionOf(tx, ids, now)
  const rows = tx.select().from(payments).where(inArray(payments.orderId, ids))
  const theirs = (await rows.orderBy(asc(payments.createdAt), asc(payments.outTradeNo))).map(toPayment)
  return (await readOrders(tx, ids)).map((order) => ({
    order,
    payments: theirs.filter(({ orderId }) => orderId === order.id),
    attention: attention(order.id),
  }))
}

async function readHistory(tx: Connection, id: string, now: number): Promise<OrderHistory | null> {
  const [order] = await readOrders(tx, [id])
  if (order === undefined) return null
  const own = await paymentsOf(tx, id)
  const numbers = own.map(({ outTradeNo }) => outTradeNo)
  const events = tx.select().from(orderEvents).where(eq(orderEvents.orderId, id))
  const money = tx.select().from(transactions).where(eq(transactions.orderId, id))
  const refunds = await refundsOfOrders(tx, [id])
  const refundNumbers = refunds.map(({ outRefundNo }) => outRefundNo)
  const isOwnCall = or(inArray(calls.outTradeNo, numbers), inArray(calls.outRefundNo, refundNumbers))
  const called = tx.select().from(calls).where(isOwnCall)
  const actions = tx.select().from(audit).where(eq(audit.orderId, id))
  return {
    order,
    payments: own,
    attention: (await attentionOf(tx, [id], now))(id),
    events: (await events.orderBy(asc(orderEvents.version))).map(toOrderEvent),
    money: (await money.orderBy(asc(transactions.seenAt))).map(toReviewedTransaction),
    refunds,
    refundEvents: await refundEventsOf(tx, refundNumbers),
    calls: (await called.orderBy(desc(calls.id)).limit(HISTORY_MAX)).reverse(),
    notifications: (await listLines(tx, eq(notifications.orderId, id), HISTORY_MAX)).reverse(),
    actions: (await actions.orderBy(desc(audit.id)).limit(HISTORY_MAX)).map(toAuditEntry).reverse(),
  }
}

async function countWaiting(tx: Connection, now: number, max: number): Promise<Waiting> {
  const upTo = async (ids: SQL) => {
    const [counted] = await tx.select({ n: count() }).from(sql`(${ids} limit ${max})`)
    return counted?.n ?? 0
  }
  const { id, createdAt, expiresAt } = orders
  const pending = tx.select({ id, createdAt, expiresAt }).from(orders).where(eq(orders.status, 'pending'))
  const [oldestPending] = await pending.orderBy(asc(createdAt), asc(id)).limit(1)
  return {
    stray: await upTo(sql`select ${transactions.transactionId} from ${transactions} where ${isStray}`),
    refunded: await upTo(sql`select distinct ${payments.orderId} from ${payments} where ${isUnreviewedRefund}`),
    refunds: await upTo(refundIds),
    overdue: await upTo(overdueIds(now)),
    silent: await upTo(silentIds),
    unshipped: await upTo(sql`select ${id} from ${orders} where ${isUnshipped}`),
    oldestPending: oldestPending ?? null,
  }
}

async function sumOrders(tx: Connection, from: number, to: number, stepMs: number): Promise<OrderSum[]> {
  const placeOf = (column: typeof orders.createdAt | typeof orders.paidAt) =>
    sql<number>`cast((${column} - ${from}) / ${stepMs} as integer)`
  const isPaid = sql`case when ${orders.status} = 'paid' then 1 else 0 end`
  const made = await tx
    .select({ place: placeOf(orders.createdAt), made: count(), madeAndPaid: sum(isPaid).mapWith(Number) })
    .from(orders)
    .where(and(gte(orders.createdAt, from), lt(orders.createdAt, to)))
    .groupBy(sql`1`)
  const paid = await tx
    .select({ place: placeOf(orders.paidAt), paid: count(), paidFen: sum(orders.amountFen).mapWith(Number) })
    .from(orders)
    .where(and(gte(orders.paidAt, from), lt(orders.paidAt, to)))
    .groupBy(sql`1`)
  return Array.from({ length: Math.ceil((to - from) / stepMs) }, (_, place) => ({
    ...{ at: from + place * stepMs, made: 0, madeAndPaid: 0, paid: 0, paidFen: 0 },
    ...withoutPlace(made.find((row) => row.place === place)),
    ...withoutPlace(paid.find((row) => row.place === place)),
  }))
}

function withoutPlace<T extends { place: number }>(row: T | undefined): Partial<Omit<T, 'place'>> {
  if (row === undefined) return {}
  const { place: _, ...rest } = row
  return rest
}
