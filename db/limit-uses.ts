import { and, gt, lt, ne, sql, sum } from 'drizzle-orm'
import type { Access } from './access'
import { limitUses } from './process-schema'

/** What was let through of a limit under a key, until its time ends. */
type LimitUse = { key: string; points: number; endsAt: number }

/** How the processes of a shop count together: each says what it let through, and reads what the others did. */
export type LimitUses = {
  /** Writes down how much this process has let through by now. */
  tell: (uses: readonly LimitUse[], now: number) => Promise<void>
  /** What all the others have let through, by key, as far as its time has not ended. */
  ofOthers: (now: number) => Promise<ReadonlyMap<string, number>>
}

/** More keys than can be in use at once by people; strangers with very many addresses share what is left over. */
const KEYS_MAX = 10_000
/** Rows of a time that ended so long ago are deleted, now and then. */
const TIDY_AFTER_MS = 2 * 60_000

export function openLimitUses({ read, writeQuietly }: Access, instance: number): LimitUses {
  let tidyAt = 0
  return {
    async tell(uses, now) {
      await writeQuietly(async (tx) => {
        for (const use of uses) {
          const { points, endsAt } = use
          const again = { target: [limitUses.instance, limitUses.key], set: { points, endsAt } }
          await tx
            .insert(limitUses)
            .values({ instance, ...use })
            .onConflictDoUpdate(again)
        }
        if (now < tidyAt) return
        await tx.delete(limitUses).where(lt(limitUses.endsAt, now - TIDY_AFTER_MS))
      })
      if (now >= tidyAt) tidyAt = now + TIDY_AFTER_MS
    },
    ofOthers: (now) =>
      read(async (tx) => {
        const { key, points, endsAt } = limitUses
        const columns = { key, points: sum(points).mapWith(Number) }
        const isTheirs = and(ne(limitUses.instance, instance), gt(endsAt, now))
        const most = sql`sum(${points}) desc`
        const rows = await tx.select(columns).from(limitUses).where(isTheirs).groupBy(key).orderBy(most).limit(KEYS_MAX)
        return new Map(rows.map((row) => [row.key, row.points]))
      }),
  }
}
