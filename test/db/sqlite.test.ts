import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { GOODS } from '@/db/goods'
import { openDatabase } from '@/db/open'
import {
  created,
  NOW,
  paidChange,
  sampleMessage,
  sampleOrder,
  samplePayment,
  sampleProduct,
  sampleTransaction,
} from './samples'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'))
  file = join(folder, 'data', 'shop.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (goods = [sampleProduct('tea', 5)]) => openDatabase(`file:${file}`, { goods })

/** What the file itself says to a statement, past all code of ours. */
function direct<T>(work: (db: Sqlite.Database) => T): T {
  const db = new Sqlite(file)
  db.pragma('foreign_keys = ON')
  try {
    return work(db)
  } finally {
    db.close()
  }
}

async function withOrder(database: ReturnType<typeof open>) {
  const order = sampleOrder('tea')
  const payment = samplePayment(order)
  await database.store.insertOrder(order, created(order), null)
  await database.store.insertPayment(payment)
  return { order, payment }
}

test('the file and its folder belong to one user only', () => {
  const database = open()
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700)
  database.close()
})

test('what was written is there after opening again, and opening again changes nothing', async () => {
  const first = open()
  const { order, payment } = await withOrder(first)
  const secret = first.secret('a')
  first.close()
  const second = open()
  expect(await second.store.findOrder(order.id)).toEqual({ order, payments: [payment] })
  expect((await second.store.listProducts())[0]?.stock).toBe(4)
  expect(second.secret('a')).toBe(secret)
  expect(second.secret('b')).not.toBe(secret)
  expect(secret).toMatch(/^[0-9a-f]{64}$/)
  second.close()
})

test('new texts and prices reach the window, and the stock stays as it was sold', async () => {
  const first = open([sampleProduct('tea', 5)])
  await withOrder(first)
  first.close()
  const [tea] = [{ ...sampleProduct('tea', 99), image: '/new.svg' }]
  const second = open([tea, sampleProduct('cup', 3)])
  expect((await second.store.listProducts()).map(({ id, stock, image }) => [id, stock, image])).toEqual([
    ['tea', 4, '/new.svg'],
    ['cup', 3, '/products/cup.svg'],
  ])
  second.close()
})

test('the goods of the shop fit into its tables', async () => {
  const database = openDatabase(`file:${file}`, { goods: GOODS })
  expect(await database.store.listProducts()).toEqual(GOODS)
  expect(new Set(GOODS.map(({ slug }) => slug)).size).toBe(GOODS.length)
  for (const { id } of GOODS) expect(id).toMatch(/^[a-z0-9-]{1,32}$/)
  database.close()
})

test('the file is sound, keys point to something, and commits are synced to the disk', async () => {
  const database = open()
  const { order, payment } = await withOrder(database)
  await database.store.commit(paidChange(order, payment, sampleTransaction(payment)))
  direct((db) => {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(db.pragma('foreign_key_check')).toEqual([])
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
  })
  const pragma = (name: string) => database.auth.db.get<Record<string, unknown>>(`pragma ${name}`)
  expect(Object.values(pragma('synchronous'))).toEqual([2])
  expect(Object.values(pragma('foreign_keys'))).toEqual([1])
  expect(Object.values(pragma('busy_timeout'))).toEqual([1000])
  database.close()
})

test.each([
  ["update products set stock = -1 where id = 'tea'"],
  ["update products set stock = 1.5 where id = 'tea'"],
  ["update products set price_fen = 'abc' where id = 'tea'"],
  ["update products set price_fen = 0 where id = 'tea'"],
  ['update orders set amount_fen = 0.5'],
  ["update orders set status = 'done'"],
  ["update orders set status = 'paid'"],
  ["update orders set created_at = 'today'"],
  ["update payments set status = 'maybe'"],
  ["update payments set channel = 'cash'"],
  ['update payments set next_check_at = null'],
  ["update payments set amount_fen = '1e2x'"],
  ["update payments set order_id = 'nobody'"],
  ['update notifications set body_bytes = 1'],
  ["update notifications set verdict = 'applied'"],
  ['update order_items set quantity = 0'],
])('the tables themselves refuse: %s', async (statement) => {
  const database = open()
  await withOrder(database)
  await database.store.insertNotification(sampleMessage('<xml/>'))
  expect(() => direct((db) => db.exec(statement))).toThrow(/constraint/i)
  database.close()
})

