import { afterEach, expect, test, vi } from 'vitest'
import { openQueue, type Place, type QueueLimits } from '@/lib/shop/queue'

afterEach(() => {
  vi.useRealTimers()
})

const WIDE: QueueLimits = { atOnce: 2, bytesAtOnce: 1_000, waitingMax: 3, waitingBytesMax: 1_000 }

/** Joins, and remembers whose turn has come. */
function open(limits: Partial<QueueLimits> = {}) {
  const line = openQueue({ ...WIDE, ...limits })
  const served: string[] = []
  const join = (name: string, bytes = 1): Place => {
    const place = line.join(bytes)
    if (place === null) throw new Error(`no place for ${name}`)
    void place.turn.then(() => served.push(name))
    return place
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return { line, join, served, settle }
}

test('so many have their turn at once, the others in the order in which they came', async () => {
  const { join, served, settle } = open()
  const [a, b, c, d] = [join('a'), join('b'), join('c'), join('d')]
  expect([a, b, c, d].map((it) => it.ahead)).toEqual([0, 0, 1, 2])
  await settle()
  expect(served).toEqual(['a', 'b'])
  b.leave()
  b.leave()
  await settle()
  expect(served).toEqual(['a', 'b', 'c'])
  a.leave()
  await settle()
  expect(served).toEqual(['a', 'b', 'c', 'd'])
})

test('a line that is full has no place, neither for one more nor for more bytes', () => {
  const { line, join } = open()
  for (const name of ['a', 'b', 'c', 'd']) join(name)
  expect(line.join(999)).toBeNull()
  join('e')
  expect(line.join(1)).toBeNull()
})

test('many bytes have their turn alone, and whoever leaves while waiting gives up the place', async () => {
  const { join, served, settle } = open({ bytesAtOnce: 10 })
  const first = join('large', 50)
  const second = join('second', 5)
  const third = join('third', 6)
  const fourth = join('fourth', 5)
  await settle()
  expect(served).toEqual(['large'])
  first.leave()
  await settle()
  expect(served).toEqual(['large', 'second'])
  third.leave()
  second.leave()
  await settle()
  expect(served).toEqual(['large', 'second', 'fourth'])
  fourth.leave()
})

test('a line behind another one waits until it may', async () => {
  let mayServe = false
  const { line, join, served, settle } = open({ mayServe: () => mayServe })
  join('a')
  await settle()
  expect(served).toEqual([])
  mayServe = true
  line.serve()
  await settle()
  expect(served).toEqual(['a'])
})

test('how long a place waits follows how fast the others left', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const { line, join } = open({ atOnce: 1, waitingMax: 1_000 })
  const places = Array.from({ length: 100 }, (_, at) => join(String(at)))
  expect(line.waitMs(join('early'))).toBe(0)
  for (const place of places.slice(0, 50)) {
    vi.advanceTimersByTime(20)
    place.leave()
  }
  const late = join('late')
  expect(late.ahead).toBe(51)
  expect(line.waitMs(late)).toBeCloseTo(51 * 20, -2)
})

test('an ended line serves nobody, and is over when those whose turn it was have left', async () => {
  const { line, join, served, settle } = open({ atOnce: 1 })
  const a = join('a')
  join('b')
  let isOver = false
  const over = line.end().then(() => {
    isOver = true
  })
  await settle()
  expect(isOver).toBe(false)
  a.leave()
  await over
  await settle()
  expect(served).toEqual(['a'])
  await openQueue(WIDE).end()
})
