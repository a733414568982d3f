import { and, eq, gte, isNull, lt } from 'drizzle-orm'
import type { Access } from './access'
import { presses } from './process-schema'

/** What became of a press: its answer, or null while somebody still works on it. */
type PressAnswer = { answer: string | null }

/** The answers of pressed buttons, for all processes of a shop. Each method is one atomic step. */
export type PressAnswers = {
  /** Null for one that is unknown, or was made before `since`. */
  find: (key: string, since: number) => Promise<PressAnswer | null>
  /** Makes the press this caller's to answer, unless somebody has it. Forgets all that were made before `since`. */
  claim: (key: string, at: number, since: number) => Promise<boolean>
  answer: (key: string, answer: string) => Promise<void>
  /** Nothing was done: the press may be answered by another. */
  release: (key: string) => Promise<void>
}

export function openPressAnswers({ read, writeQuietly }: Access): PressAnswers {
  const isKey = (key: string) => eq(presses.key, key)
  return {
    find: (key, since) =>
      read(async (tx) => {
        const [row] = await tx
          .select({ answer: presses.answer })
          .from(presses)
          .where(and(isKey(key), gte(presses.at, since)))
        return row ?? null
      }),
    claim: (key, at, since) =>
      writeQuietly(async (tx) => {
        await tx.delete(presses).where(lt(presses.at, since))
        const claimed = tx.insert(presses).values({ key, at }).onConflictDoNothing()
        return (await claimed.returning({ key: presses.key })).length === 1
      }),
    answer: (key, answer) =>
      writeQuietly(async (tx) => {
        await tx.update(presses).set({ answer }).where(isKey(key))
      }),
    release: (key) =>
      writeQuietly(async (tx) => {
        await tx.delete(presses).where(and(isKey(key), isNull(presses.answer)))
      }),
  }
}
