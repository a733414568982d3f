import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import type { SignatureCause } from '@/lib/wechat/v2/explain/causes'
import { explainSign } from '@/lib/wechat/v2/explain/explain'
import { writeGbk } from '@/lib/wechat/v2/explain/gbk'
import { type Fields, sign, textToSign } from '@/lib/wechat/v2/sign'
import { ACCOUNT, MONEY } from './wire'

/*
 * Each mistake is made in several ways, by programs in several languages. Here is each of these ways, and what it signs
 * has to be found to the letter.
 */

const KEY = ACCOUNT.apiKey
const keys = { current: KEY, previous: ACCOUNT.previousApiKey ?? null }
const FIELDS: Fields = { return_code: 'SUCCESS', appid: ACCOUNT.appid, mch_id: ACCOUNT.mchId, attach: 'x', ...MONEY }

const md5 = (text: string | Uint8Array) => createHash('md5').update(text).digest('hex').toUpperCase()
/** What is found out about fields whose sender signed a text. */
const explained = (fields: Fields, signedText: string) => explainSign({ ...fields, sign: md5(signedText) }, keys)
const shown = (signedText: string) => signedText.replaceAll(KEY, '***')
const named = (cause: SignatureCause, signedText: string, field: string | null = null) => ({
  ...{ cause, field, signedText: shown(signedText) },
})
const inOrder = (fields: Fields, names = Object.keys(fields).sort()) =>
  names.map((name) => `${name}=${fields[name]}`).join('&')
const BARE = inOrder(FIELDS)

test.each(['', '&', '&key=', '&key=null', '&key=undefined'])('no key, and "%s" in its place', (end) => {
  expect(explained(FIELDS, BARE + end)).toEqual(named('key_missing', BARE + end))
})

test.each([`key=${KEY}&`, KEY])('the key before everything else: %s', (start) => {
  expect(explained(FIELDS, start + BARE)).toEqual(named('key_first', start + BARE))
})

test.each([
  '',
  '&',
  '&KEY=',
  '&Key=',
  '&api_key=',
  '&apiKey=',
  '&apikey=',
  '&paySignKey=',
  '&secret=',
  'key=',
  '?key=',
])('the key after "%s"', (end) => {
  expect(explained(FIELDS, BARE + end + KEY)).toEqual(named('key_misnamed', BARE + end + KEY))
})

test.each([sign(FIELDS, KEY, 'MD5'), '', 'null', 'undefined'])(
  'the signature itself, as "%s", in the text',
  (value) => {
    const text = `${inOrder({ ...FIELDS, sign: value })}&key=${KEY}`
    const { signedText, ...rest } = named('sign_included', text, 'sign')
    const found = explained(FIELDS, text)
    expect(found).toMatchObject(rest)
    expect(found?.signedText).toBe(value.length === 32 ? signedText.replace(value, '***') : signedText)
  },
)

test('the key among the fields, in its place', () => {
  const text = inOrder({ ...FIELDS, key: KEY })
  expect(explained(FIELDS, text)).toEqual(named('key_sorted_in', text))
})

// Order

const ORDERED: [how: string, names: string[]][] = [
  ['without regard to case', ['a_b', 'aAb', 'aBc']],
  ['in capitals', ['aab', 'abc', 'a_c']],
  ['as people sort', ['f10', 'f2', 'aa', 'AA'].sort(new Intl.Collator('en').compare)],
  ['as people sort numbers', ['f2', 'f10', 'g']],
  ['with their values', ['f1', 'f', 'g1', 'g']],
]
test.each(ORDERED)('fields sorted %s', (_, names) => {
  const fields = Object.fromEntries(names.toReversed().map((name, at) => [name, `${at}`]))
  const text = `${inOrder(fields, names)}&key=${KEY}`
  expect(explained(fields, text)).toEqual(named('sorted_otherwise', text))
})

