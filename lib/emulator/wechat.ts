import type { Account } from './accounts'
import type { Random } from './chance'
import type { Clock } from './clock'
import type { Ledger } from './ledger/ledger'

/** All that WeChat's side consists of. */
export type WeChat = {
  accounts: Account[]
  ledger: Ledger
  clock: Clock
  random: Random
  /** Lets real time pass, in milliseconds. */
  sleep: (ms: number) => Promise<void>
}

/** A fault kept a call from being answered: whoever carries it has to break off the connection. */
export class NoAnswer extends Error {}
