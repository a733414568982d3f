import { type Currency, type Fen, fen } from './money'
import type { Cause, Order } from './order'
import type { ApiVersion } from './payment'

/**
 *   requested ──accepted──► processing ──► succeeded
 *       │                       ├────────► closed      nothing went back; another attempt needs another number
 *       │                       └────────► abnormal    the buyer's account takes nothing: settled by hand at WeChat
 *       │                       ◄─rerouted─┘           an operator has WeChat pay it to the merchant's bank card (API v3)
 *       ├──refused──► closed
 *       └──declined─► declined                         a buyer's wish that the shop does not follow
 *
 * An abnormal one may still succeed, and is resolved by an admin's note otherwise.
 */
export const REFUND_STATUSES = ['requested', 'processing', 'succeeded', 'closed', 'abnormal', 'declined'] as const
export type RefundStatus = (typeof REFUND_STATUSES)[number]

/** Who wanted it: an admin, the buyer, the rule for stray money (`REFUND_STRAY`), or somebody in WeChat's console. */
export const REFUND_SOURCES = ['admin', 'buyer', 'rule', 'wechat'] as const
export type RefundSource = (typeof REFUND_SOURCES)[number]

/** What has to happen before WeChat takes it on: time has to pass, an operator or a developer has to do something. */
export const REFUND_WAITS = ['time', 'operator', 'developer'] as const
export type RefundWait = (typeof REFUND_WAITS)[number]

/** Pieces of an order's lines that a refund is for. */
export type RefundLine = { productId: string; quantity: number }

/** Money on its way back for one payment. Its row is on disk before the first request, and never changes number or amount. */
export type Refund = {
  /** The merchant's number at WeChat, which refunds once however often it is sent. */
  outRefundNo: string
  orderId: string
  /** The money it is taken from. */
  outTradeNo: string
  transactionId: string
  status: RefundStatus
  amountFen: Fen
  /** What was paid, the whole of which this is a part. */
  paidFen: Fen
  currency: Currency
  apiVersion: ApiVersion
  signType: string
  /** The exact request to WeChat, kept because a number may only be repeated with the same parameters; empty when it was made at WeChat. */
  request: string
  source: RefundSource
  /** Read by the buyer, here and at WeChat. */
  reason: string
  /** What it is for; empty when it is for an amount. */
  lines: RefundLine[]
  /** Whether the pieces of its lines go back into stock once it succeeded. */
  returnsStock: boolean
  createdAt: number
  /** From then on WeChat may be asked for it; null while a buyer's wish waits for an operator. */
  approvedAt: number | null
  /** When WeChat took it on. */
  acceptedAt: number | null
  /** When it came to an end, by WeChat's clock where WeChat says so. */
  endedAt: number | null
  /** WeChat's own number. */
  refundId: string | null
  /** Where the money went, in WeChat's words. */
  receivedBy: string | null
  /** What an operator told the buyer, or wrote down about an abnormal one. */
  note: string | null
  /** When an admin had seen to an abnormal one, also by rerouting it, or to one that was made in WeChat's console. */
  resolvedAt: number | null
  /** Why WeChat did not take it on when it was last asked, as its error code or the word of a missing answer. */
  problem: string | null
  /** What that waits for; null without a problem, and when it has ended. */
  waitsFor: RefundWait | null
  /** Next time WeChat is sent the request or asked about it; null when there is nothing left to ask. */
  nextCheckAt: number | null
  checks: number
  /** Counts all that was written about it, from 1; writes compare it. */
  version: number
}

/** What happened to a refund: it was made, or one of the events of `decideRefund`. */
export const REFUND_CHANGES = [
  'made',
  'approved',
  'declined',
  'accepted',
  'refused',
  'delayed',
  'found',
  'resolved',
  'rerouted',
] as const

/** One entry of a refund's history. The versions of a refund's entries have no gap; some keep the status. */
export type RefundEvent = {
  outRefundNo: string
  version: number
  what: (typeof REFUND_CHANGES)[number]
  from: RefundStatus | null
  to: RefundStatus
  cause: Cause
  at: number
}

/** A refund as WeChat's refund query tells of it. */
export type FoundRefund = {
  outRefundNo: string
  refundId: string
  outTradeNo: string
  transactionId: string
  amountFen: number
  paidFen: number
  status: 'processing' | 'succeeded' | 'closed' | 'abnormal'
  /** When the money arrived; null when WeChat does not say so. */
  succeededAt: number | null
  receivedBy: string | null
}

/** WeChat's rules (refund): how many, how soon after another, how long after the payment. */
export const REFUNDS_MAX = 50
export const REFUND_PAUSE_MS = 60_000
export const REFUNDABLE_FOR_MS = 365 * 24 * 60 * 60_000
/** WeChat shows the buyer 80 bytes of the reason (`refund_desc`). */
export const REASON_BYTES_MAX = 80

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
/** Scheduled checks after WeChat took a refund on, or after it was first sent. */
const CHECKS_AFTER_MS = [10 * SECOND, MINUTE, 5 * MINUTE, 20 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR]
const LAST_PAUSE_MS = 24 * HOUR

