import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { readAddressSet } from '@/lib/net/networks'
import type { Handler } from '@/lib/server/direct'
import { openFiles } from '@/lib/server/files'
import { openFront } from '@/lib/server/front'
import { shopProcess } from '@/lib/server/process'
import { type ReceivedRequest, receivedHeaders, waitedMs } from '@/lib/server/received'
import { openRounds } from '@/lib/server/rounds'
import { readBody } from '@/lib/web/body'
import { openLimits } from '@/lib/web/rate-limit'

type Held = { path: string; answer: (text: string, type?: string) => void; headers: IncomingMessage['headers'] }

/** A front whose pages are answered when the test says so. */
async function open({
  hasLimits = false,
  forWeChat = {} as Record<string, Handler>,
  proxies = ['192.0.2.1'],
  shownOn = async (): Promise<string | null> => null,
} = {}) {
  const pages: Held[] = []
  const next = async (request: IncomingMessage, response: ServerResponse) => {
    const answer = (text: string, type?: string) => {
      if (type !== undefined) response.setHeader('content-type', type)
      response.end(text)
    }
    pages.push({ path: request.url ?? '', answer, headers: request.headers })
  }
  const trusted = readAddressSet(proxies)
  if (!trusted.ok) throw new Error(trusted.text)
  const answering = new AsyncLocalStorage<ServerResponse>()
  shopProcess().answering = answering
  const front = openFront({
    isDev: false,
    publicUrl: new URL('http://127.0.0.1:3000'),
    files: openFiles({ isBuilt: false }),
    limits: openLimits(hasLimits, { tell: async () => {}, ofOthers: async () => new Map() }),
    shownOn,
    rounds: openRounds(),
    trustedProxies: trusted.set,
    forWeChat,
    next,
    answering,
  })
  const server = createServer(front).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  onTestFinished(() => {
    delete shopProcess().answering
    server.closeAllConnections()
    server.close()
  })

  async function visit(path: string, headers: Record<string, string> = {}, method = 'GET', body = '') {
    const request = send({ port, path, method, headers, agent: false }).end(body)
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    const parts: Buffer[] = []
    for await (const part of response) parts.push(part)
    const bytes = Buffer.concat(parts)
    return { status: response.statusCode, headers: response.headers, bytes, text: bytes.toString() }
  }
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
  }
  return { visit, pages, until }
}

