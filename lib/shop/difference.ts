import type { Day } from './beijing'
import type { BillKind, BillRow, MilliFen } from './bill'
import type { PaymentStatus } from './payment'
import type { RefundStatus } from './refund'

/**
 * How a trade bill and the shop can differ. `missing_here`: money that nobody here knows. `missing_there`: the bill does not have
 * what WeChat said here before. `paid_there`: paid, and here it still waits or is closed. `refunded_there`: a refund that
 * nobody here made. `double`: the same once more. `unknown_merchant`: a line of somebody else's.
 */
const TRADE_KINDS = [
  'missing_here',
  'missing_there',
  'amount_differs',
  'paid_there',
  'refunded_there',
  'refund_status_differs',
  'double',
  'unknown_merchant',
  'fee_unexpected',
] as const

/**
 * How the account's flow and the trade bill can differ. `flow_missing`: a payment or refund that moved nothing.
 * `flow_unknown`: money or a fee of a payment or refund that no trade bill has. `flow_double`: it moved more than once.
 * `flow_net_differs`: each line agrees, and the day's net does not, which is how fees that are given back come to light.
 */
const FLOW_KINDS = [
  'flow_missing',
  'flow_unknown',
  'flow_amount_differs',
  'flow_fee_differs',
  'flow_double',
  'flow_net_differs',
] as const

export const DIFFERENCE_KINDS = [...TRADE_KINDS, ...FLOW_KINDS] as const
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number]
export type TradeDifferenceKind = (typeof TRADE_KINDS)[number]
export type FlowDifferenceKind = (typeof FLOW_KINDS)[number]

/** What comparing a bill can find. */
export function kindsOf(bill: BillKind): readonly DifferenceKind[] {
  return bill === 'trade' ? TRADE_KINDS : FLOW_KINDS
}

export function billOf(kind: DifferenceKind): BillKind {
  return FLOW_KINDS.some((it) => it === kind) ? 'fund_flow' : 'trade'
}

/**
 * How a difference ended. `settled`: WeChat's query was written down here, and bill and shop agree. `recorded`: the money
 * or refund is on record here now, for somebody to see to. `refunded`: it was sent back. `accepted`: somebody wrote down
 * why it stays. `gone`: a later comparison did not find it.
 */
export const DIFFERENCE_ENDS = ['settled', 'recorded', 'refunded', 'accepted', 'gone'] as const
export type DifferenceEnd = (typeof DIFFERENCE_ENDS)[number]

export const DIFFERENCE_SUBJECTS = ['payment', 'refund', 'day'] as const
export type DifferenceSubject = (typeof DIFFERENCE_SUBJECTS)[number]

/** A payment as the shop has it; `unreconciled` is money on record that belongs to no payment of ours. */
export type OurPayment = {
  type: 'payment'
  /** The `out_trade_no`. */
  number: string
  orderId: string | null
  status: PaymentStatus | 'unreconciled'
  amountFen: number
  /** WeChat's number of the money; null as long as none is known here. */
  transactionId: string | null
  /** When it was paid. */
  at: number | null
}

export type OurRefund = {
  type: 'refund'
  /** The `out_refund_no`. */
  number: string
  orderId: string | null
  status: RefundStatus
  amountFen: number
  transactionId: string | null
  /** When WeChat took it on, as far as is known here. */
  at: number | null
}

export type Ours = OurPayment | OurRefund

/** What the account's flow has of a payment, a refund or a day, and what the trade bill makes one expect. */
export type Moved = {
  expectedMilliFen: MilliFen
  movedMilliFen: MilliFen
  /** Where it begins in the file, and when; null where nothing moved. */
  line: number | null
  at: number | null
}

/** What a comparison found. */
export type FoundDifference = {
  kind: DifferenceKind
  subject: DifferenceSubject
  /** Of the payment or the refund; the day itself where the day as a whole differs. */
  number: string
  orderId: string | null
  here: Ours | null
  there: BillRow | null
  /** The third side: the account; null in what the trade bill and the shop differ in. */
  moved: Moved | null
}

/** A difference of a day, with what became of it. */
export type Difference = FoundDifference & {
  id: number
  day: Day
  /** Tells it from every other one of the day, in each comparison anew. */
  key: string
  foundAt: number
  /** The comparison that found it last. */
  seenAt: number
  end: DifferenceEnd | null
  endedAt: number | null
  /** Who, or what: an admin, the bill itself, a later comparison. */
  endedBy: string | null
  note: string | null
  /** What WeChat was last queried about it came to, in a word. */
  problem: string | null
  checks: number
  /** When WeChat is queried about it next; null when only somebody here can end it. */
  nextCheckAt: number | null
  version: number
}

export function keyOf({ kind, subject, number, there }: FoundDifference): string {
  const key = `${kind} ${subject} ${number}`
  return kind === 'double' ? `${key} ${there?.line ?? ''}` : key
}

/** What WeChat's own query can settle: it says what the bill says, and the shop writes that down. */
const SETTLED_BY_QUERY: readonly DifferenceKind[] = [
  'missing_here',
  'paid_there',
  'refunded_there',
  'refund_status_differs',
]

export function isSettledByQuery({ kind }: Pick<FoundDifference, 'kind'>): boolean {
  return SETTLED_BY_QUERY.includes(kind)
}

/** What somebody is advised to do: each is an act on the day's page. */
export type Suggestion = 'query' | 'record' | 'accept'

export function suggestionOf({ kind, subject }: Pick<FoundDifference, 'kind' | 'subject'>): Suggestion {
  if (kind === 'missing_here' && subject === 'payment') return 'record'
  return isSettledByQuery({ kind }) || kind === 'missing_there' ? 'query' : 'accept'
}

const MINUTE = 60_000
/** When WeChat is queried again about a difference that its first answer did not settle; then it waits for people. */
const CHECKS_AFTER_MS = [MINUTE, 10 * MINUTE, 60 * MINUTE, 6 * 60 * MINUTE]

export function nextDifferenceCheckAt(checks: number, now: number): number | null {
  const pause = CHECKS_AFTER_MS[checks - 1]
  return pause === undefined ? null : now + pause
}
