import { queryOrder } from './admin-actions'
import type { Actor, NewAuditEntry } from './audit'
import { FEN_MAX } from './limits'
import { type Fen, fen } from './money'
import type { Cause, Order } from './order'
import { isProved, type Payment } from './payment'
import {
  isWish,
  leftOfOrder,
  nextRefundCheckAt,
  piecesLeft,
  type Refund,
  type RefundLine,
  type RefundSource,
  refundableFen,
  refundsOf,
} from './refund'
import type { RefundRefusal } from './refuse-refund'
import type { ReviewedTransaction } from './review'
import { followRefund } from './send-refund'
import { applyRefundEvent, type RefundStep } from './settle-refund'
import type { Shop } from './shop'

/** Why nothing was written; each is also a problem code. */
type RefundProblem =
  | RefundRefusal
  | 'not_found'
  | 'order_unpaid'
  | 'order_closed'
  | 'reason_required'
  | 'note_required'
  | 'refunds_off'
  | 'refund_decided'
  | 'refund_not_abnormal'
  | 'reroute_refused'
  | 'wechat_unavailable'

export type RefundResult = { ok: true; refund: Refund } | { ok: false; reason: RefundProblem }

/** What somebody wants to send back: pieces of an order's lines for what they cost, or an amount alone. */
export type WantedRefund = { amountFen: number; lines: RefundLine[]; reason: string; returnsStock: boolean }

/** A buyer wants all that is left of a paid order that was not shipped; an operator decides. Nothing is sent yet. */
export async function requestRefund(
  shop: Shop,
  orderId: string,
  { reason }: { reason: string },
): Promise<RefundResult> {
  const found = await findMoneyOfOrder(shop, orderId)
  if (!found.ok) return found
  const { order, money } = found
  if (order.shippedAt !== null) return refused('already_shipped')
  if (reason.trim() === '') return refused('reason_required')
  const refunds = await shop.store.listRefundsOf(orderId)
  if (refunds.some(isWish)) return refused('refund_pending')
  const amountFen = leftOfOrder(order, refunds)
  if (amountFen === 0) return refused('refund_too_much')
  // The goods are still here: what was not refunded goes back on sale.
  const lines = piecesLeft(order, refundsOf(refunds, money.transactionId))
  const wish = draft(shop, money, { amountFen, lines, reason, returnsStock: true }, 'buyer')
  const refusal = await insert(shop, wish, { kind: 'customer', id: orderId }, null)
  return refusal ?? { ok: true, refund: wish }
}

/** Sends a part of a paid order's money back, or all of it. Written first; then WeChat is asked at once. */
export async function refundOrder(
  shop: Shop,
  orderId: string,
  wanted: WantedRefund,
  actor: Actor,
): Promise<RefundResult> {
  const found = await findMoneyOfOrder(shop, orderId)
  return found.ok ? make(shop, found.money, wanted, { source: 'admin', actor }) : found
}

/** Sends all that is left of stray money back, which resolves it once all of it has gone. */
export async function refundTransaction(
  shop: Shop,
  transactionId: string,
  reason: string,
  actor: Actor,
): Promise<RefundResult> {
  return refundStray(shop, transactionId, reason, { source: 'admin', actor })
}

/** The rule's own name in the record of who did what. */
const RULE: Actor = { email: 'REFUND_STRAY=auto', role: null, address: 'this machine' }

/** What the rule for stray money does with it, alone and once. */
export function refundByRule(shop: Shop, transactionId: string, reason: string): Promise<RefundResult> {
  return refundStray(shop, transactionId, reason, { source: 'rule', actor: RULE })
}

/** Follows a buyer's wish: from then on WeChat is asked for it. */
export async function approveRefund(
  shop: Shop,
  outRefundNo: string,
  note: string | null,
  actor: Actor,
): Promise<RefundResult> {
  const wish = await shop.store.findRefund(outRefundNo)
  if (wish === null) return refused('not_found')
  if (shop.gateway.whyNoRefunds(wish.apiVersion) !== null) return refused('refunds_off')
  const said = note?.trim() || null
  const event = { type: 'approved', at: shop.now(), note: said } as const
  const entry = entryOf(shop, 'refund_approved', wish, actor, { before: wish.status, ...(said && { note: said }) })
  const step = await applyRefundEvent(shop, outRefundNo, event, byAdmin(outRefundNo), { entry })
  if (!step.ok || step.reason === 'already') return resultOf(step, 'refund_decided')
  await followRefund(shop, step.refund, byAdmin(step.entryId))
  return newest(shop, step.refund)
}

