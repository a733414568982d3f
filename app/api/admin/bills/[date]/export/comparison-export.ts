import { type Day, parseDay } from '@/lib/shop/beijing'
import type { Difference } from '@/lib/shop/difference'
import type { Shop } from '@/lib/shop/shop'
import { firstOf } from '@/lib/web/list-query'
import { beijingCell, type ListExport, numberCell } from '../../../list-export'

/** The differences of a day as a file has them, in the order in which they were found. */
export function comparisonExport({ store }: Pick<Shop, 'store'>): ListExport<Day, Difference> {
  return {
    name: 'comparison',
    action: 'differences_exported',
    read: (query) => {
      const day = parseDay(firstOf(query.day) ?? '')
      return day === null ? { filter: '', ignored: ['day'] } : { filter: day, ignored: [] }
    },
    write: (day) => [['day', day]],
    pathOf: (day) => (day === undefined ? '/admin/bills' : `/admin/bills/${day}`),
    columns: COLUMNS,
    list: (day, after, limit) => store.listDifferences(day, { isOpen: null, after: after?.id ?? null, limit }),
    cells: cellsOf,
  }
}

const COLUMNS = [
  ...['day', 'difference', 'about', 'number', 'order', 'status_here', 'amount_here_fen', 'line', 'amount_there_fen'],
  ...[
    'status_there',
    'fee_there_fen',
    'fee_rate',
    'paid_there_beijing',
    'transaction_id',
    'expected_fen',
    'moved_fen',
    'end',
    'ended_by',
  ],
  ...['ended_beijing', 'note'],
]

function cellsOf({ here, there, moved, ...difference }: Difference): string[] {
  return [
    difference.day,
    difference.kind,
    difference.subject,
    difference.number,
    difference.orderId ?? '',
    here?.status ?? '',
    String(here?.amountFen ?? ''),
    String(there?.line ?? ''),
    String(there?.amountFen ?? ''),
    there?.refundStatus ?? '',
    there === null ? '' : String(there.feeMilliFen / 1_000),
    there?.feeRate ?? '',
    beijingCell(there?.at ?? null),
    numberCell(there?.transactionId ?? here?.transactionId ?? null),
    moved === null ? '' : String(moved.expectedMilliFen / 1_000),
    moved === null ? '' : String(moved.movedMilliFen / 1_000),
    difference.end ?? 'open',
    difference.endedBy ?? '',
    beijingCell(difference.endedAt),
    difference.note ?? '',
  ]
}
