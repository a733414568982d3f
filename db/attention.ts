import { and, eq, gte, inArray, isNotNull, lt, lte, type SQL, sql } from 'drizzle-orm'
import { readOrderNumber } from '@/lib/shop/order'
import { ATTENTION, type Attention, type ListPlace, type OrderFilter } from '@/lib/shop/review'
import type { Connection } from './access'
import { calls } from './log-schema'
import { hasNumber } from './lookups'
import { refunds } from './refund-schema'
import { orders, payments, transactions } from './schema'

/* Which orders somebody asks for, and which of them need a look. */

/* In the words of the partial indexes, so that they are used: what needs a look is little, however much there is. */
export const isStray = sql`${transactions.outcome} <> 'applied' and ${transactions.resolvedAt} is null`
/** Payments whose money went back at WeChat, and that nobody has looked at. */
export const isUnreviewedRefund = sql`${payments.refundSeenAt} is not null and ${payments.refundReviewedAt} is null`
/** In the words of the partial index: a wish without an answer, what needs a note, what waits for people. */
export const isRefundToLookAt = sql`(${refunds.status} = 'requested' and ${refunds.approvedAt} is null) or (${refunds.resolvedAt} is null and (${refunds.status} = 'abnormal' or ${refunds.source} = 'wechat')) or ${refunds.waitsFor} in ('operator', 'developer')`
/** Said as an expression, the status keeps to no index of its own: of one payment there are few refunds. */
const refundedFen = sql`(select coalesce(sum(${refunds.amountFen}), 0) from ${refunds} where ${refunds.transactionId} = ${orders.transactionId} and ${refunds.status} || '' = 'succeeded')`
/** What is paid for and still here, from the index of just these; beside a sum, SQLite would walk all that were ever paid. */
const waitingIds = sql`select waiting.id from ${orders} waiting where waiting.status = 'paid' and waiting.shipped_at is null`
/** Paid for, still here, and not given back whole. */
export const isUnshipped = sql`${orders.id} in (${waitingIds}) and ${refundedFen} < ${orders.amountFen}`

/** Said as an expression, it keeps SQLite from walking the money of every order instead of the little that waits. */
const strayIds = sql`select ${transactions.orderId} from ${transactions} where ${isStray} and ${transactions.orderId} || '' is not null`
const refundedIds = sql`select ${payments.orderId} from ${payments} where ${isUnreviewedRefund}`
/** Orders with a refund that waits for somebody. */
export const refundIds = sql`select ${refunds.orderId} from ${refunds} where ${isRefundToLookAt}`
export const overdueIds = (now: number) =>
  sql`select ${orders.id} from ${orders} where ${and(eq(orders.status, 'pending'), lte(orders.expiresAt, now))}`
/** Orders with a live payment whose last call to WeChat brought no answer that can be believed. */
export const silentIds = sql`select ${payments.orderId} from ${payments} where ${isNotNull(payments.nextCheckAt)} and 0 = coalesce(
  (select ${calls.isAnswered} from ${calls} where ${calls.outTradeNo} = ${payments.outTradeNo} order by ${calls.id} desc limit 1), 1)`

function idsOf(attention: Attention | 'any', now: number): SQL {
  switch (attention) {
    case 'stray':
      return strayIds
    case 'refunded':
      return refundedIds
    case 'refund':
      return refundIds
    case 'overdue':
      return overdueIds(now)
    case 'silent':
      return silentIds
    case 'any':
      // Not `union`, which sorts each half, and walks every payment for it.
      return sql`${strayIds} union all ${refundedIds} union all ${refundIds} union all ${overdueIds(now)} union all ${silentIds}`
  }
}

export function conditionsOf(filter: OrderFilter, now: number): (SQL | undefined)[] {
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

/** Whatever number somebody has at hand: of an order, short or whole, of a payment, of money, of a refund. */
function idsOfNumber(number: string): SQL {
  const short = readOrderNumber(number)
  const ofOrder =
    short === null ? sql`select ${number}` : sql`select ${orders.id} from ${orders} where ${hasNumber(short)}`
  return sql`${ofOrder}
    union select ${payments.orderId} from ${payments} where ${payments.outTradeNo} = ${number}
    union select ${transactions.orderId} from ${transactions} where ${transactions.transactionId} = ${number}
    union select ${refunds.orderId} from ${refunds} where ${refunds.outRefundNo} = ${number}
    union select ${refunds.orderId} from ${refunds} where ${refunds.refundId} = ${number}`
}

export function isAfter({ at, id }: ListPlace): SQL {
  return sql`(${orders.createdAt}, ${orders.id}) < (${at}, ${id})`
}

/** Why each of some orders needs a look, in one query for each reason. */
export async function attentionOf(tx: Connection, ids: string[], now: number): Promise<(id: string) => Attention[]> {
  const among = async (reason: Attention) => {
    const found = tx.select({ id: orders.id }).from(orders)
    const rows = await found.where(and(inArray(orders.id, ids), sql`${orders.id} in (${idsOf(reason, now)})`))
    return new Set(rows.map(({ id }) => id))
  }
  const found = new Map<Attention, Set<string>>()
  for (const reason of ATTENTION) found.set(reason, await among(reason))
  return (id) => ATTENTION.filter((reason) => found.get(reason)?.has(id))
}
