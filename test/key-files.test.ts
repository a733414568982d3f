import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig } from '@/lib/config'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { DEMO_KEYS } from './wechat/v3/keys'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let count = 0
function fileOf(content: string | Buffer): string {
  count += 1
  const path = join(folder, `key-${count}`)
  writeFileSync(path, content)
  return path
}

const { merchant, wechat, platform, p12 } = DEMO_KEYS
const V3_KEY = 'a-key-of-32-characters-for-v3...'

/** A merchant of v3 alone, whose number the demo's certificate names. */
const real = () => ({
  PAYMENTS: 'wechat',
  PUBLIC_URL: 'https://shop.example.com',
  WXPAY_APPID: 'wx1234567890abcdef',
  WXPAY_MCHID: '1600000001',
  WXPAY_API_VERSION: 'v3',
  WXPAY_V3_KEY: V3_KEY,
  WXPAY_PRIVATE_KEY_FILE: fileOf(merchant.privateKey),
  WXPAY_CERT_SERIAL: merchant.serial,
})

const NOW = Date.UTC(2026, 2, 1)

function problemsOf(changes: Record<string, string | undefined>, base: Record<string, string> = real()): string[] {
  const read = readConfig({ ...base, ...changes }, NOW)
  return read.ok ? [] : read.problems
}

test('a merchant of v3 alone starts without a key of v2, with or without WeChat Pay\u2019s public key', () => {
  const read = readConfig(real(), NOW)
  expect(read.ok && [read.config.account.apiKey, read.config.v3?.publicKey, read.config.apiVersion]).toEqual([
    ...[null, null, 'v3'],
  ])
  const publicKey = { WXPAY_PUBLIC_KEY_ID: wechat.publicKeyId, WXPAY_PUBLIC_KEY_FILE: fileOf(wechat.publicKey) }
  const both = readConfig({ ...real(), ...publicKey }, NOW)
  expect(both.ok && both.config.v3?.publicKey?.id).toBe(wechat.publicKeyId)
  expect(JSON.stringify(both)).not.toContain(V3_KEY)
})

test('a shop of v2 may have the keys of v3 as well, and then takes messages of both', () => {
  const v2 = { WXPAY_API_VERSION: 'v2', WXPAY_API_KEY: 'another-key-of-32-characters-v2.' }
  const read = readConfig({ ...real(), ...v2 }, NOW)
  expect(read.ok && [read.config.apiVersion, read.config.v3?.serial]).toEqual(['v2', merchant.serial])
  expect(problemsOf({ WXPAY_API_VERSION: 'v2' })).toEqual(['WXPAY_API_KEY must be set when PAYMENTS=wechat'])
})

const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
const curve = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const pem = { type: 'pkcs8', format: 'pem' } as const
const locked = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  ...pem,
  cipher: 'aes-256-cbc',
  passphrase: 'x',
})

test.each([
  ['nothing there', () => join(folder, 'nowhere.pem'), 'must be a file that can be read (ENOENT)'],
  ['a folder', () => folder, 'must be a file that can be read (EISDIR)'],
  [
    'a certificate',
    () => fileOf(merchant.certificate),
    "must have the merchant's private key in it, as PEM (apiclient_key.pem)",
  ],
  [
    'a p12',
    () => fileOf(Buffer.from(p12, 'base64')),
    "must have the merchant's private key in it, as PEM (apiclient_key.pem)",
  ],
  ['a locked key', () => fileOf(locked), "must not be encrypted: WeChat's apiclient_key.pem is not"],
  ['half a key', () => fileOf(merchant.privateKey.slice(0, 600)), 'is damaged: its PEM cannot be read'],
  ['1024 bits', () => fileOf(small.privateKey.export(pem)), 'must be an RSA key of 2048 bits'],
  ['another kind', () => fileOf(curve.privateKey.export(pem)), 'must be an RSA key of 2048 bits'],
])('a private key that is %s is named in one sentence', (_, path, sentence) => {
  expect(problemsOf({ WXPAY_PRIVATE_KEY_FILE: path() })).toEqual([`WXPAY_PRIVATE_KEY_FILE ${sentence}`])
})

