import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MessageExplanation } from '@/lib/shop/gateway'
import { SIGNATURE_CAUSES, type SignatureCause } from '@/lib/wechat/v2/explain/causes'
import { explainSign } from '@/lib/wechat/v2/explain/explain'
import { writeGbk } from '@/lib/wechat/v2/explain/gbk'
import { type Fields, type SignType, sign, textToSign } from '@/lib/wechat/v2/sign'
import { readXml, writeXml } from '@/lib/wechat/v2/xml'
import { ACCOUNT, MONEY, NUMBER, openWire, signed } from './wire'

const KEY = ACCOUNT.apiKey
const PREVIOUS = ACCOUNT.previousApiKey ?? ''
const SAMPLE_KEY = '192006250b4c09247ec02edce69f6a2d'
const HMAC = { ...ACCOUNT, signType: 'HMAC-SHA256' } as const

/** What WeChat sends, in an order of its own, with an empty field and everything that programs like to change. */
const NOTIFICATION: Fields = {
  return_code: 'SUCCESS',
  result_code: 'SUCCESS',
  appid: ACCOUNT.appid,
  mch_id: ACCOUNT.mchId,
  nonce_str: '7d2b6c2a8db53831f7eda20af46e531c',
  is_subscribe: 'N',
  attach: '茶 & "cake" <2>',
  device_info: '',
  ...MONEY,
}
/** A request to WeChat, as shops send it. */
const REQUEST: Fields = {
  appid: ACCOUNT.appid,
  mch_id: ACCOUNT.mchId,
  nonce_str: '5K8264ILTKCH16CQ2502SI8ZNMTM67VS',
  body: '演示商店-狮峰龙井',
  out_trade_no: '0020260301',
  total_fee: '100000',
  spbill_create_ip: '203.0.113.7',
  notify_url: 'https://shop.example.com/api/wechat/notify',
  trade_type: 'MWEB',
  scene_info: '{"h5_info":{"type":"Wap","wap_url":"https://shop.example.com","wap_name":"茶"}}',
}

const md5 = (text: string | Uint8Array) => createHash('md5').update(text).digest('hex').toUpperCase()
const text = (fields: Fields, key = KEY) => textToSign(fields, key)
/** Fields whose signature is that of other fields. */
const signedAs = (fields: Fields, other: Fields, type: SignType = 'MD5') => ({
  ...fields,
  sign: sign(other, KEY, type),
})
const over = (fields: Fields, signedText: string | Uint8Array) => ({ ...fields, sign: md5(signedText) })
const without = (fields: Fields, ...names: string[]) =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
const pairs = (fields: Fields, compare?: (a: string, b: string) => number) =>
  Object.keys(fields)
    .filter((name) => fields[name] !== '')
    .sort(compare)
    .map((name) => `${name}=${fields[name]}`)
    .join('&')
const each = (fields: Fields, change: (value: string) => string) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]))
const renamed = (fields: Fields, rename: (name: string) => string) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [rename(name), value]))
const camel = (name: string) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase())
const coupons = { ...NOTIFICATION, coupon_fee_2: '1', coupon_fee_10: '1', Attach: 'x' }
const TYPED = { ...NOTIFICATION, sign_type: 'HMAC-SHA256' }
const right = sign(NOTIFICATION, KEY, 'MD5')