test('fields sorted by their values, and from the end to the beginning', () => {
  const fields = { b: '2', a: '1', c: '0', d: '1' }
  const byValue = `c=0&a=1&d=1&b=2&key=${KEY}`
  expect(explained(fields, byValue)).toEqual(named('sorted_otherwise', byValue))
  const backwards = `d=1&c=0&b=2&a=1&key=${KEY}`
  expect(explained(fields, backwards)).toEqual(named('sorted_otherwise', backwards))
})

test('fields as they came, without the empty ones', () => {
  const text = `b=2&a=1&c=0&key=${KEY}`
  expect(explained({ b: '2', empty: '', a: '1', c: '0' }, text)).toEqual(named('fields_unsorted', text))
})

// Names

const RENAMED: [how: string, sent: string[], signed: string[]][] = [
  ['camel case', ['appid', 'mch_id', 'coupon_fee_0'], ['appid', 'mchId', 'couponFee0']],
  [
    'camel case throughout',
    ['appid', 'mch_id', 'openid', 'openid_x', 'sub_openid', 'myappid'],
    ['appId', 'mchId', 'openId', 'openidX', 'subOpenid', 'myappid'],
  ],
  [
    'snake case',
    ['appId', 'openId', 'mchIdX', 'myAppId', 'appIdOf'],
    ['appid', 'openid', 'mch_id_x', 'my_app_id', 'app_id_of'],
  ],
  ['capitals at the beginning', ['appid', 'mch_id'], ['Appid', 'MchId']],
  ['no underscores', ['appid', 'mch_id', 'time_end_x'], ['appid', 'mchid', 'timeendx']],
  ['small letters', ['APPID', 'Mch_Id'], ['appid', 'mch_id']],
  ['capital letters', ['appid', 'mch_id'], ['APPID', 'MCH_ID']],
]
test.each(RENAMED)('names in %s', (_, sent, signed) => {
  const of = (names: string[]) => Object.fromEntries(names.map((name, at) => [name, `value ${at}`]))
  const text = textToSign(of(signed), KEY)
  expect(explained(of(sent), text)).toEqual(named('names_changed', text))
})

// Joints

/** Signed with HMAC-SHA256: for MD5 what follows the key might as well be a part of it. */
const FEW: Fields = { sign_type: 'HMAC-SHA256', a: 'x' }
const JOINED = [
  `a=x&sign_type=HMAC-SHA256&key=${KEY}&`,
  `a=x&sign_type=HMAC-SHA256&key=${KEY}\n`,
  `?a=x&sign_type=HMAC-SHA256&key=${KEY}`,
  `a=xsign_type=HMAC-SHA256key=${KEY}`,
  `a=x,sign_type=HMAC-SHA256,key=${KEY}`,
  `axsign_typeHMAC-SHA256key${KEY}`,
  `xHMAC-SHA256${KEY}`,
  `a="x"&sign_type="HMAC-SHA256"&key="${KEY}"`,
  `a="x"&sign_type="HMAC-SHA256"&key=${KEY}`,
  `{"a":"x","sign_type":"HMAC-SHA256"}${KEY}`,
]
test.each(JOINED)('fields joined as in %j', (text) => {
  const signed = { ...FEW, sign: createHmac('sha256', KEY).update(text).digest('hex').toUpperCase() }
  expect(explainSign(signed, keys)).toEqual(named('joined_otherwise', text))
})

// Fields without a value, forgotten, added or changed

test.each(['', 'null', 'undefined', 'None'])('one or several fields without a value, signed as "%s"', (word) => {
  const one = { b: '1', a: '' }
  const text = `a=${word}&b=1&key=${KEY}`
  expect(explained(one, text)).toEqual(named('empty_included', text, 'a'))
  const two = { c: '', b: '1', a: '' }
  const both = `a=${word}&b=1&c=${word}&key=${KEY}`
  expect(explained(two, both)).toEqual(named('empty_included', both))
})

