import type { RefundAnswer } from './gateway'
import type { Cause } from './order'
import { isUnanswered, isWish, type Refund } from './refund'
import { applyRefundEvent, settleRefund } from './settle-refund'
import type { Shop } from './shop'

/** Whether WeChat gave an answer that can be believed, whatever it said. */
export type RefundContact = 'answered' | 'silent'

/** Does the next thing about a refund: sends its request, or queries it. Calls at the same time share one. */
export function followRefund(shop: Shop, refund: Refund, cause: Cause): Promise<RefundContact> {
  const { outRefundNo } = refund
  const running = shop.inFlightRefunds.get(outRefundNo)
  if (running !== undefined) return running
  const step = followOnce(shop, refund, cause).finally(() => shop.inFlightRefunds.delete(outRefundNo))
  shop.inFlightRefunds.set(outRefundNo, step)
  return step
}

async function followOnce(shop: Shop, refund: Refund, cause: Cause): Promise<RefundContact> {
  // WeChat knows nothing of a wish, and hears of none that was not approved.
  if (isWish(refund) || refund.status === 'declined') return 'answered'
  if (isUnanswered(refund)) return send(shop, refund, cause)
  const asked = await query(shop, refund, cause)
  if (asked !== 'missing') return asked
  // WeChat's documentation: a number it does not know was never accepted, so the identical request is repeated.
  if (refund.status === 'processing' && refund.request !== '') return send(shop, refund, cause)
  shop.log.warn('refund_missing', { outRefundNo: refund.outRefundNo, status: refund.status })
  return 'answered'
}

async function query(shop: Shop, { outRefundNo, ...refund }: Refund, cause: Cause) {
  const answer = await shop.gateway.queryRefund({ outRefundNo, ...refund })
  switch (answer.type) {
    case 'found': {
      const found = answer.refunds.find((it) => it.outRefundNo === outRefundNo)
      if (found === undefined) return 'silent'
      const settled = await settleRefund(shop, found, cause)
      // The number is one of ours, and WeChat knows it with other amounts: somebody has to find out why.
      const event = { type: 'delayed', problem: 'contradicted', waitsFor: 'developer' } as const
      if (settled === 'contradicted') await applyRefundEvent(shop, outRefundNo, event, cause)
      return 'answered'
    }
    case 'missing':
      return 'missing'
    case 'unknown':
      shop.log.warn('wechat_unavailable', { outRefundNo, problem: answer.evidence.problem })
      return 'silent'
  }
}

/** Sends the stored request, for the first time or again with the very same number and amounts. */
async function send(shop: Shop, refund: Refund, cause: Cause): Promise<RefundContact> {
  const { outRefundNo, apiVersion } = refund
  const apply = (event: Parameters<typeof applyRefundEvent>[2]) => applyRefundEvent(shop, outRefundNo, event, cause)
  const why = shop.gateway.whyNoRefunds(apiVersion)
  if (why !== null) {
    await apply({ type: 'delayed', problem: why, waitsFor: 'operator' })
    return 'silent'
  }
  const answer: RefundAnswer = await shop.gateway.refund(refund)
  switch (answer.type) {
    case 'accepted':
      await apply({ type: 'accepted', refundId: answer.refundId, at: shop.now() })
      return 'answered'
    case 'delayed':
      await apply({ type: 'delayed', problem: answer.code, waitsFor: answer.waitsFor })
      return 'answered'
    case 'unknown':
      await apply({ type: 'delayed', problem: answer.evidence.problem ?? 'unknown', waitsFor: 'time' })
      return 'silent'
    case 'refused': {
      // Refused may also be what was accepted before; only a number that WeChat does not know has ended with it.
      const asked = await query(shop, refund, cause)
      if (asked === 'missing') await apply({ type: 'refused', code: answer.code, at: shop.now() })
      else if (asked === 'silent') await apply({ type: 'delayed', problem: answer.code, waitsFor: 'time' })
      return asked === 'silent' ? 'silent' : 'answered'
    }
  }
}