test.each([
  ['a certificate', () => platform.certificate, "is a certificate; it has to be WeChat Pay's key (pub_key.pem)"],
  ['a private key', () => merchant.privateKey, "must not be a private key: it is WeChat Pay's (pub_key.pem)"],
  ['some text', () => 'PUB_KEY_ID_01', "must have WeChat Pay's public key in it, as PEM (pub_key.pem)"],
  [
    'of 1024 bits',
    () => String(small.publicKey.export({ type: 'spki', format: 'pem' })),
    'must be an RSA key of 2048 bits',
  ],
])('a public key that is %s is named in one sentence', (_, content, sentence) => {
  const given = { WXPAY_PUBLIC_KEY_ID: wechat.publicKeyId, WXPAY_PUBLIC_KEY_FILE: fileOf(content()) }
  expect(problemsOf(given)).toEqual([`WXPAY_PUBLIC_KEY_FILE ${sentence}`])
})

test('what belongs together is there together', () => {
  expect(problemsOf({ WXPAY_V3_KEY: undefined, WXPAY_CERT_SERIAL: undefined })).toEqual([
    'WXPAY_V3_KEY must be set when WXPAY_API_VERSION=v3',
    'WXPAY_CERT_SERIAL must be set when WXPAY_API_VERSION=v3',
  ])
  expect(problemsOf({ WXPAY_PUBLIC_KEY_ID: wechat.publicKeyId })).toEqual([
    "WXPAY_PUBLIC_KEY_FILE must be set too: id and file of WeChat Pay's public key belong together",
  ])
  expect(problemsOf({ PAYMENTS: 'emulator', WXPAY_V3_KEY: V3_KEY }, {})).toEqual([
    'WXPAY_PRIVATE_KEY_FILE must be set too: API v3 needs WXPAY_V3_KEY, WXPAY_PRIVATE_KEY_FILE, WXPAY_CERT_SERIAL together',
    'WXPAY_CERT_SERIAL must be set too: API v3 needs WXPAY_V3_KEY, WXPAY_PRIVATE_KEY_FILE, WXPAY_CERT_SERIAL together',
  ])
})

test('the demo\u2019s key is refused with the real WeChat Pay', () => {
  expect(problemsOf({ WXPAY_V3_KEY: DEMO_ACCOUNT.apiKey })).toEqual([
    "WXPAY_V3_KEY is the public demo account's and is refused when PAYMENTS=wechat",
  ])
})

test('serial and private key are those of the certificate, when that is there too', () => {
  const account = {
    WXPAY_MCHID: DEMO_ACCOUNT.mchId,
    PAYMENTS: 'emulator',
    WXPAY_CERT_FILE: fileOf(Buffer.from(p12, 'base64')),
  }
  expect(problemsOf(account)).toEqual([])
  expect(problemsOf({ ...account, WXPAY_CERT_SERIAL: 'A'.repeat(40) })).toEqual([
    `WXPAY_CERT_SERIAL is not the serial of the certificate in WXPAY_CERT_FILE, ${merchant.serial}`,
  ])
  expect(problemsOf({ ...account, WXPAY_PRIVATE_KEY_FILE: fileOf(platform.privateKey) })).toEqual([
    'WXPAY_PRIVATE_KEY_FILE is not the private key of the certificate in WXPAY_CERT_FILE',
  ])
  const own = { WXPAY_PUBLIC_KEY_ID: wechat.publicKeyId, WXPAY_PUBLIC_KEY_FILE: fileOf(merchantPublicKey()) }
  expect(problemsOf(own)).toEqual([
    "WXPAY_PUBLIC_KEY_FILE is the merchant's own public key; it has to be WeChat Pay's (pub_key.pem)",
  ])
})

function merchantPublicKey(): string {
  return String(createPublicKey(merchant.privateKey).export({ type: 'spki', format: 'pem' }))
}
