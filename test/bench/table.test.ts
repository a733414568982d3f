import { expect, test } from 'vitest'
import { type Measured, median, type Side, speedTable, writeTable } from './table'

/** What each of three rounds measured. */
const rounds = (what: string, side: Side, perSecond: number[]): Measured[] =>
  perSecond.map((it) => ({ what, side, perSecond: it, processorMs: 1 }))

test('a ratio compares what was measured in the same round, and of all rounds the middle one counts', () => {
  const rows = speedTable([
    ...rounds('an empty handler', 'next', [1_000, 100, 1_000]),
    ...rounds('first notification', 'sqlite', [600, 50, 800]),
    ...rounds('first notification', 'slow', [300, 25, 100]),
    ...rounds('first notification', 'express', [300, 50, 400]),
  ])
  const row = rows.find(({ request }) => request === 'first notification')
  expect(row).toMatchObject({
    'SQLite : express': '2.00',
    'SQLite : Next.js': '0.60',
    'slow disk : fast': '0.50',
    'PostgreSQL : express': '',
    'SQLite/s': '600',
    'SQLite ms': '1.00',
  })
})

test('what a peer does not know is measured against what comes nearest', () => {
  const rows = speedTable([
    ...rounds('repeated notification', 'express', [200]),
    ...rounds('forged notification', 'postgres', [300]),
    ...rounds('a page of one paragraph', 'next', [400]),
    ...rounds('home page', 'sqlite', [300]),
  ])
  expect(rows.map((row) => [row.request, row['PostgreSQL : express'], row['SQLite : Next.js']])).toEqual([
    ['repeated notification', '', ''],
    ['forged notification', '1.50', ''],
    ['a page of one paragraph', '', ''],
    ['home page', '', '0.75'],
  ])
})

test('a table has its names once, and a cell for each', () => {
  const rows = [
    { request: 'a', ratio: '1.00' },
    { request: 'b', ratio: '' },
  ]
  expect(writeTable(rows)).toBe('| request | ratio |\n| --- | --- |\n| a | 1.00 |\n| b |  |')
  expect(median([3, 1, 2])).toBe(2)
})
