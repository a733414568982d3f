import type { RefundRecord } from '../ledger/refund-schema'
import type { TradeRecord } from '../ledger/schema'
import type { WeChat } from '../wechat'

/** A trade with its money. */
export type PaidTradeRecord = TradeRecord & { transactionId: string; paidAt: number }

/** A refund that came to its end. */
export type EndedRefundRecord = RefundRecord & {
  status: Exclude<RefundRecord['status'], 'PROCESSING'>
  endedAt: number
}

/** Writes down the notification of a payment, in the API version in which the order was placed. */
export function notifyPayment(wechat: WeChat, trade: PaidTradeRecord): void {
  const { ledger, protocols } = wechat
  const { apiVersion, mchId, outTradeNo, notifyUrl, paidAt } = trade
  const body = protocols[apiVersion].notifications.writePayment(trade, wechat)
  const about = { kind: 'payment', mchId, outTradeNo, outRefundNo: null } as const
  const notification = ledger.insertNotification({ ...about, apiVersion, notifyUrl, body, createdAt: paidAt })
  ledger.insertDelivery(notification, { attempt: 1, dueAt: paidAt, cause: 'schedule' })
}

/** Writes down the notification of what became of a refund, unless the merchant named no address for it. */
export function notifyRefund(wechat: WeChat, refund: EndedRefundRecord, trade: PaidTradeRecord): void {
  const { ledger, protocols } = wechat
  const { notifyVersion: apiVersion, mchId, outTradeNo, outRefundNo, notifyUrl, endedAt } = refund
  if (notifyUrl === null) return
  const body = protocols[apiVersion].notifications.writeRefund({ refund, trade }, wechat)
  const about = { kind: 'refund', mchId, outTradeNo, outRefundNo } as const
  const notification = ledger.insertNotification({ ...about, apiVersion, notifyUrl, body, createdAt: endedAt })
  ledger.insertDelivery(notification, { attempt: 1, dueAt: endedAt, cause: 'schedule' })
}
