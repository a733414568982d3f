import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { begin } from '@/db/sqlite/lock'
import { countCommit, distance, giveIdentity, giveOtherIdentity, STAMPED_BYTES, stampOf } from '@/db/sqlite/stamp'

const LAST = 2 ** 31 - 1

let db: Sqlite.Database
beforeEach(() => {
  db = new Sqlite(':memory:')
})
afterEach(() => db.close())

const commits = () => db.pragma('user_version', { simple: true })
const identity = () => Number(db.pragma('application_id', { simple: true }))

test('commits are counted one by one, and anew from nothing after the last count', () => {
  countCommit(db)
  countCommit(db)
  expect(commits()).toBe(2)
  db.pragma(`user_version = ${LAST - 1}`)
  countCommit(db)
  expect(commits()).toBe(LAST)
  countCommit(db)
  expect(commits()).toBe(0)
})

test.each([
  [3, 3, 0],
  [3, 5, 2],
  [0, LAST, LAST],
  [LAST, 0, 1],
  [5, 3, LAST - 1],
  [-1, 0, 1],
])('from %i to %i is a distance of %i commits', (from, to, expected) => {
  expect(distance(from, to)).toBe(expected)
})

test('an identity is drawn once, and another one when somebody asks for it', () => {
  giveIdentity(db)
  const first = identity()
  expect(first).toBeGreaterThan(0)
  giveIdentity(db)
  expect(identity()).toBe(first)
  giveOtherIdentity(db)
  expect(identity()).not.toBe(first)
  expect(identity()).toBeGreaterThan(0)
})

test('both stand in the first bytes of the file', () => {
  db.exec('create table any (one)')
  giveIdentity(db)
  db.pragma('user_version = 77')
  const file = db.serialize().subarray(0, STAMPED_BYTES)
  expect(stampOf(file)).toEqual({ identity: identity(), commits: 77 })
})

test('what is no lock of another program is told at once', async () => {
  await begin(db)
  await expect(begin(db)).rejects.toThrow(/within a transaction/)
})