test('of several fields without a value the one that was signed is named', () => {
  const text = `b=1&c=&key=${KEY}`
  expect(explained({ c: '', b: '1', a: '' }, text)).toEqual(named('empty_included', text, 'c'))
})

const USUAL: [name: string, value: string][] = [
  ['sign_type', 'MD5'],
  ['fee_type', 'CNY'],
  ['device_info', 'WEB'],
  ['limit_pay', 'no_credit'],
  ['is_subscribe', 'N'],
  ['is_subscribe', 'Y'],
  ['return_code', 'SUCCESS'],
  ['return_msg', 'OK'],
  ['result_code', 'SUCCESS'],
  ['trade_type', 'NATIVE'],
  ['trade_type', 'JSAPI'],
  ['trade_type', 'APP'],
  ['trade_type', 'MWEB'],
]
test.each(USUAL)('%s=%s signed, and not sent, or sent with another value, or sent and not signed', (name, value) => {
  const text = textToSign({ a: '1', [name]: value }, KEY)
  expect(explained({ a: '1' }, text)).toEqual(named('field_removed', text, name))
  if (name !== 'sign_type') {
    expect(explained({ a: '1', [name]: 'other' }, text)).toEqual(named('field_changed', text, name))
  }
  const less = `a=1&key=${KEY}`
  expect(explained({ a: '1', [name]: value }, less)).toEqual(named('field_added', less, name))
})

test('an amount that another field tells, and an outcome that was turned round', () => {
  const fields = { total_fee: '1', cash_fee: '6800', coupon_fee: '2', other: 'SUCCESS' }
  const paid = textToSign({ ...fields, total_fee: '6800' }, KEY)
  expect(explained(fields, paid)).toEqual(named('field_changed', paid, 'total_fee'))
  const failed = textToSign({ ...fields, other: 'FAIL' }, KEY)
  expect(explained(fields, failed)).toEqual(named('field_changed', failed, 'other'))
  // A coupon's amount is another one by right.
  expect(explained(fields, textToSign({ ...fields, total_fee: '2' }, KEY))).toBeNull()
  expect(explained(fields, textToSign({ ...fields, coupon_fee: '1' }, KEY))).toBeNull()
  const coupons = { total_fee: '1', coupon_fee_0: '2' }
  expect(explained(coupons, textToSign({ ...coupons, total_fee: '2' }, KEY))).toBeNull()
})

test.each<[string, Fields, Fields]>([
  ['any text of an outcome', { a: 'x' }, { a: 'FAIL' }],
  ['a value that is usual elsewhere', { a: '1' }, { a: 'MD5' }],
  ['a space in place of nothing', { a: '1', b: '' }, { a: '1', b: ' ' }],
])('%s is no mistake that anybody makes', (_, sent, signed) => {
  expect(explained(sent, textToSign(signed, KEY))).toBeNull()
})

test.each(['utf16le', 'latin1'] as const)('the right text in the bytes of %s', (encoding) => {
  const fields = { a: 'é', b: '' }
  const text = textToSign(fields, KEY)
  const found = explainSign({ ...fields, sign: md5(Buffer.from(text, encoding)) }, keys)
  expect(found).toEqual(named('charset_changed', text))
})

// Values

