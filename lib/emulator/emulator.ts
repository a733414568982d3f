import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { createAccess } from './access'
import { listAccounts } from './account-control'
import { createBillLinks } from './api/bill-links'
import { createRefundRates } from './api/refund-rates'
import { createClock } from './clock'
import { createDeliveries } from './delivery/deliveries'
import { sendOverHttp } from './delivery/send'
import { createChanges } from './inspector/changes'
import { createKeys } from './keys'
import { openLedger } from './ledger/ledger'
import { OPEN_BYTES_MAX } from './ledger/room'
import type { Emulator, EmulatorOptions } from './public'
import { createRoutes } from './routes'
import { applySeed } from './seed'
import { V2 } from './v2/protocol'
import { V3 } from './v3/protocol'
import type { WeChat } from './wechat'

export type { Emulator, EmulatorOptions, SendRequest } from './public'
export { NoAnswer } from './wechat'

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
  const deliveries = createDeliveries(wechat, {
    send: options.send ?? sendOverHttp,
    mayReach,
    onAttempt: options.onAttempt,
    onError,
  })
  const changes = createChanges(ledger)
  const routes = createRoutes({ wechat, deliveries, changes, access }, base, onError)

  return {
    fetch: async (request, info) => routes.fetch(request, info ?? {}),
    runDue: deliveries.runDue,
    nextDueInMs: deliveries.nextDueInMs,
    makeKeys: async () => {
      for (const { mchId } of wechat.accounts) await wechat.keys.ensure(mchId)
    },
    seed: (seed) => applySeed(wechat, seed),
    accounts: () => listAccounts(wechat),
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
