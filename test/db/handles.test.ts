import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { blanksOf, type Connection, keptQuery } from '@/db/access'
import { openConnection, runOf } from '@/db/connection'
import { products } from '@/db/schema'
import { statementsOf } from '@/db/sqlite/connection'
import { openReader } from '@/db/sqlite/reader'
import { openWriter } from '@/db/sqlite/writer'

/* The handle that reads, the handle that writes, and the statements that each keeps. */

/** A handle that says how often it compiled a statement. */
class Counting extends Sqlite {
  compiled: string[] = []
  override prepare<Binding extends unknown[] | object = unknown[], Row = unknown>(text: string) {
    this.compiled.push(text)
    return super.prepare<Binding, Row>(text)
  }
}

let folder: string
let file: string
const handles: Sqlite.Database[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handles-'))
  file = join(folder, 'any.db')
  open().exec('create table any (one); insert into any values (1)')
})
afterEach(() => {
  vi.useRealTimers()
  for (const handle of handles.splice(0)) handle.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(): Counting {
  const db = new Counting(file, { timeout: 0 })
  handles.push(db)
  return db
}

function reader() {
  const db = open()
  const run = statementsOf(db)
  const broken: unknown[] = []
  const { read } = openReader(db, openConnection(run), (error) => broken.push(error))
  const count = () => read(async () => run('select count(*) from any', []).rows[0])
  return { db, run, read, count, broken }
}

function writer() {
  const db = open()
  const run = statementsOf(db)
  const broken: unknown[] = []
  const looks: number[] = []
  const options = { afterCommit: () => void looks.push(1), onBroken: (error: unknown) => void broken.push(error) }
  const { commits: kinds, ...rest } = openWriter(db, openConnection(run), options)
  const commits = () => kinds().quiet + kinds().news
  return { db, run, broken, looks, kinds, commits, ...rest }
}
const insert = 'insert into any values (?)'

test('a statement is compiled once, however often it runs', () => {
  const db = open()
  const run = statementsOf(db)
  for (const value of [5, 6])
    expect(run('select one + ? from any', [value])).toEqual({ rows: [[value + 1]], changes: 0 })
  expect(run(insert, [2])).toEqual({ rows: [], changes: 1 })
  expect(run('update any set one = 3', [])).toEqual({ rows: [], changes: 2 })
  expect(run('update any set one = 4 returning one', [])).toEqual({ rows: [[4], [4]], changes: 0 })
  expect(db.compiled).toHaveLength(4)
})

test('300 statements are kept, and those go first that were not used for longest', () => {
  const db = open()
  const run = statementsOf(db)
  const use = (n: number) => run(`select ${n}`, [])
  for (let n = 0; n < 300; n += 1) use(n)
  use(0)
  expect(db.compiled).toHaveLength(300)
  use(300)
  use(0)
  expect(db.compiled).toHaveLength(301)
  use(1)
  expect(db.compiled).toHaveLength(302)
})

test('a kept query is built once, and runs on whatever connection it is given', async () => {
  let built = 0
  const query = keptQuery((db) => {
    built += 1
    return db
      .select({ id: products.id, name: products.name })
      .from(products)
      .where(eq(products.id, sql.placeholder('id')))
      .prepare()
  })
  const [one, other] = [open(), open()]
  one.exec(`create table products (id, name); insert into products values ('tea', '"one"')`)
  const read = (db: Sqlite.Database, id: string) => query(openConnection(statementsOf(db))).execute({ id })
  expect(await read(one, 'tea')).toEqual([{ id: 'tea', name: 'one' }])
  one.exec(`begin; update products set name = '"other"'`)
  expect(await read(one, 'tea')).toEqual([{ id: 'tea', name: 'other' }])
  expect(await read(other, 'tea')).toEqual([{ id: 'tea', name: 'one' }])
  expect(await read(one, 'coffee')).toEqual([])
  expect(built).toBe(1)
})

test('a kept query is not run with a gap left open, nor on what is no connection', async () => {
  const query = keptQuery((db) =>
    db
      .select()
      .from(products)
      .where(eq(products.id, sql.placeholder('id')))
      .prepare(),
  )
  const db = openConnection(statementsOf(open()))
  await expect(query(db).execute({ slug: 'tea' })).rejects.toThrow('no value for id')
  expect(() => runOf({ ...db })).toThrow('nobody opened')
})

test('a value of a kept query is written as its column wants it, and nothing as nothing', async () => {
  const db = open()
  db.exec('create table products (id, name, is_on_sale)')
  const insert = keptQuery((it) =>
    it
      .update(products)
      .set(blanksOf(products, ['name', 'isOnSale']))
      .prepare(),
  )
  db.exec("insert into products values ('tea', 'x', 'x')")
  await insert(openConnection(statementsOf(db))).execute({ name: { zh: '茶' }, isOnSale: true })
  expect(db.prepare('select name, is_on_sale from products').raw().get()).toEqual(['{"zh":"茶"}', 1])
  await insert(openConnection(statementsOf(db))).execute({ name: null, isOnSale: null })
  expect(db.prepare('select name, is_on_sale from products').raw().get()).toEqual([null, null])
})

test('what is asked for alone is a row or nothing', async () => {
  const db = open()
  const tx = openConnection(statementsOf(db))
  const one = { one: sql<number>`1` }
  db.exec('create table products (id)')
  expect(await tx.select(one).from(products).get()).toBeUndefined()
  db.exec('insert into products values (1), (2)')
  expect(await tx.select(one).from(products).get()).toEqual({ one: 1 })
  expect(await tx.select(one).from(products)).toEqual([{ one: 1 }, { one: 1 }])
})

test('reads take turns, and one that fails holds up nobody', async () => {
  const { read, run, count, broken } = reader()
  const order: string[] = []
  const slow = read(async () => {
    order.push('one begins')
    await new Promise((resolve) => setImmediate(resolve))
    order.push('one ends')
  })
  const failing = read(async () => {
    order.push('two')
    throw new Error('of the reader itself')
  })
  const last = count()
  await expect(failing).rejects.toThrow('of the reader itself')
  await slow
  expect(await last).toEqual([1])
  expect(order).toEqual(['one begins', 'one ends', 'two'])
  await expect(read(async () => run('select nothing', []))).rejects.toMatchObject({ name: 'StoreUnavailable' })
  expect(broken).toEqual([])
})

test('each read sees what was written before it, and nothing that is written during it', async () => {
  const { read, run, count } = reader()
  open().pragma('journal_mode = wal')
  const other = open()
  const seen = read(async () => {
    const before = run('select count(*) from any', []).rows[0]
    other.exec('insert into any values (2)')
    return [before, run('select count(*) from any', []).rows[0]]
  })
  expect(await seen).toEqual([[1], [1]])
  expect(await count()).toEqual([2])
})

test('a read waits up to a second for another program that keeps everybody out, and says so then', async () => {
  const { count, db } = reader()
  const other = open()
  other.exec('begin exclusive')
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
  const refused = expect(count()).rejects.toMatchObject({ name: 'StoreUnavailable', message: 'database is locked' })
  await vi.advanceTimersByTimeAsync(1_000)
  await refused
  expect(db.inTransaction).toBe(false)

  const answered = count()
  await vi.advanceTimersByTimeAsync(980)
  other.exec('rollback')
  await vi.advanceTimersByTimeAsync(20)
  expect(await answered).toEqual([1])
})

test('a read of a database that is closed is refused', async () => {
  const { count, db } = reader()
  db.close()
  await expect(count()).rejects.toThrow('the database is closed')
})

test('a read during which the database is closed ends as it can', async () => {
  const { read, db } = reader()
  const closing = read(async () => void db.close())
  await expect(closing).resolves.toBeUndefined()
})

test('a read that finds damage says so', async () => {
  const { read, broken } = reader()
  const damage = new Sqlite.SqliteError('database disk image is malformed', 'SQLITE_CORRUPT')
  await expect(read(() => Promise.reject(damage))).rejects.toThrow('malformed')
  expect(broken).toEqual([damage])
})

test.each([
  [32, 1],
  [33, 2],
  [64, 2],
  [65, 3],
])('of %i steps at once each commit takes 32: %i', async (steps, expected) => {
  const { write, run, commits, looks } = writer()
  await Promise.all(Array.from({ length: steps }, (_, n) => write(async () => run(insert, [n]))))
  expect(commits()).toBe(expected)
  expect(looks).toHaveLength(expected)
})

test('a commit is quiet when no step in it is news', async () => {
  const { write, writeQuietly, run, kinds } = writer()
  const step = async () => void run(insert, [1])
  await Promise.all([writeQuietly(step), writeQuietly(step)])
  expect(kinds()).toEqual({ quiet: 1, news: 0 })
  await Promise.all([writeQuietly(step), write(step)])
  expect(kinds()).toEqual({ quiet: 1, news: 1 })
})

test('where other processes write too, each commit leaves them the lock for a moment', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] })
  const { write, run, db, commits } = writer()
  const step = async () => void run(insert, [1])
  const turns = async () => {
    for (let n = 0; n < 10; n += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  const isThrough = async () => {
    const before = commits()
    const written = write(step)
    await turns()
    const is = commits() > before
    await vi.advanceTimersByTimeAsync(10)
    await turns()
    await written
    return is
  }
  expect([await isThrough(), await isThrough()]).toEqual([true, true])
  const another = () => db.pragma(`user_version = ${Number(db.pragma('user_version', { simple: true })) + 1}`)
  another()
  // It learns of the other one with this commit, and keeps out of its way from then on.
  expect(await isThrough()).toBe(true)
  const busy = [write(step), write(step)]
  await turns()
  const last = write(step)
  await turns()
  expect(commits()).toBe(4)
  await vi.advanceTimersByTimeAsync(4)
  await turns()
  await Promise.all([...busy, last])
  expect(commits()).toBe(5)
  await vi.advanceTimersByTimeAsync(3_000)
  expect([await isThrough(), await isThrough()]).toEqual([true, true])
})

