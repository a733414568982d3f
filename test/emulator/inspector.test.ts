import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openLedger } from '@/lib/emulator/ledger/ledger'
import { writeCurl } from '@/lib/net/curl'
import { sign } from '@/lib/wechat/v2/sign'
import { apiKey, mchId, openWeChat, order } from './wechat'

type WeChat = ReturnType<typeof openWeChat>

const NUMBER = 'T20260105-0001'
/** Takes the machine's curl, or what stands in for it. */
const CURL = `command -v curl >/dev/null || curl() { '${process.execPath}' test/emulator/curl.mjs "$@"; }`
const ORDER = `/order?mch_id=${mchId}&out_trade_no=${NUMBER}`

async function read(weChat: WeChat, path: string): Promise<string> {
  const response = await weChat.get(path)
  expect([path, response.status]).toEqual([path, 200])
  return response.text()
}

/** Sends a form as one of the inspector's own pages does, unless the test says otherwise. */
async function fill(weChat: WeChat, path: string, form: Record<string, string>, from = 'same-origin') {
  const request = new Request(`http://127.0.0.1:4000${path}`, {
    method: 'POST',
    headers: { 'sec-fetch-site': from },
    body: new URLSearchParams(form),
  })
  const response = await weChat.emulator.fetch(request)
  return { status: response.status, to: response.headers.get('location') }
}

/** The rows of a list from above to below: `call-3` is the third call. */
function rows(page: string): string[] {
  return [...page.matchAll(/<li id="((?:call|delivery)-\d+)"/g)].map(([, id = '']) => id)
}

/** The address of the older rows. */
function older(page: string): string | null {
  const [, nav = ''] = /<nav class="pages"(.*?)<\/nav>/s.exec(page) ?? []
  return /href="(\?[^"]*before=[^"]*)"/.exec(nav)?.[1]?.replaceAll('&amp;', '&') ?? null
}

test('calls and deliveries are one list with the newest first, and each leads to its own page', async () => {
  const weChat = openWeChat()
  await weChat.place()
  weChat.wait(1_000)
  await weChat.pay(NUMBER)
  await weChat.emulator.runDue()
  weChat.wait(1_000)
  await weChat.query({ out_trade_no: NUMBER })
  const page = await read(weChat, '/?lang=en')
  expect(rows(page)).toEqual(['call-2', 'delivery-1', 'call-1'])

  expect(await read(weChat, '/call?id=1&lang=en')).toContain('&amp;total_fee=8800&amp;trade_type=NATIVE&amp;key=***')
  const delivery = await read(weChat, '/delivery?id=1&lang=en')
  expect(delivery).toContain('The merchant said SUCCESS')
  expect(delivery).toContain('&lt;return_code&gt;&lt;![CDATA[SUCCESS]]&gt;')
})

test('a refused call says why, and neither the key nor the right signature is on any page', async () => {
  const weChat = openWeChat()
  await weChat.place({ sign: 'FORGED' })
  await weChat.place({ total_fee: '' })
  const right = sign(order(), apiKey, 'MD5')
  const forged = await read(weChat, '/call?id=1&lang=en')
  expect(forged).toContain('Wrong signature')
  expect(forged).toContain('FORGED')
  expect(await read(weChat, '/call?id=2&lang=en')).toContain('<code>total_fee</code>')
  for (const page of [forged, await read(weChat, '/'), await read(weChat, '/call?id=2')]) {
    expect(page).not.toContain(apiKey)
    expect(page).not.toContain(right)
  }
})

test('whatever a merchant sends stands there as text, and no page runs a script that stands in it', async () => {
  const weChat = openWeChat()
  const body = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
  await weChat.place({ body, attach: "'\u202eevil\u2028", out_trade_no: NUMBER })
  await weChat.send('unifiedorder', new Uint8Array([0x3c, 0xff, 0x00, 0x1b, 0x5b, 0x33, 0x31, 0x6d]))
  weChat.merchant.answer = async () => new Response('<script>alert(2)</script>\u001b[31m')
  await weChat.pay(NUMBER)
  await weChat.emulator.runDue()

  for (const path of ['/', '/call?id=1', '/call?id=2', '/delivery?id=1', '/orders', ORDER, '/?q=<script>alert(3)']) {
    const response = await weChat.get(path)
    const page = await response.text()
    expect([path, page.match(/<script[^>]*>/g)]).toEqual([path, ['<script src="/inspector.js" defer>']])
    expect(page).not.toMatch(/<img|[^\P{C}\n]/u)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toContain('unsafe')
  }
  expect(await read(weChat, '/call?id=2')).toContain('&lt;\\xff\\x00\\x1b[31m')
})

