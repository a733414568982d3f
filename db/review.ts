import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  or,
  type SQL,
  sql,
  sum,
} from 'drizzle-orm'
import type { Attention, ListPlace, OrderFilter } from '@/lib/shop/review'
import type { Store } from '@/lib/shop/store'
import { insertAudit, toAuditEntry } from './audit'
import { audit, calls, notifications } from './log-schema'
import { listLines } from './notification-pages'
import { paymentsOf, readOrders } from './orders'
import { toPayment, toReviewedTransaction } from './rows'
import { orderEvents, orders, payments, transactions } from './schema'
import { atomically, type Connection, type Database } from './sqlite/connection'

type ReviewMethods = Pick<
  Store,
  | 'listReviewedOrders'
  | 'findOrderHistory'
  | 'shipOrder'
  | 'listUnreconciledTransactions'
  | 'findTransactionForReview'
  | 'resolveTransaction'
  | 'countWaiting'
  | 'sumOrders'
>

/** Of each kind of entry, a history has the newest so many. */
const HISTORY_MAX = 300

/** What somebody sees and does who looks after the orders; what each method promises stands in the Store. */
export function reviewMethods(db: Database): ReviewMethods {
  return {
    async listReviewedOrders(filter, { after, limit, now }) {
      return db.transaction((tx) => {
        const isWanted = and(...conditionsOf(filter, now), after === null ? undefined : isAfter(after))
        const found = tx.select({ id: orders.id }).from(orders).where(isWanted)
        const newest = found.orderBy(desc(orders.createdAt), desc(orders.id)).limit(limit).all()
        const ids = newest.map(({ id }) => id)
        if (ids.length === 0) return []
        const attention = attentionOf(tx, ids, now)
        const rows = tx.select().from(payments).where(inArray(payments.orderId, ids))
        const theirs = rows.orderBy(asc(payments.createdAt), asc(payments.outTradeNo)).all().map(toPayment)
        return readOrders(tx, ids).map((order) => ({
          order,
          payments: theirs.filter(({ orderId }) => orderId === order.id),
          attention: attention(order.id),
        }))
      })
    },

    async findOrderHistory(id, now) {
      return db.transaction((tx) => {
        const [order] = readOrders(tx, [id])
        if (order === undefined) return null
        const own = paymentsOf(tx, id)
        const numbers = own.map(({ outTradeNo }) => outTradeNo)
        const events = tx
          .select()
          .from(orderEvents)
          .where(eq(orderEvents.orderId, id))
          .orderBy(asc(orderEvents.version))
        const money = tx
          .select()
          .from(transactions)
          .where(eq(transactions.orderId, id))
          .orderBy(asc(transactions.seenAt))
        const called = tx.select().from(calls).where(inArray(calls.outTradeNo, numbers)).orderBy(desc(calls.id))
        const actions = tx.select().from(audit).where(eq(audit.orderId, id)).orderBy(desc(audit.id))
        return {
          order,
          payments: own,
          attention: attentionOf(tx, [id], now)(id),
          events: events
            .all()
            .map(({ causeKind, causeId, ...it }) => ({ ...it, cause: { kind: causeKind, id: causeId } })),
          money: money.all().map(toReviewedTransaction),
          calls: called.limit(HISTORY_MAX).all().reverse(),
          notifications: listLines(tx, eq(notifications.orderId, id), HISTORY_MAX).reverse(),
          actions: actions.limit(HISTORY_MAX).all().map(toAuditEntry).reverse(),
        }
      })
    },

    async shipOrder(id, at, entry) {
      return atomically(db, (tx) => {
        const isReady = and(eq(orders.id, id), eq(orders.status, 'paid'), isNull(orders.shippedAt))
        if (tx.update(orders).set({ shippedAt: at }).where(isReady).run().changes === 0) return false
        insertAudit(tx, entry)
        return true
      })
    },

    async listUnreconciledTransactions({ after, limit }) {
      const { seenAt, transactionId } = transactions
      const isLater =
        after === null ? undefined : or(gt(seenAt, after.at), and(eq(seenAt, after.at), gt(transactionId, after.id)))
      const found = db.select().from(transactions).where(and(isStray, isLater))
      return found.orderBy(asc(seenAt), asc(transactionId)).limit(limit).all().map(toReviewedTransaction)
    },
    async findTransactionForReview(transactionId) {
      const row = db.select().from(transactions).where(eq(transactions.transactionId, transactionId)).get()
      return row === undefined ? null : toReviewedTransaction(row)
    },
    async resolveTransaction(transactionId, { at, by, note }, entry) {
      return atomically(db, (tx) => {
        const isWaiting = and(eq(transactions.transactionId, transactionId), isStray)
        const resolution = { resolvedAt: at, resolvedBy: by, resolution: note }
        if (tx.update(transactions).set(resolution).where(isWaiting).run().changes === 0) return false
        insertAudit(tx, entry)
        return true
      })
    },

    async countWaiting(now, max) {
      const upTo = (ids: SQL) => Number(db.get<{ n: number }>(sql`select count(*) as n from (${ids} limit ${max})`).n)
      const { id, createdAt, expiresAt } = orders
      const pending = db.select({ id, createdAt, expiresAt }).from(orders).where(eq(orders.status, 'pending'))
      return {
        stray: upTo(sql`select ${transactions.transactionId} from ${transactions} where ${isStray}`),
        overdue: upTo(overdueIds(now)),
        silent: upTo(silentIds),
        unshipped: upTo(sql`select ${id} from ${orders} where ${isUnshipped}`),
        oldestPending: pending.orderBy(asc(createdAt), asc(id)).limit(1).get() ?? null,
      }
    },

    async sumOrders(from, to, stepMs) {
      const placeOf = (column: typeof orders.createdAt | typeof orders.paidAt) =>
        sql<number>`cast((${column} - ${from}) / ${stepMs} as integer)`
      const isPaid = sql`case when ${orders.status} = 'paid' then 1 else 0 end`
      const made = db
        .select({ place: placeOf(orders.createdAt), made: count(), madeAndPaid: sum(isPaid).mapWith(Number) })
        .from(orders)
        .where(and(gte(orders.createdAt, from), lt(orders.createdAt, to)))
        .groupBy(sql`1`)
      const paid = db
        .select({ place: placeOf(orders.paidAt), paid: count(), paidFen: sum(orders.amountFen).mapWith(Number) })
        .from(orders)
        .where(and(gte(orders.paidAt, from), lt(orders.paidAt, to)))
        .groupBy(sql`1`)
      const [madeRows, paidRows] = db.transaction(() => [made.all(), paid.all()])
      return Array.from({ length: Math.ceil((to - from) / stepMs) }, (_, place) => ({
        ...{ at: from + place * stepMs, made: 0, madeAndPaid: 0, paid: 0, paidFen: 0 },
        ...withoutPlace(madeRows.find((row) => row.place === place)),
        ...withoutPlace(paidRows.find((row) => row.place === place)),
      }))
    },
  }
}

