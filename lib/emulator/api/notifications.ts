import type { TradeRecord } from '../ledger/schema'
import type { WeChat } from '../wechat'

/** A trade with its money. */
export type PaidTradeRecord = TradeRecord & { transactionId: string; paidAt: number }

/** Writes down the notification of a payment, in the API version in which the order was placed. */
export function notifyPayment({ accounts, ledger, protocols, random }: WeChat, trade: PaidTradeRecord): void {
  const { apiVersion, mchId, outTradeNo, notifyUrl, paidAt } = trade
  const body = protocols[apiVersion].notifications.writePayment(trade, { accounts, random })
  const written = { apiVersion, kind: 'payment', mchId, outTradeNo, notifyUrl, body, createdAt: paidAt } as const
  const notification = ledger.insertNotification(written)
  ledger.insertDelivery(notification, { attempt: 1, dueAt: paidAt, cause: 'schedule' })
}
