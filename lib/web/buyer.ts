import { createHash, createHmac, randomBytes } from 'node:crypto'
import { subscriberOf } from '@/lib/net/address'
import type { AddressSet } from '@/lib/net/networks'
import type { Holder } from '@/lib/shop/holding'
import { readCookie } from './cookie'
import { remoteAddress } from './origin'

/** Cookie with a random name for a browser, by which the shop knows the orders of one buyer as theirs. */
export const BUYER_COOKIE = 'buyer'
export const BUYER_AGE_SECONDS = 90 * 24 * 3600

const NAME = /^[\w-]{22}$/

/** An app's own name for itself: any text of its own in `Authorization: Bearer …` that nobody can guess. */
const TOKEN = /^Bearer ([\w-]{16,128})$/i

/** The name this browser has, or a new one. */
export function buyerCookieOf(request: Request, publicUrl: URL): string {
  const name = readCookie(request, BUYER_COOKIE, publicUrl)
  return name !== undefined && NAME.test(name) ? name : randomBytes(16).toString('base64url')
}

const ADDRESS = 'address '

/** Who orders: a browser by its cookie, an app by its token, and anybody else by the address they come from. */
export function buyerOf(
  request: Request,
  { publicUrl, trustedProxies }: { publicUrl: URL; trustedProxies: AddressSet },
): string {
  const name = readCookie(request, BUYER_COOKIE, publicUrl)
  if (name !== undefined && NAME.test(name)) return `cookie ${name}`
  const [, token] = TOKEN.exec(request.headers.get('authorization') ?? '') ?? []
  if (token !== undefined) return `token ${token}`
  return `${ADDRESS}${subscriberOf(remoteAddress(request, trustedProxies))}`
}

/** The key of a request as the store keeps it: bound to its buyer, so that nobody is handed somebody else's order. */
export function boundKey(buyer: string, key: string): string {
  return createHash('sha256').update(`${buyer}\n${key}`).digest('base64url')
}

/**
 * Whose unpaid orders an order counts among. The store keeps words that only this shop can make, and no name or address.
 * Who is known by nothing but an address is counted there alone; `address` is null where addresses are not counted.
 */
export function holderOf(secret: string, buyer: string, address: string | null): Holder {
  const word = (text: string) => createHmac('sha256', secret).update(`holder:${text}`).digest('base64url').slice(0, 22)
  return {
    buyer: buyer.startsWith(ADDRESS) ? null : word(buyer),
    address: address === null ? null : word(`${ADDRESS}${subscriberOf(address)}`),
  }
}
