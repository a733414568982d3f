import { decide } from './decide'
import { explainRefunds } from './explain-refunds'
import type { Cause, Order } from './order'
import { isLive, type Payment } from './payment'
import { applyEvent, settle } from './settle'
import type { RemoteStatus, Shop } from './shop'

/** Queries a payment at WeChat and acts on the answer. Calls at the same time share one query. */
export function queryPayment(shop: Shop, payment: Payment, cause: Cause): Promise<RemoteStatus> {
  const asked = shop.inFlightQueries.get(payment.outTradeNo)
  if (asked !== undefined) return asked
  const question = queryOnce(shop, payment, cause).finally(() => shop.inFlightQueries.delete(payment.outTradeNo))
  shop.inFlightQueries.set(payment.outTradeNo, question)
  return question
}

async function queryOnce(shop: Shop, payment: Payment, cause: Cause): Promise<RemoteStatus> {
  const known = await query(shop, payment, cause)
  if (known !== 'missing') return known
  // Nothing can be paid any more, here or there, and repeating the request would change that.
  if (!isLive(payment)) return 'closed'
  // WeChat's documentation: a number it does not know was never accepted, so the identical request is repeated.
  return (await preparePayment(shop, payment, cause)) === 'done' ? 'unpaid' : 'unknown'
}

async function query(shop: Shop, payment: Payment, cause: Cause): Promise<RemoteStatus | 'missing'> {
  const answer = await shop.gateway.query(payment)
  switch (answer.type) {
    case 'paid': {
      const { trade, isRefunded } = answer
      if (!isRefunded) await settle(shop, answer, cause)
      else await explainRefunds(shop, payment, cause, (isRefunded) => settle(shop, { trade, isRefunded }, cause))
      return 'paid'
    }
    case 'refunded':
      await explainRefunds(shop, payment, cause, (isUnexplained) => applyRefunded(shop, payment, isUnexplained, cause))
      return 'closed'
    case 'closed':
      await applyClosed(shop, payment, 'keeps', cause)
      return 'closed'
    case 'unpaid':
      return 'unpaid'
    case 'missing':
      return 'missing'
    case 'unknown':
      shop.log.warn('wechat_unavailable', { outTradeNo: payment.outTradeNo, problem: answer.evidence.problem })
      return 'unknown'
  }
}

/** Nothing is left to be paid for a number whose money went back, and flagged is what nobody here knows the refund of. */
async function applyRefunded(shop: Shop, payment: Payment, isUnexplained: boolean, cause: Cause): Promise<void> {
  if (!isUnexplained && !isLive(payment)) return
  const event = { type: 'refunded', at: shop.now() } as const
  shop.log.warn('money_went_back', { outTradeNo: payment.outTradeNo })
  await applyEvent(shop, {
    find: situationOf(shop, payment),
    decide: (situation) => decide(situation, event),
    cause,
  })
}

/** Sends a payment's stored request to WeChat, for the first time or again with the very same parameters. */
export async function preparePayment(
  shop: Shop,
  payment: Payment,
  cause: Cause,
): Promise<'done' | 'refused' | 'unknown'> {
  const answer = await shop.gateway.prepay(payment)
  switch (answer.type) {
    case 'prepaid':
      await applyEvent(shop, {
        find: situationOf(shop, payment),
        decide: (situation) => decide(situation, { type: 'prepaid', prepay: answer.prepay }),
        cause,
      })
      return 'done'
    case 'number_used': {
      // Paid or closed, or taken with other parameters: closing tells which, and leaves nothing that could be paid.
      const closed = await close(shop, payment, 'keeps', cause)
      // Never taken, and not acceptable any more, because its time to pay is over.
      if (closed === 'missing') return 'refused'
      return closed === 'unknown' ? 'unknown' : 'done'
    }
    case 'refused':
      shop.log.warn('wechat_refused', { outTradeNo: payment.outTradeNo, code: answer.code })
      return 'refused'
    case 'unknown':
      shop.log.warn('wechat_unavailable', { outTradeNo: payment.outTradeNo, problem: answer.evidence.problem })
      return 'unknown'
  }
}

/**
 * Closes a live payment at WeChat, and only then here; with `closes` its order ends in the same step. If there is money
 * after all, it is settled instead. After `unknown` nothing has changed here.
 */
export async function closeAtWeChat(
  shop: Shop,
  payment: Payment,
  order: 'keeps' | 'closes',
  cause: Cause,
): Promise<'paid' | 'closed' | 'unknown'> {
  const closed = await close(shop, payment, order, cause)
  if (closed !== 'missing') return closed
  // A first request may still be on its way to WeChat. Repeated, the number exists for certain and can be used up.
  const prepared = await preparePayment(shop, payment, cause)
  if (prepared === 'unknown') return 'unknown'
  if (prepared === 'refused') return applyClosed(shop, payment, order, cause)
  const second = await close(shop, payment, order, cause)
  return second === 'missing' ? 'unknown' : second
}

async function close(
  shop: Shop,
  payment: Payment,
  order: 'keeps' | 'closes',
  cause: Cause,
): Promise<'paid' | 'closed' | 'missing' | 'unknown'> {
  const answer = await shop.gateway.close(payment)
  switch (answer.type) {
    case 'closed':
      return applyClosed(shop, payment, order, cause)
    case 'paid': {
      const known = await query(shop, payment, cause)
      return known === 'paid' || known === 'closed' ? known : 'unknown'
    }
    case 'missing':
      return 'missing'
    case 'unknown':
      shop.log.warn('wechat_unavailable', { outTradeNo: payment.outTradeNo, problem: answer.evidence.problem })
      return 'unknown'
  }
}

async function applyClosed(shop: Shop, payment: Payment, order: 'keeps' | 'closes', cause: Cause): Promise<'closed'> {
  const event = { type: 'closed', order, at: shop.now() } as const
  await applyEvent(shop, {
    find: situationOf(shop, payment),
    decide: (situation) => decide(situation, event),
    cause,
  })
  return 'closed'
}

/** Ends a pending order that has no live payment, so that there is nothing to close at WeChat; leaves any other alone. */
export async function closeOrder(shop: Shop, order: Order, cause: Cause): Promise<void> {
  const find = async () => {
    const found = await shop.store.findOrder(order.id)
    return found && { order: found.order, payment: null, known: null, hasOtherLive: found.payments.some(isLive) }
  }
  const event = { type: 'closed', order: 'closes', at: shop.now() } as const
  await applyEvent(shop, { find, decide: (situation) => decide(situation, event), cause })
}

function situationOf(shop: Shop, payment: Payment) {
  return () => shop.store.findSituation(payment.outTradeNo, null)
}