/** Does not follow a buyer's wish. The buyer reads the note. */
export async function declineRefund(
  shop: Shop,
  outRefundNo: string,
  note: string,
  actor: Actor,
): Promise<RefundResult> {
  const deed = { type: 'declined', action: 'refund_declined', after: 'declined' } as const
  const done = await doWithNote(shop, outRefundNo, { note, actor }, deed)
  return done.ok ? resultOf(done.step, 'refund_decided') : done
}

/** Asks WeChat about a refund now; one that WeChat has not taken on is sent again, unchanged. */
export async function queryRefundAs(shop: Shop, outRefundNo: string, actor: Actor): Promise<RefundResult> {
  const refund = await shop.store.findRefund(outRefundNo)
  if (refund === null) return refused('not_found')
  if (isWish(refund)) return refused('refund_pending')
  if (refund.status === 'declined') return refused('refund_decided')
  const begun = entryOf(shop, 'refund_queried', refund, actor, { before: refund.status })
  const id = await shop.store.insertAudit(begun)
  const contact = await followRefund(shop, refund, byAdmin(id))
  const after = (await shop.store.findRefund(outRefundNo)) ?? refund
  const outcome = contact === 'silent' ? 'wechat_unavailable' : 'done'
  const detail = { outcome, before: refund.status, after: after.status }
  await shop.store.insertAudit({ ...entryOf(shop, 'refund_queried', refund, actor, detail), outcomeOf: id })
  return contact === 'silent' ? refused('wechat_unavailable') : { ok: true, refund: after }
}

/** Writes down what was done about a refund that WeChat cannot carry out, or that was made in its console. */
export async function resolveRefund(
  shop: Shop,
  outRefundNo: string,
  note: string,
  actor: Actor,
): Promise<RefundResult> {
  const deed = { type: 'resolved', action: 'refund_resolved', after: 'resolved' } as const
  const done = await doWithNote(shop, outRefundNo, { note, actor }, deed)
  return done.ok ? resultOf(done.step, 'already_resolved') : done
}

/** What an admin does about a refund, and what the refund is said to be afterwards. */
type Deed = { type: 'declined' | 'resolved' | 'rerouted'; action: NewAuditEntry['action']; after: string }

/** Does what nobody may do without saying why; the note is in the refund's history and in the record. */
export async function doWithNote(
  shop: Shop,
  outRefundNo: string,
  { note, actor }: { note: string; actor: Actor },
  { type, action, after }: Deed,
) {
  const before = await shop.store.findRefund(outRefundNo)
  if (before === null) return refused('not_found')
  const said = note.trim()
  if (said === '') return refused('note_required')
  if (type === 'rerouted' && shop.gateway.whyNoRefunds(before.apiVersion) !== null) return refused('refunds_off')
  const event = { type, at: shop.now(), note: said }
  const entry = entryOf(shop, action, before, actor, { before: before.status, after, note: said })
  const step = await applyRefundEvent(shop, outRefundNo, event, byAdmin(outRefundNo), { entry })
  return { ok: true as const, before, event, step }
}

/** Money that a refund is taken from. */
type Money = { payment: Payment; transactionId: string; paidFen: Fen }
type Maker = { source: Exclude<RefundSource, 'buyer' | 'wechat'>; actor: Actor }

async function findMoneyOfOrder(
  shop: Shop,
  orderId: string,
): Promise<{ ok: true; order: Order; money: Money } | { ok: false; reason: RefundProblem }> {
  const found = await shop.store.findOrder(orderId)
  if (found === null) return refused('not_found')
  const { order, payments } = found
  if (order.status === 'closed') return refused('order_closed')
  const { transactionId } = order
  const payment = payments.find((it) => it.transactionId === transactionId)
  if (transactionId === null || payment === undefined) return refused('order_unpaid')
  return { ok: true, order, money: { payment, transactionId, paidFen: order.amountFen } }
}

/** What only a message said of money may be wrong: WeChat is queried before any of it is sent back. */
async function findStray(shop: Shop, transactionId: string, actor: Actor): Promise<ReviewedTransaction | null> {
  const found = await shop.store.findTransactionForReview(transactionId)
  if (found === null || isProved(found) || found.orderId === null) return found
  await queryOrder(shop, found.orderId, actor)
  return shop.store.findTransactionForReview(transactionId)
}

