import { readTime, writeTime } from '@/lib/wechat/time'
import type { Fields } from '@/lib/wechat/v2/sign'
import { buyerOpenid, newCodeUrl, newPackage, newPrepayId } from '../chance'
import type { Prepay, Trade } from '../ledger/schema'
import { TRADE_TYPES } from '../ledger/schema'
import type { Answer, Call } from '../v2/call'
import type { Explanation } from '../v2/explanation'
import type { WeChat } from '../wechat'

/** WeChat refuses a number that is born (nearly) dead. */
const TIME_TO_PAY_MIN_MS = 60_000

/** `POST /pay/unifiedorder`: makes a trade, or gives a new way to pay one that was asked for in just the same way. */
export function unifiedorder(wechat: WeChat, call: Call): Answer {
  const { ledger, clock } = wechat
  const now = clock.now()
  const known = ledger.findTrade({ mchId: call.account.mchId, outTradeNo: input(call, 'out_trade_no') })
  if (known !== null) {
    if (known.state === 'SUCCESS') return failure('ORDERPAID', '该订单已支付', PAID)
    if (known.state === 'CLOSED') return failure('ORDERCLOSED', '订单已关闭', CLOSED)
    const changed = changesOf(known, call)
    if (changed.length > 0) return failure('INVALID_REQUEST', '201 商户订单号重复', otherRequest(changed))
    if (known.expiresAt !== null && known.expiresAt <= now) {
      return failure('INVALID_REQUEST', '该订单已失效', EXPIRED)
    }
    return prepared(wechat, call, known)
  }

  const trade = newTrade(wechat, call)
  if (trade.expiresAt !== null && trade.expiresAt < now + TIME_TO_PAY_MIN_MS) {
    return failure('INVALID_REQUEST', 'time_expire时间过短', TOO_SHORT)
  }
  ledger.insertTrade(trade)
  return prepared(wechat, call, trade)
}

/** `POST /pay/orderquery`: what is known about a trade, by WeChat's number or else by the merchant's. */
export function orderquery(wechat: WeChat, call: Call): Answer {
  const { mchId } = call.account
  const transactionId = input(call, 'transaction_id')
  const trade =
    transactionId === ''
      ? wechat.ledger.findTrade({ mchId, outTradeNo: input(call, 'out_trade_no') })
      : wechat.ledger.findTradeByTransaction(mchId, transactionId)
  if (trade !== null) return { type: 'success', fields: tradeFields(trade) }
  return failure('ORDERNOTEXIST', 'order not exist', transactionId === '' ? UNKNOWN : UNKNOWN_TRANSACTION)
}

/** `POST /pay/closeorder`: takes care that a trade can never be paid. */
export function closeorder(wechat: WeChat, call: Call): Answer {
  const trade = wechat.ledger.findTrade({ mchId: call.account.mchId, outTradeNo: input(call, 'out_trade_no') })
  if (trade === null) return failure('ORDERNOTEXIST', 'order not exist', UNKNOWN)
  if (trade.state === 'SUCCESS') return failure('ORDERPAID', 'order paid', PAID)
  if (trade.state === 'CLOSED') return failure('ORDERCLOSED', 'order closed', CLOSED)
  wechat.ledger.closeTrade(trade, wechat.clock.now())
  return { type: 'success', fields: { result_msg: 'OK' } }
}

const state = (zh: string, en: string, field = 'out_trade_no'): Explanation => {
  return { problem: 'state', field, rule: { zh, en } }
}
const PAID = state('已支付的订单不能再支付，也不能关闭', 'an order that is paid can be neither paid again nor closed')
const CLOSED = state('关闭过的单号不能再用', 'a number that was closed is used up for ever')
const EXPIRED = state('过了 time_expire 的订单不能再支付', 'an order whose time_expire is over cannot be paid any more')
const TOO_SHORT = state('time_expire 至少在一分钟之后', 'time_expire is at least one minute away', 'time_expire')
const UNKNOWN = state('这个商户要用这个单号下过单', 'this merchant placed an order with this number')
const UNKNOWN_TRANSACTION = state(
  '这个商户要有这笔微信支付订单',
  'this merchant was paid in a transaction with this id',
  'transaction_id',
)

