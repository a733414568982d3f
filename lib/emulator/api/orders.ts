import { buyerOpenid, newCodeUrl, newPackage, newPrepayId } from '../chance'
import type { PrepayRecord, TradeKey, TradeRecord, TradeType } from '../ledger/schema'
import type { WeChat } from '../wechat'
import type { PaidTradeRecord } from './notifications'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/**
 * WeChat refuses an order that could hardly be paid in time. Its documentation says more than five minutes, newer pages
 * one minute for JSAPI, and so does the text of the error.
 */
const TIME_TO_PAY_MIN_MS: Record<TradeType, number> = {
  NATIVE: 5 * MINUTE,
  APP: 5 * MINUTE,
  MWEB: 5 * MINUTE,
  JSAPI: MINUTE,
}
/** v3 refuses none for that: it gives a buyer a minute at least (place an order, `time_expire`). */
const TIME_TO_PAY_RAISED_MS = MINUTE
/** Most time to pay in v3, by the page of each kind; v2 names none. */
const TIME_TO_PAY_MAX_MS: Record<TradeType, number> = {
  NATIVE: 7 * DAY,
  APP: 15 * DAY,
  MWEB: 15 * DAY,
  JSAPI: 15 * DAY,
}

/** What a merchant asks for when it places an order. */
export type OrderRequest = Omit<
  TradeRecord,
  'openid' | 'request' | 'state' | 'createdAt' | 'transactionId' | 'paidAt' | 'closedAt'
> & {
  /** The payer, when the merchant names one. */
  openid: string | null
  /** All parameters, except those that differ each time and those that say nothing. */
  parameters: Record<string, string>
}

export type PlacedOrder =
  | { ok: true; trade: TradeRecord; prepay: PrepayRecord }
  | { ok: false; reason: 'paid' | 'closed' | 'expired' | 'time_too_short' | 'time_too_long' }
  /** The number was used for another request; these parameters differ. */
  | { ok: false; reason: 'other_request'; changed: string[] }

/** Makes a trade, or gives a new way to pay one that was asked for in just the same way. */
export function placeOrder(wechat: WeChat, order: OrderRequest): PlacedOrder {
  const { ledger, clock } = wechat
  const now = clock.now()
  const known = ledger.findTrade(order)
  if (known !== null) {
    if (isPaid(known)) return { ok: false, reason: 'paid' }
    if (known.state === 'CLOSED') return { ok: false, reason: 'closed' }
    const changed = changesOf(known, order)
    if (changed.length > 0) return { ok: false, reason: 'other_request', changed }
    if (known.expiresAt !== null && known.expiresAt <= now) return { ok: false, reason: 'expired' }
    return { ok: true, trade: known, prepay: newPrepay(wechat, known) }
  }

  const time = timeToPay(order, now)
  if (!time.ok) return time
  const trade = newTrade({ ...order, expiresAt: time.expiresAt }, now)
  ledger.insertTrade(trade)
  return { ok: true, trade, prepay: newPrepay(wechat, trade) }
}

/** Until when an order can be paid, null while the merchant did not say. */
function timeToPay(
  { expiresAt, tradeType, apiVersion }: OrderRequest,
  now: number,
): { ok: true; expiresAt: number | null } | { ok: false; reason: 'time_too_short' | 'time_too_long' } {
  if (expiresAt === null) return { ok: true, expiresAt }
  // Times are written in whole seconds, so what is left of this one counts.
  const second = Math.floor(now / 1_000) * 1_000
  if (apiVersion === 'v2') {
    const isTooShort = expiresAt < second + TIME_TO_PAY_MIN_MS[tradeType]
    return isTooShort ? { ok: false, reason: 'time_too_short' } : { ok: true, expiresAt }
  }
  if (expiresAt > now + TIME_TO_PAY_MAX_MS[tradeType]) return { ok: false, reason: 'time_too_long' }
  return { ok: true, expiresAt: Math.max(expiresAt, second + TIME_TO_PAY_RAISED_MS) }
}

/** A trade by WeChat's number, or else by the merchant's. */
export function findOrder(
  { ledger }: WeChat,
  mchId: string,
  by: { transactionId: string } | { outTradeNo: string },
): TradeRecord | null {
  if ('transactionId' in by) return ledger.findTradeByTransaction(mchId, by.transactionId)
  return ledger.findTrade({ mchId, outTradeNo: by.outTradeNo })
}

/** Whether the money was taken, whatever became of it since. */
export function isPaid(trade: TradeRecord): trade is PaidTradeRecord {
  return trade.transactionId !== null && trade.paidAt !== null
}

/** Takes care that nobody can begin to pay a trade any more. */
export function closeOrder({ ledger, clock }: WeChat, key: TradeKey): 'closed' | 'unknown' | 'paid' | 'closed_before' {
  const trade = ledger.findTrade(key)
  if (trade === null) return 'unknown'
  if (isPaid(trade)) return 'paid'
  if (trade.state === 'CLOSED') return 'closed_before'
  ledger.closeTrade(trade, clock.now())
  return 'closed'
}

function newTrade({ parameters, openid, ...order }: OrderRequest, now: number): TradeRecord {
  return {
    ...order,
    openid: openid ?? buyerOpenid(order.appid),
    request: JSON.stringify(Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))),
    state: 'NOTPAY',
    createdAt: now,
    transactionId: null,
    paidAt: null,
    closedAt: null,
  }
}

/** Names of the parameters that are not as they were when the trade was made. */
function changesOf({ request }: TradeRecord, { parameters }: OrderRequest): string[] {
  const before = new Map<string, string>(JSON.parse(request))
  const after = new Map(Object.entries(parameters))
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name))
}

function newPrepay({ ledger, clock, random }: WeChat, { mchId, outTradeNo }: TradeKey): PrepayRecord {
  const now = clock.now()
  const prepay: PrepayRecord = {
    prepayId: newPrepayId(random, now),
    mchId,
    outTradeNo,
    codeUrl: newCodeUrl(random),
    package: newPackage(random),
    createdAt: now,
  }
  ledger.insertPrepay(prepay)
  return prepay
}
