import { placeAfter, readRefundQuery, refundFields, refundsPath } from '@/app/admin/refunds/list-query'
import { writeYuan } from '@/lib/shop/money'
import type { Refund } from '@/lib/shop/refund'
import type { RefundFilter } from '@/lib/shop/review'
import type { Shop } from '@/lib/shop/shop'
import { beijingCell, type ListExport, numberCell } from '../../list-export'

/** The refunds of a filter as a file has them, newest first. */
export function refundExport({ store }: Pick<Shop, 'store'>): ListExport<RefundFilter, Refund> {
  return {
    name: 'refunds',
    action: 'refunds_exported',
    read: readRefundQuery,
    write: refundFields,
    pathOf: refundsPath,
    columns: COLUMNS,
    list: (filter, after, limit) => store.listRefunds(filter, { after: after && placeAfter(after), limit }),
    cells: cellsOf,
  }
}

const COLUMNS = [
  ...['refund', 'order', 'status', 'amount_yuan', 'paid_yuan', 'source', 'reason', 'pieces', 'back_into_stock'],
  ...['created_beijing', 'created_iso', 'accepted_beijing', 'ended_beijing', 'refund_id', 'transaction_id'],
  ...['out_trade_no', 'received_by', 'problem', 'note', 'seen_to_beijing'],
]

function cellsOf(refund: Refund): string[] {
  return [
    refund.outRefundNo,
    refund.orderId,
    refund.status,
    writeYuan(refund.amountFen),
    writeYuan(refund.paidFen),
    refund.source,
    refund.reason,
    refund.lines.map(({ productId, quantity }) => `${productId} × ${quantity}`).join('; '),
    refund.returnsStock ? 'yes' : 'no',
    beijingCell(refund.createdAt),
    new Date(refund.createdAt).toISOString(),
    beijingCell(refund.acceptedAt),
    beijingCell(refund.endedAt),
    numberCell(refund.refundId),
    numberCell(refund.transactionId),
    refund.outTradeNo,
    refund.receivedBy ?? '',
    refund.problem ?? '',
    refund.note ?? '',
    beijingCell(refund.resolvedAt),
  ]
}
