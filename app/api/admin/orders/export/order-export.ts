import { orderFields, ordersPath, readOrderQuery } from '@/app/admin/orders/list-query'
import type { Locale } from '@/lib/i18n/locale'
import { writeYuan } from '@/lib/shop/money'
import { orderNumberOf } from '@/lib/shop/order'
import type { OrderFilter, ReviewedOrder } from '@/lib/shop/review'
import type { Shop } from '@/lib/shop/shop'
import { beijingCell, type ListExport, numberCell } from '../../list-export'

/** The orders of a filter as a file has them, newest first. */
export function orderExport(
  { store, now }: Pick<Shop, 'store' | 'now'>,
  locale: Locale,
): ListExport<OrderFilter, ReviewedOrder> {
  return {
    name: 'orders',
    action: 'orders_exported',
    read: readOrderQuery,
    write: orderFields,
    pathOf: ordersPath,
    columns: COLUMNS,
    list: (filter, after, limit) => {
      const place = after && { at: after.order.createdAt, id: after.order.id }
      return store.listReviewedOrders(filter, { after: place, limit, now: now() })
    },
    cells: (row) => cellsOf(row, locale),
  }
}

const COLUMNS = [
  ...['order', 'status', 'channel', 'amount_yuan', 'goods', 'created_beijing', 'created_iso', 'paid_beijing'],
  ...['closed_beijing', 'shipped_beijing', 'transaction_id', 'out_trade_nos', 'attention', 'number', 'tracking_number'],
]

function cellsOf({ order, payments, attention }: ReviewedOrder, locale: Locale): string[] {
  return [
    order.id,
    order.status,
    payments.at(-1)?.channel ?? '',
    writeYuan(order.amountFen),
    order.lines.map(({ name, quantity }) => `${name[locale]} × ${quantity}`).join('; '),
    beijingCell(order.createdAt),
    new Date(order.createdAt).toISOString(),
    beijingCell(order.paidAt),
    beijingCell(order.closedAt),
    beijingCell(order.shippedAt),
    numberCell(order.transactionId),
    payments.map(({ outTradeNo }) => outTradeNo).join('; '),
    attention.join('; '),
    orderNumberOf(order.id),
    order.trackingNumber ?? '',
  ]
}
