import { stringify } from 'csv-stringify/sync'
import { writeBeijingTime } from '@/app/admin/notifications/list-query'
import { readOrderQuery, writeOrderQuery } from '@/app/admin/orders/list-query'
import type { Locale } from '@/lib/i18n/locale'
import { requestLocale } from '@/lib/i18n/request-locale'
import { writeYuan } from '@/lib/shop/money'
import type { ListPlace, OrderFilter, ReviewedOrder } from '@/lib/shop/review'
import type { Shop } from '@/lib/shop/shop'
import { adminRoute } from '../../route-handler'

/** A spreadsheet of more is no use to a person, and would hold up everybody else. */
const ROWS_MAX = 10_000
const PAGE = 500

/** The orders of a filter, newest first, as a file that a spreadsheet opens without running anything in it. */
export const GET = adminRoute(async ({ request, runtime: { shop }, actor }) => {
  const { filter } = readOrderQuery(Object.fromEntries(new URL(request.url).searchParams))
  const orders = await readAll(shop, filter)
  const detail = { filter: writeOrderQuery(filter).toString(), rows: String(orders.length) }
  const about = { orderId: null, notificationId: null, transactionId: null }
  await shop.store.insertAudit({ at: shop.now(), actor, action: 'orders_exported', ...about, detail, outcomeOf: null })
  const locale = requestLocale(request)
  const body = stringify(
    orders.map((it) => rowOf(it, locale)),
    { header: true, bom: true, escape_formulas: true, record_delimiter: 'windows' },
  )
  const name = `orders-${writeBeijingTime(shop.now()).replace(/[^\d]/g, '')}.csv`
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  })
})

async function readAll(shop: Shop, filter: OrderFilter): Promise<ReviewedOrder[]> {
  const all: ReviewedOrder[] = []
  for (let after: ListPlace | null = null; all.length < ROWS_MAX; ) {
    const page: ReviewedOrder[] = await shop.store.listReviewedOrders(filter, { after, limit: PAGE, now: shop.now() })
    all.push(...page)
    const last = page.at(-1)?.order
    if (last === undefined || page.length < PAGE) break
    after = { at: last.createdAt, id: last.id }
  }
  return all
}

function rowOf({ order, payments, attention }: ReviewedOrder, locale: Locale) {
  const instant = (at: number | null) => (at === null ? '' : writeBeijingTime(at).replace('T', ' '))
  return {
    order: order.id,
    status: order.status,
    channel: payments.at(-1)?.channel ?? '',
    amount_yuan: writeYuan(order.amountFen),
    goods: order.lines.map(({ name, quantity }) => `${name[locale]} × ${quantity}`).join('; '),
    created_beijing: instant(order.createdAt),
    created_iso: new Date(order.createdAt).toISOString(),
    paid_beijing: instant(order.paidAt),
    closed_beijing: instant(order.closedAt),
    shipped_beijing: instant(order.shippedAt),
    // As WeChat's own bills have it: without the mark a spreadsheet rounds a number of 28 digits.
    transaction_id: order.transactionId === null ? '' : `\`${order.transactionId}`,
    out_trade_nos: payments.map(({ outTradeNo }) => outTradeNo).join('; '),
    attention: attention.join('; '),
  }
}
