import { and, desc, eq } from 'drizzle-orm'
import { type NotificationRecord, notifications, type TradeKey } from './schema'
import { blank, blankRow, type LedgerDatabase } from './statement'

/** What merchants are notified of; a trade can have several notifications. */
export function openNotifications(db: LedgerDatabase) {
  const { id: _, ...row } = blankRow(notifications)
  const insert = db.insert(notifications).values(row).returning().prepare()
  const find = db
    .select()
    .from(notifications)
    .where(eq(notifications.id, blank('id')))
    .prepare()
  const isOfTrade = and(eq(notifications.mchId, blank('mchId')), eq(notifications.outTradeNo, blank('outTradeNo')))
  const newest = db.select().from(notifications).where(isOfTrade).orderBy(desc(notifications.id)).limit(1).prepare()

  return {
    insertNotification: (notification: Omit<NotificationRecord, 'id'>): NotificationRecord => insert.get(notification),

    findNotification: (id: number) => find.get({ id }) ?? null,

    /** The newest one of a trade; null while there is none. */
    findNewestNotification: ({ mchId, outTradeNo }: TradeKey) => newest.get({ mchId, outTradeNo }) ?? null,
  }
}
