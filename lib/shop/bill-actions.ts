import type { Actor, NewAuditEntry } from './audit'
import { type Day, dayAfter, dayOf } from './beijing'
import { BILL_DAYS_MAX, type BillFile, type BillKey } from './bill'
import type { Difference, DifferenceEnd } from './difference'
import { FEN_MAX } from './limits'
import { type Reconciled, reconcile } from './reconcile'
import { type RefundResult, refundTransaction } from './refunds'
import { checkDifference } from './settle-difference'
import type { Shop } from './shop'

type Refusal = 'not_found' | 'already_resolved' | 'note_required' | 'wechat_unavailable'
type RefundRefusal = Extract<RefundResult, { ok: false }>['reason']
export type DifferenceResult = { ok: true; difference: Difference } | { ok: false; reason: Refusal | RefundRefusal }

/** An emulator's clock may be ahead of ours by so many days. */
const AHEAD_DAYS_MAX = 31

/** Whether a bill of that day may be asked for by hand. Whether it is over is WeChat's to say, by its own clock. */
export function hasBill(shop: Pick<Shop, 'now'>, day: Day): boolean {
  const today = dayOf(shop.now())
  return day <= dayAfter(today, AHEAD_DAYS_MAX) && day >= dayAfter(today, -BILL_DAYS_MAX)
}

/** Fetches a bill now and compares it, also one that was compared before. */
export async function fetchBillAs(
  shop: Shop,
  key: BillKey,
  actor: Actor,
): Promise<{ ok: true; came: Reconciled } | { ok: false; reason: 'not_found' }> {
  if (!hasBill(shop, key.day)) return { ok: false, reason: 'not_found' }
  const outcomeOf = await shop.store.insertAudit(entryOf(shop, 'bill_fetched', actor, { ...key }))
  const came = await reconcile(shop, await shop.store.claimBill(key, shop.now()))
  const outcome = entryOf(shop, 'bill_fetched', actor, { ...key, outcome: came })
  await shop.store.insertAudit({ ...outcome, outcomeOf })
  return { ok: true, came }
}

/** Writes down who takes a bill's file. */
export async function noteDownload(shop: Shop, { day, kind, sha256 }: BillFile, actor: Actor): Promise<void> {
  await shop.store.insertAudit(entryOf(shop, 'bill_downloaded', actor, { day, kind, sha256 }))
}

/** Queries WeChat about a difference now, whatever was asked before. */
export async function queryDifferenceAs(shop: Shop, id: number, actor: Actor): Promise<DifferenceResult> {
  const found = await findOpen(shop, id)
  if (!found.ok) return found
  const { difference } = found
  const begun = await shop.store.insertAudit(about(difference, entryOf(shop, 'difference_queried', actor, {})))
  const after = await checkDifference(shop, difference, { kind: 'admin', id: String(begun) })
  const outcome = after.end ?? after.problem ?? 'open'
  const entry = about(after, entryOf(shop, 'difference_queried', actor, { outcome }))
  await shop.store.insertAudit({ ...entry, outcomeOf: begun })
  return after.problem === 'silent' ? { ok: false, reason: 'wechat_unavailable' } : { ok: true, difference: after }
}

/** Writes down why a difference stays as it is. */
export async function acceptDifference(shop: Shop, id: number, note: string, actor: Actor): Promise<DifferenceResult> {
  if (note.trim() === '') return { ok: false, reason: 'note_required' }
  const found = await findOpen(shop, id)
  return found.ok ? endAs(shop, found.difference, { how: 'accepted', note: note.trim(), actor }) : found
}

/** So many differences are accepted with one press; more take another. */
const ACCEPTED_MAX = 1_000

/** The same for all of a kind that are open on a day: one cause can make thousands of them. Each is written down. */
export async function acceptDifferencesOf(
  shop: Shop,
  { day, kind }: Pick<Difference, 'day' | 'kind'>,
  note: string,
  actor: Actor,
): Promise<{ ok: true } | { ok: false; reason: Refusal }> {
  const open = await shop.store.listDifferences(day, { isOpen: true, kind, after: null, limit: ACCEPTED_MAX })
  if (open.length === 0) return { ok: false, reason: 'already_resolved' }
  for (const difference of open) await endAs(shop, difference, { how: 'accepted', note, actor })
  return { ok: true }
}