test('a search finds numbers, paths, outcomes and text of bodies, in capitals or not, and takes nothing for a pattern', async () => {
  const weChat = openWeChat()
  await weChat.place({ attach: 'Gift 100%' })
  await weChat.place({ out_trade_no: 'OTHER-1', sign: 'FORGED' })
  await weChat.query({ out_trade_no: NUMBER })
  const found = async (query: Record<string, string>) => rows(await read(weChat, `/?${new URLSearchParams(query)}`))
  expect(await found({ q: 'other-1' })).toEqual(['call-2'])
  expect(await found({ q: 'ORDERQUERY' })).toEqual(['call-3'])
  expect(await found({ q: '签名错误' })).toEqual(['call-2'])
  expect(await found({ q: 'gift 100%' })).toEqual(['call-3', 'call-1'])
  expect(await found({ q: '%' })).toEqual(['call-3', 'call-1'])
  expect(await found({ q: "' OR 1=1 --" })).toEqual([])
  expect(await found({ failed: '1' })).toEqual(['call-2'])
  expect(await found({ kind: 'delivery' })).toEqual([])
  expect(await found({ before: 'nonsense', kind: 'x', failed: '7' })).toHaveLength(3)
})

test('paging shows every row once, also those of one instant', async () => {
  const weChat = openWeChat()
  await weChat.place()
  weChat.merchant.answer = async () => new Response('', { status: 500 })
  await weChat.pay(NUMBER)
  await weChat.control('clock', { advanceSeconds: 25 * 3600 })
  for (let i = 0; i < 100; i += 1) await weChat.send('orderquery', 'x')
  const seen: string[] = []
  let path: string | null = '/'
  while (path !== null && seen.length < 200) {
    const page = await read(weChat, path)
    expect(rows(page).length).toBeLessThanOrEqual(50)
    seen.push(...rows(page))
    const next: string | null = older(page)
    path = next && `/${next}`
  }
  expect(seen).toHaveLength(101 + 16)
  expect(new Set(seen).size).toBe(seen.length)
})

test('a search stops after a thousand rows and can be continued behind them', () => {
  const ledger = openLedger('file::memory:')
  onTestFinished(ledger.close)
  const row = {
    ...{ apiVersion: 'v2', method: 'POST', path: '/pay/orderquery', headers: [], body: Buffer.from('') },
    ...{ outcome: 'SUCCESS', status: 200, answer: '', answered: true, explanation: null, warnings: [], faults: [] },
    ...{ outRefundNo: null, answerHeaders: [] },
  } satisfies Partial<Parameters<typeof ledger.insertRequest>[0]>
  for (let at = 1; at <= 1_500; at += 1) {
    const outTradeNo = at === 1 ? 'NEEDLE' : 'HAY'
    ledger.insertRequest({ ...row, at, outTradeNo })
  }
  const first = ledger.listActivity({ text: 'needle' }, 50)
  expect(first).toEqual({ activities: [], next: { at: 501, kind: 'call', id: 501 } })
  const second = ledger.listActivity({ text: 'needle', before: first.next ?? undefined }, 50)
  expect(second.activities.map(({ id }) => id)).toEqual([1])
  expect(second.next).toBeNull()
})

