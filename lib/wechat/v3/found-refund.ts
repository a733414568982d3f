import { z } from 'zod'
import type { FoundRefund } from '@/lib/shop/refund'
import { fen, firstField, type Json } from './json'
import { outRefundNo, outTradeNo, refundId, time, transactionId } from './trade'

/** States of a refund, in its query and, but for the first, in its notice. */
const STATUSES = { PROCESSING: 'processing', SUCCESS: 'succeeded', CLOSED: 'closed', ABNORMAL: 'abnormal' } as const

/** Where money went, in words for people such as a bank's name and the last digits of a card. */
const RECEIVED_BY_MAX = 64

/** `amount.refund` is what goes back of `amount.total`; `payer_refund` only says how much of that was the buyer's own money. */
const refund = z.object({
  out_trade_no: outTradeNo,
  transaction_id: transactionId,
  out_refund_no: outRefundNo,
  refund_id: refundId,
  amount: z.object({ total: fen, refund: fen.min(1) }).refine((it) => it.refund <= it.total, { path: ['refund'] }),
  status: z.enum(['PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL']),
  success_time: time.optional(),
  user_received_account: z.string().nullable().optional().catch(null),
})

export type ReadRefund = { ok: true; refund: FoundRefund } | { ok: false; field: string }

/** Reads what an answer says of one refund, or a notice under the same names; the name of the first field that cannot be read otherwise. */
export function readFoundRefund(json: Json): ReadRefund {
  // A refund that has not ended has no time, and some answers say so with an empty text.
  const read = refund.safeParse(json.success_time === '' ? { ...json, success_time: undefined } : json)
  if (!read.success) return { ok: false, field: firstField(read.error) }
  const { amount, status, success_time: succeededAt = null, user_received_account: account } = read.data
  const numbers = {
    outRefundNo: read.data.out_refund_no,
    refundId: read.data.refund_id,
    outTradeNo: read.data.out_trade_no,
    transactionId: read.data.transaction_id,
  }
  const receivedBy = account?.slice(0, RECEIVED_BY_MAX) || null
  const money = { amountFen: amount.refund, paidFen: amount.total }
  return { ok: true, refund: { ...numbers, ...money, status: STATUSES[status], succeededAt, receivedBy } }
}
