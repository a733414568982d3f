import { gzipSync } from 'node:zlib'
import type { Verdict } from '@/lib/shop/notification'
import { writeGbk } from '@/lib/wechat/v2/explain/gbk'
import { seal } from '@/lib/wechat/v3/cipher'
import { type Changes, malformed, notification, paidContent, type Row, type V3Scene } from './v3-scene'

/* Messages that WeChat signed, and that do not have the form in which it sends. */

const fixed = (name: string, body: string | Uint8Array) => malformed(name, () => body)
const outer = (name: string, changes: Record<string, unknown>, verdict: Verdict = 'malformed') =>
  malformed(name, (it) => notification(it, paidContent(it, it.held), { outer: changes }), verdict)
const raw = (name: string, change: (body: string) => string | Uint8Array) =>
  malformed(name, (it) => change(notification(it, paidContent(it, it.held))))

export const NO_JSON: Row[] = [
  fixed('an empty body', ''),
  fixed('blanks', '   \n'),
  fixed('an empty object', '{}'),
  fixed('an empty list', '[]'),
  fixed('null', 'null'),
  fixed('a number', '1'),
  fixed('a text', '"text"'),
  fixed('a word', 'SUCCESS'),
  fixed('a form', 'id=1&event_type=TRANSACTION.SUCCESS'),
  fixed('lists 30,000 deep', '['.repeat(30_000) + ']'.repeat(30_000)),
  fixed('objects 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
  fixed('brackets that nobody closes', '[{"a":'.repeat(10_000)),
  fixed('a number of 60 KB', `{"id":${'9'.repeat(60_000)}}`),
  fixed('bytes that are no text', Buffer.from('7b2261223a22ff227d', 'hex')),
  fixed('half a character', Buffer.from('7b2261223a22e8', 'hex')),
  fixed('zeros', Buffer.alloc(1_024)),
  raw('a comma too many', (it) => it.replace(/\}$/, ',}')),
  raw('a comment', (it) => `/* x */${it}`),
  raw('single quotes', (it) => it.replaceAll('"', "'")),
  raw('a second document', (it) => `${it}{}`),
  raw('a byte order mark, signed too', (it) => `\ufeff${it}`),
  raw('UTF-16, signed so', (it) => Buffer.from(it, 'utf16le')),
  raw('GBK, signed so', (it) => writeGbk(it) ?? ''),
  raw('gzip, signed so', (it) => gzipSync(it)),
  raw('a NUL in a text', (it) => it.replace('成功', '\\u0000')),
  raw('half a surrogate pair', (it) => it.replace('成功', '\\ud800')),
  raw('its id twice', (it) => it.replace('{"id"', '{"id":"x","id"')),
  raw('its event twice', (it) => it.replace('"event_type"', '"event_type":"REFUND.SUCCESS","event_type"')),
  raw('what is sealed twice', (it) => it.replace('"resource":', '"resource":{},"resource":')),
  raw('its key twice, once escaped', (it) => it.replace('"id"', '"\\u0069d":"x","id"')),
]

export const ENVELOPES: Row[] = [
  ...['id', 'event_type', 'resource_type', 'resource'].flatMap((name) => [
    outer(`no ${name}`, { [name]: undefined }),
    outer(`${name}: null`, { [name]: null }),
    outer(`${name}: a number`, { [name]: 1 }),
    outer(`${name}: a list`, { [name]: [] }),
    outer(`${name}: empty`, { [name]: '' }),
  ]),
  outer('an id of 60 KB', { id: 'x'.repeat(60_000) }),
  outer('an event in small letters', { event_type: 'transaction.success' }),
  outer('an event with a blank', { event_type: 'TRANSACTION.SUCCESS ' }),
  outer('an event of 60 KB', { event_type: 'A'.repeat(60_000) }),
  outer('a resource of another type', { resource_type: 'plain-resource' }),
  outer('a resource that is a text', { resource: '{"ciphertext":"x"}' }),
]

const resource = (name: string, changes: Record<string, unknown>, verdict: Verdict = 'malformed') =>
  malformed(name, (it) => notification(it, paidContent(it, it.held), { resource: changes }), verdict)
