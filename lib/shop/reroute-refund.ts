import type { Actor } from './audit'
import { byAdmin, doWithNote, entryOf, newest, type RefundResult, refused, resultOf } from './refunds'
import { followRefund } from './send-refund'
import { applyRefundEvent } from './settle-refund'
import type { Shop } from './shop'

/**
 * Has WeChat pay an abnormal refund to the merchant's own bank card. It is written first, once, with its entry in the
 * record; then WeChat is asked. Whatever is no acceptance may be one all the same, so the refund query decides, now or
 * when its scheduled check comes: still abnormal, it waits for somebody again.
 */
export async function rerouteRefund(
  shop: Shop,
  outRefundNo: string,
  note: string,
  actor: Actor,
): Promise<RefundResult> {
  const deed = { type: 'rerouted', action: 'refund_rerouted', after: 'processing' } as const
  const done = await doWithNote(shop, outRefundNo, { note, actor }, deed)
  if (!done.ok) return done
  const { before, event, step } = done
  if (!step.ok || step.reason === 'already') return resultOf(step, 'refund_not_abnormal')

  const cause = byAdmin(step.entryId)
  const answer = await shop.gateway.rerouteRefund(step.refund)
  // A query that was under way meanwhile may have found it as it was before.
  if (answer.type === 'accepted') await applyRefundEvent(shop, outRefundNo, { ...event, at: shop.now() }, cause)
  else await followRefund(shop, step.refund, cause)
  const result = await newest(shop, step.refund)
  const after = result.ok ? result.refund.status : 'unknown'
  const outcome = 'code' in answer ? answer.code : (answer.evidence.problem ?? answer.type)
  const ended = entryOf(shop, deed.action, before, actor, { outcome, before: 'processing', after })
  await shop.store.insertAudit({ ...ended, outcomeOf: step.entryId })
  return after === 'abnormal' ? refused('reroute_refused') : result
}
