import type { Day } from './beijing'
import type { BillRow } from './bill'
import type { PaymentStatus } from './payment'
import type { RefundStatus } from './refund'

/**
 * How a bill and the shop can differ. `missing_here`: money that nobody here knows. `missing_there`: the bill does not have
 * what WeChat said here before. `paid_there`: paid, and here it still waits or is closed. `refunded_there`: a refund that
 * nobody here made. `double`: the same once more. `unknown_merchant`: a line of somebody else's.
 */
export const DIFFERENCE_KINDS = [
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
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number]

/**
 * How a difference ended. `settled`: WeChat's query was written down here, and bill and shop agree. `recorded`: the money
 * or refund is on record here now, for somebody to see to. `refunded`: it was sent back. `accepted`: somebody wrote down
 * why it stays. `gone`: a later comparison did not find it.
 */
export const DIFFERENCE_ENDS = ['settled', 'recorded', 'refunded', 'accepted', 'gone'] as const
export type DifferenceEnd = (typeof DIFFERENCE_ENDS)[number]

export const DIFFERENCE_SUBJECTS = ['payment', 'refund'] as const
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

/** What a comparison found. */
export type FoundDifference = {
  kind: DifferenceKind
  subject: DifferenceSubject
  /** Of the payment or the refund. */
  number: string
  orderId: string | null
  here: Ours | null
  there: BillRow | null
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
