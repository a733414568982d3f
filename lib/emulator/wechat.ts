import type { MerchantAccount } from './accounts'
import type { BillLinks } from './api/bill-links'
import type { RefundRates } from './api/refund-rates'
import type { Random } from './chance'
import type { Clock } from './clock'
import type { Keys } from './keys'
import type { Ledger } from './ledger/ledger'
import type { ApiVersion } from './ledger/schema'
import type { Protocol } from './protocol'

/** All that WeChat's side consists of. */
export type WeChat = {
  accounts: MerchantAccount[]
  ledger: Ledger
  clock: Clock
  random: Random
  /** The keys of API v3. */
  keys: Keys
  /** How often merchants ask for refunds. */
  refundRates: RefundRates
  /** Bills of v3 that wait to be fetched. */
  billLinks: BillLinks
  /** The languages it speaks with merchants. */
  protocols: Record<ApiVersion, Protocol>
  /** Lets real time pass, in milliseconds. */
  sleep: (ms: number) => Promise<void>
}

/** Forgets everything but the keys, also how often merchants called. */
export function forgetAll({ ledger, refundRates, billLinks }: WeChat): void {
  ledger.reset()
  billLinks.clear()
  refundRates.clear()
}

/** A fault kept a call from being answered: whoever carries it has to break off the connection. */
export class NoAnswer extends Error {}
