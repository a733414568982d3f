import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import forge from 'node-forge'
import { expect, onTestFinished, test } from 'vitest'
import { warningAboutTerm } from '@/lib/certificate-file'
import { readConfig } from '@/lib/config'
import { openRuntime } from '@/lib/runtime'
import { readCertificate, termOf } from '@/lib/wechat/certificate'
import { openHttp } from '@/lib/wechat/http'
import { refundOf } from './wire'

/** One merchant's certificate in all forms: p12 files as OpenSSL writes them, the legacy one as WeChat hands them out. */
type Files = Record<'mchId' | 'legacyP12' | 'p12' | 'certificate' | 'privateKey', string>
const files: Files = JSON.parse(readFileSync(new URL('certificates.json', import.meta.url), 'utf8'))
const { mchId, certificate, privateKey } = files
const bytesOf = (text: string) => Buffer.from(text)
const legacy = Buffer.from(files.legacyP12, 'base64')

/** It takes long to make one. */
const OTHER_KEY = newKey()

function newKey() {
  const { privateKey: pem } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const key = forge.pki.privateKeyFromPem(pem)
  return { privateKey: key, publicKey: forge.pki.rsa.setPublicKey(key.n, key.e) }
}

/** A certificate made for one test, for whoever it says, with a key that is not the merchant's. */
function certificateFor(value: string, { from = '2020-01-01', until = '2100-01-01', attribute = 'commonName' } = {}) {
  const key = OTHER_KEY
  const made = forge.pki.createCertificate()
  made.publicKey = key.publicKey
  made.serialNumber = '01'
  made.validity.notBefore = new Date(from)
  made.validity.notAfter = new Date(until)
  const name = [{ name: attribute, value }]
  made.setSubject(name)
  made.setIssuer(name)
  made.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }])
  made.sign(key.privateKey, forge.md.sha256.create())
  return { chain: forge.pki.certificateToPem(made), privateKey: forge.pki.privateKeyToPem(key.privateKey) }
}

test.each<[string, Uint8Array, string]>([
  ["WeChat's p12, which OpenSSL 3 does not take", legacy, mchId],
  ['a p12 of today', Buffer.from(files.p12, 'base64'), mchId],
  ['PEM, the certificate first', bytesOf(certificate + privateKey), ''],
  ['PEM, the key first', bytesOf(privateKey + certificate), ''],
  ['PEM with other certificates before it', bytesOf(certificateFor('authority').chain + certificate + privateKey), ''],
])('%s is read', (_, bytes, password) => {
  const read = readCertificate(bytes, password)
  expect(read).toMatchObject({
    ok: true,
    certificate: {
      mchId,
      startsAt: Date.parse('2020-01-01T00:00:00Z'),
      endsAt: Date.parse('2119-12-31T00:00:00Z'),
      chain: expect.stringMatching(/^-----BEGIN CERTIFICATE-----/),
      privateKey: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----/),
    },
  })
  expect(read.ok && read.certificate.chain.startsWith(certificate)).toBe(true)
})

test('the chain has its own certificate first, and each of the others once', () => {
  const [first, second] = [certificateFor('one').chain, certificateFor('two').chain]
  const read = readCertificate(bytesOf(first + certificate + second + privateKey), '')
  const lines = (text: string) => text.replaceAll('\r\n', '\n').trim().split('\n')
  expect(read.ok && lines(read.certificate.chain)).toEqual([certificate, first, second].flatMap(lines))
})

test('a certificate is its merchant’s by the whole of its common name, and nobody’s without one', () => {
  const ofName = (name: string, attribute = 'commonName') => {
    const { chain, privateKey: key } = certificateFor(name, { attribute })
    const read = readCertificate(bytesOf(chain + key), '')
    return read.ok && read.certificate.mchId
  }
  expect(ofName('CN=1 and more')).toBe('CN=1 and more')
  expect(ofName('CN=1', 'organizationName')).toBeNull()
})

const sealedKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'right' },
}).privateKey

/** A p12 with a key, with certificates, or with both; without a password its key is not encrypted. */
function p12Of(key: string | null, certificates: string[], password: string | null): Uint8Array {
  const made = forge.pkcs12.toPkcs12Asn1(
    key === null ? null : forge.pki.privateKeyFromPem(key),
    certificates.map((it) => forge.pki.certificateFromPem(it)),
    password,
    { localKeyId: '01', useMac: password !== null },
  )
  return Buffer.from(forge.asn1.toDer(made).getBytes(), 'latin1')
}

test('a p12 whose key is not encrypted is read', () => {
  const { chain, privateKey: key } = certificateFor('1900000109')
  const read = readCertificate(p12Of(key, [chain], null), '')
  expect(read).toMatchObject({ ok: true, certificate: { mchId: '1900000109' } })
})

