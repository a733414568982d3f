import { EVERY_NOTIFICATION, type NotificationLine } from '@/lib/shop/notification'
import type { Store } from '@/lib/shop/store'

/** A word for what stands first in the log: another one when a message came, or when the newest got its verdict. */
export async function newestMark(store: Store): Promise<string> {
  const { lines } = await store.listNotifications(EVERY_NOTIFICATION, { after: null, limit: 1 })
  return lines.map(markOf).join() || 'none'
}

function markOf({ id, times, result }: NotificationLine): string {
  return `${id}.${times}.${result?.verdict ?? 'unprocessed'}`
}
