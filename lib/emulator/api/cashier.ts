import { newTransactionId } from '../chance'
import { NOTIFICATION_FAULTS, type NotificationFault, switchFaults } from '../faults'
import type { PrepayRecord, TradeRecord } from '../ledger/schema'
import type { WeChat } from '../wechat'
import { notifyPayment } from './notifications'
import { isPaid } from './orders'

/** How long a prepay_id and its QR code can be used, in milliseconds. */
const PREPAY_MS = 2 * 60 * 60_000
/** How long the link for a phone's browser can be used, in milliseconds. */
const H5_LINK_MS = 5 * 60_000
const WAITING_MAX = 50

/** What the buyer's phone shows for a payment. */
export type CheckoutState = 'payable' | 'paid' | 'closed' | 'expired'
export type Checkout = { trade: TradeRecord; prepay: PrepayRecord; state: CheckoutState; payableUntil: number }

export const TAPS = ['success', 'not_enough', 'cancel'] as const
export type Tap = (typeof TAPS)[number]
export type TapResult = { ok: true; trade: TradeRecord } | { ok: false; reason: Exclude<CheckoutState, 'payable'> }

export type TapOptions = {
  /** What is to go wrong with the notification of this payment. */
  notificationFault?: NotificationFault | undefined
  /** The buyer began in time and the bank took long: the money comes although the order is closed or expired by now. */
  isLate?: boolean | undefined
  /** The order stands at WeChat with another amount than the merchant believes: this one, which is what is paid. */
  totalFee?: number | undefined
}

/** The checkout behind what was scanned, opened or named; null if WeChat never gave that out. */
export function findCheckout(
  { ledger, clock }: WeChat,
  by: { codeUrl: string } | { prepayId: string } | { outTradeNo: string },
): Checkout | null {
  if ('outTradeNo' in by) {
    const trade = ledger.findTradeByNumber(by.outTradeNo)
    const prepay = trade && ledger.findNewestPrepay(trade)
    return trade && prepay && toCheckout(trade, prepay, clock.now())
  }
  const prepay = 'codeUrl' in by ? ledger.findPrepayByCode(by.codeUrl) : ledger.findPrepay(by.prepayId)
  const trade = prepay && ledger.findTrade(prepay)
  return trade && prepay && toCheckout(trade, prepay, clock.now())
}

/** The checkouts that this phone could pay now, newest first. */
export function listWaiting({ ledger, clock }: WeChat): Checkout[] {
  const now = clock.now()
  return ledger.listUnpaidTrades(WAITING_MAX).flatMap((trade) => {
    const prepay = ledger.findNewestPrepay(trade)
    const checkout = prepay && toCheckout(trade, prepay, now)
    return checkout?.state === 'payable' ? [checkout] : []
  })
}

/** Whether the link for a phone's browser is still good. */
export function isLinkFresh({ clock }: WeChat, prepay: PrepayRecord): boolean {
  return clock.now() < prepay.createdAt + H5_LINK_MS
}

function toCheckout(trade: TradeRecord, prepay: PrepayRecord, now: number): Checkout {
  const payableUntil = Math.min(prepay.createdAt + PREPAY_MS, trade.expiresAt ?? Number.POSITIVE_INFINITY)
  return { trade, prepay, payableUntil, state: stateOf(trade, now < payableUntil) }
}

function stateOf(trade: TradeRecord, isInTime: boolean): CheckoutState {
  if (isPaid(trade)) return 'paid'
  if (trade.state === 'CLOSED') return 'closed'
  return isInTime ? 'payable' : 'expired'
}

/**
 * What a tap on the phone does. Only `success` moves money; the money, what is to go wrong with the notification of it,
 * and the first delivery are one step.
 */
export function tap(wechat: WeChat, { trade, state }: Checkout, tapped: Tap, options: TapOptions = {}): TapResult {
  const { ledger, clock, random } = wechat
  const isLate = options.isLate === true && tapped === 'success' && state !== 'paid'
  if (state !== 'payable' && !isLate) return { ok: false, reason: state }
  if (tapped !== 'success') return { ok: true, trade }

  return ledger.atomically(() => {
    const paidAt = clock.now()
    const { notificationFault, totalFee = trade.totalFee } = options
    const paid = { transactionId: newTransactionId(random, paidAt), paidAt, totalFee }
    if (!ledger.payTrade(trade, paid)) return { ok: false, reason: 'paid' }
    ledger.addToBalance(trade.mchId, totalFee)
    if (notificationFault !== undefined) {
      switchFaults(ledger, trade.outTradeNo, NOTIFICATION_FAULTS[notificationFault])
    }
    const paidTrade = { ...trade, ...paid, state: 'SUCCESS' as const }
    notifyPayment(wechat, paidTrade)
    return { ok: true, trade: paidTrade }
  })
}
