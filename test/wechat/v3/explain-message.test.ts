import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { PastedMessage } from '@/lib/shop/gateway'
import { explainerOf, explainNotification, NO_KEYS } from '@/lib/wechat/v3/explain/explanation'
import { explainPasted } from '@/lib/wechat/v3/explain/pasted'
import { messageText, requestText, sign, writeAuthorization } from '@/lib/wechat/v3/sign'
import { ACCOUNT, heldKeys, NOW, notificationBody, PAID, SIGNERS, signedHeaders } from './wire'

const V2_KEY = 'DemoShopV2ApiKey0123456789abcdef'
const KEYS = [
  { ...SIGNERS.publicKey, startsAt: 0, endsAt: Number.POSITIVE_INFINITY },
  { ...SIGNERS.certificate, startsAt: 0, endsAt: NOW * 2 },
]
const EXPLAINER = explainerOf(ACCOUNT, KEYS, [V2_KEY])
const body = notificationBody(PAID)
const explain = (text: string | Uint8Array, headers: Record<string, string> = signedHeaders(String(text))) =>
  explainNotification(EXPLAINER, { headers, body: Buffer.from(text), receivedAt: NOW })

test('a right notification is shown with what is encrypted in it, persons cut short', () => {
  const explanation = explain(body)
  expect(explanation).toMatchObject({ apiVersion: 'v3', isRight: true, problem: null, mistake: null })
  const fields = Object.fromEntries(explanation.fields)
  expect(fields).toMatchObject({
    event_type: 'TRANSACTION.SUCCESS',
    'resource.associated_data': 'transaction',
    'resource.out_trade_no': PAID.out_trade_no,
    'resource.amount.total': '8800',
    'resource.payer.openid': 'oDemo_…',
  })
  expect(fields['resource.ciphertext']?.length).toBeLessThanOrEqual(64)
  expect(explanation.signedText).toMatch(/^\d{10}\\n\n.*\\n\n\{.*\}\\n\n$/s)
})

test('what is signed rightly and sealed wrongly is explained by its seal, without a key', () => {
  const explanation = explain(notificationBody(PAID, { key: V2_KEY }))
  expect(explanation).toMatchObject({ isRight: false, mistake: { cause: 'sealed_v2_key', field: 'resource' } })
  const named = explain(notificationBody({ note: `${V2_KEY} ${ACCOUNT.v3Key}` }))
  for (const key of [V2_KEY, ACCOUNT.v3Key]) expect(JSON.stringify([explanation, named])).not.toContain(key)
  const both = explain(notificationBody(PAID, { key: V2_KEY }), signedHeaders(body))
  expect(both.mistake?.cause).toBe('other_text')
})

test.each([
  ['v2_message', '<xml><return_code>SUCCESS</return_code></xml>'],
  ['v2_message', '\ufeff<?xml version="1.0"?><xml/>'],
  ['truncated_body', body.slice(0, -1)],
  ['truncated_body', body.slice(0, 100)],
])('a body that is no JSON is named where that is evident: %s', (cause, text) => {
  expect(explain(text)).toMatchObject({ isRight: false, mistake: { cause } })
})

test.each(['', '[]', 'null', '"x"', '{', '{"a":1}}', 'x'.repeat(64 * 1024 + 1), '['.repeat(60_000)])(
  'a body that is no notification is taken apart as far as it goes: %.20s',
  (text) => {
    const explanation = explain(text)
    expect(explanation.isRight).toBe(false)
    expect(explanation.mistake).toBeNull()
  },
)

test('bytes that are no UTF-8 are not shown as if they were', () => {
  expect(explain(Buffer.from('7b22e8', 'hex'), signedHeaders('x'))).toMatchObject({ problem: 'not_utf8', fields: [] })
})

test('the time of its arrival counts, and for what never came there is none', () => {
  const headers = signedHeaders(body, SIGNERS.publicKey, NOW - 300_000)
  expect(explain(body, headers).mistake?.cause).toBe('timestamp_outside_window')
  const pasted = explainNotification(EXPLAINER, { headers, body: Buffer.from(body) })
  expect(pasted.isRight).toBe(true)
})

test('all keys that are held are known to the explainer, also those that were downloaded', async () => {
  const keys = heldKeys()
  expect(keys.all().map(({ serial }) => serial)).toEqual([SIGNERS.publicKey.serial])
  await keys.get(SIGNERS.certificate.serial)
  const explainer = explainerOf(ACCOUNT, keys.all(), [])
  const headers = { ...signedHeaders(body, SIGNERS.certificate), 'wechatpay-serial': SIGNERS.publicKey.serial }
  const { mistake } = explainNotification(explainer, { headers, body: Buffer.from(body), receivedAt: NOW })
  expect(mistake?.cause).toBe('certificate_for_public_key')
})

// What somebody pastes

type Pair = { private_key_pem: string; public_key_pem: string; certificate_pem?: string; serial_no: string }
const { keys: pairs }: { keys: Record<string, Pair> } = JSON.parse(
  readFileSync(new URL('vectors.json', import.meta.url), 'utf8'),
)
const CERTIFICATE = pairs.platform_visible?.certificate_pem ?? ''
const MERCHANT_PEM = pairs.merchant_visible?.public_key_pem ?? ''

