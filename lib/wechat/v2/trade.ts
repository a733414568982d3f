import { CURRENCY } from '@/lib/shop/money'
import type { PaidTrade } from '@/lib/shop/payment'
import { readTime } from '../time'
import type { Fields } from './sign'

/** What a field must look like before it is believed (data formats). */
export const FORMATS = {
  out_trade_no: /^[\w\-|*@]{1,32}$/,
  out_refund_no: /^[\w\-|*@]{1,64}$/,
  transaction_id: /^[\w-]{1,32}$/,
  refund_id: /^[\w-]{1,32}$/,
} as const

/** An amount in fen; null for all else. Digits only: `Number` would also take "1e2", " 1 " and "0x10". */
export function readFen(text = ''): number | null {
  return /^(0|[1-9]\d{0,11})$/.test(text) ? Number(text) : null
}

/** Reads what a notification or a query says of money; the name of the first field that cannot be read otherwise. */
export function readTrade(fields: Fields): { ok: true; trade: PaidTrade } | { ok: false; field: string } {
  const { out_trade_no: outTradeNo = '', transaction_id: transactionId = '' } = fields
  if (!FORMATS.out_trade_no.test(outTradeNo)) return { ok: false, field: 'out_trade_no' }
  if (!FORMATS.transaction_id.test(transactionId)) return { ok: false, field: 'transaction_id' }
  const paidFen = readFen(fields.total_fee)
  if (paidFen === null) return { ok: false, field: 'total_fee' }
  const paidAt = readTime(fields.time_end ?? '')
  if (paidAt === null) return { ok: false, field: 'time_end' }
  const currency = fields.fee_type || CURRENCY
  return { ok: true, trade: { outTradeNo, transactionId, paidFen, currency, paidAt } }
}
