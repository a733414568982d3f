import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '@/db/open'
import { MINUTE, NOW } from './samples'

/* Files as former versions of the program left them, with rows in every table, opened by this one. */

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'former-'))
  file = join(folder, 'shop.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

type Journal = { entries: { tag: string; when: number }[] }
const MIGRATIONS = 'db/sqlite/migrations'
const journal: Journal = JSON.parse(readFileSync(join(MIGRATIONS, 'meta/_journal.json'), 'utf8'))

function direct<T>(work: (db: Sqlite.Database) => T): T {
  const db = new Sqlite(file)
  try {
    return work(db)
  } finally {
    db.close()
  }
}

/** A file as it was after some migration. */
function makeFormer(lastTag: string): void {
  const count = journal.entries.findIndex(({ tag }) => tag === lastTag) + 1
  direct((db) => {
    db.exec('create table __drizzle_migrations (id serial primary key, hash text not null, created_at numeric)')
    for (const { tag, when } of journal.entries.slice(0, count)) {
      const statements = readFileSync(join(MIGRATIONS, `${tag}.sql`), 'utf8').split('--> statement-breakpoint')
      for (const statement of statements) db.exec(statement)
      db.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)').run('', when)
    }
  })
}

/** An order that was paid, one that is waiting, money nobody knows, and messages of every kind. */
const ROWS = `
  insert into products values ('tea', 'tea', '{"zh":"茶","en":"Tea"}', '{"zh":"茶","en":"Tea"}', 1000, 4, 5, '/tea.svg', 0);
  insert into orders (id, status, amount_fen, currency, created_at, expires_at, paid_at, transaction_id, version, channel)
    values ('paid1', 'paid', 1000, 'CNY', ${NOW}, ${NOW + 30 * MINUTE}, ${NOW + MINUTE}, '4200001', 2, 'native');
  insert into order_items values ('paid1', 0, 'tea', '{"zh":"茶","en":"Tea"}', 1, 1000);
  insert into order_events values ('paid1', 1, null, 'pending', 'checkout', 'paid1', ${NOW}),
    ('paid1', 2, 'pending', 'paid', 'notification', '1', ${NOW + MINUTE});
  insert into payments (out_trade_no, order_id, channel, status, amount_fen, currency, sign_type, request, transaction_id,
    created_at, checks, version)
    values ('N1', 'paid1', 'native', 'paid', 1000, 'CNY', 'MD5', '{}', '4200001', ${NOW}, 1, 2);
  insert into transactions (transaction_id, out_trade_no, order_id, paid_fen, currency, paid_at, outcome, seen_at, seen_by)
    values ('4200001', 'N1', 'paid1', 1000, 'CNY', ${NOW + MINUTE}, 'applied', ${NOW + MINUTE}, 'query'),
      ('4200002', 'N9', null, 1000, 'CNY', ${NOW + MINUTE}, 'unknown_order', ${NOW + MINUTE}, 'notification');
  insert into notifications (id, received_at, remote_address, headers, body, body_bytes, body_sha256, times, verdict,
    checks, signed_text, order_id, out_trade_no, transaction_id, reply, concluded_at, claimed_fen, replay_of)
    values (1, ${NOW + MINUTE}, '203.0.113.7', '{"a":"b"}', x'3c61', 2, 'aa', 1, 'applied', '${JSON.stringify([{ name: 'result_code', passed: true, detail: 'result_code' }])}', 'x=1', 'paid1', 'N1', '4200001',
        'thanks', ${NOW + MINUTE}, 1000, null),
      (2, ${NOW + MINUTE}, '203.0.113.8', '{}', x'3c62', 2, 'bb', 7, 'bad_signature', '[]', null, null, null, null,
        'again', ${NOW + MINUTE}, null, null),
      (3, ${NOW + MINUTE}, '203.0.113.9', '{}', x'3c63', 2, 'cc', 1, null, null, null, null, null, null, null, null, null, null),
      (9, ${NOW + MINUTE}, '203.0.113.9', '{}', x'3c64', 2, 'dd', 1, 'already', '[]', null, 'paid1', 'N1', '4200001',
        'thanks', ${NOW + MINUTE}, 1000, 1);
  delete from notifications where id = 9;
  insert into verdict_counts values (${Math.floor(NOW / 3_600_000)}, 'applied', 1);
  insert into counters values ('notifications_dropped', 12);
  insert into audit (at, email, role, address, act, order_id, detail, outcome_of)
    values (${NOW}, 'ada@shop.example', 'operator', '::1', 'order_closed', 'paid1', '{"before":"pending"}', null),
      (${NOW}, 'ada@shop.example', 'operator', '::1', 'order_closed', 'paid1', '{"outcome":"order_paid"}', 1),
      (${NOW}, 'eve@shop.example', null, '::1', 'sign_in_failed', null, '{}', null);
  insert into calls (at, duration_ms, path, out_trade_no, outcome, is_answered, request, answer)
    values (${NOW}, 5, '/pay/orderquery', 'N1', 'SUCCESS', 1, '{}', '{}');
  insert into secrets values ('order_tokens', 'secret');`

const contents = (db: Sqlite.Database, tables: string[]) =>
  Object.fromEntries(tables.map((name) => [name, db.prepare(`select * from ${name}`).all()]))

