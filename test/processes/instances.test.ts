import { afterAll, afterEach, expect, test } from 'vitest'
import { createEmulator, type Emulator } from '@/lib/emulator/emulator'
import { type Server, serveEmulator } from '@/lib/emulator/server'
import { emptyDatabase } from '../db/postgres'
import startPostgres from '../db/postgres-server'
import { beginLoad, type Line, openBalancer, openLine } from './line'
import { dataFolder, freePort, type ShopProcess, startProcess, TSX, until } from './shop-process'

/* Several processes are one shop: those of one host behind one port, and those of several behind a balancer. */

const ADMIN = { ADMIN_EMAIL: 'olga@shop.example', ADMIN_PASSWORD: 'a password for tests' }
const HEARD_MS_MAX = 60_000
/** Some starts of whole shops, one after the other. */
const MS_MAX = 180_000
const ITEMS = { items: [{ productId: 'ware-pitcher', quantity: 1 }] }

const folder = dataFolder()
const running: ShopProcess[] = []
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const line of lines.splice(0)) line.close()
  await Promise.all(running.splice(0).map((it) => it.end('SIGKILL')))
  for (const end of ends.splice(0)) await end()
})
afterAll(() => folder.remove())

const lines: Line[] = []
function line(url: string): Line {
  const opened = openLine(url)
  lines.push(opened)
  return opened
}

async function started(port: number, variables: Record<string, string>): Promise<ShopProcess> {
  const own = { PORT: String(port), PAYMENTS: 'emulator', RATE_LIMITS: 'on', TRUSTED_PROXIES: '127.0.0.1' }
  const files = {
    DATABASE_URL: `file:${folder.path}/shop.db`,
    EMULATOR_DATABASE_URL: `file:${folder.path}/emulator.db`,
  }
  const all = { ...ADMIN, ...own, ...files, PUBLIC_URL: `http://127.0.0.1:${port}`, ...variables }
  const shop = await startProcess([...TSX, 'lib/server/main.ts', 'start'], all.PUBLIC_URL, all)
  running.push(shop)
  return shop
}

type Health = { status: string; instance: string; database: string; news: string; pid: number; processes: number }
const healthOf = async (at: Line) => JSON.parse((await at.ask('/api/health')).text) as Health

/** Connections to two processes that share a port. */
async function twoLines(url: string): Promise<[Line, Line]> {
  const one = line(url)
  const { instance } = await healthOf(one)
  const two = await until(
    async () => {
      const tried = line(url)
      return (await healthOf(tried)).instance === instance ? null : tried
    },
    (it) => it !== null,
  )
  if (two === null) throw new Error('only one process answers')
  return [one, two]
}

