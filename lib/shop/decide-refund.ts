import type { Cause } from './order'
import type { Resolution } from './payment'
import {
  type FoundRefund,
  isUnanswered,
  isWish,
  mayBeRerouted,
  needsResolution,
  nextRefundCheckAt,
  type Refund,
  type RefundEvent,
  type RefundLine,
  type RefundWait,
} from './refund'

export type RefundChangeEvent =
  | { type: 'approved'; at: number; note: string | null }
  | { type: 'declined'; at: number; note: string }
  /** WeChat took it on; that is no end. */
  | { type: 'accepted'; refundId: string; at: number }
  /** WeChat will not, and does not know the number either. */
  | { type: 'refused'; code: string; at: number }
  /** Nothing is known, or something has to happen first: the identical request goes out again. */
  | { type: 'delayed'; problem: string; waitsFor: RefundWait }
  /** The refund query's answer, the only word that ends what WeChat took on. */
  | { type: 'found'; found: FoundRefund; at: number }
  | { type: 'resolved'; at: number; note: string }
  /** WeChat is told to pay an abnormal one to the merchant's bank card; the refund query tells whether it does. */
  | { type: 'rerouted'; at: number; note: string }

export type RefundReason = RefundChangeEvent['type'] | 'already' | 'contradicted'

/** What is to be written, and why; nothing for `already` and `contradicted`. */
export type RefundDecision =
  | { type: 'ignore'; reason: 'already' | 'contradicted' }
  | { type: 'apply'; reason: RefundChangeEvent['type']; refund: Refund }

/**
 * The life of a refund, and the only place where its status changes. Pure: the same refund and the same event always give
 * the same decision. A refund that succeeded stays so, which is what makes stock return once.
 */
export function decideRefund(refund: Refund, event: RefundChangeEvent): RefundDecision {
  switch (event.type) {
    case 'approved': {
      if (!isWish(refund)) return ignore()
      const { at, note } = event
      return apply(event.type, { ...refund, approvedAt: at, note, nextCheckAt: nextRefundCheckAt(at, 0, at) })
    }
    case 'declined':
      if (!isWish(refund)) return ignore()
      return apply(event.type, { ...ended(refund, 'declined', event.at), note: event.note })
    case 'accepted': {
      if (!isUnanswered(refund)) return ignore()
      const { refundId, at } = event
      return apply(event.type, { ...underWay(refund, at), status: 'processing', acceptedAt: at, refundId })
    }
    case 'refused':
      if (!isUnanswered(refund)) return ignore()
      return apply(event.type, { ...ended(refund, 'closed', event.at), problem: event.code })
    case 'delayed': {
      const { problem, waitsFor } = event
      const isUnderWay = isUnanswered(refund) || refund.status === 'processing'
      if (!isUnderWay || (refund.problem === problem && refund.waitsFor === waitsFor)) return ignore()
      return apply(event.type, { ...refund, problem, waitsFor })
    }
    case 'found':
      return decideFound(refund, event.found, event.at)
    case 'resolved': {
      if (refund.resolvedAt !== null || !needsResolution(refund)) return ignore()
      // What somebody settled by hand is asked about no more; should it succeed after all, WeChat says so by itself.
      const nextCheckAt = refund.status === 'abnormal' ? null : refund.nextCheckAt
      return apply(event.type, { ...refund, resolvedAt: event.at, note: event.note, nextCheckAt })
    }
    case 'rerouted': {
      if (!mayBeRerouted(refund)) return ignore()
      const { at, note } = event
      return apply(event.type, { ...underWay(refund, at), status: 'processing', resolvedAt: at, note })
    }
  }
}

function decideFound(refund: Refund, found: FoundRefund, at: number): RefundDecision {
  if (!isSameRefund(refund, found) || refund.approvedAt === null) return ignore('contradicted')
  const { refundId, receivedBy, status } = found
  if (refund.status === 'succeeded') return ignore()
  if (refund.status === status && refund.problem === null) return ignore()
  const known = { ...underWay(refund, at), refundId, receivedBy, acceptedAt: refund.acceptedAt ?? at }
  if (status === 'succeeded' || status === 'closed')
    return apply('found', ended(known, status, found.succeededAt ?? at))
  if (status === 'processing') {
    // What WeChat ended does not begin again; what was only refused here, and is there after all, does.
    const mayBegin = isUnanswered(refund) || refund.status === 'processing' || refund.acceptedAt === null
    return mayBegin ? apply('found', { ...known, status, endedAt: null }) : ignore()
  }
  // What was done about it before did not help, and was said to nobody but the shop: somebody has to see to it again.
  const unseen = refund.resolvedAt !== null && refund.status !== 'abnormal' && { resolvedAt: null, note: null }
  // An abnormal one goes on being looked at, a day apart: it succeeds when an operator gives WeChat another account.
  return apply('found', {
    ...known,
    ...unseen,
    status,
    endedAt: null,
    nextCheckAt: nextRefundCheckAt(at, Number.POSITIVE_INFINITY, at),
  })
}

/** Whether WeChat speaks of this very refund: what was wanted from which money. */
export function isSameRefund(refund: Refund, found: FoundRefund): boolean {
  return (
    found.outRefundNo === refund.outRefundNo &&
    found.outTradeNo === refund.outTradeNo &&
    found.transactionId === refund.transactionId &&
    found.amountFen === refund.amountFen &&
    found.paidFen === refund.paidFen
  )
}

/** Without a problem, and followed from the beginning of its schedule. */
function underWay(refund: Refund, at: number): Refund {
  return { ...refund, problem: null, waitsFor: null, checks: 0, nextCheckAt: nextRefundCheckAt(at, 0, at) }
}

function ended(refund: Refund, status: 'succeeded' | 'closed' | 'declined', at: number): Refund {
  return { ...refund, status, endedAt: at, nextCheckAt: null, waitsFor: null }
}

function ignore(reason: 'already' | 'contradicted' = 'already'): RefundDecision {
  return { type: 'ignore', reason }
}

function apply(reason: RefundChangeEvent['type'], after: Refund): RefundDecision {
  return { type: 'apply', reason, refund: { ...after, version: after.version + 1 } }
}

/** One atomic step of the store about a refund. */
export type RefundChange = {
  before: Refund
  after: Refund
  event: RefundEvent
  /** Whether WeChat is asked from now on, which its limits have to allow in this very step (`refuseApproval`). */
  isApproval: boolean
  /** What goes back into stock. */
  returned: RefundLine[]
  /** How stray money ends, if all of it went back with this. */
  resolution: Resolution | null
}

/** The change that carries out a decision; stock returns when the money has, once. */
export function refundChange(
  before: Refund,
  { refund: after, reason }: Extract<RefundDecision, { type: 'apply' }>,
  cause: Cause,
  at: number,
): RefundChange {
  const { outRefundNo, version, status } = after
  const hasSucceeded = before.status !== 'succeeded' && status === 'succeeded'
  return {
    before,
    after,
    event: { outRefundNo, version, what: reason, from: before.status, to: status, cause, at },
    isApproval: reason === 'approved',
    returned: hasSucceeded && after.returnsStock ? after.lines : [],
    resolution: hasSucceeded ? { at, by: 'WeChat Pay', note: outRefundNo } : null,
  }
}
