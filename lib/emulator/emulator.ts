import type { Account } from './accounts'
import type { Random } from './chance'
import { createClock } from './clock'
import { createDeliveries } from './delivery'
import { openLedger } from './ledger'
import { createRoutes } from './routes'
import { type SendRequest, sendOverHttp } from './send'
import type { WeChat } from './wechat'

export type { SendRequest } from './send'

export type EmulatorOptions = {
  /** `file:` and the path of the ledger, which is made if it is not there. */
  databaseUrl: string
  /** The merchants that exist. */
  accounts: Account[]
  /** Where it is mounted: `''` alone, `/emulator` inside a shop. */
  basePath: string
  /** Real time in epoch milliseconds; the virtual clock runs ahead of it. */
  now: () => number
  random: Random
  /** How deliveries leave; by default over HTTP without redirects. */
  send?: SendRequest
  /** Deliveries go to loopback hosts and to these origins, nowhere else. */
  deliveryOrigins: string[]
  /** Whether phone, inspector and controls answer other machines too. */
  isOpen: boolean
  log?: (event: string, error: unknown) => void
}

export type Emulator = {
  /** Answers one request. Without `info` the call came from this process, which is as near as loopback. */
  fetch: (request: Request, info?: { remoteAddress: string }) => Promise<Response>
  /** Makes all deliveries that are due on the virtual clock, each once, and waits until they are answered. */
  runDue: () => Promise<void>
  /** Milliseconds until the next delivery is due, 0 if it is already, null if none waits. */
  nextDueInMs: () => number | null
  /** From now on deliveries leave by themselves. The timer does not keep the process alive. */
  start: () => void
  /** No delivery leaves by itself any more; those on their way are waited for. */
  stop: () => Promise<void>
  /** Closes the ledger; to be called after `stop`. */
  close: () => void
}

/**
 * WeChat Pay in a box: its API, its books, its deliveries and the buyer's phone. A function from request to response,
 * so that it can be a server, a part of one, or a value in a test.
 */
export function createEmulator(options: EmulatorOptions): Emulator {
  const ledger = openLedger(options.databaseUrl)
  const clock = createClock(ledger, options.now)
  const wechat: WeChat = { accounts: options.accounts, ledger, clock, random: options.random }
  const onError = (error: unknown) => options.log?.('emulator_failed', error)
  const deliveries = createDeliveries(wechat, {
    send: options.send ?? sendOverHttp,
    origins: options.deliveryOrigins,
    onError,
  })
  const routes = createRoutes(wechat, deliveries, {
    base: options.basePath,
    isOpen: options.isOpen,
    origins: options.deliveryOrigins,
    onError,
  })

  return {
    fetch: async (request, info) => routes.fetch(request, info ?? {}),
    runDue: deliveries.runDue,
    nextDueInMs: deliveries.nextDueInMs,
    start: deliveries.start,
    stop: deliveries.stop,
    close: ledger.close,
  }
}
