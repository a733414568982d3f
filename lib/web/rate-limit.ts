import { createHash } from 'node:crypto'
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
  /** Orders looked up by number and contact, by address; and of one number, by all addresses together. */
  lookups: 10,
  lookupsOfNumber: 20,
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

/**
 * The other processes are told of a key once it has used so much of its limit. Nearly everybody stays below, so that hardly
 * anything is written; and a limit is exceeded by no more than that in each process.
 */
const TOLD_FROM_SHARE = 1 / 8
/** Keys that others are told of at a time; the rest has to wait for the next. */
const TOLD_MAX = 500

type Limit = keyof typeof PER_MINUTE
/** One request of whoever the key names; `points` when it counts for more than one. */
export type Demand = { limit: Limit; key: string; points?: number }
type Admission = { isAllowed: boolean; headers: Record<string, string> }

export type Limits = {
  /** Counts one request. The headers tell the strictest of its limits, as the IETF's RateLimit draft writes them. */
  consume: (demands: Demand[]) => Promise<Admission>
  /** Tells the other processes what was let through here, and counts with what they let through. Called once a second. */
  share: () => Promise<void>
}

/** Where the processes of a shop count together. */
type SharedUses = {
  tell: (uses: { key: string; points: number; endsAt: number }[], now: number) => Promise<void>
  ofOthers: (now: number) => Promise<ReadonlyMap<string, number>>
}

/**
 * The limits of a shop. Each process counts for itself and answers at once; within a second or two it knows of the others,
 * and what is used up at one of them is used up here. Switched off, everything is allowed and nothing is said.
 */
export function openLimits(isOn: boolean, shared: SharedUses): Limits {
  if (!isOn) return { consume: async () => ({ isAllowed: true, headers: {} }), share: async () => {} }
  const limiters = Object.fromEntries(
    Object.entries(PER_MINUTE).map(([name, points]) => [
      name,
      new RateLimiterMemory({ keyPrefix: name, points, duration: WINDOW_SECONDS }),
    ]),
  ) as Record<Limit, RateLimiterMemory>

  const toTell = new Map<string, { key: string; points: number; endsAt: number }>()
  let ofOthers: ReadonlyMap<string, number> = new Map()

  const takeOne = async ({ limit, key, points = 1 }: Demand) => {
    const result = await limiters[limit].consume(key, points).catch((refused: unknown) => {
      if (refused instanceof RateLimiterRes) return refused
      throw refused
    })
    const { consumedPoints, msBeforeNext } = result
    const max = PER_MINUTE[limit]
    const isTold = consumedPoints >= max * TOLD_FROM_SHARE
    const name = isTold || ofOthers.size > 0 ? nameOf(limit, key) : ''
    if (isTold && (toTell.size < TOLD_MAX || toTell.has(name))) {
      toTell.set(name, { key: name, points: consumedPoints, endsAt: Date.now() + msBeforeNext })
    }
    const used = consumedPoints + (ofOthers.get(name) ?? 0)
    return { limit, isAllowed: used <= max, remaining: Math.max(0, max - used), msBeforeNext }
  }
  return {
    async share() {
      const uses = [...toTell.values()]
      toTell.clear()
      if (uses.length > 0) await shared.tell(uses, Date.now())
      ofOthers = await shared.ofOthers(Date.now())
    },
    async consume(demands) {
      const taken = await Promise.all(demands.map(takeOne))
      const [strictest] = taken.sort((a, b) => a.remaining - b.remaining)
      if (strictest === undefined) return { isAllowed: true, headers: {} }
      const { limit, remaining, msBeforeNext } = strictest
      const seconds = Math.ceil(msBeforeNext / 1_000)
      const isAllowed = taken.every((it) => it.isAllowed)
      const headers = {
        'ratelimit-policy': `"${limit}";q=${PER_MINUTE[limit]};w=${WINDOW_SECONDS}`,
        ratelimit: `"${limit}";r=${remaining};t=${seconds}`,
        ...(!isAllowed && { 'retry-after': String(seconds) }),
      }
      return { isAllowed, headers }
    },
  }
}

/** Under what the processes count together: addresses of visitors are not kept. */
function nameOf(limit: Limit, key: string): string {
  return createHash('sha256').update(`${limit}:${key}`).digest('base64url')
}