/**
 * Writes money that only the bill knows down as unreconciled. WeChat's query comes first: what it says is better known
 * than what stands in a file. Where it says nothing, the bill's word is kept, as a hint that has still to be proved.
 */
export async function recordDifference(shop: Shop, id: number, actor: Actor): Promise<DifferenceResult> {
  const queried = await queryDifferenceAs(shop, id, actor)
  if (queried.ok && queried.difference.end !== null) return queried
  const found = await findOpen(shop, id)
  if (!found.ok) return found
  const { there, kind } = found.difference
  if (there === null || kind !== 'missing_here' || there.amountFen > FEN_MAX) return { ok: false, reason: 'not_found' }
  const { outTradeNo, transactionId, amountFen: paidFen, currency, at: paidAt } = there
  const seen = { orderId: null, outcome: 'unknown_order', seenAt: shop.now(), seenBy: 'bill' } as const
  await shop.store.commit({ transaction: { outTradeNo, transactionId, paidFen, currency, paidAt, ...seen } })
  return endAs(shop, found.difference, { how: 'recorded', note: null, actor })
}

/** Sends money back that paid nothing here. */
export async function refundDifference(
  shop: Shop,
  id: number,
  reason: string,
  actor: Actor,
): Promise<DifferenceResult> {
  const found = await findOpen(shop, id)
  if (!found.ok) return found
  const { here } = found.difference
  if (!isRefundable(found.difference) || here?.transactionId == null) return { ok: false, reason: 'not_found' }
  const refunded = await refundTransaction(shop, here.transactionId, reason, actor)
  return refunded.ok ? endAs(shop, found.difference, { how: 'refunded', note: reason, actor }) : refunded
}

/** Whether its money paid nothing here, so that it can go back. */
export function isRefundable({ here }: Difference): boolean {
  return here?.type === 'payment' && here.status === 'stray'
}

async function findOpen(
  shop: Shop,
  id: number,
): Promise<{ ok: true; difference: Difference } | { ok: false; reason: 'not_found' | 'already_resolved' }> {
  const difference = await shop.store.findDifference(id)
  if (difference === null) return { ok: false, reason: 'not_found' }
  return difference.end === null ? { ok: true, difference } : { ok: false, reason: 'already_resolved' }
}

async function endAs(
  shop: Shop,
  difference: Difference,
  { how, note, actor }: { how: DifferenceEnd; note: string | null; actor: Actor },
): Promise<DifferenceResult> {
  const ended = { end: how, endedAt: shop.now(), endedBy: actor.email, note, nextCheckAt: null }
  const after = { ...difference, ...ended, version: difference.version + 1 }
  const action = how === 'accepted' ? 'difference_accepted' : how === 'recorded' ? 'difference_recorded' : null
  // A refund has its own entry, from before it was sent.
  const entry = action && about(difference, entryOf(shop, action, actor, { after: how, ...(note && { note }) }))
  const isWritten = await shop.store.replaceDifference(difference, after, entry)
  return isWritten ? { ok: true, difference: after } : { ok: false, reason: 'already_resolved' }
}

function about({ day, kind, number, orderId, here, there }: Difference, entry: NewAuditEntry): NewAuditEntry {
  const detail = { day, kind, number, ...entry.detail }
  // The record refers to money that is on record here.
  const isKnown = here?.type === 'payment' && here.transactionId !== null && here.transactionId === there?.transactionId
  return { ...entry, orderId, transactionId: isKnown && here.status === 'stray' ? here.transactionId : null, detail }
}

function entryOf(
  shop: Shop,
  action: NewAuditEntry['action'],
  actor: Actor,
  detail: NewAuditEntry['detail'],
): NewAuditEntry {
  const nothing = { orderId: null, notificationId: null, transactionId: null }
  return { at: shop.now(), actor, action, ...nothing, detail, outcomeOf: null }
}
