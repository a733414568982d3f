import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openConnection } from '@/db/connection'
import { GOODS } from '@/db/goods'
import { type Database, openDatabase } from '@/db/open'
import { statementsOf } from '@/db/sqlite/connection'
import { openReader } from '@/db/sqlite/reader'
import { openWriter } from '@/db/sqlite/writer'
import { openStore } from '@/db/store'
import { EVERY_NOTIFICATION, type NotificationFilter } from '@/lib/shop/notification'
import type { LogLimits } from '@/lib/shop/notification-log'
import { EVERY_ORDER, EVERY_REFUND, type RefundFilter } from '@/lib/shop/review'
import type { Store } from '@/lib/shop/store'
import {
  closedChange,
  created,
  MINUTE,
  NOW,
  paidChange,
  paidIn,
  refundMade,
  sampleAudit,
  sampleCall,
  sampleMessage,
  sampleOrder,
  samplePayment,
  sampleProduct,
  sampleRefund,
  sampleResult,
  sampleTransaction,
} from './samples'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'))
  file = join(folder, 'data', 'shop.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = async (goods = [sampleProduct('tea', 5)]) => openDatabase(`file:${file}`, { goods })

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

async function withOrder(database: Database) {
  const order = sampleOrder('tea')
  const payment = samplePayment(order)
  await database.store.insertOrder(order, created(order), null)
  await database.store.insertPayment(payment)
  return { order, payment }
}

test('the file and its folder belong to one user only', async () => {
  const database = await open()
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600)
  expect(statSync(`${file}-shm`).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700)
  await database.close()
})

