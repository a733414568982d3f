import type { PaidTradeRecord } from '../api/notifications'
import { closeOrder, findOrder, isPaid, type OrderRequest, type PlacedOrder, placeOrder } from '../api/orders'
import type { PrepayRecord, TradeRecord, TradeType } from '../ledger/schema'
import type { WeChat } from '../wechat'
import { findAccount, refuseOtherMerchant } from './account'
import {
  type AuthenticCall,
  type EndpointAnswer,
  isObject,
  type JsonObject,
  numberAt,
  type Refusal,
  refuse,
  state,
  textAt,
  valueAt,
} from './call'
import { readTime, writeTime } from './value-formats'

/** `POST /v3/pay/transactions/{native,app,h5,jsapi}` */
export function placeAs(tradeType: TradeType): (wechat: WeChat, call: AuthenticCall) => EndpointAnswer {
  return (wechat, call) => {
    const account = findAccount(call)
    if ('type' in account) return account
    const placed = placeOrder(wechat, readOrder(wechat, call, tradeType))
    if (!placed.ok) return refusalOfOrder(placed)
    const { prepay } = placed
    return { type: 'success', body: linkOf(tradeType, call, prepay), prepayId: prepay.prepayId }
  }
}

/** `GET /v3/pay/transactions/out-trade-no/{out_trade_no}` and `GET /v3/pay/transactions/id/{transaction_id}` */
export function queryOrder(wechat: WeChat, call: AuthenticCall): EndpointAnswer {
  const refusal = refuseOtherMerchant(call, call.query.get('mchid') ?? '', 'mchid')
  if (refusal !== null) return refusal
  const { transaction_id: transactionId, out_trade_no: outTradeNo = '' } = call.path
  const trade = findOrder(wechat, call.mchId, transactionId === undefined ? { outTradeNo } : { transactionId })
  if (trade !== null) return { type: 'success', body: tradeBody(trade) }
  return refuse(404, 'ORDER_NOT_EXIST', '订单不存在', transactionId === undefined ? UNKNOWN : UNKNOWN_TRANSACTION)
}

/** `POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close`: closing a closed order changes nothing and is fine. */
export function close(wechat: WeChat, call: AuthenticCall): EndpointAnswer {
  const { mchId, path } = call
  const refusal = refuseOtherMerchant(call, textAt(call.body, 'mchid'), '/mchid')
  if (refusal !== null) return refusal
  switch (closeOrder(wechat, { mchId, outTradeNo: path.out_trade_no ?? '' })) {
    case 'closed':
    case 'closed_before':
      return { type: 'success' }
    case 'unknown':
      return refuse(404, 'ORDER_NOT_EXIST', '订单不存在', UNKNOWN)
    case 'paid':
      return refuse(400, 'ORDER_PAID', '该订单已支付', PAID)
  }
}

/** Statuses: 400 for ORDER_PAID is a choice, as the documentation names the code in its manual alone; so is that of an expired order. */
function refusalOfOrder(placed: Extract<PlacedOrder, { ok: false }>): Refusal {
  switch (placed.reason) {
    case 'paid':
      return refuse(400, 'ORDER_PAID', '该订单已支付', PAID)
    case 'closed':
      return refuse(400, 'ORDER_CLOSED', '订单已关闭', CLOSED)
    case 'expired':
      return refuse(400, 'INVALID_REQUEST', '该订单已失效', EXPIRED)
    // Only v2 refuses a short time.
    case 'time_too_short':
    case 'time_too_long':
      return refuse(400, 'PARAM_ERROR', 'time_expire 超过可支付的最长时间', TOO_LONG)
    case 'other_request': {
      const names = placed.changed.join(', ')
      return refuse(403, 'OUT_TRADE_NO_USED', '201 商户订单号重复', {
        problem: 'other_request',
        field: placed.changed[0] ?? 'out_trade_no',
        rule: {
          zh: `同一单号再次下单时参数必须完全相同，这里不同的是：${names}`,
          en: `a number is asked for again with the same parameters only; these are not the same: ${names}`,
        },
      })
    }
  }
}

