import { EventEmitter } from 'node:events'
import { DatabaseError, type Pool, type PoolClient, type TypeOverrides, types } from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isConflict, isDisconnected, isDiskFull, isDoubt, storeError } from '@/db/postgres/errors'
import { listen, NO_NEWS } from '@/db/postgres/listen'
import { bringUpToDate } from '@/db/postgres/migrate'
import { runStatement } from '@/db/postgres/statements'
import { WORDS } from '@/db/words'
import { StoreUnavailable } from '@/lib/shop/store'

/* How PostgreSQL is spoken to, without a server. */

const said = (code: string, severity = 'ERROR') =>
  Object.assign(new DatabaseError(`the server says ${code}`, 1, 'error'), { code, severity })
const around = (cause: unknown) => new Error('insert into orders values (secret)', { cause })

// What the server says

test.each<[string, string, string]>([
  ['40001', 'ERROR', 'conflict'],
  ['40P01', 'ERROR', 'conflict'],
  ['57P01', 'ERROR', 'disconnected'],
  ['57P02', 'ERROR', 'disconnected'],
  ['57P03', 'ERROR', 'disconnected'],
  ['25006', 'ERROR', 'disconnected'],
  ['08006', 'ERROR', 'disconnected'],
  ['XX000', 'FATAL', 'disconnected'],
  ['XX000', 'PANIC', 'disconnected'],
  ['53100', 'ERROR', 'full'],
  ['XX000', 'ERROR', ''],
  ['23505', 'ERROR', ''],
  ['10800', 'ERROR', ''],
])('%s (%s) is told from others, however deep it is: %s', (code, severity, expected) => {
  const error = said(code, severity)
  for (const it of [error, around(error), around(around(error))]) {
    const found = { conflict: isConflict(it), disconnected: isDisconnected(it), full: isDiskFull(it) }
    expect(found).toEqual({
      conflict: expected === 'conflict',
      disconnected: expected === 'disconnected',
      full: expected === 'full',
    })
  }
})

test.each([
  'Connection terminated unexpectedly',
  'connection error',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
  'the client is not queryable',
])('a lost connection is known by what the library says of it: %s', (words) => {
  for (const error of [new Error(words), around(new Error(words))]) {
    expect(isDisconnected(error)).toBe(true)
    expect(storeError(error)).toEqual(new StoreUnavailable(words))
  }
})

test('a lost connection is known by a code of the system, wherever it is', () => {
  const reset = Object.assign(new Error('read ECONNRESET'), { syscall: 'read' })
  for (const error of [reset, around(reset), around(around(reset))]) {
    expect(isDisconnected(error)).toBe(true)
    const found = storeError(error)
    expect(found).toBeInstanceOf(StoreUnavailable)
    expect(found).toEqual(new StoreUnavailable('read ECONNRESET'))
  }
  const outer = Object.assign(around(new Error('of somebody else')), { syscall: 'connect' })
  expect(storeError(outer)).toEqual(new StoreUnavailable('insert into orders values (secret)'))
})

test.each([new Error('of somebody else'), around('text'), 'timeout', null, undefined, { code: '40001' }])(
  'what nobody knows is passed on as it is: %o',
  (error) => {
    expect(storeError(error)).toBe(error)
    expect([isConflict(error), isDisconnected(error), isDiskFull(error)]).toEqual([false, false, false])
  },
)

test('a broken constraint is a mistake in the code, and anything else the state of the server', () => {
  for (const code of ['23505', '22003']) {
    const mistake = storeError(around(said(code)))
    expect(mistake).toEqual(new Error(`the server says ${code}`))
    expect(mistake).not.toBeInstanceOf(StoreUnavailable)
  }
  for (const code of ['53100', '12200', '24000', '42P01']) {
    expect(storeError(around(said(code)))).toBeInstanceOf(StoreUnavailable)
  }
  const nameless = new DatabaseError('no code', 1, 'error')
  expect(storeError(nameless)).toBeInstanceOf(StoreUnavailable)
  expect([isDisconnected(nameless), isConflict(nameless)]).toEqual([false, false])
})

