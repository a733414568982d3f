import { eq, inArray, lt, sql } from 'drizzle-orm'
import type { Access } from './access'
import { signInAttempts } from './auth-schema'

/** So many attempts are allowed under a key, in a time that begins with the first of them. */
export type Demand = { key: string; max: number; windowMs: number }
export type Consumed = { isAllowed: true } | { isAllowed: false; waitMs: number }

/** Attempts counted by key, by all programs on the database together. Each method is one atomic step. */
export type Attempts = {
  /** Counts an attempt under every key; or under none, when one of them has had its attempts. */
  consume: (demands: Demand[], now: number) => Promise<Consumed>
  /** Takes one attempt back. */
  giveBack: (key: string) => Promise<void>
  /** Takes all attempts back. */
  forget: (key: string) => Promise<void>
}

const { key: keyColumn, points, expire } = signInAttempts

export function openAttempts({ write }: Access): Attempts {
  return {
    consume: (demands, now) =>
      write(async (tx) => {
        await tx.delete(signInAttempts).where(lt(expire, now))
        const keys = demands.map(({ key }) => key)
        const counted = await tx.select().from(signInAttempts).where(inArray(keyColumn, keys))
        const states = demands.map((demand) => ({ demand, current: currentOf(demand, counted, now) }))
        const used = states.filter(({ demand, current }) => current !== null && current.points >= demand.max)
        if (used.length > 0) {
          return { isAllowed: false, waitMs: Math.max(...used.map(({ current }) => (current?.expire ?? now) - now)) }
        }
        for (const { demand, current } of states) {
          const counts = { points: (current?.points ?? 0) + 1, expire: current?.expire ?? now + demand.windowMs }
          const another = { target: keyColumn, set: counts }
          await tx
            .insert(signInAttempts)
            .values({ key: demand.key, ...counts })
            .onConflictDoUpdate(another)
        }
        return { isAllowed: true }
      }),
    giveBack: (key) =>
      write(async (tx) => {
        const fewer = { points: sql`case when ${points} > 0 then ${points} - 1 else 0 end` }
        await tx.update(signInAttempts).set(fewer).where(eq(keyColumn, key))
      }),
    forget: (key) =>
      write(async (tx) => {
        await tx.delete(signInAttempts).where(eq(keyColumn, key))
      }),
  }
}

/**
 * What was counted under a key and still counts. A time that ends later than one that begins now was written by a clock
 * that was ahead: it would last as long as the clock was, and is none.
 */
function currentOf({ key, windowMs }: Demand, counted: (typeof signInAttempts.$inferSelect)[], now: number) {
  const found = counted.find((it) => it.key === key)
  return found?.expire == null || found.expire > now + windowMs ? null : found
}
