import { type Currency, type Fen, fen } from './money'
import type { Cause } from './order'
import type { ApiVersion } from './payment'

/**
 *   requested ──accepted──► processing ──► succeeded
 *       │                       ├────────► closed      nothing went back; another attempt needs another number
 *       │                       └────────► abnormal    the buyer's account takes nothing: settled by hand at WeChat
 *       ├──refused──► closed
 *       └──declined─► declined                         a buyer's wish that the shop does not follow
 *
 * An abnormal one may still succeed, and is resolved by an admin's note otherwise.
 */
export const REFUND_STATUSES = ['requested', 'processing', 'succeeded', 'closed', 'abnormal', 'declined'] as const
export type RefundStatus = (typeof REFUND_STATUSES)[number]

/** Who wanted it: an admin, the buyer, the rule for stray money (`REFUND_STRAY`), or somebody in WeChat's console. */
export const REFUND_SOURCES = ['admin', 'buyer', 'rule', 'wechat'] as const
export type RefundSource = (typeof REFUND_SOURCES)[number]

/** Pieces of an order's lines that a refund is for. */
export type RefundLine = { productId: string; quantity: number }

/** Money on its way back for one payment. Its row is on disk before the first request, and never changes number or amount. */
export type Refund = {
  /** The merchant's number at WeChat, which refunds once however often it is sent. */
  outRefundNo: string
  orderId: string
  /** The money it is taken from. */
  outTradeNo: string
  transactionId: string
  status: RefundStatus
  amountFen: Fen
  /** What was paid, the whole of which this is a part. */
  paidFen: Fen
  currency: Currency
  apiVersion: ApiVersion
  signType: string
  /** The exact request to WeChat, kept because a number may only be repeated with the same parameters; empty when it was made at WeChat. */
  request: string
  source: RefundSource
  /** Read by the buyer, here and at WeChat. */
  reason: string
  /** What it is for; empty when it is for an amount. */
  lines: RefundLine[]
  /** Whether the pieces of its lines go back into stock once it succeeded. */
  returnsStock: boolean
  createdAt: number
  /** From then on WeChat may be asked for it; null while a buyer's wish waits for an operator. */
  approvedAt: number | null
  /** When WeChat took it on. */
  acceptedAt: number | null
  /** When it came to an end, by WeChat's clock where WeChat says so. */
  endedAt: number | null
  /** WeChat's own number. */
  refundId: string | null
  /** Where the money went, in WeChat's words. */
  receivedBy: string | null
  /** What an operator told the buyer, or wrote down about an abnormal one. */
  note: string | null
  /** When an admin had seen to an abnormal one, or to one that was made in WeChat's console. */
  resolvedAt: number | null
  /** Why WeChat did not take it on when it was last asked, as its error code or the word of a missing answer. */
  problem: string | null
  /** Next time WeChat is sent the request or asked about it; null when there is nothing left to ask. */
  nextCheckAt: number | null
  checks: number
  version: number
}

/** One entry of a refund's history. The versions of a refund's entries have no gap. */
export type RefundEvent = {
  outRefundNo: string
  version: number
  from: RefundStatus | null
  to: RefundStatus
  cause: Cause
  at: number
}

/** A refund as WeChat's refund query tells of it. */
export type FoundRefund = {
  outRefundNo: string
  refundId: string
  outTradeNo: string
  transactionId: string
  amountFen: number
  paidFen: number
  status: 'processing' | 'succeeded' | 'closed' | 'abnormal'
  /** When the money arrived; null when WeChat does not say so. */
  succeededAt: number | null
  receivedBy: string | null
}

/** WeChat's rules (refund): how many, how soon after another, how long after the payment. */
export const REFUNDS_MAX = 50
export const REFUND_PAUSE_MS = 60_000
export const REFUNDABLE_FOR_MS = 365 * 24 * 60 * 60_000
/** WeChat shows the buyer 80 bytes of the reason (`refund_desc`). */
export const REASON_BYTES_MAX = 80

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const CHECKS_AFTER_MS = [10 * SECOND, MINUTE, 5 * MINUTE, 20 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR]
const LAST_PAUSE_MS = 24 * HOUR

