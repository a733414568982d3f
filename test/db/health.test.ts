import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openConnection } from '@/db/connection'
import { checkHealth } from '@/db/health'
import { countedBytes } from '@/db/notification-size'
import { type Database, openDatabase } from '@/db/open'
import { openPulse, type Pulse } from '@/db/pulse'
import { statementsOf } from '@/db/sqlite/connection'
import { type StoreProblem, StoreUnavailable } from '@/lib/shop/store'
import { created, sampleOrder, sampleProduct } from './samples'

let folder: string
const opened: Database[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'health-'))
})
afterEach(async () => {
  vi.useRealTimers()
  for (const database of opened.splice(0)) await database.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(name = 'shop.db'): Promise<Database> {
  const database = await openDatabase(`file:${join(folder, name)}`, { goods: [sampleProduct('tea', 5)] })
  opened.push(database)
  return database
}

const buy = (database: Database) => {
  const order = sampleOrder('tea')
  return database.store.insertOrder(order, created(order), null)
}

type Able = { canWrite?: boolean; canRead?: boolean; keeps?: { isLogLarge: boolean; isDiskFull: boolean } | null }
const WELL = { isLogLarge: false, isDiskFull: false }

/** What is found of a store that can do some things and others not. */
async function found({ canWrite = true, canRead = true, keeps = WELL }: Able) {
  const asked: boolean[] = []
  const orUnavailable = async <T>(value: T, isAble: boolean) => {
    if (!isAble) throw new Error('while it was tried', { cause: new StoreUnavailable('it is not able to') })
    return value
  }
  const pulse = {
    beat: () => orUnavailable(true as const, canWrite),
    ofOthers: () => orUnavailable({ quiet: 1, news: 1 }, canRead),
  }
  const keepUp = (hasJustWritten: boolean) => {
    asked.push(hasJustWritten)
    return orUnavailable(keeps ?? WELL, keeps !== null)
  }
  return { problems: await checkHealth({ keepUp }, pulse), asked }
}

test.each<[string, Able, StoreProblem[]]>([
  ['is well', {}, []],
  ['cannot write', { canWrite: false }, ['not_writable']],
  ['cannot read', { canRead: false }, ['not_readable']],
  ['can do neither', { canWrite: false, canRead: false }, ['not_writable', 'not_readable']],
  ['cannot look after its files', { keeps: null }, ['not_writable']],
  ['cannot do anything', { canWrite: false, canRead: false, keeps: null }, ['not_writable', 'not_readable']],
  ['has a large log', { keeps: { ...WELL, isLogLarge: true } }, ['log_large']],
  ['has a full disk', { keeps: { ...WELL, isDiskFull: true } }, ['disk_full']],
  [
    'has all of these',
    { canWrite: false, keeps: { isLogLarge: true, isDiskFull: true } },
    ['not_writable', 'log_large', 'disk_full'],
  ],
])('of a store that %s, health says so', async (_, able, problems) => {
  expect(await found(able)).toEqual({ problems, asked: [able.canWrite ?? true] })
})

test('a mistake is no problem of the store’s, and is not swallowed', async () => {
  const pulse = { beat: () => Promise.reject(new Error('a mistake')), ofOthers: async () => ({ quiet: 1, news: 1 }) }
  await expect(checkHealth({ keepUp: async () => WELL }, pulse)).rejects.toThrow('a mistake')
})

/** A file with a pulse, as an access that reads and writes at once. */
function access(name: string) {
  const db = new Sqlite(join(folder, name))
  db.exec(`create table if not exists pulse
    (id integer primary key, beats integer not null, quiet integer not null, news integer not null, at integer not null)`)
  const tx = openConnection(statementsOf(db))
  return { db, read: <T>(work: (it: typeof tx) => Promise<T>) => work(tx) }
}

test('a pulse tells what its process has written until then, and reads what the others told', async () => {
  const { db, read } = access('one.db')
  const said = { quiet: 3, news: 4 }
  const [one, two] = [said, { quiet: 10, news: 20 }].map((commits) =>
    openPulse({ read, writeQuietly: read, commits: () => commits }, () => 5),
  ) as [Pulse, Pulse]
  expect(await one.ofOthers()).toEqual({ quiet: 0, news: 0 })
  await one.beat()
  await two.beat()
  said.quiet = 7
  await one.beat()
  expect([await one.ofOthers(), await two.ofOthers()]).toEqual([
    { quiet: 10, news: 20 },
    { quiet: 7, news: 4 },
  ])
  db.close()
})

test('processes are counted while they beat, and forgotten a day after they stopped', async () => {
  const { db, read } = access('one.db')
  let now = 0
  const open = () => openPulse({ read, writeQuietly: read, commits: () => ({ quiet: 0, news: 0 }) }, () => now)
  const [one, two] = [open(), open()]
  await one.beat()
  await two.beat()
  now = 14_999
  expect(await one.count()).toBe(2)
  now = 15_000
  expect(await one.count()).toBe(1)
  const rows = () => db.prepare('select count(*) from pulse').pluck().get()
  now = 24 * 3_600_000
  await open().beat()
  expect(rows()).toBe(3)
  now += 1
  await open().beat()
  expect(rows()).toBe(2)
  db.close()
})

test('a beat that is written and cannot be read is a problem', async () => {
  const [one, other] = [access('one.db'), access('other.db')]
  const pulse = openPulse({ read: other.read, writeQuietly: one.read, commits: () => ({ quiet: 0, news: 0 }) })
  const refused = { name: 'StoreUnavailable', message: 'what was written is not read' }
  await expect(pulse.beat()).rejects.toMatchObject(refused)
  other.db.exec(`insert into pulse values (${pulse.instance}, 1, 0, 0, 0)`)
  await expect(pulse.beat()).rejects.toMatchObject(refused)
  other.db.exec('update pulse set beats = 3')
  expect(await pulse.beat()).toBe(true)
  one.db.close()
  other.db.close()
})

test('what other programs write is a change of others, and neither what is written here nor anybody’s later beats', async () => {
  const [one, two] = [await open(), await open()]
  await two.check()
  const first = await one.changesOfOthers()
  await one.check()
  await two.check()
  await two.check()
  await buy(one)
  expect(await one.changesOfOthers()).toBe(first)
  await buy(two)
  expect(await one.changesOfOthers()).toBe(first + 1)
  await Promise.all([buy(two), buy(two)])
  expect(await one.changesOfOthers()).toBe(first + 2)
  // They share one commit.
  await Promise.all([two.check(), buy(two)])
  await two.check()
  expect(await one.changesOfOthers()).toBe(first + 3)
})

test('the settings on which promises rest are those of the handle that writes', async () => {
  const database = await open()
  expect(await database.settings()).toMatchObject({ synchronous: 2, journal_mode: 'wal' })
})

const MIB = 1024 * 1024
test.each([
  [[], 0, 384 + 400],
  [['abc'], 0, 384 + 2 * 203],
  [['茶', null], 0, 384 + 2 * 203],
  [['abc'], 100, 384 + 2 * 303],
  [[], 1_848, 384 + 4_096],
  [[], 1_847, 384 + 2 * 2_047],
  [[], 3_861, 384 + 4_096],
  [[], 3_862, 384 + 4_096 + 1_024],
  [[], 4_381, 384 + 4_096 + 1_024],
  [[], 4_382, 384 + 2 * 4_096 + 1_024],
  [[], MIB, 384 + Math.ceil((200 + MIB - 489) / 4_092) * 4_096 + 1_024],
])('an entry with the texts %j and %i bytes of body counts %i bytes', (texts, body, expected) => {
  expect(countedBytes(texts, body)).toBe(expected)
})
