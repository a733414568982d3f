import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '@/db/open'
import { created, sampleMessage, sampleOrder, sampleProduct } from './samples'

let folder: string
let file: string
let copy: string
const opened: Database[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backup-'))
  file = join(folder, 'data', 'shop.db')
  copy = join(folder, 'copy.db')
})
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(): Promise<Database> {
  const database = await openDatabase(`file:${file}`, { goods: [sampleProduct('tea', 999)] })
  opened.push(database)
  return database
}

async function buy({ store }: Database): Promise<string> {
  const order = sampleOrder('tea')
  await store.insertOrder(order, created(order), null)
  return order.id
}

/** What somebody types. */
function backup(args: string[], variables: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync('npx', ['tsx', 'lib/server/backup.ts', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: `file:${file}`, ...variables },
  })
  return { status, said: stdout + stderr }
}

const idsIn = (path: string) => {
  const db = new Sqlite(path)
  try {
    return db.prepare('select id from orders order by id').pluck().all()
  } finally {
    db.close()
  }
}

test('a copy of a running shop has all that was acknowledged before, is sound, and is for its owner only', async () => {
  const database = await open()
  const ids = [await buy(database), await buy(database)]
  // More than the log takes before it is carried over.
  const body = new Uint8Array(60_000)
  for (let n = 0; n < 90; n += 1) await database.store.insertNotification({ ...sampleMessage(''), body })
  ids.push(await buy(database))

  expect(backup([copy])).toEqual({ status: 0, said: `The database is in ${copy}, ${statSync(copy).size} bytes.\n` })
  ids.sort()
  await buy(database)
  expect(idsIn(copy)).toEqual(ids)
  expect(statSync(copy).mode & 0o777).toBe(0o600)
  const db = new Sqlite(copy)
  expect([db.pragma('integrity_check', { simple: true }), db.pragma('foreign_key_check')]).toEqual(['ok', []])
  // What the file had learned, the copy knows.
  expect(db.pragma('auto_vacuum', { simple: true })).toBe(2)
  db.close()
  expect(readdirSync(folder).sort()).toEqual(['copy.db', 'data'])
})

test('a copy takes nobody’s place', async () => {
  await open()
  writeFileSync(copy, 'somebody’s')
  expect(backup([copy])).toEqual({ status: 1, said: `No backup was made: ${copy} is there already.\n` })
  expect(readFileSync(copy, 'utf8')).toBe('somebody’s')
})

test('what cannot be copied is told in a sentence, and leaves nothing', async () => {
  expect(backup([])).toMatchObject({ status: 2, said: expect.stringContaining('npm run backup -- FILE') })
  expect(backup([copy, 'more'])).toMatchObject({ status: 2 })
  expect(backup([copy]).said).toBe(`No backup was made: there is no database ${file}.\n`)
  expect(backup([copy], { DATABASE_URL: 'nonsense' }).said).toMatch(/^No backup was made: DATABASE_URL must be/)
  mkdirSync(join(folder, 'data'))
  writeFileSync(file, 'no database at all'.repeat(99))
  expect(backup([copy])).toMatchObject({ status: 1, said: expect.stringContaining('file is not a database') })
  expect(backup([join(folder, 'nowhere', 'copy.db')]).status).toBe(1)
  expect(existsSync(copy)).toBe(false)
  expect(readdirSync(folder)).toEqual(['data'])
})

test('restored as README says, a shop goes on where the copy was made', async () => {
  const database = await open()
  const kept = await buy(database)
  expect(backup([copy]).status).toBe(0)
  await buy(database)
  await database.close()

  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
  copyFileSync(copy, file)
  const restored = await open()
  expect(idsIn(file)).toEqual([kept])
  expect((await restored.store.listProducts())[0]?.stock).toBe(998)
  await buy(restored)
  expect(await restored.check()).toEqual([])
})

test('a copy that is put beside the log of the shop that it was made from is not mixed with it', async () => {
  const database = await open()
  const kept = await buy(database)
  expect(backup([copy]).status).toBe(0)
  await buy(database)
  const log = readFileSync(`${file}-wal`)
  await database.close()

  copyFileSync(copy, file)
  writeFileSync(`${file}-wal`, log)
  chmodSync(file, 0o600)
  await expect(open()).rejects.toThrow(/shop\.db-wal is not that of the database beside it/)
  rmSync(`${file}-wal`)
  await open()
  expect(idsIn(file)).toEqual([kept])
})
