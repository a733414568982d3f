import { createHash } from 'node:crypto'
import type { Attempts, Consumed, Demand } from '@/db/open'
import { subscriberOf } from '@/lib/net/address'

const WINDOW_MS = 15 * 60_000

/** A code of the second step is good for a minute and a half at most; longer than that nobody needs to remember it. */
const CODE_MS = 2 * 60_000

/**
 * How many attempts may be wrong in a quarter of an hour. Whoever guesses from one address is stopped first; who guesses
 * from many is stopped at the account. Both stop browsers that nobody has signed in with; the owner's have their own.
 */
const WRONG_MAX = { here: 5, address: 30, account: 20, browser: 10, session: 5, code: 5 }

/** How many failures at e-mails that nobody has are worth a line in the record, in the same time. */
const STRANGERS_MAX = 60

/** Who tries to get in. */
type Guesser = {
  email: string
  address: string
  /** The name of a browser that is known for this account. */
  browser: string | null
}

/** One attempt: counted before it is looked at, so that many at once are no way around. */
export type Attempt = {
  consume: () => Promise<Consumed>
  /** It was right: what was counted is taken back. */
  succeed: () => Promise<void>
}

export type SignInAttempts = {
  password: (guesser: Guesser) => Attempt
  /** The second step, which only those get to who know the password. */
  code: (guesser: Guesser) => Attempt
  /** Of somebody who is signed in: nobody else can use these up, and a stolen session is no way to guess on. */
  session: (sessionId: string) => Attempt
  /** Whether a code is used for the first time; who looks over a shoulder is too late. */
  isFresh: (userId: string, code: string) => Promise<boolean>
  /** Whether a failure at an e-mail that nobody has is worth a line in the record. */
  isRecorded: () => Promise<boolean>
}

/** Limits guessing. Switched off, everything is allowed but a code twice. */
export function openSignInAttempts(attempts: Attempts, isOn: boolean): SignInAttempts {
  const attempt = (own: Demand, shared: Demand[] = []): Attempt => ({
    consume: async () => (isOn ? attempts.consume([own, ...shared], Date.now()) : { isAllowed: true }),
    succeed: async () => {
      if (!isOn) return
      await Promise.all([attempts.forget(own.key), ...shared.map(({ key }) => attempts.giveBack(key))])
    },
  })
  const demand = (kind: keyof typeof WRONG_MAX, ...parts: string[]): Demand => ({
    key: keyOf(kind, ...parts),
    max: WRONG_MAX[kind],
    windowMs: WINDOW_MS,
  })
  return {
    password({ email, address, browser }) {
      if (browser !== null) return attempt(demand('browser', email, browser))
      const from = subscriberOf(address)
      return attempt(demand('here', email, from), [demand('account', email), demand('address', from)])
    },
    code: ({ email, browser }) => attempt(demand('code', email, browser ?? '')),
    session: (sessionId) => attempt(demand('session', sessionId)),
    isFresh: async (userId, code) => {
      const used = { key: keyOf('used', userId, code), max: 1, windowMs: CODE_MS }
      return (await attempts.consume([used], Date.now())).isAllowed
    },
    isRecorded: async () => {
      const demands = [{ key: 'strangers', max: STRANGERS_MAX, windowMs: WINDOW_MS }]
      return !isOn || (await attempts.consume(demands, Date.now())).isAllowed
    },
  }
}

/** What strangers type into the field, and where they come from, is not kept. */
function keyOf(...parts: string[]): string {
  return `${parts[0]}:${createHash('sha256').update(JSON.stringify(parts)).digest('base64url')}`
}