test('a notice doubts a commit unless its code says that nothing was wrong', () => {
  expect([{ code: '00000' }, { code: '01000' }, {}].map(isDoubt)).toEqual([false, true, true])
})

// Statements

function asked() {
  const queries: { text: string; values: unknown[]; name?: string; types: TypeOverrides }[] = []
  let result: object = { command: 'SELECT', rows: [['a']], rowCount: 1 }
  const client = {
    query: async (query: (typeof queries)[number]) => {
      queries.push(query)
      return result
    },
  }
  return {
    queries,
    answers: (it: object) => {
      result = it
    },
    run: (text: string, params: unknown[] = []) =>
      runStatement(client as unknown as Parameters<typeof runStatement>[0], text, params),
  }
}

test('gaps have numbers, a row gets its own, and a conflict names no table', async () => {
  const { run, queries } = asked()
  await run('select "a" from "t" where "b" = ? and "c" = ?', [1, 2])
  await run('insert into "calls" ("id", "a", "b") values (null, ?, null), (null, ?, ?) returning "id"', [1, 2, 3])
  const conflict = 'insert into "uses" ("a") values (null, ?) on conflict ("uses"."a", "uses"."b") do update set'
  await run(`${conflict} "a" = "uses"."a" + ?`)
  await run('insert into "t" ("idle", "a") values (null, ?)')
  expect(queries.map(({ text }) => text)).toEqual([
    'select "a" from "t" where "b" = $1 and "c" = $2',
    'insert into "calls" ("id", "a", "b") values (default, $1, null), (default, $2, $3) returning "id"',
    'insert into "uses" ("a") values (null, $1) on conflict ("a", "b") do update set "a" = "uses"."a" + $2',
    'insert into "t" ("idle", "a") values (null, $1)',
  ])
})

test('a statement keeps its name, another has another, and no more have one than a connection should keep', async () => {
  const { run, queries } = asked()
  const one = 'select "one of a test"'
  await run(one)
  await run(one)
  for (let n = 0; n < 401; n += 1) await run(`select ${n} "of a test"`)
  const names = queries.map(({ name }) => name)
  expect(names[0]).toMatch(/^q\d+$/)
  expect(names[1]).toBe(names[0])
  expect(names[2]).not.toBe(names[0])
  expect(names.at(-1)).toBeUndefined()
  expect(names.filter((it) => it !== undefined).at(-1)).toBe('q399')
})

test('flags are sent as numbers, zeros as a mark, and anything else as it is', async () => {
  const { run, queries } = asked()
  const bytes = Buffer.from([0])
  await run('select ?, ?, ?, ?, ?', [true, false, 'a\0b\0', 7, bytes])
  expect(queries[0]?.values).toEqual([1, 0, 'a\ufffdb\ufffd', 7, bytes])
})

test('whole numbers of 64 bits and sums come as numbers', async () => {
  const { run, queries } = asked()
  await run('select 1')
  const { INT8, TIMESTAMP } = types.builtins
  // What the library reads otherwise is left to it.
  const read = (type: number) => queries[0]?.types.getTypeParser(type)
  expect(read(INT8)).toBe(Number)
  expect(read(1700)).toBe(Number)
  expect(read(TIMESTAMP)).not.toBe(Number)
})

test('a query changes nothing, and anything else as many rows as the server says', async () => {
  const { run, answers } = asked()
  expect(await run('select 1')).toEqual({ rows: [['a']], changes: 0 })
  answers({ command: 'UPDATE', rows: [], rowCount: 2 })
  expect(await run('update "t" set "a" = 1')).toEqual({ rows: [], changes: 2 })
  answers({ command: 'BEGIN', rows: [], rowCount: null })
  expect(await run('begin')).toEqual({ rows: [], changes: 0 })
})

// Migrations

