import { eq, inArray, lt, sql } from 'drizzle-orm'
import type { Access } from './access'
import { signInAttempts } from './auth-schema'

/** So many attempts are allowed under a key, in a time that begins with the first of them. */
type Demand = { key: string; max: number; windowMs: number }
export type Taken = { isAllowed: true } | { isAllowed: false; waitMs: number }

/** Attempts counted by key, by all programs on the database together. Each method is one atomic step. */
export type Attempts = {
  /** Counts an attempt under every key; or under none, when one of them has had its attempts. */
  take: (demands: Demand[], now: number) => Promise<Taken>
  /** Takes one attempt back. */
  giveBack: (key: string) => Promise<void>
  /** Takes all attempts back. */
  forget: (key: string) => Promise<void>
}

const { key: keyColumn, points, expire } = signInAttempts

export function openAttempts({ write }: Access): Attempts {
  return {
    take: (demands, now) =>
      write(async (tx) => {
        await tx.delete(signInAttempts).where(lt(expire, now))
        const keys = demands.map(({ key }) => key)
        const counted = await tx.select().from(signInAttempts).where(inArray(keyColumn, keys))
        for (const { key, max } of demands) {
          const found = counted.find((it) => it.key === key)
          if (found !== undefined && found.points >= max) {
            return { isAllowed: false, waitMs: Math.max(0, (found.expire ?? now) - now) }
          }
        }
        for (const { key, windowMs } of demands) {
          const another = { target: keyColumn, set: { points: sql`${points} + 1` } }
          const first = { key, points: 1, expire: now + windowMs }
          await tx.insert(signInAttempts).values(first).onConflictDoUpdate(another)
        }
        return { isAllowed: true }
      }),
    giveBack: (key) =>
      write(async (tx) => {
        const fewer = { points: sql`max(0, ${points} - 1)` }
        await tx.update(signInAttempts).set(fewer).where(eq(keyColumn, key))
      }),
    forget: (key) =>
      write(async (tx) => {
        await tx.delete(signInAttempts).where(eq(keyColumn, key))
      }),
  }
}
