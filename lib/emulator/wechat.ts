import type { MerchantAccount } from './accounts'
import type { Random } from './chance'
import type { Clock } from './clock'
import type { Ledger } from './ledger/ledger'
import type { ApiVersion } from './ledger/schema'
import type { Protocol } from './protocol'

/** All that WeChat's side consists of. */
export type WeChat = {
  accounts: MerchantAccount[]
  ledger: Ledger
  clock: Clock
  random: Random
  /** The languages it speaks with merchants. */
  protocols: Record<ApiVersion, Protocol>
  /** Lets real time pass, in milliseconds. */
  sleep: (ms: number) => Promise<void>
}

/** A fault kept a call from being answered: whoever carries it has to break off the connection. */
export class NoAnswer extends Error {}
