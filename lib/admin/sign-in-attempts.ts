import { createHash } from 'node:crypto'
import type { Attempts, Taken } from '@/db/open'

const WINDOW_MS = 15 * 60_000
/** How many passwords may be wrong in that time. */
const WRONG_MAX = { account: 5, shop: 30 }
const SHOP = 'shop:all'

export type SignInAttempts = {
  /** Counts an attempt at an account, before its password is looked at; e-mails nobody has count as well. */
  consume: (email: string) => Promise<Taken>
  /** Takes back what was counted for an account whose password was right. */
  reset: (email: string) => Promise<void>
}

/** Limits guessing of passwords for one account and for all of them. Switched off, everything is allowed. */
export function openSignInAttempts(attempts: Attempts, isOn: boolean): SignInAttempts {
  if (!isOn) return { consume: async () => ({ isAllowed: true }), reset: async () => {} }
  return {
    consume: (email) => {
      const demands = [
        { key: SHOP, max: WRONG_MAX.shop, windowMs: WINDOW_MS },
        { key: keyOf(email), max: WRONG_MAX.account, windowMs: WINDOW_MS },
      ]
      return attempts.take(demands, Date.now())
    },
    reset: async (email) => {
      await attempts.forget(keyOf(email))
      await attempts.giveBack(SHOP)
    },
  }
}

/** What strangers type into the field is not kept. */
function keyOf(email: string): string {
  return `account:${createHash('sha256').update(email.toLowerCase()).digest('hex')}`
}