/** Reads a stream of events until one says this. */
async function hears(url: string, path: string, token: string, word: string): Promise<boolean> {
  const answer = await fetch(`${url}${path}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(HEARD_MS_MAX),
  })
  let text = ''
  for await (const part of answer.body ?? []) {
    text += Buffer.from(part).toString()
    if (text.includes(word)) return true
  }
  return false
}

async function signIn(at: Line): Promise<string> {
  const answer = await at.form('/api/admin/login', { email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD })
  return (answer.headers['set-cookie'] ?? []).map((it) => it.split(';')[0]).join('; ')
}

/** What a shopper, an operator and a stranger notice of two processes: nothing. */
async function expectOneShop(one: Line, two: Line): Promise<{ id: string; token: string }> {
  const cookie = await signIn(one)
  expect((await two.ask('/admin/team', { headers: { cookie } })).status).toBe(200)

  const key = { 'idempotency-key': 'the-same-at-both-0123456789', 'x-forwarded-for': '203.0.113.1' }
  const made = await Promise.all([one, two, one, two].map((it) => it.post('/api/orders', ITEMS, key)))
  const orders = made.map(({ text }) => JSON.parse(text) as { id: string; token: string })
  expect([made.map(({ status }) => status), new Set(orders.map(({ id }) => id)).size]).toEqual([
    [201, 201, 201, 201],
    1,
  ])

  const fields = {
    email: `vera-${Date.now()}@shop.example`,
    role: 'viewer',
    press: `a-word-of-this-page-${Date.now()}`,
  }
  const presses = await Promise.all([one, two].map((it) => it.form('/api/admin/team', fields, { cookie })))
  const [first, second] = presses.map(({ status, headers }) => [status, headers.location, headers['set-cookie']])
  expect(second).toEqual(first)
  const shown = (presses[0]?.headers['set-cookie'] ?? []).map((it) => it.split(';')[0]).join('; ')
  const page = await two.ask('/admin/team', { headers: { cookie: `${cookie}; ${shown}` } })
  expect(page.text).toContain(fields.email)

  const guesser = { 'x-forwarded-for': '203.0.113.66' }
  const wrong = { items: [{ productId: 'nothing', quantity: 1 }] }
  for (let n = 0; n < 60; n += 1) await one.post('/api/orders', wrong, guesser)
  await until(
    async () => (await two.post('/api/orders', wrong, guesser)).status,
    (status) => status === 429,
  )
  const [order] = orders
  if (order === undefined) throw new Error('no order')
  return order
}

async function prepaid(at: Line, { id, token }: { id: string; token: string }): Promise<string> {
  const owner = { authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.1' }
  const answer = await at.post(`/api/orders/${id}/prepay`, { channel: 'native' }, owner)
  return (JSON.parse(answer.text) as { outTradeNo: string }).outTradeNo
}

test(
  'PROCESSES=2 is one shop on one file: kept alive, replaced without a request that fails, ended as one',
  async () => {
    const port = await freePort()
    const shop = await started(port, { PROCESSES: '2' })
    await until(
      async () => (await healthOf(line(shop.url))).processes,
      (it) => it === 2,
    )
    const [one, two] = await twoLines(shop.url)
    const order = await expectOneShop(one, two)

    const outTradeNo = await prepaid(one, order)
    const heard = Promise.all(
      [1, 2, 3, 4].map(() => hears(shop.url, `/api/orders/${order.id}/events`, order.token, '"paid"')),
    )
    await two.post('/emulator/_control/pay', { out_trade_no: outTradeNo, outcome: 'success' })
    expect(await heard).toEqual([true, true, true, true])

    // Whoever is killed is followed by another one, and the one that is left goes on.
    const [victim, left] = [await healthOf(one), await healthOf(two)]
    process.kill(victim.pid, 'SIGKILL')
    expect((await healthOf(two)).instance).toBe(left.instance)
    const [, fresh] = await twoLines(shop.url)
    expect((await healthOf(fresh)).instance).not.toBe(victim.instance)

    const load = beginLoad(shop.url)
    process.kill(shop.pid ?? 0, 'SIGUSR2')
    const replaced = await until(
      async () => {
        const found = await Promise.all([1, 2, 3, 4].map(() => healthOf(line(shop.url))))
        return found.every(({ instance }) => instance !== left.instance && instance !== victim.instance)
      },
      (it) => it,
      40_000,
    )
    const { answered, failed } = await load.end()
    expect([replaced, failed, answered > 0]).toEqual([true, [], true])

    expect(await shop.end('SIGTERM')).toBe(0)
    expect(shop.output().match(/^Admin /gm)).toHaveLength(1)
    expect(shop.output()).toContain('ended with SIGKILL; another one takes its place.')
  },
  MS_MAX,
)

test(
  'two instances on one PostgreSQL are one shop, and are started anew behind a balancer without a request that fails',
  async () => {
    ends.push(await startPostgres())
    const weChat: Emulator = createEmulator()
    const served: Server = await serveEmulator(weChat)
    weChat.start()
    ends.push(async () => {
      await Promise.all([served.stop(), weChat.stop()])
      weChat.close()
    })
    const ports = [await freePort(), await freePort()]
    const urls = ports.map((port) => `http://127.0.0.1:${port}`)
    const balancer = await openBalancer(urls)
    ends.push(balancer.close)
    const isWell = (count: number) =>
      until(
        async () => balancer.well().length,
        (it) => it === count,
        40_000,
      )
    const variables = {
      DATABASE_URL: await emptyDatabase(),
      PUBLIC_URL: balancer.url,
      WXPAY_API_BASE: served.url,
      STOP_DRAIN_SECONDS: '1',
    }
    // At the same moment, on a database without a table.
    const shops = await Promise.all(ports.map((port) => started(port, variables)))
    expect(shops.map(({ output }) => /first admin: /.test(output())).sort()).toEqual([false, true])
    const [one, two] = urls.map(line) as [Line, Line]
    for (const it of [one, two]) {
      await until(
        async () => healthOf(it),
        ({ news, processes }) => news === 'listen' && processes === 2,
      )
    }
    expect(await healthOf(one)).toMatchObject({ status: 'ok', database: 'postgres' })
    const order = await expectOneShop(one, two)

    // WeChat tells one of them of the payment, and pages are open at both.
    await isWell(2)
    const outTradeNo = await prepaid(one, order)
    const heard = Promise.all(urls.map((url) => hears(url, `/api/orders/${order.id}/events`, order.token, '"paid"')))
    await fetch(`${served.url}/_control/pay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ out_trade_no: outTradeNo, outcome: 'success' }),
    })
    expect(await heard).toEqual([true, true])

    const load = beginLoad(balancer.url)
    for (const [n, port] of ports.entries()) {
      const stopped = shops[n]?.end('SIGTERM')
      await isWell(1)
      expect(await stopped).toBe(0)
      await started(port, variables)
      await isWell(2)
    }
    const { answered, failed } = await load.end()
    expect([failed, answered > 20]).toEqual([[], true])
  },
  MS_MAX,
)
