import { buyerOpenid, newCodeUrl, newPackage, newPrepayId } from '../chance'
import type { PrepayRecord, TradeKey, TradeRecord, TradeType } from '../ledger/schema'
import type { WeChat } from '../wechat'
import type { PaidTradeRecord } from './notifications'

const MINUTE = 60_000

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
  | { ok: false; reason: 'paid' | 'closed' | 'expired' | 'time_too_short' }
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

  // Times are written in whole seconds, so what is left of this one counts.
  const earliest = Math.floor(now / 1_000) * 1_000 + TIME_TO_PAY_MIN_MS[order.tradeType]
  if (order.expiresAt !== null && order.expiresAt < earliest) return { ok: false, reason: 'time_too_short' }
  const trade = newTrade(order, now)
  ledger.insertTrade(trade)
  return { ok: true, trade, prepay: newPrepay(wechat, trade) }
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
