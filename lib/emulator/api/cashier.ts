import { sandboxKey } from '../accounts'
import { newNonce, newTransactionId } from '../chance'
import { NOTIFICATION_FAULTS, type NotificationFault, switchFaults } from '../faults'
import type { Prepay, Trade } from '../ledger/schema'
import { writeSigned } from '../v2/tamper'
import type { WeChat } from '../wechat'
import { paidFields } from './orders'

/** How long a prepay_id and its QR code can be used, in milliseconds. */
const PREPAY_MS = 2 * 60 * 60_000
/** How long the link for a phone's browser can be used, in milliseconds. */
const H5_LINK_MS = 5 * 60_000
const WAITING_MAX = 50

/** What the buyer's phone shows for a payment. */
export type Standing = 'payable' | 'paid' | 'closed' | 'expired'
export type Checkout = { trade: Trade; prepay: Prepay; standing: Standing; payableUntil: number }

export const TAPS = ['success', 'not_enough', 'cancel'] as const
export type Tap = (typeof TAPS)[number]
export type Tapped = { ok: true; trade: Trade } | { ok: false; reason: Exclude<Standing, 'payable'> }

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
    return checkout?.standing === 'payable' ? [checkout] : []
  })
}

/** Whether the link for a phone's browser is still good. */
export function isLinkFresh({ clock }: WeChat, prepay: Prepay): boolean {
  return clock.now() < prepay.createdAt + H5_LINK_MS
}

function toCheckout(trade: Trade, prepay: Prepay, now: number): Checkout {
  const payableUntil = Math.min(prepay.createdAt + PREPAY_MS, trade.expiresAt ?? Number.POSITIVE_INFINITY)
  return { trade, prepay, payableUntil, standing: standingOf(trade, now < payableUntil) }
}

function standingOf(trade: Trade, isInTime: boolean): Standing {
  if (trade.state === 'SUCCESS') return 'paid'
  if (trade.state === 'CLOSED') return 'closed'
  return isInTime ? 'payable' : 'expired'
}

/**
 * What a tap on the phone does. Only `success` moves money; the money, what is to go wrong with the notification of it, and
 * the first delivery are one step.
 */
export function tap(wechat: WeChat, checkout: Checkout, tapped: Tap, notificationFault?: NotificationFault): Tapped {
  const { ledger, clock, random } = wechat
  if (checkout.standing !== 'payable') return { ok: false, reason: checkout.standing }
  if (tapped !== 'success') return { ok: true, trade: checkout.trade }

  return ledger.atomically(() => {
    const paidAt = clock.now()
    const transactionId = newTransactionId(random, paidAt)
    const notification = notificationOf(wechat, checkout.trade, transactionId, paidAt)
    if (!ledger.payTrade(checkout.trade, { transactionId, paidAt, notification })) return { ok: false, reason: 'paid' }
    const { mchId, outTradeNo, notifyUrl } = checkout.trade
    if (notificationFault !== undefined) switchFaults(ledger, outTradeNo, NOTIFICATION_FAULTS[notificationFault])
    ledger.insertDelivery({
      mchId,
      outTradeNo,
      attempt: 1,
      notifyUrl,
      body: notification,
      dueAt: paidAt,
      cause: 'schedule',
    })
    return { ok: true, trade: { ...checkout.trade, state: 'SUCCESS', transactionId, paidAt, notification } }
  })
}

/** The notification that a trade was paid: the recorded set of fields, in the order of their names, signed as the trade was. */
function notificationOf(wechat: WeChat, trade: Trade, transactionId: string, paidAt: number): string {
  const fields = {
    ...paidFields(trade, transactionId, paidAt),
    appid: trade.appid,
    ...(trade.attach !== '' && { attach: trade.attach }),
    ...(trade.deviceInfo !== '' && { device_info: trade.deviceInfo }),
    mch_id: trade.mchId,
    nonce_str: newNonce(wechat.random, 32),
    result_code: 'SUCCESS',
    return_code: 'SUCCESS',
    ...(trade.signType === 'HMAC-SHA256' && { sign_type: trade.signType }),
  }
  return writeSigned(fields, keyOf(wechat, trade), trade.signType)
}

/** The key that everything about a trade is signed with. */
export function keyOf({ accounts }: WeChat, { mchId, appid, isSandbox }: Trade): string {
  const account = accounts.find((it) => it.mchId === mchId && it.appid === appid)
  if (account === undefined) throw new Error(`no account for merchant ${mchId}`)
  return isSandbox ? sandboxKey(account) : account.apiKey
}
