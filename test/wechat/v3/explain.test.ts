import { constants, createHash, createSign, privateEncrypt } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { writeGbk } from '@/lib/wechat/v2/explain/gbk'
import { SIGNATURE_CAUSES, type SignatureCause } from '@/lib/wechat/v3/explain/causes'
import { shownText } from '@/lib/wechat/v3/explain/explain'
import {
  type Explained,
  explainInvocation,
  explainMessage,
  explainRequest,
  type SignedInvocation,
  type SignedMessage,
  type SignedRequest,
} from '@/lib/wechat/v3/explain/signed'
import { messageText, requestText, sign } from '@/lib/wechat/v3/sign'
import {
  AT,
  handedOver,
  KEYS,
  MCHID,
  MERCHANT,
  message,
  messageSignature,
  NEXT,
  NONCE,
  NOTICE,
  ORDER,
  OTHER,
  over,
  PLATFORM,
  PREPAY_ID,
  PUBLIC_KEY,
  QUERY,
  request,
  SAMPLE,
  STRANGER,
  signedAs,
  TIMESTAMP,
  textOf,
} from './explain-scene'

const BODY = String(ORDER.body)
const data = JSON.parse(BODY)
const right = sign(requestText(ORDER), MERCHANT.secret)
const bytes = Buffer.from(right, 'base64')
const authorization = request(ORDER, right).headers.authorization ?? ''
const asHeader = (header: string | undefined): SignedRequest => ({
  ...request(ORDER, right),
  headers: header === undefined ? {} : { authorization: header },
})
const sorted = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
const escaped = (text: string) =>
  text.replace(/[^\0-\x7f]/g, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`)
const digest = createHash('sha256').update(textOf(ORDER)).digest()
const swapped = [ORDER.method, ORDER.target, NONCE, TIMESTAMP, BODY, ''].join('\n')

/** What a sender did, what it sent, and the line or field that has to be named. */
const REQUESTS: [SignatureCause, string, SignedRequest, string?][] = [
  ['authorization_missing', 'no header', asHeader(undefined), 'Authorization'],
  ['scheme_other', 'Bearer', asHeader(`Bearer ${right}`), 'Bearer'],
  [
    'scheme_other',
    'a scheme in small letters',
    asHeader(authorization.replace('WECHATPAY2', 'wechatpay2')),
    'wechatpay2-SHA256-RSA2048',
  ],
  ['authorization_quotes', 'no quotes', asHeader(authorization.replaceAll('"', '')), 'mchid'],
  ['authorization_quotes', 'single quotes', asHeader(authorization.replaceAll('"', "'")), 'mchid'],
  [
    'authorization_quotes',
    'one value without quotes',
    asHeader(authorization.replace(/timestamp="(\d+)"/, 'timestamp=$1')),
    'timestamp',
  ],
  ['authorization_separators', 'blanks after commas', asHeader(authorization.replaceAll('",', '", ')), 'nonce_str'],
  ['authorization_separators', 'semicolons', asHeader(authorization.replaceAll('",', '";')), 'nonce_str'],
  ['authorization_fields', 'no serial', asHeader(authorization.replace(/,serial_no="\w+"/, '')), 'serial_no'],
  ['authorization_fields', 'a name of v2', asHeader(authorization.replace('mchid=', 'mch_id=')), 'mchid'],
  ['authorization_fields', 'a value twice', asHeader(`${authorization},mchid="${MCHID}"`), 'mchid'],
  ['authorization_fields', 'a value more', asHeader(`${authorization},body="x"`), 'body'],
  ['v2_signature', 'MD5', request(ORDER, createHash('md5').update(textOf(ORDER)).digest('hex').toUpperCase())],
  [
    'platform_serial',
    'the serial of WeChat Pay',
    request(ORDER, right, { serial: PLATFORM.known.serial }),
    'serial_no',
  ],
  ['platform_serial', 'the public key id', request(ORDER, right, { serial: PUBLIC_KEY.known.serial }), 'serial_no'],
  ['wrong_serial', 'the serial before', request(ORDER, right, { serial: 'A'.repeat(40) }), 'serial_no'],
  [
    'serial_spelled',
    'small letters',
    request(ORDER, right, { serial: MERCHANT.known.serial.toLowerCase() }),
    'serial_no',
  ],
  [
    'serial_spelled',
    'a decimal number',
    request(ORDER, right, { serial: BigInt(`0x${MERCHANT.known.serial}`).toString() }),
    'serial_no',
  ],
  ['sample_key', 'the documentation’s key', signedAs(ORDER, {}, SAMPLE.secret)],
  ['other_key', 'another merchant’s key', signedAs(ORDER, {}, OTHER.secret)],
  ['platform_key', 'a key of WeChat Pay', signedAs(ORDER, {}, PLATFORM.secret)],
  [
    'other_hash',
    'SHA-1',
    request(ORDER, createSign('RSA-SHA1').update(requestText(ORDER)).sign(MERCHANT.secret, 'base64')),
  ],
  [
    'other_hash',
    'MD5 over another text',
    request(ORDER, createSign('RSA-MD5').update('x').sign(MERCHANT.secret, 'base64')),
  ],
  [
    'other_padding',
    'PSS',
    request(
      ORDER,
      createSign('RSA-SHA256')
        .update(requestText(ORDER))
        .sign({ key: MERCHANT.secret, padding: constants.RSA_PKCS1_PSS_PADDING }, 'base64'),
    ),
  ],
  ['other_padding', 'a bare digest', request(ORDER, privateEncrypt(MERCHANT.secret, digest).toString('base64'))],
  ['base64_line_breaks', 'lines of 76', request(ORDER, right.replace(/.{76}/g, '$&\n'))],
  ['base64_line_breaks', 'a break at the end', request(ORDER, `${right}\r\n`)],
  ['base64_line_breaks', 'breaks as two characters', request(ORDER, right.replace(/.{64}/g, '$&\\n'))],
  ['base64_url_safe', 'the alphabet of addresses', request(ORDER, bytes.toString('base64url'))],
  ['base64_padding_lost', 'no signs of equality', request(ORDER, right.replaceAll('=', ''))],
  ['base64_twice', 'Base64 of Base64', request(ORDER, Buffer.from(right).toString('base64'))],
  ['plus_became_blank', 'plus read as a blank', request(ORDER, right.replaceAll('+', ' '))],
  ['signature_percent_encoded', 'percent signs', request(ORDER, encodeURIComponent(right))],
  ['signature_hex', 'hexadecimal', request(ORDER, bytes.toString('hex'))],
  ['last_newline_missing', 'POST', over(ORDER, textOf(ORDER).slice(0, -1))],
  ['last_newline_missing', 'GET without the line of the body', over(QUERY, textOf(QUERY).slice(0, -1))],
  ['newline_added', 'one more', over(ORDER, `${textOf(ORDER)}\n`)],
  ['crlf', 'CR LF', over(ORDER, textOf(ORDER).replaceAll('\n', '\r\n'))],
  ['lines_swapped', 'nonce and timestamp', over(ORDER, swapped), 'timestamp'],
  ['lines_joined_otherwise', 'two characters', over(ORDER, textOf(ORDER).replaceAll('\n', '\\n'))],
  ['lines_joined_otherwise', 'nothing between', over(ORDER, textOf(ORDER).replaceAll('\n', ''))],
  ['body_only', 'the body alone', over(ORDER, BODY)],
  ['hashed_before', 'the digest in hexadecimal', over(ORDER, digest.toString('hex'))],
  ['timestamp_milliseconds', 'signed and sent', signedAs({ ...ORDER, timestamp: `${TIMESTAMP}123` }, {}), 'timestamp'],
  ['timestamp_milliseconds', 'signed only', signedAs(ORDER, { timestamp: `${TIMESTAMP}417` }), 'timestamp'],
  [
    'timestamp_milliseconds',
    'sent only',
    signedAs({ ...ORDER, timestamp: `${TIMESTAMP}417` }, { timestamp: TIMESTAMP }),
    'timestamp',
  ],
  [
    'timestamp_other',
    'the time of another header',
    request(ORDER, sign(requestText({ ...ORDER, timestamp: String(AT - 4000) }), MERCHANT.secret), {
      headers: { date: new Date((AT - 4000) * 1000).toUTCString() },
    }),
    'timestamp',
  ],
  ['timestamp_other', 'a clock read twice', signedAs(ORDER, { timestamp: String(AT - 2) }), 'timestamp'],
  ['nonce_other', 'small letters', signedAs(ORDER, { nonce: NONCE.toLowerCase() }), 'nonce'],
  [
    'nonce_other',
    'the nonce of another header',
    request(ORDER, sign(requestText({ ...ORDER, nonce: 'other-nonce' }), MERCHANT.secret), {
      headers: { 'x-request-id': 'other-nonce' },
    }),
    'nonce',
  ],
  ['method_lower_case', 'post', signedAs(ORDER, { method: 'post' }), 'method'],
  ['method_other', 'GET for POST', signedAs(ORDER, { method: 'GET' }), 'method'],
  ['query_left_out', 'no query', signedAs(QUERY, { target: QUERY.target.replace(/\?.*/, '') }), 'target'],
  [
    'query_changed',
    'another order',
    signedAs(QUERY, { target: QUERY.target.replace('mchid=1900000109&a=1', 'a=1&mchid=1900000109') }),
    'target',
  ],
  [
    'query_changed',
    'signed with one that was not sent',
    signedAs(
      { ...QUERY, target: '/v3/pay/transactions/id/42' },
      { target: `/v3/pay/transactions/id/42?mchid=${MCHID}` },
    ),
    'target',
  ],
  [
    'absolute_url',
    'scheme and host',
    signedAs(ORDER, { target: `https://api.mch.weixin.qq.com${ORDER.target}` }),
    'target',
  ],
  ['double_slash', 'signed', signedAs(ORDER, { target: `/${ORDER.target}` }), 'target'],
  ['double_slash', 'sent', signedAs({ ...ORDER, target: `/${ORDER.target}` }, { target: ORDER.target }), 'target'],
  ['leading_slash_missing', 'v3/…', signedAs(ORDER, { target: ORDER.target.slice(1) }), 'target'],
  ['trailing_slash', 'one more', signedAs(ORDER, { target: `${ORDER.target}/` }), 'target'],
  ['version_left_out', 'without /v3', signedAs(ORDER, { target: ORDER.target.slice(3) }), 'target'],
  ['percent_encoding', 'a bar as it is', signedAs(QUERY, { target: QUERY.target.replace('%7C', '|') }), 'target'],
  [
    'percent_encoding',
    'a bar sent as it is',
    signedAs({ ...QUERY, target: '/v3/refund/domestic/refunds/a|b' }, { target: '/v3/refund/domestic/refunds/a%7Cb' }),
    'target',
  ],
  ['body_left_out', 'nothing for the body', signedAs(ORDER, { body: '' }), 'body'],
  ['body_added', 'an empty object', signedAs(QUERY, { body: '{}' }), 'body'],
  ['body_added', 'the query as JSON', signedAs(QUERY, { body: `{"mchid":"${MCHID}","a":"1"}` }), 'body'],
  ['body_end_changed', 'a blank that was sent', signedAs({ ...ORDER, body: `${BODY} ` }, { body: BODY }), 'body'],
  ['body_end_changed', 'a blank that was not sent', signedAs(ORDER, { body: `${BODY} ` }), 'body'],
  ['bom', 'sent', signedAs({ ...ORDER, body: `\ufeff${BODY}` }, { body: BODY }), 'body'],
  ['bom', 'signed', signedAs(ORDER, { body: `\ufeff${BODY}` }), 'body'],
  [
    'body_line_breaks',
    'CR LF in the body',
    signedAs({ ...ORDER, body: '{\n"a":1\n}' }, { body: '{\r\n"a":1\r\n}' }),
    'body',
  ],
  [
    'body_keys_reordered',
    'keys sorted',
    signedAs(ORDER, { body: JSON.stringify({ ...sorted(data), amount: sorted(data.amount) }) }),
    'body',
  ],
  ['body_blanks_changed', 'indented', signedAs(ORDER, { body: JSON.stringify(data, null, 2) }), 'body'],
  [
    'body_blanks_changed',
    'indented and sent so',
    signedAs({ ...ORDER, body: JSON.stringify(data, null, 4) }, { body: BODY }),
    'body',
  ],
  ['body_unicode_escaped', 'escaped', signedAs(ORDER, { body: escaped(BODY) }), 'body'],
  ['body_unicode_escaped', 'sent escaped', signedAs({ ...ORDER, body: escaped(BODY) }, { body: BODY }), 'body'],
  ['body_slashes_escaped', 'slashes', signedAs(ORDER, { body: BODY.replaceAll('/', '\\/') }), 'body'],
  [
    'body_html_escaped',
    'angle brackets',
    signedAs(ORDER, { body: BODY.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e') }),
    'body',
  ],
  ['body_rewritten', 'by PHP', signedAs(ORDER, { body: escaped(BODY).replaceAll('/', '\\/') }), 'body'],
  [
    'body_rewritten',
    'by an encoder of Go',
    signedAs(ORDER, { body: `${BODY}\n`.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e') }),
    'body',
  ],
  ['body_rewritten', 'an object as text', signedAs(ORDER, { body: '[object Object]' }), 'body'],
  ['charset_changed', 'GBK signed', signedAs(ORDER, { body: writeGbk(BODY) ?? '' }), 'body'],
  ['charset_changed', 'read as Latin-1', signedAs(ORDER, { body: Buffer.from(BODY).toString('latin1') }), 'body'],
  ['charset_changed', 'UTF-16', over(ORDER, Buffer.from(textOf(ORDER), 'utf16le'))],
  ['other_text', 'an amount that was changed', signedAs(ORDER, { body: BODY.replace('6800', '1') })],
]

const mine = messageSignature()
const MESSAGES: [SignatureCause, string, SignedMessage, string?][] = [
  ...['Timestamp', 'Nonce', 'Signature', 'Serial'].map((name): [SignatureCause, string, SignedMessage, string] => [
    'header_missing',
    `no ${name}`,
    message(mine, { [`wechatpay-${name.toLowerCase()}`]: '' }),
    `Wechatpay-${name}`,
  ]),
  ['header_doubled', 'a nonce twice', message(mine, { 'wechatpay-nonce': `${NONCE}, ${NONCE}` }), 'Wechatpay-Nonce'],
  ['signature_probe', 'a probe', message(`WECHATPAY/SIGNTEST/${mine.slice(19)}`)],
  [
    'timestamp_outside_window',
    'five minutes ago',
    message(messageSignature({ timestamp: String(AT - 300) }), { 'wechatpay-timestamp': String(AT - 300) }),
    'Wechatpay-Timestamp',
  ],
  [
    'timestamp_outside_window',
    'in five minutes',
    message(messageSignature({ timestamp: String(AT + 300) }), { 'wechatpay-timestamp': String(AT + 300) }),
    'Wechatpay-Timestamp',
  ],
  [
    'unknown_serial',
    'a serial of nobody',
    message(messageSignature({}, STRANGER), { serial: 'B'.repeat(40) }),
    'Wechatpay-Serial',
  ],
  ['wrong_serial', 'the other certificate', message(messageSignature({}, NEXT.secret))],
  ['wrong_serial', 'an unknown serial with a known key', message(mine, { serial: 'B'.repeat(40) })],
  ['serial_spelled', 'small letters', message(mine, { serial: PLATFORM.known.serial.toLowerCase() })],
  ['certificate_for_public_key', 'the public key named', message(mine, { serial: PUBLIC_KEY.known.serial })],
  ['public_key_for_certificate', 'the certificate named', message(messageSignature({}, PUBLIC_KEY.secret))],
  ['merchant_key', 'the merchant’s key', message(messageSignature({}, MERCHANT.secret))],
  ['sample_key', 'the documentation’s key', message(messageSignature({}, SAMPLE.secret))],
  ['other_key', 'another merchant’s key', message(messageSignature({}, OTHER.secret))],
  ['v2_signature', 'HMAC-SHA256', message('0'.repeat(64))],
  ['base64_line_breaks', 'lines of 76', message(mine.replace(/.{76}/g, '$&\n'))],
  [
    'last_newline_missing',
    'the last one',
    message(sign(Buffer.from(`${TIMESTAMP}\n${NONCE}\n${NOTICE}`), PLATFORM.secret)),
  ],
  [
    'lines_swapped',
    'nonce first',
    message(sign(messageText({ timestamp: NONCE, nonce: TIMESTAMP, body: NOTICE }), PLATFORM.secret)),
    'timestamp',
  ],
  ['body_only', 'the body alone', message(sign(Buffer.from(NOTICE), PLATFORM.secret))],
  ['timestamp_milliseconds', 'signed only', message(messageSignature({ timestamp: `${TIMESTAMP}000` })), 'timestamp'],
  [
    'timestamp_other',
    'the time in the body',
    message(messageSignature({ timestamp: String(Date.parse('2026-03-01T10:01:05+08:00') / 1000) }), {
      'wechatpay-timestamp': String(AT + 40),
    }),
    'timestamp',
  ],
  ['nonce_other', 'the nonce of the resource', message(messageSignature({ nonce: 'Q6cVyE1JiO2K' })), 'nonce'],
  [
    'nonce_other',
    'the Request-ID',
    message(messageSignature({ nonce: '08F4A1' }), { 'request-id': '08F4A1' }),
    'nonce',
  ],
  [
    'body_blanks_changed',
    'indented on its way',
    message(mine, { body: JSON.stringify(JSON.parse(NOTICE), null, 2) }),
    'body',
  ],
  [
    'body_keys_reordered',
    'sorted on its way',
    message(
      messageSignature({
        body: JSON.stringify(sorted({ ...JSON.parse(NOTICE), resource: sorted(JSON.parse(NOTICE).resource) })),
      }),
    ),
    'body',
  ],
  ['body_unicode_escaped', 'escaped on its way', message(mine, { body: escaped(NOTICE) }), 'body'],
  [
    'body_slashes_escaped',
    'slashes escaped on their way',
    message(mine, { body: NOTICE.replaceAll('/', '\\/') }),
    'body',
  ],
  ['body_end_changed', 'a line feed at the end', message(mine, { body: `${NOTICE}\n` }), 'body'],
  ['bom', 'a byte order mark', message(mine, { body: `\ufeff${NOTICE}` }), 'body'],
  ['body_added', '204 with a body', message(messageSignature({ body: '{}' }), { body: '' }), 'body'],
  ['other_text', 'another body', message(mine, { body: NOTICE.replace('SUCCESS', 'CLOSED') })],
]

const [APPID, ID] = ['wxd930ea5d5a258f4f', `prepay_id=${PREPAY_ID}`]
const INVOCATIONS: [SignatureCause, string, SignedInvocation, string?][] = [
  ['package_bare', 'JSAPI with the bare id', handedOver('jsapi', [APPID, TIMESTAMP, NONCE, PREPAY_ID]), 'package'],
  ['package_prefixed', 'APP with the prefix', handedOver('app', [APPID, TIMESTAMP, NONCE, ID]), 'package'],
  ['package_of_sdk', 'APP with Sign=WXPay', handedOver('app', [APPID, TIMESTAMP, NONCE, 'Sign=WXPay']), 'package'],
  ['unsigned_field_included', 'signType', handedOver('jsapi', [APPID, TIMESTAMP, NONCE, ID, 'RSA']), 'signType'],
  [
    'unsigned_field_included',
    'the merchant',
    handedOver('app', [APPID, MCHID, TIMESTAMP, NONCE, PREPAY_ID]),
    'partnerId',
  ],
  [
    'v2_text',
    'names and values',
    handedOver(
      'jsapi',
      [`appId=${APPID}&nonceStr=${NONCE}&package=${ID}&signType=RSA&timeStamp=${TIMESTAMP}`],
      MERCHANT.secret,
      '',
    ),
  ],
  ['last_newline_missing', 'the last one', handedOver('jsapi', [APPID, TIMESTAMP, NONCE, ID], MERCHANT.secret, '')],
  ['timestamp_milliseconds', 'signed only', handedOver('jsapi', [APPID, `${TIMESTAMP}042`, NONCE, ID]), 'timestamp'],
  ['timestamp_other', 'a clock read twice', handedOver('app', [APPID, String(AT + 1), NONCE, PREPAY_ID]), 'timestamp'],
  ['lines_swapped', 'nonce first', handedOver('app', [APPID, NONCE, TIMESTAMP, PREPAY_ID]), 'timestamp'],
  ['sample_key', 'the documentation’s key', handedOver('app', [APPID, TIMESTAMP, NONCE, PREPAY_ID], SAMPLE.secret)],
  ['other_text', 'another appid', handedOver('app', ['wx0', TIMESTAMP, NONCE, PREPAY_ID])],
]

const named = ({ isRight, finding }: Explained) => [isRight, finding?.cause ?? null, finding?.field ?? null]

test.each(REQUESTS)('a request: %s: %s', (cause, _, given, field) => {
  expect(named(explainRequest(given, KEYS))).toEqual([false, cause, field ?? null])
})

test.each(MESSAGES)('an answer or a notification: %s: %s', (cause, _, given, field) => {
  expect(named(explainMessage(given, KEYS, AT * 1000))).toEqual([false, cause, field ?? null])
})

test.each(INVOCATIONS)('a set for the phone: %s: %s', (cause, _, given, field) => {
  expect(named(explainInvocation(given, KEYS))).toEqual([false, cause, field ?? null])
})

test('each cause that words exist for is found somewhere here', () => {
  const elsewhere: SignatureCause[] = ['v2_message', 'truncated_body']
  const all = [...REQUESTS, ...MESSAGES, ...INVOCATIONS]
  const found = new Set([...all.map(([cause]) => cause), ...elsewhere])
  expect(SIGNATURE_CAUSES.filter((cause) => !found.has(cause))).toEqual([])
})

test('what is right needs no explanation, with every key that may be named', () => {
  expect(named(explainRequest(request(ORDER, right), KEYS))).toEqual([true, null, null])
  expect(named(explainRequest(signedAs(QUERY, {}), KEYS))).toEqual([true, null, null])
  for (const { secret, known } of [PLATFORM, PUBLIC_KEY, NEXT]) {
    const given = message(messageSignature({}, secret), { serial: known.serial })
    expect(named(explainMessage(given, KEYS, AT * 1000))).toEqual([true, null, null])
    expect(named(explainMessage(given, KEYS, null))).toEqual([true, null, null])
  }
  const empty = message(messageSignature({ body: '' }), { body: '' })
  expect(named(explainMessage(empty, KEYS, (AT + 299) * 1000))).toEqual([true, null, null])
  expect(named(explainInvocation(handedOver('app', [APPID, TIMESTAMP, NONCE, PREPAY_ID]), KEYS))[0]).toBe(true)
  expect(named(explainInvocation(handedOver('jsapi', [APPID, TIMESTAMP, NONCE, ID]), KEYS))[0]).toBe(true)
})

test('the text that was signed is shown with its line ends, and keys that came in it are not', () => {
  const { finding } = explainRequest(over(ORDER, textOf(ORDER).slice(0, -1)), KEYS)
  const shown = finding?.bytes && shownText(finding.bytes, ['6800'])
  expect(shown).toContain(`POST\\n\n/v3/pay/transactions/native\\n\n${TIMESTAMP}\\n\n`)
  expect(shown).toContain('"total":***')
  expect(shown?.endsWith('}')).toBe(true)
})

test('two mistakes at once: one after the other is named', () => {
  const wrong = sign(requestText({ ...ORDER, method: 'post' }), SAMPLE.secret)
  expect(explainRequest(request(ORDER, wrong), KEYS).finding).toMatchObject({ cause: 'sample_key', field: 'method' })
  const own = sign(requestText({ ...ORDER, method: 'post' }), MERCHANT.secret)
  expect(explainRequest(request(ORDER, `${own}\n`), KEYS).finding?.cause).toBe('base64_line_breaks')
  expect(explainRequest(request(ORDER, own, { serial: 'A'.repeat(40) }), KEYS).finding?.cause).toBe('method_lower_case')
})

// Nothing is named without proof

const bytes256 = fc.uint8Array({ minLength: 256, maxLength: 256 }).map((it) => Buffer.from(it).toString('base64'))
const anything = fc.oneof(
  bytes256,
  fc.base64String({ minLength: 300, maxLength: 400 }),
  fc.string({ minLength: 1, maxLength: 400 }),
  fc.uint8Array({ minLength: 256, maxLength: 256 }).map((it) => Buffer.from(it).toString('hex')),
)
const isSignature = (text: string) =>
  !/^([0-9A-F]{32}|[0-9A-F]{64})$/i.test(text) && !text.startsWith('WECHATPAY') && !/["\n]|, /.test(text)

test('a signature that nobody made is never explained', () => {
  fc.assert(
    fc.property(anything.filter(isSignature), fc.constantFrom(ORDER, QUERY), (received, parts) => {
      expect(named(explainRequest(request(parts, received), KEYS))).toEqual([false, null, null])
      expect(named(explainMessage(message(received), KEYS, AT * 1000))).toEqual([false, null, null])
      const set = { ...handedOver('app', []), signature: received }
      expect(named(explainInvocation(set, KEYS))).toEqual([false, null, null])
    }),
    { numRuns: 60 },
  )
})

test('neither is one of a key that nobody here knows, be the text as right as it may', () => {
  expect(named(explainRequest(signedAs(ORDER, {}, STRANGER), KEYS))).toEqual([false, null, null])
  expect(named(explainMessage(message(messageSignature({}, STRANGER)), KEYS, null))).toEqual([false, null, null])
})

test('no header throws, whatever stands in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (header, scheme) => {
      for (const text of [
        header,
        `WECHATPAY2-SHA256-RSA2048 ${header}`,
        scheme,
        authorization.slice(0, header.length),
      ]) {
        expect(explainRequest(asHeader(text), KEYS).isRight).toBe(false)
      }
      expect(explainMessage(message(header, { 'wechatpay-timestamp': scheme }), KEYS, 0).isRight).toBe(false)
    }),
    { numRuns: 30 },
  )
})

test('the work on one message is bounded, however large or deep its body is', () => {
  const deep = '['.repeat(30_000) + ']'.repeat(30_000)
  const wide = JSON.stringify(
    Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`茶${at}`, '<a/>'.repeat(12)])),
  )
  for (const body of [deep, wide, '{"a":'.repeat(1_500), '/'.repeat(64 * 1024), '茶'.repeat(20_000)]) {
    const given = signedAs({ ...ORDER, body }, { body: 'another text' })
    expect(named(explainRequest(given, KEYS))).toEqual([false, 'other_text', null])
  }
})
