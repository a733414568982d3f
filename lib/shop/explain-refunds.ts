import { decide } from './decide'
import { isSameRefund } from './decide-refund'
import type { Cause } from './order'
import type { Payment } from './payment'
import { type FoundRefund, isWish, type RefundStatus } from './refund'
import { applyEvent } from './settle'
import { recordForeignRefund, settleRefund } from './settle-refund'
import type { Shop } from './shop'

/**
 * Finds the refunds of a payment whose money went back, as WeChat says: those of ours are settled, others are recorded and
 * flagged by themselves. `settlePayment` hears whether the payment itself has to be flagged, because nobody here knows each
 * of its refunds yet; the flag goes again once all of them are written down. What WeChat does not list stays flagged.
 */
export async function explainRefunds<T>(
  shop: Shop,
  payment: Payment,
  cause: Cause,
  settlePayment: (isUnexplained: boolean) => Promise<T>,
  msMax?: number,
): Promise<T> {
  const answer = await shop.gateway.listRefunds(payment, msMax)
  if (answer.type === 'unlisted') return settlePayment(!(await hasOwnRefund(shop, payment)))
  const refunds = answer.type === 'found' ? answer.refunds : []
  // The payment comes first: money that went back must not be on record before the money that came.
  const settled = await settlePayment(!(await areKnown(shop, refunds)))
  if (!(await takeOver(shop, payment, refunds, cause))) return settled
  await applyEvent(shop, {
    find: () => shop.store.findSituation(payment.outTradeNo, null),
    decide: (situation) => decide(situation, { type: 'explained' }),
    cause,
  })
  return settled
}

/** Whether a refund of ours may be what went back; of any other that WeChat took on beside it, the bill tells. */
async function hasOwnRefund({ store }: Shop, { orderId, outTradeNo }: Payment): Promise<boolean> {
  const refunds = await store.listRefundsOf(orderId)
  return refunds.some((it) => it.outTradeNo === outTradeNo && !isWish(it) && !NOT_TAKEN.has(it.status))
}

const NOT_TAKEN: ReadonlySet<RefundStatus> = new Set(['declined', 'closed'])

/** Whether each of some refunds has its row here, so that nothing about them is news. */
async function areKnown({ store }: Shop, refunds: FoundRefund[]): Promise<boolean> {
  const isKnown = async (found: FoundRefund) => {
    const refund = await store.findRefund(found.outRefundNo)
    return refund !== null && isSameRefund(refund, found)
  }
  return refunds.length > 0 && (await Promise.all(refunds.map(isKnown))).every(Boolean)
}

/** Settles and records what WeChat lists; whether that explains the money that went back. */
async function takeOver(shop: Shop, payment: Payment, refunds: FoundRefund[], cause: Cause): Promise<boolean> {
  let isExplained = refunds.length > 0
  for (const found of refunds) {
    const settled = await settleRefund(shop, found, cause)
    const isTaken = settled === 'unknown' ? await recordForeignRefund(shop, payment, found, cause) : true
    if (!isTaken || settled === 'contradicted') isExplained = false
  }
  return isExplained
}
