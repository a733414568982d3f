import { createSign, createVerify, type KeyObject } from 'node:crypto'

/** The only algorithm of merchant calls and of WeChat's answers: RSA PKCS#1 v1.5 with SHA-256, 2048-bit keys. */
export const SIGN_SCHEME = 'WECHATPAY2-SHA256-RSA2048'

/** Values that WeChat signs wrongly on purpose, to find out who does not look (verification rules, signature probing). */
export const PROBE_PREFIX = 'WECHATPAY/SIGNTEST/'

/** A 2048-bit signature is 256 bytes, in Base64 on one line. Node ignores what is no Base64, so the shape is checked here. */
const SIGNATURE = /^[A-Za-z0-9+/]{342}==$/

/** What a request signs. `target` is path and query exactly as sent, `body` the exact bytes, empty for a GET. */
export type RequestToSign = {
  method: string
  target: string
  timestamp: string
  nonce: string
  body: Uint8Array | string
}

/** What an answer or a notification signs: two headers and the exact bytes of the body, empty for a 204. */
export type MessageToSign = { timestamp: string; nonce: string; body: Uint8Array | string }

/** The text of a request (API v3, signing): five lines, the last one too ends with a line feed. */
export function requestText({ method, target, timestamp, nonce, body }: RequestToSign): Uint8Array {
  return lines([method, target, timestamp, nonce, body])
}

/** The text of an answer or a notification (API v3, verification): three lines, each ended by a line feed. */
export function messageText({ timestamp, nonce, body }: MessageToSign): Uint8Array {
  return lines([timestamp, nonce, body])
}

/** What an app or a page signs to begin paying: `last` is the bare prepay id for an app, and the value of `package` for a page. */
export type InvocationToSign = { appid: string; timestamp: string; nonce: string; last: string }

/** The text of an invocation (API v3, invoke payment): four lines, each ended by a line feed. */
export function invocationText({ appid, timestamp, nonce, last }: InvocationToSign): Uint8Array {
  return lines([appid, timestamp, nonce, last])
}

/** Joins parts as lines without decoding a body, whatever its bytes are. */
function lines(parts: readonly (Uint8Array | string)[]): Uint8Array {
  return Buffer.concat(parts.flatMap((part) => [typeof part === 'string' ? Buffer.from(part) : part, LINE_FEED]))
}

const LINE_FEED = Buffer.from('\n')

/** The signature of a text, in Base64. */
export function sign(text: Uint8Array, key: KeyObject): string {
  return createSign('RSA-SHA256').update(text).sign(key, 'base64')
}

/** Whether a text carries the right signature. Whatever the signature is, this does not throw. */
export function isSignedWith(text: Uint8Array, signature: string, key: KeyObject): boolean {
  if (!SIGNATURE.test(signature)) return false
  return createVerify('RSA-SHA256').update(text).verify(key, signature, 'base64')
}

/** Whether WeChat only wants to know whether signatures are looked at. Such a message is refused like any wrong one. */
export function isProbe(signature: string): boolean {
  return signature.startsWith(PROBE_PREFIX)
}

/** Who signs a request, and with which certificate. */
export type Authorization = { mchId: string; serial: string; nonce: string; timestamp: string; signature: string }

/** The `Authorization` header of a request. */
export function writeAuthorization({ mchId, serial, nonce, timestamp, signature }: Authorization): string {
  const pairs = { mchid: mchId, nonce_str: nonce, signature, timestamp, serial_no: serial }
  const text = Object.entries(pairs).map(([name, value]) => `${name}="${value}"`)
  return `${SIGN_SCHEME} ${text.join(',')}`
}