function otherRequest(changed: string[]): Explanation {
  const names = changed.join(', ')
  const zh = `同一单号再次下单时参数必须完全相同，这里不同的是：${names}`
  const en = `a number is asked for again with the same parameters only; these are not the same: ${names}`
  return { problem: 'other_request', field: changed[0] ?? 'out_trade_no', rule: { zh, en } }
}

function newTrade({ clock }: WeChat, call: Call): Trade {
  const tradeType = TRADE_TYPES.find((type) => type === call.fields.trade_type)
  if (tradeType === undefined) throw new Error('the rules let an unknown trade_type through')
  const timeExpire = readTime(input(call, 'time_expire'))
  return {
    mchId: call.account.mchId,
    outTradeNo: input(call, 'out_trade_no'),
    appid: call.account.appid,
    tradeType,
    totalFee: Number(input(call, 'total_fee')),
    body: input(call, 'body'),
    attach: input(call, 'attach'),
    deviceInfo: input(call, 'device_info'),
    openid: tradeType === 'JSAPI' ? input(call, 'openid') : buyerOpenid(call.account.appid),
    signType: call.signType,
    notifyUrl: input(call, 'notify_url'),
    request: requestText(call.fields),
    state: 'NOTPAY',
    createdAt: clock.now(),
    expiresAt: timeExpire === null ? null : clock.fromMerchant(timeExpire),
    transactionId: null,
    paidAt: null,
    closedAt: null,
    notification: null,
    isSandbox: call.isSandbox,
  }
}

/** What was asked, in one fixed form: all but what has to differ, and what says nothing. */
function requestText(fields: Fields): string {
  const counting = Object.entries(fields).filter(
    ([name, value]) => name !== 'nonce_str' && name !== 'sign' && value !== '',
  )
  return JSON.stringify(counting.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Names of the parameters that are not as they were when the trade was made. */
function changesOf(trade: Trade, { fields }: Call): string[] {
  const now = requestText(fields)
  if (trade.request === now) return []
  const [before, after] = [trade.request, now].map((text) => new Map<string, string>(JSON.parse(text)))
  const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])
  return [...names].filter((name) => before?.get(name) !== after?.get(name))
}

function prepared({ ledger, clock, random }: WeChat, call: Call, trade: Trade): Answer {
  const now = clock.now()
  const prepay: Prepay = {
    prepayId: newPrepayId(random, now),
    mchId: trade.mchId,
    outTradeNo: trade.outTradeNo,
    codeUrl: newCodeUrl(random),
    package: newPackage(random),
    createdAt: now,
  }
  ledger.insertPrepay(prepay)
  const link = new URLSearchParams({ prepay_id: prepay.prepayId, package: prepay.package })
  const fields: Fields = {
    device_info: trade.deviceInfo,
    trade_type: trade.tradeType,
    prepay_id: prepay.prepayId,
    ...(trade.tradeType === 'NATIVE' && { code_url: prepay.codeUrl }),
    ...(trade.tradeType === 'MWEB' && { mweb_url: `${call.baseUrl}/cgi-bin/mmpayweb-bin/checkmweb?${link}` }),
  }
  return { type: 'success', fields, prepayId: prepay.prepayId }
}

function tradeFields(trade: Trade): Fields {
  if (trade.transactionId === null || trade.paidAt === null) {
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
    ...paidFields(trade, trade.transactionId, trade.paidAt),
    attach: trade.attach,
    trade_state: trade.state,
    trade_state_desc: '支付成功',
  }
}

/** What a query and a notification both say about money that was taken. */
export function paidFields(trade: Trade, transactionId: string, paidAt: number): Fields {
  return {
    openid: trade.openid,
    is_subscribe: 'N',
    trade_type: trade.tradeType,
    bank_type: 'OTHERS',
    total_fee: String(trade.totalFee),
    fee_type: 'CNY',
    cash_fee: String(trade.totalFee),
    transaction_id: transactionId,
    out_trade_no: trade.outTradeNo,
    time_end: writeTime(paidAt),
  }
}

function input(call: Call, name: string): string {
  return call.fields[name] ?? ''
}

function failure(code: string, text: string, why: Explanation): Answer {
  return { type: 'failure', code, text, why }
}
