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

const RealDate = Date

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
  vi: { useFakeTimers, setSystemTime, useRealTimers },
}

function openExpect(): ExpectStatic {
  for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin)
  const matchers = Object.getOwnPropertyDescriptor(globalThis, ASYMMETRIC_MATCHERS_OBJECT)?.value
  const own: ExpectStatic = Object.assign(
    (...args: Parameters<typeof chai.expect>) => chai.expect(...args),
    chai.expect,
    matchers,
  )
  setState({ assertionCalls: 0, isExpectingAssertions: false, isExpectingAssertionsError: null }, own)
  Object.defineProperty(globalThis, GLOBAL_EXPECT, { value: own, configurable: true })
  extend(own, customMatchers)
  return own
}

/** `JestExtend` gives chai this method, and its types do not know of it. */
function extend(own: ExpectStatic, matchers: unknown): void {
  Object.getOwnPropertyDescriptor(chai.expect, 'extend')?.value(own, matchers)
}

/** Only the clock can be another one here; tests that wait for timers are left out. */
function useFakeTimers({ toFake }: { toFake: string[] } = { toFake: [] }): void {
  if (toFake.join() !== 'Date') throw new Error('only the Date can be faked here')
  setSystemTime(RealDate.now())
}

function setSystemTime(ms: number): void {
  const startedAt = RealDate.now()
  const now = () => ms + RealDate.now() - startedAt
  globalThis.Date = class extends RealDate {
    constructor(...args: unknown[]) {
      super(...((args.length === 0 ? [now()] : args) as [number]))
    }
    static override now(): number {
      return now()
    }
  } as DateConstructor
}

function useRealTimers(): void {
  globalThis.Date = RealDate
}