const sealedBytes = (name: string, change: (bytes: Buffer) => Uint8Array, verdict: Verdict): Row =>
  malformed(
    name,
    (it) => {
      const { ciphertext } = seal(
        JSON.stringify(paidContent(it, it.held)),
        { nonce: 'Q6cVyE1JiO2K', associatedData: 'transaction' },
        it.v3Key,
      )
      const bytes = Buffer.from(change(Buffer.from(ciphertext, 'base64')))
      return notification(it, '{}', { resource: { ciphertext: bytes.toString('base64') } })
    },
    verdict,
  )
const sealedWith = (name: string, changes: (scene: V3Scene) => Changes, verdict: Verdict = 'undecryptable') =>
  malformed(name, (it) => notification(it, paidContent(it, it.held), changes(it)), verdict)

export const SEALED: Row[] = [
  resource('another algorithm', { algorithm: 'AEAD_SM4_GCM' }),
  resource('no algorithm', { algorithm: undefined }),
  resource('the algorithm in small letters', { algorithm: 'aead_aes_256_gcm' }),
  resource('an algorithm that is none', { algorithm: 'NONE' }),
  resource('a nonce of eleven', { nonce: 'Q6cVyE1JiO2' }),
  resource('a nonce of thirteen', { nonce: 'Q6cVyE1JiO2Kx' }),
  resource('a nonce of sixteen', { nonce: 'Q6cVyE1JiO2K0000' }),
  resource('an empty nonce', { nonce: '' }),
  resource('no nonce', { nonce: undefined }),
  resource('a nonce of twelve characters and 36 bytes', { nonce: '茶'.repeat(12) }),
  resource('a nonce that is a number', { nonce: 123_456_789_012 }),
  resource('another nonce', { nonce: 'Q6cVyE1JiO2L' }, 'undecryptable'),
  resource('no ciphertext', { ciphertext: undefined }),
  resource('an empty ciphertext', { ciphertext: '' }),
  resource('a ciphertext that is a list', { ciphertext: ['AAAA'] }),
  resource('a ciphertext that is no Base64', { ciphertext: '$$$' }),
  resource('a ciphertext with line breaks', { ciphertext: 'AAAA\nAAAA' }),
  resource('a ciphertext for addresses', { ciphertext: '-_-_' }),
  resource('a few bytes', { ciphertext: 'AAAA' }, 'undecryptable'),
  resource('other associated data', { associated_data: 'refund' }, 'undecryptable'),
  resource('empty associated data', { associated_data: '' }, 'undecryptable'),
  resource('no associated data', { associated_data: undefined }, 'undecryptable'),
  resource('associated data that is a number', { associated_data: 1 }),
  resource('associated data that is null', { associated_data: null }),
  resource('associated data of 60 KB', { associated_data: 'x'.repeat(60_000) }),
  resource('an original type that is a number', { original_type: 1 }),
  sealedBytes('the tag alone', (it) => it.subarray(-16), 'undecryptable'),
  sealedBytes('no tag', (it) => it.subarray(0, -16), 'undecryptable'),
  sealedBytes('a tag of twelve bytes', (it) => it.subarray(0, -4), 'undecryptable'),
  sealedBytes('a tag of four bytes', (it) => it.subarray(0, -12), 'undecryptable'),
  sealedBytes('a tag before it', (it) => Buffer.concat([it.subarray(-16), it.subarray(0, -16)]), 'undecryptable'),
  sealedBytes(
    'a bit that was turned',
    (it) => Buffer.concat([Buffer.of((it[0] ?? 0) ^ 1), it.subarray(1)]),
    'undecryptable',
  ),
  sealedBytes(
    'a bit of the tag',
    (it) => Buffer.concat([it.subarray(0, -1), Buffer.of((it.at(-1) ?? 0) ^ 1)]),
    'undecryptable',
  ),
  sealedWith('the key of API v2', ({ v2Key }) => ({ key: v2Key })),
  sealedWith('the key in capitals', ({ v3Key }) => ({
    key: v3Key.toUpperCase() === v3Key ? v3Key.toLowerCase() : v3Key.toUpperCase(),
  })),
  sealedWith('a key of zeros', () => ({ key: '0'.repeat(32) })),
]