test.each<[string, Uint8Array, string, string]>([
  ['nothing', bytesOf(''), '', 'other_format'],
  ['a text', bytesOf('apiclient_cert.p12'), '', 'other_format'],
  ['a p12 without its key', p12Of(null, [certificate], 'right'), 'right', 'no_private_key'],
  ['a p12 without its certificate', p12Of(certificateFor('x').privateKey, [], 'right'), 'right', 'no_certificate'],
  ['another file of the same kind', Buffer.from(certificate.split('-----')[2] ?? '', 'base64'), '', 'other_format'],
  ['a cut p12', legacy.subarray(0, 1_000), mchId, 'other_format'],
  ['another password', legacy, '1900000110', 'wrong_password'],
  ['no password', Buffer.from(files.p12, 'base64'), '', 'wrong_password'],
  ['a certificate alone', bytesOf(certificate), '', 'no_private_key'],
  ['a key alone', bytesOf(privateKey), '', 'no_certificate'],
  ["another's key", bytesOf(certificate + certificateFor('x').privateKey), '', 'other_key'],
  ['a sealed key and another password', bytesOf(certificate + sealedKey), 'wrong', 'wrong_password'],
  ["another's sealed key", bytesOf(certificate + sealedKey), 'right', 'other_key'],
  ['a broken certificate', bytesOf(certificate.replace('MII', 'AAA') + privateKey), '', 'other_format'],
  ['a broken key', bytesOf(certificate + privateKey.replace('MII', 'AAA')), '', 'other_format'],
])('a file with %s is refused', (_, bytes, password, reason) => {
  expect(readCertificate(bytes, password)).toEqual({ ok: false, reason })
})

const DAY_MS = 24 * 60 * 60_000

test.each([
  [31, null],
  [30, 'ends_soon'],
  [1, 'ends_soon'],
  [0, 'expired'],
  [-1, 'expired'],
])('%d days before its end', (days, term) => {
  expect(termOf({ endsAt: DAY_MS * 1_000 }, DAY_MS * (1_000 - days))).toBe(term)
  expect(warningAboutTerm({ endsAt: DAY_MS * 1_000 }, DAY_MS * (1_000 - days)) === null).toBe(term === null)
})

// Settings

const REAL = {
  PAYMENTS: 'wechat',
  PUBLIC_URL: 'https://shop.example.com',
  WXPAY_APPID: 'wx0123456789abcdef',
  WXPAY_MCHID: mchId,
  WXPAY_API_KEY: 'DemoShopV2ApiKey0123456789abcdef',
}
const NOW = Date.parse('2026-03-01')

/** What the settings say of a file with this in it; `WXPAY_MCHID` is the demo merchant's, which is refused for itself. */
function problemsWith(bytes: Uint8Array | string | null, variables: Record<string, string> = {}): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  const path = join(folder, 'apiclient_cert.p12')
  if (bytes !== null) writeFileSync(path, bytes)
  const read = readConfig({ PAYMENTS: 'emulator', WXPAY_CERT_FILE: path, ...variables }, NOW)
  rmSync(folder, { recursive: true })
  return read.ok ? [] : read.problems
}
const pem = ({ chain, privateKey: key }: { chain: string; privateKey: string }) => chain + key

test.each<[string, string[], RegExp[]]>([
  ['the right file', problemsWith(legacy), []],
  ['its password given', problemsWith(legacy, { WXPAY_CERT_PASSWORD: mchId }), []],
  ['no file there', problemsWith(null), [/^WXPAY_CERT_FILE must be a file that can be read \(ENOENT\)$/]],
  [
    'another password',
    problemsWith(legacy, { WXPAY_CERT_PASSWORD: 'x' }),
    [/^WXPAY_CERT_PASSWORD must be the one of WXPAY_CERT_FILE/],
  ],
  ['a text', problemsWith('hello'), [/^WXPAY_CERT_FILE is neither a p12 file nor PEM$/]],
  ['no key', problemsWith(certificate), [/^WXPAY_CERT_FILE must have the private key/]],
  ['no certificate', problemsWith(privateKey), [/^WXPAY_CERT_FILE must have the certificate/]],
  [
    'a strange key',
    problemsWith(certificate + certificateFor('x').privateKey),
    [/^WXPAY_CERT_FILE .* belong together$/],
  ],
  [
    "another merchant's",
    problemsWith(pem(certificateFor('1600000001'))),
    [/^WXPAY_CERT_FILE is the certificate of 1600000001, not of WXPAY_MCHID 1900000109$/],
  ],
  [
    'an expired one',
    problemsWith(pem(certificateFor(mchId, { until: '2026-02-28' }))),
    [/^WXPAY_CERT_FILE is of no use since it expired on 2026-02-28; .*start without it/],
  ],
  [
    'one of later',
    problemsWith(pem(certificateFor(mchId, { from: '2026-03-02' }))),
    [/^WXPAY_CERT_FILE is valid only from 2026-03-02 on$/],
  ],
  [
    'a password for nothing',
    problemsWith(null, { WXPAY_CERT_FILE: '', WXPAY_CERT_PASSWORD: 'x' }),
    [/^WXPAY_CERT_PASSWORD is of no use without WXPAY_CERT_FILE$/],
  ],
  [
    'another mistake beside it',
    problemsWith('hello', { WXPAY_SIGN_TYPE: 'RSA' }),
    [/^WXPAY_SIGN_TYPE must/, /^WXPAY_CERT_FILE is neither/],
  ],
])('the settings with %s', (_, problems, expected) => {
  expect(problems).toEqual(expected.map((pattern) => expect.stringMatching(pattern)))
})

