import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isLogHeader, refuseForeignLog } from '@/db/sqlite/log-file'
import type { Stamp } from '@/db/sqlite/stamp'

/* Logs made by hand, as SQLite's file format says, and which of them are taken for the log of a database. */

const PAGE = 512
const LAST = 2 ** 31 - 1

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'))
  file = join(folder, 'shop.db')
  vi.useFakeTimers({ toFake: ['setTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true, force: true })
})

/** A page with a stamp where a database has it on its first. */
function stamped({ identity, commits }: Stamp): Buffer {
  const page = Buffer.alloc(PAGE, 7)
  page.writeInt32BE(commits, 60)
  page.writeInt32BE(identity, 68)
  return page
}

type Frame = { stamp: Stamp; page?: number; isCommit?: boolean }
type Order = 'big' | 'little'

/** A log as SQLite writes it: a header, and pages in frames, each with the sum over all that was before. */
function makeLog(frames: Frame[], order: Order = 'little'): Buffer {
  let [a, b] = [0, 0]
  const sum = (bytes: Buffer) => {
    const read = (at: number) => (order === 'big' ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at))
    for (let at = 0; at < bytes.length; at += 8) {
      a = (a + read(at) + b) >>> 0
      b = (b + read(at + 4) + a) >>> 0
    }
  }
  const header = Buffer.alloc(32)
  for (const [n, word] of [order === 'big' ? 0x377f0683 : 0x377f0682, 3_007_000, PAGE, 0, 0x1234, 0x5678].entries()) {
    header.writeUInt32BE(word, n * 4)
  }
  sum(header.subarray(0, 24))
  const writeSum = (to: Buffer, at: number) => {
    to.writeUInt32BE(a, at)
    to.writeUInt32BE(b, at + 4)
  }
  writeSum(header, 24)
  const parts = frames.map(({ stamp, page = 1, isCommit = true }) => {
    const frame = Buffer.concat([Buffer.alloc(24), stamped(stamp)])
    frame.writeUInt32BE(page, 0)
    frame.writeUInt32BE(isCommit ? 9 : 0, 4)
    header.copy(frame, 8, 16, 24)
    sum(frame.subarray(0, 8))
    sum(frame.subarray(24))
    writeSum(frame, 16)
    return frame
  })
  return Buffer.concat([header, ...parts])
}

function write(database: Buffer, log: Buffer): void {
  writeFileSync(file, database)
  writeFileSync(`${file}-wal`, log)
}

/** Whether the log is believed, however often somebody looks. */
async function isOwn(): Promise<boolean> {
  const outcome = refuseForeignLog(file).then(
    () => true,
    () => false,
  )
  await vi.advanceTimersByTimeAsync(1_000)
  return outcome
}

const ID = 77
const at = (commits: number, identity = ID): Stamp => ({ identity, commits })
/** A log of some commits, each of which wrote the first page. */
const commits = (...counts: number[]): Frame[] => counts.map((count) => ({ stamp: at(count) }))

const orders: Order[] = ['little', 'big']
test.each(orders.flatMap((order) => [1, 2, 3].map((n) => [order, n] as const)))(
  'a log of SQLite’s own, its words in %s order, is read up to its last commit: %i',
  async (order, count) => {
    const all = [10, 11, 12].slice(0, count)
    write(stamped(at(9 + count)), makeLog(commits(...all), order))
    expect(await isOwn()).toBe(true)
    write(stamped(at(10 + count)), makeLog(commits(...all), order))
    expect(await isOwn()).toBe(false)
  },
)

test.each([
  ['before the first of its commits', at(9), true],
  ['after the first of them', at(10), true],
  ['after the last of them', at(12), true],
  ['one commit too early', at(8), false],
  ['one commit too late', at(13), false],
  ['at the same count, of another database', at(10, 78), false],
  ['without an identity', at(10, 0), false],
])('a database %s has such a log beside it: %s %s', async (_, stamp, expected) => {
  write(stamped(stamp), makeLog(commits(10, 11, 12)))
  expect(await isOwn()).toBe(expected)
})

test.each([
  [at(LAST - 1), true],
  [at(LAST), true],
  [at(0), true],
  [at(1), true],
  [at(2), false],
  [at(LAST - 2), false],
])('counts that begin anew in the middle of a log are compared rightly: %o %s', async (stamp, expected) => {
  write(stamped(stamp), makeLog(commits(LAST, 0, 1)))
  expect(await isOwn()).toBe(expected)
})

