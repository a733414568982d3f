import { type Fen, fen } from './money'
import type { Order } from './order'
import type { Transaction } from './payment'
import {
  costOf,
  isWish,
  piecesByProduct,
  piecesLeft,
  REFUND_PAUSE_MS,
  REFUNDABLE_FOR_MS,
  REFUNDS_MAX,
  type Refund,
  type RefundLine,
  refundableFen,
  refundsOf,
} from './refund'

export type RefundRefusal =
  | 'invalid_refund_amount'
  | 'invalid_refund_lines'
  | 'refund_too_much'
  | 'refund_too_soon'
  | 'refund_too_late'
  | 'too_many_refunds'
  | 'refund_pending'
  | 'already_shipped'
  | 'already_resolved'

/** All that counts for a new refund, read in the step that writes it. */
export type RefundSituation = {
  order: Order
  money: Pick<Transaction, 'transactionId' | 'paidFen' | 'paidAt' | 'outcome'>
  /** Whether somebody saw to stray money already. */
  isResolved: boolean
  /** All of the order. */
  refunds: Refund[]
}

/**
 * Why a new refund may not be written; null when it may. Asked inside the step that writes it, so that two who press at
 * once cannot refund more than was paid.
 */
export function refuseNewRefund(situation: RefundSituation, refund: Refund): RefundRefusal | null {
  const { order, money, isResolved, refunds } = situation
  const own = refundsOf(refunds, money.transactionId)
  if (money.outcome !== 'applied' && isResolved) return 'already_resolved'
  // The rule acts once: whatever became of a refund of this money, somebody decides about another one.
  if (refund.source === 'rule' && own.length > 0) return 'already_resolved'
  if (isWish(refund)) {
    if (order.shippedAt !== null) return 'already_shipped'
    if (own.some(isWish)) return 'refund_pending'
  }
  const paidFen = fen(money.paidFen)
  const { amountFen, lines, createdAt } = refund
  const refusal = refuseAmount({ paidFen, refunds: own }, amountFen) ?? refuseLines(order, own, { amountFen, lines })
  if (refusal !== null) return refusal
  const sent = { paidAt: money.paidAt, refunds: own }
  return isWish(refund) ? refuseLate(sent.paidAt, createdAt) : refuseSending(sent, createdAt)
}

/** Why a wish may not be approved now; null when it may. What it takes from the payment is kept for it since it was made. */
export function refuseApproval({ money, refunds }: RefundSituation, own: Refund, now: number): RefundRefusal | null {
  const others = refundsOf(refunds, money.transactionId).filter(({ outRefundNo }) => outRefundNo !== own.outRefundNo)
  return refuseSending({ paidAt: money.paidAt, refunds: others }, now)
}

type Taken = { paidFen: Fen; refunds: Refund[] }

function refuseAmount({ paidFen, refunds }: Taken, amountFen: number): RefundRefusal | null {
  if (!Number.isSafeInteger(amountFen) || amountFen < 1) return 'invalid_refund_amount'
  return amountFen > refundableFen(paidFen, refunds) ? 'refund_too_much' : null
}

/** Pieces that are there and not refunded, for what they cost, or all of them for all that is left. */
function refuseLines(
  order: Order,
  refunds: Refund[],
  { amountFen, lines }: Pick<Refund, 'amountFen' | 'lines'>,
): RefundRefusal | null {
  if (lines.length === 0) return null
  const left = piecesByProduct(piecesLeft(order, refunds))
  const isThere = ({ productId, quantity }: RefundLine) =>
    Number.isSafeInteger(quantity) && quantity > 0 && quantity <= (left.get(productId) ?? 0)
  const areDistinct = new Set(lines.map(({ productId }) => productId)).size === lines.length
  if (!areDistinct || !lines.every(isThere)) return 'invalid_refund_lines'
  const isAll = lines.length === left.size && lines.every((it) => it.quantity === left.get(it.productId))
  const isRest = isAll && amountFen === refundableFen(order.amountFen, refunds)
  return isRest || costOf(order, lines) === amountFen ? null : 'invalid_refund_lines'
}

type Sent = { paidAt: number; refunds: Refund[] }

function refuseLate(paidAt: number, now: number): RefundRefusal | null {
  return now - paidAt > REFUNDABLE_FOR_MS ? 'refund_too_late' : null
}

function refuseSending({ paidAt, refunds }: Sent, now: number): RefundRefusal | null {
  const late = refuseLate(paidAt, now)
  if (late !== null) return late
  const sent = refunds.flatMap(({ approvedAt }) => approvedAt ?? [])
  if (sent.length >= REFUNDS_MAX) return 'too_many_refunds'
  return sent.some((at) => Math.abs(now - at) < REFUND_PAUSE_MS) ? 'refund_too_soon' : null
}
