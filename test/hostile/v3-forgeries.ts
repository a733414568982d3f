import { constants, createSign } from 'node:crypto'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { Verdict } from '@/lib/shop/notification'
import { writeGbk } from '@/lib/wechat/v2/explain/gbk'
import { messageText } from '@/lib/wechat/v3/sign'
import { headersOf, known, NONCE, notification, paidContent, type Row, signed, type V3Scene } from './v3-scene'

/* Messages that WeChat did not sign as they are. */

/** A genuine notification of a payment that the shop has not heard of, and which would be believed. */
const genuine = (scene: V3Scene, mark = '支付成功') =>
  // Of equal bodies that nobody signed one is kept, and its verdict with it.
  signed(scene, notification(scene, paidContent(scene, scene.held), { outer: { summary: mark } }))
const isString = (body: string | Uint8Array) => (typeof body === 'string' ? body : Buffer.from(body).toString())

// Headers

const HEADERS = ['timestamp', 'nonce', 'signature', 'serial']
const header = (
  what: string,
  name: string,
  change: (value: string, scene: V3Scene) => string | null,
  verdict: Verdict,
): Row => [
  what,
  (scene) => {
    const { headers, body } = genuine(scene, what)
    const own = `wechatpay-${name}`
    const value = change(headers[own] ?? '', scene)
    const { [own]: _, ...others } = headers
    return { headers: value === null ? others : { ...others, [own]: value }, body }
  },
  verdict,
]
const wrong = (what: string, name: string, change: (value: string, scene: V3Scene) => string | null) =>
  header(what, name, change, 'bad_signature')

export const OF_HEADERS: Row[] = [
  ...HEADERS.flatMap((name) => [
    wrong(`no ${name}`, name, () => null),
    wrong(`an empty ${name}`, name, () => ''),
    wrong(`the ${name} twice`, name, (it) => `${it}, ${it}`),
    wrong(`the ${name} and another one`, name, (it) => `${it}, x`),
    wrong(`another one before the ${name}`, name, (it) => `x, ${it}`),
  ]),
  ['no header at all', (scene) => ({ headers: {}, body: genuine(scene, 'no header').body }), 'bad_signature'],
  [
    'the headers of another service',
    (scene) => ({
      headers: { 'x-signature': 'x', 'stripe-signature': 't=1,v1=x' },
      body: genuine(scene, 'foreign headers').body,
    }),
    'bad_signature',
  ],
  [
    'a signature of another type announced',
    (scene) => {
      const { headers, body } = genuine(scene, 'another type')
      return { headers: { ...headers, 'wechatpay-signature-type': 'WECHATPAY2-SM2-WITH-SM3' }, body }
    },
    'bad_signature',
  ],
  [
    'the right type announced',
    (scene) => {
      const message = signed(scene, known(scene, { outer: { summary: 'with its type' } }))
      const type = { 'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048' }
      return { ...message, headers: { ...message.headers, ...type } }
    },
    'already',
  ],
  wrong('a timestamp in milliseconds', 'timestamp', (it) => `${it}000`),
  wrong('a timestamp in hexadecimal', 'timestamp', (it) => `0x${Number(it).toString(16)}`),
  wrong('a timestamp with a fraction', 'timestamp', (it) => `${it}.0`),
  wrong('a timestamp with a sign', 'timestamp', (it) => `+${it}`),
  wrong('a timestamp in words', 'timestamp', () => '2026-01-05T12:00:00+08:00'),
  wrong('a timestamp that is no number', 'timestamp', () => 'NaN'),
  wrong('a timestamp after a blank', 'timestamp', (it) => `0 ${it}`),
  wrong('a timestamp a second later', 'timestamp', (it) => String(Number(it) + 1)),
  header('the beginning of time', 'timestamp', () => '0', 'expired'),
  header('the end of time', 'timestamp', () => '999999999999', 'expired'),
  wrong('a nonce in other capitals', 'nonce', (it) => it.toLowerCase()),
  wrong('a nonce of 129 characters', 'nonce', () => 'n'.repeat(129)),
  wrong('a nonce of 60 KB', 'nonce', () => 'n'.repeat(60_000)),
  wrong('a nonce with a blank', 'nonce', (it) => `${it.slice(0, 8)} ${it.slice(8)}`),
  wrong('an unknown certificate', 'serial', () => 'B'.repeat(40)),
  wrong('an unknown public key', 'serial', () => `PUB_KEY_ID_${'9'.repeat(32)}`),
  wrong('the serial of the merchant', 'serial', (_, { merchant }) => merchant.serial),
  wrong('a serial that every object has', 'serial', () => '__proto__'),
  wrong('a serial that is a function', 'serial', () => 'constructor'),
  wrong('a serial that is a path', 'serial', () => '../../etc/passwd'),
  wrong('a serial of 60 KB', 'serial', () => 'A'.repeat(60_000)),
]

