import { createHash } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signedXml } from '../hostile/scene'
import { notificationFields } from '../messages'
import { dataFolder, freePort, type ShopProcess, startShop, until } from './shop-process'
import { exchange, exchanges } from './transport'

const folder = dataFolder()
let shop: ShopProcess
let port: number
/** A genuine notification of a payment that the shop knows; another message each time. */
let notification: () => Buffer
let statuses: () => Promise<string[]>

async function ask<T>(path: string, body?: unknown, token?: string): Promise<T> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
  return (await fetch(`${shop.url}${path}`, init)).json() as Promise<T>
}

async function order() {
  const items = [{ productId: 'tea-longjing', quantity: 1 }]
  const { id, token } = await ask<{ id: string; token: string }>('/api/orders', { items })
  const { outTradeNo } = await ask<{ outTradeNo: string }>(`/api/orders/${id}/prepay`, { channel: 'native' }, token)
  return {
    outTradeNo,
    status: async () => (await ask<{ status: string }>(`/api/orders/${id}`, undefined, token)).status,
  }
}

type Trade = { out_trade_no: string; total_fee: number; transaction_id: string }

beforeAll(async () => {
  port = await freePort()
  shop = await startShop(folder.path, port)
  const [paid, waiting] = [await order(), await order()]
  await ask('/emulator/_control/pay', { out_trade_no: paid.outTradeNo, outcome: 'success' })
  await until(paid.status, (it) => it === 'paid')
  statuses = () => Promise.all([paid.status(), waiting.status()])

  const { orders } = await ask<{ orders: Trade[] }>('/emulator/_control/state')
  const trade = orders.find((it) => it.out_trade_no === paid.outTradeNo)
  let count = 0
  notification = () => {
    count += 1
    const amount = String(trade?.total_fee)
    const truth = { total_fee: amount, cash_fee: amount, transaction_id: trade?.transaction_id ?? '' }
    return Buffer.from(signedXml(notificationFields(paid.outTradeNo, { ...truth, attach: `message ${count}` })))
  }
})
afterAll(async () => {
  await shop?.end('SIGKILL')
  folder.remove()
})

type Row = { body: Buffer; sha: string; verdict: string; times: number; headers: string; address: string }

/** The log as it is on the disk. */
function readLog(): Row[] {
  const database = new Database(join(folder.path, 'shop.db'), { readonly: true })
  const columns = 'body, body_sha256 sha, verdict, times, headers, remote_address address'
  try {
    return database.prepare<[], Row>(`select ${columns} from notifications order by id`).all()
  } finally {
    database.close()
  }
}

const digest = (body: Uint8Array) => createHash('sha256').update(body).digest('hex')

test('every way to bring a message to the route is answered as it must be, kept as it came, and moves nothing', async () => {
  const all = exchanges(notification)
  const before = readLog().length
  const answered: [string, number[]][] = []
  for (const it of all) answered.push([it.name, await exchange(port, it)])
  expect(answered).toEqual(all.map(({ name, statuses }) => [name, statuses]))

  const log = readLog().slice(before)
  const verdicts = new Map(log.map(({ sha, verdict }) => [sha, verdict]))
  const expected = all.flatMap(({ name, bodies }) => bodies.map(([body, verdict]) => [name, digest(body), verdict]))
  expect(expected.map(([name, sha = '']) => [name, sha, verdicts.get(sha)])).toEqual(expected)
  expect(log.filter(({ body, sha }) => digest(body) !== sha)).toEqual([])
  // What was refused before its end, and nothing else, is not in the log.
  expect(log.reduce((sum, { times }) => sum + times, 0)).toBe(expected.length)

  expect(await statuses()).toEqual(['paid', 'pending'])
  expect(new Set(log.map(({ address }) => address))).toEqual(new Set(['127.0.0.1']))
  expect(log.map(({ headers }) => headers).join()).not.toContain('secret-of')
  expect(shop.output()).not.toMatch(/error|message \d/i)
  expect(await ask('/api/health')).toMatchObject({ status: 'ok' })
})

test('the notify URL of v3 stands in the same line, and answers by status', async () => {
  const before = readLog().length
  const notify = (body: string) => fetch(`${shop.url}/api/wechat/notify/v3`, { method: 'POST', body })
  const answers = await Promise.all(['{"a":1}', 'x'.repeat(64 * 1024 + 1), '<xml><a>1</a></xml>'].map(notify))
  expect(answers.map(({ status }) => status)).toEqual([500, 413, 200])
  expect(await answers[0]?.json()).toEqual({ code: 'FAIL', message: 'AGAIN' })
  expect(readLog().length).toBe(before + 2)
})

test('sixty senders at the same time are all answered and all written down', async () => {
  const before = readLog().length
  const bodies = Array.from({ length: 60 }, (_, at) => `<xml><attach>sender ${at}</attach></xml>`)
  const answers = await Promise.all(
    bodies.map((body) => fetch(`${shop.url}/api/wechat/notify`, { method: 'POST', body }).then((it) => it.status)),
  )
  expect(answers).toEqual(bodies.map(() => 200))
  expect(
    readLog()
      .slice(before)
      .map(({ body }) => body.toString())
      .sort(),
  ).toEqual(bodies.sort())
  expect(await statuses()).toEqual(['paid', 'pending'])
})
