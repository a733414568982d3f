import type { Actor } from './audit'
import { processNotification } from './handle-notification'
import type { Notification, NotificationFilter, NotificationLine, Verdict } from './notification'
import type { Shop } from './shop'

/** At most this many entries of a filter are replayed at a time. */
export const REPLAYED_MAX = 200
/** Each replay may query WeChat; so many do at once. */
const AT_ONCE = 8

export type Replay =
  | { ok: true; id: number; verdict: Verdict }
  | { ok: false; reason: 'not_found' | 'not_processed_yet' }

/**
 * Replays an entry of the log as if it had come just now: a new entry with the same bytes goes the same road, so
 * that nothing is paid that WeChat does not confirm when asked. The former entry stays as it is.
 */
export async function replayNotification(shop: Shop, id: number, actor: Actor): Promise<Replay> {
  const former = await shop.store.findNotification(id)
  if (former === null) return { ok: false, reason: 'not_found' }
  if (former.result === null) return { ok: false, reason: 'not_processed_yet' }
  const { verdict: before, orderId } = former.result
  const action = { actor, action: 'notification_replayed', orderId, notificationId: id, transactionId: null } as const
  const begun = await shop.store.insertAudit({ ...action, at: shop.now(), detail: { before }, outcomeOf: null })
  const again = await replayOne(shop, former)
  const detail = { before, after: again.verdict, replay: String(again.id) }
  await shop.store.insertAudit({ ...action, at: shop.now(), detail, outcomeOf: begun })
  return { ok: true, ...again }
}

/** What a replay of a filter would do: how many entries, and whether more would be left for the next time. */
export async function findReplayable(
  shop: Shop,
  filter: NotificationFilter,
): Promise<{ lines: NotificationLine[]; hasMore: boolean }> {
  const page = { after: null, limit: REPLAYED_MAX }
  // A replay that is replayed would double with each time.
  const { lines, next } = await shop.store.listNotifications({ ...filter, isOriginal: true }, page)
  return { lines: lines.filter(({ result }) => result !== null), hasMore: next !== null }
}

/** Replays what a filter finds, the oldest first, until WeChat does not answer. Says how many were. */
export async function replayNotifications(shop: Shop, filter: NotificationFilter, actor: Actor): Promise<number> {
  const { lines } = await findReplayable(shop, filter)
  const about = { orderId: null, notificationId: null, transactionId: null }
  const action = { actor, action: 'notifications_replayed', ...about } as const
  const found = { filter: filterText(filter), found: String(lines.length) }
  const begun = await shop.store.insertAudit({ ...action, at: shop.now(), detail: found, outcomeOf: null })
  const verdicts = await replayAll(shop, lines.map(({ id }) => id).reverse())
  const detail = { ...found, replayed: String(verdicts.length), after: tally(verdicts) }
  await shop.store.insertAudit({ ...action, at: shop.now(), detail, outcomeOf: begun })
  return verdicts.length
}

/** While WeChat does not answer, every further question would only wait for it as well. */
async function replayAll(shop: Shop, ids: number[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  for (let from = 0; from < ids.length && !verdicts.includes('query_failed'); from += AT_ONCE) {
    const entries = await Promise.all(ids.slice(from, from + AT_ONCE).map((id) => shop.store.findNotification(id)))
    const there = entries.filter((entry) => entry !== null)
    const replayed = await Promise.all(there.map((entry) => replayOne(shop, entry)))
    verdicts.push(...replayed.map(({ verdict }) => verdict))
  }
  return verdicts
}

/** A replay of a replay repeats what came. Whether a message was fresh is judged by when it came, not by when it is replayed. */
async function replayOne(
  shop: Shop,
  { id: formerId, replayOf, apiVersion, remoteAddress, headers, body, receivedAt }: Notification,
): Promise<{ id: number; verdict: Verdict }> {
  const first = replayOf === null ? null : await shop.store.findNotification(replayOf)
  const message = { apiVersion, remoteAddress, headers, body, receivedAt: first?.receivedAt ?? receivedAt }
  const entry = { ...message, receivedAt: shop.now(), replayOf: replayOf ?? formerId }
  const id = await shop.store.insertNotification(entry)
  return { id, verdict: await processNotification(shop, id, message) }
}

/** The filter as the record of admin actions keeps it: what was asked, by name. */
function filterText(filter: NotificationFilter): string {
  const asked = Object.entries(filter).filter(([, value]) => value !== null && value !== false)
  return asked.map(([name, value]) => `${name}=${value}`).join(' ')
}

/** How many ended with which verdict, such as `already 3, bad_signature 1`. */
function tally(verdicts: Verdict[]): string {
  return [...new Set(verdicts)].map((it) => `${it} ${verdicts.filter((other) => other === it).length}`).join(', ')
}
