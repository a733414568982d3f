import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { request as send } from 'node:http'
import { connect as connectPlain, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionOptions, connect } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Authority, openAuthority } from '@/lib/emulator/authority'
import { createEmulator, type Emulator } from '@/lib/emulator/emulator'
import { type Server, serveEmulator } from '@/lib/emulator/server'
import { writeShellLines } from '@/lib/emulator/shell-lines'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { type Fields, sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { FIXED_KEYS, OTHER_MCHID } from '../wechat/v3/keys'
import { appid, mchId, order } from './wechat'

const folder = mkdtempSync(join(tmpdir(), 'proxy-'))
const OTHER = { ...DEMO_ACCOUNT, mchId: OTHER_MCHID, appid: 'wx0000000000000110' }
let authority: Authority
let emulator: Emulator
let server: Server

beforeAll(async () => {
  authority = await openAuthority(folder, Date.now)
  emulator = createEmulator({ accounts: [DEMO_ACCOUNT, OTHER], keyMaker: FIXED_KEYS })
  server = await serveEmulator(emulator, { authority })
})
afterAll(async () => {
  await server.stop()
  emulator.close()
  rmSync(folder, { recursive: true })
})

/** Asks to be led to `target`; gives the status and, when it is 200, the connection. */
async function ask(target: string): Promise<{ status: number; socket: Socket }> {
  const { port } = new URL(server.url)
  const asked = send({ host: '127.0.0.1', port, method: 'CONNECT', path: target })
  asked.end()
  const [answer, socket] = await once(asked, 'connect')
  return { status: answer.statusCode, socket }
}

/** One request as a program sends it that has WeChat Pay's address in its code; gives what comes back, head and body. */
async function tell(host: string, path: string, body: string, options: ConnectionOptions = {}): Promise<string> {
  const method = body === '' ? 'GET' : 'POST'
  const { socket } = await ask(`${host}:443`)
  const ca = readFileSync(authority.certificateFile)
  const secure = connect({ socket, servername: host, ca, ...options })
  const length = Buffer.byteLength(body)
  secure.write(
    `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${body}`,
  )
  let text = ''
  for await (const chunk of secure) text += chunk
  return text
}

const signed = (fields: Fields) => writeXml({ ...fields, sign: sign(fields, DEMO_ACCOUNT.apiKey, 'MD5') })
const placed = (fields: Fields = {}) => signed({ ...order(), ...fields })

test('an unchanged program reaches the emulator by the names that WeChat Pay has', async () => {
  for (const host of ['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com']) {
    const answer = await tell(host, '/pay/unifiedorder', placed({ out_trade_no: `NUMBER-${host.length}` }))
    expect(answer).toContain('<result_code><![CDATA[SUCCESS]]></result_code>')
  }
  const fields = {
    trade_type: 'MWEB',
    out_trade_no: 'MWEB1234',
    scene_info: '{"h5_info":{"type":"Wap","wap_url":"https://shop.example","wap_name":"Tea"}}',
  }
  const answer = await tell('api.mch.weixin.qq.com', '/pay/unifiedorder', placed(fields))
  // A phone does not know the proxy: its link leads to the emulator's own address.
  expect(answer).toContain(`${server.url}/cgi-bin/mmpayweb-bin/checkmweb`)
  const token = await tell('api.weixin.qq.com', '/sns/oauth2/access_token?appid=a&secret=b&code=c', '')
  expect(token).toContain('errcode')
})

test('a program that names the whole address to its proxy instead is answered too', async () => {
  const { port } = new URL(server.url)
  const asked = send({ host: '127.0.0.1', port, method: 'POST', path: 'https://api.mch.weixin.qq.com/pay/orderquery' })
  asked.end('<xml></xml>')
  const [answer] = await once(asked, 'response')
  let text = ''
  for await (const chunk of answer) text += chunk
  expect(text).toContain('return_code')
  const elsewhere = send({ host: '127.0.0.1', port, path: 'https://example.com/pay/orderquery' })
  elsewhere.end()
  expect((await once(elsewhere, 'response'))[0].statusCode).toBe(404)
})

test.each([
  'example.com:443',
  'api.mch.weixin.qq.com:80',
  'api.mch.weixin.qq.com',
  '127.0.0.1:443',
  '[::1]:443',
  'localhost:22',
  'api.mch.weixin.qq.com.example.com:443',
  'user@api.mch.weixin.qq.com:443',
  '169.254.169.254:80',
  ':443',
  'x',
])('nobody is led to %s', async (target) => {
  const { status, socket } = await ask(target)
  expect(status).toBe(403)
  socket.destroy()
})

test.each([
  ['api.mch.weixin.qq.com', '/_control/state'],
  ['api.mch.weixin.qq.com', '/phone'],
  ['api.mch.weixin.qq.com', '/'],
  ['api.weixin.qq.com', '/pay/unifiedorder'],
  ['wx.tenpay.com', '/_control/pay'],
  ['open.weixin.qq.com', '/sns/oauth2/access_token'],
])('what WeChat does not have at %s%s, nobody reaches there', async (host, path) => {
  expect(await tell(host, path, '')).toMatch(/^HTTP\/1\.1 404 /)
})

test('a name in the request that is not the one asked for opens no other door', async () => {
  const { socket } = await ask('api.mch.weixin.qq.com:443')
  const secure = connect({ socket, servername: 'api.mch.weixin.qq.com', ca: readFileSync(authority.certificateFile) })
  secure.write('GET /_control/accounts HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n')
  let text = ''
  for await (const chunk of secure) text += chunk
  expect(text).toMatch(/^HTTP\/1\.1 404 /)
})

const REFUND = '/secapi/pay/refund'
const refundOf = (fields: Fields) =>
  signed({ appid, mch_id: mchId, nonce_str: 'n', out_trade_no: 'NONE-1', out_refund_no: 'R1', ...fields })
const WISH = refundOf({ total_fee: '1', refund_fee: '1' })

test('through the proxy a refund needs the certificate of the merchant, as at WeChat', async () => {
  await fetch(`${server.url}/_control/accounts`)
  const refund = (options: ConnectionOptions) => tell('api.mch.weixin.qq.com', REFUND, WISH, options)
  const own = await FIXED_KEYS.merchantKeys(mchId, 0)
  const { merchant } = own
  const other = (await FIXED_KEYS.merchantKeys(OTHER_MCHID, 0)).merchant
  const none = await refund({})
  expect(none).toMatch(/^HTTP\/1\.1 400 /)
  expect(none).toContain('400 No required SSL certificate was sent')
  const foreign = await FIXED_KEYS.platformCertificate(0)
  expect(await refund({ key: foreign.privateKey, cert: foreign.certificate })).toContain(
    '400 The SSL certificate error',
  )
  const right = await refund({ key: merchant.privateKey, cert: merchant.certificate })
  expect(right).toContain('ORDERNOTEXIST')
  expect(right).not.toContain('apiclient_cert')
  const packed = await refund({ pfx: Buffer.from(own.p12, 'base64'), passphrase: mchId })
  expect(packed).toContain('ORDERNOTEXIST')
  const others = await refund({ key: other.privateKey, cert: other.certificate })
  expect(others).toContain('CERT_ERROR')
  // On plain HTTP nobody can show one.
  const plain = await fetch(server.url + REFUND, { method: 'POST', body: WISH })
  expect(await plain.text()).toContain('ORDERNOTEXIST')
})

/** A connection that asked to be led to WeChat Pay and was told that it is; what it is sent then is nobody's matter. */
async function askBare(port = new URL(server.url).port): Promise<Socket> {
  const socket = connectPlain(Number(port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write('CONNECT api.mch.weixin.qq.com:443 HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'data')
  return socket.resume()
}

const QUERY = ['api.mch.weixin.qq.com', '/pay/orderquery', '<xml/>'] as const

test.each<[string, Buffer]>([
  ['plain HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['HTTP/2 without TLS', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
  ['a record that promises more than there may be', Buffer.from('160301ffff01', 'hex')],
  ['an alert', Buffer.from('15030100020228', 'hex')],
  ['zeros', Buffer.alloc(20_000)],
])('a handshake that is none ends the connection, and nobody else notices: %s', async (_, bytes) => {
  const socket = await askBare()
  socket.write(bytes)
  await once(socket, 'close')
  expect(await tell(...QUERY)).toMatch(/^HTTP\/1\.1 200 /)
})

test('what is sent ahead of the answer counts as the handshake', async () => {
  const ahead = connectPlain(Number(new URL(server.url).port), '127.0.0.1')
  ahead.resume().write('CONNECT api.mch.weixin.qq.com:443 HTTP/1.1\r\nHost: x\r\n\r\nwhat comes too early')
  await once(ahead, 'close')
})

test('a client that speaks HTTP/2 alone is refused in the handshake, and one that offers both is given HTTP/1.1', async () => {
  const { socket } = await ask('api.mch.weixin.qq.com:443')
  const h2 = connect({ socket, ALPNProtocols: ['h2'], rejectUnauthorized: false })
  await once(h2, 'error')
  expect(await tell(...QUERY, { ALPNProtocols: ['h2', 'http/1.1'] })).toMatch(/^HTTP\/1\.1 200 /)
})

test.each(['', 'example.com', 'localhost'])('a handshake for the name "%s" gets the same certificate', async (name) => {
  const options = { servername: name, checkServerIdentity: () => undefined }
  expect(await tell(...QUERY, options)).toMatch(/^HTTP\/1\.1 200 /)
})

test('a handshake has its time as a whole, however busy it looks', async () => {
  const hasty = await serveEmulator(emulator, { authority, handshakeMsMax: 50 })
  const { port } = new URL(hasty.url)
  const silent = await askBare(port)
  const slow = await askBare(port)
  // A greeting that never comes to its end, byte by byte.
  slow.write(Buffer.from('1603010200010001fc0303', 'hex'))
  const drip = setInterval(() => slow.write(Buffer.alloc(1)), 5)
  // What comes too late is answered with a reset, which is an end as well.
  const closed = [silent, slow].map(
    (socket) => new Promise((resolve) => socket.on('error', resolve).on('close', resolve)),
  )
  await Promise.all(closed)
  clearInterval(drip)
  await hasty.stop()
})

test('a thousand connections that go no further keep nobody from being answered', async () => {
  const idle = await Promise.all(Array.from({ length: 1_000 }, () => askBare()))
  expect(await tell(...QUERY)).toMatch(/^HTTP\/1\.1 200 /)
  for (const socket of idle) socket.destroy()
  expect(await tell(...QUERY)).toMatch(/^HTTP\/1\.1 200 /)
})

test('the authority is made once, is its owner’s alone, and is good for nothing else', async () => {
  const before = readFileSync(authority.certificateFile, 'utf8')
  const again = await openAuthority(folder, Date.now)
  expect(readFileSync(again.certificateFile, 'utf8')).toBe(before)
  for (const name of ['emulator-ca.pem', 'emulator-ca-key.pem', 'emulator-ca.jks']) {
    expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600])
  }
  expect(readFileSync(again.trustStoreFile).readUInt32BE()).toBe(0xfeedfeed)
})

test('the lines for a shell name the proxy and the certificate for each language', () => {
  const place = { host: '127.0.0.1', port: 4000, certificateFile: "/a b/it's.pem", trustStoreFile: '/a/ca.jks' }
  const lines = writeShellLines(place).split('\n')
  expect(lines).toContain(
    'export HTTPS_PROXY=http://127.0.0.1:4000 https_proxy=http://127.0.0.1:4000 NODE_USE_ENV_PROXY=1',
  )
  expect(lines).toContain(`export SSL_CERT_FILE='/a b/it'\\''s.pem'`)
  expect(lines.find((it) => it.includes('JAVA_TOOL_OPTIONS'))).toContain('-Djavax.net.ssl.trustStore=/a/ca.jks')
  const spaced = writeShellLines({ ...place, trustStoreFile: '/a b/ca.jks' })
  expect(spaced).toContain(`"-Djavax.net.ssl.trustStore=/a b/ca.jks"`)
  expect(writeShellLines({ ...place, host: '::1' })).toContain('HTTPS_PROXY=http://[::1]:4000')
})
