import type { Locale } from '@/lib/i18n/locale'
import type { Order } from '@/lib/shop/order'
import type { Payment } from '@/lib/shop/payment'
import type { OrderWithPayments } from '@/lib/shop/store'

/** An order as its customer sees it. Instants are epoch milliseconds, amounts whole fen. */
export function orderView({ order, payments }: OrderWithPayments, locale: Locale) {
  return {
    id: order.id,
    status: order.status,
    amountFen: order.amountFen,
    currency: order.currency,
    items: itemViews(order, locale),
    createdAt: order.createdAt,
    expiresAt: order.expiresAt,
    paidAt: order.paidAt,
    closedAt: order.closedAt,
    transactionId: order.transactionId,
    /** Channel of the payment that can be paid now. */
    channel: payments.find(({ status }) => status === 'open')?.channel ?? null,
    payments: payments.map(({ outTradeNo, channel, status }: Payment) => ({ outTradeNo, channel, status })),
  }
}

function itemViews({ lines }: Order, locale: Locale) {
  return lines.map(({ productId, name, quantity, priceFen }) => ({ productId, name: name[locale], quantity, priceFen }))
}
