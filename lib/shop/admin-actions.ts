import type { ActionSubject, Actor, NewAuditEntry } from './audit'
import { cancelOrder, getOrder } from './checkout'
import type { Cause } from './order'
import { queryPayment } from './query'
import { refuseShipping, type ShippingRefusal } from './shipping'
import type { Shop } from './shop'

export type ActionResult = { ok: true } | { ok: false; reason: ActionRefusal }
type ActionRefusal =
  | 'not_found'
  | 'order_paid'
  | 'order_closed'
  | 'order_unpaid'
  | 'already_shipped'
  | ShippingRefusal
  | 'not_shipped'
  | 'already_resolved'
  | 'note_required'
  | 'wechat_unavailable'

/**
 * Queries WeChat about each payment of an order, also about paid ones, whose money may have gone back, and settles what it
 * says. The entry in the record comes first, because it is the cause of whatever changes; a second one says what came of it.
 */
export async function queryOrder(shop: Shop, orderId: string, actor: Actor): Promise<ActionResult> {
  const found = await shop.store.findOrder(orderId)
  if (found === null) return { ok: false, reason: 'not_found' }
  const begun = await begin(shop, 'order_queried', orderId, actor, found.order.status)
  const answers: Record<string, string> = {}
  for (const payment of found.payments) {
    answers[payment.outTradeNo] = await queryPayment(shop, payment, begun.cause)
  }
  const isSilent = Object.values(answers).includes('unknown')
  await begun.end(isSilent ? 'wechat_unavailable' : 'done', answers)
  return isSilent ? { ok: false, reason: 'wechat_unavailable' } : { ok: true }
}

/** Closes a pending order, at WeChat first; when there is money after all, the order is paid instead. */
export async function closeOrderAs(shop: Shop, orderId: string, actor: Actor): Promise<ActionResult> {
  const found = await shop.store.findOrder(orderId)
  if (found === null) return { ok: false, reason: 'not_found' }
  if (found.order.status !== 'pending') return { ok: false, reason: `order_${found.order.status}` }
  const begun = await begin(shop, 'order_closed', orderId, actor, found.order.status)
  const cancelled = await cancelOrder(shop, orderId, begun.cause)
  const result: ActionResult =
    cancelled.ok && !(await isOwnClosing(shop, orderId, begun.cause)) ? CLOSED_BEFORE : cancelled
  await begun.end(result.ok ? 'done' : result.reason)
  return result.ok ? { ok: true } : result
}

const CLOSED_BEFORE = { ok: false, reason: 'order_closed' } as const

/** Of several who close an order at the same time, one has closed it. */
async function isOwnClosing(shop: Shop, orderId: string, cause: Cause): Promise<boolean> {
  const last = (await shop.store.listOrderEvents(orderId)).at(-1)
  return last?.cause.kind === cause.kind && last.cause.id === cause.id
}

/**
 * Says that the goods of a paid order have left, once. WeChat is queried first: money that went back there, in the
 * merchant's console for example, keeps the goods here until somebody looked, and so do a buyer's wish without an answer
 * and a refund of all of it. When WeChat does not answer, what it said before counts.
 */
export async function shipOrder(
  shop: Shop,
  orderId: string,
  actor: Actor,
  trackingNumber: string | null = null,
): Promise<ActionResult> {
  const found = await shop.store.findOrder(orderId)
  if (found === null) return { ok: false, reason: 'not_found' }
  const paid = found.payments.find(({ status }) => status === 'paid')
  if (paid !== undefined) await queryPayment(shop, paid, { kind: 'admin', id: orderId })
  const detail = { before: 'paid', after: 'shipped', ...(trackingNumber !== null && { trackingNumber }) }
  const entry = entryOf(shop, 'order_shipped', { ...ABOUT_NOTHING, orderId }, actor, detail)
  if (!(await shop.store.shipOrder(orderId, entry.at, entry, trackingNumber))) {
    const refusal = refuseShipping(await getOrder(shop, orderId), await shop.store.listRefundsOf(orderId))
    return { ok: false, reason: refusal ?? 'already_shipped' }
  }
  shop.announce(orderId)
  return { ok: true }
}

/** Gives the parcel of an order that left its number, or another one. */
export async function trackOrder(
  shop: Shop,
  orderId: string,
  trackingNumber: string,
  actor: Actor,
): Promise<ActionResult> {
  const found = await shop.store.findOrder(orderId)
  if (found === null) return { ok: false, reason: 'not_found' }
  const detail = { before: found.order.trackingNumber ?? '', after: trackingNumber }
  const entry = entryOf(shop, 'order_tracked', { ...ABOUT_NOTHING, orderId }, actor, detail)
  if (!(await shop.store.trackOrder(orderId, trackingNumber, entry))) return { ok: false, reason: 'not_shipped' }
  shop.announce(orderId)
  return { ok: true }
}

/** Writes down what somebody found about an order's money that went back at WeChat. `note` is not empty. */
export async function reviewRefund(shop: Shop, orderId: string, note: string, actor: Actor): Promise<ActionResult> {
  const found = await shop.store.findOrder(orderId)
  if (found === null) return { ok: false, reason: 'not_found' }
  const detail = { before: 'refunded', after: 'reviewed', note }
  const entry = entryOf(shop, 'refund_reviewed', { ...ABOUT_NOTHING, orderId }, actor, detail)
  if (!(await shop.store.reviewRefund(orderId, entry.at, entry))) return { ok: false, reason: 'already_resolved' }
  shop.announce(orderId)
  return { ok: true }
}

/** Writes down what was done about money that paid no order, such as that it was sent back. `note` is not empty. */
export async function resolveTransaction(
  shop: Shop,
  transactionId: string,
  note: string,
  actor: Actor,
): Promise<ActionResult> {
  const money = await shop.store.findTransactionForReview(transactionId)
  if (money === null || money.outcome === 'applied') return { ok: false, reason: 'not_found' }
  const detail = { before: money.outcome, after: 'resolved', note }
  const entry = entryOf(
    shop,
    'money_resolved',
    { ...ABOUT_NOTHING, orderId: money.orderId, transactionId },
    actor,
    detail,
  )
  const isWritten = await shop.store.resolveTransaction(transactionId, { at: entry.at, by: actor.email, note }, entry)
  return isWritten ? { ok: true } : { ok: false, reason: 'already_resolved' }
}

const ABOUT_NOTHING: ActionSubject = { orderId: null, notificationId: null, transactionId: null }

/** Writes down that an action begins; `end` writes down how the order is afterwards. */
async function begin(
  shop: Shop,
  action: 'order_queried' | 'order_closed',
  orderId: string,
  actor: Actor,
  before: string,
) {
  const about = { ...ABOUT_NOTHING, orderId }
  const id = await shop.store.insertAudit(entryOf(shop, action, about, actor, { before }))
  return {
    cause: { kind: 'admin', id: String(id) } satisfies Cause,
    end: async (outcome: string, answers: Record<string, string> = {}) => {
      const { order } = await getOrder(shop, orderId)
      const detail = { outcome, before, after: order.status, ...answers }
      await shop.store.insertAudit({ ...entryOf(shop, action, about, actor, detail), outcomeOf: id })
    },
  }
}

function entryOf(
  shop: Shop,
  action: NewAuditEntry['action'],
  about: ActionSubject,
  actor: Actor,
  detail: NewAuditEntry['detail'],
): NewAuditEntry {
  return { at: shop.now(), actor, action, ...about, detail, outcomeOf: null }
}
