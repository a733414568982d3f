import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, expect, test } from 'vitest'
import { dataFolder, freePort, runToEnd, type ShopProcess, startProcess } from './shop-process'

const folder = dataFolder()
const running: ShopProcess[] = []
afterAll(async () => {
  await Promise.all(running.map((it) => it.end('SIGKILL')))
  folder.remove()
})

let count = 0

/** Starts the built shop on files of its own; ready when it announces itself as `url`. */
async function startAs(url: string, variables: Record<string, string>): Promise<ShopProcess> {
  count += 1
  const files = {
    DATABASE_URL: `file:${folder.path}/${count}.db`,
    EMULATOR_DATABASE_URL: `file:${folder.path}/e${count}.db`,
  }
  const args = ['--import', 'tsx', 'lib/server/main.ts', 'start']
  const shop = await startProcess(args, url, { PAYMENTS: 'emulator', ...files, ...variables })
  running.push(shop)
  return shop
}

const securityOf = async (address: string) => (await fetch(address)).headers.get('strict-transport-security')

test('a shop on an IPv6 address announces one that answers; over http nothing speaks of https', async () => {
  const port = await freePort()
  const shop = await startAs(`http://[::1]:${port}`, { HOST: '::1', PORT: String(port) })
  expect((await fetch(`${shop.url}/api/health`)).status).toBe(200)
  expect(await securityOf(`${shop.url}/`)).toBeNull()
})

test('the same build behind https tells browsers to come back over https only', async () => {
  const port = await freePort()
  await startAs('https://shop.example.com', { PUBLIC_URL: 'https://shop.example.com', PORT: String(port) })
  for (const path of ['/', '/admin/login', '/api/products', '/brand/logo.svg', '/nothing', '/emulator/phone']) {
    expect([path, await securityOf(`http://127.0.0.1:${port}${path}`)]).toEqual([path, 'max-age=31536000'])
  }
})

