import { QUANTITY_MAX, UNPAID_ORDERS_MAX, UNPAID_PIECES_MIN, UNPAID_SHARE_MAX } from './limits'
import type { OrderLine } from './order'

/**
 * Whose unpaid orders count together: a buyer's own, and those that come from one address. Each is a word that says nothing
 * to anybody else, and null where nobody is counted.
 */
export type Holder = { buyer: string | null; address: string | null }

/** What unpaid orders keep from everybody else: how many they are, and their pieces of each product. */
export type Holding = { orders: number; pieces: ReadonlyMap<string, number> }

export const NOTHING_HELD: Holding = { orders: 0, pieces: new Map() }

export type HoldingRefusal =
  | { reason: 'sold_out' | 'share_exceeded'; productId: string }
  | { reason: 'too_many_unpaid_orders'; productId: null }

/**
 * Whether an order may take its pieces from the stock: as long as they are there, and while it is not paid for, no more
 * than its buyer's share and that of the address. Null when it may.
 */
export function refuseHolding(
  lines: readonly OrderLine[],
  stock: ReadonlyMap<string, number>,
  held: Record<keyof Holder, Holding>,
): HoldingRefusal | null {
  const holders = ['buyer', 'address'] as const
  if (holders.some((holder) => held[holder].orders >= UNPAID_ORDERS_MAX[holder])) {
    return { reason: 'too_many_unpaid_orders', productId: null }
  }
  for (const { productId, quantity } of lines) {
    const free = stock.get(productId) ?? 0
    if (quantity > free) return { reason: 'sold_out', productId }
    const isOver = holders.some((holder) => {
      const own = held[holder].pieces.get(productId) ?? 0
      return own + quantity > shareOf(free + own, UNPAID_SHARE_MAX[holder])
    })
    if (isOver) return { reason: 'share_exceeded', productId }
  }
  return null
}

/** Pieces of a product that somebody without an unpaid order can put into one. */
export function orderableOf(stock: number): number {
  return Math.min(stock, QUANTITY_MAX, shareOf(stock, UNPAID_SHARE_MAX.buyer))
}

/** Of three pieces or more the last is nobody's without paying. */
function shareOf(pieces: number, share: number): number {
  return Math.max(UNPAID_PIECES_MIN, Math.min(pieces - 1, Math.ceil(pieces * share)))
}
