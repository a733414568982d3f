import { type FakeMethod, type InstalledClock, install, timers } from '@sinonjs/fake-timers'
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  customMatchers,
  type ExpectStatic,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect'
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  onTestFailed,
  onTestFinished,
  test,
} from '@vitest/runner'

/*
 * What tests import from `vitest`, made of its own parts: as a whole it only works in a worker that it started itself,
 * and starting one takes longer than most tests.
 */

const { setTimeout: realSetTimeout } = timers
const EVERY_TIMER: FakeMethod[] = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'Date',
  'performance',
]
let clock: InstalledClock | null = null

export const VITEST = {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  onTestFailed,
  onTestFinished,
  test,
  expect: openExpect(),
  vi: {
    useFakeTimers,
    useRealTimers,
    setSystemTime: (ms: number) => clock?.setSystemTime(ms),
    advanceTimersByTime: (ms: number) => clock?.tick(ms),
    advanceTimersByTimeAsync: (ms: number) => clock?.tickAsync(ms),
    getTimerCount: () => clock?.countTimers(),
    waitFor,
  },
}

function openExpect(): ExpectStatic {
  for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin)
  const matchers = Object.getOwnPropertyDescriptor(globalThis, ASYMMETRIC_MATCHERS_OBJECT)?.value
  const own: ExpectStatic = Object.assign(
    (...args: Parameters<typeof chai.expect>) => chai.expect(...args),
    chai.expect,
    matchers,
  )
  Object.assign(own, { poll: (read: () => unknown) => polled(own, read) })
  setState({ assertionCalls: 0, isExpectingAssertions: false, isExpectingAssertionsError: null }, own)
  Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: own, configurable: true })
  extend(own, customMatchers)
  return own
}

/** Says of what is read again and again what is said of it once, until it holds. */
function polled(own: ExpectStatic, read: () => unknown, isNot = false): object {
  const matcher = (name: string | symbol) => (name === 'not' ? polled(own, read, true) : asking(name))
  const asking =
    (name: string | symbol) =>
    (...expected: unknown[]) =>
      waitFor(async () => {
        const value = await read()
        const said = isNot ? own(value).not : own(value)
        Reflect.apply(Reflect.get(said, name), said, expected)
      })
  return new Proxy({}, { get: (_, name) => matcher(name) })
}

/** `JestExtend` gives chai this method, and its types do not know of it. */
function extend(own: ExpectStatic, matchers: unknown): void {
  Object.getOwnPropertyDescriptor(chai.expect, 'extend')?.value(own, matchers)
}

function useFakeTimers({ toFake = EVERY_TIMER } = {}): void {
  useRealTimers()
  clock = install({ now: Date.now(), toFake })
}

function useRealTimers(): void {
  clock?.uninstall()
  clock = null
}

async function waitFor(check: () => unknown): Promise<void> {
  for (let tries = 100; ; tries -= 1) {
    try {
      await check()
      return
    } catch (error) {
      if (tries === 0) throw error
    }
    await new Promise((resolve) => realSetTimeout(resolve, 50))
  }
}
