import { openAuthority } from './authority'
import { createEmulator } from './emulator'
import { createMailbox } from './mailbox'
import type { TestEmulator, TestOptions } from './public'
import { serveEmulator } from './server'
import { readVariables } from './shell-lines'

const WAIT_MS = 10_000

/** An emulator that listens and delivers, with what a test does to it. It fits every test runner, as it knows none. */
export async function startEmulator(options: TestOptions = {}): Promise<TestEmulator> {
  const { host = '127.0.0.1', port = 0, seed = {}, proxyFolder, ...rest } = options
  const mailbox = createMailbox()
  const emulator = createEmulator({
    ...rest,
    onAttempt: (attempt) => {
      mailbox.add(attempt)
      options.onAttempt?.(attempt)
    },
  })
  const authority = proxyFolder === undefined ? null : await openAuthority(proxyFolder, options.now ?? Date.now)
  const server = await serveEmulator(emulator, { host, port, authority })
  await emulator.seed(seed)
  emulator.start()
  const base = options.basePath ?? ''

  async function control(method: 'POST' | 'PUT', name: string, body: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const request = new Request(`http://127.0.0.1${base}/_control/${name}`, {
      method,
      headers,
      body: JSON.stringify(body),
    })
    const answer = await emulator.fetch(request)
    if (!answer.ok) throw new Error(`the emulator refuses ${name}: ${await answer.text()}`)
  }

  return {
    url: server.url + base,
    environment:
      authority === null ? {} : readVariables({ host, port: Number(new URL(server.url).port), ...authority }),
    accounts: emulator.accounts,
    pay: (outTradeNo, outcome = 'success') => control('POST', 'pay', { out_trade_no: outTradeNo, outcome }),
    endRefund: (outRefundNo, outcome) => control('POST', 'refund', { out_refund_no: outRefundNo, outcome }),
    setFaults: (faults) => control('PUT', 'faults', faults),
    advance: (seconds) => control('POST', 'clock', { advanceSeconds: seconds }),
    waitForNotification: (filter = {}, withinMs = WAIT_MS) => mailbox.take(filter, withinMs),
    reset: async () => {
      await emulator.stop()
      mailbox.clear()
      await control('POST', 'reset', {})
      await emulator.seed(seed)
      emulator.start()
    },
    stop: async () => {
      await Promise.all([server.stop(), emulator.stop()])
      emulator.close()
    },
  }
}
