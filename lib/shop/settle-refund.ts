import type { NewAuditEntry } from './audit'
import { decideRefund, type RefundChangeEvent, type RefundReason, refundChange } from './decide-refund'
import { FEN_MAX } from './limits'
import { fen } from './money'
import type { NotificationResult } from './notification'
import type { Cause } from './order'
import type { Payment } from './payment'
import { type FoundRefund, nextRefundCheckAt, type Refund } from './refund'
import type { RefundRefusal } from './refuse-refund'
import type { Shop } from './shop'

/** How often a lost race is run again, as of `applyEvent`. */
const ROUNDS_MAX = 5

type Also = {
  entry?: NewAuditEntry
  /** The verdict of the notification that brought the event. */
  resultOf?: (reason: RefundReason) => NotificationResult | null
}

export type RefundStep =
  | { ok: true; reason: RefundReason; refund: Refund; entryId: number | null }
  | { ok: false; reason: RefundRefusal | 'not_found' }

/**
 * Decides about the newest state of a refund and writes the decision, again if another writer came in between. What is not
 * written, because nothing changes, has its verdict written all the same. Throws when the store fails or the race is lost
 * too often: nothing was written then.
 */
export async function applyRefundEvent(
  shop: Shop,
  outRefundNo: string,
  event: RefundChangeEvent,
  cause: Cause,
  { entry, resultOf }: Also = {},
): Promise<RefundStep> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const refund = await shop.store.findRefund(outRefundNo)
    if (refund === null) return { ok: false, reason: 'not_found' }
    const decision = decideRefund(refund, event)
    const { reason } = decision
    const result = resultOf?.(reason) ?? null
    if (decision.type === 'ignore') {
      await shop.store.commit({ result })
      return { ok: true, reason, refund, entryId: null }
    }
    const change = refundChange(refund, decision, cause, shop.now())
    const written = await shop.store.commitRefund(change, { entry: entry ?? null, result })
    if (written.ok) {
      shop.announce(refund.orderId)
      tell(shop, refund, decision.refund)
      return { ok: true, reason, refund: decision.refund, entryId: written.entryId }
    }
    if (written.reason !== 'outdated') return { ok: false, reason: written.reason }
  }
  throw new Error(`lost against other writers too often: refund ${outRefundNo}`)
}

/** What operators have to see in the log. */
function tell(shop: Shop, { status }: Refund, { outRefundNo, orderId, amountFen, problem, ...after }: Refund): void {
  const fields = { outRefundNo, orderId, amountFen, status: after.status, problem }
  const isNew = status !== after.status
  if (isNew && (after.status === 'closed' || after.status === 'abnormal')) shop.log.warn('refund_failed', fields)
  else if (isNew) shop.log.info('refund_changed', fields)
  else if (after.waitsFor === 'operator' || after.waitsFor === 'developer') shop.log.warn('refund_waits', fields)
}

/** What settling can come to: the refund query's answer was written, known, of another refund, or of none of ours. */
export type RefundSettlement = 'applied' | 'already' | 'contradicted' | 'unknown'

/**
 * The one road on which a refund comes to its end. `found` must be WeChat's own answer to a refund query.
 *
 * Refund, history, stock, the end of stray money and the verdict of the notification that brought the event are written in
 * one step, or not at all. Settling the same answer again changes nothing.
 */
export async function settleRefund(
  shop: Shop,
  found: FoundRefund,
  cause: Cause,
  notification: { resultOf: (settlement: RefundSettlement) => NotificationResult } | null = null,
): Promise<RefundSettlement> {
  const settlementOf = (reason: RefundReason): RefundSettlement =>
    reason === 'already' || reason === 'contradicted' ? reason : 'applied'
  const event = { type: 'found', found, at: shop.now() } as const
  const step = await applyRefundEvent(shop, found.outRefundNo, event, cause, {
    resultOf: (reason) => notification?.resultOf(settlementOf(reason)) ?? null,
  })
  if (!step.ok) return 'unknown'
  if (step.reason === 'contradicted') shop.log.warn('refund_contradicted', { outRefundNo: found.outRefundNo })
  return settlementOf(step.reason)
}

/**
 * Writes down a refund of a payment of ours that was made at WeChat, so that what is left is known here too; flagged until
 * an admin has seen to it. `found` must be WeChat's own answer to a refund query. False when it cannot be of this payment.
 */
export async function recordForeignRefund(
  shop: Shop,
  payment: Payment,
  found: FoundRefund,
  cause: Cause,
  result: NotificationResult | null = null,
): Promise<boolean> {
  if (!mayBeOf(payment, found)) return false
  const at = shop.now()
  const isEnded = found.status === 'succeeded' || found.status === 'closed'
  const refund: Refund = {
    ...{ outRefundNo: found.outRefundNo, orderId: payment.orderId, outTradeNo: found.outTradeNo },
    ...{ transactionId: found.transactionId, status: found.status, source: 'wechat', reason: '', lines: [] },
    ...{ amountFen: fen(found.amountFen), paidFen: fen(found.paidFen), currency: payment.currency },
    ...{ apiVersion: payment.apiVersion, signType: payment.signType, request: '', returnsStock: false },
    ...{ createdAt: at, approvedAt: at, acceptedAt: at, endedAt: isEnded ? (found.succeededAt ?? at) : null },
    ...{ refundId: found.refundId, receivedBy: found.receivedBy, note: null, resolvedAt: null },
    ...{ problem: null, waitsFor: null, nextCheckAt: isEnded ? null : nextRefundCheckAt(at, 0, at) },
    ...{ checks: 0, version: 1 },
  }
  const { outRefundNo, status: to } = refund
  const event = { outRefundNo, version: 1, what: 'made', from: null, to, cause, at } as const
  const isNew = await shop.store.recordRefund(refund, event, result)
  if (!isNew) return (await settleRefund(shop, found, cause, result && { resultOf: () => result })) !== 'contradicted'
  shop.announce(payment.orderId)
  shop.log.warn('unknown_refund', { outRefundNo, orderId: payment.orderId, amountFen: found.amountFen })
  return true
}

function mayBeOf(payment: Payment, { outTradeNo, transactionId, amountFen, paidFen }: FoundRefund): boolean {
  const isItsMoney = payment.transactionId === null || payment.transactionId === transactionId
  const isPart = amountFen >= 1 && amountFen <= paidFen && paidFen <= FEN_MAX
  return payment.outTradeNo === outTradeNo && isItsMoney && isPart
}
