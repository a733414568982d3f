import type { Order } from './order'
import type { PaidTrade, Payment, Prepay, Transaction, TransactionOutcome } from './payment'
import { hasUnreviewedRefund, isFinal, isLive, isProved, nextCheckAt } from './payment'

/** All that counts for a decision: the order, the payment the event is about, and what is known of the same money. */
export type Situation<P extends Payment | null = Payment> = {
  order: Order
  /** Null where an order alone is decided about, because nobody tried to pay it. */
  payment: P
  /** The record of the same money, if it was seen before. */
  known: Transaction | null
  /** Whether another payment of the order is live. */
  hasOtherLive: boolean
}

/** Events, always WeChat's own word and never a client's. */
export type PrepaidEvent = { type: 'prepaid'; prepay: Prepay }
/** `refundSeenAt`: when WeChat said beside it that money went back since; null when it did not. */
export type PaidEvent = { type: 'paid'; trade: PaidTrade; refundSeenAt: number | null }
/** Money was paid and went back, and nothing else is known of it. */
export type RefundedEvent = { type: 'refunded'; at: number }
/** Each refund that WeChat lists for the payment is known here: what was flagged for want of that is not any more. */
export type ExplainedEvent = { type: 'explained' }
/** WeChat will not take money for this payment any more. `order` says whether the order ends with it, if it can. */
export type ClosedEvent = { type: 'closed'; order: 'keeps' | 'closes'; at: number }

export type PaymentEvent = PrepaidEvent | PaidEvent | RefundedEvent | ExplainedEvent | ClosedEvent

export type PaidReason = 'applied' | 'already' | 'stray' | 'wrong_amount' | 'contradicted'

type Reason = PaidReason | 'prepaid' | 'refunded' | 'explained' | 'closed'

/** What is to be done, and why in one of the words that this event can lead to. */
export type Decision<R extends string> =
  | { type: 'ignore'; reason: R }
  | { type: 'apply'; reason: R; order: Order; payment: Payment | null; outcome: TransactionOutcome | null }

/**
 * The lives of an order and its payments, and the only place where their statuses change. Pure: the same situation and
 * the same event always give the same decision, and an event that was applied once is ignored the second time.
 */
export function decide(situation: Situation, event: PrepaidEvent): Decision<'prepaid' | 'already'>
export function decide(situation: Situation, event: PaidEvent): Decision<PaidReason>
export function decide(situation: Situation, event: RefundedEvent): Decision<'refunded' | 'already'>
export function decide(situation: Situation, event: ExplainedEvent): Decision<'explained' | 'already'>
export function decide(situation: Situation<Payment | null>, event: ClosedEvent): Decision<'closed' | 'already'>
export function decide(situation: Situation<Payment | null>, event: PaymentEvent): Decision<Reason>
export function decide(situation: Situation<Payment | null>, event: PaymentEvent): Decision<Reason> {
  if (event.type === 'closed') return decideClosed(situation, event)
  const { order, payment, known, hasOtherLive } = situation
  if (payment === null) return ignore('already')
  switch (event.type) {
    case 'prepaid':
      return decidePrepaid(order, payment, event.prepay)
    case 'paid': {
      const flagged = event.refundSeenAt === null ? payment : withRefund(payment, event.refundSeenAt)
      const decision = decidePaid(order, flagged, known, event.trade)
      // Money that is known already may have gone back since.
      const hasNewRefund = decision.type === 'ignore' && flagged !== payment
      return hasNewRefund ? apply(decision.reason, order, flagged) : decision
    }
    case 'refunded':
      return decideRefunded(order, payment, hasOtherLive, event.at)
    case 'explained':
      if (!hasUnreviewedRefund(payment)) return ignore('already')
      return apply('explained', order, { ...payment, refundSeenAt: null })
  }
}

function decidePrepaid(order: Order, payment: Payment, prepay: Prepay): Decision<'prepaid' | 'already'> {
  if (!isLive(payment)) return ignore('already')
  return apply('prepaid', order, {
    ...payment,
    status: 'open',
    prepay,
    checks: 0,
    nextCheckAt: nextCheckAt(order, prepay.at, 0, prepay.at),
  })
}

/** Nothing is left to be paid for this number, so an order that waits for it ends with it instead of waiting for ever. */
function decideRefunded(
  order: Order,
  payment: Payment,
  hasOtherLive: boolean,
  at: number,
): Decision<'refunded' | 'already'> {
  const flagged = withRefund(payment, at)
  if (!isLive(payment)) return flagged === payment ? ignore('already') : apply('refunded', order, flagged)
  const closesOrder = order.status === 'pending' && !hasOtherLive
  return apply('refunded', closesOrder ? closed(order, at) : order, ended(flagged, 'closed'))
}

function decideClosed(
  { order, payment, hasOtherLive }: Situation<Payment | null>,
  event: ClosedEvent,
): Decision<'closed' | 'already'> {
  const closedPayment = payment !== null && isLive(payment) ? ended(payment, 'closed') : payment
  // A payment that was opened meanwhile can still be paid: the order has to wait until that is closed too.
  const closesOrder = event.order === 'closes' && order.status === 'pending' && !hasOtherLive
  if (closedPayment === payment && !closesOrder) return ignore('already')
  return apply('closed', closesOrder ? closed(order, event.at) : order, closedPayment)
}

function decidePaid(order: Order, payment: Payment, seen: Transaction | null, trade: PaidTrade): Decision<PaidReason> {
  // What only a message said of this money gives way to WeChat's answer, which is what is decided about here.
  const known = seen !== null && isProved(seen) ? seen : null
  if (known !== null && known.outTradeNo !== trade.outTradeNo) return ignore('contradicted')
  if (known !== null && isFinal(known.outcome)) return ignore('already')

  // The payment's own number is one payment at WeChat: whatever else arrives for it may not take the first one's place.
  const isTaken = payment.status === 'paid'
  const { transactionId } = trade

  if (trade.paidFen !== payment.amountFen || trade.currency !== payment.currency) {
    if (known !== null && !isLive(payment)) return ignore('wrong_amount')
    const strayed = isTaken ? payment : { ...ended(payment, 'stray'), transactionId }
    return apply('wrong_amount', order, strayed, 'mismatch')
  }
  if (order.status !== 'pending') {
    const strayed = isTaken ? payment : { ...ended(payment, 'stray'), transactionId }
    return apply('stray', order, strayed, order.status === 'closed' ? 'late' : 'second')
  }
  return apply(
    'applied',
    { ...order, status: 'paid', paidAt: trade.paidAt, transactionId },
    { ...ended(payment, 'paid'), transactionId },
    'applied',
  )
}

function closed(order: Order, at: number): Order {
  return { ...order, status: 'closed', closedAt: at }
}

/** Keeps when it was seen first. */
function withRefund(payment: Payment, at: number): Payment {
  return payment.refundSeenAt === null ? { ...payment, refundSeenAt: at } : payment
}

function ended(payment: Payment, status: 'paid' | 'closed' | 'stray'): Payment {
  return { ...payment, status, nextCheckAt: null }
}

function ignore<R extends string>(reason: R): Decision<R> {
  return { type: 'ignore', reason }
}

function apply<R extends string>(
  reason: R,
  order: Order,
  payment: Payment | null,
  outcome: TransactionOutcome | null = null,
): Decision<R> {
  return { type: 'apply', reason, order, payment, outcome }
}
