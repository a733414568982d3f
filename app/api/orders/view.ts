import type { z } from 'zod'
import type { Locale } from '@/lib/i18n/locale'
import { getOrder } from '@/lib/shop/checkout'
import type { Invocation } from '@/lib/shop/gateway'
import { type Order, orderNumberOf } from '@/lib/shop/order'
import type { OrderWithPayments } from '@/lib/shop/payment'
import { isSettledByHand, type Refund, refundedFen } from '@/lib/shop/refund'
import type { Shop } from '@/lib/shop/shop'
import type { createdOrder, order as orderSchema, prepay } from '../contract/schemas'

/** An order with all that its customer may see of it. */
export type SeenOrder = OrderWithPayments & { refunds: Refund[] }

/** An order as its customer sees it now. */
export async function viewOf(shop: Shop, orderId: string, locale: Locale): Promise<z.infer<typeof orderSchema>> {
  const found = await getOrder(shop, orderId)
  return orderView({ ...found, refunds: await shop.store.listRefundsOf(orderId) }, locale)
}

/** An order as its customer sees it, and as the contract promises it. */
export function orderView({ order, payments, refunds }: SeenOrder, locale: Locale): z.infer<typeof orderSchema> {
  return {
    ...coreView(order, locale),
    status: order.status,
    paidAt: order.paidAt,
    closedAt: order.closedAt,
    transactionId: order.transactionId,
    shippedAt: order.shippedAt,
    trackingNumber: order.trackingNumber,
    contact: order.contact,
    channel: payments.find(({ status }) => status === 'open')?.channel ?? null,
    payments: payments.map(({ outTradeNo, channel, status }) => ({ outTradeNo, channel, status })),
    refundedFen: refundedFen(refunds),
    refunds: refunds.map(refundView),
  }
}

/** What was settled by hand stays `abnormal` for the buyer, to whom WeChat's success may have brought nothing. */
function refundView(refund: Refund) {
  const { outRefundNo, amountFen, reason, createdAt, approvedAt } = refund
  const status = isSettledByHand(refund) ? 'abnormal' : refund.status
  return { id: outRefundNo, amountFen, status, reason, createdAt, approvedAt, note: noteToBuyer(refund) }
}

/** What an operator said to the buyer; what is written down about a refund that needed a look is for the shop alone. */
export function noteToBuyer({ source, note, resolvedAt }: Refund): string | null {
  return source === 'buyer' && resolvedAt === null ? note : null
}

/** A new order. Nothing in it changes later, so that a repeated request is answered with the same words. */
export function createdOrderView(order: Order, token: string, locale: Locale): z.infer<typeof createdOrder> {
  return { ...coreView(order, locale), status: 'pending', token }
}

function coreView(order: Order, locale: Locale) {
  const { id, amountFen, currency, createdAt, expiresAt, lines } = order
  const items = lines.map(({ productId, name, quantity, priceFen }) => {
    return { productId, name: name[locale], quantity, priceFen }
  })
  return { id, number: orderNumberOf(id), amountFen, currency, items, createdAt, expiresAt }
}

/** What a device needs to pay. */
export function prepayView(outTradeNo: string, expiresAt: number, invocation: Invocation): z.infer<typeof prepay> {
  return { outTradeNo, expiresAt, ...invocation }
}
