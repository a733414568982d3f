import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Opened } from '@/db/opened'
import { products } from '@/db/schema'
import { openSqlite } from '@/db/sqlite/open'
import { LOG_BYTES_KEPT } from '@/db/sqlite/upkeep'

let folder: string
let file: string
let sqlite: Opened
const lost: string[] = []
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'open-'))
  file = join(folder, 'data', 'of', 'shop.db')
  sqlite = await openSqlite(file, { mayBeNew: false, onLost: (why) => void lost.push(why) })
})
afterEach(async () => {
  await sqlite.close()
  rmSync(folder, { recursive: true, force: true })
  expect(lost.splice(0)).toEqual([])
})

const one = { one: sql<number>`1` }
const PRODUCT = {
  ...{ id: 'a', slug: 'a', name: { zh: 'a', en: 'a' }, description: { zh: 'a', en: 'a' } },
  ...{ priceFen: sql`1`, stock: 1, stockInitial: 1, image: '', position: 0 },
}

test('a folder that has to be made is its owner’s alone, and one that is there stays as it is', async () => {
  expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, 'data', 'of')).mode & 0o777).toBe(0o700)
  mkdirSync(join(folder, 'there'), { mode: 0o755 })
  const other = await openSqlite(join(folder, 'there', 'shop.db'), { mayBeNew: false, onLost: () => {} })
  await other.close()
  expect(statSync(join(folder, 'there')).mode & 0o777).toBe(0o755)
})

test('what only reads cannot write', async () => {
  const writing = sqlite.read((tx) => tx.insert(products).values(PRODUCT))
  await expect(writing).rejects.toThrow('attempt to write a readonly database')
})

test('queries that are made elsewhere read and write, each a step of its own', async () => {
  const before = sqlite.commits()
  await sqlite.each.insert(products).values(PRODUCT)
  expect(await sqlite.each.select(one).from(products)).toEqual([{ one: 1 }])
  expect(await sqlite.each.update(products).set({ stock: 2 }).returning({ stock: products.stock })).toEqual([
    { stock: 2 },
  ])
  expect(sqlite.commits()).toEqual({ quiet: 0, news: before.news + 2 })
  // Whether it writes is told by how a statement begins.
  await sqlite.each.update(products).set({ image: sql`(select 'another')` })
  expect(await sqlite.each.select({ image: products.image }).from(products)).toEqual([{ image: 'another' }])
})

test('commits of other programs are news, but for those that they call quiet', async () => {
  const none = { quiet: 0, news: 0 }
  expect(sqlite.commits()).toEqual(none)
  const before = sqlite.newsOfOthers(none)
  await sqlite.write((tx) => tx.insert(products).values(PRODUCT))
  await sqlite.writeQuietly((tx) => tx.update(products).set({ stock: 1 }))
  expect([sqlite.commits(), sqlite.newsOfOthers(none)]).toEqual([{ quiet: 1, news: 1 }, before])
  const other = new Sqlite(file)
  other.pragma(`user_version = ${Number(other.pragma('user_version', { simple: true })) + 5}`)
  other.close()
  expect(sqlite.newsOfOthers({ quiet: 2, news: 9 })).toBe(before + 3)
  expect(sqlite.hears()).toBe('poll')
})

test('a log that has grown is emptied, and a small one is left', async () => {
  const logBytes = () => statSync(`${file}-wal`).size
  const write = (bytes: number) =>
    sqlite.write((tx) => tx.insert(products).values({ ...PRODUCT, image: 'x'.repeat(bytes) }))
  await write(100_000)
  expect(await sqlite.keepUp(true)).toEqual({ isLogLarge: false, isDiskFull: false })
  expect(logBytes()).toBeGreaterThan(100_000)
  await sqlite.write((tx) => tx.delete(products))
  await write(LOG_BYTES_KEPT)
  expect(await sqlite.keepUp(true)).toEqual({ isLogLarge: false, isDiskFull: false })
  expect(logBytes()).toBe(0)
})
