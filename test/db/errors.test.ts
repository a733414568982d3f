import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { isBroken, isBusy, storeError } from '@/db/sqlite/errors'
import { StoreUnavailable } from '@/lib/shop/store'

const sqlite = (code: string) => new Sqlite.SqliteError(`SQLite says ${code}`, code)
const around = (cause: unknown) => new Error('insert into orders values (secret)', { cause })

test.each([
  ['SQLITE_BUSY', { isBusy: true, isBroken: false }],
  ['SQLITE_BUSY_SNAPSHOT', { isBusy: true, isBroken: false }],
  ['SQLITE_LOCKED', { isBusy: false, isBroken: false }],
  ['SQLITE_FULL', { isBusy: false, isBroken: false }],
  ['SQLITE_CORRUPT', { isBusy: false, isBroken: true }],
  ['SQLITE_CORRUPT_VTAB', { isBusy: false, isBroken: true }],
  ['SQLITE_NOTADB', { isBusy: false, isBroken: true }],
  ['SQLITE_IOERR_READ', { isBusy: false, isBroken: true }],
  ['SQLITE_CONSTRAINT_UNIQUE', { isBusy: false, isBroken: false }],
  ['X_SQLITE_BUSY', { isBusy: false, isBroken: false }],
  ['X_SQLITE_CORRUPT', { isBusy: false, isBroken: false }],
])('%s is told from others, however deep it is: %o', (code, expected) => {
  for (const error of [sqlite(code), around(sqlite(code)), around(around(sqlite(code)))]) {
    expect({ isBusy: isBusy(error), isBroken: isBroken(error) }).toEqual(expected)
  }
})

test.each([
  new Error('of somebody else'),
  around(new Error('deeper')),
  'a text',
  null,
  undefined,
  { cause: sqlite('SQLITE_BUSY') },
])('what SQLite did not say is passed on as it is: %o', (error) => {
  expect(storeError(error)).toBe(error)
  expect([isBusy(error), isBroken(error)]).toEqual([false, false])
})

test('a broken constraint is a mistake in the code, and anything else the state of the store', () => {
  const mistake = storeError(around(sqlite('SQLITE_CONSTRAINT_UNIQUE')))
  expect(mistake).toEqual(new Error('SQLite says SQLITE_CONSTRAINT_UNIQUE'))
  expect(mistake).not.toBeInstanceOf(StoreUnavailable)
  const state = storeError(around(sqlite('SQLITE_FULL')))
  expect(state).toEqual(new StoreUnavailable('SQLite says SQLITE_FULL'))
  expect(state).toBeInstanceOf(StoreUnavailable)
  // Neither has the query around it.
  expect([mistake, state].map((it) => it instanceof Error && it.cause)).toEqual([undefined, undefined])
})
