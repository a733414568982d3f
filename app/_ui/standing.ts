import type { Order } from '@/lib/shop/order'
import { isLive, isPayable, type Payment } from '@/lib/shop/payment'
import { type Refund, refundedFen, refundsOf } from '@/lib/shop/refund'

/** Where an order stands, as a shopper needs to know it. */
export type Standing =
  | { type: 'pay'; payment: Payment }
  /** WeChat has not answered yet. */
  | { type: 'waiting' }
  /** The order stands, but there is nothing to pay it with. */
  | { type: 'no_code'; isFirst: boolean }
  /** The time is over, and WeChat is being queried: money may still be under way. */
  | { type: 'checking' }
  | { type: 'paid' }
  | { type: 'expired' }
  | { type: 'cancelled' }
  /** It was closed, and money came all the same. */
  | { type: 'stray' }

export function standingOf(order: Order, payments: Payment[], now: number): Standing {
  if (order.status === 'paid') return { type: 'paid' }
  if (order.status === 'closed') {
    if (payments.some(({ status }) => status === 'stray')) return { type: 'stray' }
    return { type: (order.closedAt ?? 0) >= (order.heldUntil ?? order.expiresAt) ? 'expired' : 'cancelled' }
  }
  if (now >= order.expiresAt) return { type: 'checking' }
  const live = payments.find(isLive)
  if (live !== undefined && (isPayable(live, now) || isRenewedAtTheTap(live))) return { type: 'pay', payment: live }
  return live?.status === 'preparing' ? { type: 'waiting' } : { type: 'no_code', isFirst: payments.length === 0 }
}

/** How much of what paid an order went back. */
export type RefundStanding = 'none' | 'partly' | 'wholly'

export function refundStandingOf(order: Order, refunds: Refund[]): RefundStanding {
  const own = refundsOf(refunds, order.transactionId)
  if (order.status !== 'paid' || refundedFen(own) === 0) return 'none'
  return refundedFen(own) < order.amountFen ? 'partly' : 'wholly'
}

/** Whether all money that came and paid nothing went back. */
export function isStrayReturned(payments: Payment[], refunds: Refund[]): boolean {
  const stray = payments.filter(({ status }) => status === 'stray')
  return stray.every((it) => refundedFen(refundsOf(refunds, it.transactionId)) >= it.amountFen)
}

/** The link of H5 lives for minutes only: whoever taps it gets one that holds. */
function isRenewedAtTheTap({ channel, status }: Payment): boolean {
  return channel === 'h5' && status === 'open'
}
