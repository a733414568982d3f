import { expect, test } from 'vitest'
import { LIBRARIES, PROGRAMS, versionOf, watchBehindProxy } from './programs'

// The other languages take seconds to start: `npm run clients` runs those that this machine has.
const QUICK = PROGRAMS.filter((it) => ['Node.js', 'Python'].includes(it.language) && versionOf(it) !== null)

test.each(QUICK)(
  'an unchanged program in $language with WeChat’s address in it pays and refunds, led by environment variables alone',
  async (program) => {
    expect(await watchBehindProxy(program)).toBe(program.end)
  },
)

test.each(LIBRARIES)(
  '$language from npm, with WeChat’s address in it, places an order and sees it paid',
  async (program) => {
    expect(await watchBehindProxy(program)).toBe(program.end)
  },
)
