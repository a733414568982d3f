import { EventEmitter } from 'node:events'
import { DatabaseError, type PoolClient } from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openWriter } from '@/db/postgres/writer'
import { StoreUnavailable } from '@/lib/shop/store'

/* The one writer of a process, on connections that do what a test says. */

type Outcome = { fails?: unknown; rowCount?: number; notice?: string }

const said = (code: string) => Object.assign(new DatabaseError(`the server says ${code}`, 1, 'error'), { code })
const cut = () => Object.assign(new Error('read ECONNRESET'), { syscall: 'read' })

/** What comes of the next queries that have these words in them. */
let script: [words: string, outcome: Outcome][]
let queries: string[]
let connections: Connection[]
let committed: unknown[]
/** So often nobody answers who wants to connect. */
let refusals: number
beforeEach(() => {
  vi.useFakeTimers()
  ;[script, queries, connections, committed, refusals] = [[], [], [], [], 0]
})
afterEach(() => vi.useRealTimers())

class Connection extends EventEmitter {
  released: unknown = null
  async query(query: string | { text: string }, values?: unknown[]) {
    const text = typeof query === 'string' ? query : query.text
    const id = values === undefined ? '' : ` of ${values.length}`
    queries.push(text.replace(/'[0-9a-f-]{36}'/g, 'ID').replace(/\d{13}/g, 'NOW') + id)
    const at = script.findIndex(([words]) => text.includes(words))
    const [, { fails, rowCount = 1, notice }] = at === -1 ? ['', {} as Outcome] : (script.splice(at, 1)[0] ?? ['', {}])
    if (notice !== undefined) this.emit('notice', { code: notice })
    if (fails !== undefined) throw fails
    return { command: text.startsWith('select') ? 'SELECT' : 'UPDATE', rows: [], rowCount }
  }
  release(isBroken?: boolean): void {
    this.released = isBroken ?? false
  }
}

function opened({ isTold = true } = {}) {
  return openWriter({
    connect: async () => {
      refusals -= 1
      if (refusals >= 0) throw cut()
      const made = new Connection()
      connections.push(made)
      return made as unknown as PoolClient
    },
    onCommit: (failure) => void committed.push(failure),
    instance: 'me',
    isTold,
  })
}
type Writer = ReturnType<typeof opened>

const change = (writer: Writer, name: string, isNews?: boolean) =>
  writer.write(async (_, run) => {
    await run(`update ${name}`, [])
    return name
  }, isNews)
/** What each comes to, once there is nothing left to wait for. */
async function outcomes(all: Promise<unknown>[], ms = 60_000): Promise<unknown[]> {
  const told = Promise.all(all.map((it) => it.catch((error: unknown) => error)))
  await vi.advanceTimersByTimeAsync(ms)
  return told
}

const BEGIN = 'begin isolation level serializable'
const SAVING = `${BEGIN}; savepoint step`
const NEXT = 'release savepoint step; savepoint step'
const UNDONE = 'rollback to savepoint step'
const TOLD = "insert into commits (id, at) values (ID, NOW); select pg_notify('shop_changes', 'me'); commit"
const QUIET = 'insert into commits (id, at) values (ID, NOW); commit'
const LOOK_UP = 'insert into commits (id, at) values ($1, $2) on conflict do nothing returning id of 2'
const CONFIRM = 'update commits set at = NOW where id = ID'

test('steps that wait together share one commit, and each hears of its own', async () => {
  const writer = opened()
  expect(await outcomes([change(writer, 'a'), change(writer, 'b')])).toEqual(['a', 'b'])
  expect(queries).toEqual([SAVING, 'update a', NEXT, 'update b', TOLD])
  expect([committed, writer.commits()]).toEqual([[null], { quiet: 0, news: 1 }])
  expect(await outcomes([change(writer, 'c')])).toEqual(['c'])
  expect([connections.length, writer.commits()]).toEqual([1, { quiet: 0, news: 2 }])
})

test('of 33 steps one has a commit of its own', async () => {
  const writer = opened()
  await outcomes(Array.from({ length: 33 }, (_, n) => change(writer, `t${n}`)))
  expect(queries.filter((it) => it.startsWith(BEGIN))).toEqual([SAVING, BEGIN])
  expect(queries.slice(-3)).toEqual([BEGIN, 'update t32', TOLD])
})

test('what is no news is told to nobody, and counted by itself', async () => {
  const writer = opened()
  await outcomes([change(writer, 'a', false)])
  expect([queries.at(-1), writer.commits()]).toEqual([QUIET, { quiet: 1, news: 0 }])
  await outcomes([change(writer, 'a', false), change(writer, 'b')])
  expect([queries.at(-1), writer.commits()]).toEqual([TOLD, { quiet: 1, news: 1 }])
  const mute = opened({ isTold: false })
  await outcomes([change(mute, 'a')])
  expect([queries.at(-1), mute.commits()]).toEqual([QUIET, { quiet: 0, news: 1 }])
})

