import { createCipheriv, createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decryptReqInfo, encryptReqInfo } from '@/lib/wechat/v2/cipher'
import { readFlatXml } from '@/lib/wechat/v2/xml'

type Vector = {
  id: string
  kind: string
  title: string
  in: { api_key: string; req_info: string }
  out: { plaintext?: string; fields?: Record<string, string> }
}

const file: { vectors: Vector[] } = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8'))
const vectors = file.vectors.filter(({ kind }) => kind === 'v2-reqinfo')
const opening = vectors.flatMap(({ id, title, in: given, out: { plaintext, fields } }) =>
  plaintext === undefined ? [] : [{ id, title, given, plaintext, fields }],
)
const refused = vectors.filter(({ out }) => out.plaintext === undefined)

const KEY = 'DemoShopV2ApiKey0123456789abcdef'

test('the file has all examples', () => {
  expect([opening.length, refused.length]).toEqual([4, 2])
})

test.each(opening)('$id: $title', ({ given: { api_key: key, req_info: text }, plaintext, fields }) => {
  expect(decryptReqInfo(text, key)).toEqual({ ok: true, xml: plaintext })
  expect(encryptReqInfo(plaintext, key)).toBe(text)
  expect(readFlatXml(Buffer.from(plaintext))).toEqual({ ok: true, fields })
})

test.each(refused)('$id: $title', ({ in: { api_key: key, req_info: text } }) => {
  expect(decryptReqInfo(text, key).ok).toBe(false)
})

const right = encryptReqInfo('<root></root>', KEY)
/** The bytes under the right key, without the padding that belongs there. */
const unpadded = (bytes: Uint8Array): string => {
  const key = createHash('md5').update(KEY).digest('hex')
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
  return Buffer.concat([cipher.update(bytes), cipher.final()]).toString('base64')
}

test.each([
  ['nothing', '', 'not_base64'],
  ['white space before it', ` ${right}`, 'not_base64'],
  ['a line break in it', `${right.slice(0, 8)}\n${right.slice(8)}`, 'not_base64'],
  ['no padding of Base64', encryptReqInfo('1', KEY).replace(/=+$/, ''), 'not_base64'],
  ['the alphabet of URLs', Buffer.alloc(16, 0xfb).toString('base64url'), 'not_base64'],
  ['another alphabet', '€'.repeat(24), 'not_base64'],
  ['a cut block', Buffer.from(right, 'base64').subarray(0, 15).toString('base64'), 'not_whole_blocks'],
  ['too much of it', Buffer.alloc(16 * 1024).toString('base64'), 'too_long'],
  ['another key', encryptReqInfo('<root></root>', 'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF'), 'bad_padding'],
  ['no padding', unpadded(Buffer.from('<root><a/></root>'.slice(0, 16))), 'bad_padding'],
  ['padding of zeros', unpadded(Buffer.from('<root/>\0\0\0\0\0\0\0\0\0')), 'bad_padding'],
  ['padding that says more than a block', unpadded(Buffer.alloc(16, 17)), 'bad_padding'],
  ['padding of unlike bytes', unpadded(Buffer.from('<root></root>\x01\x02\x03')), 'bad_padding'],
  ['GBK inside', unpadded(Buffer.from([0xd6, 0xa7, 0xb8, 0xb6, ...Array(12).fill(12)])), 'not_utf8'],
])('a req_info with %s does not open', (_, text, reason) => {
  expect(decryptReqInfo(text, KEY)).toEqual({ ok: false, reason })
})

test('a whole block of padding follows a text that fills its blocks', () => {
  expect(Buffer.from(encryptReqInfo('x'.repeat(32), KEY), 'base64')).toHaveLength(48)
})

test('whatever was encrypted opens with its key, and no text in its place throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), fc.base64String(), (xml, key, text) => {
      expect(decryptReqInfo(encryptReqInfo(xml, key), key)).toEqual({ ok: true, xml })
      expect(decryptReqInfo(key, xml).ok).toBe(false)
      expect(() => decryptReqInfo(text, key)).not.toThrow()
    }),
  )
})
