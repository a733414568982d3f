import { and, desc, eq, isNull, type SQL } from 'drizzle-orm'
import type { RefundRecord } from './refund-schema'
import { type NotificationRecord, notifications, type TradeKey } from './schema'
import { blank, blankRow, type LedgerDatabase } from './statement'

/** What merchants are notified of: that a trade was paid, and what became of each of its refunds. */
export function openNotifications(db: LedgerDatabase) {
  const { id: _, ...row } = blankRow(notifications)
  const insert = db.insert(notifications).values(row).returning().prepare()
  const find = db
    .select()
    .from(notifications)
    .where(eq(notifications.id, blank('id')))
    .prepare()
  const isOfTrade = and(eq(notifications.mchId, blank('mchId')), eq(notifications.outTradeNo, blank('outTradeNo')))
  const isOfRefund = and(isOfTrade, eq(notifications.outRefundNo, blank('outRefundNo')))
  const newest = (of: SQL | undefined) =>
    db.select().from(notifications).where(of).orderBy(desc(notifications.id)).limit(1).prepare()
  const newestPayment = newest(and(isOfTrade, isNull(notifications.outRefundNo)))
  const newestRefund = newest(isOfRefund)

  return {
    insertNotification: (notification: Omit<NotificationRecord, 'id'>): NotificationRecord => insert.get(notification),

    findNotification: (id: number) => find.get({ id }) ?? null,

    /** The newest one that a trade was paid; null while there is none. */
    findPaymentNotification: ({ mchId, outTradeNo }: TradeKey) => newestPayment.get({ mchId, outTradeNo }) ?? null,

    /** The newest one of a refund; null while there is none. */
    findRefundNotification: ({ mchId, outTradeNo, outRefundNo }: RefundRecord) =>
      newestRefund.get({ mchId, outTradeNo, outRefundNo }) ?? null,
  }
}
