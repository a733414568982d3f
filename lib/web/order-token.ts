import { readCookie } from './cookie'
import { isProofOf, proofOf } from './signed-value'

/** Cookie with the newest orders of a browser, newest first: `id.token` pairs joined by `|`. */
export const ORDERS_COOKIE = 'orders'
export const ORDERS_AGE_SECONDS = 90 * 24 * 3600
const ORDERS_MAX = 20

/** The proof that somebody made an order. */
export function orderToken(secret: string, orderId: string): string {
  return proofOf(secret, 'order', orderId)
}

function isOrderToken(secret: string, orderId: string, token: string): boolean {
  return isProofOf(secret, 'order', orderId, token)
}

/** The orders a cookie proves, newest first. */
export function readOwnOrderIds(secret: string, cookie: string | undefined): string[] {
  return (cookie ?? '')
    .split('|')
    .slice(0, ORDERS_MAX)
    .map((pair) => pair.split('.'))
    .flatMap(([id = '', token = '']) => (isOrderToken(secret, id, token) ? [id] : []))
}

/** The cookie's text with one more order. */
export function withOrder(secret: string, cookie: string | undefined, orderId: string): string {
  const ids = [orderId, ...readOwnOrderIds(secret, cookie).filter((id) => id !== orderId)].slice(0, ORDERS_MAX)
  return ids.map((id) => `${id}.${orderToken(secret, id)}`).join('|')
}

/** Who asks for an order: an app with its token, a browser with its cookie, or somebody else. */
export function accessTo(
  { orderSecret: secret, config }: { orderSecret: string; config: { publicUrl: URL } },
  request: Request,
  orderId: string,
): 'bearer' | 'cookie' | null {
  const bearer = /^Bearer ([\w-]+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (bearer !== undefined) return isOrderToken(secret, orderId, bearer) ? 'bearer' : null
  return readOwnOrderIds(secret, readCookie(request, ORDERS_COOKIE, config.publicUrl)).includes(orderId)
    ? 'cookie'
    : null
}
