import { expect, test } from 'vitest'
import { openDatabase } from '@/db/open'
import { tooOldBecause, unfitBecause } from '@/db/postgres/fitness'

test.each([
  ['140000', null],
  ['180004', null],
  ['139999', 'it is PostgreSQL 13, and the shop needs 14 or newer'],
  ['90624', 'it is PostgreSQL 9, and the shop needs 14 or newer'],
  ['', 'it does not say which version it is, and the shop needs PostgreSQL 14 or newer'],
  ['v25.1', 'it does not say which version it is, and the shop needs PostgreSQL 14 or newer'],
])('of a server whose version is %j is said: %j', (version, sentence) => {
  expect(tooOldBecause(version)).toBe(sentence)
})

const FIT = {
  synchronous_commit: 'on',
  fsync: 'on',
  full_page_writes: 'on',
  transaction_read_only: 'off',
  server_encoding: 'UTF8',
}
test.each([
  [{}, null],
  [{ synchronous_commit: 'remote_apply' }, null],
  [{ synchronous_commit: 'local' }, 'it says synchronous_commit=local, and the shop needs on'],
  [{ fsync: 'off' }, 'it says fsync=off, and the shop needs on'],
  [{ full_page_writes: 'off' }, 'it says full_page_writes=off, and the shop needs on'],
  [{ transaction_read_only: 'on' }, 'it says transaction_read_only=on, and the shop needs off'],
  [{ server_encoding: 'SQL_ASCII' }, 'it says server_encoding=SQL_ASCII, and the shop needs UTF8'],
])('of a server that says %j is said: %j', (other, sentence) => {
  expect(unfitBecause({ ...FIT, ...other })).toBe(sentence)
  expect(unfitBecause({})).toBe('it says synchronous_commit=nothing, and the shop needs on')
})

test('a place where no file can be made ends the start with one sentence', async () => {
  await expect(openDatabase('file:/dev/null/shop.db')).rejects.toThrow(
    /^The shop cannot use its database \/dev\/null\/shop\.db: [^\n]+\.$/,
  )
})
