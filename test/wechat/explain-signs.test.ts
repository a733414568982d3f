import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { explainSign, hideKeys, SAMPLE_KEY } from '@/lib/wechat/v2/explain/explain'
import { type Fields, textToSign } from '@/lib/wechat/v2/sign'
import { ACCOUNT, MONEY } from './wire'

/* The right text under another key, with another hash, or with its signature written otherwise. */

const KEY = ACCOUNT.apiKey
const PREVIOUS = ACCOUNT.previousApiKey ?? ''
const KEYS = { current: KEY, previous: PREVIOUS }
const FIELDS: Fields = { return_code: 'SUCCESS', appid: ACCOUNT.appid, ...MONEY }
const TYPED: Fields = { ...FIELDS, sign_type: 'HMAC-SHA256' }

const text = (fields: Fields, key = KEY) => textToSign(fields, key)
const md5 = (of: string) => createHash('md5').update(of).digest()
const written = (bytes: Buffer) => bytes.toString('hex').toUpperCase()
const causeOf = (fields: Fields, sign: string, keys: Parameters<typeof explainSign>[1] = KEYS) =>
  explainSign({ ...fields, sign }, keys)?.cause ?? null

// Keys

test.each([KEY.toLowerCase(), KEY.toUpperCase(), `${KEY}\n`, `${KEY} `, ` ${KEY}`])('the key as %j', (key) => {
  expect(causeOf(FIELDS, written(md5(text(FIELDS, key))))).toBe('key_altered')
  const hmac = createHmac('sha256', key).update(text(TYPED, key)).digest()
  expect(causeOf(TYPED, written(hmac))).toBe('key_altered')
})

test('a key that is the same in small letters is not called altered', () => {
  const small = { current: KEY.toLowerCase(), previous: null }
  expect(causeOf(FIELDS, written(md5(text(FIELDS, small.current))), small)).toBeNull()
})

test("the key before, and the documentation's, are named only when they are others", () => {
  const previous = written(md5(text(FIELDS, PREVIOUS)))
  const sample = written(md5(text(FIELDS, SAMPLE_KEY)))
  expect([causeOf(FIELDS, previous), causeOf(FIELDS, sample)]).toEqual(['previous_key', 'sample_key'])
  expect(causeOf(FIELDS, previous, { current: KEY, previous: null })).toBeNull()
  expect(causeOf(FIELDS, sample, { current: SAMPLE_KEY, previous: null })).toBeNull()
  expect(causeOf(FIELDS, sample, { current: KEY, previous: SAMPLE_KEY })).toBe('previous_key')
  const right = written(md5(text(FIELDS)))
  expect(causeOf(FIELDS, right.toLowerCase(), { current: KEY, previous: KEY })).toBe('lower_case_sign')
})

test.each<[string, (of: string) => Buffer, string]>([
  ['HMAC-SHA256', (of) => createHmac('sha256', KEY).update(of).digest(), 'other_sign_type'],
  ['HMAC-MD5', (of) => createHmac('md5', KEY).update(of).digest(), 'other_hash'],
  ['SHA-256', (of) => createHash('sha256').update(of).digest(), 'other_hash'],
  ['SHA-1', (of) => createHash('sha1').update(of).digest(), 'other_hash'],
  ['HMAC-SHA1', (of) => createHmac('sha1', KEY).update(of).digest(), 'other_hash'],
])('the right text hashed with %s', (_, hash, cause) => {
  const found = explainSign({ ...FIELDS, sign: written(hash(text(FIELDS))) }, KEYS)
  expect(found).toEqual({ cause, field: null, signedText: text(FIELDS, '***') })
})

test('a mistake in the text is found for the key before too, and for both types of signature', () => {
  const wrong = { ...FIELDS, total_fee: '6800.0' }
  expect(causeOf(FIELDS, written(md5(text(wrong, PREVIOUS))))).toBe('number_reformatted')
  const hmac = createHmac('sha256', KEY).update(text(wrong)).digest()
  expect(causeOf(FIELDS, written(hmac))).toBe('number_reformatted')
  expect(causeOf(FIELDS, hmac.toString('base64'))).toBe('number_reformatted')
  expect(causeOf(FIELDS, ` ${written(hmac)}\n`)).toBe('number_reformatted')
  // Nobody does everything wrong at once.
  expect(causeOf(FIELDS, written(md5(text(wrong, KEY.toUpperCase()))))).toBeNull()
  expect(causeOf(FIELDS, written(createHash('sha1').update(text(wrong)).digest()))).toBeNull()
  expect(causeOf(FIELDS, written(createHash('sha256').update(text(wrong)).digest()))).toBeNull()
})

// Forms

const RIGHT = md5(text(FIELDS))

test.each<[string, string, string | null]>([
  ['with spaces around it', `\n ${written(RIGHT)} `, 'spaces_around_sign'],
  ['in small letters', written(RIGHT).toLowerCase(), 'lower_case_sign'],
  ['in small letters with spaces', ` ${written(RIGHT).toLowerCase()}`, 'lower_case_sign'],
  ['in Base64', RIGHT.toString('base64'), 'base64_sign'],
  ['in Base64 with spaces', `${RIGHT.toString('base64')}\n`, 'base64_sign'],
  ['cut to sixteen', written(RIGHT).slice(0, 16), 'cut_sign'],
  ['cut to sixteen in small letters', written(RIGHT).slice(16).toLowerCase(), 'cut_sign'],
  ['cut to fifteen', written(RIGHT).slice(0, 15), null],
  ['as nothing but spaces', '  ', null],
])('the right signature %s', (_, sign, cause) => {
  expect(causeOf(FIELDS, sign)).toBe(cause)
})

test('a part of a signature of another text proves nothing', () => {
  const wrong = written(md5(text({ ...FIELDS, total_fee: '6800.0' })))
  expect(causeOf(FIELDS, wrong)).toBe('number_reformatted')
  expect(causeOf(FIELDS, wrong.slice(0, 20))).toBeNull()
  expect(causeOf(FIELDS, wrong.slice(0, 31))).toBeNull()
})

test.each([
  ['paySign', true],
  ['pay_sign', true],
  ['PaySignature', true],
  ['Sign', true],
  ['signature', true],
  ['sign_type', false],
  ['design', false],
  ['signed', false],
  ['repaysign', false],
  ['pay__sign', false],
])('a message without a signature, and with %s', (name, isOne) => {
  const found = explainSign({ a: '1', [name]: 'x' }, KEYS)
  expect(found).toEqual({ cause: 'sign_missing', field: isOne ? name : null, signedText: null })
})

test('what would take too long is not looked for', () => {
  const lost = (attach: string) => {
    const fields = { a: '1', attach }
    return causeOf(fields, written(md5(text({ ...fields, trade_type: 'MWEB' }))))
  }
  expect(lost('x')).toBe('field_removed')
  expect(lost('x'.repeat(60_000))).toBeNull()
})

test('a text that an encoding cannot write is left in UTF-8', () => {
  const fields = { a: '🍵' }
  expect(causeOf(fields, written(md5(`a=🍵&key=${KEY}&`)))).toBe('joined_otherwise')
  expect(causeOf(fields, 'A'.repeat(32))).toBeNull()
})

test('keys are taken out of a text, wherever they stand in it, and nothing else is', () => {
  expect(hideKeys(`${KEY} a ${KEY} b ${PREVIOUS} \0\u0001`, KEYS)).toBe('*** a *** b *** ******')
  expect(hideKeys('ab', { current: '', previous: null })).toBe('ab')
})