test('what changes nothing is no commit', async () => {
  const writer = opened()
  const read = writer.write(async (_, run) => run('select 1', []))
  expect(await outcomes([read])).toEqual([{ rows: [], changes: 0 }])
  expect(queries).toEqual([BEGIN, 'select 1', 'rollback'])
  expect([committed, writer.commits()]).toEqual([[null], { quiet: 0, news: 0 }])
})

test('a step that throws is undone alone, and tells its own error', async () => {
  const writer = opened()
  script = [['update b', { fails: said('23505') }]]
  const own = new Error('of the step')
  const throws = () => writer.write(() => Promise.reject(own))
  const found = await outcomes([change(writer, 'a'), change(writer, 'b'), throws()])
  expect(found).toEqual(['a', new Error('the server says 23505'), own])
  expect(found[1]).not.toBeInstanceOf(StoreUnavailable)
  expect(queries).toEqual([SAVING, 'update a', NEXT, 'update b', UNDONE, UNDONE, TOLD])
  expect(writer.commits()).toEqual({ quiet: 0, news: 1 })
})

test('what is undone was no change: a step alone that throws, and two that do, leave nothing to commit', async () => {
  const writer = opened()
  const own = new Error('of the step')
  const throws = () =>
    writer.write(async (_, run) => {
      await run('update a', [])
      throw own
    })
  expect(await outcomes([throws()])).toEqual([own])
  expect(queries).toEqual([BEGIN, 'update a', 'rollback'])
  expect(await outcomes([throws(), throws()])).toEqual([own, own])
  expect(queries.slice(3)).toEqual([SAVING, 'update a', UNDONE, 'update a', UNDONE, 'rollback'])
  expect([committed, writer.commits()]).toEqual([[null, null], { quiet: 0, news: 0 }])
})

test.each(['update a', '; commit'])(
  'who came in the way of others (%s) runs again, from the first query on',
  async (words) => {
    const writer = opened()
    script = [
      [words, { fails: said('40001') }],
      [words, { fails: said('40P01') }],
    ]
    expect(await outcomes([change(writer, 'a')])).toEqual(['a'])
    expect(queries.filter((it) => it === BEGIN)).toHaveLength(3)
    expect(queries.filter((it) => it === 'rollback')).toHaveLength(2)
    expect([committed, connections.length, writer.commits()]).toEqual([[null], 1, { quiet: 0, news: 1 }])
  },
)

test('a conflict that does not end is given up in the twelfth round', async () => {
  const writer = opened()
  script = Array.from({ length: 12 }, () => ['update a', { fails: said('40001') }])
  const [found] = await outcomes([change(writer, 'a')])
  expect(found).toEqual(new StoreUnavailable('the server says 40001'))
  expect(queries.filter((it) => it === BEGIN)).toHaveLength(12)
  script = Array.from({ length: 11 }, () => ['update a', { fails: said('40001') }])
  expect(await outcomes([change(writer, 'a')])).toEqual(['a'])
})

test('a commit that the server refuses is told to all whose work it was, and the connection stays', async () => {
  const writer = opened()
  const full = said('53100')
  script = [['; commit', { fails: full }]]
  const found = await outcomes([change(writer, 'a'), change(writer, 'b')])
  expect(found).toEqual(Array(2).fill(new StoreUnavailable('the server says 53100')))
  expect([committed, queries.at(-1), connections[0]?.released]).toEqual([[full], 'rollback', null])
  expect(writer.commits()).toEqual({ quiet: 0, news: 0 })
  script = [
    ['; commit', { fails: full }],
    ['rollback', { fails: cut() }],
  ]
  await outcomes([change(writer, 'a')])
  expect(connections[0]?.released).toBe(true)
  expect(await outcomes([change(writer, 'a')])).toEqual(['a'])
  expect(connections).toHaveLength(2)
})

test('a connection that is lost before the commit is replaced once', async () => {
  const writer = opened()
  script = [['update a', { fails: cut() }]]
  expect(await outcomes([change(writer, 'a')])).toEqual(['a'])
  expect([connections.map(({ released }) => released), queries]).toEqual([
    [true, null],
    [BEGIN, 'update a', BEGIN, 'update a', TOLD],
  ])
  script = [
    ['begin', { fails: cut() }],
    ['begin', { fails: cut() }],
  ]
  expect(await outcomes([change(writer, 'a')])).toEqual([new StoreUnavailable('read ECONNRESET')])
  // What changed nothing is not looked up.
  expect(queries).not.toContain(LOOK_UP)
  script = [['rollback', { fails: cut() }]]
  expect(await outcomes([writer.write(async (_, run) => run('select 1', []))])).toEqual([{ rows: [], changes: 0 }])
  expect(queries).not.toContain(LOOK_UP)
})

test('a commit whose answer is lost is looked up: it came through', async () => {
  const writer = opened()
  script = [
    ['; commit', { fails: cut() }],
    ['on conflict do nothing', { rowCount: 0 }],
  ]
  expect(await outcomes([change(writer, 'a')])).toEqual(['a'])
  expect(queries).toEqual([BEGIN, 'update a', TOLD, LOOK_UP, CONFIRM])
  expect([committed, writer.commits(), connections.length]).toEqual([[null], { quiet: 0, news: 1 }, 2])
})

