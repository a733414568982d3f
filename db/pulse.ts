import { randomInt } from 'node:crypto'
import { and, eq, gt, lt, ne, sql, sum } from 'drizzle-orm'
import { StoreUnavailable } from '@/lib/shop/store'
import type { Access } from './access'
import type { Opened } from './opened'
import { pulse } from './process-schema'

/** A process that was not heard of for a day is gone; its row is deleted now and then. */
const GONE_MS = 24 * 60 * 60_000
const TIDY_EVERY_BEATS = 3_600
/** A process that has not beaten for so long is not counted. The clocks of several hosts differ a little. */
const THERE_MS = 15_000
/** Row 1 belongs to processes of a former version. */
const FORMER = 1

/** What the other processes say of their commits. */
export type Told = { quiet: number; news: number }

/** A small write and a small read, which show that both work, and tell the other processes of this one. */
export type Pulse = {
  /** The number of this process, drawn at its start. */
  instance: number
  beat: () => Promise<true>
  ofOthers: () => Promise<Told>
  /** How many processes are there, this one included. */
  count: () => Promise<number>
}

type Parts = Pick<Access, 'read' | 'writeQuietly'> & Pick<Opened, 'commits'>

export function openPulse({ read, writeQuietly, commits }: Parts, now = Date.now): Pulse {
  const instance = randomInt(FORMER + 1, 2 ** 47)
  let own = 0
  const readOwn = () =>
    read(async (tx) => {
      const [row] = await tx.select({ beats: pulse.beats }).from(pulse).where(eq(pulse.id, instance))
      return row?.beats ?? 0
    })
  return {
    instance,
    beat: async () => {
      const isTidyTime = own % TIDY_EVERY_BEATS === 0
      const [written] = await writeQuietly(async (tx) => {
        // Of the time before this commit: with what it shares the disk is not known yet.
        const said = { ...commits(), at: now() }
        const another = { target: pulse.id, set: { ...said, beats: sql`${pulse.beats} + 1` } }
        if (isTidyTime) await tx.delete(pulse).where(and(lt(pulse.at, said.at - GONE_MS), ne(pulse.id, FORMER)))
        return tx
          .insert(pulse)
          .values({ id: instance, beats: 1, ...said })
          .onConflictDoUpdate(another)
          .returning({ beats: pulse.beats })
      })
      own += 1
      if ((await readOwn()) < (written?.beats ?? 0)) throw new StoreUnavailable('what was written is not read')
      return true
    },
    ofOthers: () =>
      read(async (tx) => {
        const columns = { quiet: sum(pulse.quiet).mapWith(Number), news: sum(pulse.news).mapWith(Number) }
        const [row] = await tx.select(columns).from(pulse).where(ne(pulse.id, instance))
        return { quiet: row?.quiet ?? 0, news: row?.news ?? 0 }
      }),
    count: () =>
      read(async (tx) => {
        const isThere = and(gt(pulse.at, now() - THERE_MS), ne(pulse.id, instance))
        return (await tx.select({ id: pulse.id }).from(pulse).where(isThere)).length + 1
      }),
  }
}
