import { mkdtempSync, readFileSync, rmSync, statfsSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '@/db/open'
import { emptyLog, findDamage, giveSpaceBack, isDiskFull, learnToGiveBack } from '@/db/sqlite/upkeep'
import { stillOpen } from './open-files'

let folder: string
let file: string
const opened: Sqlite.Database[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'upkeep-'))
  file = join(folder, 'shop.db')
})
afterEach(() => {
  for (const db of opened.splice(0)) db.close()
  rmSync(folder, { recursive: true, force: true })
})

function open(): Sqlite.Database {
  const db = new Sqlite(file, { timeout: 0 })
  opened.push(db)
  return db
}

/** A database that can give pages back, with so many of them free. */
function withFreePages(count: number): Sqlite.Database {
  const db = open()
  db.pragma('page_size = 512')
  db.pragma('auto_vacuum = incremental')
  db.exec('create table any (one); insert into any values (1)')
  db.prepare('insert into any values (zeroblob(?))').run(512 * count)
  db.exec('delete from any where one <> 1')
  while (freePages(db) > count) db.exec('pragma incremental_vacuum(1)')
  return db
}
const freePages = (db: Sqlite.Database) => Number(db.pragma('freelist_count', { simple: true }))

test.each([
  [512, 512],
  [513, 513 - 256],
  [900, 900 - 256],
])('of %i free pages %i are left after a step', (before, after) => {
  const db = withFreePages(before)
  expect(freePages(db)).toBe(before)
  giveSpaceBack(db)
  expect(freePages(db)).toBe(after)
})

test('a disk is full when there is next to no room on it', () => {
  expect(isDiskFull(file)).toBe(false)
  // A file system on which nothing can be written, so that it has no room.
  expect(isDiskFull('/proc/shop.db')).toBe(true)
})

test('a log is emptied when nobody reads it, and left when somebody does', () => {
  const db = open()
  db.pragma('journal_mode = wal')
  db.exec('create table any (one)')
  const reading = open()
  reading.exec('begin; select * from any')
  reading.prepare('select * from any').all()
  db.exec('insert into any values (1)')
  const bytes = () => statSync(`${file}-wal`).size
  emptyLog(db)
  expect(bytes()).toBeGreaterThan(0)
  reading.exec('rollback')
  emptyLog(db)
  expect(bytes()).toBe(0)
  // In the middle of a step it cannot be: that is no lock of another program, but a mistake.
  db.exec('begin; insert into any values (2)')
  expect(() => emptyLog(db)).toThrow(/locked/)
})

test('a log that another program is emptying at the moment is left to it', () => {
  const db = open()
  db.pragma('journal_mode = wal')
  db.exec('create table any (one)')
  const other = open()
  other.exec('begin immediate; insert into any values (1)')
  emptyLog(db)
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(0)
})

test('damage is what SQLite finds on the disk; nothing is said of a file that somebody has locked', () => {
  const db = open()
  db.exec('create table any (one); create table more (one); insert into any values (zeroblob(9000))')
  const before = stillOpen(folder).length
  expect(findDamage(file)).toBeNull()
  expect(stillOpen(folder)).toHaveLength(before)
  db.exec('begin exclusive')
  expect(findDamage(file)).toBeNull()
  db.exec('rollback')
  const bytes = readFileSync(file)
  bytes.fill(0x61, 4096, 2 * 4096)
  writeFileSync(file, bytes)
  expect(findDamage(file)).toMatch(/malformed|[Pp]age/)
  writeFileSync(file, 'no database'.repeat(99))
  expect(findDamage(file)).toBe('file is not a database')
  expect(() => findDamage(join(folder, 'none.db'))).toThrow(/unable to open/)
})

/** A database as a former version made it, which cannot give space back. */
async function former(): Promise<void> {
  await (await openDatabase(`file:${file}`)).close()
  const db = new Sqlite(file)
  db.pragma('journal_mode = delete')
  db.pragma('auto_vacuum = none')
  db.exec('vacuum')
  db.close()
}
const vacuumOf = (db: Sqlite.Database) => db.pragma('auto_vacuum', { simple: true })

test('a database for whose new copy there is no room is left as it is, and opened', async () => {
  await former()
  const { bavail, bsize } = statfsSync(folder)
  // A hole takes no room, and counts as what would be copied.
  truncateSync(file, Math.ceil((bavail * bsize) / 2 / 4096) * 4096)
  await (await openDatabase(`file:${file}`)).close()
  expect(vacuumOf(open())).toBe(0)
})

test('with another program on it, a database learns to give space back at a later start', async () => {
  await former()
  const db = open()
  db.pragma('journal_mode = wal')
  const other = open()
  other.exec('begin immediate')
  learnToGiveBack(db, file)
  expect(vacuumOf(other)).toBe(0)
  other.exec('rollback')
  learnToGiveBack(db, file)
  expect(vacuumOf(open())).toBe(2)
  // What it was written anew with is in the database, and no longer in the log.
  expect(statSync(`${file}-wal`).size).toBe(0)
})

test('a damaged database is not taken for one on which another program works', async () => {
  await former()
  const db = new Sqlite(file)
  const page = Number(db.prepare("select rootpage from sqlite_schema where name = 'products'").pluck().get())
  db.close()
  const bytes = readFileSync(file)
  bytes.fill(0x61, (page - 1) * 4096, page * 4096)
  writeFileSync(file, bytes)
  expect(() => learnToGiveBack(open(), file)).toThrow(/malformed/)
})

test('what can give space back already is not written anew', () => {
  const db = withFreePages(5)
  learnToGiveBack(db, file)
  expect(freePages(db)).toBe(5)
})
