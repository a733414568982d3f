import type { FoundRefund } from '@/lib/shop/refund'
import { type ReadRefund, readFoundRefund } from './found-refund'
import { type Fields, newFields } from './sign'

/** The refunds of one answer; `total` is how many the payment has, of which these are a page. */
type RefundPage = { ok: true; refunds: FoundRefund[]; total: number } | { ok: false; field: string }

/** So many refunds are in one answer (refundquery). */
const PAGE_MAX = 10
const INDEXED = /^(?:out_refund_no|refund_id|refund_fee|refund_status|refund_success_time|refund_recv_accout)_(\d+)$/

/** Reads an answer of refundquery; the name of the first field that cannot be read otherwise. Fields that are not asked for may be new ones. */
export function readRefundPage(fields: Fields): RefundPage {
  const count = readCount(fields.refund_count)
  if (count === null || count < 1 || count > PAGE_MAX) return { ok: false, field: 'refund_count' }
  const total = fields.total_refund_count ? readCount(fields.total_refund_count) : count
  if (total === null || total < count) return { ok: false, field: 'total_refund_count' }
  const beyond = Object.keys(fields).find((name) => isBeyond(name, count))
  if (beyond !== undefined) return { ok: false, field: beyond }
  const refunds: FoundRefund[] = []
  for (let n = 0; n < count; n += 1) {
    const read = readNth(fields, n)
    if (!read.ok) return read
    if (refunds.some(({ outRefundNo }) => outRefundNo === read.refund.outRefundNo)) {
      return { ok: false, field: `out_refund_no_${n}` }
    }
    refunds.push(read.refund)
  }
  return { ok: true, refunds, total }
}

/** Whether a field speaks of a refund that the answer does not count, or writes its index otherwise. */
function isBeyond(name: string, count: number): boolean {
  const index = INDEXED.exec(name)?.[1]
  return index !== undefined && (String(Number(index)) !== index || Number(index) >= count)
}

function readCount(text = ''): number | null {
  return /^(0|[1-9]\d{0,3})$/.test(text) ? Number(text) : null
}

/** The names that each refund of an answer has, and those of a notice for the same. */
const NAMES = [
  ['out_refund_no', 'out_refund_no'],
  ['refund_id', 'refund_id'],
  ['refund_fee', 'refund_fee'],
  ['refund_status', 'refund_status'],
  ['refund_success_time', 'success_time'],
  ['refund_recv_accout', 'refund_recv_accout'],
] as const

function readNth(fields: Fields, n: number): ReadRefund {
  const { out_trade_no = '', transaction_id = '', total_fee = '' } = fields
  const own = NAMES.map(([name, inNotice]) => [inNotice, fields[`${name}_${n}`] ?? ''] as const)
  const read = readFoundRefund(newFields([...Object.entries({ out_trade_no, transaction_id, total_fee }), ...own]))
  if (read.ok) return read
  const [name] = NAMES.find(([, inNotice]) => inNotice === read.field) ?? []
  return { ok: false, field: name === undefined ? read.field : `${name}_${n}` }
}
