import type { Notification, NotificationLine } from '@/lib/shop/notification'
import type { Store } from '@/lib/shop/store'
import type { ListQuery } from './list-query'

/** Messages on one page of the list. */
export const PAGE = 30

export type Neighbour = Pick<ListQuery, 'filter' | 'after'> & { id: number }

/** The page of the list that stands beside a message, and where the keys lead from there. */
export type Beside = {
  query: Pick<ListQuery, 'filter' | 'after'>
  lines: NotificationLine[]
  newer: Neighbour | null
  older: Neighbour | null
}

/**
 * A message that is not on the page that the address names begins a page of its own: an address without a place, such as
 * that of an order's message, shows the list where the message stands.
 */
export async function readBeside(
  store: Store,
  { filter, after }: Pick<ListQuery, 'filter' | 'after'>,
  { id, receivedAt }: Pick<Notification, 'id' | 'receivedAt'>,
): Promise<Beside> {
  const place = { at: receivedAt, id }
  const named = await store.listNotifications(filter, { after, limit: PAGE })
  const isThere = named.lines.some((line) => line.id === id)
  const own = { at: receivedAt, id: id + 1 }
  const query = { filter, after: isThere ? after : own }
  const { lines, next } = isThere ? named : await store.listNotifications(filter, { after: own, limit: PAGE })

  const index = lines.findIndex((line) => line.id === id)
  const below = lines[index + 1]
  const above = lines[index - 1]
  const older = below === undefined && next !== null ? await firstAfter(store, filter, next) : null
  const newer = index > 0 ? null : await store.findNewerNotification(filter, place)
  return {
    query,
    lines,
    newer:
      above !== undefined ? { ...query, id: above.id } : newer === null ? null : { filter, after: null, id: newer },
    older: below !== undefined ? { ...query, id: below.id } : older,
  }
}

async function firstAfter(
  store: Store,
  filter: ListQuery['filter'],
  after: ListQuery['after'],
): Promise<Neighbour | null> {
  const { lines } = await store.listNotifications(filter, { after, limit: 1 })
  return lines[0] === undefined ? null : { filter, after, id: lines[0].id }
}
