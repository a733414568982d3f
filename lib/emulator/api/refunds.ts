import { accountOf } from '../accounts'
import { newConsoleRefundNo, newRefundId } from '../chance'
import { REFUND_REFUSALS, type RefundRefusalFault } from '../fault-names'
import { type Chances, drawChances } from '../faults'
import type { RefundRecord, RefundStatus } from '../ledger/refund-schema'
import type { TradeRecord } from '../ledger/schema'
import type { WeChat } from '../wechat'
import { notifyRefund, type PaidTradeRecord } from './notifications'
import { findOrder, isPaid } from './orders'
import { OLD_ORDER_MS } from './refund-rates'

const MINUTE = 60_000
/** How long WeChat takes to process a refund. */
const PROCESSING_MS = 5_000
/** An order can be refunded for a year after it was paid. */
const REFUNDABLE_MS = 365 * 24 * 60 * MINUTE
/** Refunds of one order are at least this far apart. */
const APART_MS = MINUTE
export const REFUNDS_PER_ORDER_MAX = 50
/** Most refunds that are processed in one step. */
const DUE_MAX = 100

/** What a merchant's server asks for. */
export type RefundRequest = Pick<
  RefundRecord,
  'mchId' | 'outRefundNo' | 'apiVersion' | 'refundFee' | 'funds' | 'description' | 'notifyUrl'
> & { order: { transactionId: string } | { outTradeNo: string }; totalFee: number }

/** A refund, with the trade that is given back. */
export type TradeRefund = { refund: RefundRecord; trade: PaidTradeRecord }

export type RefundRefusal =
  | 'blocked'
  | 'too_often'
  | 'bad_transaction_id'
  | 'unknown_order'
  | 'not_paid'
  | 'other_request'
  | 'other_total'
  | 'overdue'
  | 'refunded'
  | 'more_than_left'
  | 'too_many'
  | 'too_soon'
  | 'balance_too_small'
  | RefundRefusalFault

export type RequestedRefund = ({ ok: true } & TradeRefund) | { ok: false; reason: RefundRefusal }

/** What a merchant's own mistakes are; too many of them shut it out for a while. */
const MISTAKES = new Set<RefundRefusal>([
  ...([
    'bad_transaction_id',
    'unknown_order',
    'not_paid',
    'other_request',
    'other_total',
    'overdue',
    'refunded',
  ] as const),
  ...(['more_than_left', 'too_many'] as const),
])

/** Gives money back, or says once more what became of a number that was asked for with the same amounts. */
export function requestRefund(wechat: WeChat, request: RefundRequest, chances: Chances): RequestedRefund {
  const { clock, refundRates } = wechat
  const now = clock.now()
  const early = refundRates.take(request.mchId, now)
  const requested: RequestedRefund = early === null ? tryRefund(wechat, request, chances) : { ok: false, reason: early }
  if (!requested.ok && MISTAKES.has(requested.reason)) refundRates.noteBadCall(request.mchId, now)
  return requested
}

