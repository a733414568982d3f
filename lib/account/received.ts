import type { NotificationStore } from '@/lib/shop/store'

/** Looks for a mark in the log of messages. A few may have come since it was sent. */
const LOOKED_AT_MAX = 5

export function receivedIn(store: Pick<NotificationStore, 'listNotifications'>): (mark: string) => Promise<boolean> {
  const all = { verdict: null, number: null, from: null, until: null, isUnresolved: false, isOriginal: false }
  return async (mark) => {
    const { lines } = await store.listNotifications({ ...all, text: mark }, { after: null, limit: LOOKED_AT_MAX })
    return lines.length > 0
  }
}
