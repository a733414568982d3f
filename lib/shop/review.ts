import type { AuditEntry } from './audit'
import type { GatewayCall } from './gateway'
import type { NotificationLine } from './notification'
import type { OrderEvent, OrderStatus } from './order'
import type { Channel, OrderWithPayments, Payment, Resolution, Transaction } from './payment'
import type { Refund, RefundEvent, RefundStatus } from './refund'

/**
 * Why somebody should look at an order: money that did not pay it and that nobody has seen to, money that went back at
 * WeChat and nobody knows why, a refund that waits for somebody here, a time to pay that is over without an end, or WeChat
 * that gave no answer when it was last called.
 */
export const ATTENTION = ['stray', 'refunded', 'refund', 'overdue', 'silent'] as const
export type Attention = (typeof ATTENTION)[number]

/** Which orders are wanted; null asks for nothing. `from` is the first instant, `to` the first one after. */
export type OrderFilter = {
  status: OrderStatus | null
  channel: Channel | null
  attention: Attention | 'any' | null
  isShipped: boolean | null
  from: number | null
  to: number | null
  /** An order's own number, one of its payments', or that of its money. */
  number: string | null
}

export const EVERY_ORDER: OrderFilter = {
  status: null,
  channel: null,
  attention: null,
  isShipped: null,
  from: null,
  to: null,
  number: null,
}

/** Which refunds are wanted; null asks for nothing. `waits`: those without an end, or that wait for somebody here. */
export type RefundFilter = {
  status: RefundStatus | null
  waits: 'open' | 'look' | null
  from: number | null
  to: number | null
  /** A refund's number, here or at WeChat, that of its order, payment or money. */
  number: string | null
}

export const EVERY_REFUND: RefundFilter = { status: null, waits: null, from: null, to: null, number: null }

/** A place in a list that is sorted by time and, at the same time, by id; the list goes on after it. */
export type ListPlace = { at: number; id: string }

export type ReviewedOrder = OrderWithPayments & { attention: Attention[] }

/** Money that came, and what an admin did about it. */
export type ReviewedTransaction = Transaction & { resolution: Resolution | null }

/** A call to WeChat as the log keeps it. */
export type KeptCall = GatewayCall & { id: number }

/** Which calls are wanted; null asks for nothing. */
export type CallFilter = { number: string | null; path: string | null; isFailed: boolean }

/** All that is written down about an order, each list oldest first. */
export type OrderHistory = OrderWithPayments & {
  attention: Attention[]
  events: OrderEvent[]
  money: ReviewedTransaction[]
  refunds: Refund[]
  refundEvents: RefundEvent[]
  calls: KeptCall[]
  notifications: NotificationLine[]
  actions: AuditEntry[]
}

/** One line of an order's life. */
export type TimelineEntry = { at: number } & (
  | { type: 'action'; action: AuditEntry }
  | { type: 'payment'; payment: Payment }
  | { type: 'call'; call: KeptCall }
  | { type: 'notification'; notification: NotificationLine }
  | { type: 'money'; money: ReviewedTransaction }
  | { type: 'event'; event: OrderEvent }
  | { type: 'refund'; event: RefundEvent; refund: Refund }
)

/** What happened in the same millisecond stands in this order: first what somebody did, then what came of it. */
const RANKS: Record<TimelineEntry['type'], number> = {
  action: 0,
  payment: 1,
  call: 2,
  notification: 3,
  money: 4,
  event: 5,
  refund: 6,
}

/** An order's whole life, oldest first. */
export function timelineOf(history: OrderHistory): TimelineEntry[] {
  const { actions, payments, calls, notifications, money, events, refunds, refundEvents } = history
  const refundOf = (event: RefundEvent) => refunds.filter(({ outRefundNo }) => outRefundNo === event.outRefundNo)
  const entries: TimelineEntry[] = [
    ...actions.map((action): TimelineEntry => ({ at: action.at, type: 'action', action })),
    ...payments.map((payment): TimelineEntry => ({ at: payment.createdAt, type: 'payment', payment })),
    ...calls.map((call): TimelineEntry => ({ at: call.at, type: 'call', call })),
    ...notifications.map((it): TimelineEntry => ({ at: it.receivedAt, type: 'notification', notification: it })),
    ...money.map((it): TimelineEntry => ({ at: it.seenAt, type: 'money', money: it })),
    ...events.map((event): TimelineEntry => ({ at: event.at, type: 'event', event })),
    ...refundEvents.flatMap((event) =>
      refundOf(event).map((refund): TimelineEntry => ({ at: event.at, type: 'refund', event, refund })),
    ),
  ]
  // An order begins with its making, whatever else happened in that millisecond.
  const rankOf = (it: TimelineEntry) => (it.type === 'event' && it.event.from === null ? -1 : RANKS[it.type])
  return entries.sort((a, b) => a.at - b.at || rankOf(a) - rankOf(b))
}

/** What a piece of time brought: orders made in it, how many of those are paid by now, and money that came in it. */
export type OrderSum = { at: number; made: number; madeAndPaid: number; paid: number; paidFen: number }

/** What waits for somebody, and the pending order that has waited longest. */
export type Waiting = {
  stray: number
  refunded: number
  refunds: number
  overdue: number
  silent: number
  unshipped: number
  oldestPending: { id: string; createdAt: number; expiresAt: number } | null
}

/** A call to WeChat as far as health goes. */
export type CallTime = { at: number; isAnswered: boolean; durationMs: number }

/** How WeChat answered in a piece of time; without a call there is no duration either. */
export type Health = { at: number; calls: number; answered: number; p50Ms: number | null; p95Ms: number | null }

/** Health over pieces of `stepMs`, from the one that begins at `from` to the one before `to`. */
export function measureHealth(calls: CallTime[], from: number, to: number, stepMs: number): Health[] {
  const steps: CallTime[][] = Array.from({ length: Math.ceil((to - from) / stepMs) }, () => [])
  for (const call of calls) steps[Math.floor((call.at - from) / stepMs)]?.push(call)
  return steps.map((step, place) => healthOf(step, from + place * stepMs))
}

export function healthOf(calls: CallTime[], at: number): Health {
  const durations = calls.map(({ durationMs }) => durationMs).sort((a, b) => a - b)
  const answered = calls.filter(({ isAnswered }) => isAnswered).length
  return { at, calls: calls.length, answered, p50Ms: percentile(durations, 0.5), p95Ms: percentile(durations, 0.95) }
}

/** The smallest of the sorted values that at least this share of them does not exceed. */
function percentile(sorted: number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null
}