async function refundStray(shop: Shop, transactionId: string, reason: string, maker: Maker): Promise<RefundResult> {
  const found = await findStray(shop, transactionId, maker.actor)
  // Of a number that is not ours nothing is known but what a message said: WeChat's console is the place for it.
  const payment = found === null ? null : await shop.store.findPayment(found.outTradeNo)
  if (found === null || payment === null || found.outcome === 'applied') return refused('not_found')
  if (found.resolution !== null) return refused('already_resolved')
  if (!isProved(found)) return refused('wechat_unavailable')
  // A signed message may speak of any amount; more than an order can have is for WeChat's console.
  if (found.paidFen > FEN_MAX) return refused('refund_too_much')
  const paidFen = fen(found.paidFen)
  const refunds = refundsOf(await shop.store.listRefundsOf(payment.orderId), transactionId)
  const amountFen = refundableFen(paidFen, refunds)
  if (amountFen === 0) return refused('refund_too_much')
  return make(shop, { payment, transactionId, paidFen }, { amountFen, lines: [], reason, returnsStock: false }, maker)
}

async function make(shop: Shop, money: Money, wanted: WantedRefund, { source, actor }: Maker): Promise<RefundResult> {
  const { amountFen, lines } = wanted
  if (wanted.reason.trim() === '') return refused('reason_required')
  if (!Number.isSafeInteger(amountFen) || amountFen < 1) return refused('invalid_refund_amount')
  if (amountFen > money.paidFen) return refused('refund_too_much')
  if (shop.gateway.whyNoRefunds(money.payment.apiVersion) !== null) return refused('refunds_off')
  const refund = draft(shop, money, wanted, source)
  const pieces = lines.map(({ productId, quantity }) => `${productId} ${quantity}`).join(', ')
  const detail = { amount: String(amountFen), reason: refund.reason, ...(pieces && { pieces }) }
  const entry = entryOf(shop, 'refund_made', refund, actor, detail)
  const isRule = source === 'rule'
  const cause: Cause = isRule ? { kind: 'worker', id: money.transactionId } : byAdmin(refund.outRefundNo)
  const refusal = await insert(shop, refund, cause, entry)
  if (refusal !== null) return refusal
  await followRefund(shop, refund, cause)
  return newest(shop, refund)
}

/** A refund with all that WeChat will ever be told about it; a buyer's is a wish until it is approved. */
function draft(shop: Shop, money: Money, wanted: WantedRefund, source: RefundSource): Refund {
  const { transactionId, paidFen } = money
  const { outTradeNo, orderId, currency, apiVersion } = money.payment
  const reason = wanted.reason.trim()
  const amountFen = fen(wanted.amountFen)
  const outRefundNo = shop.newOutRefundNo()
  const at = shop.now()
  const isApproved = source !== 'buyer'
  return {
    ...shop.gateway.draftRefund(apiVersion, { outRefundNo, outTradeNo, transactionId, amountFen, paidFen, reason }),
    ...{ outRefundNo, orderId, outTradeNo, transactionId, amountFen, paidFen, currency, source, reason },
    status: 'requested',
    lines: wanted.lines,
    returnsStock: wanted.returnsStock && wanted.lines.length > 0,
    createdAt: at,
    approvedAt: isApproved ? at : null,
    nextCheckAt: isApproved ? nextRefundCheckAt(at, 0, at) : null,
    ...{ acceptedAt: null, endedAt: null, refundId: null, receivedBy: null, note: null, resolvedAt: null },
    ...{ problem: null, waitsFor: null, checks: 0, version: 1 },
  }
}

/** Writes a refund before anybody hears of it; null when it is written. */
async function insert(shop: Shop, refund: Refund, cause: Cause, entry: NewAuditEntry | null) {
  const { outRefundNo, createdAt: at, orderId } = refund
  const event = { outRefundNo, version: 1, what: 'made', from: null, to: refund.status, cause, at } as const
  const written = await shop.store.insertRefund(refund, event, entry)
  if (!written.ok) return refused(written.reason)
  shop.announce(orderId)
  return null
}

export async function newest(shop: Shop, refund: Refund): Promise<RefundResult> {
  return { ok: true, refund: (await shop.store.findRefund(refund.outRefundNo)) ?? refund }
}

export function resultOf(step: RefundStep, already: RefundProblem): RefundResult {
  if (!step.ok) return refused(step.reason)
  return step.reason === 'already' ? refused(already) : { ok: true, refund: step.refund }
}

/** The entry in the record takes the number's place as soon as there is one. */
export function byAdmin(id: string | number | null): Cause {
  return { kind: 'admin', id: String(id) }
}

export function refused(reason: RefundProblem): { ok: false; reason: RefundProblem } {
  return { ok: false, reason }
}

export function entryOf(
  shop: Shop,
  action: NewAuditEntry['action'],
  { outRefundNo, orderId, transactionId }: Refund,
  actor: Actor,
  detail: NewAuditEntry['detail'],
): NewAuditEntry {
  const about = { orderId, notificationId: null, transactionId }
  return { at: shop.now(), actor, action, ...about, detail: { refund: outRefundNo, ...detail }, outcomeOf: null }
}
