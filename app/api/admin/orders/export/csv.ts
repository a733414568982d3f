import { setImmediate as othersGoFirst } from 'node:timers/promises'
import { stringify } from 'csv-stringify/sync'
import type { Locale } from '@/lib/i18n/locale'
import { writeBeijingTime } from '@/lib/shop/beijing'
import { writeYuan } from '@/lib/shop/money'
import type { ListPlace, OrderFilter, ReviewedOrder } from '@/lib/shop/review'
import type { Shop } from '@/lib/shop/shop'

/** So many orders are in memory at once, however many there are. */
const PAGE = 200

/** The orders of a filter, newest first, as the lines of a file that a spreadsheet opens without running anything in it. */
export async function* orderLines(
  { store, now }: Pick<Shop, 'store' | 'now'>,
  filter: OrderFilter,
  locale: Locale,
): AsyncGenerator<{ text: string; rows: number }> {
  yield { text: written([COLUMNS], true), rows: 0 }
  for (let after: ListPlace | null = null; ; ) {
    const page: ReviewedOrder[] = await store.listReviewedOrders(filter, { after, limit: PAGE, now: now() })
    const last = page.at(-1)?.order
    if (last === undefined) return
    const text = written(page.map((it) => cellsOf(it, locale)))
    yield { text, rows: page.length }
    after = { at: last.createdAt, id: last.id }
    await othersGoFirst()
  }
}

function written(lines: string[][], bom = false): string {
  return stringify(lines, { bom, escape_formulas: true, record_delimiter: 'windows' })
}

const COLUMNS = [
  ...['order', 'status', 'channel', 'amount_yuan', 'goods', 'created_beijing', 'created_iso', 'paid_beijing'],
  ...['closed_beijing', 'shipped_beijing', 'transaction_id', 'out_trade_nos', 'attention'],
]

function cellsOf({ order, payments, attention }: ReviewedOrder, locale: Locale): string[] {
  const instant = (at: number | null) => (at === null ? '' : writeBeijingTime(at).replace('T', ' '))
  return [
    order.id,
    order.status,
    payments.at(-1)?.channel ?? '',
    writeYuan(order.amountFen),
    order.lines.map(({ name, quantity }) => `${name[locale]} × ${quantity}`).join('; '),
    instant(order.createdAt),
    new Date(order.createdAt).toISOString(),
    instant(order.paidAt),
    instant(order.closedAt),
    instant(order.shippedAt),
    // As WeChat's own bills have it: without the mark a spreadsheet rounds a number of 28 digits.
    order.transactionId === null ? '' : `\`${order.transactionId}`,
    payments.map(({ outTradeNo }) => outTradeNo).join('; '),
    attention.join('; '),
  ]
}