/** A server that says so much of what it has seen, and refuses what begins with one of these words. */
async function migrated(last: string | null, refused: Record<string, number> = {}) {
  const queries: { text: string; values: unknown[] | undefined }[] = []
  const left = { ...refused }
  const client = {
    query: async (text: string, values?: unknown[]) => {
      queries.push({ text, values })
      const word = Object.keys(left).find((it) => text.startsWith(it))
      if (word !== undefined && (left[word] ?? 0) > 0) {
        left[word] = (left[word] ?? 0) - 1
        throw new Error(`${word} is refused`)
      }
      return { rows: [{ last }] }
    },
  }
  const outcome = await bringUpToDate(client as unknown as PoolClient).catch((error: unknown) => String(error))
  const texts = queries.map(({ text }) => text)
  const counted = queries.filter(({ text }) => text === COUNTED).map(({ values }) => values?.[0])
  return { outcome, texts, counted, queries }
}
const LIST = 'create table if not exists migrations (created_at bigint primary key, hash text not null)'
const COUNTED = 'insert into migrations (created_at, hash) values ($1, $2)'
const TURN = `insert into migrations (created_at, hash) values (0, 'the turn of one program')
  on conflict (created_at) do update set hash = excluded.hash`
const BEGIN = [LIST, 'begin', TURN, 'select max(created_at) as last from migrations']

test('a server has all migrations in one step, one after the other, and the words of today', async () => {
  const { outcome, texts, counted, queries } = await migrated(null)
  expect(outcome).toBeUndefined()
  expect(texts.slice(0, 4)).toEqual(BEGIN)
  expect(texts.at(-1)).toBe('commit')
  expect(counted.length).toBeGreaterThan(3)
  expect(counted).toEqual([...counted].sort((a, b) => Number(a) - Number(b)))
  expect(texts.filter((it) => it.includes('CREATE TABLE')).length).toBeGreaterThan(10)
  const words = queries.slice(-1 - WORDS.length, -1)
  expect(words.map(({ values }) => values)).toEqual(WORDS.map(([, list]) => [list]))
  expect(words[0]?.text).toBe('insert into order_statuses (word) select unnest($1::text[]) on conflict do nothing')
})

test('a server that has seen some has the others, one that has seen all has none, and a newer one is refused', async () => {
  const { counted } = await migrated(null)
  const [first, newest] = [String(counted[0]), String(counted.at(-1))]
  expect((await migrated(first)).counted).toEqual(counted.slice(1))
  const upToDate = await migrated(newest)
  expect([upToDate.outcome, upToDate.counted, upToDate.texts.at(-1)]).toEqual([undefined, [], 'commit'])
  const newer = await migrated(String(Number(newest) + 1))
  expect(newer.outcome).toBe('Error: it was written by a newer version of the shop')
  expect(newer.texts).toEqual([...BEGIN, 'rollback'])
})

test('of two that make the list at once the one that is refused finds it there', async () => {
  const { outcome, texts } = await migrated(null, { create: 1 })
  expect([outcome, texts[0], texts[1], texts[2]]).toEqual([undefined, LIST, LIST, 'begin'])
  expect((await migrated(null, { create: 2 })).outcome).toBe('Error: create is refused')
})

test('what a migration fails with is told, also when the connection is lost over it', async () => {
  for (const refused of [{ [TURN]: 1 }, { [TURN]: 1, rollback: 1 }]) {
    const { outcome, texts } = await migrated(null, refused)
    expect([outcome, texts.at(-1)]).toEqual([`Error: ${TURN} is refused`, 'rollback'])
  }
})

// News

/** A connection as the library gives it, and what became of it. */
class Connection extends EventEmitter {
  queries: string[] = []
  released: unknown = null
  fails = failing
  async query(text: string): Promise<void> {
    this.queries.push(text)
    if (isEnding) this.emit('end')
    if (this.fails) throw new Error('cut')
  }
  release(isBroken?: boolean): void {
    this.released = isBroken
  }
  tell(payload: string): void {
    this.emit('notification', { payload })
  }
}

let connections: Connection[]
let [refuses, failing, isEnding] = [false, false, false]
beforeEach(() => {
  vi.useFakeTimers()
  connections = []
  ;[refuses, failing, isEnding] = [false, false, false]
})
afterEach(() => vi.useRealTimers())

function listening() {
  const pool = {
    connect: async () => {
      if (refuses) throw new Error('nobody there')
      const made = new Connection()
      connections.push(made)
      return made
    },
  }
  return listen(pool as unknown as Pool, 'me')
}
const settled = () => vi.advanceTimersByTimeAsync(0)
const last = () => {
  const connection = connections.at(-1)
  if (connection === undefined) throw new Error('no connection')
  return connection
}

