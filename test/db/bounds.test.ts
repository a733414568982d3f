import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '@/db/open'
import { EVERY_NOTIFICATION } from '@/lib/shop/notification'
import type { LogLimits } from '@/lib/shop/notification-log'
import { created, NOW, sampleMessage, sampleOrder, sampleProduct, sampleResult } from './samples'

/* What strangers, readers and long logs may take of the disk. */

let folder: string
let file: string
let database: Database
let direct: Sqlite.Database
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bounds-'))
  file = join(folder, 'shop.db')
})
afterEach(async () => {
  direct.close()
  await database.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(logLimits: LogLimits): Promise<void> {
  database = await openDatabase(`file:${file}`, { goods: [sampleProduct('tea', 999)], logLimits })
  direct = new Sqlite(file)
}

async function forge(bytes: number, signedBytes = 0): Promise<void> {
  const body = Buffer.alloc(bytes, Math.random().toString())
  const id = await database.store.insertNotification({ ...sampleMessage(''), body })
  const result = sampleResult(id, 'bad_signature', { signedText: 'x'.repeat(signedBytes), outTradeNo: String(id) })
  await database.store.commit({ result })
}

/** What the log takes in the file: every page of its table and of its indexes. */
const logPagesBytes = () =>
  Number(direct.prepare("select sum(pgsize) from dbstat where name like 'notifications%'").pluck().get())

const MEGABYTE = 1024 * 1024

test.each([
  ['tiny', () => 12, 0],
  ['as long as WeChat’s', () => 600, 600],
  ['of half a page', () => 1_300, 100],
  ['of a little more than a page', () => 4_100, 0],
  ['as long as they may be', () => 65_536, 0],
  ['of any length', (n: number) => (n * 7919) % 20_000, 500],
])(
  'forgeries that are %s never take more of the file than they may, at no instant',
  async (_, bytesOf, signedBytes) => {
    const limits = { entriesMax: 100_000, bytesMax: MEGABYTE }
    await open(limits)
    const empty = logPagesBytes()
    let most = 0
    for (let n = 0; most < 0.4 * MEGABYTE || n % 50 !== 0; n += 1) {
      await forge(bytesOf(n), signedBytes)
      if (n % 10 === 0) most = Math.max(most, logPagesBytes() - empty)
      if (n > 600) break
    }
    const dropped = await database.store.countDroppedNotifications()
    for (let n = 0; n < 60; n += 1) {
      await forge(bytesOf(n), signedBytes)
      most = Math.max(most, logPagesBytes() - empty)
    }
    expect(most).toBeLessThanOrEqual(MEGABYTE)
    // They are counted generously, and the log is not half empty for it.
    if (dropped > 0) expect(most).toBeGreaterThan(MEGABYTE / 3)
  },
)

test('room that deleted entries had comes back to the disk, some with each look', async () => {
  await open({ entriesMax: 100_000, bytesMax: 100 * MEGABYTE })
  for (let n = 0; n < 150; n += 1) await forge(60_000)
  await database.close()
  direct.pragma('wal_checkpoint(truncate)')
  const full = statSync(file).size
  direct.close()
  await open({ entriesMax: 10, bytesMax: 100 * MEGABYTE })
  for (let n = 0; n < 30; n += 1) expect(await database.check()).toEqual([])
  direct.pragma('wal_checkpoint(truncate)')
  expect(statSync(file).size).toBeLessThan(full - 5 * MEGABYTE)
  expect(await database.store.countDroppedNotifications()).toBe(140)
})

test('a file of a former version learns to give room back, and keeps what is in it', async () => {
  await open({ entriesMax: 10, bytesMax: MEGABYTE })
  await forge(100)
  await database.close()
  direct.pragma('journal_mode = delete')
  direct.pragma('auto_vacuum = none')
  direct.exec('vacuum')
  expect(direct.pragma('auto_vacuum', { simple: true })).toBe(0)
  direct.close()
  await open({ entriesMax: 10, bytesMax: MEGABYTE })
  expect(direct.pragma('auto_vacuum', { simple: true })).toBe(2)
  const { lines } = await database.store.listNotifications(EVERY_NOTIFICATION, { after: null, limit: 9 })
  expect(lines).toHaveLength(1)
})

const buy = () => {
  const order = sampleOrder('tea')
  return database.store.insertOrder(order, created(order), null)
}

test('a reader that stays lets the log of the file grow to a bound; health says so, and all is well when it goes', async () => {
  await open({ entriesMax: 100_000, bytesMax: 1_000 * MEGABYTE })
  direct.exec('begin')
  direct.prepare('select count(*) from orders').get()
  const logBytes = () => statSync(`${file}-wal`).size
  const grow = async (bytes: number) => {
    const body = Buffer.alloc(65_000, 1)
    while (logBytes() < bytes) {
      await Promise.all(
        Array.from({ length: 32 }, () => database.store.insertNotification({ ...sampleMessage(''), body })),
      )
    }
  }
  await grow(70 * MEGABYTE)
  expect(await database.check()).toEqual(['log_large'])
  expect(await buy()).toEqual({ ok: true })
  await expect(grow(400 * MEGABYTE)).rejects.toThrow(/its log cannot be emptied/)
  expect(logBytes()).toBeLessThan(260 * MEGABYTE)
  expect(await database.check()).toContain('not_writable')
  expect(await database.store.listProducts()).toHaveLength(1)

  direct.exec('rollback')
  await database.check()
  expect(await database.check()).toEqual([])
  expect(await buy()).toEqual({ ok: true })
  expect(logBytes()).toBeLessThan(20 * MEGABYTE)
})

test('a search looks at so much of a page’s bodies and no more, and others are served meanwhile', async () => {
  await open({ entriesMax: 100_000, bytesMax: 1_000 * MEGABYTE })
  const entry = direct.prepare(`insert into notifications (received_at, remote_address, headers, body, body_bytes,
    body_sha256, times) values (?, '', '{}', zeroblob(60000), 60000, '', 1)`)
  direct.transaction(() => {
    for (let n = 0; n < 700; n += 1) entry.run(NOW + n)
  })()
  let served = 0
  const others = setInterval(() => {
    served += 1
  }, 0)
  const wanted = { ...EVERY_NOTIFICATION, text: 'needle' }
  const first = await database.store.listNotifications(wanted, { after: null, limit: 10 })
  clearInterval(others)
  expect(first.lines).toEqual([])
  expect(served).toBeGreaterThan(3)
  // 32 megabytes and at most one part more.
  const left = (first.next?.at ?? 0) - NOW
  expect((700 - left) * 60_000).toBeGreaterThanOrEqual(32 * MEGABYTE)
  expect((700 - left) * 60_000).toBeLessThan(34 * MEGABYTE)
  const second = await database.store.listNotifications(wanted, { after: first.next, limit: 10 })
  expect(second).toEqual({ lines: [], next: null })
})
