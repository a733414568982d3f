import { EventEmitter, once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { openListener } from '@/lib/net/listener'
import { stopOnSignals } from '@/lib/server/stop'

afterEach(() => void vi.useRealTimers())

/** A process that writes down what happens to it in which order. */
function opened() {
  const seen: string[] = []
  const program = Object.assign(new EventEmitter(), { exit: (code: number) => void seen.push(`exit ${code}`) })
  const own = { drain: async () => void seen.push('drained'), close: async () => void seen.push('closed') }
  return { seen, program, own }
}

test('told to end, the process answers what was asked, then closes the store, then ends', async () => {
  const { seen, program, own } = opened()
  const asked: ServerResponse[] = []
  const listener = openListener({
    connectionsMax: 10,
    perAddressMax: 10,
    isShared: () => false,
    keepAliveMs: 60_000,
    hasUpgrades: false,
    answer: async (_, response) => void asked.push(response),
  })
  listener.server.listen(0, '127.0.0.1')
  await once(listener.server, 'listening')
  const { port } = listener.server.address() as AddressInfo
  stopOnSignals(listener, own, program, 0)

  const answered = fetch(`http://127.0.0.1:${port}/`).then(async (it) => seen.push(await it.text()))
  await vi.waitFor(() => expect(asked).toHaveLength(1))
  program.emit('SIGTERM')
  program.emit('SIGINT')
  await vi.waitFor(() => expect(seen).toEqual(['drained']))
  asked[0]?.end('answered')
  await answered
  await vi.waitFor(() => expect(seen).toContain('exit 0'))
  expect(seen).toEqual(['drained', 'answered', 'closed', 'exit 0'])
})

test('an answer that never comes does not keep the process from ending', async () => {
  const { seen, program, own } = opened()
  vi.useFakeTimers()
  stopOnSignals({ stop: () => new Promise(() => {}), endAfterAnswers: () => {} }, own, program, 0)
  program.emit('SIGINT')
  await vi.advanceTimersByTimeAsync(9_999)
  expect(seen).toEqual(['drained'])
  await vi.advanceTimersByTimeAsync(1)
  expect(seen).toEqual(['drained', 'exit 0'])
})

test.each([
  ['SIGTERM', undefined, 3_000, true],
  ['SIGINT', undefined, 3_000, true],
  ['message', 'retire', 1_000, undefined],
])(
  'on %s (%s) those who come are sent elsewhere for %i ms before it ends, however often it is told',
  async (event, message, ms, isSaid) => {
    const { seen, program, own } = opened()
    vi.useFakeTimers()
    const listener = {
      endAfterAnswers: () => void seen.push('answers are the last'),
      stop: async () => void seen.push('stopped'),
    }
    stopOnSignals(listener, own, program, 3_000)
    program.emit('message', 'something else')
    program.emit(event, message)
    program.emit(event, message)
    await vi.advanceTimersByTimeAsync(ms - 1)
    expect([seen, 'isStopping' in own ? own.isStopping : undefined]).toEqual([['answers are the last'], isSaid])
    await vi.advanceTimersByTimeAsync(1)
    expect(seen).toEqual(['answers are the last', 'stopped', 'drained', 'closed', 'exit 0'])
  },
)