const VALUES: [SignatureCause, sent: string, signed: string][] = [
  ['values_trimmed', ' 茶 ', '茶'],
  ['spaces_lost', '茶', '茶 '],
  ['spaces_lost', '茶', ' 茶'],
  ['spaces_lost', '茶', '茶\n'],
  ['spaces_lost', '茶', '茶\r\n'],
  ['line_breaks_changed', 'a\nb\nc', 'a\r\nb\r\nc'],
  ['line_breaks_changed', 'a\nb\nc', 'a\rb\rc'],
  ['line_breaks_changed', 'a\nb\nc', 'a\\nb\\nc'],
  ['line_breaks_changed', 'a\\nb\\nc', 'a\nb\nc'],
  ['number_reformatted', '0070', '70'],
  ['number_reformatted', '00', '0'],
  ['number_reformatted', '000x', '0x'],
  ['number_reformatted', `000${'7'.repeat(30)}`, '7'.repeat(30)],
  ['number_reformatted', '1e10', '10000000000'],
  ['number_reformatted', '1.50', '1.5'],
  ['number_reformatted', '12345678901234567890', '12345678901234567000'],
  ['number_reformatted', '12345678901234567890', '12345678901234567168'],
  ['number_reformatted', '1.2e3', '1200'],
  ['number_reformatted', '4200002026202603011234567890', '4.2000020262026033e+27'],
  ['number_reformatted', '4200002026202603011234567890', '4.2000020262026033E+27'],
  ['number_reformatted', '4200002026202603011234567890', '4.2000020262026033E27'],
  ['number_reformatted', '4200002026202603011234567890', '4.2000020262026E+27'],
  ['number_reformatted', '4200002026202603011234567890', '4.2000020262026033e27'],
  ['number_reformatted', '100000', '1e5'],
  ['number_reformatted', '100000', '1E5'],
  ['number_reformatted', '100000', '1.0E5'],
  ['number_reformatted', '120000', '1.2E5'],
  ['number_reformatted', '100000', '1e+05'],
  ['number_reformatted', '68', '68.00'],
  ['number_reformatted', '6850', '68.50'],
  ['number_reformatted', '6850', '68.5'],
  ['number_reformatted', '68.5', '6850'],
  ['number_reformatted', '1234567', '1,234,567'],
  ['number_reformatted', '68', '68.0'],
  ['number_reformatted', '7', '07'],
  ['number_reformatted', '7', '007'],
  ['number_reformatted', '7', '0007'],
  ['number_reformatted', '7', '00007'],
  ['number_reformatted', '1E+2', '100'],
  ['cdata_included', 'a', '<![CDATA[a]]>'],
  ['cdata_included', '7', '<![CDATA[7]]>'],
  ['entities_changed', `&<>"'`, `&amp;<>"'`],
  ['entities_changed', `&<>"'`, `&amp;&lt;&gt;"'`],
  ['entities_changed', `&<>"'`, `&amp;&lt;&gt;&quot;'`],
  ['entities_changed', `&<>"'`, '&amp;&lt;&gt;&quot;&apos;'],
  ['entities_changed', `&<>"'`, '&amp;&lt;&gt;&quot;&#39;'],
  ['entities_changed', `&<>"'`, '&amp;&lt;&gt;&#34;&#39;'],
  ['entities_changed', '&amp;&lt;&gt;&quot;&apos;&#39;', `&<>"''`],
  ['entities_changed', '&amp;lt;', '&lt;'],
  ['entities_changed', '&lt;', '&amp;lt;'],
  ['url_encoded', "a b!'()*/ä", "a%20b!'()*%2F%C3%A4"],
  ['url_encoded', 'a b!c d', 'a+b!c+d'],
  ['url_encoded', "a b!~'()*", 'a+b%21%7E%27%28%29*'],
  ['url_encoded', "a b!'()*", 'a%20b%21%27%28%29%2A'],
  ['url_encoded', 'a/b:c', 'a%2fb%3ac'],
  ['url_encoded', 'a b/c', 'a%20b/c'],
  ['url_encoded', 'a%20b%2F+', 'a b/+'],
  ['url_encoded', 'a+b+%2F', 'a b /'],
  ['json_rewritten', '{"a": 1, "b": [ 2 ]}', '{"a":1,"b":[2]}'],
  ['json_rewritten', '{"a":{"b":[1,2]},"c":"/"}', '{"a": {"b": [1, 2]}, "c": "/"}'],
  ['json_rewritten', '[1,2]', '[1, 2]'],
  ['json_rewritten', '{"a": "/"}', '{"a":"/"}'],
  ['json_rewritten', '{"a": "/b/"}', '{"a": "\\/b\\/"}'],
  ['json_rewritten', '{"a": "/b/"}', '{"a":"\\/b\\/"}'],
  ['json_rewritten', '{"a":  "\\/b\\/"}', '{"a":  "/b/"}'],
  ['charset_changed', '茶', Buffer.from('茶').toString('latin1')],
  ['charset_changed', '“茶”', new TextDecoder('windows-1252').decode(Buffer.from('“茶”'))],
  ['charset_changed', '茶', new TextDecoder('gbk').decode(Buffer.from('茶'))],
  ['charset_changed', Buffer.from('茶').toString('latin1'), '茶'],
  ['charset_changed', '茶叶', new TextDecoder().decode(writeGbk('茶叶') ?? undefined)],
  ['charset_changed', 'a茶叶', new TextDecoder().decode(writeGbk('a茶叶') ?? undefined)],
  ['charset_changed', (writeGbk('茶叶') ?? Buffer.of()).toString('latin1'), '茶叶'],
  ['charset_changed', '茶a叶', '?a?'],
  ['charset_changed', '茶a叶', 'a'],
  ['charset_changed', '茶🍵é', '\\u8336\\ud83c\\udf75\\u00e9'],
  ['charset_changed', '\\u8336\\U53F6', '茶叶'],
  ['charset_changed', 'e\u0301', '\u00e9'],
  ['charset_changed', '\u00e9', 'e\u0301'],
]
test.each(VALUES)('%s: %j was sent, and %j signed', (cause, sent, signed) => {
  const fields = { appid: 'wx', attach: sent, body: 'b', device_info: '' }
  const text = textToSign({ ...fields, attach: signed }, KEY)
  expect(explained(fields, text)).toEqual(named(cause, text, 'attach'))
})

