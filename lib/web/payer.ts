import { createHmac, timingSafeEqual } from 'node:crypto'

/** Cookie with who the person in this browser is under our appid, as WeChat told us; signed, so that it cannot be chosen. */
export const PAYER_COOKIE = 'payer'
export const PAYER_AGE_SECONDS = 24 * 3600

function proof(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url')
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

export function writePayer(secret: string, openid: string): string {
  return `${openid}.${proof(secret, `payer:${openid}`)}`
}

export function readPayer(secret: string, cookie: string | undefined): string | null {
  const [openid = '', signature = ''] = (cookie ?? '').split('.')
  return isSame(signature, proof(secret, `payer:${openid}`)) ? openid : null
}

/** The state that goes to WeChat's authorization and comes back: it names the order, and nobody else could have made it. */
export function writeState(secret: string, orderId: string): string {
  return `${orderId}_${proof(secret, `state:${orderId}`).slice(0, 32)}`
}

/** The order that a state names; null for one that is not ours. */
export function readState(secret: string, state: string): string | null {
  const [orderId = ''] = state.split('_')
  return isSame(state, writeState(secret, orderId)) ? orderId : null
}
