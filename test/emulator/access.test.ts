import { expect, test } from 'vitest'
import { sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { apiKey, openWeChat, order } from './wechat'

const NUMBER = 'T20260105-0001'
const OWN = ['127.0.0.1:4000', 'localhost:3000', '[::1]:4000', '192.168.1.20:4000']
const UNKNOWN = ['attacker.example', 'localhost.attacker.example:4000', '127.0.0.1.attacker.example', '']

type Visit = { host?: string; remoteAddress?: string; headers?: Record<string, string>; method?: string; body?: string }

async function visit(
  { emulator }: ReturnType<typeof openWeChat>,
  path: string,
  { host = '127.0.0.1:4000', remoteAddress = '127.0.0.1', headers = {}, method = 'GET', body }: Visit = {},
): Promise<Response> {
  const init = { method, headers: { host, ...headers }, ...(body !== undefined && { body }) }
  return emulator.fetch(new Request(`http://127.0.0.1:4000${path}`, init), { remoteAddress })
}

const PRIVATE = ['/', '/phone', '/phone.css', '/orders', '/_control/state', '/_control/faults']

test('phone, inspector and controls are there for this machine only', async () => {
  const wechat = openWeChat()
  const status = async (path: string, how: Visit) => (await visit(wechat, path, how)).status
  for (const path of PRIVATE) {
    for (const remoteAddress of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      expect(await status(path, { remoteAddress })).toBe(200)
    }
    for (const remoteAddress of ['192.168.1.20', '::ffff:10.0.0.1', '', 'unknown']) {
      expect(await status(path, { remoteAddress })).toBe(404)
    }
  }
  expect(await status('/pay/unifiedorder', { remoteAddress: '192.168.1.20', host: 'wechat.example' })).toBe(200)
})

test.each([false, true])('a name that somebody points at this machine is refused, open or not: %s', async (isOpen) => {
  const wechat = openWeChat({ isOpen, hosts: ['demo.example'] })
  for (const path of PRIVATE) {
    for (const host of [...OWN, 'demo.example', 'DEMO.example:4000']) {
      expect([host, (await visit(wechat, path, { host })).status]).toEqual([host, 200])
    }
    for (const host of UNKNOWN) expect([host, (await visit(wechat, path, { host })).status]).toEqual([host, 404])
  }
  const refused = await visit(wechat, '/phone', { host: 'attacker.example' })
  expect(await refused.text()).toContain('EMULATOR_HOSTS')
})

test('an open emulator answers everybody who knows its name', async () => {
  const wechat = openWeChat({ isOpen: true, hosts: ['demo.example'] })
  const far = { remoteAddress: '203.0.113.9' }
  expect((await visit(wechat, '/phone', { ...far, host: 'demo.example' })).status).toBe(200)
  expect((await visit(wechat, '/_control/state', { ...far, host: 'rebound.example' })).status).toBe(404)
})

test.each([
  [{ 'sec-fetch-site': 'cross-site' }, 403],
  [{ 'sec-fetch-site': 'same-site' }, 403],
  [{ origin: 'http://attacker.example' }, 403],
  [{ origin: 'null' }, 403],
  [{ origin: 'http://127.0.0.1:3999' }, 403],
  [{ 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:4000' }, 200],
  [{ 'sec-fetch-site': 'none' }, 200],
  [{}, 200],
])('the controls know pages of others by %j', async (headers, status) => {
  const wechat = openWeChat({ isOpen: true })
  expect((await visit(wechat, '/_control/state', { headers })).status).toBe(status)
  const json = { ...headers, 'content-type': 'application/json' }
  const post: Visit = { headers: json, method: 'POST', body: '{"advanceSeconds":1}' }
  expect((await visit(wechat, '/_control/clock', post)).status).toBe(status)
})

test('what a form of another site can send moves nothing', async () => {
  const wechat = openWeChat({ isOpen: true })
  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=a', 'text/plain']) {
    const post: Visit = { method: 'POST', headers: { 'content-type': type }, body: '{"advanceSeconds":60}' }
    expect((await visit(wechat, '/_control/clock', post)).status).toBe(415)
  }
  const forms: Record<string, string>[] = [
    {},
    { origin: 'http://attacker.example' },
    { origin: 'null', 'sec-fetch-site': 'same-origin' },
    { origin: 'http://127.0.0.1:4001', 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ]
  for (const headers of forms) {
    for (const path of ['/phone/pay', '/reset', '/clock', '/faults', '/faults/off', '/order/tap', '/order/resend']) {
      const post: Visit = { method: 'POST', headers, body: 'confirm=yes&seconds=60&all=yes' }
      expect([path, (await visit(wechat, path, post)).status]).toEqual([path, 403])
    }
  }
  const own = { origin: 'http://127.0.0.1:4000', 'sec-fetch-site': 'same-origin' }
  expect((await visit(wechat, '/reset', { method: 'POST', headers: own, body: 'confirm=yes' })).status).toBe(303)
})

async function outcomeAt(options: Parameters<typeof openWeChat>[0], notify_url: string) {
  const wechat = openWeChat(options)
  await wechat.place({ notify_url })
  await wechat.pay(NUMBER)
  await wechat.emulator.runDue()
  return (await wechat.readState()).deliveries[0]?.outcome
}

test.each([
  ['http://127.0.0.1:3000/n', 'accepted'],
  ['http://localhost:3000/n', 'accepted'],
  ['http://[::1]:3000/n', 'accepted'],
  ['https://shop.example/n', 'accepted'],
  ['http://neighbour:8080/n', 'accepted'],
  ['http://127.0.0.1:22/n', 'refused_address'],
  ['https://127.0.0.1:3000/n', 'refused_address'],
  ['http://127.0.0.1/n', 'refused_address'],
  ['http://neighbour/n', 'refused_address'],
  ['http://shop.example/n', 'refused_address'],
  ['http://169.254.169.254/n', 'refused_address'],
])('an open emulator delivers to the ports that were named and to no other: %s', async (notifyUrl, outcome) => {
  const deliveryOrigins = ['http://127.0.0.1:3000', 'https://shop.example', 'http://neighbour:8080']
  expect(await outcomeAt({ isOpen: true, deliveryOrigins }, notifyUrl)).toBe(outcome)
})

test('to a neighbour notifications go when it was named, and the page of the delivery says how', async () => {
  const notify_url = 'http://shop:3000/notify'
  expect(await outcomeAt({ deliveryOrigins: ['http://shop:3000'] }, notify_url)).toBe('accepted')
  const wechat = openWeChat()
  await wechat.place({ notify_url })
  await wechat.pay(NUMBER)
  await wechat.emulator.runDue()
  expect(await (await wechat.get('/delivery?id=1&lang=en')).text()).toContain('EMULATOR_NOTIFY_ORIGINS')
})

test.each([
  ['127.0.0.1:4000', 'http://127.0.0.1:4000'],
  ['192.168.1.20:4000', 'http://192.168.1.20:4000'],
  ['pay.example', 'http://pay.example'],
  // A merchant in a container calls the emulator by a name that no browser finds.
  ['emulator:4000', 'http://127.0.0.1:4000'],
])('called as %s, an H5 link leads to %s, and it opens there', async (host, base) => {
  const wechat = openWeChat({ hosts: ['pay.example'] })
  const fields = order({ trade_type: 'MWEB' })
  const body = writeXml({ ...fields, sign: sign(fields, apiKey, 'MD5') })
  const answer = await (await visit(wechat, '/pay/unifiedorder', { host, method: 'POST', body })).text()
  const url = new URL(/<mweb_url><!\[CDATA\[(.*)\]\]>/.exec(answer)?.[1] ?? '')
  expect(url.origin).toBe(base)
  const page = await visit(wechat, url.pathname + url.search, { host: url.host })
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('正在打开微信支付')])
})

test('an address that does not exist is a page for browsers and a few lines for programs', async () => {
  const wechat = openWeChat()
  const page = await visit(wechat, '/nowhere?lang=en', { headers: { accept: 'text/html' } })
  expect(page.status).toBe(404)
  const text = await page.text()
  for (const part of ['Nothing at this address', 'href="/phone"', '/pay/unifiedorder']) expect(text).toContain(part)
  const program = await visit(wechat, '/pay/micropay', { method: 'POST', body: '<xml/>' })
  expect(program.status).toBe(404)
  expect(program.headers.get('content-type')).toMatch('text/plain')
  expect(await program.text()).toContain('/pay/unifiedorder')
  expect((await visit(wechat, '/_control/nothing')).status).toBe(404)
})