/** When to ask for the n-th time, counted from 0. */
export function nextRefundCheckAt(checks: number, now: number): number {
  return now + (CHECKS_AFTER_MS[checks] ?? LAST_PAUSE_MS)
}

/** A refund in the hands of who checks it now: the next check is set before the work begins, for whoever dies with it. */
export function claimedRefund(refund: Refund, now: number): Refund {
  return { ...refund, checks: refund.checks + 1, nextCheckAt: nextRefundCheckAt(refund.checks, now) }
}

/** Whether it takes from what is left of the payment: money that went, is going, or is wanted. */
export function takesMoney({ status }: Pick<Refund, 'status'>): boolean {
  return status !== 'closed' && status !== 'declined'
}

/** What is left of a payment to be refunded. */
export function refundableFen(paidFen: Fen, refunds: Pick<Refund, 'status' | 'amountFen'>[]): Fen {
  const taken = refunds.filter(takesMoney).reduce((sum, { amountFen }) => sum + amountFen, 0)
  return fen(Math.max(0, paidFen - taken))
}

/** What went back for certain. */
export function refundedFen(refunds: Pick<Refund, 'status' | 'amountFen'>[]): Fen {
  return fen(refunds.filter(({ status }) => status === 'succeeded').reduce((sum, { amountFen }) => sum + amountFen, 0))
}

export type RefundRefusal =
  | 'invalid_refund_amount'
  | 'refund_too_much'
  | 'refund_too_soon'
  | 'refund_too_late'
  | 'too_many_refunds'

/** Money that can go back: what came, when, and what of it went or is going. */
export type RefundableMoney = { paidFen: Fen; paidAt: number; refunds: Refund[] }

/**
 * Why a refund of so much may not be asked for now; null when it may. Asked inside the step that writes it, so that two
 * who press at once cannot refund more than was paid. `own` is a wish that is written already and gets approved now.
 */
export function refuseRefund(
  { paidFen, paidAt, refunds }: RefundableMoney,
  amountFen: number,
  now: number,
  own: string | null = null,
): RefundRefusal | null {
  const others = refunds.filter(({ outRefundNo }) => outRefundNo !== own)
  if (!Number.isSafeInteger(amountFen) || amountFen < 1) return 'invalid_refund_amount'
  if (amountFen > refundableFen(paidFen, others)) return 'refund_too_much'
  if (now - paidAt > REFUNDABLE_FOR_MS) return 'refund_too_late'
  const sent = others.flatMap(({ approvedAt }) => approvedAt ?? [])
  if (sent.length >= REFUNDS_MAX) return 'too_many_refunds'
  return sent.some((at) => Math.abs(now - at) < REFUND_PAUSE_MS) ? 'refund_too_soon' : null
}

export type RefundChangeEvent =
  | { type: 'approved'; at: number; note: string | null }
  | { type: 'declined'; at: number; note: string }
  /** WeChat took it on; that is no end. */
  | { type: 'accepted'; refundId: string; at: number }
  /** WeChat will not, and does not know the number either. */
  | { type: 'refused'; code: string; at: number }
  /** Nothing is known, or somebody has to do something first: the identical request goes out again. */
  | { type: 'delayed'; problem: string }
  /** The refund query's answer, the only word that ends what WeChat took on. */
  | { type: 'found'; found: FoundRefund; at: number }
  | { type: 'resolved'; at: number; note: string }

export type RefundReason = RefundChangeEvent['type'] | 'already' | 'contradicted'

export type RefundDecision = { reason: RefundReason; refund: Refund }

/**
 * The life of a refund, and the only place where its status changes. Pure: `refund` is the very object that came in when
 * nothing is to be written. A refund that succeeded stays so, which is what makes stock return once.
 */