test('no two payments of an order can be live, and no two orders be paid by the same money', async () => {
  const database = open()
  const first = await withOrder(database)
  const second = await withOrder(database)
  const copy = `insert into payments select 'N-copy', order_id, channel, status, amount_fen, currency, sign_type, request,
    prepay_id, code_url, mweb_url, prepaid_at, null, created_at, next_check_at, checks, version from payments limit 1`
  expect(() => direct((db) => db.exec(copy))).toThrow(/UNIQUE/)
  const transaction = sampleTransaction(first.payment)
  await database.store.commit(paidChange(first.order, first.payment, transaction))
  const same = { ...paidChange(second.order, second.payment, transaction), transaction: null }
  await expect(database.store.commit(same)).rejects.toThrow(/UNIQUE/)
  expect((await database.store.findOrder(second.order.id))?.order.status).toBe('pending')
  database.close()
})

test('two programs on one file share the work, and see what the other wrote', async () => {
  const one = open()
  const two = open()
  const { payment } = await withOrder(one)
  const before = two.dataVersion()
  await withOrder(one)
  expect(two.dataVersion()).not.toBe(before)
  const own = one.dataVersion()
  await withOrder(one)
  expect(one.dataVersion()).toBe(own)

  const due = NOW + 5_000
  const claims = [await one.store.claimDuePayments(due, 2), await two.store.claimDuePayments(due, 2)]
  const numbers = claims.flat().map((it) => it.payment.outTradeNo)
  expect(numbers).toHaveLength(3)
  expect(new Set(numbers).size).toBe(3)
  expect(numbers).toContain(payment.outTradeNo)
  one.close()
  two.close()
})

test('while another program writes, a write fails with a clear error and reading goes on', async () => {
  const database = open()
  const other = new Sqlite(file)
  other.exec('begin immediate')
  await expect(database.store.insertNotification(sampleMessage('<xml/>'))).rejects.toThrow(/locked|busy/i)
  expect(await database.store.listProducts()).toHaveLength(1)
  other.exec('rollback')
  other.close()
  expect(await database.store.insertNotification(sampleMessage('<xml/>'))).toBeGreaterThan(0)
  database.close()
})

test('a disk that is full refuses to write, loses nothing, and goes on when there is room', async () => {
  const database = open()
  const { order } = await withOrder(database)
  const pages = Object.values(database.auth.db.get<Record<string, number>>('pragma page_count'))[0] ?? 0
  database.auth.db.get(`pragma max_page_count = ${pages}`)
  const big = { ...sampleMessage(''), body: new Uint8Array(60 * 1024) }
  await expect(database.store.insertNotification(big)).rejects.toThrow(/full/i)
  expect(await database.store.findOrder(order.id)).not.toBeNull()
  database.auth.db.get('pragma max_page_count = 1000000')
  expect(await database.store.insertNotification(big)).toBeGreaterThan(0)
  database.close()
})

test('another kind of database is refused with a sentence', () => {
  expect(() => openDatabase('postgres://localhost/shop')).toThrow(/DATABASE_URL must be file:/)
})

test('a file that is no database is refused, and left as it was', () => {
  mkdirSync(join(folder, 'data'))
  const text = 'this is no database, but somebody may need it'.repeat(40)
  writeFileSync(file, text)
  expect(() => open()).toThrow()
  expect(readFileSync(file, 'utf8')).toBe(text)
})

test('each list goes along an index, so that it costs the same when tables grow', () => {
  open().close()
  const lists = [
    'select * from notifications order by id desc limit 50',
    "select * from notifications where verdict = 'applied' and id < 9 order by id desc limit 50",
    'select * from notifications where verdict is null and received_at < 9 order by received_at limit 20',
    "select * from notifications where body_sha256 = 'x' and verdict = 'malformed'",
    "select count(*), sum(body_bytes) from notifications where verdict in ('malformed', 'bad_signature')",
    'select * from payments where next_check_at <= 9 order by next_check_at limit 20',
    "select * from payments where order_id = 'x' order by created_at",
    "select * from orders where status = 'pending' and expires_at <= 9 order by expires_at limit 20",
    "select * from order_items where order_id in ('x', 'y') order by position",
    "select * from order_events where order_id = 'x' order by version",
    "select * from transactions where out_trade_no = 'x'",
  ]
  direct((db) => {
    for (const list of lists) {
      const plan = db.prepare(`explain query plan ${list}`).all() as { detail: string }[]
      const scans = plan.map(({ detail }) => detail).filter((detail) => /^SCAN/.test(detail))
      // Along the primary key, newest first, is what the first of them is for.
      expect([list, scans.filter((detail) => detail !== 'SCAN notifications')]).toEqual([list, []])
    }
  })
})
