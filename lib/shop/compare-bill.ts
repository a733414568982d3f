import type { BillRow } from './bill'
import type { FoundDifference, OurPayment, OurRefund, Ours } from './difference'
import { CURRENCY } from './money'
import type { RefundStatus } from './refund'

/** The number by which a line of a bill is found here. */
export function numberOf(row: BillRow): string {
  return row.outRefundNo ?? row.outTradeNo
}

/** What some lines of a bill are compared with. */
export type Compared = {
  mchId: string
  rows: readonly BillRow[]
  /** What is known here of these lines, and what has to be in this bill or was in another. */
  ours: readonly Ours[]
  /** What has to be in a bill by now; of other things nothing is missing there. */
  due: readonly Ours[]
  /** Numbers of lines before these, of this day or another. */
  billed: readonly Pick<Ours, 'type' | 'number'>[]
}

/**
 * Compares lines of a bill with payments and refunds, both ways, and gives all that differs. Pure, so that a long bill can
 * be compared piece by piece: what stood in former pieces is `billed`, and what is `due` comes with the last piece.
 */
export function compareBill({ mchId, rows, ours, due, billed }: Compared): FoundDifference[] {
  const known = new Map(ours.map((it) => [placeOf(it), it]))
  const seen = new Set(billed.map(placeOf))
  const found: FoundDifference[] = []
  for (const row of rows) {
    const place = placeOf({ type: row.type, number: numberOf(row) })
    const here = known.get(place) ?? null
    const of = (kind: FoundDifference['kind']) => found.push(differenceOf(kind, row, here))
    if (row.mchId !== mchId) of('unknown_merchant')
    else if (seen.has(place)) of('double')
    else {
      const kind = kindOf(row, here)
      if (kind !== null) of(kind)
      if (!isFeeAsAgreed(row)) of('fee_unexpected')
    }
    if (row.mchId === mchId) seen.add(place)
  }
  const missing = due.filter((it) => !seen.has(placeOf(it)))
  return [...found, ...missing.map(missingThere)]
}

function placeOf({ type, number }: Pick<Ours, 'type' | 'number'>): string {
  return `${type} ${number}`
}

function differenceOf(kind: FoundDifference['kind'], row: BillRow, here: Ours | null): FoundDifference {
  return { kind, subject: row.type, number: numberOf(row), orderId: here?.orderId ?? null, here, there: row }
}

function missingThere(here: Ours): FoundDifference {
  const { type: subject, number, orderId } = here
  return { kind: 'missing_there', subject, number, orderId, here, there: null }
}

function kindOf(row: BillRow, here: Ours | null): FoundDifference['kind'] | null {
  if (here === null) return row.type === 'payment' ? 'missing_here' : 'refunded_there'
  if (here.amountFen !== row.amountFen || row.currency !== CURRENCY) return 'amount_differs'
  return here.type === 'payment' ? kindOfPayment(row, here) : kindOfRefund(row, here)
}

function kindOfPayment(row: BillRow, { transactionId }: OurPayment): FoundDifference['kind'] | null {
  if (transactionId === null) return 'paid_there'
  // One number is paid once; other money under it is money that nobody here knows.
  return transactionId === row.transactionId ? null : 'missing_here'
}

/** How a refund may stand here when a bill said that of it: it is written once, and the refund goes on. */
const LATER: Record<string, readonly RefundStatus[]> = {
  PROCESSING: ['processing', 'succeeded', 'closed', 'abnormal'],
  SUCCESS: ['succeeded'],
  FAIL: ['closed'],
  // A rerouted one is processing again.
  CHANGE: ['abnormal', 'processing', 'succeeded'],
}

function kindOfRefund({ refundStatus }: BillRow, { status }: OurRefund): FoundDifference['kind'] | null {
  return (LATER[refundStatus ?? ''] ?? LATER.SUCCESS ?? []).includes(status) ? null : 'refund_status_differs'
}

/** Fees are rounded to a fen, and this way or that. */
const ROUNDING_MILLI_FEN = 1_000

/** Whether a line's fee is what its rate makes of its amount; of a refund, any part of it may come back. */
function isFeeAsAgreed({ type, amountFen, feeMilliFen, feeRate }: BillRow): boolean {
  const [, percent] = /^(\d{1,2}(?:\.\d{1,4})?)%$/.exec(feeRate) ?? []
  if (percent === undefined) return feeMilliFen === 0
  const agreed = (amountFen * 1_000 * Number(percent)) / 100
  if (type === 'payment') return Math.abs(feeMilliFen - agreed) <= ROUNDING_MILLI_FEN
  return feeMilliFen <= 0 && -feeMilliFen <= agreed + ROUNDING_MILLI_FEN
}
