import { CURRENCY } from '@/lib/shop/money'
import type { PaidTrade } from '@/lib/shop/payment'
import { readTime } from '../time'
import type { Fields } from './sign'

/** Reads what a notification or a query says of money; the name of the first field that cannot be read otherwise. */
export function readTrade(fields: Fields): { ok: true; trade: PaidTrade } | { ok: false; field: string } {
  const { out_trade_no: outTradeNo = '', transaction_id: transactionId = '', total_fee: total = '' } = fields
  if (!/^[\w\-|*@]{1,32}$/.test(outTradeNo)) return { ok: false, field: 'out_trade_no' }
  if (!/^[\w-]{1,32}$/.test(transactionId)) return { ok: false, field: 'transaction_id' }
  // Digits only: `Number` would also take "1e2", " 1 " and "0x10".
  if (!/^(0|[1-9]\d{0,11})$/.test(total)) return { ok: false, field: 'total_fee' }
  const paidAt = readTime(fields.time_end ?? '')
  if (paidAt === null) return { ok: false, field: 'time_end' }
  const currency = fields.fee_type || CURRENCY
  return { ok: true, trade: { outTradeNo, transactionId, paidFen: Number(total), currency, paidAt } }
}
