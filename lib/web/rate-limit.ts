import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** How many requests one key may make in a minute. */
const PER_MINUTE = {
  /** Any request but for files and notifications, by address; the bound of what counts for nothing else. */
  everything: 1_200,
  /** Pages, by address; those that a browser fetches ahead do not count. */
  pages: 300,
  /** Pieces of files of up to 64 KB, by address; a page needs some twenty of them once. */
  files: 3_000,
  /** Whatever is asked of the emulator, by address. */
  emulator: 3_000,
  /** Any request to the JSON routes, by address. */
  requests: 300,
  /** New orders, by address. */
  orders: 60,
  /** Prepay, confirm and cancel, by order: each may query WeChat. */
  actions: 60,
  /** Messages that an admin has replayed one by one, by admin. */
  replays: 30,
  /** The same for all that a filter finds: each may query WeChat some hundred times. */
  replayRuns: 3,
  /** Messages that an admin pastes, or opens in the log, to learn why their signature is wrong; each costs some time. */
  explanations: 60,
  /** All orders as a file, by admin: each reads the whole list. */
  exports: 6,
}
const WINDOW_SECONDS = 60

type Limit = keyof typeof PER_MINUTE
/** One request of whoever the key names; `points` when it counts for more than one. */
export type Demand = { limit: Limit; key: string; points?: number }
type Admission = { isAllowed: boolean; headers: Record<string, string> }

export type Limits = {
  /** Counts one request. The headers tell the strictest of its limits, as the IETF's RateLimit draft writes them. */
  consume: (demands: Demand[]) => Promise<Admission>
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

  const takeOne = async ({ limit, key, points = 1 }: Demand) => {
    const result = await limiters[limit].consume(key, points).catch((refused: unknown) => {
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
