import type { Decision, Situation } from './decide'
import type { NotificationResult } from './notification'
import type { Cause, Order, OrderEvent } from './order'
import type { Payment, Transaction } from './payment'

/** One atomic step of the store; what is left out stays as it is. */
export type Change = {
  payment?: { before: Payment; after: Payment } | null
  order?: OrderChange | null
  transaction?: Transaction | null
  result?: NotificationResult | null
}

/** Another status of an order, with all that goes with it. */
export type OrderChange = {
  before: Order
  after: Order
  event: OrderEvent
  /** What goes back into stock. */
  returned: { productId: string; quantity: number }[]
  /** Whether nothing is written if a payment of the order is live by then: the last look at it may be old. */
  needsNoLivePayment: boolean
  /** When the order's live payments are checked next; null leaves them their time. */
  livePaymentsDueAt: number | null
}

/** The change of the store that carries out a decision about a situation. */
export function changeOf(
  { order, payment }: Situation<Payment | null>,
  decision: Extract<Decision<string>, { type: 'apply' }>,
  cause: Cause,
  at: number,
): Change {
  const change: Change = {}
  if (payment !== null && decision.payment !== null && decision.payment !== payment) {
    change.payment = { before: payment, after: { ...decision.payment, version: payment.version + 1 } }
  }
  if (decision.order !== order) change.order = orderChange(order, decision.order, cause, at)
  return change
}

/**
 * An order that closes gives its stock back, and does so only when nothing can be paid any more. When one is paid, its
 * other live payments fall due for the worker at once, so that nobody pays them.
 */
export function orderChange(before: Order, { version: _, ...after }: Order, cause: Cause, at: number): OrderChange {
  const version = before.version + 1
  const isClosing = before.status !== 'closed' && after.status === 'closed'
  return {
    before,
    after: { ...after, version },
    event: { orderId: before.id, version, from: before.status, to: after.status, cause, at },
    returned: isClosing ? after.lines.map(({ productId, quantity }) => ({ productId, quantity })) : [],
    needsNoLivePayment: isClosing,
    livePaymentsDueAt: after.status === 'paid' ? at : null,
  }
}
