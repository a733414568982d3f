import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Fields,
  isSignedWith,
  isSignType,
  knownType,
  maskedTextToSign,
  sign,
  textToSign,
} from '@/lib/wechat/v2/sign'

const KEY = '192006250b4c09247ec02edce69f6a2d'
const TYPES = ['MD5', 'HMAC-SHA256'] as const

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,15}$/).filter((it) => it !== 'sign')
const value = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 })
const fields = fc.dictionary(name, value, { minKeys: 1, maxKeys: 12 })

test.each(TYPES)('what is signed with %s is recognised, and any change of it is noticed', (type) => {
  const signedAndChanged = fc
    .tuple(fields, value, value)
    .chain(([given, other, added]) =>
      fc.tuple(fc.constant(given), fc.constantFrom(...Object.keys(given)), fc.constant({ other, added })),
    )
  fc.assert(
    fc.property(signedAndChanged, ([given, changed, { other, added }]) => {
      const signed = { ...given, sign: sign(given, KEY, type) }
      expect(isSignedWith(signed, KEY, type)).toBe(true)
      expect(isSignedWith(signed, KEY.toUpperCase(), type)).toBe(false)
      fc.pre(other !== given[changed])
      expect(isSignedWith({ ...signed, [changed]: other }, KEY, type)).toBe(false)
      expect(isSignedWith({ ...signed, [changed]: '' }, KEY, type)).toBe(false)
      expect(isSignedWith({ ...signed, zz_more: added }, KEY, type)).toBe('zz_more' in given && given.zz_more === added)
    }),
  )
})

test('the order of fields and empty fields do not count', () => {
  const backwards = (given: Fields) => Object.fromEntries(Object.entries(given).reverse())
  fc.assert(
    fc.property(fields, (given) => {
      expect(sign(backwards(given), KEY, 'MD5')).toBe(sign(given, KEY, 'MD5'))
      expect(sign({ ...given, ...(!('empty' in given) && { empty: '' }) }, KEY, 'MD5')).toBe(sign(given, KEY, 'MD5'))
    }),
  )
})

test('a signature does not count for itself, and signing changes nothing', () => {
  fc.assert(
    fc.property(fields, value, (given, old) => {
      const before = JSON.stringify(given)
      expect(sign({ ...given, sign: old }, KEY, 'MD5')).toBe(sign(given, KEY, 'MD5'))
      expect(isSignedWith({ ...given, sign: old }, KEY, 'MD5')).toBe(old === sign(given, KEY, 'MD5'))
      expect(JSON.stringify(given)).toBe(before)
    }),
  )
})

test.each(TYPES)('%s agrees with the rule written down a second time, byte by byte', (type) => {
  const otherwise = (given: Fields) => {
    const hash = type === 'MD5' ? createHash('md5') : createHmac('sha256', Buffer.from(KEY))
    const names = Object.keys(given).map((it) => Buffer.from(it))
    for (const name of names.sort(Buffer.compare)) {
      const text = given[name.toString()] ?? ''
      if (text !== '') hash.update(name).update('=').update(Buffer.from(text)).update('&')
    }
    return hash.update(`key=${KEY}`).digest('hex').toUpperCase()
  }
  fc.assert(
    fc.property(fields, (given) => {
      expect(sign(given, KEY, type)).toBe(otherwise(given))
    }),
  )
})

test.each(TYPES)('a %s signature must be complete, upper case and of that type', (type) => {
  const given = { appid: 'wxd930ea5d5a258f4f', total_fee: '0' }
  const right = sign(given, KEY, type)
  expect(right).toMatch(type === 'MD5' ? /^[0-9A-F]{32}$/ : /^[0-9A-F]{64}$/)

  const other = sign(given, KEY, type === 'MD5' ? 'HMAC-SHA256' : 'MD5')
  for (const wrong of [
    '',
    right.toLowerCase(),
    right.slice(1),
    `${right}0`,
    ` ${right}`,
    right.repeat(2),
    other,
    '…',
  ]) {
    expect(isSignedWith({ ...given, sign: wrong }, KEY, type)).toBe(false)
  }
  expect(isSignedWith(given, KEY, type)).toBe(false)
})

test('names that every object inherits are fields like any other', () => {
  const given: Fields = JSON.parse('{ "__proto__": "1", "constructor": "2", "toString": "3" }')
  expect(textToSign(given, KEY)).toBe(`__proto__=1&constructor=2&toString=3&key=${KEY}`)
  expect(textToSign({}, KEY)).toBe(`key=${KEY}`)
  expect(isSignedWith({}, KEY, 'MD5')).toBe(false)
})

test('the text for logs ends with stars and never shows the key', () => {
  expect(maskedTextToSign({ b: '2', a: '1', sign: 'X', c: '' })).toBe('a=1&b=2&key=***')
})

test('there are two types of signature', () => {
  expect(['MD5', 'HMAC-SHA256', 'md5', 'HMAC-SHA1', '', 'constructor'].filter(isSignType)).toEqual([
    'MD5',
    'HMAC-SHA256',
  ])
})

test('a type with which nothing can have been signed is a mistake that names it', () => {
  expect(TYPES.map(knownType)).toEqual(TYPES)
  expect(() => knownType('RSA')).toThrow('no type of signature: RSA')
})
