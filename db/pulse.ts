import { eq, sql } from 'drizzle-orm'
import { StoreUnavailable } from '@/lib/shop/store'
import type { Access } from './access'
import { pulse } from './log-schema'

const THE_ONE = 1

/** A small write and a small read, which show that both work. */
export type Pulse = {
  beat: () => Promise<true>
  /** How often all programs together have beaten, and this one. */
  count: () => Promise<{ all: number; own: number }>
}

export function openPulse({ read, write }: Access): Pulse {
  let own = 0
  const readBeats = () =>
    read(async (tx) => {
      const [row] = await tx.select({ beats: pulse.beats }).from(pulse).where(eq(pulse.id, THE_ONE))
      return row?.beats ?? 0
    })
  return {
    beat: async () => {
      const [written] = await write((tx) => {
        const another = { target: pulse.id, set: { beats: sql`${pulse.beats} + 1` } }
        return tx.insert(pulse).values({ id: THE_ONE, beats: 1 }).onConflictDoUpdate(another).returning()
      })
      own += 1
      if ((await readBeats()) < (written?.beats ?? 0)) throw new StoreUnavailable('what was written is not read')
      return true
    },
    count: async () => ({ all: await readBeats(), own }),
  }
}
