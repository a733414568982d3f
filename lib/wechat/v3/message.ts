import type { Check } from '@/lib/shop/notification'
import type { FoundKey } from './keys'
import { isProbe, isSignedWith, messageText, SIGN_SCHEME } from './sign'

/* What answers and notifications have in common: four headers, and a signature over two of them and the bytes. */

/** Checks in the words of this API, beside those of the rules. */
export const CHECKS = [
  'configured',
  'headers',
  'window',
  'not_a_probe',
  'serial',
  'signature',
  'well_formed',
  'event',
  'decrypts',
  'inner_well_formed',
  'account',
  'complete',
] as const
type CheckName = (typeof CHECKS)[number]

export function check(name: CheckName, passed: boolean, detail: string | null = null): Check {
  return { name, passed, detail: detail === null ? null : detail.slice(0, 100) }
}

/** What a message says about its own signature. */
export type Claimed = { timestamp: string; nonce: string; serial: string; signature: string }

/** Values as they can stand in one header. Of a header that comes twice both are there, with a comma between them. */
const HEADERS = {
  timestamp: ['wechatpay-timestamp', /^\d{1,12}$/],
  nonce: ['wechatpay-nonce', /^[^\s,]{1,128}$/],
  serial: ['wechatpay-serial', /^\w{1,64}$/],
  // A probe may be no Base64 at all.
  signature: ['wechatpay-signature', /^[^\s,]{1,1024}$/],
} as const

type ReadClaimed = { ok: true; claimed: Claimed } | { ok: false; problem: string }

/** The four headers that belong to every signed message (API v3, verification); what is wrong with the first that is wrong. */
function readClaimed(headerOf: (name: string) => string | null): ReadClaimed {
  const values = new Map<string, string>()
  for (const [part, [name, format]] of Object.entries(HEADERS)) {
    const value = headerOf(name) ?? ''
    if (value === '') return { ok: false, problem: `${name} missing` }
    if (!format.test(value)) return { ok: false, problem: `${name} malformed` }
    values.set(part, value)
  }
  const type = headerOf('wechatpay-signature-type')
  if (type !== null && type !== SIGN_SCHEME) return { ok: false, problem: 'wechatpay-signature-type of another kind' }
  const { timestamp = '', nonce = '', serial = '', signature = '' } = Object.fromEntries(values)
  return { ok: true, claimed: { timestamp, nonce, serial, signature } }
}

/** Whoever has seen a message may send it again; after this time it counts no more, nor does one from the future. */
const WINDOW_MS = 5 * 60_000

/** Whether a message was made within five minutes of an instant. Exactly five are too much, as to WeChat's own SDKs for Go and Java. */
export function isFresh(timestamp: string, at: number): boolean {
  return Math.abs(at - Number(timestamp) * 1_000) < WINDOW_MS
}

/** The part of the checks that needs no key. `claimed` is null when one of them failed. */
export function checkHeaders(
  headerOf: (name: string) => string | null,
  at: number,
): { checks: Check[]; claimed: Claimed | null } {
  const read = readClaimed(headerOf)
  if (!read.ok) return { checks: [check('headers', false, read.problem)], claimed: null }
  const { claimed } = read
  const isInTime = isFresh(claimed.timestamp, at)
  const checks = [check('headers', true), check('window', isInTime, claimed.timestamp)]
  if (!isInTime) return { checks, claimed: null }
  // It would fail below like any wrong signature; it has its own word because nobody has to look into it.
  const isProbing = isProbe(claimed.signature)
  checks.push(check('not_a_probe', !isProbing))
  return { checks, claimed: isProbing ? null : claimed }
}

/** The rest of them: whose key it is, and whether the signature over the bytes as they came is right. */
export function checkSignature(claimed: Claimed, body: Uint8Array, found: FoundKey): Check[] {
  const { serial, signature } = claimed
  if (!found.ok) return [check('serial', false, `${found.reason} ${serial}`)]
  return [
    check('serial', true, serial),
    check('signature', isSignedWith(messageText({ ...claimed, body }), signature, found.key)),
  ]
}
