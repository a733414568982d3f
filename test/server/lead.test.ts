import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { lead, type Member, type Ready } from '@/lib/server/lead'

/** A process that does what the test says. */
type Actor = Member & { isFirst: boolean; ready: () => void; exit: (how: string) => void; told: string[] }

let actors: Actor[]
let seen: string[]
let program: EventEmitter & { exit: (code: number) => void }

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  actors = []
  seen = []
  program = Object.assign(new EventEmitter(), { exit: (code: number) => void seen.push(`exit ${code}`) })
})
afterEach(() => void vi.useRealTimers())

function fork(isFirst: boolean): Member {
  const events = new EventEmitter()
  const actor: Actor = {
    isFirst,
    pid: actors.length + 1,
    told: [],
    onReady: (hear) => events.once('ready', hear),
    onExit: (hear) => events.once('exit', hear),
    retire: () => actor.told.push('retire'),
    kill: (signal) => actor.told.push(signal),
    ready: () => events.emit('ready', { type: 'ready', welcome: [`from ${actor.pid}`] } satisfies Ready),
    exit: (how) => events.emit('exit', how),
  }
  actors.push(actor)
  return actor
}

function begin(count: number): void {
  const said = (sentence: string) => void seen.push(sentence)
  const welcome = (lines: string[]) => void seen.push(...lines)
  lead({ count, fork, program, welcome, tell: said, stopMsMax: 11_000 })
}

/** Starts so many, all of which are ready. */
function started(count: number): void {
  begin(count)
  for (let n = 0; n < count; n += 1) at(n).ready()
}

function at(n: number): Actor {
  const actor = actors[n]
  if (actor === undefined) throw new Error(`there is no process ${n + 1}`)
  return actor
}

test('the first process starts alone, the others when it is ready; its lines are the only ones', () => {
  begin(3)
  expect(actors.map(({ isFirst }) => isFirst)).toEqual([true])
  at(0).ready()
  at(1).ready()
  expect(actors.map(({ isFirst }) => isFirst)).toEqual([true, false, false])
  expect(seen).toEqual(['from 1'])
})

test('a shop whose first process does not start ends with it', () => {
  begin(2)
  at(0).exit('1')
  expect([actors.length, seen]).toEqual([1, ['exit 1']])
})

test('a process that ends is followed by another, after a pause that doubles until one runs well', () => {
  started(2)
  const end = (n: number) => {
    at(n).exit('SIGKILL')
    const before = actors.length
    let ms = 0
    for (; actors.length === before; ms += 50) vi.advanceTimersByTime(50)
    return ms
  }
  expect([end(1), end(2), end(3)]).toEqual([100, 200, 400])
  expect(seen.slice(1, 2)).toEqual(['A process of the shop (2) ended with SIGKILL; another one takes its place.'])
  at(4).ready()
  vi.advanceTimersByTime(60_000)
  expect(end(4)).toBe(100)
  // While another one serves, it is never given up, and the pause has an end.
  const pauses = Array.from({ length: 12 }, (_, n) => end(5 + n))
  expect([pauses.at(-1), seen.some((it) => it.startsWith('exit'))]).toEqual([30_000, false])
})

test('when no process starts any more, the shop ends and says so', () => {
  started(2)
  at(0).exit('1')
  at(1).exit('1')
  for (let n = 2; n < 40 && !seen.includes('exit 1'); n += 1) {
    vi.advanceTimersByTime(30_000)
    actors[n]?.exit('1')
  }
  expect(seen.at(-2)).toMatch(/^The shop's processes do not start any more \(the last one ended with 1\)/)
  const tries = actors.length
  vi.advanceTimersByTime(60_000)
  expect([seen.at(-1), actors.length]).toEqual(['exit 1', tries])
})

test('told to end, all processes are told, and those that stay are killed', () => {
  started(2)
  program.emit('SIGTERM')
  program.emit('SIGINT')
  expect(actors.map(({ told }) => told)).toEqual([['SIGTERM'], ['SIGTERM']])
  at(0).exit('0')
  vi.advanceTimersByTime(10_999)
  expect(at(1).told).toEqual(['SIGTERM'])
  vi.advanceTimersByTime(1)
  expect(at(1).told).toEqual(['SIGTERM', 'SIGKILL'])
  at(1).exit('SIGKILL')
  expect([seen, actors.length]).toEqual([['from 1', 'exit 0'], 2])
})

test('told to end while it starts, the shop ends', () => {
  begin(2)
  program.emit('SIGTERM')
  at(0).exit('0')
  expect(seen).toEqual(['exit 0'])
})

test('processes are replaced one after the other, each when the next can be reached', async () => {
  started(2)
  program.emit('SIGUSR2')
  program.emit('SIGUSR2')
  expect([actors.length, at(0).told]).toEqual([3, []])
  at(2).ready()
  expect([actors.length, at(0).told]).toEqual([3, ['retire']])
  at(0).exit('0')
  await vi.advanceTimersByTimeAsync(0)
  expect(actors).toHaveLength(4)
  at(3).ready()
  at(1).exit('0')
  await vi.advanceTimersByTimeAsync(60_000)
  expect([actors.length, at(1).told, seen]).toEqual([4, ['retire'], ['from 1']])
  // What took a place is looked after like what was there before.
  at(2).exit('SIGKILL')
  vi.advanceTimersByTime(100)
  expect(actors).toHaveLength(5)
})

test('a new process that does not come up leaves the old ones where they are', async () => {
  started(2)
  program.emit('SIGUSR2')
  at(2).exit('1')
  await vi.advanceTimersByTimeAsync(60_000)
  expect([actors.length, at(0).told, at(1).told]).toEqual([3, [], []])
  expect(seen.at(-1)).toBe('A new process of the shop did not come up; the ones that are there go on.')
  program.emit('SIGUSR2')
  expect(actors).toHaveLength(4)
})

test('a process that ends while another one is made ready for its place is followed by just one', async () => {
  started(2)
  program.emit('SIGUSR2')
  at(0).exit('SIGKILL')
  at(2).ready()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(actors).toHaveLength(4)
  expect(at(1).told).toEqual([])
  at(3).ready()
  expect(at(1).told).toEqual(['retire'])
})