test('two pages are made at a time, and those who wait are served in a round', async () => {
  const { visit, pages, until } = await open({ proxies: ['127.0.0.1'] })
  const from = (address: string) => ({ 'x-forwarded-for': address })
  const first = visit('/a1', from('203.0.113.1'))
  await until(() => pages.length === 1)
  const others: Promise<unknown>[] = []
  for (const [path, address] of [
    ['/a2', '203.0.113.1'],
    ['/a3', '203.0.113.1'],
    ['/a4', '203.0.113.1'],
    ['/b1', '203.0.113.2'],
  ] as const) {
    others.push(visit(path, from(address)))
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  for (let n = 0; n < 5; n += 1) {
    await until(() => pages.length > n)
    pages[n]?.answer(`${n}`)
  }
  await Promise.all([first, ...others])
  expect(pages.map(({ path }) => path)).toEqual(['/a1', '/a2', '/a3', '/b1', '/a4'])
})

const textOf = async (request: ReceivedRequest) => {
  const body = await readBody(request, { bytesMax: 1_000, msMax: 5_000 })
  return body.ok ? Buffer.from(body.bytes).toString() : body.code
}

test('a message for WeChat’s address waits for no page, and is read as its sender wrote it', async () => {
  const seen: unknown[] = []
  const handler: Handler = async (request) => {
    seen.push(receivedHeaders(request), request.headers.get('x-remote-address'), await textOf(request))
    seen.push(waitedMs(request) < 60_000)
    return new Response('<xml/>', { status: 200, headers: { 'content-type': 'text/xml' } })
  }
  const { visit, pages, until } = await open({ forWeChat: { '/notify': handler } })
  const waiting = ['/1', '/2', '/3', '/4'].map((path) => visit(path))
  await until(() => pages.length === 2)
  const headers = { 'X-Remote-Address': '203.0.113.9', 'X-Waited-Ms': '99999', Accept: '*/*' }
  const answer = await visit('/notify?a=1', headers, 'POST', '<xml>1</xml>')
  expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([200, '<xml/>', 'text/xml'])
  expect(seen.slice(1)).toEqual(['127.0.0.1', '<xml>1</xml>', true])
  const sent = Object.fromEntries(seen[0] as [string, string][])
  expect(sent).toMatchObject({ 'x-remote-address': '203.0.113.9', accept: '*/*' })
  expect(Object.keys(sent).filter((name) => name.startsWith('x-forwarded'))).toEqual([])
  for (let n = 0; n < 4; n += 1) {
    await until(() => pages.length > n)
    pages[n]?.answer('')
  }
  await Promise.all(waiting)
})

test('beyond its limit an address gets no pages: people read why, programs a problem', async () => {
  const { visit, pages, until } = await open({ hasLimits: true, proxies: ['127.0.0.1'] })
  const from = { 'x-forwarded-for': '2001:db8::1' }
  for (let n = 0; n < 300; n += 1) {
    const page = visit('/', from)
    await until(() => pages.length > n)
    pages[n]?.answer('')
    await page
  }
  // What a browser fetches ahead does not count as a page; what only says so does.
  const ahead = visit('/', { ...from, rsc: '1', 'next-router-prefetch': '1' })
  await until(() => pages.length > 300)
  pages[300]?.answer('')
  expect((await ahead).status).toBe(200)
  expect((await visit('/', { ...from, 'next-router-prefetch': '1' })).status).toBe(429)
  // All addresses of a household are one.
  const neighbour = { 'x-forwarded-for': '2001:db8::2' }
  const refused = await visit('/', neighbour)
  expect([refused.status, JSON.parse(refused.text).code]).toEqual([429, 'too_many_requests'])
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  const person = await visit('/', { ...neighbour, accept: 'text/html', 'accept-language': 'en' })
  expect([person.status, person.headers['content-type']]).toEqual([429, 'text/html; charset=utf-8'])
  expect(person.text).toContain('<html lang="en">')
  // Others are served, and so are files.
  expect((await visit('/brand/logo.svg', from)).status).toBe(200)
  const other = visit('/', { 'x-forwarded-for': '2001:db8:0:1::1' })
  await until(() => pages.length > 301)
  pages[301]?.answer('')
  expect((await other).status).toBe(200)
})

test('health, contract and unknown addresses have a limit too', async () => {
  const { visit, pages, until } = await open({ hasLimits: true })
  for (let n = 0; n < 1_200; n += 1) {
    const one = visit('/api/health')
    await until(() => pages.length > n)
    pages[n]?.answer('')
    await one
  }
  expect((await visit('/api/nothing')).status).toBe(429)
})

test('when five hundred wait already, whoever waits most is sent away for somebody new', async () => {
  const { visit, pages, until } = await open({ proxies: ['127.0.0.1'] })
  const many = Array.from({ length: 520 }, (_, at) =>
    visit(`/many/${at}`, { 'x-forwarded-for': '203.0.113.1' }).catch(() => null),
  )
  const statuses: (number | undefined)[] = []
  for (const one of many) void one.then((it) => statuses.push(it?.status))
  await until(() => statuses.length === 18)
  expect(new Set(statuses)).toEqual(new Set([503]))
  const stranger = visit('/stranger', { 'x-forwarded-for': '203.0.113.2' })
  await until(() => statuses.length === 19)
  for (let n = 0; !pages.some(({ path }) => path === '/stranger'); n += 1) {
    await until(() => pages.length > n)
    pages[n]?.answer('')
  }
  pages.at(-1)?.answer('me')
  pages.at(-2)?.answer('')
  expect((await stranger).text).toBe('me')
  expect(pages.length).toBeLessThan(10)
})

test('files come from memory: packed for who can unpack, known ones not again, nothing else', async () => {
  const { visit, pages } = await open()
  const plain = await visit('/api/docs/swagger-ui-bundle.js')
  expect([plain.status, plain.headers['content-type'], plain.bytes.length > 1e6]).toEqual([
    200,
    'text/javascript; charset=utf-8',
    true,
  ])
  const packed = await visit('/api/docs/swagger-ui-bundle.js', { 'accept-encoding': 'gzip, br' })
  expect([packed.headers['content-encoding'], packed.headers.vary]).toEqual(['br', 'accept-encoding'])
  expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 3)
  const refusing = await visit('/api/docs/swagger-ui-bundle.js', { 'accept-encoding': 'br;q=0, gzip;q=0.5' })
  expect(refusing.headers['content-encoding']).toBe('gzip')
  const endless = await visit('/api/docs/swagger-ui-bundle.js', { 'accept-encoding': `${'x,'.repeat(5_000)}br` })
  expect(endless.headers['content-encoding']).toBeUndefined()
  const etag = String(plain.headers.etag)
  const known = await visit('/api/docs/swagger-ui-bundle.js', { 'if-none-match': etag })
  expect([known.status, known.text]).toEqual([304, ''])
  const head = await visit('/brand/logo.svg', {}, 'HEAD')
  expect([head.status, Number(head.headers['content-length']) > 100, head.text]).toEqual([200, true, ''])
  expect((await visit('/brand/logo.svg', {}, 'POST')).status).toBe(405)
  expect(pages).toEqual([])
})

test('a page of received bytes is a document of its own, and has one script, which is the shop’s', async () => {
  const { visit, pages, until } = await open()
  const received = '<pre>&lt;script&gt;x&lt;/script&gt;</pre>'
  const written = `<html><head><link rel="preload" as="script" href="/a.js"/></head><body><script>a < 1</script>${received}`
  for (const [n, path] of ['/admin/notifications/1', '/admin/%6Eotifications/1/?tab=raw'].entries()) {
    const asked = visit(path, { rsc: '1', 'next-router-state-tree': 'x', 'accept-encoding': 'gzip' })
    await until(() => pages.length > n)
    pages[n]?.answer(`${written}<script src="/b.js" async=""></script></body></html>`, 'text/html; charset=utf-8')
    const { headers, bytes } = await asked
    expect(Object.keys(pages[n]?.headers ?? {}).filter((name) => /rsc|^next-/.test(name))).toEqual([])
    const policy = String(headers['content-security-policy'])
    expect(policy).toMatch(/^default-src 'none'; .*; script-src 'nonce-[^']{22,}'$/)
    const nonce = /nonce-([^']+)/.exec(policy)?.[1]
    expect(gunzipSync(bytes).toString()).toBe(
      `<html><head><script type="module" src="/admin/ledger.js" nonce="${nonce}"></script></head><body>${received}</body></html>`,
    )
  }
  expect((await visit('/admin/ledger.js')).text).toContain('ArrowDown')
})