test('a commit whose answer is lost is looked up: it did not come through, and is made again', async () => {
  const writer = opened()
  script = [['; commit', { fails: cut() }]]
  expect(await outcomes([change(writer, 'a')])).toEqual(['a'])
  expect(queries).toEqual([BEGIN, 'update a', TOLD, LOOK_UP, BEGIN, 'update a', TOLD])
  expect(writer.commits()).toEqual({ quiet: 0, news: 1 })
})

test('a connection that is lost between two steps needs no look-up: nothing was to be committed yet', async () => {
  const writer = opened()
  script = [['update b', { fails: cut() }]]
  expect(await outcomes([change(writer, 'a'), change(writer, 'b')])).toEqual(['a', 'b'])
  expect(queries).toEqual([SAVING, 'update a', NEXT, 'update b', SAVING, 'update a', NEXT, 'update b', TOLD])
})

test('a look-up waits for whoever does not let it in, and keeps a connection that can still be used', async () => {
  const writer = opened()
  script = [
    ['; commit', { fails: cut() }],
    ['on conflict do', { fails: said('55P03') }],
    ['on conflict do', { rowCount: 0 }],
  ]
  const lost = change(writer, 'a')
  await vi.advanceTimersByTimeAsync(0)
  expect(await outcomes([lost])).toEqual(['a'])
  expect(connections).toHaveLength(2)
  script = [
    ['; commit', { fails: cut() }],
    ['on conflict do', { rowCount: 0 }],
  ]
  const refused = change(writer, 'a')
  refusals = 3
  expect(await outcomes([refused])).toEqual(['a'])
  expect(connections).toHaveLength(3)
})

test('who asks in the same turn of the event loop shares the commit', async () => {
  const writer = opened()
  const first = change(writer, 'a')
  for (let n = 0; n < 20; n += 1) await Promise.resolve()
  expect(await outcomes([first, change(writer, 'b')])).toEqual(['a', 'b'])
  expect(queries).toEqual([SAVING, 'update a', NEXT, 'update b', TOLD])
})

test('it is looked up until somebody answers, and not for ever', async () => {
  const writer = opened()
  const silent = (times: number): typeof script =>
    Array.from({ length: times }, () => ['on conflict do', { fails: cut() }])
  script = [['; commit', { fails: cut() }], ...silent(9), ['on conflict do', { rowCount: 0 }]]
  expect(await outcomes([change(writer, 'a')])).toEqual(['a'])
  expect(connections.filter(({ released }) => released === true)).toHaveLength(10)

  script = [['; commit', { fails: cut() }], ...silent(1_000)]
  const waiting = change(writer, 'a')
  let isTold = false
  waiting.catch(() => {
    isTold = true
  })
  await vi.advanceTimersByTimeAsync(9_900)
  expect(isTold).toBe(false)
  const [found] = await outcomes([waiting], 200)
  expect(found).toEqual(new StoreUnavailable('the outcome of a commit is not known'))
  expect(found).toBeInstanceOf(StoreUnavailable)
})

test('a commit of which the server warns is not called done, and nobody listens to it afterwards', async () => {
  const writer = opened()
  script = [['; commit', { notice: '01000' }]]
  const [found] = await outcomes([change(writer, 'a')])
  expect(found).toEqual(new StoreUnavailable('a commit is not known to be on the standby'))
  script = [['; commit', { notice: '00000' }]]
  expect(await outcomes([change(writer, 'a')])).toEqual(['a'])
  for (const it of connections) expect(it.listenerCount('notice')).toBe(0)
})

test('one that was looked up is not called done before the standby has it', async () => {
  const writer = opened()
  script = [
    ['; commit', { fails: cut() }],
    ['on conflict do', { rowCount: 0 }],
    ['update commits', { notice: '01000' }],
    ['on conflict do', { rowCount: 0 }],
  ]
  expect(await outcomes([change(writer, 'a')])).toEqual(['a'])
  expect(queries.slice(-4)).toEqual([LOOK_UP, CONFIRM, LOOK_UP, CONFIRM])
})

test('to stop, what runs is waited for, and what waits is refused', async () => {
  const writer = opened()
  let finish = () => {}
  const running = writer.write(async (_, run) => {
    await run('update a', [])
    await new Promise<void>((resolve) => {
      finish = resolve
    })
    return 'done'
  })
  await vi.advanceTimersByTimeAsync(0)
  const waiting = change(writer, 'b')
  let hasStopped = false
  const stopped = writer.stop().then(() => {
    hasStopped = true
  })
  const closed = new StoreUnavailable('the database is closed')
  expect(await outcomes([waiting, change(writer, 'c')])).toEqual([closed, closed])
  expect(hasStopped).toBe(false)
  finish()
  expect(await outcomes([running, stopped])).toEqual(['done', undefined])
  expect(connections[0]?.released).toBe(false)
  expect(queries).not.toContain('update b')
})

test('who stops before anything was written has nothing to give back', async () => {
  const writer = opened()
  await writer.stop()
  expect(connections).toEqual([])
})