/** What a sender did, what it sent, and the field that has to be named. */
const CORPUS: [SignatureCause, string, Fields, string?][] = [
  ['sign_missing', 'no sign', NOTIFICATION],
  ['sign_missing', 'sign by another name', { ...NOTIFICATION, paySign: right }, 'paySign'],
  ['sign_empty', 'an empty sign', { ...NOTIFICATION, sign: '' }, 'sign'],
  ['unknown_sign_type', 'RSA', signed({ ...NOTIFICATION, sign_type: 'RSA' }), 'sign_type'],
  ['other_sign_type', 'HMAC-SHA256 unannounced', signed(NOTIFICATION, HMAC)],
  ['other_sign_type', 'HMAC-SHA256 announced, MD5 used', signed({ ...REQUEST, sign_type: 'HMAC-SHA256' })],
  [
    'other_hash',
    'SHA-1',
    { ...NOTIFICATION, sign: createHash('sha1').update(text(NOTIFICATION)).digest('hex').toUpperCase() },
  ],
  [
    'other_hash',
    'SHA-256 without a key',
    { ...NOTIFICATION, sign: createHash('sha256').update(text(NOTIFICATION)).digest('hex').toUpperCase() },
  ],
  ['previous_key', 'the key before', signed(NOTIFICATION, { ...ACCOUNT, apiKey: PREVIOUS })],
  ['previous_key', 'the key before, for HMAC-SHA256', signed(NOTIFICATION, { ...HMAC, apiKey: PREVIOUS })],
  ['sample_key', 'the documentation’s key', signed(REQUEST, { ...ACCOUNT, apiKey: SAMPLE_KEY })],
  ['key_altered', 'the key in capitals', over(NOTIFICATION, text(NOTIFICATION, KEY.toUpperCase()))],
  ['key_altered', 'the key with the end of its line', over(NOTIFICATION, `${text(NOTIFICATION)}\n`)],
  ['lower_case_sign', 'small letters', { ...NOTIFICATION, sign: right.toLowerCase() }],
  ['spaces_around_sign', 'an indented sign', { ...NOTIFICATION, sign: `\n  ${right}\n` }],
  ['base64_sign', 'Base64', { ...NOTIFICATION, sign: Buffer.from(right, 'hex').toString('base64') }],
  ['cut_sign', 'the middle of MD5', { ...NOTIFICATION, sign: right.slice(8, 24) }],
  ['cut_sign', 'half of HMAC-SHA256', { ...TYPED, sign: sign(TYPED, KEY, 'HMAC-SHA256').slice(0, 32) }],
  [
    'empty_included',
    'an empty field',
    over(NOTIFICATION, `${pairs({ ...NOTIFICATION, device_info: '\0' }).replace('\0', '')}&key=${KEY}`),
    'device_info',
  ],
  [
    'empty_included',
    'an empty field as null',
    signedAs(NOTIFICATION, { ...NOTIFICATION, device_info: 'null' }),
    'device_info',
  ],
  ['key_missing', 'no key', over(NOTIFICATION, pairs(NOTIFICATION))],
  [
    'key_missing',
    'HMAC-SHA256 without the key in its text',
    {
      ...REQUEST,
      sign_type: 'HMAC-SHA256',
      sign: createHmac('sha256', KEY)
        .update(pairs({ ...REQUEST, sign_type: 'HMAC-SHA256' }))
        .digest('hex')
        .toUpperCase(),
    },
  ],
  ['key_missing', 'an undefined key', over(NOTIFICATION, text(NOTIFICATION, 'undefined'))],
  ['key_first', 'the key first', over(NOTIFICATION, `key=${KEY}&${pairs(NOTIFICATION)}`)],
  ['key_sorted_in', 'the key in its place', over(NOTIFICATION, pairs({ ...NOTIFICATION, key: KEY }))],
  ['key_misnamed', 'the key alone', over(NOTIFICATION, pairs(NOTIFICATION) + KEY)],
  ['key_misnamed', 'the key by another name', over(NOTIFICATION, `${pairs(NOTIFICATION)}&api_key=${KEY}`)],
  [
    'sign_included',
    'signed twice',
    over(NOTIFICATION, `${pairs({ ...NOTIFICATION, sign: right })}&key=${KEY}`),
    'sign',
  ],
  [
    'sorted_otherwise',
    'without regard to case',
    over(coupons, `${pairs(coupons, (a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))}&key=${KEY}`),
  ],
  [
    'sorted_otherwise',
    'by numbers',
    over(
      without(coupons, 'Attach'),
      `${pairs(without(coupons, 'Attach'), (a, b) => a.localeCompare(b, 'en', { numeric: true }))}&key=${KEY}`,
    ),
  ],
  ['fields_unsorted', 'as they stand', over(NOTIFICATION, `${pairs(NOTIFICATION, () => 0)}&key=${KEY}`)],
  ['names_changed', 'camel case', signedAs(NOTIFICATION, renamed(NOTIFICATION, camel))],
  [
    'names_changed',
    'camel case throughout',
    signedAs(
      REQUEST,
      renamed(REQUEST, (it) => (it === 'appid' ? 'appId' : camel(it))),
    ),
  ],
  ['names_changed', 'sent in camel case', signedAs(renamed(REQUEST, camel), REQUEST)],
  [
    'joined_otherwise',
    'quotes',
    over(NOTIFICATION, `${pairs(each(without(NOTIFICATION, 'device_info'), (it) => `"${it}"`))}&key=${KEY}`),
  ],
  ['joined_otherwise', 'an ampersand at the end', over(NOTIFICATION, `${text(NOTIFICATION)}&`)],
  [
    'values_trimmed',
    'spaces that were sent',
    signedAs({ ...NOTIFICATION, attach: ' 茶 ' }, { ...NOTIFICATION, attach: '茶' }),
    'attach',
  ],
  [
    'spaces_lost',
    'spaces that were not sent',
    signedAs({ ...REQUEST, body: '茶' }, { ...REQUEST, body: '茶 ' }),
    'body',
  ],
  [
    'line_breaks_changed',
    'CR LF',
    signedAs({ ...NOTIFICATION, attach: 'a\nb' }, { ...NOTIFICATION, attach: 'a\r\nb' }),
    'attach',
  ],
  ['number_reformatted', 'leading zeros', signedAs(REQUEST, { ...REQUEST, out_trade_no: '20260301' }), 'out_trade_no'],
  [
    'number_reformatted',
    'leading zeros lost',
    signedAs({ ...REQUEST, out_trade_no: '20260301' }, REQUEST),
    'out_trade_no',
  ],
  ['number_reformatted', 'an exponent', signedAs(REQUEST, { ...REQUEST, total_fee: '1e5' }), 'total_fee'],
  ['number_reformatted', 'an exponent that was sent', signedAs({ ...REQUEST, total_fee: '1e5' }, REQUEST), 'total_fee'],
  [
    'number_reformatted',
    'an id as a float',
    signedAs(NOTIFICATION, { ...NOTIFICATION, transaction_id: String(Number(NOTIFICATION.transaction_id)) }),
    'transaction_id',
  ],
  [
    'number_reformatted',
    'an id as PHP shows it',
    signedAs(NOTIFICATION, { ...NOTIFICATION, transaction_id: '4.2000020262026E+27' }),
    'transaction_id',
  ],
  ['number_reformatted', 'yuan', signedAs(REQUEST, { ...REQUEST, total_fee: '1000.00' }), 'total_fee'],
  ['number_reformatted', 'yuan that were sent', signedAs({ ...REQUEST, total_fee: '1000.00' }, REQUEST), 'total_fee'],
  [
    'cdata_included',
    'sections',
    signedAs(
      NOTIFICATION,
      each(NOTIFICATION, (it) => (it === '' || /^\d+$/.test(it) ? it : `<![CDATA[${it}]]>`)),
    ),
  ],
  [
    'entities_changed',
    'escaped',
    signedAs(NOTIFICATION, { ...NOTIFICATION, attach: '茶 &amp; &quot;cake&quot; &lt;2&gt;' }),
    'attach',
  ],
  [
    'entities_changed',
    'escaped twice',
    signedAs({ ...NOTIFICATION, attach: 'a&amp;b' }, { ...NOTIFICATION, attach: 'a&b' }),
    'attach',
  ],
  ['url_encoded', 'everything encoded', signedAs(REQUEST, each(REQUEST, encodeURIComponent))],
  [
    'url_encoded',
    'encoded as sent',
    signedAs({ ...NOTIFICATION, attach: 'a%20b' }, { ...NOTIFICATION, attach: 'a b' }),
    'attach',
  ],
  [
    'json_rewritten',
    'spaces in JSON',
    signedAs(REQUEST, {
      ...REQUEST,
      scene_info: '{"h5_info": {"type": "Wap", "wap_url": "https://shop.example.com", "wap_name": "茶"}}',
    }),
    'scene_info',
  ],
  [
    'json_rewritten',
    'slashes in JSON',
    signedAs(REQUEST, { ...REQUEST, scene_info: REQUEST.scene_info?.replaceAll('/', '\\/') ?? '' }),
    'scene_info',
  ],
  ['charset_changed', 'GBK signed', over(REQUEST, writeGbk(text(REQUEST)) ?? '')],
  [
    'charset_changed',
    'Latin-1 misread',
    signedAs({ ...NOTIFICATION, attach: Buffer.from('茶').toString('latin1') }, { ...NOTIFICATION, attach: '茶' }),
    'attach',
  ],
  [
    'charset_changed',
    'Unicode escapes',
    signedAs({ ...NOTIFICATION, attach: '茶' }, { ...NOTIFICATION, attach: '\\u8336' }),
    'attach',
  ],
  [
    'charset_changed',
    'question marks',
    signedAs({ ...NOTIFICATION, attach: '茶' }, { ...NOTIFICATION, attach: '?' }),
    'attach',
  ],
  ['field_added', 'sign_type added', signedAs({ ...NOTIFICATION, sign_type: 'MD5' }, NOTIFICATION), 'sign_type'],
  [
    'field_added',
    'HMAC-SHA256 announced too late',
    signedAs({ ...NOTIFICATION, sign_type: 'HMAC-SHA256' }, NOTIFICATION, 'HMAC-SHA256'),
    'sign_type',
  ],
  ['field_added', 'attach added', signedAs(NOTIFICATION, without(NOTIFICATION, 'attach')), 'attach'],
  ['field_changed', 'an amount that another field betrays', { ...signed(NOTIFICATION), total_fee: '1' }, 'total_fee'],
  [
    'field_changed',
    'an outcome turned round',
    { ...signed({ ...NOTIFICATION, result_code: 'FAIL' }), result_code: 'SUCCESS' },
    'result_code',
  ],
  ['field_removed', 'sign_type lost', signedAs(NOTIFICATION, { ...NOTIFICATION, sign_type: 'MD5' }), 'sign_type'],
  [
    'field_removed',
    'HMAC-SHA256 not announced',
    signedAs(REQUEST, { ...REQUEST, sign_type: 'HMAC-SHA256' }, 'HMAC-SHA256'),
    'sign_type',
  ],
]

