import { z } from 'zod'
import { CURRENCY } from '@/lib/shop/money'
import type { PaidTrade } from '@/lib/shop/payment'
import { readOffsetTime } from '../time'
import { fen, firstField, type Json } from './json'

/** What a field must look like before it is believed (data formats). */
export const outTradeNo = z.string().regex(/^[\w\-|*]{1,32}$/)
export const outRefundNo = z.string().regex(/^[\w\-|*@]{1,64}$/)
export const transactionId = z.string().regex(/^[\w-]{1,32}$/)
export const refundId = z.string().regex(/^[\w-]{1,32}$/)

/** An instant with its offset from UTC; `Z` is taken too. */
export const time = z.string().transform((text, context) => {
  const ms = readOffsetTime(text)
  if (ms !== null) return ms
  context.addIssue({ code: 'custom', message: 'no time' })
  return z.NEVER
})

/** What a query's answer and a notification of money have. `payer_total` is what the buyer gave, and no business of the order's. */
const money = z.object({
  out_trade_no: outTradeNo,
  transaction_id: transactionId,
  success_time: time,
  amount: z.object({ total: fen, currency: z.string().max(16).optional() }),
})

export type ReadTrade = { ok: true; trade: PaidTrade } | { ok: false; field: string }

/** Reads what a notification or a query says of money; the name of the first field that cannot be read otherwise. */
export function readTrade(json: Json): ReadTrade {
  const read = money.safeParse(json)
  if (!read.success) return { ok: false, field: firstField(read.error) }
  const { out_trade_no, transaction_id, success_time: paidAt, amount } = read.data
  const trade = { outTradeNo: out_trade_no, transactionId: transaction_id, paidFen: amount.total, paidAt }
  return { ok: true, trade: { ...trade, currency: amount.currency || CURRENCY } }
}
