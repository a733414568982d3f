import type { EndedRefundRecord, PaidTradeRecord } from '../api/notifications'
import type { RefundRecord } from '../ledger/refund-schema'
import type { JsonObject } from './call'
import { writeTime } from './value-formats'

/** Where the money goes, as buyers here pay out of their balance. */
const RECEIVING_ACCOUNT = '支付用户零钱'
const FUNDS_ACCOUNT: Record<RefundRecord['funds'], string> = { unsettled: 'UNSETTLED', recharge: 'AVAILABLE' }

/** What applying for a refund and querying it both answer (refund, answer). */
export function refundBody(refund: RefundRecord, trade: PaidTradeRecord): JsonObject {
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: trade.transactionId,
    out_trade_no: trade.outTradeNo,
    channel: 'ORIGINAL',
    user_received_account: RECEIVING_ACCOUNT,
    ...successTime(refund),
    create_time: writeTime(refund.createdAt),
    status: refund.status,
    funds_account: FUNDS_ACCOUNT[refund.funds],
    amount: {
      total: trade.totalFee,
      refund: refund.refundFee,
      from: [],
      payer_total: trade.totalFee,
      payer_refund: refund.refundFee,
      settlement_refund: refund.refundFee,
      settlement_total: trade.totalFee,
      discount_refund: 0,
      currency: 'CNY',
      refund_fee: 0,
    },
    promotion_detail: [],
  }
}

/** What a notification of a refund says: the status has another name there (refund notification). */
export function refundNews(refund: EndedRefundRecord, trade: PaidTradeRecord): JsonObject {
  return {
    mchid: trade.mchId,
    out_trade_no: trade.outTradeNo,
    transaction_id: trade.transactionId,
    out_refund_no: refund.outRefundNo,
    refund_id: refund.refundId,
    refund_status: refund.status,
    ...successTime(refund),
    user_received_account: RECEIVING_ACCOUNT,
    amount: {
      total: trade.totalFee,
      refund: refund.refundFee,
      payer_total: trade.totalFee,
      payer_refund: refund.refundFee,
    },
  }
}

function successTime({ status, endedAt }: RefundRecord): JsonObject {
  return status === 'SUCCESS' && endedAt !== null ? { success_time: writeTime(endedAt) } : {}
}