/** When to ask for the n-th time, counted from 0, about a refund that was sent or taken on at `since`, seen from `now`. */
export function nextRefundCheckAt(since: number, checks: number, now: number): number {
  const pause = CHECKS_AFTER_MS[checks]
  // After an outage many scheduled checks lie in the past; they are made up for by one, not by all of them.
  return pause === undefined ? now + LAST_PAUSE_MS : Math.max(since + pause, now + 10 * SECOND)
}

/** A refund in the hands of who checks it now: the next check is set before the work begins, for whoever dies with it. */
export function claimedRefund(refund: Refund, now: number): Refund {
  const checks = refund.checks + 1
  if (refund.status === 'abnormal') return { ...refund, checks, nextCheckAt: now + LAST_PAUSE_MS }
  const since = refund.acceptedAt ?? refund.approvedAt ?? refund.createdAt
  return { ...refund, checks, nextCheckAt: nextRefundCheckAt(since, checks, now) }
}

/** Whether a buyer asked for it, and no operator has decided yet. */
export function isWish({ status, approvedAt }: Pick<Refund, 'status' | 'approvedAt'>): boolean {
  return status === 'requested' && approvedAt === null
}

/** Whether WeChat may not have it yet. */
export function isUnanswered(refund: Refund): boolean {
  return refund.status === 'requested' && refund.approvedAt !== null
}

/** Whether an admin has to see to it: WeChat cannot carry it out, or it was made past this shop. */
export function needsResolution({ status, source }: Pick<Refund, 'status' | 'source'>): boolean {
  return status === 'abnormal' || source === 'wechat'
}

/** Whether WeChat can be told to pay it to the merchant's bank card instead; API v2 has no such call. */
export function mayBeRerouted({ status, resolvedAt, apiVersion, refundId }: Refund): boolean {
  return status === 'abnormal' && resolvedAt === null && apiVersion === 'v3' && refundId !== null
}

/** Whether the buyer's account took nothing, and an admin saw to it: what WeChat says then is not how the buyer has the money. */
export function isSettledByHand({ status, source, resolvedAt }: Refund): boolean {
  return resolvedAt !== null && (status === 'abnormal' || source !== 'wechat')
}

/** Whether it waits for somebody here: a wish for its answer, or WeChat for what only people can do. */
export function needsLook(refund: Refund): boolean {
  if (isWish(refund)) return true
  if (refund.resolvedAt === null && needsResolution(refund)) return true
  return refund.waitsFor === 'operator' || refund.waitsFor === 'developer'
}

/** Whether it takes from what is left of the payment: money that went, is going, or is wanted. */
export function takesMoney({ status }: Pick<Refund, 'status'>): boolean {
  return status !== 'closed' && status !== 'declined'
}

/** Those that are taken from some money; an order may have been paid twice. */
export function refundsOf<R extends Pick<Refund, 'transactionId'>>(refunds: R[], transactionId: string | null): R[] {
  return refunds.filter((it) => it.transactionId === transactionId)
}

/** What is left of a payment to be refunded. */
export function refundableFen(paidFen: Fen, refunds: Pick<Refund, 'status' | 'amountFen'>[]): Fen {
  const taken = refunds.filter(takesMoney).reduce((sum, { amountFen }) => sum + amountFen, 0)
  return fen(Math.max(0, paidFen - taken))
}

/** What went back for certain. */
export function refundedFen(refunds: Pick<Refund, 'status' | 'amountFen'>[]): Fen {
  return fen(refunds.filter(({ status }) => status === 'succeeded').reduce((sum, { amountFen }) => sum + amountFen, 0))
}

/** What is left of an order's own money: nothing before it is paid, and money that came a second time is not among it. */
export function leftOfOrder(order: Order, refunds: Refund[]): Fen {
  if (order.status !== 'paid') return fen(0)
  return refundableFen(order.amountFen, refundsOf(refunds, order.transactionId))
}

/** The pieces of an order that no refund was made for. */
export function piecesLeft({ lines }: Pick<Order, 'lines'>, refunds: Refund[]): RefundLine[] {
  const refunded = piecesByProduct(refunds.filter(takesMoney).flatMap((refund) => refund.lines))
  return [...piecesByProduct(lines)]
    .map(([productId, quantity]) => ({ productId, quantity: quantity - (refunded.get(productId) ?? 0) }))
    .filter(({ quantity }) => quantity > 0)
}

/** What pieces of an order cost; null when it has no such line. */
export function costOf({ lines }: Pick<Order, 'lines'>, pieces: RefundLine[]): number | null {
  const prices = new Map(lines.map(({ productId, priceFen }) => [productId, priceFen]))
  let cost = 0
  for (const { productId, quantity } of pieces) {
    const priceFen = prices.get(productId)
    if (priceFen === undefined) return null
    cost += priceFen * quantity
  }
  return cost
}

/** How many pieces of each product some lines have. */
export function piecesByProduct(lines: RefundLine[]): Map<string, number> {
  const pieces = new Map<string, number>()
  for (const { productId, quantity } of lines) pieces.set(productId, (pieces.get(productId) ?? 0) + quantity)
  return pieces
}