function tryRefund(wechat: WeChat, request: RefundRequest, chances: Chances): RequestedRefund {
  const { ledger, clock, refundRates, accounts } = wechat
  const { mchId, order, totalFee, ...asked } = request
  if ('transactionId' in order && !isTransactionId(order.transactionId))
    return { ok: false, reason: 'bad_transaction_id' }
  const trade = findOrder(wechat, mchId, order)
  if (trade === null) return { ok: false, reason: 'unknown_order' }
  if (!isPaid(trade)) return { ok: false, reason: 'not_paid' }
  if (totalFee !== trade.totalFee) return { ok: false, reason: 'other_total' }
  const known = ledger.findRefund(request)
  if (known !== null) {
    const isSame = known.outTradeNo === trade.outTradeNo && known.refundFee === request.refundFee
    return isSame ? { ok: true, refund: known, trade } : { ok: false, reason: 'other_request' }
  }

  const now = clock.now()
  const { newestAt } = ledger.totalRefundsOf(trade)
  const isOld = trade.paidAt < now - OLD_ORDER_MS
  const reason =
    reasonAgainst(wechat, trade, request.refundFee) ??
    (newestAt !== null && now < newestAt + APART_MS ? 'too_soon' : null) ??
    (isOld && !refundRates.takeOldOrder(mchId, now) ? 'too_often' : null) ??
    REFUND_REFUSALS.find(chances.has) ??
    (ledger.balanceOf(mchId) < request.refundFee ? 'balance_too_small' : null)
  if (reason !== null) return { ok: false, reason }
  const consoleUrl = request.notifyUrl === null ? accountOf(accounts, trade).refundNotifyUrl : undefined
  const notifyUrl = request.notifyUrl ?? consoleUrl ?? null
  const notifyVersion = consoleUrl === undefined ? request.apiVersion : 'v2'
  const delayMs = chances.amountOf('refundDelaySeconds') * 1_000
  const faults = delayMs > 0 ? ['refundDelaySeconds' as const] : []
  const refund = acceptRefund(
    wechat,
    trade,
    { ...asked, source: 'api', notifyUrl, notifyVersion, faults },
    now + delayMs,
  )
  return { ok: true, refund, trade }
}

/** Whether a number looks like one of WeChat's own. */
export function isTransactionId(number: string): boolean {
  return /^\d{28}$/.test(number)
}

/** A refund that a person makes in the merchant console, which the merchant's server knows nothing of. */
export function refundInConsole(wechat: WeChat, trade: TradeRecord, refundFee: number): RequestedRefund {
  const { ledger, clock, accounts, random } = wechat
  return ledger.atomically(() => {
    if (!isPaid(trade)) return { ok: false, reason: 'not_paid' }
    const reason =
      reasonAgainst(wechat, trade, refundFee) ??
      (ledger.balanceOf(trade.mchId) < refundFee ? ('balance_too_small' as const) : null)
    if (reason !== null) return { ok: false, reason }
    const now = clock.now()
    const consoleUrl = accountOf(accounts, trade).refundNotifyUrl
    const asked = {
      outRefundNo: newConsoleRefundNo(random, now),
      apiVersion: trade.apiVersion,
      source: 'console' as const,
      funds: 'unsettled' as const,
      refundFee,
      description: '',
      notifyUrl: consoleUrl ?? trade.notifyUrl,
      notifyVersion: consoleUrl === undefined ? trade.apiVersion : ('v2' as const),
      faults: [],
    }
    return { ok: true, refund: acceptRefund(wechat, trade, asked, now), trade }
  })
}

/** Why no such amount can be given back, whoever asks; null if it can. */
function reasonAgainst({ ledger, clock }: WeChat, trade: PaidTradeRecord, refundFee: number) {
  const { openCount, refundedFee } = ledger.totalRefundsOf(trade)
  if (clock.now() > trade.paidAt + REFUNDABLE_MS) return 'overdue'
  if (refundedFee === trade.totalFee) return 'refunded'
  if (refundFee > trade.totalFee - refundedFee) return 'more_than_left'
  return openCount >= REFUNDS_PER_ORDER_MAX ? 'too_many' : null
}

type AskedRefund = Pick<
  RefundRecord,
  | 'outRefundNo'
  | 'apiVersion'
  | 'source'
  | 'funds'
  | 'refundFee'
  | 'description'
  | 'notifyUrl'
  | 'notifyVersion'
  | 'faults'
>

/** Takes the money from the merchant and writes the refund down; it is processed a little after `from`. */
function acceptRefund({ ledger, clock, random }: WeChat, trade: PaidTradeRecord, asked: AskedRefund, from: number) {
  const now = clock.now()
  const refund: RefundRecord = {
    ...asked,
    mchId: trade.mchId,
    outTradeNo: trade.outTradeNo,
    refundId: newRefundId(random, now),
    status: 'PROCESSING',
    createdAt: now,
    dueAt: from + PROCESSING_MS,
    endedAt: null,
  }
  ledger.insertRefund(refund)
  ledger.addToBalance(trade.mchId, -refund.refundFee)
  ledger.markRefunded(trade)
  return refund
}

