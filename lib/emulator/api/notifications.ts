import type { TradeRecord } from '../ledger/schema'
import type { WeChat } from '../wechat'

/** A trade with its money. */
export type PaidTradeRecord = TradeRecord & { transactionId: string; paidAt: number }

/** Writes down that the merchant is to be told of its money, in the API version in which it placed the order. */
export function notifyPayment({ accounts, ledger, protocols, random }: WeChat, trade: PaidTradeRecord): void {
  const { apiVersion, mchId, outTradeNo, notifyUrl, paidAt } = trade
  const body = protocols[apiVersion].notifications.writePayment(trade, { accounts, random })
  const told = { apiVersion, kind: 'payment', mchId, outTradeNo, notifyUrl, body, createdAt: paidAt } as const
  const notification = ledger.insertNotification(told)
  ledger.insertDelivery(notification, { attempt: 1, dueAt: paidAt, cause: 'schedule' })
}