test('a file that others could read is closed to them when it is opened', async () => {
  await (await open()).close()
  chmodSync(file, 0o644)
  await (await open()).close()
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('what was written is there after opening again, and opening again changes nothing', async () => {
  const first = await open()
  const { order, payment } = await withOrder(first)
  const secret = await first.secret('a')
  await first.close()
  const second = await open()
  expect(await second.store.findOrder(order.id)).toEqual({ order, payments: [payment] })
  expect((await second.store.listProducts())[0]?.stock).toBe(4)
  expect(await second.secret('a')).toBe(secret)
  expect(await second.secret('b')).not.toBe(secret)
  expect(secret).toMatch(/^[0-9a-f]{64}$/)
  await second.close()
})

test('opening again runs no migration twice and changes no table', async () => {
  const state = () =>
    direct((db) => [
      db.prepare('select type, name, sql from sqlite_schema order by name').all(),
      db.prepare('select * from __drizzle_migrations').all(),
      db.prepare('select * from products').all(),
    ])
  await (await open()).close()
  const before = state()
  await (await open()).close()
  expect(state()).toEqual(before)
})

test('a price list fills an empty shop, and changes nothing of one that has goods', async () => {
  const first = await open([sampleProduct('tea', 5)])
  await withOrder(first)
  await first.close()
  const second = await open([{ ...sampleProduct('tea', 99), image: '/new.svg' }, sampleProduct('cup', 3)])
  expect(await second.store.listProducts()).toEqual([sampleProduct('tea', 4)])
  await second.close()
})

test('a price list that cannot be sold fills nothing, and each reason is said', async () => {
  const wrong = [{ ...sampleProduct('tea', -1), slug: 'Tee!' }, sampleProduct('cup', 3), sampleProduct('cup', 3)]
  await expect(open(wrong)).rejects.toThrow(
    /"tea": slug has .*\n.*"tea": stock is .*\n.*"cup": no two .* same id\n.*"cup": no two .* same slug/,
  )
  direct((db) => expect(db.prepare('select count(*) from products').pluck().get()).toBe(0))
})

test('the goods of the shop fit into its tables', async () => {
  const database = await openDatabase(`file:${file}`, { goods: GOODS })
  expect(await database.store.listProducts()).toEqual(GOODS.map((it) => ({ ...it, isOnSale: true })))
  await database.close()
})

test('the file is sound, keys point to something, and commits are synced to the disk', async () => {
  const database = await open()
  const { order, payment } = await withOrder(database)
  await database.store.commit(paidChange(order, payment, sampleTransaction(payment)))
  direct((db) => {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(db.pragma('foreign_key_check')).toEqual([])
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
  })
  expect(await database.settings()).toEqual({
    journal_mode: 'wal',
    synchronous: 2,
    foreign_keys: 1,
    cell_size_check: 1,
    trusted_schema: 0,
    journal_size_limit: 16 * 1024 * 1024,
    wal_autocheckpoint: 3_000,
    temp_store: 2,
    busy_timeout: 0,
  })
  await database.close()
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
  ["update orders set transaction_id = '42'"],
  ['update orders set version = 1.5'],
  ["update order_events set at = 'today'"],
  ['update products set slug = null'],
  ['update notifications set body_bytes = 1'],
  ["update notifications set body = x'00'"],
  ['update notifications set times = 0'],
  ["update notifications set received_at = 'today'"],
  ["update notifications set order_id = 'nobody'"],
  ["update notifications set verdict = 'applied'"],
  ['update order_items set quantity = 0'],
])('the tables themselves refuse: %s', async (statement) => {
  const database = await open()
  await withOrder(database)
  await database.store.insertNotification(sampleMessage('<xml/>'))
  expect(() => direct((db) => db.exec(statement))).toThrow(/constraint/i)
  await database.close()
})

test('a status that no list has is refused, and another word on the list is all that it needs', async () => {
  const database = await open()
  const { order } = await withOrder(database)
  const payInCash = () => direct((db) => db.exec(`update orders set channel = 'cash' where id = '${order.id}'`))
  expect(payInCash).toThrow(/FOREIGN KEY/)
  direct((db) => db.exec("insert into channels values ('cash')"))
  payInCash()
  expect((await database.store.findOrder(order.id))?.order).toEqual(order)
  const lists = direct((db) =>
    db.prepare('select sql from sqlite_schema where sql like ?').pluck().all("%in ('pending'%"),
  )
  expect(lists).toEqual([])
  await database.close()
})

test('no two payments of an order can be live, and no two orders be paid by the same money', async () => {
  const database = await open()
  const first = await withOrder(database)
  const second = await withOrder(database)
  const copy = `create temp table copy as select * from payments limit 1;
    update copy set out_trade_no = 'N-copy', transaction_id = null; insert into payments select * from copy`
  expect(() => direct((db) => db.exec(copy))).toThrow(/UNIQUE/)
  const transaction = sampleTransaction(first.payment)
  await database.store.commit(paidChange(first.order, first.payment, transaction))
  const same = { ...paidChange(second.order, second.payment, transaction), transaction: null }
  await expect(database.store.commit(same)).rejects.toThrow(/UNIQUE/)
  expect((await database.store.findOrder(second.order.id))?.order.status).toBe('pending')
  await database.close()
})

test('two programs on one file share the work, and see what the other wrote', async () => {
  const one = await open()
  const two = await open()
  const { payment } = await withOrder(one)
  const before = await two.changesOfOthers()
  await withOrder(one)
  expect(await two.changesOfOthers()).not.toBe(before)
  const own = await one.changesOfOthers()
  await withOrder(one)
  expect(await one.changesOfOthers()).toBe(own)

  const due = NOW + 5_000
  const claims = [await one.store.claimDuePayments(due, 2), await two.store.claimDuePayments(due, 2)]
  const numbers = claims.flat().map((it) => it.payment.outTradeNo)
  expect(numbers).toHaveLength(3)
  expect(new Set(numbers).size).toBe(3)
  expect(numbers).toContain(payment.outTradeNo)
  await one.close()
  await two.close()
})

test('of two programs that change one order, one does, and the other is told', async () => {
  const one = await open()
  const two = await open()
  const { order, payment } = await withOrder(one)
  const seen = await two.store.findSituation(payment.outTradeNo, null)
  expect(seen).toEqual({ order, payment, known: null, hasOtherLive: false })

  const paid = paidChange(order, payment, sampleTransaction(payment))
  expect(await one.store.commit(paid)).toBe(true)
  expect(await two.store.commit(closedChange(order, payment))).toBe(false)
  expect(await two.store.commit(paidChange(order, payment, sampleTransaction(payment)))).toBe(false)
  expect(await two.store.insertPayment(samplePayment(order))).toBe(false)
  expect(await two.store.findOrder(order.id)).toEqual({ order: paid.order.after, payments: [paid.payment.after] })
  await one.close()
  await two.close()
})

test('two programs never sell the same piece', async () => {
  const one = await open([sampleProduct('tea', 1)])
  const two = await open([sampleProduct('tea', 1)])
  const [first, second] = [sampleOrder('tea'), sampleOrder('tea')]
  expect(await one.store.insertOrder(first, created(first), null)).toEqual({ ok: true })
  expect(await two.store.insertOrder(second, created(second), null)).toMatchObject({ reason: 'sold_out' })
  await one.close()
  await two.close()
})

test('of two programs that refund all of a payment at once, one does', async () => {
  const first = await open()
  const programs = [first, await open()]
  const money = await paidIn(first.store)
  const results = await Promise.all(
    programs.map(({ store }) => {
      const refund = sampleRefund(money)
      return store.insertRefund(refund, refundMade(refund), null)
    }),
  )
  expect(results.map(({ ok }) => ok).sort()).toEqual([false, true])
  expect(results).toContainEqual({ ok: false, reason: 'refund_too_much' })
  for (const { close } of programs) await close()
})

test('a store that is closed does not answer', async () => {
  const database = await open()
  await database.store.ping()
  await database.close()
  await expect(database.store.ping()).rejects.toThrow()
})

test('a store whose tables are gone does not answer either', async () => {
  const database = await open()
  direct((db) => db.exec('alter table products rename to gone'))
  await expect(database.store.ping()).rejects.toMatchObject({ name: 'StoreUnavailable' })
  await database.close()
})

test('a disk that is full refuses to write, loses nothing, and goes on when there is room', async () => {
  const database = await open()
  const { order } = await withOrder(database)
  const { store, sqlite, close } = openParts()
  sqlite.pragma(`max_page_count = ${sqlite.pragma('page_count', { simple: true })}`)
  const big = { ...sampleMessage(''), body: new Uint8Array(60 * 1024) }
  // Of those that share a commit, only what needs room fails, unless the disk undoes all of it.
  const orders = [1, 2].map(() => sampleOrder('tea'))
  const answers = await Promise.allSettled([
    store.insertNotification(big),
    ...orders.map((order) => store.insertOrder(order, created(order), null)),
  ])
  expect(answers[0]).toMatchObject({ status: 'rejected', reason: { name: 'StoreUnavailable' } })
  for (const [n, answer] of answers.slice(1).entries()) {
    const isThere = (await store.findOrder(orders[n]?.id ?? '')) !== null
    expect(isThere).toBe(answer.status === 'fulfilled')
  }
  expect(await store.findOrder(order.id)).not.toBeNull()
  sqlite.pragma('max_page_count = 1000000')
  expect(await store.insertNotification(big)).toBeGreaterThan(0)
  close()
  await database.close()
})

test('another kind of database is refused with a sentence', async () => {
  await expect(openDatabase('mysql://localhost/shop')).rejects.toThrow(/DATABASE_URL must be file:<path> or postgres/)
})

test('a file that is no database is refused by its name, and left as it was', async () => {
  mkdirSync(join(folder, 'data'))
  const text = 'this is no database, but somebody may need it'.repeat(40)
  writeFileSync(file, text)
  await expect(open()).rejects.toThrow(`${file}: file is not a database`)
  expect(readFileSync(file, 'utf8')).toBe(text)
})

/** A store on the file whose handle and statements can be looked at. */
function openParts(limits: LogLimits = { entriesMax: 100, bytesMax: 1e9 }) {
  const [sqlite, reading] = [new Sqlite(file, { timeout: 0 }), new Sqlite(file)]
  const statements: { query: string; params: unknown[] }[] = []
  const watched = (handle: Sqlite.Database) => {
    const run = statementsOf(handle)
    return openConnection((query, params) => {
      statements.push({ query, params })
      return run(query, params)
    })
  }
  const onBroken = (error: unknown) => {
    throw error
  }
  const options = { afterCommit: () => {}, onBroken }
  const { write, writeQuietly } = openWriter(sqlite, watched(sqlite), options)
  const { read } = openReader(reading, watched(reading), onBroken)
  const planOf = ({ query, params }: (typeof statements)[number]) =>
    (sqlite.prepare(`explain query plan ${query}`).all(...params) as { detail: string }[]).map(({ detail }) => detail)
  const close = () => {
    sqlite.close()
    reading.close()
  }
  return { store: openStore({ read, write, writeQuietly }, limits), sqlite, statements, planOf, close }
}

const LATER = NOW + 60 * MINUTE
type Lists = [string, (store: Store) => Promise<unknown>][]
const page = { after: { at: LATER, id: 9 }, limit: 50 }
const logOf = (filter: Partial<NotificationFilter>) => (store: Store) =>
  store.listNotifications({ ...EVERY_NOTIFICATION, ...filter }, page)
const aboveIn = (filter: Partial<NotificationFilter>) => (store: Store) =>
  store.findNewerNotification({ ...EVERY_NOTIFICATION, ...filter }, { at: NOW, id: 1 })
const refundsOf = (filter: Partial<RefundFilter>) => (store: Store) =>
  store.listRefunds({ ...EVERY_REFUND, ...filter }, { after: { at: LATER, id: 'x' }, limit: 50 })
const LISTS: Lists = [
  ['an order', (store) => store.findOrder('x')],
  ['an order by its key', (store) => store.findOrderByKey('x', NOW)],
  ['somebody’s orders', (store) => store.listOrders(['x', 'y'])],
  ['the history of an order', (store) => store.listOrderEvents('x')],
  ['expired orders', (store) => store.listExpiredOrders(LATER, 20)],
  ['payments that are due', (store) => store.claimDuePayments(LATER, 20)],
  ['what is known of a payment', (store) => store.findSituation('x', 'y')],
  ['messages without a verdict', (store) => store.listUnprocessedNotifications(NOW, 20)],
  ['the next page of the log', logOf({})],
  ['the log of one verdict', logOf({ verdict: 'applied' })],
  ['the log of one number', logOf({ number: 'x' })],
  ['the log of one number and verdict', logOf({ number: 'x', verdict: 'applied', from: NOW, until: LATER })],
  ['the log of a time', logOf({ from: NOW, until: LATER, text: 'x' })],
  ['what is unresolved in the log', logOf({ isUnresolved: true })],
  ['what stands above in the log', aboveIn({})],
  ['what stands above in the log of one verdict', aboveIn({ verdict: 'applied' })],
  ['what stands above among the unresolved', aboveIn({ isUnresolved: true })],
  ['replays', (store) => store.listReplays(1, 10)],
  ['refunds that are due', (store) => store.claimDueRefunds(LATER, 20)],
  ['the refunds of an order', (store) => store.listRefundsOf('x')],
  ['the next page of refunds', refundsOf({})],
  ['refunds of one status', refundsOf({ status: 'closed' })],
  ['refunds without an end', refundsOf({ waits: 'open' })],
  ['refunds that wait for somebody', refundsOf({ waits: 'look' })],
  ['the refunds of one number', refundsOf({ number: 'x' })],
  ['the log of one refund', logOf({ number: 'R1' })],
  ['verdicts by the hour', (store) => store.countVerdicts(NOW, LATER)],
  [
    'the record of one act',
    (store) => store.listAudit({ filter: { action: 'signed_in', ...ANYBODY }, before: 9, limit: 5 }),
  ],
]

const ANYBODY = { email: null, orderId: null }

test('what is to be shipped is found along the index of just that, however much was ever paid', async () => {
  const database = await open()
  const watched = openParts()
  await watched.store.listReviewedOrders({ ...EVERY_ORDER, isShipped: false }, { after: null, limit: 5, now: NOW })
  await watched.store.countWaiting(NOW, 100)
  const plans = watched.statements.filter(({ query }) => query.includes('shipped_at is null')).map(watched.planOf)
  expect(plans).toHaveLength(2)
  for (const plan of plans) {
    expect(plan).toContainEqual(expect.stringContaining('orders_unshipped'))
    expect(plan.filter((detail) => /orders_by|refunds_by_status/.test(detail))).toEqual([])
  }
  watched.close()
  await database.close()
})

test.each(LISTS)('%s is found along an index, so that it costs the same when tables grow', async (_, list) => {
  const database = await open()
  await withOrder(database)
  const unpaid = sampleOrder('tea')
  await database.store.insertOrder(unpaid, created(unpaid), null)
  const watched = openParts()
  await list(watched.store)
  const plans = watched.statements.filter(({ query }) => query.startsWith('select')).map(watched.planOf)
  expect(plans.length).toBeGreaterThan(0)
  // Orders in the order of a window may be sorted; what must not happen is reading a whole table.
  expect(plans.flat().filter((detail) => detail.startsWith('SCAN'))).toEqual([])
  watched.close()
  await database.close()
})

test('pages of the log come from their index as they are shown: nothing is sorted', async () => {
  await (await open()).close()
  const watched = openParts()
  const plansOf = async (filter: Partial<NotificationFilter>) => {
    watched.statements.splice(0)
    await watched.store.listNotifications({ ...EVERY_NOTIFICATION, ...filter }, { after: null, limit: 50 })
    return watched.statements.flatMap(watched.planOf).join()
  }
  expect(await plansOf({})).toBe('SCAN notifications USING INDEX notifications_by_time')
  expect(await plansOf({ verdict: 'applied' })).toBe(
    'SEARCH notifications USING INDEX notifications_by_verdict_and_time (verdict=?)',
  )
  const unresolved = await plansOf({ isUnresolved: true })
  expect(unresolved).toContain('USING INDEX notifications_to_look_at')
  expect(unresolved).not.toContain('B-TREE')
  watched.close()
})

test.each([
  ['refunds_by_creation', {}],
  ['refunds_by_status', { status: 'abnormal' }],
  ['refunds_open', { waits: 'open' }],
  ['refunds_to_look_at', { waits: 'look' }],
] as const)('a page of refunds comes from %s as it is shown: nothing is sorted', async (index, filter) => {
  await (await open()).close()
  const watched = openParts()
  await watched.store.listRefunds({ ...EVERY_REFUND, ...filter }, { after: null, limit: 50 })
  const plan = watched.statements.flatMap(watched.planOf).join()
  expect(plan).toContain(`USING INDEX ${index}`)
  expect(plan).not.toContain('B-TREE')
  watched.close()
})

test('a search looks through some thousand entries for a page, and the next page looks further back', async () => {
  const { store, close } = await open()
  const needle = await store.insertNotification(sampleMessage('<needle/>'))
  // As many as a page looks at, so that the oldest is out of its sight.
  direct((db) =>
    db.exec(`with recursive hay(n) as (select 1 union all select n + 1 from hay where n < 5000)
      insert into notifications (received_at, remote_address, headers, body, body_bytes, body_sha256, times)
      select ${NOW + 1}, '', '{}', cast('<hay/>' as blob), 6, '', 1 from hay`),
  )
  const wanted = { ...EVERY_NOTIFICATION, text: 'needle' }
  const first = await store.listNotifications(wanted, { after: null, limit: 10 })
  expect(first).toEqual({ lines: [], next: { at: NOW + 1, id: needle + 1 } })
  const second = await store.listNotifications(wanted, { after: first.next, limit: 10 })
  expect(second.lines.map(({ id }) => id)).toEqual([needle])
  expect(second.next).toBeNull()
  await close()
})

test('a message is looked for among its like along an index', async () => {
  await (await open()).close()
  const watched = openParts()
  const id = await watched.store.insertNotification(sampleMessage('<xml/>'))
  watched.statements.splice(0)
  await watched.store.commit({ result: sampleResult(id, 'malformed') })
  const plans = watched.statements.filter(({ query }) => /^(select|update)/.test(query)).map(watched.planOf)
  expect(plans.flat().filter((detail) => !/^SEARCH (notifications|counters) USING/.test(detail))).toEqual([])
  expect(plans.flat().join()).toContain('notifications_by_body')
  watched.close()
})

test('a line of the record can neither be changed nor taken out, by no statement at all', async () => {
  const database = await open()
  const id = await database.store.insertAudit(sampleAudit())
  await database.close()
  const refused = /append-only/
  expect(() => direct((db) => db.exec(`update audit set email = 'x' where id = ${id}`))).toThrow(refused)
  expect(() => direct((db) => db.exec('delete from audit'))).toThrow(refused)
  expect(direct((db) => db.prepare('select email from audit').pluck().all())).toEqual([sampleAudit().actor.email])
})

test('of calls the newest hundred thousand are kept', async () => {
  const { store, close } = await open()
  for (let n = 1; n <= 3; n += 1) await store.insertCall(sampleCall())
  const ids = () => direct((db) => db.prepare('select id from calls order by id').pluck().all())
  const skipTo = (id: number) =>
    direct((db) => {
      db.exec(`insert into calls (id, at, duration_ms, path, outcome, is_answered, request, answer)
        select ${id}, at, duration_ms, path, outcome, is_answered, request, answer from calls limit 1`)
    })
  skipTo(99_999)
  await store.insertCall(sampleCall())
  expect(await ids()).toEqual([1, 2, 3, 99_999, 100_000])
  await store.insertCall(sampleCall())
  await store.insertCall(sampleCall())
  expect(await ids()).toEqual([3, 99_999, 100_000, 100_001, 100_002])
  await close()
})

test('half of what WeChat gave for a payment is nothing that could be paid with', async () => {
  const database = await open()
  const { payment } = await withOrder(database)
  const prepay = { prepayId: 'wx1', codeUrl: 'weixin://x', mwebUrl: null, at: NOW }
  const after = { ...payment, status: 'open', prepay, version: 2 } as const
  await database.store.commit({ payment: { before: payment, after } })
  for (const half of ['prepaid_at = null', `prepaid_at = ${NOW}, prepay_id = null`]) {
    direct((db) => db.exec(`update payments set ${half}`))
    expect(await database.store.findPayment(payment.outTradeNo)).toEqual({ ...after, prepay: null })
  }
  await database.close()
})

test.each([
  ['is not verified one by one', { isOriginal: true }],
  ['is wanted unresolved', { isUnresolved: true }],
] as const)('a page of a long log that %s looks through some thousand entries too', async (_, filter) => {
  const { store, close } = await open()
  const wanted = await store.insertNotification(sampleMessage('<m/>'))
  await store.commit({ result: sampleResult(wanted, 'wrong_amount', { transactionId: 'N' }) })
  const money = { transactionId: 'seen to', outTradeNo: 'N', orderId: null, paidFen: 1, currency: 'CNY', paidAt: NOW }
  const transaction = { ...money, outcome: 'unknown_order', seenAt: NOW, seenBy: 'query' } as const
  await store.commit({ transaction })
  await store.resolveTransaction('seen to', { at: NOW, by: 'ann', note: 'done' }, sampleAudit())
  const fill = (count: number) =>
    direct((db) =>
      db.exec(`with recursive hay(n) as (select 1 union all select n + 1 from hay where n < ${count})
        insert into notifications (received_at, remote_address, headers, body, body_bytes, body_sha256, times, replay_of,
          verdict, reply, concluded_at, transaction_id)
        select ${NOW + 1}, '', '{}', cast('<hay/>' as blob), 6, '', 1, 1, 'wrong_amount', 'retry', ${NOW}, 'seen to'
        from hay`),
    )
  fill(4_999)
  const page = (after: { at: number; id: number } | null) =>
    store.listNotifications({ ...EVERY_NOTIFICATION, ...filter }, { after, limit: 10 })
  expect((await page(null)).lines.map(({ id }) => id)).toEqual([wanted])
  fill(1)
  const first = await page(null)
  expect(first).toEqual({ lines: [], next: { at: NOW + 1, id: wanted + 1 } })
  expect((await page(first.next)).lines.map(({ id }) => id)).toEqual([wanted])
  await close()
})

test('a search looks at two hundred entries at a time, however small they are, and others get a turn in between', async () => {
  await (await open()).close()
  direct((db) =>
    db.exec(`with recursive hay(n) as (select 1 union all select n + 1 from hay where n < 1000)
      insert into notifications (received_at, remote_address, headers, body, body_bytes, body_sha256, times)
      select ${NOW}, '', '{}', cast('<hay/>' as blob), 6, '', 1 from hay`),
  )
  const watched = openParts()
  const looks = () => watched.statements.filter(({ query }) => query.includes('"body_bytes"')).length
  const seen: number[] = []
  const search = watched.store.listNotifications({ ...EVERY_NOTIFICATION, text: 'x' }, { after: null, limit: 9 })
  let isThrough = false
  void search.then(() => {
    isThrough = true
  })
  for (; !isThrough; await new Promise((resolve) => setImmediate(resolve))) seen.push(looks())
  expect(looks()).toBe(6)
  expect(new Set(seen).size).toBeGreaterThanOrEqual(6)
  watched.close()
})

test('who had an order unpaid is forgotten when it is paid or closed', async () => {
  const database = await open()
  const holders = () => direct((db) => db.prepare('select buyer, address from orders order by id').raw().all())
  const [paid, closed] = [sampleOrder('tea'), sampleOrder('tea')]
  const holder = { buyer: 'b', address: 'here' }
  for (const order of [paid, closed]) await database.store.insertOrder(order, created(order), null, holder)
  expect(holders()).toEqual([
    ['b', 'here'],
    ['b', 'here'],
  ])
  const payment = samplePayment(paid)
  await database.store.insertPayment(payment)
  await database.store.commit(paidChange(paid, payment, sampleTransaction(payment)))
  await database.store.commit(closedChange(closed, null))
  expect(holders()).toEqual([
    [null, null],
    [null, null],
  ])
  await database.close()
})

test('what the log takes is counted under names that later versions find', async () => {
  const { store, close } = await openDatabase(`file:${file}`, { logLimits: { entriesMax: 1, bytesMax: 1e6 } })
  for (const body of ['<one/>', '<two/>']) {
    const id = await store.insertNotification(sampleMessage(body))
    await store.commit({ result: sampleResult(id, 'malformed') })
  }
  expect(direct((db) => db.prepare('select name, value from counters order by name').raw().all())).toEqual([
    ['counted_notification_bytes', expect.any(Number)],
    ['counted_notifications', 1],
    ['notifications_dropped', 1],
  ])
  await close()
})

test('where nothing is due or over, one look is all that it costs', async () => {
  await (await open()).close()
  const watched = openParts()
  expect(await watched.store.listExpiredOrders(NOW, 9)).toEqual([])
  expect(await watched.store.claimDuePayments(NOW, 9)).toEqual([])
  expect(await watched.store.claimDueRefunds(NOW, 9)).toEqual([])
  expect(watched.statements).toHaveLength(3)
  watched.statements.splice(0)
  expect(await watched.store.findSituation('nobody', 'nothing')).toBeNull()
  expect(watched.statements).toHaveLength(1)
  watched.close()
})

test('a page of a search ends at the last entry that it shows, also when that is found late', async () => {
  const { store, close } = await open()
  const hay = (count: number, at: number) =>
    direct((db) =>
      db.exec(`with recursive hay(n) as (select 1 union all select n + 1 from hay where n < ${count})
        insert into notifications (received_at, remote_address, headers, body, body_bytes, body_sha256, times)
        select ${at}, '', '{}', cast('<hay/>' as blob), 6, '', 1 from hay`),
    )
  const needle = (at: number) => store.insertNotification(sampleMessage('<needle/>', at))
  const last = await needle(NOW)
  hay(300, NOW + 1)
  const second = await needle(NOW + 2)
  const first = await needle(NOW + 3)
  hay(10, NOW + 4)
  const page = async (limit: number) => {
    const { lines, next } = await store.listNotifications(
      { ...EVERY_NOTIFICATION, text: 'needle' },
      { after: null, limit },
    )
    return [lines.map(({ id }) => id), next]
  }
  expect(await page(3)).toEqual([[first, second, last], null])
  expect(await page(2)).toEqual([[first, second], { at: NOW + 2, id: second }])
  expect(await page(1)).toEqual([[first], { at: NOW + 3, id: first }])
  // As many as fill a part to its end are not the end of the log.
  direct((db) => db.exec(`delete from notifications where received_at = ${NOW + 4}`))
  hay(198, NOW + 4)
  expect(await page(9)).toEqual([[first, second, last], null])
  await close()
})

test('a count of the log that says too much deletes no more than there is', async () => {
  const { store, close } = await openDatabase(`file:${file}`, { logLimits: { entriesMax: 3, bytesMax: 1e6 } })
  const forge = async () => {
    const id = await store.insertNotification(sampleMessage(`<n>${Math.random()}</n>`))
    await store.commit({ result: sampleResult(id, 'malformed') })
  }
  await forge()
  direct((db) => db.exec("update counters set value = 500 where name = 'counted_notifications'"))
  await forge()
  expect((await store.listNotifications(EVERY_NOTIFICATION, { after: null, limit: 9 })).lines).toEqual([])
  await close()
})

test('a result costs a few statements, and counts anew only what it changes', async () => {
  await (await open()).close()
  const watched = openParts()
  const cost = async (work: () => Promise<unknown>) => {
    watched.statements.splice(0)
    await work()
    return watched.statements.map(({ query }) => query.split(' ')[0]).join(' ')
  }
  const { store } = watched
  const genuine = await store.insertNotification(sampleMessage('<genuine/>'))
  const forged = await store.insertNotification(sampleMessage('<forged/>'))
  const result = (id: number, verdict: 'query_failed' | 'malformed') => () =>
    store.commit({ result: sampleResult(id, verdict) })
  // Counted by verdict, looked for among its like, written.
  expect(await cost(result(genuine, 'query_failed'))).toBe('select insert select update')
  expect(await cost(result(genuine, 'query_failed'))).toBe('select select update')
  // Likewise, and counted for the limits twice, which are then looked at.
  expect(await cost(result(forged, 'malformed'))).toBe('select insert select update insert insert select select')
  expect(await cost(result(forged, 'malformed'))).toBe('select select update select select')
  watched.close()
})