test.each([
  ['identity and count nothing', at(0, 0), at(0), true],
  ['an identity', at(0, 5), at(0), false],
  ['a count', at(1, 0), at(0), false],
  ['nothing, and a log that begins later', at(0, 0), at(1), false],
])('a database with %s is one whose first commit is in its log: %s', async (_, stamp, first, expected) => {
  write(stamped(stamp), makeLog([{ stamp: first }, { stamp: at(1) }]))
  expect(await isOwn()).toBe(expected)
})

const other = at(500, 99)
test.each<[string, Frame[], boolean]>([
  ['another page than the first', [...commits(10), { stamp: other, page: 2 }], true],
  ['pages of a commit that was never finished', [...commits(10), { stamp: other, isCommit: false }], true],
  ['a first page that a later frame commits', [{ stamp: other, isCommit: false }, ...commits(10)], false],
  ['another database’s commit at its end', [...commits(10), { stamp: other }], false],
])('of a log, %s counts as it does for SQLite', async (_, frames, expected) => {
  write(stamped(at(10)), makeLog(frames))
  expect(await isOwn()).toBe(expected)
})

/** The log of another database, with a byte of it changed. */
function changed(position: number): Buffer {
  const log = makeLog([{ stamp: other }, { stamp: { ...other, commits: 501 } }])
  log.writeUInt8(log.readUInt8(position) ^ 1, position)
  return log
}

test.each([
  ['a header that does not begin as logs do', changed(0)],
  ['a header that is not what its sum says', changed(9)],
  ['a header with another first sum', changed(27)],
  ['a header with another second sum', changed(31)],
  ['a first frame of a former log', changed(32 + 8)],
  ['a first frame with another page number than its sum says', changed(32 + 3)],
  ['a first frame with another first sum', changed(32 + 19)],
  ['a first frame with another second sum', changed(32 + 23)],
  ['a first frame that is damaged', changed(32 + 24 + PAGE - 1)],
  ['no whole header', changed(40).subarray(0, 31)],
  ['nothing behind its header', makeLog([])],
  ['half of a frame', makeLog([{ stamp: other }]).subarray(0, 32 + 24 + PAGE - 1)],
  ['nothing at all', Buffer.alloc(0)],
])('a log with %s has nothing that SQLite would take over', async (_, log) => {
  write(stamped(at(10)), log)
  expect(await isOwn()).toBe(true)
})

test('what stands behind a damaged frame is not read any more', async () => {
  const log = makeLog([...commits(10), { stamp: other }])
  log.writeUInt8(log.readUInt8(32 + 24 + PAGE + 30) ^ 1, 32 + 24 + PAGE + 30)
  write(stamped(at(10)), log)
  expect(await isOwn()).toBe(true)
})

test('without a whole header of a database, and without a log, there is nothing to compare', async () => {
  expect(await isOwn()).toBe(true)
  writeFileSync(`${file}-wal`, makeLog([{ stamp: other }]))
  expect(await isOwn()).toBe(true)
  writeFileSync(file, stamped(at(10)).subarray(0, 99))
  expect(await isOwn()).toBe(true)
  writeFileSync(file, stamped(at(10)).subarray(0, 100))
  expect(await isOwn()).toBe(false)
})

test('a log that changes while somebody looks is looked at again, and refused after some looks', async () => {
  write(stamped(at(10)), makeLog([{ stamp: other }]))
  const refused = expect(refuseForeignLog(file)).rejects.toThrow(
    `the log ${file}-wal is not that of the database beside it, and would damage it. If a backup was put here, ` +
      `remove ${file}-wal and ${file}-shm; otherwise bring back the database that the log belongs to`,
  )
  await vi.advanceTimersByTimeAsync(190)
  await refused
  const believed = expect(refuseForeignLog(file)).resolves.toBeUndefined()
  await vi.advanceTimersByTimeAsync(150)
  write(stamped(at(500, 99)), makeLog([{ stamp: other }]))
  await vi.advanceTimersByTimeAsync(40)
  await believed
})

test('SQLite itself begins its logs so', () => {
  const db = new Sqlite(file)
  db.pragma('journal_mode = wal')
  db.exec('create table any (one)')
  const header = readFileSync(`${file}-wal`).subarray(0, 32)
  expect(isLogHeader(header)).toBe(true)
  expect(isLogHeader(Buffer.alloc(32))).toBe(false)
  db.close()
  expect(existsSync(`${file}-wal`)).toBe(false)
})
