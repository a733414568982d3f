import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { KnownKey } from '@/lib/wechat/v3/explain/keys'
import type { SignedInvocation, SignedMessage, SignedRequest } from '@/lib/wechat/v3/explain/signed'
import { messageText, requestText, sign, writeAuthorization } from '@/lib/wechat/v3/sign'

type Pems = Record<string, { private_key_pem?: string; public_key_pem?: string; serial_no?: string }>
const { keys: pems }: { keys: Pems } = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'))

/** A key pair of the examples, and as it is known to whoever checks. */
function pair(ref: string, owner: KnownKey['owner'], kind: KnownKey['kind']): { secret: KeyObject; known: KnownKey } {
  const secret = createPrivateKey(pems[ref]?.private_key_pem ?? '')
  return { secret, known: { owner, kind, serial: pems[ref]?.serial_no ?? '', key: createPublicKey(secret) } }
}

export const MERCHANT = pair('merchant_visible', 'merchant', 'certificate')
export const PLATFORM = pair('platform_visible', 'platform', 'certificate')
export const PUBLIC_KEY = pair('wxpubkey_visible', 'platform', 'public_key')
export const SAMPLE = pair('docs_test_key', 'sample', 'public_key')
const second = generateKeyPairSync('rsa', { modulusLength: 2048 })
/** A second platform certificate, as during a rotation. */
export const NEXT = {
  secret: second.privateKey,
  known: {
    owner: 'platform',
    kind: 'certificate',
    serial: '7A1B0C2D3E4F5A6B7C8D9E0F1A2B3C4D5E6F7A8B',
    key: second.publicKey,
  } satisfies KnownKey,
}
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 })
/** Another merchant's, which is known here; and one that nobody knows. */
export const OTHER = {
  secret: foreign.privateKey,
  known: { owner: 'other', kind: 'certificate', serial: 'F'.repeat(40), key: foreign.publicKey } satisfies KnownKey,
}
export const STRANGER = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

export const KEYS = {
  merchant: MERCHANT.known,
  platform: [PLATFORM.known, PUBLIC_KEY.known, NEXT.known],
  others: [OTHER.known],
}

export const MCHID = '1900000109'
export const AT = 1_772_330_465
export const TIMESTAMP = String(AT)
export const NONCE = '593BEC0C930BF1AFEB40B4A08C8FB242'

/** What a request is made of; whatever is given otherwise was signed and not sent, or sent and not signed. */
export type RequestParts = {
  method: string
  target: string
  timestamp: string
  nonce: string
  body: string | Uint8Array
}

export const ORDER: RequestParts = {
  method: 'POST',
  target: '/v3/pay/transactions/native',
  timestamp: TIMESTAMP,
  nonce: NONCE,
  body: '{"appid":"wxd930ea5d5a258f4f","mchid":"1900000109","description":"狮峰龙井 <特级>","notify_url":"https://shop.example.com/api/wechat/notify/v3","amount":{"total":6800,"currency":"CNY"},"out_trade_no":"20260301100000abc"}',
}
export const QUERY: RequestParts = {
  ...ORDER,
  method: 'GET',
  target: '/v3/pay/transactions/out-trade-no/2026%7C0301?mchid=1900000109&a=1',
  body: '',
}

/** A request as it is sent, with a signature over a text. */
export function request(
  sent: RequestParts,
  signature: string,
  { serial = MERCHANT.known.serial, headers = {} }: { serial?: string; headers?: Record<string, string> } = {},
): SignedRequest {
  const { timestamp, nonce, method, target, body } = sent
  const authorization = writeAuthorization({ mchId: MCHID, serial, nonce, timestamp, signature })
  return { method, target, headers: { ...headers, authorization }, body: Buffer.from(body) }
}

/** A request that was signed as another one. */
export function signedAs(sent: RequestParts, other: Partial<RequestParts>, secret = MERCHANT.secret): SignedRequest {
  return request(sent, sign(requestText({ ...sent, ...other }), secret))
}

/** A request whose signature is over any text. */
export function over(sent: RequestParts, text: string | Uint8Array, secret = MERCHANT.secret): SignedRequest {
  return request(sent, sign(Buffer.from(text), secret))
}

export const textOf = (parts: RequestParts) => Buffer.from(requestText(parts)).toString()

export const NOTICE =
  '{"id":"7e1f2b3c-0000-5000-8000-1234567890ab","create_time":"2026-03-01T10:01:05+08:00","resource_type":"encrypt-resource","event_type":"TRANSACTION.SUCCESS","summary":"支付成功","resource":{"original_type":"transaction","algorithm":"AEAD_AES_256_GCM","ciphertext":"AAAA/BBBB","associated_data":"transaction","nonce":"Q6cVyE1JiO2K"}}'

/** An answer or a notification as it is sent, with a signature over a text. */
export function message(
  signature: string,
  {
    body = NOTICE,
    serial = PLATFORM.known.serial,
    ...others
  }: { body?: string | Uint8Array; serial?: string } & Record<string, string | Uint8Array> = {},
): SignedMessage {
  const headers: Record<string, string> = {
    'wechatpay-timestamp': TIMESTAMP,
    'wechatpay-nonce': NONCE,
    'wechatpay-serial': serial,
    'wechatpay-signature': signature,
  }
  for (const [name, value] of Object.entries(others)) headers[name] = String(value)
  return { headers, body: Buffer.from(body) }
}

export function messageSignature(
  parts: Partial<{ timestamp: string; nonce: string; body: string | Uint8Array }> = {},
  secret = PLATFORM.secret,
): string {
  return sign(messageText({ timestamp: TIMESTAMP, nonce: NONCE, body: NOTICE, ...parts }), secret)
}

export const PREPAY_ID = 'wx01100105123456abcdef'

/** What a phone is handed, with a signature over these lines. */
export function handedOver(
  kind: 'jsapi' | 'app',
  lines: readonly string[],
  secret = MERCHANT.secret,
  end = '\n',
): SignedInvocation {
  const isApp = kind === 'app'
  return {
    appid: 'wxd930ea5d5a258f4f',
    timestamp: TIMESTAMP,
    nonce: NONCE,
    package: isApp ? PREPAY_ID : `prepay_id=${PREPAY_ID}`,
    signature: sign(Buffer.from(lines.join('\n') + end), secret),
    others: isApp ? { partnerId: MCHID, package: 'Sign=WXPay' } : { signType: 'RSA' },
  }
}