const REQUEST = {
  method: 'GET',
  target: '/v3/certificates?a=%7C',
  timestamp: '1772330465',
  nonce: '593BEC0C930BF1AFEB40B4A08C8FB242',
  body: '',
}
const authorize = (text = REQUEST, key = ACCOUNT.privateKey) =>
  `Authorization: ${writeAuthorization({
    mchId: ACCOUNT.mchId,
    serial: ACCOUNT.serial,
    nonce: REQUEST.nonce,
    timestamp: REQUEST.timestamp,
    signature: sign(requestText(text), key),
  })}`
const lines = (headers: Record<string, string>) =>
  Object.entries(headers)
    .map((pair) => pair.join(': '))
    .join('\n')

const paste = (changes: Partial<PastedMessage>, explainer = EXPLAINER) => {
  const empty = { kind: 'request', method: 'GET', url: REQUEST.target, headers: '', body: '', publicKey: '' } as const
  const explained = explainPasted(explainer, { ...empty, ...changes })
  return explained.ok
    ? [explained.explanation.isRight, explained.explanation.mistake?.cause ?? null]
    : explained.problem
}

test('a pasted request is verified with the shop’s key, or with the one that was pasted', () => {
  const url = `https://api.mch.weixin.qq.com${REQUEST.target}`
  expect(paste({ url, headers: `GET ${REQUEST.target} HTTP/1.1\r\nHost: x\r\n${authorize()}` })).toEqual([true, null])
  expect(paste({ headers: authorize({ ...REQUEST, method: 'get' }) })).toEqual([false, 'method_lower_case'])
  expect(paste({ headers: authorize(), publicKey: MERCHANT_PEM }, NO_KEYS)).toEqual([true, null])
  expect(paste({ headers: authorize(), publicKey: CERTIFICATE })).toEqual([false, 'other_key'])
  expect(paste({ headers: authorize() }, NO_KEYS)).toEqual([false, null])
  expect(paste({})).toEqual([false, 'authorization_missing'])
})

test('a pasted answer or notification is verified with WeChat’s keys, or with the one that was pasted', () => {
  const message = (text: string, headers = signedHeaders(text)) => ({
    kind: 'message' as const,
    headers: lines(headers),
    body: text,
  })
  expect(paste(message(body))).toEqual([true, null])
  expect(paste(message('{"code_url":"weixin://x"}'))).toEqual([true, null])
  expect(paste(message(''))).toEqual([true, null])
  expect(paste(message(notificationBody(PAID, { key: V2_KEY })))).toEqual([false, 'sealed_v2_key'])
  const byCertificate = signedHeaders(body, SIGNERS.certificate)
  expect(paste({ ...message(body, byCertificate), publicKey: CERTIFICATE }, NO_KEYS)).toEqual([true, null])
  expect(paste({ ...message(body), publicKey: CERTIFICATE })).toEqual([false, 'certificate_for_public_key'])
  expect(paste({ ...message(body), publicKey: CERTIFICATE }, NO_KEYS)).toEqual([false, 'certificate_for_public_key'])
  const { public_key_pem: own = '' } = pairs.wxpubkey_visible ?? {}
  expect(paste({ ...message(body, byCertificate), publicKey: own })).toEqual([false, 'public_key_for_certificate'])
  const byMerchant = sign(
    messageText({ timestamp: String(NOW / 1_000), nonce: 'nEyWJ2t0Q9bLk7sPz5uXfD3gHcVaRm1V', body }),
    ACCOUNT.privateKey,
  )
  expect(paste(message(body, { ...signedHeaders(body), 'wechatpay-signature': byMerchant }))).toEqual([
    false,
    'merchant_key',
  ])
})

test('a pasted set for the phone is read by its names, for a page and for an app', () => {
  const set = (values: Record<string, string>) => ({ kind: 'invocation' as const, body: JSON.stringify(values) })
  const signed = (...parts: string[]) => sign(Buffer.from(parts.map((it) => `${it}\n`).join('')), ACCOUNT.privateKey)
  const page = { appId: 'wx0', timeStamp: '1772330465', nonceStr: 'n', package: 'prepay_id=wx1', signType: 'RSA' }
  expect(paste(set({ ...page, paySign: signed('wx0', '1772330465', 'n', 'prepay_id=wx1') }))).toEqual([true, null])
  expect(paste(set({ ...page, paySign: signed('wx0', '1772330465', 'n', 'wx1') }))).toEqual([false, 'package_bare'])
  const app = {
    appid: 'wx0',
    partnerid: '19',
    prepayid: 'wx1',
    package: 'Sign=WXPay',
    noncestr: 'n',
    timestamp: '1772330465',
  }
  expect(paste(set({ ...app, sign: signed('wx0', '1772330465', 'n', 'wx1') }))).toEqual([true, null])
  expect(paste(set({ ...app, sign: signed('wx0', '1772330465', 'n', 'Sign=WXPay') }))).toEqual([
    false,
    'package_of_sdk',
  ])
  expect(paste(set({ ...app, sign: signed('wx0', '19', '1772330465', 'n', 'wx1') }))).toEqual([
    false,
    'unsigned_field_included',
  ])
  expect(paste({ kind: 'invocation', body: 'x' })).toBe('no_json')
})

test('a private key is refused, and what is no RSA key too', () => {
  expect(paste({ publicKey: pairs.merchant_visible?.private_key_pem ?? '' })).toBe('private_key')
  expect(paste({ publicKey: 'x' })).toBe('not_a_public_key')
  expect(paste({ publicKey: '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----' })).toBe('not_a_public_key')
  const elliptic =
    '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n-----END PUBLIC KEY-----\n'
  expect(paste({ publicKey: elliptic })).toBe('not_a_public_key')
})
