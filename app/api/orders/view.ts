import type { z } from 'zod'
import type { Locale } from '@/lib/i18n/locale'
import type { Invocation } from '@/lib/shop/gateway'
import type { Order } from '@/lib/shop/order'
import type { OrderWithPayments } from '@/lib/shop/payment'
import type { createdOrder, order as orderSchema, prepay } from '../contract/schemas'

/** An order as its customer sees it, and as the contract promises it. */
export function orderView({ order, payments }: OrderWithPayments, locale: Locale): z.infer<typeof orderSchema> {
  return {
    ...coreView(order, locale),
    status: order.status,
    paidAt: order.paidAt,
    closedAt: order.closedAt,
    transactionId: order.transactionId,
    channel: payments.find(({ status }) => status === 'open')?.channel ?? null,
    payments: payments.map(({ outTradeNo, channel, status }) => ({ outTradeNo, channel, status })),
  }
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
  return { id, amountFen, currency, items, createdAt, expiresAt }
}

/** What a device needs to pay. */
export function prepayView(outTradeNo: string, expiresAt: number, invocation: Invocation): z.infer<typeof prepay> {
  return { outTradeNo, expiresAt, ...invocation }
}