export const REFUND_OUTCOMES = ['success', 'closed', 'abnormal'] as const
export type RefundOutcome = (typeof REFUND_OUTCOMES)[number]
const STATUS_AFTER = { success: 'SUCCESS', closed: 'CLOSED', abnormal: 'ABNORMAL' } as const satisfies Record<
  RefundOutcome,
  RefundStatus
>

/**
 * Ends a refund, and tells the merchant. One that could not reach the buyer's account can still be given back by hand;
 * null for every other one that has ended.
 */
export function endRefund(wechat: WeChat, refund: RefundRecord, outcome: RefundOutcome): RefundRecord | null {
  const { ledger, clock } = wechat
  const isByHand = refund.status === 'ABNORMAL' && outcome === 'success'
  if (refund.status !== 'PROCESSING' && !isByHand) return null
  return ledger.atomically(() => {
    const ended = { ...refund, status: STATUS_AFTER[outcome], endedAt: clock.now() }
    if (!ledger.endRefund(refund, ended)) return null
    // What was not given back can be given back once more.
    if (outcome === 'closed') ledger.addToBalance(refund.mchId, refund.refundFee)
    notifyRefund(wechat, ended, tradeOf(wechat, refund))
    return ended
  })
}

/** Gives an abnormal refund back to another account than the buyer's; null for one that is not abnormal. */
export function settleAbnormal({ ledger, clock }: WeChat, refund: RefundRecord): RefundRecord | null {
  const dueAt = clock.now() + PROCESSING_MS
  if (!ledger.reopenRefund(refund, dueAt)) return null
  return { ...refund, status: 'PROCESSING', endedAt: null, dueAt }
}

/** Processes the refunds whose time has come. */
export function endDueRefunds(wechat: WeChat): void {
  const { ledger, clock } = wechat
  for (let dueAt = ledger.nextRefundAt(); dueAt !== null && dueAt <= clock.now(); dueAt = ledger.nextRefundAt()) {
    ledger.atomically(() => {
      for (const refund of ledger.listDueRefunds(clock.now(), DUE_MAX)) {
        const { has, met } = drawChances(ledger, refund.outTradeNo)
        const outcome = has('refundClosed') ? 'closed' : has('refundAbnormal') ? 'abnormal' : 'success'
        endRefund(wechat, { ...refund, faults: [...refund.faults, ...met] }, outcome)
      }
    })
  }
}

export type RefundQuery =
  | { refundId: string }
  | { outRefundNo: string }
  | { transactionId: string }
  | { outTradeNo: string }

/** Refunds of one trade, oldest first. */
export type FoundRefunds = { trade: PaidTradeRecord; refunds: RefundRecord[]; total: number }

/** One refund by its number, or those of an order from `offset` on; null when there is none. */
export function findRefunds(
  wechat: WeChat,
  mchId: string,
  by: RefundQuery,
  { offset, limit }: { offset: number; limit: number },
): FoundRefunds | null {
  const { ledger } = wechat
  if ('refundId' in by || 'outRefundNo' in by) {
    const refund = 'refundId' in by ? ledger.findRefundById(mchId, by.refundId) : ledger.findRefund({ mchId, ...by })
    if (refund === null) return null
    return { trade: tradeOf(wechat, refund), refunds: offset === 0 ? [refund] : [], total: 1 }
  }
  const trade = findOrder(wechat, mchId, by)
  if (trade === null || !isPaid(trade)) return null
  const { count: total } = ledger.totalRefundsOf(trade)
  if (total === 0) return null
  return { trade, refunds: ledger.listRefundsOf(trade, { limit, offset }), total }
}

function tradeOf({ ledger }: WeChat, { mchId, outTradeNo, outRefundNo }: RefundRecord): PaidTradeRecord {
  const trade = ledger.findTrade({ mchId, outTradeNo })
  if (trade === null || !isPaid(trade)) throw new Error(`no paid order for refund ${outRefundNo}`)
  return trade
}
