import { randomBytes } from 'node:crypto'
import type { OrderItem } from '@/lib/shop/checkout'
import { LINES_MAX, QUANTITY_MAX } from '@/lib/shop/limits'

/**
 * Cookie with what a browser has in its cart: its key, then `id:quantity:price` of each line, joined by `|`. A wish list:
 * what is charged are the store's prices, and the price here is the one that the shopper saw.
 */
export const CART_COOKIE = 'cart'
export const CART_AGE_SECONDS = 30 * 24 * 3600

export type CartItem = OrderItem & { seenFen: number | null }

/**
 * Every change gives a cart a new key, and one key makes one order: however often and in how many tabs the same cart is
 * checked out. A cart without a key was written by hand, or is empty.
 */
export type Cart = { key: string | null; items: CartItem[] }

const KEY = /^[\w-]{22}$/
const ITEM = /^([a-z0-9-]{1,32}):([1-9]\d?)(?::([1-9]\d{0,9}))?$/

/** The cart of a cookie. Whatever is no line is left out, as cookies may be old or written by anybody. */
export function readCart(value: string | undefined): Cart {
  const [first = '', ...rest] = (value ?? '').split('|')
  const key = KEY.test(first) ? first : null
  const items = new Map<string, CartItem>()
  for (const part of key === null ? [first, ...rest] : rest) {
    const item = readItem(part)
    if (item !== null && items.size < LINES_MAX) items.set(item.productId, item)
  }
  return { key, items: [...items.values()] }
}

/** One `id:quantity` or `id:quantity:price`, as in the cart's cookie and in forms that order again; null when it is none. */
export function readItem(text: string): CartItem | null {
  const [, productId, quantity, price] = ITEM.exec(text) ?? []
  if (productId === undefined) return null
  return { productId, quantity: Number(quantity), seenFen: price === undefined ? null : Number(price) }
}

export function writeCart({ key, items }: Cart): string {
  const lines = items.map(({ productId, quantity, seenFen }) =>
    seenFen === null ? `${productId}:${quantity}` : `${productId}:${quantity}:${seenFen}`,
  )
  return [...(key === null ? [] : [key]), ...lines].join('|')
}

type CartChange = { ok: true; cart: Cart } | { ok: false; reason: 'too_many_lines' | 'invalid_quantity' }

/**
 * The cart after a line has changed; a quantity of 0 removes it. What an order cannot take is refused, and nothing that
 * was in the cart is lost by it.
 */
export function changeCart(
  { items }: Cart,
  { productId, seenFen }: Pick<CartItem, 'productId' | 'seenFen'>,
  quantityAfter: (before: number) => number,
): CartChange {
  const before = items.find((item) => item.productId === productId)
  const after = { productId, quantity: quantityAfter(before?.quantity ?? 0), seenFen }
  const others = items.filter((item) => item !== before)
  if (after.quantity < 1) return { ok: true, cart: { key: newCartKey(), items: others } }
  if (after.quantity > QUANTITY_MAX) return { ok: false, reason: 'invalid_quantity' }
  if (before !== undefined) {
    return { ok: true, cart: { key: newCartKey(), items: items.map((item) => (item === before ? after : item)) } }
  }
  if (items.length >= LINES_MAX) return { ok: false, reason: 'too_many_lines' }
  return { ok: true, cart: { key: newCartKey(), items: [...items, after] } }
}

/** What the lines came to when the shopper saw their prices; null when that is not known of all of them. */
export function seenAmountOf(items: CartItem[]): number | null {
  return items.reduce<number | null>(
    (sum, { quantity, seenFen }) => (sum === null || seenFen === null ? null : sum + seenFen * quantity),
    0,
  )
}

/** Nobody can guess it: whoever has it is shown the order that it made. */
function newCartKey(): string {
  return randomBytes(16).toString('base64url')
}