const PAID = state('out_trade_no', {
  zh: '已支付的订单不能再支付，也不能关闭',
  en: 'an order that is paid can be neither paid again nor closed',
})
const CLOSED = state('out_trade_no', {
  zh: '关闭过的单号不能再用',
  en: 'a number that was closed is used up for ever',
})
const EXPIRED = state('time_expire', {
  zh: '过了 time_expire 的订单不能再支付',
  en: 'an order whose time_expire is over cannot be paid any more',
})
const TOO_LONG = state('time_expire', {
  zh: 'time_expire 最多在七天之后，App、H5 和 JSAPI 为十五天',
  en: 'time_expire is at most seven days away, with App, H5 and JSAPI fifteen',
})
const UNKNOWN = state('out_trade_no', {
  zh: '这个商户要用这个单号下过单',
  en: 'this merchant placed an order with this number',
})
const UNKNOWN_TRANSACTION = state('transaction_id', {
  zh: '这个商户要有这笔微信支付订单',
  en: 'this merchant was paid in a transaction with this id',
})

function readOrder({ clock }: WeChat, { mchId, body }: AuthenticCall, tradeType: TradeType): OrderRequest {
  const timeExpire = readTime(textAt(body, 'time_expire'))
  const detail = valueAt(body, 'detail')
  return {
    mchId,
    outTradeNo: textAt(body, 'out_trade_no'),
    appid: textAt(body, 'appid'),
    apiVersion: 'v3',
    tradeType,
    totalFee: numberAt(body, 'amount', 'total'),
    body: textAt(body, 'description'),
    detail: isObject(detail) ? JSON.stringify(detail) : '',
    attach: textAt(body, 'attach'),
    deviceInfo: textAt(body, 'scene_info', 'device_id'),
    openid: tradeType === 'JSAPI' ? textAt(body, 'payer', 'openid') : null,
    signType: 'MD5',
    notifyUrl: textAt(body, 'notify_url'),
    expiresAt: timeExpire === null ? null : clock.fromMerchant(timeExpire),
    isSandbox: false,
    parameters: { trade_type: tradeType, ...parametersOf(body) },
  }
}

/** What was asked, by JSON pointers: the order of names, and numbers that are written otherwise, make no difference. */
function parametersOf(body: JsonObject, at = ''): Record<string, string> {
  const entries = Object.entries(body).flatMap(([name, value]): [string, string][] => {
    if (isObject(value)) return Object.entries(parametersOf(value, `${at}/${name}`))
    return value === null || value === '' ? [] : [[`${at}/${name}`, JSON.stringify(value)]]
  })
  return Object.fromEntries(entries)
}

function linkOf(tradeType: TradeType, { baseUrl }: AuthenticCall, prepay: PrepayRecord): JsonObject {
  if (tradeType === 'NATIVE') return { code_url: prepay.codeUrl }
  if (tradeType !== 'MWEB') return { prepay_id: prepay.prepayId }
  const query = new URLSearchParams({ prepay_id: prepay.prepayId, package: prepay.package })
  return { h5_url: `${baseUrl}/cgi-bin/mmpayweb-bin/checkmweb?${query}` }
}

/** What a query answers; what only a paid order has is left out before (query an order, answer). */
function tradeBody(trade: TradeRecord): JsonObject {
  if (isPaid(trade)) return paidBody(trade)
  return {
    appid: trade.appid,
    mchid: trade.mchId,
    out_trade_no: trade.outTradeNo,
    ...(trade.attach !== '' && { attach: trade.attach }),
    ...(trade.deviceInfo !== '' && { scene_info: { device_id: trade.deviceInfo } }),
    trade_state: trade.state,
    trade_state_desc: trade.state === 'CLOSED' ? '订单已关闭' : '订单未支付',
  }
}

/** What a query and a notification both say about money that was taken. No coupons here: the payer pays it all. */
export function paidBody(trade: PaidTradeRecord): JsonObject {
  return {
    appid: trade.appid,
    mchid: trade.mchId,
    out_trade_no: trade.outTradeNo,
    transaction_id: trade.transactionId,
    trade_type: trade.tradeType,
    trade_state: trade.state,
    trade_state_desc: trade.state === 'REFUND' ? '订单发生过退款，退款详情请查询退款单' : '支付成功',
    bank_type: 'OTHERS',
    ...(trade.attach !== '' && { attach: trade.attach }),
    success_time: writeTime(trade.paidAt),
    payer: { openid: trade.openid },
    amount: { total: trade.totalFee, payer_total: trade.totalFee, currency: 'CNY', payer_currency: 'CNY' },
    ...(trade.deviceInfo !== '' && { scene_info: { device_id: trade.deviceInfo } }),
  }
}
