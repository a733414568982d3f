import { type Change, changeOf } from './change'
import { type Decision, decide, type PaidReason, type Situation } from './decide'
import type { NotificationResult } from './notification'
import type { Cause } from './order'
import type { PaidTrade, Payment } from './payment'
import type { Shop } from './shop'

/** How often a lost race is run again. Each loss means that somebody else's change was written, so two are rare. */
const ROUNDS_MAX = 5

/** One step of an order's life: how its situation is found, what is decided about it, and what else is written then. */
type Step<S extends Situation<Payment | null>, Reason extends string> = {
  find: () => Promise<S | null>
  decide: (situation: S) => Decision<Reason>
  cause: Cause
  alsoWrite?: (decision: Decision<Reason>, situation: S) => Pick<Change, 'transaction' | 'result'>
}

/**
 * Decides about the newest situation and writes the decision, again if another writer came in between. Null when there
 * is no such situation. Throws when the store fails or the race is lost too often: nothing was written then.
 */
export async function applyEvent<S extends Situation<Payment | null>, Reason extends string>(
  shop: Shop,
  { find, decide, cause, alsoWrite }: Step<S, Reason>,
): Promise<Reason | null> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const situation = await find()
    if (situation === null) return null
    const decision = decide(situation)
    const change = decision.type === 'apply' ? changeOf(situation, decision, cause, shop.now()) : {}
    if (await shop.store.commit({ ...change, ...alsoWrite?.(decision, situation) })) {
      if (decision.type === 'apply') shop.announce(situation.order.id)
      return decision.reason
    }
  }
  throw new Error(`lost against other writers too often: ${cause.kind} ${cause.id}`)
}

/** What settling can come to; each is also the verdict of the notification that brought the event. */
export type Settlement = PaidReason | 'unknown_payment'

/** What a notification that is settled brings along: the situation that was found for it, and its entry in the log. */
type SettledNotification = {
  situation: Situation
  resultOf: (settlement: Settlement) => NotificationResult
}

/**
 * The one road on which a payment and its order become paid. `trade` and `isRefunded` must be WeChat's own answer to an
 * order query.
 *
 * Order, payment, record of the money, history and the verdict of the notification that brought the event are written in
 * one step, or not at all. Settling the same trade again changes nothing.
 *
 * Throws when the store fails; the event is still WeChat's then, and is asked for again.
 */
export async function settle(
  shop: Shop,
  { trade, isRefunded }: { trade: PaidTrade; isRefunded: boolean },
  cause: Cause,
  notification: SettledNotification | null = null,
): Promise<Settlement> {
  const seen = { seenAt: shop.now(), seenBy: 'query' } as const
  const resultOf = (settlement: Settlement) => notification?.resultOf(settlement) ?? null
  const newest = () => shop.store.findSituation(trade.outTradeNo, trade.transactionId)
  const find = startingWith(notification?.situation ?? null, newest)

  const settlement = await applyEvent(shop, {
    find,
    decide: (situation) => decide(situation, { type: 'paid', trade, refundSeenAt: isRefunded ? seen.seenAt : null }),
    cause,
    alsoWrite: (decision, { order }) => {
      const outcome = decision.type === 'apply' ? decision.outcome : null
      const transaction = outcome === null ? null : { ...trade, ...seen, orderId: order.id, outcome }
      return { transaction, result: resultOf(decision.reason) }
    },
  })

  if (settlement === null) {
    const transaction = { ...trade, ...seen, orderId: null, outcome: 'unknown_order' } as const
    await shop.store.commit({ transaction, result: resultOf('unknown_payment') })
    return 'unknown_payment'
  }
  if (settlement === 'stray' || settlement === 'wrong_amount') {
    shop.log.warn('money_needs_a_look', { settlement, outTradeNo: trade.outTradeNo })
  }
  if (isRefunded) shop.log.warn('money_went_back', { outTradeNo: trade.outTradeNo })
  return settlement
}

/** What is at hand serves once: if somebody has written meanwhile, the store refuses, and the next round reads anew. */
function startingWith<T>(atHand: T | null, newest: () => Promise<T | null>): () => Promise<T | null> {
  let next = atHand
  return async () => {
    const found = next ?? (await newest())
    next = null
    return found
  }
}