const keys = { current: KEY, previous: PREVIOUS }
const { gateway } = openWire(() => new Response())
const explain = (body: string | Uint8Array, signType: string | null = null, contentType = 'text/xml') =>
  gateway.explain(
    { apiVersion: 'v2', headers: { 'content-type': contentType }, body: Buffer.from(body) },
    async ({ outTradeNo }) => (outTradeNo === NUMBER ? signType : null),
  )

/** Whether nothing of what must stay here is in a result; a signature counts unless it was sent. */
function expectDiscretion(result: unknown, fields: Fields): void {
  const shown = JSON.stringify(result)
  for (const secret of [KEY, PREVIOUS]) expect(shown).not.toContain(secret)
  for (const type of ['MD5', 'HMAC-SHA256'] as const) {
    const secret = sign(fields, KEY, type)
    if (fields.sign?.trim() !== secret) expect(shown).not.toContain(secret)
  }
}

test.each(CORPUS)('%s: %s', async (cause, _, fields, field) => {
  expect(explainSign(fields, keys)).toMatchObject({ cause, field: field ?? null })
  const explanation = await explain(writeXml(fields))
  expect(explanation).toMatchObject({ problem: null, isRight: false, mistake: { cause } })
  expectDiscretion(explanation, fields)
})

test('each cause that words exist for is found somewhere here', () => {
  const elsewhere: SignatureCause[] = ['unexpected_sign_type', 'truncated_body']
  const found = new Set([...CORPUS.map(([cause]) => cause), ...elsewhere])
  expect(SIGNATURE_CAUSES.filter((cause) => !found.has(cause))).toEqual([])
})

