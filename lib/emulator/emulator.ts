import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { createAccess } from './access'
import type { MerchantAccount } from './accounts'
import { createBillLinks } from './api/bill-links'
import { createRefundRates } from './api/refund-rates'
import type { Caller } from './caller'
import type { Random } from './chance'
import { createClock } from './clock'
import { createDeliveries } from './delivery/deliveries'
import { type SendRequest, sendOverHttp } from './delivery/send'
import { createChanges } from './inspector/changes'
import { createKeys } from './keys'
import { openLedger } from './ledger/ledger'
import { OPEN_BYTES_MAX } from './ledger/room'
import type { KeyMaker } from './new-keys'
import { createRoutes } from './routes'
import { V2 } from './v2/protocol'
import { V3 } from './v3/protocol'
import type { WeChat } from './wechat'

export type { SendRequest } from './delivery/send'
export type { KeyMaker } from './new-keys'
export { NoAnswer } from './wechat'

/** Everything has a default, so that `createEmulator()` is a whole WeChat Pay for a test. */
export type EmulatorOptions = {
  /** `file:` and the path of the ledger, which is made if it is not there; by default in memory, gone at the end. */
  databaseUrl?: string
  /** The merchants that exist; by default the public demo account. */
  accounts?: MerchantAccount[]
  /** Where it is mounted: `''` alone, which is the default, or `/emulator` inside a shop. */
  basePath?: string
  /** Real time in epoch milliseconds; the virtual clock runs ahead of it. */
  now?: () => number
  random?: Random
  /** How the keys of API v3 are made; by default by chance, each pair in a good part of a second. */
  keyMaker?: KeyMaker
  /** How the fault `latencyMs` passes time; by default time really passes. */
  sleep?: (ms: number) => Promise<void>
  /** How deliveries leave; by default over HTTP without redirects. */
  send?: SendRequest
  /** Deliveries go to these origins, and to loopback hosts: to any port, or once it is open to the ports of these. */
  deliveryOrigins?: string[]
  /** Whether phone, inspector and controls answer other machines too. */
  isOpen?: boolean
  /** So many bytes of the ledger are kept, the newest; by default all, or 256 MB when it is open to others. */
  ledgerBytesMax?: number
  /** Names by which it may be called, besides loopback and addresses in digits. */
  hosts?: string[]
  log?: (event: string, error: unknown) => void
}

export type Emulator = {
  /**
   * Answers one request. Without `info` the call came from this process, which is as near as loopback. Rejects with
   * `NoAnswer` when a fault drops the request or its answer: a server then has to break off the connection.
   */
  fetch: (request: Request, info?: Caller) => Promise<Response>
  /** Makes all deliveries that are due on the virtual clock, each once, and waits until they are answered. */
  runDue: () => Promise<void>
  /** Milliseconds until the next delivery is due, 0 if it is already, null if none waits. */
  nextDueInMs: () => number | null
  /** Makes the keys of API v3 for every merchant that has none yet; else they are made when it calls first. */
  makeKeys: () => Promise<void>
  /** From now on deliveries leave by themselves. The timer does not keep the process alive. */
  start: () => void
  /** No delivery leaves by itself any more; those on their way are waited for. */
  stop: () => Promise<void>
  /** Closes the ledger; to be called after `stop`. */
  close: () => void
}

/**
 * WeChat Pay in a box: its API, its ledger, its deliveries and the buyer's phone. A function from request to response,
 * so that it can be a server, a part of one, or a value in a test.
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const { basePath: base = '', deliveryOrigins: origins = [], isOpen = false, hosts = [], log } = options
  const bytesMax = options.ledgerBytesMax ?? (isOpen ? OPEN_BYTES_MAX : Number.POSITIVE_INFINITY)
  const ledger = openLedger(options.databaseUrl ?? 'file::memory:', bytesMax)
  const clock = createClock(ledger, options.now ?? Date.now)
  const { random = randomBytes, keyMaker } = options
  const wechat: WeChat = {
    accounts: options.accounts ?? [DEMO_ACCOUNT],
    ledger,
    clock,
    random,
    keys: createKeys({ ledger, clock, random, make: async () => keyMaker ?? (await import('./new-keys')).KEY_MAKER }),
    refundRates: createRefundRates(),
    billLinks: createBillLinks(),
    protocols: { v2: V2, v3: V3 },
    sleep: options.sleep ?? setTimeout,
  }
  const access = createAccess({ base, isOpen, hosts, origins })
  const onError = (error: unknown) => log?.('emulator_failed', error)
  const { mayReach } = access
  const deliveries = createDeliveries(wechat, { send: options.send ?? sendOverHttp, mayReach, onError })
  const changes = createChanges(ledger)
  const routes = createRoutes({ wechat, deliveries, changes, access }, base, onError)

  return {
    fetch: async (request, info) => routes.fetch(request, info ?? {}),
    runDue: deliveries.runDue,
    nextDueInMs: deliveries.nextDueInMs,
    makeKeys: async () => {
      for (const { mchId } of wechat.accounts) await wechat.keys.ensure(mchId)
    },
    start: deliveries.start,
    stop: async () => {
      changes.end()
      await deliveries.stop()
    },
    close: () => {
      changes.end()
      ledger.close()
    },
  }
}
