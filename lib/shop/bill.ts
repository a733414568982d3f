import { beginOf, type Day, dayAfter } from './beijing'
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

/** What WeChat keeps of an amount, in millionths: 6000 is 0.60%. */
export type FeeRate = number

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

/** What a bill comes to, as its own last line says and its rows confirm; refunds that failed gave nothing back. */
export type BillTotals = {
  rows: number
  payments: number
  paidFen: number
  refunds: number
  refundedFen: number
  feeMilliFen: MilliFen
}

/**
 * What moved on the merchant's account in a day. `otherFen` is the part of it that no payment or refund moved, such as a
 * withdrawal to the bank; bills that were read by an older version do not say.
 */
export type FundFlowTotals = { rows: number; incomeFen: number; expenseFen: number; otherFen?: number }

/** One line of a fund-flow bill that a payment or a refund brought about: its money, or a fee. */
export type FlowRow = {
  line: number
  type: BillRow['type']
  isFee: boolean
  at: number
  /** WeChat's number of the payment or the refund, and the shop's. */
  wechatNumber: string
  number: string
  /** In fen; what left the account is negative. */
  amountFen: number
}

/** All that one payment or refund moved on the account. */
export type Moves = Pick<FlowRow, 'type' | 'wechatNumber' | 'number' | 'line' | 'at'> & {
  /** Lines that are no fees, and what they come to. */
  lines: number
  amountFen: number
  feeFen: number
}

/** WeChat's number of a line: what the account's flow names it by. */
export function wechatNumberOf({ refundId, transactionId }: BillRow): string {
  return refundId ?? transactionId
}

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

/** Why there is no bill yet, where nothing has failed: it only takes its time. */
const PATIENT = new Set(['creating', 'no_bill', 'trade_bill_waiting'])

export function isPatient(problem: string): boolean {
  return PATIENT.has(problem)
}

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

/**
 * How far a day is: its bill was not read yet, or was read and compared with the shop; or WeChat says that there is none,
 * and that was compared.
 */
export const BILL_STATUSES = ['waiting', 'compared', 'no_bill'] as const
export type BillStatus = (typeof BILL_STATUSES)[number]

/** One bill of one day, from before it is there. */
export type BillDay = BillKey & {
  status: BillStatus
  /** The file that was compared last. */
  fileId: number | null
  /** What it comes to; a trade bill and the account's flow count different things. */
  totals: BillTotals | FundFlowTotals | null
  /** Why it was not read when it was last asked for, in a word. */
  problem: string | null
  /** The line of the file at which it is wrong. */
  problemLine: number | null
  comparedAt: number | null
  checks: number
  /** When it is asked for next; null when it is compared, and when it cannot be had any more. */
  nextCheckAt: number | null
  version: number
}

/** A file as it was downloaded. It is never written over: another file of the same bill is kept beside it. */
export type BillFile = BillKey & { id: number; sha256: string; bytes: number; fetchedAt: number }

/** A day with what is open of it. */
export type ReviewedBillDay = BillDay & { differences: number; open: number; files: number }

const MINUTE = 60_000
/** A bill that is not ready is asked for every half hour (API v3, bills); what failed, sooner at first. */
const CREATING_PAUSE_MS = 30 * MINUTE
const FAILED_PAUSES_MS = [5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 3 * 60 * MINUTE]
const LAST_PAUSE_MS = 6 * 60 * MINUTE
/** Whoever fetches a bill has it for so long; then somebody else begins anew. */
export const BILL_CLAIM_MS = 15 * MINUTE
/** How far back WeChat has bills. */
export const BILL_DAYS_MAX = 90

/** A bill in the hands of who fetches it: the next time is set before the work begins, for whoever dies with it. */
export function claimedBill(bill: BillDay, now: number): BillDay {
  return { ...bill, checks: bill.checks + 1, nextCheckAt: now + BILL_CLAIM_MS, version: bill.version + 1 }
}

/** When a bill that was not read is asked for again; null when WeChat has it no longer. */
export function nextBillCheckAt({ day, checks }: BillDay, isCreating: boolean, now: number): number | null {
  const pause = isCreating ? CREATING_PAUSE_MS : (FAILED_PAUSES_MS[checks - 1] ?? LAST_PAUSE_MS)
  return now + pause > beginOf(dayAfter(day, BILL_DAYS_MAX)) ? null : now + pause
}

export function isTradeTotals(totals: BillDay['totals']): totals is BillTotals {
  return totals !== null && 'paidFen' in totals
}
