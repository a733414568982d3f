import { readTime, writeTime } from '@/lib/wechat/time'
import type { Fields } from '@/lib/wechat/v2/sign'
import type { PaidTradeRecord } from '../api/notifications'
import { closeOrder, findOrder, isPaid, type OrderRequest, type PlacedOrder, placeOrder } from '../api/orders'
import type { CallExplanation } from '../explanation'
import { type PrepayRecord, TRADE_TYPES, type TradeRecord } from '../ledger/schema'
import type { WeChat } from '../wechat'
import type { AuthenticCall, EndpointAnswer, Refusal } from './call'

/** `POST /pay/unifiedorder` */
export function unifiedorder(wechat: WeChat, call: AuthenticCall): EndpointAnswer {
  const placed = placeOrder(wechat, readOrder(wechat, call))
  if (!placed.ok) return refusalOfOrder(placed, call)
  const { trade, prepay } = placed
  const fields: Fields = {
    trade_type: trade.tradeType,
    prepay_id: prepay.prepayId,
    ...(trade.tradeType === 'NATIVE' && { code_url: prepay.codeUrl }),
    ...(trade.tradeType === 'MWEB' && { mweb_url: linkOf(call, prepay) }),
  }
  return { type: 'success', fields, prepayId: prepay.prepayId }
}

/** `POST /pay/orderquery`: by WeChat's number or else by the merchant's. */
export function orderquery(wechat: WeChat, { account, fields }: AuthenticCall): EndpointAnswer {
  const { transaction_id: transactionId = '', out_trade_no: outTradeNo = '' } = fields
  const trade = findOrder(wechat, account.mchId, transactionId === '' ? { outTradeNo } : { transactionId })
  if (trade !== null) return { type: 'success', fields: tradeFields(trade) }
  return failure('ORDERNOTEXIST', 'order not exist', transactionId === '' ? UNKNOWN : UNKNOWN_TRANSACTION)
}

/** `POST /pay/closeorder` */
export function closeorder(wechat: WeChat, { account, fields }: AuthenticCall): EndpointAnswer {
  switch (closeOrder(wechat, { mchId: account.mchId, outTradeNo: fields.out_trade_no ?? '' })) {
    case 'closed':
      return { type: 'success', fields: { result_msg: 'OK' } }
    case 'unknown':
      return failure('ORDERNOTEXIST', 'order not exist', UNKNOWN)
    case 'paid':
      return failure('ORDERPAID', 'order paid', PAID)
    case 'closed_before':
      return failure('ORDERCLOSED', 'order closed', CLOSED)
  }
}

function refusalOfOrder(placed: Extract<PlacedOrder, { ok: false }>, { chances }: AuthenticCall): Refusal {
  switch (placed.reason) {
    case 'paid':
      return failure('ORDERPAID', '该订单已支付', PAID)
    case 'closed':
      if (chances.has('closedNumberUsed')) return failure('INVALID_REQUEST', '201 商户订单号重复', CLOSED)
      return failure('ORDERCLOSED', '订单已关闭', CLOSED)
    case 'expired':
      return failure('INVALID_REQUEST', '该订单已失效', EXPIRED)
    // Only v3 names a longest time.
    case 'time_too_long':
    case 'time_too_short':
      return failure('INVALID_REQUEST', 'time_expire时间过短，刷卡至少1分钟，其他5分钟', TOO_SHORT)
    case 'other_request': {
      const why = otherRequest(placed.changed)
      if (chances.has('outTradeNoUsed')) return failure('OUT_TRADE_NO_USED', '商户订单号重复', why)
      return failure('INVALID_REQUEST', '201 商户订单号重复', why)
    }
  }
}

