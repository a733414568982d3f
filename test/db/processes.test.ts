import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '@/db/open'
import { MINUTE, NOW } from './samples'

/* What the processes of a shop tell each other through its database. */

let folder: string
let file: string
let one: Database
let two: Database
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'processes-'))
  file = join(folder, 'shop.db')
  one = await openDatabase(`file:${file}`, { mayBeNew: true })
  two = await openDatabase(`file:${file}`)
})
afterEach(async () => {
  await one.close()
  await two.close()
  rmSync(folder, { recursive: true, force: true })
})

const rows = (text: string): unknown[] => {
  const db = new Sqlite(file, { readonly: true })
  try {
    return db.prepare(text).pluck().all()
  } finally {
    db.close()
  }
}

test('each process hears what all the others let through, and not what it did itself', async () => {
  const endsAt = NOW + MINUTE
  await one.limitUses.tell([{ key: 'a', points: 3, endsAt }], NOW)
  await two.limitUses.tell(
    [
      { key: 'a', points: 2, endsAt },
      { key: 'b', points: 5, endsAt },
    ],
    NOW,
  )
  expect([...(await one.limitUses.ofOthers(NOW))]).toEqual([
    ['b', 5],
    ['a', 2],
  ])
  expect([...(await two.limitUses.ofOthers(NOW))]).toEqual([['a', 3]])
  const three = await openDatabase(`file:${file}`)
  expect([...(await three.limitUses.ofOthers(NOW))].sort()).toEqual([
    ['a', 5],
    ['b', 5],
  ])
  await three.close()
})

test('what a process let through is what it says last, until its time ends', async () => {
  await one.limitUses.tell([{ key: 'a', points: 3, endsAt: NOW + 1_000 }], NOW)
  await one.limitUses.tell([{ key: 'a', points: 4, endsAt: NOW + 2_000 }], NOW)
  expect(await two.limitUses.ofOthers(NOW + 1_999)).toEqual(new Map([['a', 4]]))
  expect(await two.limitUses.ofOthers(NOW + 2_000)).toEqual(new Map())
})

test('what ended two minutes ago is forgotten, by whoever tells something, every two minutes', async () => {
  const said = () => rows('select key from limit_uses order by key')
  await one.limitUses.tell([{ key: 'a', points: 1, endsAt: NOW }], NOW)
  const tell = (key: string, now: number) => one.limitUses.tell([{ key, points: 1, endsAt: now + 9 * MINUTE }], now)
  await tell('b', NOW + 2 * MINUTE - 1)
  expect(said()).toEqual(['a', 'b'])
  await tell('c', NOW + 2 * MINUTE)
  expect(said()).toEqual(['a', 'b', 'c'])
  await tell('d', NOW + 4 * MINUTE - 1)
  expect(said()).toEqual(['a', 'b', 'c', 'd'])
  await tell('e', NOW + 4 * MINUTE)
  expect(said()).toEqual(['b', 'c', 'd', 'e'])
})

test('a press is one process’s to answer, and every other finds the answer', async () => {
  expect(await two.presses.find('k', 0)).toBeNull()
  expect(await one.presses.claim('k', NOW, 0)).toBe(true)
  expect(await two.presses.claim('k', NOW, 0)).toBe(false)
  expect(await two.presses.find('k', 0)).toEqual({ answer: null })
  await one.presses.answer('k', 'done')
  expect(await two.presses.find('k', NOW)).toEqual({ answer: 'done' })
  expect(await two.presses.find('k', NOW + 1)).toBeNull()
  expect(await two.presses.find('other', 0)).toBeNull()
})

test('a press that came to nothing may be answered by another, and one that has its answer keeps it', async () => {
  await one.presses.claim('k', NOW, 0)
  await one.presses.claim('other', NOW, 0)
  await one.presses.release('k')
  expect([await two.presses.find('k', 0), await two.presses.find('other', 0)]).toEqual([null, { answer: null }])
  expect(await two.presses.claim('k', NOW, 0)).toBe(true)
  await two.presses.answer('k', 'done')
  await two.presses.release('k')
  expect(await one.presses.find('k', 0)).toEqual({ answer: 'done' })
  expect(await one.presses.find('other', 0)).toEqual({ answer: null })
})

test('who claims a press forgets those that are too old', async () => {
  await one.presses.claim('old', NOW - 1, 0)
  await one.presses.claim('young', NOW, 0)
  await one.presses.claim('new', NOW + 1, NOW)
  expect(rows('select key from presses order by key')).toEqual(['new', 'young'])
})