test('a signed text that was found is the one that leads to the signature, its key masked', () => {
  const mistake = explainSign(signedAs(NOTIFICATION, { ...NOTIFICATION, transaction_id: '4.2000020262026E+27' }), keys)
  expect(mistake?.signedText).toBe(textToSign({ ...NOTIFICATION, transaction_id: '4.2000020262026E+27' }, '***'))
})

test('two mistakes at once: one after the other is named', () => {
  const fields = signedAs(NOTIFICATION, { ...NOTIFICATION, device_info: 'null' })
  const small = { ...fields, sign: fields.sign?.toLowerCase() ?? '' }
  expect(explainSign(small, keys)?.cause).toBe('empty_included')
  const previous = { ...NOTIFICATION, sign: sign(NOTIFICATION, PREVIOUS, 'HMAC-SHA256').toLowerCase() }
  expect(explainSign(previous, keys)?.cause).toBe('previous_key')
})

test('a right signature needs no explanation, in either type', async () => {
  for (const account of [ACCOUNT, HMAC]) {
    const fields = signed({ ...NOTIFICATION, sign_type: account.signType }, account)
    expect(explainSign(fields, keys)).toBeNull()
    expect(await explain(writeXml(fields), account.signType)).toMatchObject({
      problem: null,
      signType: account.signType,
      signedText: textToSign(fields, '***'),
      receivedSign: fields.sign,
      isRight: true,
      mistake: null,
    })
  }
})

