import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { moveDatabase } from '@/db/move'
import { type Database, openDatabase } from '@/db/open'
import type { Store } from '@/lib/shop/store'
import { emptyDatabase, newDatabase } from './postgres'
import {
  created,
  NOW,
  paidChange,
  sampleAudit,
  sampleMessage,
  sampleOrder,
  samplePayment,
  sampleProduct,
  sampleResult,
  sampleTransaction,
} from './samples'

const AT_ONCE = 0
let folder: string
const open: Database[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'move-'))
})
afterEach(async () => {
  for (const database of open.splice(0)) await database.close()
  rmSync(folder, { recursive: true, force: true })
})

const file = (name = 'shop') => `file:${join(folder, `${name}.db`)}`

async function opened(url: string): Promise<Database> {
  const database = await openDatabase(url)
  open.push(database)
  return database
}

/** A shop in which something of every kind has happened; gives the order that was paid. */
async function usedShop(url: string): Promise<string> {
  const { store, team, attempts, secret, check, close } = await openDatabase(url, { goods: [sampleProduct('tea', 5)] })
  const order = sampleOrder('tea', 2)
  const payment = samplePayment(order)
  const money = sampleTransaction(payment)
  await store.insertOrder(order, created(order), { key: 'a-key-of-a-client-xx', fingerprint: 'tea', madeAfter: 0 })
  await store.insertPayment(payment)
  const id = await store.insertNotification({ ...sampleMessage('<xml>“茶”\u{1f375}</xml>'), replayOf: null })
  await store.commit({ ...paidChange(order, payment, money), result: sampleResult(id, 'applied') })
  await Promise.all(
    Array.from({ length: 1_200 }, (_, n) => store.insertAudit(sampleAudit({ detail: { n: String(n) } }))),
  )
  const call = { at: NOW, durationMs: 5, path: '/pay/orderquery', outTradeNo: payment.outTradeNo, outRefundNo: null }
  await store.insertCall({ ...call, outcome: 'SUCCESS', isAnswered: true, request: { a: '1' }, answer: { b: ['2'] } })
  await team.add({ email: 'olga@shop.example', role: 'operator', passwordHash: 'hash', at: NOW })
  await attempts.consume([{ key: 'somebody', max: 5, windowMs: 1_000 }], NOW)
  await secret('order_tokens')
  await check()
  await close()
  return order.id
}

/** What a shop tells of itself, past its tables. */
async function told({ store, team }: { store: Store; team: Database['team'] }, id: string) {
  return {
    history: await store.findOrderHistory(id, NOW),
    goods: await store.listGoods(),
    audit: await store.listAudit({ filter: { action: null, email: null, orderId: null }, before: null, limit: 2_000 }),
    team: await team.list(),
  }
}

test('a shop moves from a file to a server and back, and is the same in each', async () => {
  const id = await usedShop(file())
  const there = await newDatabase()
  const moved = await moveDatabase(file(), there, AT_ONCE)
  expect(moved.find(({ table }) => table === 'audit')).toEqual({ table: 'audit', rows: 1_200 })
  await moveDatabase(there, file('back'), AT_ONCE)
  const [first, second, third] = [await opened(file()), await opened(there), await opened(file('back'))]
  const before = await told(first, id)
  expect(before.history?.order.status).toBe('paid')
  expect(await told(second, id)).toEqual(before)
  expect(await told(third, id)).toEqual(before)
  const secrets = [first, second, third].map((it) => it.secret('order_tokens'))
  expect(new Set(await Promise.all(secrets)).size).toBe(1)
})

test('a shop that has moved goes on counting where it was', async () => {
  await usedShop(file())
  const there = await newDatabase()
  await moveDatabase(file(), there, AT_ONCE)
  const { store } = await opened(there)
  expect(await store.insertAudit(sampleAudit())).toBe(1_201)
  expect(await store.insertNotification({ ...sampleMessage('<xml/>'), replayOf: null })).toBe(2)
})

test('a database that is not empty takes no shop, and keeps what it has', async () => {
  await usedShop(file())
  const there = await newDatabase()
  const kept = sampleOrder('tea', 1)
  const filled = await openDatabase(there, { goods: [sampleProduct('tea', 5)] })
  await filled.store.insertOrder(kept, created(kept), null)
  await filled.close()
  await expect(moveDatabase(file(), there, AT_ONCE)).rejects.toThrow(/the new database is not empty/)
  expect((await (await opened(there)).store.findOrder(kept.id))?.order).toEqual(kept)
})

test('a shop that runs is not moved', async () => {
  await usedShop(file())
  const running = await opened(file())
  const beats = setInterval(() => void running.check(), 20)
  await expect(moveDatabase(file(), await newDatabase(), 200)).rejects.toThrow(/still runs/)
  clearInterval(beats)
})

test('what comes out different is noticed, and nothing of it stays', async () => {
  await usedShop(file())
  const there = await emptyDatabase()
  await (await openDatabase(there)).close()
  await run(
    there,
    "create function meddle() returns trigger language plpgsql as 'begin new.reply := null; return new; end'",
  )
  await run(there, 'alter table notifications drop constraint notifications_concluded')
  await run(there, 'create trigger meddles before insert on notifications for each row execute function meddle()')
  await expect(moveDatabase(file(), there, AT_ONCE)).rejects.toThrow(/notifications came out different/)
  expect(await run(there, 'select count(*)::int as n from orders')).toEqual([{ n: 0 }])
})

test('an address is not moved to itself', async () => {
  await expect(moveDatabase(file(), file(), AT_ONCE)).rejects.toThrow(/the same/)
})

async function run(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(text)
  await client.end()
  return rows
}
