import { createHash } from 'node:crypto'
import type { Random } from '../chance'

/** A link is good for so long. */
const GOOD_MS = 5 * 60_000
/** Files that wait to be fetched; older ones are forgotten. */
const WAITING_MAX = 20

type Waiting = { mchId: string; file: string; isPacked: boolean; until: number }

export type BillLinks = ReturnType<typeof createBillLinks>

/** Bills that somebody was given a link to. They live in memory: after a restart a link leads nowhere, as after its time. */
export function createBillLinks() {
  const waiting = new Map<string, Waiting>()
  return {
    /** A token for a file. */
    keep: (bill: Omit<Waiting, 'until'>, now: number, random: Random): string => {
      const token = createHash('sha256').update(random(32)).digest('base64url')
      waiting.set(token, { ...bill, until: now + GOOD_MS })
      for (const oldest of waiting.keys()) {
        if (waiting.size <= WAITING_MAX) break
        waiting.delete(oldest)
      }
      return token
    },

    /** The file behind a token; `stale` when there is none any more, `foreign` when another merchant was given it. */
    find: (token: string, mchId: string, now: number): Waiting | 'stale' | 'foreign' => {
      const found = waiting.get(token)
      if (found === undefined || now >= found.until) return 'stale'
      return found.mchId === mchId ? found : 'foreign'
    },

    clear: () => waiting.clear(),
  }
}
