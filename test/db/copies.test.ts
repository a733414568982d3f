import {
  copyFileSync,
  existsSync,
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
import { backUpDatabase } from '@/db/backup'
import { addressOf } from '@/db/database-url'
import { type Database, openDatabase } from '@/db/open'
import { stillOpen } from './open-files'
import { created, sampleOrder, sampleProduct } from './samples'

/* Copies made in this very process; `backup.test.ts` makes them as an operator does. */

let folder: string
let file: string
let copy: string
const opened: Database[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'copies-'))
  file = join(folder, 'data', 'shop.db')
  copy = join(folder, 'copy.db')
})
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(): Promise<Database> {
  const database = await openDatabase(`file:${file}`, { goods: [sampleProduct('tea', 9)] })
  opened.push(database)
  return database
}

async function buy(database: Database): Promise<string> {
  const order = sampleOrder('tea')
  await database.store.insertOrder(order, created(order), null)
  return order.id
}

const idsIn = (path: string) => {
  const db = new Sqlite(path, { readonly: true })
  try {
    return db.prepare('select id from orders order by id').pluck().all()
  } finally {
    db.close()
  }
}

const backUp = () => backUpDatabase(`file:${file}`, copy)

test('a copy is another database than the one that it is of, and as large as is said', async () => {
  const database = await open()
  const id = await buy(database)
  const part = `${copy}.part-${process.pid}`
  // What a copy left that was broken off.
  writeFileSync(part, 'half of a copy')
  expect(await backUp()).toBe(statSync(copy).size)
  expect(idsIn(copy)).toEqual([id])
  const identityOf = (path: string) => {
    const db = new Sqlite(path, { readonly: true })
    try {
      return db.pragma('application_id', { simple: true })
    } finally {
      db.close()
    }
  }
  expect(identityOf(copy)).not.toBe(identityOf(file))
  expect(existsSync(part)).toBe(false)
  await database.close()
  expect(stillOpen(folder)).toEqual([])
})

test('a copy that would not be sound is none', async () => {
  const database = await open()
  await database.close()
  const db = new Sqlite(file)
  db.pragma('ignore_check_constraints = on')
  db.exec('update products set stock = -1')
  db.close()
  await expect(backUp()).rejects.toThrow('the copy is not sound: CHECK constraint failed in products')
  expect(readdirSync(folder)).toEqual(['data'])
  expect(stillOpen(folder)).toEqual([])
})

test('whoever asks for a copy in the same process is told why there is none', async () => {
  await expect(backUp()).rejects.toThrow(`there is no database ${file}`)
  await open()
  writeFileSync(copy, 'somebody’s')
  await expect(backUp()).rejects.toThrow(`${copy} is there already`)
  expect(readFileSync(copy, 'utf8')).toBe('somebody’s')
  rmSync(copy)
  await expect(backUpDatabase(`file:${file}`, join(folder, 'nowhere', 'copy.db'))).rejects.toThrow(/unable to open/)
  await expect(backUpDatabase('nonsense', copy)).rejects.toThrow(/DATABASE_URL must be file:/)
})

test('a database beside a log that is not its own is not copied', async () => {
  const database = await open()
  await buy(database)
  const log = readFileSync(`${file}-wal`)
  await database.close()
  await backUp()
  writeFileSync(`${file}-wal`, log)
  copyFileSync(copy, file)
  await expect(backUpDatabase(`file:${file}`, `${copy}2`)).rejects.toThrow(/is not that of the database beside it/)
  expect(existsSync(`${copy}2`)).toBe(false)
})

test('an address names a file or a server, and is shown without its password', () => {
  expect(addressOf('file:./data/shop.db')).toEqual({ type: 'sqlite', path: join(process.cwd(), 'data/shop.db') })
  expect(addressOf('file:/data/shop.db')).toEqual({ type: 'sqlite', path: '/data/shop.db' })
  for (const scheme of ['postgres', 'postgresql']) {
    const url = `${scheme}://shop:secret@db.example:5432/shop?sslmode=require&password=secret`
    const shown = `${scheme}://shop@db.example:5432/shop`
    expect(addressOf(url)).toEqual({ type: 'postgres', url, shown })
  }
})

test.each([
  'nonsense',
  'mysql://db.example/shop',
  'postgres:/db',
  'a postgres://db.example',
  'postgres://[',
  'xfile:/a',
])('an address of another kind is refused with what there is: %s', (url) => {
  expect(() => addressOf(url)).toThrow('DATABASE_URL must be file:<path> or postgres://…')
})

test('a server is backed up by its own tools, and the answer says so', async () => {
  await expect(backUpDatabase('postgres://db.example/shop', copy)).rejects.toThrow(
    'a database of PostgreSQL is backed up by its own pg_dump, also while the shop runs',
  )
})
