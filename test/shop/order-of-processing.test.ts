import { expect, test } from 'vitest'
import { openProcessing } from '@/lib/shop/processing'
import type { Place, Queue } from '@/lib/shop/queue'

const [KIB, MIB] = [1024, 1024 * 1024]

function join(queue: Queue, bytes = 1): Place {
  const place = queue.join(bytes)
  if (place === null) throw new Error('no place')
  return place
}
const joined = (queue: Queue, count: number, bytes = 1) => Array.from({ length: count }, () => join(queue, bytes))
const waiting = (places: Place[]) => places.filter(({ ahead }) => ahead > 0).length

test('128 signed messages are processed at a time, and 20,000 may wait', () => {
  const { signed } = openProcessing()
  expect(waiting(joined(signed, 128))).toBe(0)
  expect(waiting(joined(signed, 20_000))).toBe(20_000)
  expect(signed.join(1)).toBeNull()
})

test('signed messages of 32 MiB may wait', () => {
  const { signed } = openProcessing()
  expect(waiting(joined(signed, 128, 64 * KIB))).toBe(0)
  joined(signed, 4, 8 * MIB)
  expect(signed.join(1)).toBeNull()
})

test('eight others are written at a time, or fewer of more than 64 KiB together, and 1,024 may wait', () => {
  const small = openProcessing().unsigned
  expect(waiting(joined(small, 8))).toBe(0)
  expect(waiting(joined(small, 1_024))).toBe(1_024)
  expect(small.join(1)).toBeNull()
  const large = openProcessing().unsigned
  expect(waiting(joined(large, 2, 32 * KIB))).toBe(0)
  expect(waiting([join(large)])).toBe(1)
})

test('others of 16 MiB may wait', () => {
  const { unsigned } = openProcessing()
  joined(unsigned, 8)
  joined(unsigned, 4, 4 * MIB)
  expect(unsigned.join(1)).toBeNull()
})

test('what nobody signed waits until no signed message does', async () => {
  const { signed, unsigned } = openProcessing()
  const [first] = joined(signed, 129)
  const other = join(unsigned)
  expect(other.ahead).toBe(1)
  first?.leave()
  await other.turn
  expect(signed.hasWaiting()).toBe(false)
})

test('the process says when it has time for what nobody signed, and signed messages do not wait for that', async () => {
  const calls: (() => void)[] = []
  const { signed, unsigned } = openProcessing((call) => void calls.push(call))
  await join(signed).turn
  const other = join(unsigned)
  expect([other.ahead, calls.length]).toEqual([1, 1])
  calls[0]?.()
  await other.turn
})