test('what changes nothing is no commit', async () => {
  const { write, run, commits, looks, db } = writer()
  expect(await write(async () => run('update any set one = 2 where one = 9', []).changes)).toBe(0)
  expect([commits(), looks, db.inTransaction]).toEqual([0, [], false])
})

test('a step that throws is undone alone, and tells its own error', async () => {
  const { write, run, commits } = writer()
  const good = write(async () => run(insert, [2]))
  const bad = write(async () => {
    run(insert, [3])
    throw new Error('changed its mind')
  })
  const refused = write(async () => run('insert into nowhere values (1)', []))
  await expect(bad).rejects.toThrow('changed its mind')
  await expect(refused).rejects.toMatchObject({ name: 'StoreUnavailable', message: 'no such table: nowhere' })
  await good
  expect(commits()).toBe(1)
  expect(run('select one from any', []).rows).toEqual([[1], [2]])
})

test('damage undoes all that shared its commit, and each is told', async () => {
  const { write, run, broken, commits, db } = writer()
  const damage = new Sqlite.SqliteError('database disk image is malformed', 'SQLITE_CORRUPT')
  const steps = [write(async () => run(insert, [2])), write(() => Promise.reject(damage))]
  const told = await Promise.allSettled(steps)
  const isTold = { status: 'rejected', reason: { name: 'StoreUnavailable', message: damage.message } }
  expect(told).toMatchObject([isTold, isTold])
  expect(broken).toEqual([damage])
  expect(commits()).toBe(0)
  expect(db.inTransaction).toBe(false)
  expect(run('select one from any', []).rows).toEqual([[1]])
})