/** A request as it stands on the wire, and the status, type and target of its answer. */
async function exchange(port: number, line: string, headers: Record<string, string> = {}, body = '') {
  const socket = connect(port, '127.0.0.1')
  const all = { host: 'shop.test', connection: 'close', 'content-length': String(Buffer.byteLength(body)), ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  socket.write(`${line} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
  const answer = await text(socket)
  const status = Number(/^HTTP\/1.1 (\d{3})/.exec(answer)?.[1])
  const headerOf = (name: string) => new RegExp(`^${name}: (.*)\r$`, 'im').exec(answer)?.[1] ?? null
  return { status, type: headerOf('content-type'), location: headerOf('location'), answer }
}

const FILE = '--x\r\ncontent-disposition: form-data; name="$ACTION_ID_1"\r\n\r\n\r\n--x--\r\n'

test('what is odd about a request to a page is told with a code: no error, no stack, no line in the log', async () => {
  const port = await freePort()
  const shop = await startAs(`http://127.0.0.1:${port}`, { PORT: String(port) })
  const before = shop.output().length
  const odd: [line: string, headers?: Record<string, string>, body?: string][] = [
    ['POST /', { 'content-type': 'multipart/form-data; boundary=x' }, FILE],
    ['POST /cart', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=b'],
    ['POST /cart', { 'content-type': 'application/json' }, '['.repeat(8_000)],
    ['POST /admin/login', { 'next-action': 'x'.repeat(42) }, '[]'],
    ['POST /admin', { 'next-action': 'abc', 'content-type': 'multipart/form-data; boundary=x' }, FILE],
    ['PUT /'],
    ['OPTIONS /'],
    ['GET /products/%zz'],
    ['GET /api/orders/%zz'],
    ['GET /admin/orders/%00'],
    ['GET http://evil.test/'],
  ]
  for (const [line, headers, body] of odd) {
    const { status, type, answer } = await exchange(port, line, headers, body)
    expect([line, status === 405 || status === 404, type]).toEqual([line, true, 'application/problem+json'])
    expect(answer).toMatch(/"code":"(method_not_allowed|not_found)"/)
  }
  expect(shop.output().slice(before)).toBe('')
})

test('no address and no header leads an answer of a page to another host', async () => {
  const port = await freePort()
  await startAs(`http://127.0.0.1:${port}`, { PORT: String(port) })
  const paths = [
    '//evil.test',
    '//evil.test/',
    '/\\evil.test/',
    '/.//evil.test/',
    '/cart/..//evil.test/',
    '/%2f/evil.test/',
  ]
  const bent = [
    ...paths,
    '/cart/',
    '/admin',
    '/admin/team/',
    '/orders//',
    '/?next=//evil.test',
    '/%5cevil.test/',
    '/;//evil.test/',
  ]
  const headers = { 'x-forwarded-host': 'evil.test', forwarded: 'host=evil.test', 'next-url': '//evil.test' }
  for (const path of bent) {
    for (const given of [{}, { ...headers, host: 'evil.test' }, { ...headers, rsc: '1' }]) {
      const { location } = await exchange(port, `GET ${path}`, given)
      const target = new URL(location ?? '/', 'http://shop.test')
      expect([path, target.host, location?.startsWith('http') ?? false]).toEqual([path, 'shop.test', false])
    }
  }
})

test('a password is reset while the shop runs, and nobody makes a shop by asking for it', async () => {
  const port = await freePort()
  const chosen = { ADMIN_EMAIL: 'olga@shop.example', ADMIN_PASSWORD: 'a long enough password' }
  const shop = await startAs(`http://127.0.0.1:${port}`, { PORT: String(port), ...chosen })
  const signIn = async (password: string) => {
    const body = new URLSearchParams({ email: 'olga@shop.example', password })
    const headers = { 'sec-fetch-site': 'same-origin' }
    const answer = await fetch(`${shop.url}/api/admin/login`, { method: 'POST', headers, body, redirect: 'manual' })
    return answer.headers.get('location')
  }
  expect(await signIn(chosen.ADMIN_PASSWORD)).toBe('/admin')
  const command = ['lib/admin/reset-password-command.ts']
  const own = { DATABASE_URL: `file:${folder.path}/${count}.db` }
  const { code, output } = await runToEnd([...command, 'olga@shop.example'], own)
  expect(code).toBe(0)
  const password = output.trim().split('\n').at(-1) ?? ''
  expect([await signIn(chosen.ADMIN_PASSWORD), await signIn(password)]).toEqual([
    '/admin/login?problem=login_failed',
    '/admin',
  ])
  const unknown = await runToEnd([...command, 'nobody@shop.example'], own)
  expect([unknown.code, unknown.output]).toEqual([1, expect.stringContaining('olga@shop.example')])
  const elsewhere = { DATABASE_URL: `file:${folder.path}/nothing.db` }
  expect(await runToEnd([...command, 'olga@shop.example'], elsewhere)).toMatchObject({ code: 1 })
  expect(existsSync(`${folder.path}/nothing.db`)).toBe(false)
  expect((await runToEnd(command, own)).output).toContain('npm run reset-password -- EMAIL')
})

test("the built shop opens WeChat's own certificate file, and says at the start why one does not do", async () => {
  const { legacyP12 } = JSON.parse(readFileSync('test/wechat/certificates.json', 'utf8'))
  const file = `${folder.path}/apiclient_cert.p12`
  writeFileSync(file, Buffer.from(legacyP12, 'base64'))
  const port = await freePort()
  const shop = await startAs(`http://127.0.0.1:${port}`, { PORT: String(port), WXPAY_CERT_FILE: file })
  expect(await (await fetch(`${shop.url}/api/health`)).json()).toMatchObject({ status: 'ok' })

  const wrong = { PAYMENTS: 'emulator', WXPAY_CERT_FILE: file, WXPAY_CERT_PASSWORD: 'another' }
  const { code, output } = await runToEnd(['lib/server/main.ts', 'start'], wrong)
  expect(code).toBe(1)
  expect(output).toContain('WXPAY_CERT_PASSWORD must be the one of WXPAY_CERT_FILE')
})