test('a file of the first shops with accounts comes along whole, with the words of today in it', async () => {
  makeFormer('0003_review')
  const kept = [
    'products',
    'orders',
    'order_items',
    'order_events',
    'payments',
    'transactions',
    'verdict_counts',
    'calls',
  ]
  const before = direct((db) => {
    db.exec(ROWS)
    return contents(db, kept)
  })

  const { store, close } = await openDatabase(`file:${file}`)
  const entry = await store.findNotification(1)
  expect(entry).toMatchObject({ remoteAddress: '203.0.113.7', headers: { a: 'b' }, body: Buffer.from('<a'), times: 1 })
  expect(entry?.result).toMatchObject({ verdict: 'applied', reply: 'acknowledge', processedAt: NOW + MINUTE })
  expect(entry?.result).toMatchObject({
    kind: 'payment',
    checks: [{ name: 'outcome', passed: true, detail: 'result_code' }],
  })
  expect((await store.findNotification(2))?.result).toMatchObject({ reply: 'retry', kind: null })
  expect(await store.listUnprocessedNotifications(NOW + 2 * MINUTE, 9)).toMatchObject([{ id: 3 }])
  expect(await store.countDroppedNotifications()).toBe(12)
  const audit = { action: 'order_closed', email: null, orderId: 'paid1' } as const
  expect(await store.listAudit({ filter: audit, before: null, limit: 9 })).toMatchObject([
    { id: 2, detail: { outcome: 'order_paid' }, outcomeOf: 1, actor: { role: 'operator' } },
    { id: 1, detail: { before: 'pending' }, outcomeOf: null },
  ])
  // A number that was ever given to an entry is not given to another one.
  expect(await store.insertNotification({ ...message, receivedAt: NOW })).toBe(10)
  await close()

  direct((db) => {
    const payments = before.payments?.map((row) => ({
      ...Object(row),
      api_version: 'v2',
      refund_seen_at: null,
      refund_reviewed_at: null,
    }))
    const products = before.products?.map((row) => ({
      ...Object(row),
      is_on_sale: 1,
      restocked: 0,
      version: 1,
      category: null,
      facts: null,
    }))
    const orders = before.orders?.map((row) => ({ ...Object(row), ...NEW_IN_ORDERS }))
    const calls = before.calls?.map((row) => ({ ...Object(row), out_refund_no: null }))
    expect(contents(db, kept)).toEqual({ ...before, payments, products, orders, calls })
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(db.pragma('foreign_key_check')).toEqual([])
    const names = db.prepare('select name from sqlite_schema').pluck().all()
    expect(names).toEqual(
      expect.arrayContaining(['audit_by_action', 'notifications_unprocessed', 'payments_by_scheduled_check']),
    )
    expect(names.filter((name) => /unjudged|appointment|_act$|__new/.test(String(name)))).toEqual([])
    expect(() => db.exec('delete from audit')).toThrow(/append-only/)
  })
})

const message = {
  apiVersion: 'v2' as const,
  remoteAddress: '::1',
  headers: {},
  body: new Uint8Array([60]),
  replayOf: null,
}

test('what the record called asking is called querying, and the record stays one that nobody changes', async () => {
  makeFormer('0005_api_versions')
  direct((db) => {
    db.exec(`insert into admin_actions values ('order_asked'), ('order_closed'); insert into roles values ('operator')`)
    const insert = db.prepare(
      `insert into audit (at, email, role, address, action, detail) values (${NOW}, 'a@b.example', 'operator', '::1', ?, ?)`,
    )
    for (const action of ['order_asked', 'order_closed']) insert.run(action, '{"outcome":"done"}')
  })
  const { store, close } = await openDatabase(`file:${file}`)
  const all = { action: null, email: null, orderId: null }
  const entries = await store.listAudit({ filter: all, before: null, limit: 9 })
  expect(entries.map(({ id, action, detail }) => [id, action, detail])).toEqual([
    [2, 'order_closed', { outcome: 'done' }],
    [1, 'order_queried', { outcome: 'done' }],
  ])
  await close()
  direct((db) => {
    expect(() => db.exec("update audit set email = 'x'")).toThrow(/append-only/)
    expect(db.prepare("select word from admin_actions where word like '%ask%'").all()).toEqual([])
  })
})

test('a migrated file and a new one have the same tables', async () => {
  const schema = () =>
    direct((db) =>
      db.prepare("select name, sql from sqlite_schema where name not like '__%' escape '\\' order by name").all(),
    )
  makeFormer('0003_review')
  direct((db) => db.exec(ROWS))
  await (await openDatabase(`file:${file}`)).close()
  const migrated = schema()
  file = join(folder, 'new.db')
  await (await openDatabase(`file:${file}`)).close()
  expect(migrated).toEqual(schema())
})

test('a file whose rows refer to nothing is not brought up to date, and stays as it was', async () => {
  makeFormer('0003_review')
  direct((db) => {
    db.exec(ROWS)
    db.pragma('foreign_keys = off')
    db.exec("update payments set order_id = 'nobody'")
  })
  const before = direct((db) => db.prepare('select sql from sqlite_schema').all())
  await expect(openDatabase(`file:${file}`)).rejects.toThrow(/a row of payments refers to nothing/)
  expect(direct((db) => db.prepare('select sql from sqlite_schema').all())).toEqual(before)
})

const NEW_IN_ORDERS = {
  ...{ held_until: null, buyer: null, address: null, tracking_number: null },
  ...{ contact_email: null, contact_phone: null, delivery_address: null, buyer_note: null },
}
