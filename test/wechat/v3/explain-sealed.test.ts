import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Sealed, seal } from '@/lib/wechat/v3/cipher'
import { explainSealed, SEALED_CAUSES, type SealedCause } from '@/lib/wechat/v3/explain/sealed'

const KEY = 'DemoShopV3ApiKey0123456789abcdef'
const V2_KEY = '192006250b4c09247ec02edce69f6a2d'
const KEYS = { current: KEY, v2: [V2_KEY] }
const HEADER_NONCE = '593BEC0C930BF1AFEB40B4A08C8FB242'

const CONTENT = { mchid: '1900000109', out_trade_no: '2026', amount: { total: 6800 } }
const PLAIN = JSON.stringify(CONTENT)
const OUTER = { nonce: 'Q6cVyE1JiO2K', associatedData: 'transaction' }

/** The encrypted part as a message has it. */
function resource({ nonce, associatedData, ciphertext }: Sealed, changes: Record<string, unknown> = {}) {
  const names = { original_type: 'transaction', algorithm: 'AEAD_AES_256_GCM', associated_data: associatedData }
  return { ...names, nonce, ciphertext, ...changes }
}
const right = seal(PLAIN, OUTER, KEY)
const bytes = Buffer.from(right.ciphertext, 'base64')
/** Sealed with associated data that was not sent. */
const OF_OTHER_DATA = { ...seal(PLAIN, { ...OUTER, associatedData: 'my own' }, KEY), associatedData: 'transaction' }
const md5 = createHash('md5').update(KEY).digest('hex')

const CORPUS: [SealedCause, string, Record<string, unknown> | null][] = [
  ['sealed_missing', 'no resource', null],
  ['sealed_missing', 'no ciphertext', resource(right, { ciphertext: undefined })],
  ['sealed_missing', 'a number for the nonce', resource(right, { nonce: 1 })],
  ['sealed_algorithm', 'another algorithm', resource(right, { algorithm: 'AEAD_SM4_GCM' })],
  ['sealed_algorithm', 'none', resource(right, { algorithm: undefined })],
  ['sealed_v2_key', 'the key of API v2', resource(seal(PLAIN, OUTER, V2_KEY))],
  ['sealed_key_decoded', 'the MD5 of the key', resource(seal(PLAIN, OUTER, md5))],
  ['sealed_key_decoded', 'the key in capitals', resource(seal(PLAIN, OUTER, KEY.toUpperCase()))],
  ['sealed_base64', 'lines of 76', resource(right, { ciphertext: right.ciphertext.replace(/.{76}/g, '$&\r\n') })],
  ['sealed_base64', 'the alphabet of addresses', resource(right, { ciphertext: bytes.toString('base64url') })],
  ['sealed_base64', 'hexadecimal', resource(right, { ciphertext: bytes.toString('hex') })],
  ['sealed_base64', 'twice', resource(right, { ciphertext: Buffer.from(right.ciphertext).toString('base64') })],
  ['sealed_nonce_length', 'a nonce of 16', resource(right, { nonce: `${OUTER.nonce}0000` })],
  [
    'sealed_nonce_of_header',
    'the nonce of the header, cut',
    resource(seal(PLAIN, { ...OUTER, nonce: HEADER_NONCE.slice(0, 12) }, KEY), { nonce: OUTER.nonce }),
  ],
  [
    'sealed_associated_data',
    'none was sealed',
    resource(seal(PLAIN, { ...OUTER, associatedData: '' }, KEY), { associated_data: 'transaction' }),
  ],
  ['sealed_associated_data', 'it was lost', resource(right, { associated_data: undefined })],
  ['sealed_associated_data', 'of a refund', resource(right, { associated_data: 'refund' })],
  ['sealed_tag', 'no tag', resource(right, { ciphertext: bytes.subarray(0, -16).toString('base64') })],
  [
    'sealed_tag',
    'a byte that was changed',
    resource(right, { ciphertext: Buffer.concat([bytes.subarray(0, -20), Buffer.alloc(20)]).toString('base64') }),
  ],
  ['sealed_tag', 'associated data that nobody knows', resource(OF_OTHER_DATA)],
  ['sealed_no_json', 'XML', resource(seal('<xml/>', OUTER, KEY))],
  ['sealed_no_json', 'a list', resource(seal('[]', OUTER, KEY))],
  ['sealed_other_key', 'an unknown key', resource(seal(PLAIN, OUTER, 'x'.repeat(32)))],
  ['sealed_other_key', 'random bytes', resource(right, { ciphertext: Buffer.alloc(64, 7).toString('base64') })],
  ['sealed_other_key', 'a few bytes', resource(right, { ciphertext: 'AAAA' })],
]

test.each(CORPUS)('%s is found out: %s', (cause, _, given) => {
  const found = explainSealed(given, KEYS, HEADER_NONCE)
  expect(found.cause).toBe(cause)
  for (const key of [KEY, V2_KEY]) expect(JSON.stringify(found)).not.toContain(key)
})

test('each cause that words exist for is found somewhere here', () => {
  const found = new Set(CORPUS.map(([cause]) => cause))
  expect(SEALED_CAUSES.filter((cause) => !found.has(cause))).toEqual([])
})

test('what opens is shown, also when another key opened it, and nothing that was not verified', () => {
  expect(explainSealed(resource(right), KEYS, '')).toEqual({ cause: null, plain: CONTENT })
  expect(explainSealed(resource(seal(PLAIN, OUTER, V2_KEY)), KEYS, '').plain).toEqual(CONTENT)
  expect(explainSealed(resource(OF_OTHER_DATA), KEYS, '').plain).toBeNull()
  const bare = seal(PLAIN, { ...OUTER, associatedData: '' }, KEY)
  expect(explainSealed(resource(bare, { associated_data: undefined }), KEYS, '').cause).toBeNull()
})