/** Five minutes are too much, in both directions; a second less is not. */
export const WINDOW: Row[] = [-300, -301, -3_600, -86_400, 300, 301, 3_600, 86_400].map((by) => [
  `${by} seconds by our clock`,
  (scene) => signed(scene, isString(genuine(scene, `by ${by}`).body), { by }),
  'expired',
])
export const FRESH: Row[] = [-299, -60, 298].map((by) => [
  `${by} seconds by our clock`,
  (scene) => signed(scene, known(scene, { outer: { summary: `by ${by}` } }), { by }),
  'already',
])

// Signatures

const signature = (name: string, make: (right: string, scene: V3Scene, body: string) => string): Row => [
  name,
  (scene) => {
    const { headers, body } = genuine(scene, name)
    const text = isString(body)
    return {
      headers: { ...headers, 'wechatpay-signature': make(headers['wechatpay-signature'] ?? '', scene, text) },
      body,
    }
  },
  'bad_signature',
]
const textOf = (scene: V3Scene, body: string) =>
  messageText({ timestamp: headersOf(scene, body)['wechatpay-timestamp'] ?? '', nonce: NONCE, body })

export const SIGNATURES: Row[] = [
  signature('a signature of zeros', () => Buffer.alloc(256).toString('base64')),
  signature('a signature of ones', () => Buffer.alloc(256, 255).toString('base64')),
  signature('a signature by chance', () => Buffer.from('chance'.repeat(43)).subarray(0, 256).toString('base64')),
  signature('a signature of a few bytes', () => 'AAAA'),
  signature('a signature of 60 KB', () => 'A'.repeat(60_000)),
  signature('a signature that means true', () => 'true'),
  signature('a signature that means nothing', () => 'null'),
  signature('a signature that is SQL', () => "'OR'1'='1"),
  signature('the signature of API v2', () => 'B2F0A1C49D6E4B7F8A3C5D1E2F60718A'),
  signature('the right one without its end', (it) => it.slice(0, -1)),
  signature('the right one without its padding', (it) => it.replaceAll('=', '')),
  signature('the right one and one character more', (it) => `${it}A`),
  signature('the right one with a blank', (it) => `${it.slice(0, 76)} ${it.slice(76)}`),
  signature('the right one for addresses', (it) => Buffer.from(it, 'base64').toString('base64url')),
  signature('the right one in hexadecimal', (it) => Buffer.from(it, 'base64').toString('hex')),
  signature('the right one in Base64 twice', (it) => Buffer.from(it).toString('base64')),
  signature('the right one backwards', (it) => [...it].reverse().join('')),
  signature('that of an empty body', (_, scene) => headersOf(scene, '')['wechatpay-signature'] ?? ''),
  signature('that of another payment', (_, scene) => headersOf(scene, known(scene))['wechatpay-signature'] ?? ''),
  signature('that of the merchant', (_, scene, body) => {
    return headersOf(scene, body, { signer: scene.merchant })['wechatpay-signature'] ?? ''
  }),
  signature('that of a stranger', (_, scene, body) => {
    return headersOf(scene, body, { signer: scene.stranger })['wechatpay-signature'] ?? ''
  }),
  signature('SHA-1', (_, scene, body) =>
    createSign('RSA-SHA1').update(textOf(scene, body)).sign(scene.platform.privateKey, 'base64'),
  ),
  signature('another padding', (_, scene, body) =>
    createSign('RSA-SHA256')
      .update(textOf(scene, body))
      .sign({ key: scene.platform.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING }, 'base64'),
  ),
  signature('the last line feed left out', (_, scene, body) =>
    createSign('RSA-SHA256').update(textOf(scene, body).slice(0, -1)).sign(scene.platform.privateKey, 'base64'),
  ),
  signature('the body alone', (_, scene, body) =>
    createSign('RSA-SHA256').update(body).sign(scene.platform.privateKey, 'base64'),
  ),
  signature('a probe', (it) => `WECHATPAY/SIGNTEST/${it.slice(19)}`),
  signature('a probe that is no Base64', () => 'WECHATPAY/SIGNTEST/$$$'),
  signature('a probe before the right one', (it) => `WECHATPAY/SIGNTEST/${it}`),
  signature('a probe in small letters', (it) => `wechatpay/signtest/${it.slice(19)}`),
  [
    'a stranger by a name of their own',
    (scene) => signed(scene, isString(genuine(scene, 'a stranger').body), { signer: scene.stranger }),
    'bad_signature',
  ],
]