function withoutPlace<T extends { place: number }>(row: T | undefined): Partial<Omit<T, 'place'>> {
  if (row === undefined) return {}
  const { place: _, ...rest } = row
  return rest
}

/* In the words of the partial indexes, so that they are used: what needs a look is little, however much there is. */
const isStray = sql`${transactions.outcome} <> 'applied' and ${transactions.resolvedAt} is null`
const isUnshipped = sql`${orders.status} = 'paid' and ${orders.shippedAt} is null`

/** The plus keeps SQLite from walking the money of every order instead of the little that waits. */
const strayIds = sql`select ${transactions.orderId} from ${transactions} where ${isStray} and +${transactions.orderId} is not null`
const overdueIds = (now: number) =>
  sql`select ${orders.id} from ${orders} where ${and(eq(orders.status, 'pending'), lte(orders.expiresAt, now))}`
/** Orders with a live payment whose last call to WeChat brought no answer that can be believed. */
const silentIds = sql`select ${payments.orderId} from ${payments} where ${isNotNull(payments.nextCheckAt)} and not coalesce(
  (select ${calls.isAnswered} from ${calls} where ${calls.outTradeNo} = ${payments.outTradeNo} order by ${calls.id} desc limit 1), 1)`

function idsOf(attention: Attention | 'any', now: number): SQL {
  switch (attention) {
    case 'stray':
      return strayIds
    case 'overdue':
      return overdueIds(now)
    case 'silent':
      return silentIds
    case 'any':
      // Not `union`, which sorts each half, and walks every payment for it.
      return sql`${strayIds} union all ${overdueIds(now)} union all ${silentIds}`
  }
}

function conditionsOf(filter: OrderFilter, now: number): (SQL | undefined)[] {
  const { status, channel, attention, isShipped, from, to, number } = filter
  return [
    status === null ? undefined : eq(orders.status, status),
    channel === null ? undefined : eq(orders.channel, channel),
    attention === null ? undefined : sql`${orders.id} in (${idsOf(attention, now)})`,
    isShipped === null ? undefined : isShipped ? isNotNull(orders.shippedAt) : isUnshipped,
    from === null ? undefined : gte(orders.createdAt, from),
    to === null ? undefined : lt(orders.createdAt, to),
    number === null ? undefined : sql`${orders.id} in (${idsOfNumber(number)})`,
  ]
}

function idsOfNumber(number: string): SQL {
  return sql`select ${number}
    union select ${payments.orderId} from ${payments} where ${payments.outTradeNo} = ${number}
    union select ${transactions.orderId} from ${transactions} where ${transactions.transactionId} = ${number}`
}

function isAfter({ at, id }: ListPlace): SQL {
  return sql`(${orders.createdAt}, ${orders.id}) < (${at}, ${id})`
}

/** Why each of some orders needs a look, in one query for each reason. */
function attentionOf(tx: Connection, ids: string[], now: number): (id: string) => Attention[] {
  const among = (reason: Attention) =>
    new Set(
      tx
        .select({ id: orders.id })
        .from(orders)
        .where(and(inArray(orders.id, ids), sql`${orders.id} in (${idsOf(reason, now)})`))
        .all()
        .map(({ id }) => id),
    )
  const found = { stray: among('stray'), overdue: among('overdue'), silent: among('silent') }
  return (id) => (['stray', 'overdue', 'silent'] as const).filter((reason) => found[reason].has(id))
}
