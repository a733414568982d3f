import { expect, test } from 'vitest'
import { warningAbout } from '@/lib/server/node-version'

const AUTUMN_2026 = Date.UTC(2026, 10, 1)

test.each([
  ['20.20.2', AUTUMN_2026, /^Node\.js 20\.20\.2 gets no fixes since 2026-04-30: .*22\.23\.4 or 24\.22\.1/],
  ['20.20.2', Date.UTC(2026, 3, 30, 23), null],
  ['20.20.2', Date.UTC(2026, 4, 1, 1), /no fixes/],
  ['23.11.0', AUTUMN_2026, /gets no fixes any more/],
  ['25.1.0', AUTUMN_2026, /gets no fixes any more/],
  ['22.23.3', AUTUMN_2026, /has holes that 22\.23\.4 closes/],
  ['22.9.10', AUTUMN_2026, /has holes/],
  ['22.23.4', AUTUMN_2026, null],
  ['22.24.0', AUTUMN_2026, null],
  ['24.22.0', AUTUMN_2026, /has holes that 24\.22\.1 closes/],
  ['24.22.1', AUTUMN_2026, null],
  ['22.24.0', Date.UTC(2027, 5, 1), /no fixes since 2027-04-30/],
  ['26.0.0', AUTUMN_2026, null],
  ['28.1.0', AUTUMN_2026, null],
] as const)('of Node.js %s at %d is said: %s', (version, now, said) => {
  if (said === null) expect(warningAbout(version, now)).toBeNull()
  else expect(warningAbout(version, now)).toMatch(said)
})
