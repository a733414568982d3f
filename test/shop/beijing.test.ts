import { expect, test } from 'vitest'
import { beginOfDay, readBeijingTime, writeBeijingTime } from '@/lib/shop/beijing'

test.each([
  ['2026-03-01T15:59:59.999Z', '2026-02-28T16:00:00.000Z'],
  ['2026-03-01T16:00:00.000Z', '2026-03-01T16:00:00.000Z'],
  ['2026-03-02T03:04:05.678Z', '2026-03-01T16:00:00.000Z'],
])('the day of %s began in Beijing at %s', (at, began) => {
  expect(new Date(beginOfDay(Date.parse(at))).toISOString()).toBe(began)
})

test.each([
  ['2026-03-01T02:00:00.000Z', '2026-03-01T10:00'],
  ['2026-03-01T16:00:30.999Z', '2026-03-02T00:00:30'],
  ['2026-03-01T02:00:01.000Z', '2026-03-01T10:00:01'],
])('a field for a time shows %s as %s', (at, text) => {
  expect(writeBeijingTime(Date.parse(at))).toBe(text)
})

test.each([
  ['2026-03-01T10:00', '2026-03-01T02:00:00.000Z'],
  ['2026-03-01T10:00:30', '2026-03-01T02:00:30.000Z'],
  ['2026-03-01T10:00:30.5', '2026-03-01T02:00:30.500Z'],
  // Another zone is not believed: the field means Beijing, whatever was sent.
  ['2026-03-01T00:00:00Z', '2026-02-28T16:00:00.000Z'],
])('%s in such a field is %s', (text, at) => {
  expect(new Date(readBeijingTime(text)).toISOString()).toBe(at)
})