test('an error that ends the whole transaction is told to all whose work it undid', async () => {
  const { write, run, commits } = writer()
  const steps = [write(async () => run(insert, [2])), write(async () => run('rollback', []))]
  const told = await Promise.allSettled(steps)
  expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(commits()).toBe(0)
  await write(async () => run(insert, [3]))
  expect(run('select one from any', []).rows).toEqual([[1], [3]])
})

test('when a commit cannot begin, each that waits is told why', async () => {
  const { write, run, db, broken } = writer()
  db.close()
  for (let n = 0; n < 2; n += 1) {
    const told = await Promise.allSettled([1, 2].map((value) => write(async () => run(insert, [value]))))
    const reason = { message: 'The database connection is not open' }
    expect(told).toMatchObject([{ reason }, { reason }])
  }
  expect(broken).toEqual([])
})

test('who comes while another step still runs waits for its end, and has a commit of their own', async () => {
  const { write, run, commits } = writer()
  let goOn = () => {}
  const first = write(async () => {
    await new Promise<void>((resolve) => {
      goOn = resolve
    })
    run(insert, [2])
  })
  for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve))
  const second = write(async () => run('select count(*) from any', []).rows[0])
  for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve))
  goOn()
  await first
  expect(await second).toEqual([2])
  expect(commits()).toBe(1)
})

test('to stop, what runs is waited for, and what waits is refused', async () => {
  const { write, run, stop } = writer()
  let goOn = () => {}
  let begun = () => {}
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve
  })
  const running = write(async () => {
    begun()
    await new Promise<void>((resolve) => {
      goOn = resolve
    })
    run(insert, [2])
  })
  await hasBegun
  const refused = expect(write(async () => run(insert, [3]))).rejects.toThrow('the database is closed')
  let isStopped = false
  const stopped = stop().then(() => {
    isStopped = true
  })
  await refused
  await new Promise((resolve) => setImmediate(resolve))
  expect(isStopped).toBe(false)
  goOn()
  await Promise.all([running, stopped])
  expect(run('select one from any', []).rows).toEqual([[1], [2]])
  await expect(write(async () => run(insert, [4]))).rejects.toThrow('the database is closed')
})

test('what an outcome is, each step is told when its commit is through', async () => {
  const { write, run, looks } = writer()
  const step = (tx: Connection) => Promise.resolve([tx !== undefined, looks.length, run(insert, [2]).changes])
  const told = write(step).then((value) => [value, looks.length])
  expect(await told).toEqual([[true, 0, 1], 1])
})
