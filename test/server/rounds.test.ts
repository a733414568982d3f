import { afterEach, expect, test, vi } from 'vitest'
import { openRounds } from '@/lib/server/rounds'

afterEach(() => {
  vi.useRealTimers()
})

const round = () => new Promise((resolve) => setImmediate(resolve))

test('work goes on in the next round, all of it together', async () => {
  const rounds = openRounds()
  const done: number[] = []
  rounds.next(() => done.push(1))
  rounds.next(() => done.push(2))
  expect(done).toEqual([])
  await round()
  expect(done).toEqual([1, 2])
})

test('while somebody connects in every round work waits, though not for ever', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const rounds = openRounds()
  const done: number[] = []
  rounds.next(() => done.push(1))
  for (let n = 0; n < 49; n += 1) {
    rounds.hear()
    await round()
    vi.advanceTimersByTime(1)
  }
  expect(done).toEqual([])
  for (let n = 0; n < 3; n += 1) {
    rounds.hear()
    vi.advanceTimersByTime(1)
    await round()
  }
  expect(done).toEqual([1])
  rounds.hear()
  rounds.next(() => done.push(2))
  await round()
  await round()
  await round()
  expect(done).toEqual([1, 2])
})
