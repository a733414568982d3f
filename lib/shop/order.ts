import type { Contact } from './contact'
import type { Currency, Fen } from './money'
import type { Localized } from './product'

/**
 * pending ──paid──► paid
 *    └─────closed─► closed
 */
export const ORDER_STATUSES = ['pending', 'paid', 'closed'] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

/** A line keeps name and price as they were when the order was made. */
export type OrderLine = { productId: string; name: Localized; quantity: number; priceFen: Fen }

/** What a shopper buys. Its stock is reserved from the creation on, and returned when it closes. */
export type Order = {
  id: string
  status: OrderStatus
  lines: OrderLine[]
  amountFen: Fen
  currency: Currency
  createdAt: number
  /**
   * Until then its stock is kept for somebody who has not begun to pay, so that nobody keeps goods from others for long;
   * null from the first payment on.
   */
  heldUntil: number | null
  /** Until then the order can be paid; after it the worker closes it, at WeChat first. */
  expiresAt: number
  paidAt: number | null
  closedAt: number | null
  /** WeChat's number of the money that paid this order. */
  transactionId: string | null
  /** When the goods left; only those of a paid order do. */
  shippedAt: number | null
  /** The carrier's number of the parcel, if an operator gave one. */
  trackingNumber: string | null
  /** What the buyer left with it. */
  contact: Contact
  /** Counts the changes of status, from 1; writes compare it. */
  version: number
}

/** So many characters of an order's id are its number: 50 bits, so that two orders with one number are never met. */
const NUMBER_LENGTH = 10
const GROUP_LENGTH = 5

/** What people read, say and type in place of an order's id, the same wherever they meet the order. */
export function orderNumberOf(id: string): string {
  return `${id.slice(0, GROUP_LENGTH)}-${id.slice(GROUP_LENGTH, NUMBER_LENGTH)}`.toUpperCase()
}

/** The beginning of the id that somebody means by a number, however they write it; null when it is none. */
export function readOrderNumber(text: string): string | null {
  const letters = text.toLowerCase().replace(/[\s-]/g, '')
  // These are never in a number, and look like what is.
  const meant = letters.replace(/[il]/g, '1').replace(/o/g, '0')
  return /^[0-9a-hjkmnp-tv-z]{10}$/.test(meant) ? meant : null
}

/** Why an order changed: who brought the event, and where it can be looked up; an admin's action has its audit entry. */
export const CAUSES = ['checkout', 'notification', 'worker', 'customer', 'admin', 'bill'] as const
export type Cause = { kind: (typeof CAUSES)[number]; id: string }

/** One entry of an order's history. The versions of an order's entries have no gap. */
export type OrderEvent = {
  orderId: string
  version: number
  from: OrderStatus | null
  to: OrderStatus
  cause: Cause
  at: number
}
