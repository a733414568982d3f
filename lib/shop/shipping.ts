import type { Order } from './order'
import { hasUnreviewedRefund, type Payment } from './payment'
import { isWish, leftOfOrder, type Refund } from './refund'

export type ShippingRefusal =
  | 'order_unpaid'
  | 'already_shipped'
  | 'refund_unreviewed'
  | 'refund_pending'
  | 'order_refunded'

/**
 * Why the goods of an order may not leave; null when they may. Money that went back at WeChat keeps them here until somebody
 * looked, and so do a buyer's wish without an answer and refunds of all of it; one that was refunded in part can leave.
 */
export function refuseShipping(
  { order, payments }: { order: Order; payments: Pick<Payment, 'refundSeenAt' | 'refundReviewedAt'>[] },
  refunds: Refund[],
): ShippingRefusal | null {
  if (order.status !== 'paid') return 'order_unpaid'
  if (order.shippedAt !== null) return 'already_shipped'
  const isUnseen = refunds.some(({ source, resolvedAt }) => source === 'wechat' && resolvedAt === null)
  if (isUnseen || payments.some(hasUnreviewedRefund)) return 'refund_unreviewed'
  if (refunds.some(isWish)) return 'refund_pending'
  return leftOfOrder(order, refunds) === 0 ? 'order_refunded' : null
}
