import { rmSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startEmulator as openTestEmulator } from '@/lib/emulator/testing'
import { FIXED_KEYS } from '../wechat/v3/keys'
import {
  dataFolder,
  freePort,
  runToEnd,
  type ShopProcess,
  startEmulator,
  startProcess,
  startShop,
  TSX,
  until,
} from './shop-process'

const folder = dataFolder()
const running: ShopProcess[] = []
let ports: { shop: number; emulator: number }

beforeAll(async () => {
  ports = { shop: await freePort(), emulator: await freePort() }
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((it) => it.end('SIGKILL')))
})
afterAll(() => folder.remove())

async function shop(variables: Record<string, string> = {}): Promise<ShopProcess> {
  const started = await startShop(folder.path, ports.shop, variables)
  running.push(started)
  return started
}

async function emulator(): Promise<ShopProcess> {
  const started = await startEmulator(folder.path, ports.emulator)
  running.push(started)
  return started
}

async function post(url: string, body: unknown, token?: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  })
  return (await response.json()) as Record<string, unknown>
}

async function orderAt(url: string) {
  const order = await post(`${url}/api/orders`, { items: [{ productId: 'tea-longjing', quantity: 1 }] })
  const token = String(order.token)
  const payment = await post(`${url}/api/orders/${order.id}/prepay`, { channel: 'native' }, token)
  const status = async () => {
    const response = await fetch(`${url}/api/orders/${order.id}`, { headers: { authorization: `Bearer ${token}` } })
    return ((await response.json()) as { status: string }).status
  }
  return { outTradeNo: String(payment.outTradeNo), status }
}

test('killed between the press at the phone and the notification, the shop ends with a paid order', async () => {
  const weChat = await emulator()
  const first = await shop({ WXPAY_API_BASE: weChat.url })
  const { outTradeNo, status } = await orderAt(first.url)
  expect(await status()).toBe('pending')

  await first.end('SIGKILL')
  await post(`${weChat.url}/_control/pay`, { out_trade_no: outTradeNo, outcome: 'success' })
  await shop({ WXPAY_API_BASE: weChat.url })
  expect(await until(status, (it) => it === 'paid')).toBe('paid')
})

test('killed with its built-in emulator right after the press, the shop ends with a paid order', async () => {
  const first = await shop()
  const { outTradeNo, status } = await orderAt(first.url)
  await post(`${first.url}/emulator/_control/pay`, { out_trade_no: outTradeNo, outcome: 'success' })
  await first.end('SIGKILL')
  await shop()
  expect(await until(status, (it) => it === 'paid')).toBe('paid')
})

test('the demo of a shop that is built already serves without a build', async () => {
  const port = await freePort()
  const demo = await startProcess([...TSX, 'lib/server/main.ts', 'demo'], `http://127.0.0.1:${port}`, {
    PORT: String(port),
    DATABASE_URL: `file:${folder.path}/demo.db`,
    EMULATOR_DATABASE_URL: `file:${folder.path}/demo-emulator.db`,
  })
  running.push(demo)
  expect((await fetch(demo.url)).status).toBe(200)
  expect(demo.output()).not.toContain('production build')
})

test('SIGTERM ends the shop with 0, also while a page has a stream open', async () => {
  const started = await shop()
  const order = await post(`${started.url}/api/orders`, { items: [{ productId: 'tea-longjing', quantity: 1 }] })
  const stream = await fetch(`${started.url}/api/orders/${order.id}/events`, {
    headers: { authorization: `Bearer ${order.token}` },
  })
  const reader = stream.body?.getReader()
  await reader?.read()
  expect(await started.end('SIGTERM')).toBe(0)
})

test('SIGTERM lets a payment be opened that waits for WeChat, however slow that is', async () => {
  const weChat = await emulator()
  const started = await shop({ WXPAY_API_BASE: weChat.url })
  const order = await post(`${started.url}/api/orders`, { items: [{ productId: 'tea-longjing', quantity: 1 }] })
  const faults = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"latencyMs":7000}' }
  await fetch(`${weChat.url}/_control/faults`, faults)
  const opened = post(`${started.url}/api/orders/${order.id}/prepay`, { channel: 'native' }, String(order.token))
  const calls = async () =>
    (await (await fetch(`${weChat.url}/_control/state`)).json()) as { orders: { trade_state: string }[] }
  await until(calls, ({ orders }) => orders.some((it) => it.trade_state === 'NOTPAY'))
  const ended = started.end('SIGTERM')
  expect(await opened).toMatchObject({ channel: 'native', codeUrl: expect.stringMatching(/^weixin:/) })
  expect(await ended).toBe(0)
})