test('a process listens, hears of others, and knows its own words', async () => {
  const news = listening()
  expect([news.heard(), news.isListening()]).toEqual([0, false])
  await settled()
  expect(last().queries).toEqual(['listen shop_changes', "select pg_notify('shop_changes', 'me hears')"])
  // Others may have written before it listened.
  expect([news.heard(), news.isListening()]).toEqual([1, false])
  last().tell('me hears')
  expect([news.heard(), news.isListening()]).toEqual([1, true])
  last().tell('me')
  expect(news.heard()).toBe(1)
  last().tell('you')
  last().tell('you hears')
  expect(news.heard()).toBe(3)
  await news.stop()
})

test('a process that does not hear itself any more takes another connection', async () => {
  const news = listening()
  await settled()
  last().tell('me hears')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(last().queries).toHaveLength(3)
  last().tell('me hears')
  await vi.advanceTimersByTimeAsync(5_000)
  expect([last().queries.length, news.isListening(), connections.length]).toEqual([4, true, 1])
  // Nothing came back this time.
  await vi.advanceTimersByTimeAsync(5_000)
  expect([connections[0]?.released, news.isListening()]).toEqual([true, false])
  await vi.advanceTimersByTimeAsync(999)
  expect(connections).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  expect([connections.length, news.heard(), news.isListening()]).toEqual([2, 2, false])
  last().tell('me hears')
  expect(news.isListening()).toBe(true)
  await news.stop()
})

test.each(['error', 'end'])('a connection that says "%s" is replaced, once', async (event) => {
  const news = listening()
  await settled()
  const [first] = connections
  first?.tell('me hears')
  first?.emit(event, new Error('cut'))
  expect([first?.released, news.isListening()]).toEqual([true, false])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(connections).toHaveLength(2)
  last().tell('me hears')
  // What a connection of before says does not matter.
  first?.emit('end')
  await vi.advanceTimersByTimeAsync(1_000)
  expect([connections.length, news.isListening()]).toEqual([2, true])
  await news.stop()
})

test('while nobody is there a process tries again each second, and gives a broken connection back', async () => {
  refuses = true
  const news = listening()
  await vi.advanceTimersByTimeAsync(1_999)
  expect([connections.length, news.heard(), news.isListening()]).toEqual([0, 0, false])
  refuses = false
  await vi.advanceTimersByTimeAsync(1)
  expect([connections.length, news.heard()]).toEqual([1, 1])
  last().tell('me hears')
  last().fails = true
  await vi.advanceTimersByTimeAsync(5_000)
  expect([connections[0]?.released, news.isListening()]).toEqual([true, false])
  await news.stop()
})

test('a connection on which nobody can listen is given back, and so is one that ends over it', async () => {
  failing = true
  const news = listening()
  await settled()
  expect(connections.map(({ released }) => released)).toEqual([true])
  ;[failing, isEnding] = [false, true]
  await vi.advanceTimersByTimeAsync(1_000)
  expect(connections.map(({ released }) => released)).toEqual([true, true])
  isEnding = false
  await vi.advanceTimersByTimeAsync(1_000)
  last().tell('me hears')
  expect([connections.length, news.isListening()]).toEqual([3, true])
  await news.stop()
})

test('who stops gives the connection back, and begins nothing any more', async () => {
  const news = listening()
  await settled()
  last().tell('me hears')
  await news.stop()
  expect([last().released, news.isListening()]).toEqual([true, false])
  expect(vi.getTimerCount()).toBe(0)
  await vi.advanceTimersByTimeAsync(60_000)
  expect([connections.length, last().queries.length]).toEqual([1, 2])
  refuses = true
  for (const wait of [settled, async () => {}]) {
    const other = listening()
    await wait()
    await other.stop()
  }
  refuses = false
  await vi.advanceTimersByTimeAsync(60_000)
  expect(connections).toHaveLength(1)
})

test('of a server that passes on no words nothing is heard', async () => {
  expect([NO_NEWS.heard(), NO_NEWS.isListening()]).toEqual([0, false])
  await NO_NEWS.stop()
})