test('the key shows itself to nobody', () => {
  const read = readConfig({ ...REAL, WXPAY_MCHID: '1600000001' }, NOW)
  expect(read.ok && read.config.certificate).toBe(null)
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'merchant.pem')
  writeFileSync(path, pem(certificateFor('1600000001')))
  const withFile = readConfig({ ...REAL, WXPAY_MCHID: '1600000001', WXPAY_CERT_FILE: path }, NOW)
  expect(withFile).toMatchObject({ ok: true, config: { certificate: { mchId: '1600000001' } } })
  expect(JSON.stringify(withFile)).not.toContain('PRIVATE KEY')
})

// TLS

/** A server that demands a client certificate that `authority` has signed below `/secapi`, and what it was asked by whom. */
async function demandCertificate(server: { chain: string; privateKey: string }, authority: string) {
  const asked: [path: string, who: string | null][] = []
  const demanding = createServer(
    { cert: server.chain, key: server.privateKey, ca: authority, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const socket = request.socket as TLSSocket
      // A session that goes on from one without a certificate counts as authorized as well.
      const { subject } = socket.getPeerCertificate()
      const who = socket.authorized && subject !== undefined ? String(subject.CN) : null
      asked.push([request.url ?? '', who])
      const mayEnter = who !== null || !request.url?.startsWith('/secapi/')
      response.writeHead(mayEnter ? 200 : 400)
      response.end(mayEnter ? `refunds for ${who}` : 'No required SSL certificate was sent')
    },
  )
  await new Promise<void>((resolve) => demanding.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    demanding.closeAllConnections()
    demanding.close()
  })
  return { url: `https://127.0.0.1:${(demanding.address() as AddressInfo).port}`, asked }
}

test("WeChat's own file is shown to a server that demands it, and nothing without it", async () => {
  const server = certificateFor('127.0.0.1')
  const { url } = await demandCertificate(server, certificate)
  const read = readCertificate(legacy, mchId)
  if (!read.ok) throw new Error(read.reason)
  const send = async (options: Parameters<typeof openHttp>[0]) => {
    const response = await openHttp({ authority: server.chain, ...options })(
      new Request(`${url}/secapi/pay/refund`, { method: 'POST', body: '<xml/>' }),
    )
    return `${response.status} ${await response.text()}`
  }
  expect(await send({ certificate: read.certificate })).toBe(`200 refunds for ${mchId}`)
  expect(await send({})).toBe('400 No required SSL certificate was sent')
  expect(await send({ certificate: certificateFor(mchId) })).toBe('400 No required SSL certificate was sent')
})

test('a server that nobody vouches for hears nothing', async () => {
  const { url } = await demandCertificate(certificateFor('127.0.0.1'), certificate)
  const sent = openHttp()(new Request(`${url}/secapi/pay/refund`, { method: 'POST', body: '<xml/>' }))
  await expect(sent).rejects.toThrow()
})

test('a shop shows its certificate for a refund, and for nothing else', async () => {
  const server = certificateFor('127.0.0.1')
  const { url, asked } = await demandCertificate(server, certificate)
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
  const file = join(folder, 'apiclient_cert.p12')
  writeFileSync(file, legacy)
  const variables = { PAYMENTS: 'emulator', WXPAY_API_BASE: url, DATABASE_URL: `file:${folder}/shop.db` }
  const read = readConfig({ ...variables, WXPAY_CERT_FILE: file })
  if (!read.ok) throw new Error(read.problems.join())
  const { shop, close } = await openRuntime(read.config, {
    now: () => NOW,
    random: (bytes) => new Uint8Array(bytes),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    toWeChat: (_, shown) => openHttp({ certificate: shown, authority: server.chain }),
  })
  onTestFinished(async () => {
    await close()
    rmSync(folder, { recursive: true })
  })
  const refund = refundOf(shop.gateway)
  await shop.gateway.refund(refund)
  await shop.gateway.queryRefund(refund)
  await shop.gateway.query(refund)
  expect(asked).toEqual([
    ['/secapi/pay/refund', mchId],
    ['/pay/refundquery', null],
    ['/pay/orderquery', null],
  ])
})
