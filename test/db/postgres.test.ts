import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Database, openDatabase } from '@/db/open'
import { openCuttingProxy } from './cutting-proxy'
import { emptyDatabase, newDatabase } from './postgres'
import { created, paidIn, refundMade, sampleAudit, sampleOrder, sampleProduct, sampleRefund } from './samples'

let url: string
const open: Database[] = []

beforeEach(async () => {
  url = await newDatabase()
})
afterEach(async () => {
  for (const database of open.splice(0)) await database.close()
})

async function opened(address = url, stock = 5): Promise<Database> {
  const database = await openDatabase(address, { goods: [sampleProduct('tea', stock)] })
  open.push(database)
  return database
}

async function run(text: string, address = url): Promise<unknown[]> {
  const client = new Client({ connectionString: address })
  await client.connect()
  const { rows } = await client.query(text)
  await client.end()
  return rows
}

const through = (port: number) => Object.assign(new URL(url), { port: String(port) }).href

test('commits wait for the disk, and the settings say so', async () => {
  const database = await opened()
  expect(await database.settings()).toEqual({
    synchronous_commit: 'on',
    fsync: 'on',
    full_page_writes: 'on',
    transaction_read_only: 'off',
    server_encoding: 'UTF8',
  })
  expect(await database.check()).toEqual([])
})

test('of two processes that open an empty database at once, one makes the tables and both go on', async () => {
  url = await emptyDatabase()
  const both = await Promise.all([opened(), opened()])
  for (const { store } of both) expect((await store.listProducts()).map(({ id }) => id)).toEqual(['tea'])
})

test.each([
  ['an address of another kind', 'mysql://localhost/shop', /must be file:<path> or postgres:/],
  ['nobody at the address', 'postgres://127.0.0.1:1/shop', /ECONNREFUSED/],
])('%s ends the start with one sentence', async (_, address, sentence) => {
  await expect(openDatabase(address)).rejects.toThrow(sentence)
})

test('a wrong password ends the start with one sentence that has no password in it', async () => {
  const wrong = Object.assign(new URL(url), { password: 'guessed' }).href
  const error = await openDatabase(wrong).catch((it: Error) => it)
  expect(String(error)).toMatch(/The shop cannot use its database postgres:.*password authentication failed/)
  expect(String(error)).not.toContain('guessed')
})

test('a database that does not exist ends the start with one sentence', async () => {
  const none = Object.assign(new URL(url), { pathname: '/none' }).href
  await expect(openDatabase(none)).rejects.toThrow(/database "none" does not exist/)
})

test('a server that only reads is refused', async () => {
  const name = new URL(url).pathname.slice(1)
  await run(`alter database ${name} set default_transaction_read_only = on`)
  await expect(openDatabase(url)).rejects.toThrow(/transaction_read_only=on/)
})

test('a server that does not wait for its disk is refused', async () => {
  const name = new URL(url).pathname.slice(1)
  await run(`alter database ${name} set synchronous_commit = off`)
  await expect(openDatabase(url)).rejects.toThrow(/synchronous_commit=off/)
})

test('a database of a newer program is refused, and left as it is', async () => {
  await (await opened()).close()
  open.length = 0
  await run("insert into migrations (created_at, hash) values (99999999999999, 'newer')")
  const before = await run('select count(*) from migrations')
  await expect(openDatabase(url)).rejects.toThrow(/newer version of the shop/)
  expect(await run('select count(*) from migrations')).toEqual(before)
})

test('stock never falls below nothing, however many processes sell it at once', async () => {
  const processes = await Promise.all([opened(url, 5), opened(url, 5), opened(url, 5)])
  const tries = processes.flatMap(({ store }) =>
    Array.from({ length: 4 }, () => {
      const order = sampleOrder('tea', 1)
      return store.insertOrder(order, created(order), null)
    }),
  )
  const results = await Promise.all(tries)
  expect(results.filter(({ ok }) => ok)).toHaveLength(5)
  const [product] = (await processes[0]?.store.listProducts()) ?? []
  expect(product?.stock).toBe(0)
})

