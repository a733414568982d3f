import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
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
import { type Database, openDatabase } from '@/db/open'
import { stillOpen } from './open-files'
import { created, sampleMessage, sampleOrder, sampleProduct } from './samples'

/* Files that are deleted, replaced, overwritten, or put beside each other by mistake. */

let folder: string
let file: string
let lost: string[]
const opened: Database[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'))
  file = join(folder, 'shop.db')
  lost = []
})
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(options: { mayBeNew?: boolean } = {}, path = file): Promise<Database> {
  const onLost = (why: string) => void lost.push(why)
  const database = await openDatabase(`file:${path}`, { goods: [sampleProduct('tea', 99)], onLost, ...options })
  opened.push(database)
  return database
}

const buy = (database: Database) => {
  const order = sampleOrder('tea')
  return database.store.insertOrder(order, created(order), null)
}
const ordersIn = (path: string) => {
  const db = new Sqlite(path, { readonly: true })
  try {
    return db.prepare('select count(*) from orders').pluck().get()
  } finally {
    db.close()
  }
}

const remove = (...suffixes: string[]) => {
  for (const suffix of suffixes) rmSync(`${file}${suffix}`)
}

test.each([
  ['the database is deleted', () => remove('')],
  ['all of its files are deleted', () => remove('', '-wal', '-shm')],
  ['its log is deleted', () => remove('-wal')],
  ['the index of its log is deleted', () => remove('-shm')],
  [
    'another file is put in its place',
    () => {
      copyFileSync(file, `${file}.copy`)
      renameSync(`${file}.copy`, file)
    },
  ],
])('when %s, nothing is acknowledged any more, and the process is told why', async (_, meddle) => {
  const database = await open()
  expect(await buy(database)).toEqual({ ok: true })
  meddle()
  await expect(buy(database)).rejects.toMatchObject({ name: 'StoreUnavailable' })
  expect(lost).toEqual([expect.stringMatching(/^The shop's database is lost: .*shop\.db/)])
  await expect(database.store.ping()).rejects.toMatchObject({ name: 'StoreUnavailable' })
  await expect(buy(database)).rejects.toMatchObject({ name: 'StoreUnavailable' })
  // In the words of the system, and not with what was to be written.
  expect(lost.join()).not.toMatch(/insert|params/)
  // Told once, however much fails afterwards.
  expect(await database.check()).toContain('not_writable')
  expect(lost).toHaveLength(1)
})

test('what is lost stays lost, also when somebody puts the files back', async () => {
  const database = await open()
  renameSync(file, `${file}.away`)
  await expect(buy(database)).rejects.toMatchObject({ name: 'StoreUnavailable' })
  renameSync(`${file}.away`, file)
  await expect(buy(database)).rejects.toMatchObject({ name: 'StoreUnavailable' })
  await expect(database.store.ping()).rejects.toMatchObject({ name: 'StoreUnavailable' })
  // The one order was written before anybody looked, and was not acknowledged.
  expect(ordersIn(file)).toBe(1)
})

const overwrite = (path: string, at: number, bytes: Buffer) => {
  const contents = readFileSync(path)
  bytes.copy(contents, at)
  writeFileSync(path, contents)
}
/** Where a page is that nobody writes, so that it stands in no log. */
const quietPage = () => {
  const db = new Sqlite(file)
  const page = db.prepare("select pageno from dbstat where name = 'verdicts'").pluck().get()
  db.close()
  return (Number(page) - 1) * 4096
}
const noise = (bytes: number) => Buffer.from(Array.from({ length: bytes }, (_, n) => (n * 193 + 71) % 251))

test.each([
  ['its first page', () => overwrite(file, 0, noise(4096))],
  ['its first page, by nothing', () => overwrite(file, 0, Buffer.alloc(4096))],
  ['some page further on', () => overwrite(file, quietPage(), noise(4096))],
  ['some page further on, by nothing', () => overwrite(file, quietPage(), Buffer.alloc(4096))],
  ['all of it', () => writeFileSync(file, noise(statSync(file).size))],
  ['all of it, so that it is empty', () => truncateSync(file, 0)],
  ['its log', () => writeFileSync(`${file}-wal`, noise(statSync(`${file}-wal`).size))],
  ['its log, so that it is empty', () => truncateSync(`${file}-wal`, 0)],
])('a database is lost at the next look when somebody overwrites %s', async (_, meddle) => {
  await (await open()).close()
  const database = await open()
  await buy(database)
  expect(await database.check()).toEqual([])
  meddle()
  await database.check()
  expect(lost).toHaveLength(1)
  expect(lost.join()).not.toMatch(/insert|params/)
  await expect(database.store.ping()).rejects.toMatchObject({ name: 'StoreUnavailable' })
})

test('a sound database is never taken for a damaged one, whatever is in it', async () => {
  const database = await open()
  const bodies = [Buffer.alloc(60_000), noise(60_000), Buffer.alloc(4_500), Buffer.alloc(9_000, 0x0d), Buffer.from('x')]
  for (const body of [...bodies, ...bodies]) {
    await database.store.insertNotification({ ...sampleMessage(''), body })
    expect(await database.check()).toEqual([])
  }
  // What is in the log comes into the database, and what was deleted goes.
  const db = new Sqlite(file)
  for (const statement of ['delete from notifications where id % 2 = 0', 'pragma wal_checkpoint(truncate)']) {
    db.exec(statement)
    for (let n = 0; n < 3; n += 1) expect(await database.check()).toEqual([])
  }
  db.close()
  expect(lost).toEqual([])
})

test('damage is told with what SQLite says of it, and a page that nothing is in may be anything', async () => {
  const first = await open()
  for (const bytes of [20_000, 20_000]) {
    await first.store.insertNotification({ ...sampleMessage(''), body: Buffer.alloc(bytes, 0x61) })
  }
  await first.close()
  const db = new Sqlite(file)
  db.exec('delete from notifications')
  db.close()
  const contents = readFileSync(file)
  const trunk = contents.readUInt32BE(32)
  const leaf = contents.readUInt32BE((trunk - 1) * 4096 + 8)
  overwrite(file, (leaf - 1) * 4096, Buffer.alloc(4096, 0xff))
  const database = await open()
  expect(await database.check()).toEqual([])
  expect(lost).toEqual([])
  overwrite(file, quietPage(), noise(4096))
  await database.check()
  expect(lost).toEqual([expect.stringMatching(/shop\.db is damaged: .+/)])
})

test('a start never makes an empty database where there was one, unless somebody wants it', async () => {
  await (await open()).close()
  remove('')
  await expect(open()).rejects.toThrow(/shop\.db: it was here and is gone.*--new/)
  expect(readdirSync(folder)).toEqual(['.shop.db.expected'])
  expect(await buy(await open({ mayBeNew: true }))).toEqual({ ok: true })
})

test('what deletes a database and all beside it leaves the mark', async () => {
  await (await open()).close()
  for (const name of readdirSync(folder)) if (name.startsWith('shop.db')) rmSync(join(folder, name))
  await expect(open()).rejects.toThrow(/is gone/)
})

test('an empty file is no database, and a log without one is not thrown away', async () => {
  writeFileSync(file, '')
  const first = await open()
  await buy(first)
  const log = readFileSync(`${file}-wal`)
  await first.close()
  writeFileSync(file, '')
  writeFileSync(`${file}-wal`, log)
  await expect(open()).rejects.toThrow(/is gone/)
  rmSync(join(folder, '.shop.db.expected'))
  await expect(open()).rejects.toThrow(/shop\.db-wal is left of it/)
  await open({ mayBeNew: true })
  const kept = readdirSync(folder).find((name) => name.startsWith('shop.db-wal.of-former'))
  expect(readFileSync(join(folder, kept ?? ''))).toEqual(log)
})

test('--new takes nothing away from a database that is there', async () => {
  const first = await open()
  await buy(first)
  await first.close()
  await open({ mayBeNew: true })
  expect(ordersIn(file)).toBe(1)
})

/** A shop that is killed: its files as they are on the disk, under another name. */
function leftBehind(name: string): string {
  const path = join(folder, name, 'shop.db')
  rmSync(join(folder, name), { recursive: true, force: true })
  mkdirSync(join(folder, name))
  for (const suffix of ['', '-wal']) copyFileSync(`${file}${suffix}`, `${path}${suffix}`)
  return path
}

test('a log is believed that belongs to its database: what was acknowledged before a kill is there', async () => {
  const database = await open()
  for (let n = 0; n < 5; n += 1) await buy(database)
  expect(ordersIn(leftBehind('early'))).toBe(5)
  await open({}, leftBehind('early'))
  // Part of it carried over, and begun anew.
  const db = new Sqlite(file)
  for (const how of ['passive', 'full', 'restart', 'truncate']) {
    db.pragma(`wal_checkpoint(${how})`)
    await buy(database)
    const path = leftBehind(how)
    const again = await open({}, path)
    expect(await buy(again)).toEqual({ ok: true })
  }
  db.close()
})

test('a copy that was put beside the log of a later time is refused, and neither is changed', async () => {
  const first = await open()
  await buy(first)
  await first.close()
  const copy = readFileSync(file)

  const second = await open()
  for (let n = 0; n < 3; n += 1) await buy(second)
  const path = leftBehind('restored')
  writeFileSync(path, copy)
  const log = readFileSync(`${path}-wal`)
  await expect(open({}, path)).rejects.toThrow(/shop\.db-wal is not that of the database beside it.*remove/)
  expect(readFileSync(path)).toEqual(copy)
  expect(readFileSync(`${path}-wal`)).toEqual(log)
  rmSync(`${path}-wal`)
  await open({}, path)
  expect(ordersIn(path)).toBe(1)
})

test('a newer copy beside an old log is refused as well, and so is another shop’s', async () => {
  const database = await open()
  await buy(database)
  const old = leftBehind('old')
  await database.close()
  await (await open()).close()
  copyFileSync(file, old)
  await expect(open({}, old)).rejects.toThrow(/is not that of the database beside it/)

  const other = join(folder, 'other.db')
  const stranger = await open({}, other)
  await buy(stranger)
  await stranger.close()
  copyFileSync(other, old)
  await expect(open({}, old)).rejects.toThrow(/is not that of the database beside it/)
})

test('a log that SQLite would not believe either does no harm', async () => {
  const database = await open()
  await buy(database)
  await database.close()
  for (const log of [Buffer.alloc(0), Buffer.from('short'), noise(9_000)]) {
    writeFileSync(`${file}-wal`, log)
    const again = await open()
    expect(ordersIn(file)).toBe(1)
    await again.close()
  }
})

test('a start that cannot be says which file, and why', async () => {
  await (await open()).close()
  const db = new Sqlite(file)
  db.exec("insert into __drizzle_migrations (hash, created_at) values ('', 9e15)")
  db.close()
  await expect(open()).rejects.toThrow(`${file}: it was written by a newer version of the shop.`)
  await expect(open({}, folder)).rejects.toThrow(`${folder}: unable to open database file.`)
  writeFileSync(join(folder, 'no-folder'), '')
  await expect(open({}, join(folder, 'no-folder', 'shop.db'))).rejects.toThrow(/no-folder.shop\.db: /)
  expect(existsSync(join(folder, 'no-folder', 'shop.db'))).toBe(false)
})

test('a start that cannot be leaves no file open', async () => {
  await (await open()).close()
  const db = new Sqlite(file)
  db.exec("insert into __drizzle_migrations (hash, created_at) values ('', 9e15)")
  db.close()
  await expect(open()).rejects.toThrow()
  expect(stillOpen(folder)).toEqual([])
})

test('neither does one with goods that cannot be sold, nor one on a file that is no database', async () => {
  const goods = [sampleProduct('tea', -1)]
  await expect(openDatabase(`file:${file}`, { goods })).rejects.toThrow(/stock/)
  expect(stillOpen(folder)).toEqual([])
  const other = join(folder, 'other.db')
  writeFileSync(other, 'no database'.repeat(99))
  await expect(open({}, other)).rejects.toThrow(/file is not a database/)
  expect(stillOpen(folder)).toEqual([])
})

test('a database that is closed leaves no file open, and neither does looking at its log', async () => {
  const database = await open()
  await buy(database)
  await database.check()
  expect(stillOpen(folder).length).toBeGreaterThan(0)
  const path = leftBehind('killed')
  await database.close()
  const again = await open({}, path)
  await again.check()
  await again.close()
  expect(stillOpen(folder)).toEqual([])
})

test('the mark beside a database says what it is, and is for its owner only', async () => {
  await (await open()).close()
  const mark = join(folder, '.shop.db.expected')
  expect(readFileSync(mark, 'utf8')).toBe(
    'shop.db belongs beside this file. Without it the shop starts only with --new.\n',
  )
  expect(statSync(mark).mode & 0o777).toBe(0o600)
  // It is written once.
  writeFileSync(mark, 'as it was')
  await (await open()).close()
  expect(readFileSync(mark, 'utf8')).toBe('as it was')
})

test('with --new there may be nothing to put away', async () => {
  await (await open()).close()
  remove('')
  await open({ mayBeNew: true })
  expect(readdirSync(folder).filter((name) => name.includes('of-former'))).toEqual([])
})

test('closing twice is closing once', async () => {
  const database = await open()
  await database.close()
  await database.close()
})

test('damage that a write meets is told to the process, in the words of SQLite alone', async () => {
  const database = await open()
  await database.close()
  const db = new Sqlite(file)
  const page = Number(db.prepare("select rootpage from sqlite_schema where name = 'orders'").pluck().get())
  db.close()
  overwrite(file, (page - 1) * 4096, noise(4096))
  const again = await open()
  await expect(buy(again)).rejects.toMatchObject({ name: 'StoreUnavailable' })
  expect(lost).toEqual(["The shop's database is lost: database disk image is malformed"])
  await expect(again.store.ping()).rejects.toMatchObject({ name: 'StoreUnavailable' })
})
