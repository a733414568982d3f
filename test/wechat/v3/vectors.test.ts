import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { open, type Sealed, seal } from '@/lib/wechat/v3/cipher'
import { appParameters, jsapiParameters } from '@/lib/wechat/v3/invocation'
import { isFresh } from '@/lib/wechat/v3/message'
import { isProbe, isSignedWith, messageText, requestText, sign, writeAuthorization } from '@/lib/wechat/v3/sign'

type Vector<In, Out> = { id: string; kind: string; title: string; in: In; out: Out }
type Keys = Record<string, { private_key_pem?: string; public_key_pem?: string }>

/** Examples of the protocol: published ones, and computed ones that another implementation agrees with. */
const file: { keys: Keys; vectors: Vector<unknown, unknown>[] } = JSON.parse(
  readFileSync(new URL('vectors.json', import.meta.url), 'utf8'),
)

function vectors<In, Out>(kind: string): [string, Vector<In, Out>][] {
  return file.vectors.filter((it) => it.kind === kind).map((it) => [`${it.id}: ${it.title}`, it as Vector<In, Out>])
}

const privateKey = (ref: string): KeyObject => createPrivateKey(file.keys[ref]?.private_key_pem ?? '')
const publicKey = (ref: string): KeyObject => createPublicKey(file.keys[ref]?.public_key_pem ?? '')

type RequestIn = {
  key_ref: string
  mchid: string
  serial_no: string
  method: string
  url: string
  timestamp: string
  nonce_str: string
  body: string
}
type RequestOut = { message: string; signature: string; authorization: string }

test.each(vectors<RequestIn, RequestOut>('v3-request-sign'))('%s', (_, { in: it, out }) => {
  const { nonce_str: nonce, mchid: mchId, serial_no: serial, url: target, timestamp, method, body } = it
  const text = requestText({ method, target, timestamp: String(timestamp), nonce, body })
  const signature = sign(text, privateKey(it.key_ref))

  expect(Buffer.from(text).toString()).toBe(out.message)
  expect(signature).toBe(out.signature)
  expect(writeAuthorization({ mchId, serial, nonce, timestamp: String(timestamp), signature })).toBe(out.authorization)
})

type VerifyIn = { headers: Record<string, string>; body: string; public_key_ref: string }
type VerifyOut = { valid: boolean; message: string; reason?: string }

test.each(vectors<VerifyIn, VerifyOut>('v3-verify'))('%s', (_, { in: { headers, body, public_key_ref }, out }) => {
  const timestamp = headers['Wechatpay-Timestamp'] ?? ''
  const signature = headers['Wechatpay-Signature'] ?? ''
  const text = messageText({ timestamp, nonce: headers['Wechatpay-Nonce'] ?? '', body })

  expect(isSignedWith(text, signature, publicKey(public_key_ref))).toBe(out.valid)
  expect(isProbe(signature)).toBe(out.reason === 'signature probe traffic')
})

type SealedIn = { api_v3_key: string; nonce: string; associated_data: string; ciphertext: string }

test.each(vectors<SealedIn, { plaintext?: string }>('v3-aead'))('%s', (_, { in: it, out }) => {
  const sealed: Sealed = { nonce: it.nonce, associatedData: it.associated_data, ciphertext: it.ciphertext }
  const opened = open(sealed, it.api_v3_key)

  expect(opened && Buffer.from(opened).toString()).toBe(out.plaintext ?? null)
  if (out.plaintext !== undefined) expect(seal(out.plaintext, sealed, it.api_v3_key)).toEqual(sealed)
})

test('a part that is nothing, or whose nonce has another length, does not open', () => {
  const key = '0'.repeat(32)
  const [nonce, associatedData] = ['n'.repeat(12), 'certificate']
  expect(open(seal('', { nonce, associatedData }, key), key)).toBeNull()
  expect(open(seal('x', { nonce, associatedData }, key), key)).toEqual(Buffer.from('x'))
  for (const other of ['n'.repeat(11), 'n'.repeat(13), '茶'.repeat(12)]) {
    expect(open(seal('x', { nonce: other, associatedData }, key), key)).toBeNull()
  }
})

test('no text in place of a signature, key or ciphertext throws', () => {
  const key = publicKey('platform_visible')
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: 'binary' }), fc.base64String(), (nonce, text, encoded) => {
      expect(isSignedWith(messageText({ timestamp: '0', nonce, body: text }), encoded, key)).toBe(false)
      expect(isSignedWith(messageText({ timestamp: '0', nonce, body: '' }), text, key)).toBe(false)
      expect(open({ nonce, associatedData: text, ciphertext: encoded }, '0'.repeat(32))).toBe(null)
    }),
  )
})

test('a signature is one line of Base64 and nothing else', () => {
  const text = messageText({ timestamp: '1767225660', nonce: 'n', body: '{}' })
  const signature = sign(text, privateKey('platform_visible'))
  const key = publicKey('platform_visible')

  expect(isSignedWith(text, signature, key)).toBe(true)
  for (const wrong of [`${signature}\n`, ` ${signature}`, signature.slice(0, -2), signature.replace('=', '%3D')]) {
    expect(isSignedWith(text, wrong, key)).toBe(false)
  }
})

test.each(vectors<{ now: number; cases: number[] }, { fresh: boolean[] }>('v3-freshness'))(
  '%s',
  (_, { in: { now, cases }, out: { fresh } }) => {
    expect(cases.map((timestamp) => isFresh(String(timestamp), now * 1_000))).toEqual(fresh)
  },
)

type InvocationIn = {
  key_ref: string
  appid: string
  mchid: string
  timestamp: string
  nonce: string
  prepay_id: string
}

test.each(vectors<InvocationIn, { signature: string }>('v3-client-sign'))('%s', (title, { in: it, out }) => {
  const moment = { now: Number(it.timestamp) * 1_000, nonce: it.nonce, privateKey: privateKey(it.key_ref) }
  const given = { appid: it.appid, mchId: it.mchid, prepayId: it.prepay_id }
  const signature = / APP/.test(title) ? appParameters(given, moment).sign : jsapiParameters(given, moment).paySign
  expect(signature).toBe(out.signature)
})
