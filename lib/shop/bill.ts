import type { Day } from './beijing'
import type { SaidFields } from './evidence'

/** What WeChat writes about one day in Beijing: all payments and refunds, and all that moved on the merchant's account. */
export const BILL_KINDS = ['trade', 'fund_flow'] as const
export type BillKind = (typeof BILL_KINDS)[number]

/** Which bill of which day. */
export type BillKey = { day: Day; kind: BillKind }

/** Most bytes of a bill, uncompressed: some 250,000 rows. What is longer is refused and not kept. */
export const BILL_BYTES_MAX = 64 * 1024 * 1024

/** Largest amount in a bill, in fen: so many rows of it can be added without losing one. */
export const BILL_AMOUNT_MAX = 10_000_000_000

/** A thousandth of a fen, in which fees have their five decimals of a yuan. */
export type MilliFen = number

/** One line of a trade bill. */
export type BillRow = {
  /** Its number in the file, the names of the columns being the first. */
  line: number
  type: 'payment' | 'refund'
  /** When it was paid, or when WeChat took the refund on. */
  at: number
  appid: string
  mchId: string
  transactionId: string
  outTradeNo: string
  /** The whole order, or the refund, in fen. */
  amountFen: number
  currency: string
  /** Of a refund. */
  refundId: string | null
  outRefundNo: string | null
  /** What WeChat said when the bill was written, and never corrects there; `null` in rows of payments. */
  refundStatus: string | null
  feeMilliFen: MilliFen
  /** As it stands there, such as `0.60%`. */
  feeRate: string
}

/** What a bill comes to, as its own last line says and its rows confirm. */
export type BillTotals = {
  rows: number
  payments: number
  paidFen: number
  refunds: number
  refundedFen: number
  feeMilliFen: MilliFen
}

/** What moved on the merchant's account in a day. */
export type FundFlowTotals = { rows: number; incomeFen: number; expenseFen: number }

/** Why a file is not the bill that was asked for. */
export const BILL_PROBLEMS = [
  'not_a_bill',
  'not_utf8',
  'too_large',
  'line_too_long',
  'missing_column',
  'wrong_cells',
  'bad_value',
  'negative_amount',
  'amount_too_large',
  'wrong_date',
  'other_merchant',
  'cut_short',
  'summary_differs',
] as const
export type BillProblem = (typeof BILL_PROBLEMS)[number]

/** `line` is where it is wrong, null when it is wrong as a whole. */
export type BillReading<Totals> = { ok: true; totals: Totals } | { ok: false; reason: BillProblem; line: number | null }

/** What became of a download. */
export type BillAnswer =
  /** All of it was handed over. */
  | { type: 'file'; sha256: string; bytes: number }
  /** Nothing was paid or refunded on that day, or the bill is not ready. */
  | { type: 'no_bill'; fields: SaidFields }
  | { type: 'creating'; fields: SaidFields }
  /** The file is not what it has to be, or none came; a word says why. Asking again may bring another. */
  | { type: 'failed'; problem: string; fields: SaidFields }

/** What payments brought, less what went back and what WeChat keeps. */
export function netMilliFen({ paidFen, refundedFen, feeMilliFen }: Omit<BillTotals, 'rows'>): MilliFen {
  return (paidFen - refundedFen) * 1_000 - feeMilliFen
}
