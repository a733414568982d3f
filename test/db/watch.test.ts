import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FileWatch, openFileWatch, StoreLost } from '@/db/sqlite/watch'
import { isStoreUnavailable } from '@/lib/shop/store'

/* What a watch sees of files that somebody changes. Pages are small, so that files of many pages are. */

const AT_ONCE = 256

let folder: string
let file: string
let db: Sqlite.Database
let watch: FileWatch
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-'))
  file = join(folder, 'shop.db')
})
afterEach(() => {
  watch.close()
  db.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Opens a database with some full pages of a tree, all carried over from its log, and watches it. */
function open({ pages = 10, pageBytes = 512, canGiveBack = false } = {}): void {
  db = new Sqlite(file)
  db.pragma(`page_size = ${pageBytes}`)
  if (canGiveBack) db.pragma('auto_vacuum = incremental')
  db.pragma('journal_mode = wal')
  db.exec('create table any (one)')
  const insert = db.prepare('insert into any values (?)')
  const full = 'x'.repeat(pageBytes - 60)
  db.transaction(() => {
    while (Number(db.pragma('page_count', { simple: true })) < pages) insert.run(full)
  })()
  db.pragma('wal_checkpoint(passive)')
  watch = openFileWatch(file)
}

/** Writes over a page, in the file that is there. */
function overwrite(page: number, byte: number, pageBytes = 512): void {
  const contents = readFileSync(file)
  contents.fill(byte, (page - 1) * pageBytes, page * pageBytes)
  writeFileSync(file, contents)
}

const looks = (count: number) => Array.from({ length: count }, () => watch.inspect(false))

test.each([512, 4096, 65_536])('pages of %i bytes are read in their size', (pageBytes) => {
  open({ pageBytes })
  expect(looks(2)).toEqual(['sound', 'sound'])
  overwrite(9, 0xff, pageBytes)
  expect(looks(2)).toEqual(['suspect', 'suspect'])
})

test('all of a database is looked at after some looks, and then from its beginning again', () => {
  open({ pages: 2 * AT_ONCE + 40 })
  expect(looks(4)).toEqual(['sound', 'sound', 'sound', 'sound'])
  overwrite(AT_ONCE + 1, 0xff)
  // The next one is the second part.
  expect(looks(4)).toEqual(['suspect', 'sound', 'sound', 'suspect'])
  overwrite(AT_ONCE + 1, 13)
})

test('the last page of each part is looked at, and that of the file', () => {
  open({ pages: 2 * AT_ONCE })
  const pages = statSync(file).size / 512
  const outcomes = [AT_ONCE, 2 * AT_ONCE, pages].map((page) => {
    const before = readFileSync(file)
    overwrite(page, 0xff)
    const seen = looks(3)
    writeFileSync(file, before)
    return seen.filter((it) => it === 'suspect').length
  })
  expect(outcomes).toEqual([1, 1, 1])
})

test('a page of a tree that is emptied is seen where the database has a map of its pages', () => {
  open({ canGiveBack: true })
  expect(looks(1)).toEqual(['sound'])
  overwrite(9, 0)
  expect(looks(1)).toEqual(['suspect'])
})

test('and where it has none, an empty page may be one', () => {
  open()
  overwrite(9, 0)
  // What a map would say of that page, if the second page were one.
  const contents = readFileSync(file)
  contents.writeUInt8(1, 512 + (9 - 2 - 1) * 5)
  writeFileSync(file, contents)
  expect(looks(1)).toEqual(['sound'])
})

test('pages may go on only where there are pages', () => {
  open()
  const pages = statSync(file).size / 512
  const chain = (next: number) => {
    const contents = readFileSync(file)
    contents.fill(0x61, 8 * 512, 9 * 512)
    contents.writeUInt32BE(next, 8 * 512)
    writeFileSync(file, contents)
    return looks(1)[0]
  }
  expect([chain(pages), chain(pages + 1)]).toEqual(['sound', 'suspect'])
  // Half a page at the end of a file is none.
  appendFileSync(file, Buffer.alloc(511))
  expect(chain(pages + 1)).toBe('suspect')
})

const lost = (name: string) => `${file}${name}`

test.each(['', '-wal', '-shm'])('a path that leads nowhere, or to another file, is a loss: %s', (suffix) => {
  open()
  watch.look()
  renameSync(lost(suffix), lost('.away'))
  expect(() => watch.look()).toThrow(`${lost(suffix)} is gone`)
  writeFileSync(lost(suffix), readFileSync(lost('.away')))
  expect(() => watch.look()).toThrow(`another file was put in the place of ${lost(suffix)}`)
  expect(() => watch.inspect(true)).toThrow(StoreLost)
  rmSync(lost(suffix))
  renameSync(lost('.away'), lost(suffix))
  watch.look()
})

test('a loss is one of the ways in which a store is not available', () => {
  open()
  expect(isStoreUnavailable(new StoreLost('gone'))).toBe(true)
})

test('how long the log is, is known from the last look', () => {
  open()
  expect(watch.logBytes()).toBe(0)
  watch.look()
  const bytes = statSync(`${file}-wal`).size
  expect(watch.logBytes()).toBe(bytes)
  db.exec("insert into any values ('more')")
  expect(watch.logBytes()).toBe(bytes)
  watch.look()
  expect(watch.logBytes()).toBe(statSync(`${file}-wal`).size)
})

test.each([
  ['by something else', Buffer.alloc(512, 'no database')],
  ['by nothing', Buffer.alloc(512)],
])('a header that is written over %s is a loss', (_, bytes) => {
  open()
  const contents = readFileSync(file)
  bytes.copy(contents)
  writeFileSync(file, contents)
  expect(() => watch.inspect(false)).toThrow(`${file} was overwritten`)
})

test('so is one that begins otherwise, whatever stands behind that', () => {
  open()
  const contents = readFileSync(file)
  contents.write('s', 0)
  writeFileSync(file, contents)
  expect(() => watch.inspect(false)).toThrow(`${file} was overwritten`)
})

test('so is one that tells of pages of another size', () => {
  open()
  const contents = readFileSync(file)
  contents.writeUInt16BE(1024, 16)
  writeFileSync(file, contents)
  expect(() => watch.inspect(false)).toThrow(`${file} was overwritten`)
})

test('a log that is empty once was emptied by somebody, and one that stays empty after commits is lost', () => {
  open()
  truncateSync(`${file}-wal`, 0)
  expect(watch.inspect(true)).toBe('sound')
  db.exec("insert into any values ('begun anew')")
  expect(watch.inspect(true)).toBe('sound')
  truncateSync(`${file}-wal`, 0)
  for (let n = 0; n < 3; n += 1) expect(watch.inspect(false)).toBe('sound')
  expect(watch.inspect(true)).toBe('sound')
  expect(() => watch.inspect(true)).toThrow(`${file}-wal was overwritten`)
})

test('a log that does not begin as logs do is lost, as soon as something was written', () => {
  open()
  writeFileSync(`${file}-wal`, Buffer.alloc(4096, 0x61))
  expect(watch.inspect(false)).toBe('sound')
  expect(() => watch.inspect(true)).toThrow(`${file}-wal was overwritten`)
})
