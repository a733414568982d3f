import type { FoundRefund } from '@/lib/shop/refund'
import { readSpacedTime } from '../time'
import type { Fields } from './sign'
import { FORMATS, readFen } from './trade'

const STATUSES: ReadonlyMap<string, FoundRefund['status']> = new Map([
  ['PROCESSING', 'processing'],
  ['SUCCESS', 'succeeded'],
  ['REFUNDCLOSE', 'closed'],
  // Older pages say so.
  ['FAIL', 'closed'],
  ['CHANGE', 'abnormal'],
])

/** Where money went, in words for people such as a bank's name and the last digits of a card. */
const RECEIVED_BY_MAX = 64

export type ReadRefund = { ok: true; refund: FoundRefund } | { ok: false; field: string }

/** Reads what a notice or a query says of one refund, under a notice's names; the name of the first field that cannot be read otherwise. */
export function readFoundRefund(fields: Fields): ReadRefund {
  const { out_refund_no: outRefundNo = '', refund_id: refundId = '' } = fields
  const { out_trade_no: outTradeNo = '', transaction_id: transactionId = '' } = fields
  if (!FORMATS.out_trade_no.test(outTradeNo)) return { ok: false, field: 'out_trade_no' }
  if (!FORMATS.transaction_id.test(transactionId)) return { ok: false, field: 'transaction_id' }
  if (!FORMATS.out_refund_no.test(outRefundNo)) return { ok: false, field: 'out_refund_no' }
  if (!FORMATS.refund_id.test(refundId)) return { ok: false, field: 'refund_id' }
  const paidFen = readFen(fields.total_fee)
  if (paidFen === null) return { ok: false, field: 'total_fee' }
  const amountFen = readFen(fields.refund_fee)
  if (amountFen === null || amountFen < 1 || amountFen > paidFen) return { ok: false, field: 'refund_fee' }
  const status = STATUSES.get(fields.refund_status ?? '')
  if (status === undefined) return { ok: false, field: 'refund_status' }
  // Fields without a value do occur, and a refund that has not ended has no time.
  const said = fields.success_time || null
  const succeededAt = said === null ? null : readSpacedTime(said)
  if (said !== null && succeededAt === null) return { ok: false, field: 'success_time' }
  const receivedBy = fields.refund_recv_accout?.slice(0, RECEIVED_BY_MAX) || null
  const numbers = { outRefundNo, refundId, outTradeNo, transactionId }
  return { ok: true, refund: { ...numbers, amountFen, paidFen, status, succeededAt, receivedBy } }
}