test('a right signature of the wrong type for its payment is explained', async () => {
  const explanation = await explain(writeXml(signed(NOTIFICATION)), 'HMAC-SHA256')
  expect(explanation).toMatchObject({ isRight: false, mistake: { cause: 'unexpected_sign_type', field: 'sign_type' } })
})

test('fields are shown in the order in which they came, and persons are not', async () => {
  const { fields } = await explain(writeXml(signed({ ...NOTIFICATION, sub_openid: 'oUpF8uMuAJO' })))
  expect(fields.map(([name]) => name)).toEqual([...Object.keys(NOTIFICATION), 'sub_openid', 'sign'])
  expect(Object.fromEntries(fields)).toMatchObject({
    attach: NOTIFICATION.attach,
    openid: 'oUpF8u…',
    sub_openid: 'oUpF8u…',
  })
})

test('a key that was sent is not shown', async () => {
  const fields = { ...signed({ ...NOTIFICATION, attach: `my ${PREVIOUS}` }), key: KEY }
  const explanation = await explain(writeXml(fields))
  expect(explanation.mistake).toMatchObject({ cause: 'field_added', field: 'key' })
  expectDiscretion(explanation, fields)
  expectDiscretion(await explain(writeXml({ ...NOTIFICATION, sign: KEY, sign_type: KEY })), {})
})

// Messages that are not read

const DOCUMENT = writeXml(signed(NOTIFICATION))

test('a message is called cut wherever it ends too early, and its fields are shown', async () => {
  const bytes = new TextEncoder().encode(DOCUMENT)
  for (let length = '<xml>'.length; length < bytes.length; length += 1) {
    const explanation = await explain(bytes.subarray(0, length))
    const { problem, mistake, isRight } = explanation
    expect([length, isRight, mistake?.cause]).toEqual([length, false, 'truncated_body'])
    expect(problem).not.toBeNull()
    expectDiscretion(explanation, signed(NOTIFICATION))
  }
  expect((await explain(bytes.subarray(0, bytes.length - 3))).fields).toHaveLength(Object.keys(NOTIFICATION).length + 1)
})

test.each([
  ['', 'not_well_formed'],
  ['<xm', 'not_well_formed'],
  ['{"xml":1}', 'not_well_formed'],
  ['<html><body>', 'not_well_formed'],
  ['<xml><a>1</a><<<', 'not_well_formed'],
  ['<xml><a>1</a>&<b', 'not_well_formed'],
  ['<xml><a>1</a><a>2</a><b', 'not_well_formed'],
  ['<xml><a><b>1</b>', 'not_well_formed'],
  [`<!DOCTYPE xml>${DOCUMENT}`, 'not_allowed'],
  [`${DOCUMENT}x`, 'not_well_formed'],
  ['<xml><a>1</a><a>1</a></xml>', 'field_twice'],
  [`<xml><a>${'x'.repeat(64 * 1024)}`, 'too_large'],
])('%.40s is not called cut', async (body, problem) => {
  const nothing = {
    apiVersion: 'v2',
    isSealed: false,
    fields: [],
    signedText: null,
    receivedSign: null,
    isRight: false,
    mistake: null,
  }
  expect(await explain(body)).toEqual({ ...nothing, problem, signType: 'MD5' })
})

test('a message in GBK is explained by its encoding, with the signature of either', async () => {
  const inGbk = (fields: Fields) => writeGbk(`<?xml version="1.0" encoding="GBK"?>${writeXml(fields)}`) ?? ''
  for (const fields of [signed(NOTIFICATION), over(NOTIFICATION, writeGbk(text(NOTIFICATION)) ?? '')]) {
    const explanation = await explain(inGbk(fields))
    expect(explanation).toMatchObject({ problem: 'not_utf8', isRight: false, mistake: { cause: 'charset_changed' } })
    expect(Object.fromEntries(explanation.fields).attach).toBe(NOTIFICATION.attach)
  }
  const forged = await explain(inGbk({ ...NOTIFICATION, sign: 'A'.repeat(32) }))
  expect(forged).toMatchObject({ problem: 'not_utf8', mistake: null })
})

