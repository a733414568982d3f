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

/** A line for one at a time, with so many in it; each departure takes so many milliseconds. */
function busy(count: number) {
  vi.useFakeTimers({ toFake: ['performance'] })
  vi.advanceTimersByTime(3_600_000)
  const { line, join } = open({ atOnce: 1, waitingMax: 10_000 })
  const places = Array.from({ length: count }, (_, at) => join(String(at)))
  const depart = (departures: number, msEach: number) => {
    for (const place of places.splice(0, departures)) {
      vi.advanceTimersByTime(msEach)
      place.leave()
    }
  }
  const msEach = () => line.waitMs({ ahead: 1_000, turn: Promise.resolve(), leave: () => {} }) / 1_000
  return { line, join, depart, msEach }
}

test('how long a place waits follows how fast the others left, once enough have', () => {
  const { line, join, depart, msEach } = busy(100)
  depart(15, 20)
  expect(msEach()).toBe(0)
  depart(1, 20)
  expect(Math.abs(msEach() - 20)).toBeLessThan(2)
  depart(34, 20)
  const late = join('late')
  expect(late.ahead).toBe(50)
  expect(line.waitMs(late)).toBeCloseTo(50 * 20, -2)
})

test('the pace is that of the last few hundred departures', () => {
  const { depart, msEach } = busy(1_000)
  depart(512, 100)
  expect(Math.abs(msEach() - 100)).toBeLessThan(1)
  depart(15, 10)
  expect(Math.abs(msEach() - 10)).toBeLessThan(1)
})

test('a pause says nothing about the pace, nor do those for whom nobody waits', () => {
  const { join, depart, msEach } = busy(1)
  depart(1, 60_000)
  for (let n = 0; n < 20; n += 1) {
    vi.advanceTimersByTime(60_000)
    join('alone').leave()
  }
  expect(msEach()).toBe(0)
  vi.advanceTimersByTime(60_000)
  const places = Array.from({ length: 30 }, (_, at) => join(String(at)))
  for (const place of places.slice(0, 20)) {
    vi.advanceTimersByTime(20)
    place.leave()
  }
  expect(Math.abs(msEach() - 20)).toBeLessThan(2)
})

test('the limits are kept to the byte, whoever came and went before', async () => {
  const { line, join, served, settle } = open({ atOnce: 9, bytesAtOnce: 10, waitingMax: 9, waitingBytesMax: 20 })
  for (let n = 0; n < 3; n += 1) {
    const [first, second, third, fourth] = [join(`a${n}`, 4), join(`b${n}`, 6), join(`c${n}`, 10), join(`d${n}`, 10)]
    expect([first, second, third, fourth].map(({ ahead }) => ahead)).toEqual([0, 0, 1, 2])
    expect([line.join(1), line.hasWaiting()]).toEqual([null, true])
    third.leave()
    const late = join(`e${n}`, 10)
    first.leave()
    second.leave()
    await settle()
    expect(served.splice(0)).toEqual([`a${n}`, `b${n}`, `d${n}`])
    fourth.leave()
    late.leave()
    expect(line.hasWaiting()).toBe(false)
    await settle()
    served.length = 0
  }
})

test('whoever gives up a place in the line gives nobody a second turn', async () => {
  const { join, served, settle } = open({ atOnce: 1 })
  join('a')
  const [b] = [join('b'), join('c')]
  b.leave()
  await settle()
  expect(served).toEqual(['a'])
})

test('turns come when the process has time for them, and it is told once that somebody waits', async () => {
  const calls: (() => void)[] = []
  const { line, join, served, settle } = open({ whenReady: (call) => void calls.push(call) })
  line.serve()
  expect(calls).toHaveLength(0)
  join('a')
  join('b')
  await settle()
  expect([calls.length, served]).toEqual([1, []])
  calls.pop()?.()
  await settle()
  expect(served).toEqual(['a', 'b'])
  join('c')
  expect(calls).toHaveLength(1)
})

test('an ended line serves nobody, and is over when those whose turn it was have left', async () => {
  const { line, join, served, settle } = open({ atOnce: 2 })
  const [a, b] = [join('a'), join('b')]
  join('c')
  let isOver = false
  const over = line.end().then(() => {
    isOver = true
  })
  await settle()
  expect(isOver).toBe(false)
  a.leave()
  await settle()
  expect(isOver).toBe(false)
  b.leave()
  await over
  await settle()
  expect(served).toEqual(['a', 'b'])
  await openQueue(WIDE).end()
})
