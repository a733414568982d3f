import { type Decision, decide, type PaymentEvent, type Reason, type Situation } from './decide'
import type { NotificationResult } from './notification'
import type { Cause } from './order'
import type { PaidTrade } from './payment'
import type { Shop } from './shop'
import { type Change, changeOf } from './store'

/** How often a lost race is run again. Each loss means that somebody else's change was written, so two are rare. */
const ROUNDS_MAX = 5

/**
 * Decides about the newest situation and writes the decision, again if another writer came in between. Null when there
 * is no such situation. Throws when the store fails or the race is lost too often: nothing was written then.
 */
export async function applyEvent(
  shop: Shop,
  find: () => Promise<Situation | null>,
  event: PaymentEvent,
  cause: Cause,
  also: (decision: Decision, situation: Situation) => Change = () => ({}),
): Promise<Reason | null> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const situation = await find()
    if (situation === null) return null
    const decision = decide(situation, event)
    const change = decision.type === 'apply' ? changeOf(situation, decision, cause, shop.now()) : {}
    if (await shop.store.commit({ ...change, ...also(decision, situation) })) {
      if (decision.type === 'apply') shop.announce(situation.order.id)
      return decision.reason
    }
  }
  throw new Error(`lost against other writers too often: ${event.type}`)
}

/** What settling can come to; each is also the verdict of the notification that brought the event. */
export type Settlement =
  | Extract<Reason, 'applied' | 'already' | 'stray' | 'wrong_amount' | 'contradicted'>
  | 'unknown_payment'

/**
 * The one road on which a payment and its order become paid. `trade` must be WeChat's own answer to an order query.
 *
 * Order, payment, record of the money, history and (with `conclude`) the verdict of the notification that brought the
 * news are written in one step, or not at all. Settling the same trade again changes nothing.
 *
 * Throws when the store fails; the event is still WeChat's then, and is asked for again.
 */
export async function settle(
  shop: Shop,
  trade: PaidTrade,
  cause: Cause,
  conclude: (settlement: Settlement) => NotificationResult | null = () => null,
): Promise<Settlement> {
  const seen = { seenAt: shop.now(), seenBy: 'query' } as const
  const settlement = (await applyEvent(
    shop,
    () => shop.store.findSituation(trade.outTradeNo, trade.transactionId),
    { type: 'paid', trade },
    cause,
    (decision, { order }) => {
      const outcome = decision.type === 'apply' ? decision.outcome : null
      const transaction = outcome === null ? null : { ...trade, ...seen, orderId: order.id, outcome }
      return { transaction, result: conclude(decision.reason as Settlement) }
    },
  )) as Settlement | null

  if (settlement === null) {
    const transaction = { ...trade, ...seen, orderId: null, outcome: 'unknown_order' } as const
    await shop.store.commit({ transaction, result: conclude('unknown_payment') })
    return 'unknown_payment'
  }
  if (settlement === 'stray' || settlement === 'wrong_amount') {
    shop.log.warn('money_needs_a_look', { settlement, outTradeNo: trade.outTradeNo })
  }
  return settlement
}
