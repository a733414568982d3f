import { isProofOf, isSameText, proofOf } from './signed-value'

/** Cookie with who the person in this browser is under our appid, as WeChat told us; signed, so that it cannot be chosen. */
export const PAYER_COOKIE = 'payer'
export const PAYER_AGE_SECONDS = 24 * 3600

export function writePayer(secret: string, openid: string): string {
  return `${openid}.${proofOf(secret, 'payer', openid)}`
}

export function readPayer(secret: string, cookie: string | undefined): string | null {
  const [openid = '', signature = ''] = (cookie ?? '').split('.')
  return isProofOf(secret, 'payer', openid, signature) ? openid : null
}

/** The state that goes to WeChat's authorization and comes back: it names the order, and nobody else could have made it. */
export function writeState(secret: string, orderId: string): string {
  return `${orderId}_${proofOf(secret, 'state', orderId).slice(0, 32)}`
}

/** The order that a state names; null for one that is not ours. */
export function readState(secret: string, state: string): string | null {
  const [orderId = ''] = state.split('_')
  return isSameText(state, writeState(secret, orderId)) ? orderId : null
}