test.each([
  ['text/xml; charset=ISO-8859-1', 'latin1', 'caf\u00e9'],
  ['text/xml; CHARSET="utf-16le"', 'utf16le', '\u8336'],
] as const)(
  'a message in the encoding that its header declares (%s) is explained by it',
  async (type, encoding, attach) => {
    const inIt = (fields: Fields) => Buffer.from(writeXml(fields), encoding)
    const explanation = await explain(inIt(signed({ ...NOTIFICATION, attach })), null, type)
    expect(explanation).toMatchObject({ isRight: false, mistake: { cause: 'charset_changed' } })
    expect(Object.fromEntries(explanation.fields).attach).toBe(attach)
  },
)

test.each(['text/xml; charset=utf-8', 'text/xml; charset=none-such', 'text/xml; charset='])(
  'a header that declares %s does not keep a message in GBK from being read',
  async (type) => {
    const body = writeGbk(writeXml(signed(NOTIFICATION))) ?? ''
    expect(await explain(body, null, type)).toMatchObject({ mistake: { cause: 'charset_changed' } })
  },
)

// Nothing is named without proof

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9A-F]{${length}}$`))
const randomSign = fc.oneof(
  hex(32),
  hex(64),
  hex(40),
  hex(16),
  fc.string({ minLength: 1, maxLength: 70 }),
  fc.base64String({ minLength: 24, maxLength: 44 }),
)

test('a signature that nobody computed is never explained', () => {
  fc.assert(
    fc.property(
      randomSign,
      fc.constantFrom(NOTIFICATION, REQUEST, { ...NOTIFICATION, sign_type: 'HMAC-SHA256' }),
      (received, fields) => {
        expect(explainSign({ ...fields, sign: received }, keys)).toBeNull()
      },
    ),
    { numRuns: 80 },
  )
})

test('neither is one of a stranger’s key, whatever its fields are', () => {
  const name = fc.stringMatching(/^[a-zA-Z_][a-zA-Z_0-9]{0,12}$/).filter((it) => it !== 'sign' && it !== 'sign_type')
  const fields = fc.dictionary(name, fc.string({ unit: 'grapheme', maxLength: 20 }), { maxKeys: 12 })
  fc.assert(
    fc.property(fields, hex(32), (given, key) => {
      expect(explainSign({ ...given, sign: sign(given, key, 'MD5') }, keys)).toBeNull()
    }),
    { numRuns: 60 },
  )
})

test('the recorded messages of the protocol are explained as far as they can be', async () => {
  type Vector = { kind: string; title: string; in: { xml: string; api_key: string }; out: { valid: boolean } }
  const { vectors }: { vectors: Vector[] } = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'))
  const named: (string | undefined)[][] = []
  for (const { title, in: given, out } of vectors.filter(({ kind }) => kind === 'v2-notify-verify')) {
    const read = readXml(new TextEncoder().encode(given.xml))
    if (!read.ok) throw new Error(read.reason)
    const cause = explainSign(read.fields, { current: given.api_key, previous: null })?.cause
    if (!out.valid) named.push([title, cause])
    else expect(cause).toBeUndefined()
  }
  expect(named).toEqual([
    ['tampered amount', 'field_changed'],
    ['signed with another merchant key', undefined],
    ['sign element missing', 'sign_missing'],
    ['field removed after signing', undefined],
  ])
})

test('the work on one message is bounded, and so is what comes of it', async () => {
  const wide = Object.fromEntries(Array.from({ length: 99 }, (_, at) => [`f${at}`, `00${'7'.repeat(20)}`]))
  const long = { a: '茶&%'.repeat(9_000), b: `{${'['.repeat(900)}` }
  for (const fields of [wide, long]) {
    const explanation: MessageExplanation = await explain(writeXml({ ...fields, sign: 'A'.repeat(32) }))
    expect(explanation).toMatchObject({ problem: null, isRight: false, mistake: null })
  }
})
