import { createHash } from 'node:crypto'
import { RateLimiterRes, RateLimiterSQLite } from 'rate-limiter-flexible'
import type { OpenedDatabase } from '@/db/open'

const WINDOW_SECONDS = 15 * 60
/** How many passwords may be wrong in that time. */
const WRONG_MAX = { account: 5, shop: 30 }

type Taken = { isAllowed: true } | { isAllowed: false; waitMs: number }

export type SignInAttempts = {
  /** Counts an attempt at an account, before its password is looked at; e-mails nobody has count as well. */
  consume: (email: string) => Promise<Taken>
  /** Takes back what was counted for an account whose password was right. */
  reset: (email: string) => Promise<void>
}

/** Limits guessing of passwords for one account and for all of them. Switched off, everything is allowed. */
export function openSignInAttempts(client: OpenedDatabase['auth']['client'], isOn: boolean): SignInAttempts {
  if (!isOn) return { consume: async () => ({ isAllowed: true }), reset: async () => {} }
  const open = (keyPrefix: keyof typeof WRONG_MAX) =>
    new RateLimiterSQLite({
      storeClient: client,
      storeType: 'better-sqlite3',
      tableName: 'sign_in_attempts',
      tableCreated: true,
      keyPrefix,
      points: WRONG_MAX[keyPrefix],
      duration: WINDOW_SECONDS,
    })
  const [accounts, shop] = [open('account'), open('shop')]
  const refusedBy = async (limiter: RateLimiterSQLite, key: string): Promise<Taken> => {
    const result = await limiter.consume(key).catch((refused: unknown) => {
      if (refused instanceof RateLimiterRes) return refused
      throw refused
    })
    const isAllowed = result.consumedPoints <= limiter.points
    return isAllowed ? { isAllowed } : { isAllowed, waitMs: result.msBeforeNext }
  }
  return {
    async consume(email) {
      // A shop that is closed to everybody writes nothing about whoever else knocks.
      const all = await shop.get('all')
      if (all !== null && all.consumedPoints >= WRONG_MAX.shop) return { isAllowed: false, waitMs: all.msBeforeNext }
      client.prepare('delete from sign_in_attempts where expire < ?').run(Date.now())
      const taken = await refusedBy(accounts, keyOf(email))
      return taken.isAllowed ? refusedBy(shop, 'all') : taken
    },
    async reset(email) {
      await accounts.delete(keyOf(email))
      await shop.reward('all')
    },
  }
}

/** What strangers type into the field is not kept. */
function keyOf(email: string): string {
  return createHash('sha256').update(email.toLowerCase()).digest('hex')
}