// Bodies that were changed on their way

const tampered = (name: string, change: (body: string) => string | Uint8Array): Row => [
  name,
  (scene) => {
    const { headers, body } = genuine(scene)
    return { headers, body: change(isString(body)) }
  },
  'bad_signature',
]

export const TAMPERED: Row[] = [
  tampered('a blank at its end', (it) => `${it} `),
  tampered('a line feed at its end', (it) => `${it}\n`),
  tampered('a byte order mark', (it) => `\ufeff${it}`),
  tampered('written again with blanks', (it) => JSON.stringify(JSON.parse(it), null, 2)),
  tampered('its keys sorted', (it) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(it)).sort()))),
  tampered('Unicode escaped', (it) => it.replace(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`)),
  tampered('slashes escaped', (it) => it.replaceAll('/', '\\/')),
  tampered('another event', (it) => it.replace('TRANSACTION.SUCCESS', 'REFUND.SUCCESS')),
  tampered('another id', (it) => it.replace('000000000001', '000000000002')),
  tampered('another summary', (it) => it.replace('成功', '失败')),
  tampered('another nonce inside', (it) => it.replace('Q6cVyE1JiO2K', 'Q6cVyE1JiO2L')),
  tampered('other associated data', (it) =>
    it.replace('"associated_data":"transaction"', '"associated_data":"refund"'),
  ),
  tampered('a byte of the ciphertext', (it) =>
    it.replace(/"ciphertext":"(.)/, (_, c) => `"ciphertext":"${c === 'A' ? 'B' : 'A'}`),
  ),
  tampered('cut in the middle', (it) => it.slice(0, it.length / 2)),
  tampered('without its last bracket', (it) => it.slice(0, -1)),
  tampered('twice', (it) => it + it),
  tampered('empty', () => ''),
  tampered('gzip', (it) => gzipSync(it)),
  tampered('deflate', (it) => deflateSync(it)),
  tampered('Brotli', (it) => brotliCompressSync(it)),
  tampered('UTF-16', (it) => Buffer.from(it, 'utf16le')),
  tampered('UTF-16 with a mark', (it) => Buffer.from(`\ufeff${it}`, 'utf16le')),
  tampered('GBK', (it) => writeGbk(it) ?? ''),
  tampered('Latin-1', (it) => Buffer.from(it, 'latin1')),
]