export function decideRefund(refund: Refund, event: RefundChangeEvent): RefundDecision {
  switch (event.type) {
    case 'approved':
      if (!isWish(refund)) return ignore(refund)
      return apply(event.type, { ...refund, approvedAt: event.at, note: event.note, nextCheckAt: event.at })
    case 'declined':
      if (!isWish(refund)) return ignore(refund)
      return apply(event.type, { ...ended(refund, 'declined', event.at), note: event.note })
    case 'accepted': {
      if (!isUnanswered(refund)) return ignore(refund)
      const { refundId, at } = event
      const accepted = { ...refund, status: 'processing', acceptedAt: at, refundId, problem: null } as const
      return apply(event.type, { ...accepted, checks: 0, nextCheckAt: nextRefundCheckAt(0, at) })
    }
    case 'refused':
      if (!isUnanswered(refund)) return ignore(refund)
      return apply(event.type, { ...ended(refund, 'closed', event.at), problem: event.code })
    case 'delayed':
      if (!isUnanswered(refund) || refund.problem === event.problem) return ignore(refund)
      return apply(event.type, { ...refund, problem: event.problem })
    case 'found':
      return decideFound(refund, event.found, event.at)
    case 'resolved':
      if (refund.resolvedAt !== null || !needsResolution(refund)) return ignore(refund)
      return apply(event.type, { ...refund, resolvedAt: event.at, note: event.note })
  }
}

function decideFound(refund: Refund, found: FoundRefund, at: number): RefundDecision {
  const isSame =
    found.outRefundNo === refund.outRefundNo &&
    found.transactionId === refund.transactionId &&
    found.amountFen === refund.amountFen &&
    found.paidFen === refund.paidFen
  if (!isSame) return { reason: 'contradicted', refund }
  if (refund.approvedAt === null) return { reason: 'contradicted', refund }
  const { refundId, receivedBy, status } = found
  if (refund.status === 'succeeded' || refund.status === status) return ignore(refund)
  const known = { ...refund, refundId, receivedBy, acceptedAt: refund.acceptedAt ?? at, problem: null }
  if (status === 'processing') {
    // What ended does not begin again.
    if (refund.status !== 'requested') return ignore(refund)
    return apply('found', { ...known, status, checks: 0, nextCheckAt: nextRefundCheckAt(0, at) })
  }
  // An abnormal one goes on being looked at: it succeeds when an operator gives WeChat another account.
  if (status === 'abnormal') return apply('found', { ...known, status, nextCheckAt: nextRefundCheckAt(99, at) })
  return apply('found', ended(known, status, found.succeededAt ?? at))
}

/** Whether a buyer asked for it, and no operator has decided yet. */
export function isWish(refund: Refund): boolean {
  return refund.status === 'requested' && refund.approvedAt === null
}

/** Whether WeChat may not have it yet. */
export function isUnanswered(refund: Refund): boolean {
  return refund.status === 'requested' && refund.approvedAt !== null
}

/** Whether an admin has to see to it: WeChat cannot carry it out, or it was made past this shop. */
export function needsResolution({ status, source }: Refund): boolean {
  return status === 'abnormal' || source === 'wechat'
}

function ended(refund: Refund, status: 'succeeded' | 'closed' | 'declined', at: number): Refund {
  return { ...refund, status, endedAt: at, nextCheckAt: null }
}

function ignore(refund: Refund): RefundDecision {
  return { reason: 'already', refund }
}

function apply(reason: RefundReason, after: Refund): RefundDecision {
  return { reason, refund: { ...after, version: after.version + 1 } }
}

/** One atomic step of the store about a refund. */
export type RefundChange = {
  before: Refund
  after: Refund
  /** Null when its status stays. */
  event: RefundEvent | null
  /** What goes back into stock. */
  returned: RefundLine[]
}

/** The change that carries out a decision; stock returns when the money has, once. */
export function refundChange(before: Refund, after: Refund, cause: Cause, at: number): RefundChange {
  const { outRefundNo, version, status } = after
  const isNew = before.status !== status
  return {
    before,
    after,
    event: isNew ? { outRefundNo, version, from: before.status, to: status, cause, at } : null,
    returned: isNew && status === 'succeeded' && after.returnsStock ? after.lines : [],
  }
}
