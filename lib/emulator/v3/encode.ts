import { messageText, PROBE_PREFIX, SIGN_SCHEME, sign } from '@/lib/wechat/v3/sign'
import { newNonce } from '../chance'
import type { Signer } from '../keys'
import type { HeaderList } from '../ledger/schema'
import type { WeChat } from '../wechat'

type Signing = {
  signer: Signer
  /** How far from now it claims to have been signed, in seconds. */
  isOldBySeconds?: number
  /** What becomes of the right signature. */
  change?: (signature: string) => string
}

/** The headers by which a body of WeChat Pay's is verified; time and nonce are new each time (verification rules). */
export function signedHeaders(
  body: string,
  { clock, random }: Pick<WeChat, 'clock' | 'random'>,
  { signer, isOldBySeconds = 0, change = (it) => it }: Signing,
): HeaderList {
  const timestamp = String(Math.floor(clock.merchantNow() / 1_000) - isOldBySeconds)
  const nonce = newNonce(random, 32)
  const signature = change(sign(messageText({ timestamp, nonce, body }), signer.key))
  return [
    ['wechatpay-timestamp', timestamp],
    ['wechatpay-nonce', nonce],
    ['wechatpay-signature', signature],
    ['wechatpay-serial', signer.serial],
    ['wechatpay-signature-type', SIGN_SCHEME],
  ]
}

/** By which WeChat's support finds a call again. */
export function requestId(random: WeChat['random']): [name: string, value: string] {
  return ['request-id', newNonce(random, 32).toUpperCase()]
}

/** The same length and still Base64, but not the signature. */
export function otherSignature(signature: string): string {
  return `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
}

/** A signature that is wrong on purpose, as WeChat sends now and then to find out who does not look (signature probing). */
export function probe(signature: string): string {
  return `${PROBE_PREFIX}${signature.slice(PROBE_PREFIX.length)}`
}
