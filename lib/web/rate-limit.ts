import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** How many requests one key may make in a minute. */
const PER_MINUTE = {
  /** Any request to the JSON routes, by address. */
  requests: 300,
  /** New orders, by address. */
  orders: 60,
  /** Prepay, confirm and cancel, by order: each may query WeChat. */
  acts: 60,
  /** Messages that an admin has replayed one by one, by admin. */
  replays: 30,
  /** The same for all that a filter finds: each may query WeChat some hundred times. */
  replayRuns: 3,
  /** Messages that an admin pastes to learn why their signature is wrong; each costs some time. */
  explanations: 60,
  /** All orders as a file, by admin: each reads the whole list. */
  exports: 6,
}
const WINDOW_SECONDS = 60

export type Limit = keyof typeof PER_MINUTE
type Taken = { isAllowed: boolean; headers: Record<string, string> }

export type Limits = {
  /** Counts one request. The headers tell the strictest of its limits, as the IETF's RateLimit draft writes them. */
  consume: (demands: { limit: Limit; key: string }[]) => Promise<Taken>
}

/** Limits of one process. Switched off, everything is allowed and nothing is said. */
export function openLimits(isOn: boolean): Limits {
  if (!isOn) return { consume: async () => ({ isAllowed: true, headers: {} }) }
  const limiters = Object.fromEntries(
    Object.entries(PER_MINUTE).map(([name, points]) => [
      name,
      new RateLimiterMemory({ keyPrefix: name, points, duration: WINDOW_SECONDS }),
    ]),
  ) as Record<Limit, RateLimiterMemory>

  const takeOne = async ({ limit, key }: { limit: Limit; key: string }) => {
    const result = await limiters[limit].consume(key).catch((refused: unknown) => {
      if (refused instanceof RateLimiterRes) return refused
      throw refused
    })
    return { limit, isAllowed: result.consumedPoints <= PER_MINUTE[limit], result }
  }
  return {
    async consume(demands) {
      const taken = await Promise.all(demands.map(takeOne))
      const [strictest] = taken.sort((a, b) => a.result.remainingPoints - b.result.remainingPoints)
      if (strictest === undefined) return { isAllowed: true, headers: {} }
      const { limit, result } = strictest
      const seconds = Math.ceil(result.msBeforeNext / 1_000)
      const isAllowed = taken.every((it) => it.isAllowed)
      const headers = {
        'ratelimit-policy': `"${limit}";q=${PER_MINUTE[limit]};w=${WINDOW_SECONDS}`,
        ratelimit: `"${limit}";r=${result.remainingPoints};t=${seconds}`,
        ...(!isAllowed && { 'retry-after': String(seconds) }),
      }
      return { isAllowed, headers }
    },
  }
}
