import type { BillRow, FeeRate, MilliFen } from './bill'
import type { FoundDifference, OurPayment, OurRefund, Ours } from './difference'
import { CURRENCY } from './money'
import type { RefundStatus } from './refund'

/** The number by which a line of a bill is found here: the shop's own. */
export function numberOf(row: BillRow): string {
  return row.outRefundNo ?? row.outTradeNo
}

/** What some lines of a bill are compared with. */
export type Compared = {
  mchId: string
  /** The rate that was agreed on with WeChat; null when nobody said, and then each line's own rate counts. */
  feeRate: FeeRate | null
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
export function compareBill({ mchId, feeRate, rows, ours, due, billed }: Compared): FoundDifference[] {
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
      if (!isFeeAsAgreed(row, feeRate)) of('fee_unexpected')
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
  return {
    kind,
    subject: row.type,
    number: numberOf(row),
    orderId: here?.orderId ?? null,
    here,
    there: row,
    moved: null,
  }
}

function missingThere(here: Ours): FoundDifference {
  const { type: subject, number, orderId } = here
  return { kind: 'missing_there', subject, number, orderId, here, there: null, moved: null }
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
export const ROUNDING_MILLI_FEN: MilliFen = 1_000

/** A rate such as `0.60%` in millionths; null when it is none. */
export function readFeeRate(text: string): FeeRate | null {
  const [, percent, decimals = ''] = /^(\d{1,2})(?:\.(\d{1,4}))?%$/.exec(text) ?? []
  return percent === undefined ? null : Number(`${percent}${decimals.padEnd(4, '0')}`)
}

/** What a line's rate makes of its amount; null when it names no rate. */
export function agreedFee({ amountFen, feeRate }: BillRow): MilliFen | null {
  const rate = readFeeRate(feeRate)
  return rate === null ? null : (amountFen * rate) / 1_000
}

/** Whether a line's fee is what its rate makes of its amount; of a refund, any part of it may come back. */
function isFeeAsAgreed(row: BillRow, agreedRate: FeeRate | null): boolean {
  const { type, feeMilliFen } = row
  // A refund has the rate of its payment, which may have been another one then.
  if (type === 'payment' && agreedRate !== null && readFeeRate(row.feeRate) !== agreedRate) return false
  const agreed = agreedFee(row)
  if (agreed === null) return feeMilliFen === 0
  if (type === 'payment') return Math.abs(feeMilliFen - agreed) <= ROUNDING_MILLI_FEN
  return feeMilliFen <= 0 && -feeMilliFen <= agreed + ROUNDING_MILLI_FEN
}