const state = (zh: string, en: string, field = 'out_trade_no'): CallExplanation => {
  return { problem: 'state', field, rule: { zh, en } }
}
const PAID = state('已支付的订单不能再支付，也不能关闭', 'an order that is paid can be neither paid again nor closed')
const CLOSED = state('关闭过的单号不能再用', 'a number that was closed is used up for ever')
const EXPIRED = state('过了 time_expire 的订单不能再支付', 'an order whose time_expire is over cannot be paid any more')
const TOO_SHORT = state(
  'time_expire 至少在五分钟之后，JSAPI 为一分钟',
  'time_expire is at least five minutes away, with JSAPI one minute',
  'time_expire',
)
const UNKNOWN = state('这个商户要用这个单号下过单', 'this merchant placed an order with this number')
const UNKNOWN_TRANSACTION = state(
  '这个商户要有这笔微信支付订单',
  'this merchant was paid in a transaction with this id',
  'transaction_id',
)

function otherRequest(changed: string[]): CallExplanation {
  const names = changed.join(', ')
  const zh = `同一单号再次下单时参数必须完全相同，这里不同的是：${names}`
  const en = `a number is asked for again with the same parameters only; these are not the same: ${names}`
  return { problem: 'other_request', field: changed[0] ?? 'out_trade_no', rule: { zh, en } }
}

function failure(code: string, text: string, why: CallExplanation): Refusal {
  return { type: 'failure', code, text, why }
}

function readOrder({ clock }: WeChat, { account, fields, signType, isSandbox }: AuthenticCall): OrderRequest {
  const tradeType = TRADE_TYPES.find((type) => type === fields.trade_type)
  if (tradeType === undefined) throw new Error('the rules let an unknown trade_type through')
  const timeExpire = readTime(fields.time_expire ?? '')
  return {
    mchId: account.mchId,
    outTradeNo: fields.out_trade_no ?? '',
    appid: account.appid,
    apiVersion: 'v2',
    tradeType,
    totalFee: Number(fields.total_fee),
    body: fields.body ?? '',
    detail: fields.detail ?? '',
    attach: fields.attach ?? '',
    deviceInfo: fields.device_info ?? '',
    openid: tradeType === 'JSAPI' ? (fields.openid ?? '') : null,
    signType,
    notifyUrl: fields.notify_url ?? '',
    expiresAt: timeExpire === null ? null : clock.fromMerchant(timeExpire),
    isSandbox,
    parameters: parametersOf(fields),
  }
}

/** What was asked: all but what has to differ, and what says nothing, as MD5 is the type of signature anyway. */
function parametersOf(fields: Fields): Record<string, string> {
  const isCounting = ([name, value]: [string, string]) =>
    name !== 'nonce_str' && name !== 'sign' && value !== '' && !(name === 'sign_type' && value === 'MD5')
  return Object.fromEntries(Object.entries(fields).filter(isCounting))
}

function linkOf({ baseUrl }: AuthenticCall, { prepayId, package: packageNumber }: PrepayRecord): string {
  const query = new URLSearchParams({ prepay_id: prepayId, package: packageNumber })
  return `${baseUrl}/cgi-bin/mmpayweb-bin/checkmweb?${query}`
}

function tradeFields(trade: TradeRecord): Fields {
  if (!isPaid(trade)) {
    return {
      device_info: trade.deviceInfo,
      trade_state: trade.state,
      total_fee: String(trade.totalFee),
      out_trade_no: trade.outTradeNo,
      trade_state_desc: trade.state === 'CLOSED' ? '订单已关闭' : '订单未支付',
      ...(trade.attach !== '' && { attach: trade.attach }),
    }
  }
  return {
    device_info: trade.deviceInfo,
    ...paidFields(trade),
    attach: trade.attach,
    trade_state: trade.state,
    trade_state_desc: trade.state === 'REFUND' ? '订单发生过退款，退款详情请查询退款单' : '支付成功',
  }
}

/** What a query and a notification both say about money that was taken. */
export function paidFields(trade: PaidTradeRecord): Fields {
  return {
    openid: trade.openid,
    is_subscribe: 'N',
    trade_type: trade.tradeType,
    bank_type: 'OTHERS',
    total_fee: String(trade.totalFee),
    fee_type: 'CNY',
    cash_fee: String(trade.totalFee),
    transaction_id: trade.transactionId,
    out_trade_no: trade.outTradeNo,
    time_end: writeTime(trade.paidAt),
  }
}
