import { LINES_MAX, type OrderItem, QUANTITY_MAX } from '@/lib/shop/checkout'

/** Cookie with what a browser has in its cart: `id:quantity` pairs joined by `|`. A wish list; prices are the store's. */
export const CART_COOKIE = 'cart'
export const CART_AGE_SECONDS = 30 * 24 * 3600

export type CartItem = OrderItem

const ITEM = /^([a-z0-9-]{1,32}):([1-9]\d?)$/

/** The items of a cart cookie. Whatever is not an item is left out, as cookies may be old or written by anybody. */
export function readCart(value: string | undefined): CartItem[] {
  const items = new Map<string, CartItem>()
  for (const part of (value ?? '').split('|')) {
    const item = readItem(part)
    if (item !== null && items.size < LINES_MAX) items.set(item.productId, item)
  }
  return [...items.values()]
}

/** One `id:quantity` pair, as in the cart's cookie and in forms that order again; null when it is none. */
export function readItem(text: string): CartItem | null {
  const [, productId, quantity] = ITEM.exec(text) ?? []
  return productId === undefined ? null : { productId, quantity: Number(quantity) }
}

export function writeCart(items: CartItem[]): string {
  return items.map(({ productId, quantity }) => `${productId}:${quantity}`).join('|')
}

/** The cart after a change; a quantity of 0 removes the line, and none grows beyond what an order takes. */
export function changeCart(items: CartItem[], productId: string, quantity: (before: number) => number): CartItem[] {
  const before = items.find((item) => item.productId === productId)
  const after = { productId, quantity: Math.min(quantity(before?.quantity ?? 0), QUANTITY_MAX) }
  const others = items.filter((item) => item !== before)
  if (after.quantity < 1) return others
  return before === undefined ? [...items, after] : items.map((item) => (item === before ? after : item))
}