test('of processes that refund all of a payment at once, one does', async () => {
  const processes = await Promise.all([opened(), opened(), opened()])
  const money = await paidIn(processes[0].store)
  const results = await Promise.all(
    [...processes, ...processes].map(({ store }) => {
      const refund = sampleRefund(money)
      return store.insertRefund(refund, refundMade(refund), null)
    }),
  )
  expect(results.filter(({ ok }) => ok)).toHaveLength(1)
  expect(results.filter(({ ok }) => !ok)).toEqual(Array(5).fill({ ok: false, reason: 'refund_too_much' }))
})

test('of two processes that use one key, one makes an order', async () => {
  const [one, two] = [await opened(), await opened()]
  const key = { key: 'one-and-the-same-key', fingerprint: 'tea', madeAfter: 0 }
  const results = await Promise.all(
    [one, two].map(({ store }) => {
      const order = sampleOrder('tea', 1)
      return store.insertOrder(order, created(order), key)
    }),
  )
  expect(results.filter(({ ok }) => ok)).toHaveLength(1)
  expect(results).toContainEqual({ ok: false, reason: 'key_used' })
})

test('a process hears that another one wrote something, and not that it did itself', async () => {
  const [one, two] = [await opened(), await opened()]
  // It hears from the moment on when it begins to listen, which counts as news too.
  await vi.waitFor(async () => expect(await one.changesOfOthers()).toBeGreaterThan(0))
  const before = await one.changesOfOthers()
  await two.store.insertAudit(sampleAudit())
  await vi.waitFor(async () => expect(await one.changesOfOthers()).not.toBe(before))
  const heard = await one.changesOfOthers()
  await one.store.insertAudit(sampleAudit())
  expect(await one.changesOfOthers()).toBe(heard)
})

test('while the server passes on no words, a process looks for what others wrote, and says so', async () => {
  const proxy = await openCuttingProxy(Number(new URL(url).port))
  const one = await opened(through(proxy.port))
  const two = await opened()
  await expect.poll(() => one.about()).toMatchObject({ type: 'postgres', news: 'listen' })
  await two.check()
  proxy.cutAll()
  await expect.poll(() => one.about().news).toBe('poll')
  const before = await one.changesOfOthers()
  // Told by its next beat.
  await two.store.insertAudit(sampleAudit())
  await two.check()
  expect(await one.changesOfOthers()).not.toBe(before)
  await expect.poll(() => one.about().news, { timeout: 5_000 }).toBe('listen')
  await one.close()
  await proxy.close()
})

test('a shop runs on a server without LISTEN and NOTIFY, and looks for what others wrote', async () => {
  const { pathname } = new URL(url)
  const role = `limited_${randomBytes(6).toString('hex')}`
  await run(`create role ${role} login password 'limited'; grant all on database ${pathname.slice(1)} to ${role};
    grant all on schema public to ${role}; grant all on all tables in schema public to ${role};
    grant all on all sequences in schema public to ${role};
    revoke execute on function pg_notify(text, text) from public`)
  const address = Object.assign(new URL(url), { username: role, password: 'limited' }).href
  const [one, two] = [await opened(address), await opened(address)]
  try {
    await two.check()
    const before = await one.changesOfOthers()
    await two.store.insertAudit(sampleAudit())
    await two.check()
    expect([one.about().news, (await one.changesOfOthers()) - before]).toEqual(['poll', 1])
  } finally {
    for (const it of open.splice(0)) await it.close()
    await run(`drop owned by ${role}; drop role ${role}`)
  }
})

test('beats are no news, and the processes on one database are counted', async () => {
  const [one, two] = [await opened(), await opened()]
  await expect.poll(() => [one.about().news, two.about().news]).toEqual(['listen', 'listen'])
  const before = await one.changesOfOthers()
  for (const it of [one, two, two]) await it.check()
  expect(await one.changesOfOthers()).toBe(before)
  expect(await one.countProcesses()).toBe(2)
  expect(one.about().instance).not.toBe(two.about().instance)
})

const ANY = { action: null, email: null, orderId: null }

test('a text with a zero in it, which PostgreSQL cannot keep, is kept with a mark in its place', async () => {
  const { store } = await opened()
  await store.insertAudit(sampleAudit({ actor: { email: 'o\0lga', role: null, address: '127.0.0.1' } }))
  const [entry] = await store.listAudit({ filter: { ...ANY, email: 'o\0lga' }, before: null, limit: 1 })
  expect(entry?.actor.email).toBe('o\ufffdlga')
})
