import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Database, openDatabase } from '@/db/open'
import type { Store } from '@/lib/shop/store'
import { created, NOW, sampleMessage, sampleOrder, sampleProduct } from './samples'

let folder: string
let file: string
let database: Database
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'writer-'))
  file = join(folder, 'shop.db')
  database = await openDatabase(`file:${file}`, { goods: [sampleProduct('tea', 5)] })
})
afterEach(async () => {
  vi.useRealTimers()
  await database.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What the file itself says, past all code of ours. */
function direct<T>(work: (db: Sqlite.Database) => T): T {
  const db = new Sqlite(file)
  try {
    return work(db)
  } finally {
    db.close()
  }
}

/** The file counts its commits. */
const commits = () => direct((db) => Number(db.pragma('user_version', { simple: true })))

const buy = (store: Store, quantity = 1) => {
  const order = sampleOrder('tea', quantity)
  return store.insertOrder(order, created(order), null)
}

test('what is asked for at once shares one commit, and each is told its own outcome', async () => {
  const before = commits()
  const twice = sampleOrder('tea')
  const answers = await Promise.allSettled([
    buy(database.store),
    database.store.insertOrder(twice, created(twice), null),
    // Undone alone: a number that is taken, after its stock was moved already.
    database.store.insertOrder(twice, created(twice), null),
    buy(database.store, 9),
    database.store.insertNotification(sampleMessage('<xml/>')),
  ])
  expect(answers).toMatchObject([
    { value: { ok: true } },
    { value: { ok: true } },
    { status: 'rejected', reason: { message: expect.stringMatching(/UNIQUE/) } },
    { value: { ok: false, reason: 'sold_out' } },
    { value: 1 },
  ])
  expect(commits() - before).toBe(1)
  expect((await database.store.listProducts())[0]?.stock).toBe(3)
})

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

test('what is asked for while others are still asking shares their commit', async () => {
  const before = commits()
  const asked: Promise<number>[] = []
  for (let n = 0; n < 8; n += 1) {
    asked.push(database.store.insertNotification(sampleMessage(`<n>${n}</n>`)))
    await nextTurn()
  }
  await Promise.all(asked)
  expect(commits() - before).toBe(1)
})

test('nobody is told of a step before its commit', async () => {
  const told: string[] = []
  const first = buy(database.store).then(() => told.push(`first, with ${orders()} on the disk`))
  const second = buy(database.store).then(() => told.push(`second, with ${orders()} on the disk`))
  await Promise.all([first, second])
  expect(told).toEqual(['first, with 2 on the disk', 'second, with 2 on the disk'])
})

const orders = () => direct((db) => db.prepare('select count(*) from orders').pluck().get())

test('many more than one commit takes are all written, in the order in which they were asked for', async () => {
  const before = commits()
  const bodies = Array.from({ length: 250 }, (_, n) => `<n>${n}</n>`)
  const ids = await Promise.all(bodies.map((body) => database.store.insertNotification(sampleMessage(body))))
  expect(ids).toEqual(bodies.map((_, n) => n + 1))
  expect(commits() - before).toBeGreaterThan(1)
})

test('a step that changes nothing makes no commit', async () => {
  const before = commits()
  expect(await buy(database.store, 9)).toMatchObject({ reason: 'sold_out' })
  await database.store.checkPaymentNow('nobody', 1)
  expect(commits()).toBe(before)
})

/** Another program that holds the lock for writing. */
function holdLock(): () => void {
  const other = new Sqlite(file)
  other.exec('begin immediate')
  return () => other.close()
}

/** The writer gives others a few turns of the event loop before it tries. */
async function untilTried(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await nextTurn()
}

test('a lock that another program holds is waited for, while everybody reads and the process does other things', async () => {
  const release = holdLock()
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
  const bought = buy(database.store)
  await vi.advanceTimersByTimeAsync(500)
  expect(await database.store.listProducts()).toHaveLength(1)
  release()
  await vi.advanceTimersByTimeAsync(100)
  expect(await bought).toEqual({ ok: true })
})

test('after a second the wait is over for whoever waited, and not for who came later', async () => {
  const release = holdLock()
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
  const early = expect(buy(database.store)).rejects.toMatchObject({ name: 'StoreUnavailable' })
  await untilTried()
  await vi.advanceTimersByTimeAsync(600)
  const late = buy(database.store)
  await untilTried()
  await vi.advanceTimersByTimeAsync(400)
  await early
  release()
  await vi.advanceTimersByTimeAsync(100)
  expect(await late).toEqual({ ok: true })
  expect((await database.store.listProducts())[0]?.stock).toBe(4)
})

test('accounts, secrets and attempts wait for a lock in the same way', async () => {
  const release = holdLock()
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
  const { team, attempts, accounts } = database
  const session = { userId: 'x', token: 'y', expiresAt: new Date(), createdAt: new Date(), updatedAt: new Date() }
  const works = [
    database.secret('a'),
    team.add({ email: 'a@b.example', role: 'viewer', passwordHash: '', at: 1 }),
    attempts.consume([{ key: 'a', max: 1, windowMs: 1 }], 1),
    accounts({}).create({ model: 'session', data: session }),
  ].map((work) => expect(work).rejects.toThrow(/holds the lock/))
  expect(await team.list()).toEqual([])
  expect(await accounts({}).findOne({ model: 'user', where: [{ field: 'email', value: 'a@b.example' }] })).toBeNull()
  await untilTried()
  await vi.advanceTimersByTimeAsync(1_200)
  await Promise.all(works)
  release()
})

test('with nothing to write, nobody waits for a lock', async () => {
  const release = holdLock()
  expect(await database.store.claimDuePayments(NOW, 10)).toEqual([])
  expect(await database.store.commit({})).toBe(true)
  release()
})

test('a start waits for a lock as well, for a second', async () => {
  const release = holdLock()
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
  const refused = expect(openDatabase(`file:${file}`)).rejects.toThrow(
    `The shop cannot use its database ${file}: another program holds the lock of the database.`,
  )
  await vi.advanceTimersByTimeAsync(1_000)
  await refused
  const opening = openDatabase(`file:${file}`)
  await vi.advanceTimersByTimeAsync(900)
  release()
  await vi.advanceTimersByTimeAsync(20)
  await (await opening).close()
})

test('a database that is closed refuses what it had not begun', async () => {
  const bought = expect(buy(database.store)).rejects.toMatchObject({ name: 'StoreUnavailable' })
  await database.close()
  await bought
  await expect(database.store.ping()).rejects.toMatchObject({ name: 'StoreUnavailable' })
  await expect(buy(database.store)).rejects.toMatchObject({ name: 'StoreUnavailable' })
  expect(orders()).toBe(0)
})

test('an error names neither the values of a query nor the query', async () => {
  const order = sampleOrder('tea')
  await database.store.insertOrder(order, created(order), null)
  const error = await database.store.insertOrder(order, created(order), null).catch((it: unknown) => it)
  expect(error).toBeInstanceOf(Error)
  expect(`${error} ${JSON.stringify(error)} ${error instanceof Error ? error.cause : ''}`).not.toContain(order.id)
})
