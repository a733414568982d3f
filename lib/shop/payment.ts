import type { Currency, Fen } from './money'
import type { Order } from './order'

/** The languages that WeChat Pay speaks; each payment keeps to the one in which it was opened. */
export const API_VERSIONS = ['v2', 'v3'] as const
export type ApiVersion = (typeof API_VERSIONS)[number]

/** Ways to pay: a QR code, a native app, a phone browser, a page inside WeChat. */
export const CHANNELS = ['native', 'app', 'h5', 'jsapi'] as const
export type Channel = (typeof CHANNELS)[number]

/**
 *   preparing ──prepaid──► open ──paid──► paid
 *       └────────closed─────┴──► closed ──paid──► stray, or paid while its order still waits for money
 *
 * `stray`: WeChat has the money, but this payment did not pay its order.
 */
export const PAYMENT_STATUSES = ['preparing', 'open', 'paid', 'closed', 'stray'] as const
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number]

/** What WeChat answered to the order request. Opaque texts; `prepayId` and `codeUrl` live for two hours. */
export type Prepay = {
  prepayId: string
  codeUrl: string | null
  mwebUrl: string | null
  at: number
}

/** One attempt to pay an order on one channel. An order may have several of them, and at most one of them is live. */
export type Payment = {
  /** The merchant's number of this attempt at WeChat, used once and never again. */
  outTradeNo: string
  orderId: string
  channel: Channel
  status: PaymentStatus
  amountFen: Fen
  currency: Currency
  apiVersion: ApiVersion
  /** How messages about this payment are signed; one of another type is refused. */
  signType: string
  /** The exact request to WeChat, kept because a number may only be repeated with the same parameters. */
  request: string
  prepay: Prepay | null
  transactionId: string | null
  createdAt: number
  /** Next scheduled check to query WeChat about this payment; null when there is nothing left to ask. */
  nextCheckAt: number | null
  checks: number
  /** When WeChat first said that money of this payment went back, all of it or a part; it never takes that word back. */
  refundSeenAt: number | null
  /** When an admin had looked at what WeChat said there; until then the goods stay here. */
  refundReviewedAt: number | null
  version: number
}

export type OrderWithPayments = { order: Order; payments: Payment[] }

/** Money that WeChat says it took for one of our numbers. */
export type PaidTrade = {
  outTradeNo: string
  transactionId: string
  paidFen: number
  currency: string
  paidAt: number
}

/**
 * What became of money: it paid its order, came after the order had closed (`late`), came although another payment had
 * paid (`second`), was not the amount asked for (`mismatch`), or names a number we do not know (`unknown_order`).
 */
export const TRANSACTION_OUTCOMES = ['applied', 'late', 'second', 'mismatch', 'unknown_order'] as const
export type TransactionOutcome = (typeof TRANSACTION_OUTCOMES)[number]

/** Who told of money: WeChat's own answer to a query, or a notification or a bill, of which a query has still to be made. */
export const TRANSACTION_SOURCES = ['notification', 'query', 'bill'] as const

/** What an admin did about stray money, in words. */
export type Resolution = { at: number; by: string; note: string }

/** The record of such money. Every authentic one has a row, so that none can be forgotten. */
export type Transaction = PaidTrade & {
  orderId: string | null
  outcome: TransactionOutcome
  seenAt: number
  seenBy: (typeof TRANSACTION_SOURCES)[number]
}

/** A live payment can still be paid at WeChat as far as we know. */
export function isLive(payment: Payment): boolean {
  return payment.status === 'preparing' || payment.status === 'open'
}

/** Whether WeChat said that money of this payment went back, and nobody has looked at it yet. */
export function hasUnreviewedRefund({
  refundSeenAt,
  refundReviewedAt,
}: Pick<Payment, 'refundSeenAt' | 'refundReviewedAt'>): boolean {
  return refundSeenAt !== null && refundReviewedAt === null
}

/** Whether nothing can change what became of the money; a mismatch or an unknown number may still find its order. */
export function isFinal(outcome: TransactionOutcome): boolean {
  return outcome === 'applied' || outcome === 'late' || outcome === 'second'
}

/** Whether a record is WeChat's answer to an order query; anything else is what a message said, and only a hint. */
export function isProved({ seenBy }: Pick<Transaction, 'seenBy'>): boolean {
  return seenBy === 'query'
}

/** Money that is settled stays as it is, and what WeChat answered gives way to nothing that only a message said. */
export function isBetterKnown(record: Transaction, than: Transaction): boolean {
  return isFinal(record.outcome) || (isProved(record) && !isProved(than))
}

/**
 * How long what WeChat gave us is handed out: a prepay id and its code live for two hours, the link of H5 for five
 * minutes. Older ones are renewed by repeating the identical request.
 */
const PREPAY_AGE_MAX_MS = { native: 110 * 60_000, app: 110 * 60_000, jsapi: 110 * 60_000, h5: 4 * 60_000 }

/** Whether the buyer can begin to pay now with what WeChat gave us. */
export function isPayable(payment: Payment, now: number): boolean {
  return payment.status === 'open' && now < payableUntil(payment)
}

/** Until when the buyer can begin to pay with what WeChat gave us. */
export function payableUntil({ prepay, channel }: Payment): number {
  return prepay === null ? 0 : prepay.at + PREPAY_AGE_MAX_MS[channel]
}

const SECOND = 1000
const MINUTE = 60 * SECOND

/** Scheduled checks with WeChat after a payment was opened. */
const CHECKS_AFTER_MS = [5 * SECOND, 30 * SECOND, MINUTE, 3 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE]
const LAST_PAUSE_MS = 10 * MINUTE

/** An order whose time is over, or that another payment paid, is not left with a live payment for long. */
const CHECK_WHEN_OVER_MS = 30 * SECOND

/** When to query WeChat for the n-th time, counted from 0, about a payment opened at `openedAt`, seen from `now`. */
export function nextCheckAt(order: Order, openedAt: number, checks: number, now: number): number {
  if (order.status !== 'pending' || now >= order.expiresAt) return now + CHECK_WHEN_OVER_MS
  const pause = CHECKS_AFTER_MS[checks]
  // After an outage many scheduled checks lie in the past; they are made up for by one, not by all of them.
  const at = pause === undefined ? now + LAST_PAUSE_MS : Math.max(openedAt + pause, now + 5 * SECOND)
  return Math.min(at, order.expiresAt)
}

/** A payment in the hands of who checks it now: the next check is set before the work begins, for whoever dies with it. */
export function claimed(order: Order, payment: Payment, now: number): Payment {
  const checks = payment.checks + 1
  return { ...payment, checks, nextCheckAt: nextCheckAt(order, payment.prepay?.at ?? payment.createdAt, checks, now) }
}