test('what a program cannot read it leaves alone', () => {
  const fields = { a: '{x', b: '%zz', c: '[1' }
  const text = textToSign({ ...fields, trade_type: 'APP' }, KEY)
  expect(explained(fields, text)).toEqual(named('field_removed', text, 'trade_type'))
})

test('all values in sections, but for numbers', () => {
  const fields = { a: 'x', b: '7', c: '70', d: '7x', e: 'x7' }
  const signed = { ...fields, a: '<![CDATA[x]]>', d: '<![CDATA[7x]]>', e: '<![CDATA[x7]]>' }
  const text = textToSign(signed, KEY)
  expect(explained(fields, text)).toEqual(named('cdata_included', text))
})

const LONG = `["${'x'.repeat(1_995)}/"]`
test.each([
  ['a text with a number in it', 'x12', 'NaN'],
  ['a number with a text behind it', '12x', 'NaN'],
  ['a number that is written for programmers', '0x10', '16'],
  ['a text before digits', 'a7', 'a7.0'],
  ['a text behind digits', '7a', '7a.0'],
  ['zeros inside a number', '1005', '15'],
  ['an exponent of nobody', '120000', '1.2.0E5'],
  ['a text of JSON', '"a/b"', '"a\\/b"'],
  ['a text of JSON with a bracket in it', '"{/"', '"{\\/"'],
  ['JSON that is too long', `${LONG} `, `${LONG} `.replaceAll('/', '\\/')],
  ['a text that Latin-1 has not', '花', new TextDecoder().decode(Buffer.from('花', 'latin1'))],
])('%s is not rewritten as no program does it', (_, sent, signed) => {
  const fields = { appid: 'wx', attach: sent }
  expect(explained(fields, textToSign({ ...fields, attach: signed }, KEY))).toBeNull()
})

test('JSON of 2,000 characters is rewritten', () => {
  const fields = { appid: 'wx', attach: LONG }
  expect(LONG).toHaveLength(2_000)
  const text = textToSign({ ...fields, attach: LONG.replaceAll('/', '\\/') }, KEY)
  expect(explained(fields, text)).toEqual(named('json_rewritten', text, 'attach'))
})
