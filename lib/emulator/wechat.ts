import type { Account } from './accounts'
import type { Random } from './chance'
import type { Clock } from './clock'
import type { Ledger } from './ledger'

/** All that WeChat's side consists of. */
export type WeChat = { accounts: Account[]; ledger: Ledger; clock: Clock; random: Random }