test('the command sends the very same bytes again, whatever they are', async () => {
  const received: Buffer[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    received.push(Buffer.concat([Buffer.from(`${request.method} ${request.url}\n`), ...chunks]))
    response.end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.close()
  })
  const path = "/pay/unifiedorder?a=$HOME&b='c'&d=[1-3]{x,y}"
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`

  const bodies = [
    '<xml><body><![CDATA[茶 & it\'s "good" `id` $(id) $HOME !! \\n %s %d]]></body></xml>',
    '@/etc/passwd',
    "'; touch /tmp/x; '",
    "'''",
    '--data x',
    '\n\n leading and trailing \n\n',
    'tab\tand\r\nreturn',
    '\u0000\u0001\u001b[31m\u007f1234\u202e',
    Uint8Array.of(0xff, 0xfe, 0x00, 0x41, 0x27, 0x5c, 0x25, 0x30),
    `${"'".repeat(40_000)}\\`,
    '茶'.repeat(20_000),
    '',
  ].map((it) => Buffer.from(it))
  for (const body of bodies) {
    const shell = spawn('sh')
    shell.stdin.end(`${CURL}\n${writeCurl({ method: 'POST', url, body })}`)
    expect(await once(shell, 'close')).toEqual([0, null])
  }
  expect(received.map((it) => it.toString('hex'))).toEqual(
    bodies.map((body) => Buffer.concat([Buffer.from(`POST ${path}\n`), body]).toString('hex')),
  )
})

test('the page of an order tells its life in order, and its buttons pay and send the notification again', async () => {
  const weChat = openWeChat()
  await weChat.place()
  weChat.wait(1_000)
  expect(await read(weChat, `${ORDER}&lang=en`)).toContain('Pay as the buyer')
  const tapped = { mch_id: mchId, out_trade_no: NUMBER }
  expect((await fill(weChat, '/order/tap', { ...tapped, outcome: 'not_enough' })).to).toContain('notice=not_enough')
  expect((await fill(weChat, '/order/resend', tapped)).to).toContain('notice=not_paid')
  expect((await weChat.readState()).orders[0]?.trade_state).toBe('NOTPAY')

  expect((await fill(weChat, '/order/tap', { ...tapped, outcome: 'success' })).to).toContain('notice=paid')
  await weChat.emulator.runDue()
  weChat.wait(1_000)
  expect((await fill(weChat, '/order/resend', tapped)).to).toContain('notice=resent')
  expect(weChat.notifications).toHaveLength(2)
  expect((await fill(weChat, '/order/tap', { ...tapped, outcome: 'success' })).to).toContain('notice=refused')

  const page = await read(weChat, `${ORDER}&lang=en`)
  const steps = [...page.matchAll(/<li class="step[^>]*id="([\w-]+)"/g)].map(([, id]) => id)
  expect(steps).toEqual(['call-1', 'paid', 'delivery-1', 'delivery-2'])
  expect(page).toContain('88.00')
  expect(page).toContain('Send the notification again')
})

test('orders are found by number, goods and state', async () => {
  const weChat = openWeChat()
  await weChat.place()
  await weChat.place({ out_trade_no: 'OTHER-2', body: 'Da Hong Pao' })
  await weChat.pay(NUMBER)
  const numbers = async (query: string) =>
    [...(await read(weChat, `/orders${query}`)).matchAll(/<li id="order-\d+-([\w-]+)"/g)].map(([, number]) => number)
  expect(await numbers('')).toEqual(['OTHER-2', NUMBER])
  expect(await numbers('?q=hong')).toEqual(['OTHER-2'])
  expect(await numbers('?q=t2026')).toEqual([NUMBER])
  expect(await numbers('?state=SUCCESS')).toEqual([NUMBER])
  expect(await numbers('?state=CLOSED')).toEqual([])
})

test('faults are turned on and off by form, with the same rules as the control for programs', async () => {
  const weChat = openWeChat()
  const faults = async () => (await weChat.get('/_control/faults')).json()
  const times = { by: 'times', times: '2' }
  await fill(weChat, '/faults', { name: 'lose', ...times })
  await fill(weChat, '/faults', { name: 'latencyMs', by: 'chance', percent: '20', amount: '300', seed: '42' })
  await fill(weChat, '/faults', { name: 'duplicate', ...times, out_trade_no: NUMBER })
  const all = {
    seed: '42',
    lose: 2,
    latencyMs: { value: 300, probability: 0.2 },
    orders: { [NUMBER]: { duplicate: 2 } },
  }
  expect(await faults()).toEqual(all)
  const page = await read(weChat, '/faults?lang=en')
  expect(page).toContain('2 times more')
  expect(page).toContain('300 ms · 20% · seed 42')

  for (const wrong of [
    { name: 'everything', ...times },
    { name: 'lose', by: 'times', times: '1.5' },
    { name: 'lose', by: 'chance', percent: '101' },
    { name: 'latencyMs', ...times, amount: '1e9' },
    { name: 'lose', ...times, out_trade_no: 'x'.repeat(33) },
  ]) {
    expect((await fill(weChat, '/faults', wrong)).to).toBe('/faults?refused=1')
  }
  expect(await faults()).toEqual(all)

  await fill(weChat, '/faults/off', { name: 'lose' })
  expect(await faults()).not.toHaveProperty('lose')
  await fill(weChat, '/faults/off', { all: 'yes' })
  expect(await faults()).toEqual({})
})

test('the clock moves by form, and a reset needs a second step', async () => {
  const weChat = openWeChat()
  await weChat.place()
  const before = (await weChat.readState()).now
  await fill(weChat, '/clock', { seconds: '15' })
  await fill(weChat, '/clock', { amount: '2', unit: 'hours' })
  expect((await weChat.readState()).now - before).toBe(7_215_000)
  for (const wrong of [{}, { seconds: '-1' }, { seconds: '1e99' }, { amount: '2', unit: 'years' }]) {
    expect((await fill(weChat, '/clock', wrong)).status).toBe(400)
  }

  expect((await fill(weChat, '/reset', {})).to).toBe('/reset')
  expect((await weChat.readState()).orders).toHaveLength(1)
  expect((await fill(weChat, '/reset', { confirm: 'yes' })).to).toBe('/')
  expect(await weChat.readState()).toMatchObject({ now: before, orders: [] })
})

test('no form can be sent from another site', async () => {
  const weChat = openWeChat()
  await weChat.place()
  await weChat.control('clock', { advanceSeconds: 1 })
  const before = await weChat.readState()
  const tapped = { mch_id: mchId, out_trade_no: NUMBER, outcome: 'success' }
  for (const [path, form] of [
    ['/order/tap', tapped],
    ['/order/resend', tapped],
    ['/faults', { name: 'lose', by: 'times', times: '1' }],
    ['/faults/off', { all: 'yes' }],
    ['/clock', { seconds: '15' }],
    ['/reset', { confirm: 'yes' }],
  ] as const) {
    for (const site of ['cross-site', 'same-site']) {
      expect([path, (await fill(weChat, path, form, site)).status]).toEqual([path, 403])
    }
  }
  expect(await weChat.readState()).toEqual(before)
})

test('open pages hear of every change, and streams end with the emulator', async () => {
  const weChat = openWeChat()
  const stream = (await weChat.get('/_control/events')).body?.pipeThrough(new TextDecoderStream()).getReader()
  const heard = async () => /^event: change\ndata: (\d+)\n\n$/.exec((await stream?.read())?.value ?? '')?.[1]
  const before = Number(await heard())
  expect(await read(weChat, '/')).toContain(`data-changes="${before}"`)
  await weChat.place()
  expect(Number(await heard())).toBeGreaterThan(before)
  await weChat.emulator.stop()
  expect(await stream?.read()).toEqual({ done: true, value: undefined })
})

test('HEAD opens no stream, and nobody has all of them', async () => {
  const weChat = openWeChat()
  const ask = (address: string, method = 'GET') =>
    weChat.emulator.fetch(new Request('http://127.0.0.1:4000/_control/events', { method }), { remoteAddress: address })
  for (let n = 0; n < 300; n += 1) expect((await ask('127.0.0.1', 'HEAD')).body).toBeNull()
  for (let n = 0; n < 64; n += 1) expect((await ask('127.0.0.1')).status).toBe(200)
  expect((await ask('127.0.0.1')).status).toBe(503)
  expect((await ask('::1')).status).toBe(200)
  await weChat.emulator.stop()
})

test('what is not there is a page that says so, and every page is whole in both languages before anything happened', async () => {
  const weChat = openWeChat()
  for (const path of ['/call?id=1', '/call', '/delivery?id=x', ORDER, '/order']) {
    expect([path, (await weChat.get(path)).status]).toEqual([path, 404])
  }
  for (const path of ['/', '/orders', '/faults', '/clock', '/reset']) {
    const [zh, en] = [await read(weChat, `${path}?lang=zh`), await read(weChat, `${path}?lang=en`)]
    expect(zh).toContain('<html lang="zh-CN">')
    expect(en).toContain('<html lang="en">')
    expect(en.replaceAll('中文', '')).not.toMatch(/\p{Script=Han}|undefined|\[object/u)
    expect(zh).not.toMatch(/undefined|\[object/)
  }
})
