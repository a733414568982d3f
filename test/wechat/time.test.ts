import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTime, writeTime } from '@/lib/wechat/time'

const seconds = fc.integer({ min: Date.UTC(1970, 0, 1) / 1000, max: Date.UTC(2100, 0, 1) / 1000 })

test('every second reads back as it was written', () => {
  fc.assert(fc.property(seconds, (second) => readTime(writeTime(second * 1000)) === second * 1000))
})

test('milliseconds are cut, not rounded', () => {
  expect(writeTime(Date.UTC(2026, 1, 28, 15, 59, 59, 999))).toBe('20260228235959')
})

test.each([
  '20260230000000',
  '20260229000000',
  '20261301000000',
  '20260001000000',
  '20260100000000',
  '20260101240000',
  '20260101006000',
  '20260101000060',
  '2026010100000',
  '202601010000000',
  '2026-01-01 00:00:00',
  ' 20260101000000',
  '20260101000000\n',
  '2026010100000０',
  '1e131231235959',
  '',
])('"%s" is no moment', (text) => {
  expect(readTime(text)).toBeNull()
})

test('a leap day is a moment in a leap year', () => {
  expect(readTime('20280229080000')).toBe(Date.UTC(2028, 1, 29))
})

test.each(['UTC', 'Asia/Shanghai', 'America/Los_Angeles'])('a server in %s writes the same time', (zone) => {
  const script = `import { readTime, writeTime } from './lib/wechat/time.ts'
    console.log(writeTime(1772294400000), readTime('20260308103000'))`
  const output = execFileSync('node_modules/.bin/tsx', ['--input-type=module', '--eval', script], {
    env: { ...process.env, TZ: zone },
    encoding: 'utf8',
  })
  expect(output.trim()).toBe(`20260301000000 ${Date.UTC(2026, 2, 8, 2, 30)}`)
})
