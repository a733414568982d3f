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
  /** Counts the changes of status, from 1; writes compare it. */
  version: number
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
