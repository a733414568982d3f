import type { Fields } from '@/lib/wechat/v2/sign'
import {
  findRefunds,
  isTransactionId,
  type RefundQuery,
  type RefundRequest,
  requestRefund,
  type TradeRefund,
} from '../api/refunds'
import type { CallWarning } from '../explanation'
import { chinaTime } from '../format'
import type { RefundRecord, RefundStatus } from '../ledger/refund-schema'
import type { WeChat } from '../wechat'
import type { AuthenticCall, EndpointAnswer } from './call'
import { BAD_TRANSACTION_ID, NO_REFUND, OFFSET_TOO_FAR, refusalOfRefund } from './refund-refusals'

/** Most refunds in one answer. */
const PAGE_MAX = 10
/** Orders with more refunds than this are asked about by the number of a refund. */
const BY_ORDER_MAX = 20

/** What v2 calls how a refund stands. */
export const REFUND_STATUS_WORDS: Record<RefundStatus, string> = {
  PROCESSING: 'PROCESSING',
  SUCCESS: 'SUCCESS',
  CLOSED: 'REFUNDCLOSE',
  ABNORMAL: 'CHANGE',
}
export const REFUND_FUNDS_WORDS: Record<RefundRecord['funds'], string> = {
  unsettled: 'REFUND_SOURCE_UNSETTLED_FUNDS',
  recharge: 'REFUND_SOURCE_RECHARGE_FUNDS',
}
/** Where the money goes, as buyers here pay out of their balance. The misspelling of its field is the real name. */
export const RECEIVING_ACCOUNT = '支付用户零钱'

/** `POST /secapi/pay/refund`: success means that it was accepted, and no more. */
export function refund(wechat: WeChat, call: AuthenticCall): EndpointAnswer {
  const requested = requestRefund(wechat, readRefund(call), call.chances)
  if (!requested.ok) return refusalOfRefund(requested.reason)
  return { type: 'success', fields: acceptedFields(requested), refund: requested.refund }
}

/** `POST /pay/refundquery`: one refund by its number, or those of an order. */
export function refundquery(wechat: WeChat, { account, fields }: AuthenticCall): EndpointAnswer {
  const query = readQuery(fields)
  if ('transactionId' in query && !isTransactionId(query.transactionId)) return BAD_TRANSACTION_ID
  const offset = Number(fields.offset || 0)
  const found = findRefunds(wechat, account.mchId, query, { offset, limit: PAGE_MAX })
  if (found === null) return NO_REFUND
  const { trade, refunds, total } = found
  if (offset >= total) return OFFSET_TOO_FAR
  const isByOrder = 'transactionId' in query || 'outTradeNo' in query
  const answered: Fields = {
    transaction_id: trade.transactionId,
    out_trade_no: trade.outTradeNo,
    total_fee: String(trade.totalFee),
    settlement_total_fee: String(trade.totalFee),
    fee_type: 'CNY',
    cash_fee: String(trade.totalFee),
    refund_fee: String(refunds.reduce((sum, it) => sum + it.refundFee, 0)),
    refund_count: String(refunds.length),
    ...(isByOrder && total > PAGE_MAX && { total_refund_count: String(total) }),
    ...Object.assign({}, ...refunds.map(entryFields)),
  }
  return { type: 'success', fields: answered, warnings: isByOrder && total > BY_ORDER_MAX ? [BY_REFUND_NUMBER] : [] }
}

const BY_REFUND_NUMBER: CallWarning = {
  field: 'out_trade_no',
  rule: {
    zh: '部分退款超过 20 次的订单，要用退款单号查询',
    en: 'an order with more than 20 refunds is queried by the number of a refund',
  },
}

function readRefund({ account, fields }: AuthenticCall): RefundRequest {
  const { transaction_id: transactionId = '', out_trade_no: outTradeNo = '', notify_url: notifyUrl = '' } = fields
  return {
    mchId: account.mchId,
    order: transactionId === '' ? { outTradeNo } : { transactionId },
    outRefundNo: fields.out_refund_no ?? '',
    apiVersion: 'v2',
    totalFee: Number(fields.total_fee),
    refundFee: Number(fields.refund_fee),
    funds: fields.refund_account === REFUND_FUNDS_WORDS.recharge ? 'recharge' : 'unsettled',
    description: fields.refund_desc ?? '',
    notifyUrl: notifyUrl === '' ? null : notifyUrl,
  }
}

/** The most exact number counts. */
function readQuery(fields: Fields): RefundQuery {
  const { refund_id: refundId, out_refund_no: outRefundNo, transaction_id: transactionId } = fields
  if (refundId) return { refundId }
  if (outRefundNo) return { outRefundNo }
  return transactionId ? { transactionId } : { outTradeNo: fields.out_trade_no ?? '' }
}

function acceptedFields({ refund, trade }: TradeRefund): Fields {
  return {
    transaction_id: trade.transactionId,
    out_trade_no: trade.outTradeNo,
    out_refund_no: refund.outRefundNo,
    refund_id: refund.refundId,
    // Recorded as an empty element.
    refund_channel: '',
    refund_fee: String(refund.refundFee),
    settlement_refund_fee: String(refund.refundFee),
    total_fee: String(trade.totalFee),
    settlement_total_fee: String(trade.totalFee),
    fee_type: 'CNY',
    cash_fee: String(trade.totalFee),
    cash_fee_type: 'CNY',
    cash_refund_fee: String(refund.refundFee),
    coupon_refund_fee: '0',
    coupon_refund_count: '0',
  }
}

function entryFields(refund: RefundRecord, n: number): Fields {
  return {
    [`out_refund_no_${n}`]: refund.outRefundNo,
    [`refund_id_${n}`]: refund.refundId,
    [`refund_channel_${n}`]: 'ORIGINAL',
    [`refund_fee_${n}`]: String(refund.refundFee),
    [`refund_status_${n}`]: REFUND_STATUS_WORDS[refund.status],
    [`refund_account_${n}`]: REFUND_FUNDS_WORDS[refund.funds],
    [`refund_recv_accout_${n}`]: RECEIVING_ACCOUNT,
    ...(refund.status === 'SUCCESS' &&
      refund.endedAt !== null && { [`refund_success_time_${n}`]: chinaTime(refund.endedAt) }),
  }
}
