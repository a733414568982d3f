import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openConnection } from '@/db/connection'
import { checkHealth } from '@/db/health'
import { countedBytes } from '@/db/notification-size'
import { type Database, openDatabase } from '@/db/open'
import { openPulse } from '@/db/pulse'
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
    count: () => orUnavailable({ all: 1, own: 1 }, canRead),
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
  const pulse = { beat: () => Promise.reject(new Error('a mistake')), count: async () => ({ all: 1, own: 1 }) }
  await expect(checkHealth({ keepUp: async () => WELL }, pulse)).rejects.toThrow('a mistake')
})

/** A file with a pulse, as an access that reads and writes at once. */
function access(name: string) {
  const db = new Sqlite(join(folder, name))
  db.exec('create table if not exists pulse (id integer primary key, beats integer not null)')
  const tx = openConnection(statementsOf(db))
  return { db, read: <T>(work: (it: typeof tx) => Promise<T>) => work(tx) }
}

test('a pulse counts how often all have beaten, and how often it has itself', async () => {
  const { db, read } = access('one.db')
  const [one, two] = [openPulse({ read, write: read }), openPulse({ read, write: read })]
  expect(await one.count()).toEqual({ all: 0, own: 0 })
  await one.beat()
  await one.beat()
  await two.beat()
  expect([await one.count(), await two.count()]).toEqual([
    { all: 3, own: 2 },
    { all: 3, own: 1 },
  ])
  db.close()
})

test('a beat that is written and cannot be read is a problem, and one that others have overtaken is none', async () => {
  const [one, other] = [access('one.db'), access('other.db')]
  const pulse = openPulse({ read: other.read, write: one.read })
  const refused = { name: 'StoreUnavailable', message: 'what was written is not read' }
  await expect(pulse.beat()).rejects.toMatchObject(refused)
  other.db.exec('insert into pulse values (1, 1)')
  await expect(pulse.beat()).rejects.toMatchObject(refused)
  other.db.exec('update pulse set beats = 3')
  expect(await pulse.beat()).toBe(true)
  other.db.exec('update pulse set beats = 9')
  expect(await pulse.beat()).toBe(true)
  one.db.close()
  other.db.close()
})

test('what other programs write is a change of others, and neither what is written here nor anybody’s beat', async () => {
  const [one, two] = [await open(), await open()]
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