test('two shops on one file both end when it is deleted, each with a sentence', async () => {
  const [first, second] = [await shop(), await startShop(folder.path, await freePort())]
  running.push(second)
  await until(
    () => Promise.all([first, second].map(async ({ url }) => (await fetch(`${url}/api/health`)).status)),
    (answers) => answers.every((status) => status === 200),
  )
  for (const name of ['shop.db', 'shop.db-wal', 'shop.db-shm']) rmSync(`${folder.path}/${name}`)
  for (const one of [first, second]) {
    const code = await until(
      async () => one.exitCode(),
      (it) => it !== null,
    )
    expect([code, one.output()]).toEqual([1, expect.stringMatching(/shop\.db(-wal|-shm)? is gone\. The shop ends/)])
  }
  // What was expected there is not there: only with the operator's word does a start make it anew.
  rmSync(`${folder.path}/.shop.db.expected`)
})

test('SIGTERM ends the stand-alone emulator with 0', async () => {
  expect(await (await emulator()).end('SIGTERM')).toBe(0)
})

test('a wrong environment ends the start with one message that names each variable', async () => {
  const { code, output } = await runToEnd(['lib/server/main.ts', 'start'], { PAYMENTS: 'wechat', PORT: 'x' })
  expect(code).toBe(1)
  expect(output).toContain('PORT ')
  const missing = await runToEnd(['lib/server/main.ts', 'start'], { PAYMENTS: 'wechat' })
  expect(missing.code).toBe(1)
  for (const name of ['WXPAY_APPID', 'WXPAY_MCHID', 'WXPAY_API_KEY']) expect(missing.output).toContain(name)
})

test('a start before WeChat Pay says in its log what is wrong with the account, and runs all the same', async () => {
  const account = { appid: 'wx0000000000000110', mchId: '1900000110', apiKey: 'k'.repeat(32) }
  const weChat = await openTestEmulator({ accounts: [account], keyMaker: FIXED_KEYS })
  onTestFinished(weChat.stop)
  const started = await shop({
    PAYMENTS: 'wechat',
    RATE_LIMITS: 'on',
    LOG_LEVEL: 'info',
    PUBLIC_URL: `http://127.0.0.1:${ports.shop}`,
    PUBLIC_URL_CHECK: 'off',
    WXPAY_API_BASE: weChat.url,
    WXPAY_API_VERSION: 'v2',
    WXPAY_APPID: account.appid,
    WXPAY_MCHID: account.mchId,
    WXPAY_API_KEY: 'x'.repeat(32),
  })
  const said = await until(
    async () => started.output(),
    (output) => output.includes('"notify URL"'),
  )
  expect(said).toContain('"subject":"API key","state":"wrong"')
  expect((await fetch(`${started.url}/api/health`)).status).toBe(200)
})

test('a store that cannot be opened ends the start with a message', async () => {
  const { code, output } = await runToEnd(['lib/server/main.ts', 'start'], {
    PAYMENTS: 'emulator',
    PORT: String(await freePort()),
    DATABASE_URL: 'file:/proc/shop.db',
  })
  expect(code).toBe(1)
  expect(output).toContain('shop.db')
})

test('the secrets of the account and the first password are nowhere in the output', async () => {
  const started = await shop({ ADMIN_EMAIL: 'a@shop.example', ADMIN_PASSWORD: 'chosen by somebody' })
  await orderAt(started.url)
  await fetch(`${started.url}/api/wechat/notify`, { method: 'POST', body: '<xml><a>1</a></xml>' })
  expect(started.output()).not.toContain('192006250b4c09247ec02edce69f6a2d')
  expect(started.output()).not.toContain('chosen by somebody')
})
