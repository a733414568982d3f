import { afterEach, expect, test, vi } from 'vitest'
import { checkHealth } from '@/db/health'
import { openHealth, type Signs } from '@/lib/server/health'
import { StoreUnavailable } from '@/lib/shop/store'

afterEach(() => {
  vi.useRealTimers()
})

const working = { beat: async () => true as const, ofOthers: async () => ({ quiet: 1, news: 1 }) }
const WELL: Signs = {
  check: async () => [],
  ping: async () => {},
  certificateProblem: () => null,
  countRefused: () => 0,
  isStopping: () => false,
}
const kept = { isLogLarge: false, isDiskFull: false }
const lost = () => Promise.reject(new StoreUnavailable('no lock'))

test.each([
  ['all is well', kept, working, []],
  ['the disk has no room', { ...kept, isDiskFull: true }, working, ['disk_full']],
  ['the log is large', { ...kept, isLogLarge: true }, working, ['log_large']],
  ['nothing can be written', kept, { ...working, beat: lost }, ['not_writable']],
  ['nothing can be read', kept, { ...working, ofOthers: lost }, ['not_readable']],
])('when %s, the look says so', async (_, found, pulse, problems) => {
  expect(await checkHealth({ keepUp: async () => found }, pulse)).toEqual(problems)
})

test('a full disk makes the shop unavailable, and it is well again when there is room', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  let isDiskFull = true
  const check = () => checkHealth({ keepUp: async () => ({ isLogLarge: false, isDiskFull }) }, working)
  const health = openHealth({ ...WELL, check })
  expect(await health.state()).toEqual({ status: 'unavailable', problems: ['disk_full'] })
  isDiskFull = false
  vi.advanceTimersByTime(3_001)
  expect(await health.state()).toEqual({ status: 'ok', problems: [] })
})

test('that messages were sent away is said for a minute after the last of them', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  let refused = 0
  const health = openHealth({ ...WELL, countRefused: () => refused })
  const state = async () => (await health.state()).problems
  expect(await state()).toEqual([])
  refused = 7
  expect(await health.state()).toEqual({ status: 'degraded', problems: ['notifications_refused'] })
  vi.advanceTimersByTime(59_999)
  expect(await state()).toEqual(['notifications_refused'])
  vi.advanceTimersByTime(1)
  expect(await state()).toEqual([])
})

test('a process that is about to end says so, and that it is no use to send it anything', async () => {
  let isStopping = false
  const health = openHealth({ ...WELL, isStopping: () => isStopping })
  expect((await health.state()).status).toBe('ok')
  isStopping = true
  expect(await health.state()).toEqual({ status: 'unavailable', problems: ['stopping'] })
})
