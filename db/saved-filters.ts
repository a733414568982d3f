import { randomUUID } from 'node:crypto'
import { and, asc, count, eq } from 'drizzle-orm'
import type { Access } from './access'
import { savedFilters } from './auth-schema'

/** A question to the log that somebody asks often; `query` is how an address says it. */
type SavedFilter = { id: string; name: string; query: string }

/** More than fit on a page are no help. */
const EACH_MAX = 20

/** What each admin keeps for themselves, on all their devices. Each method is one atomic step. */
export type SavedFilters = {
  /** Oldest first. */
  list: (userId: string) => Promise<SavedFilter[]>
  /** Keeps it, in place of one of the same name; false when somebody has too many already. */
  save: (userId: string, filter: Omit<SavedFilter, 'id'> & { at: number }) => Promise<boolean>
  /** False for one that is not there, or is somebody else's. */
  remove: (userId: string, id: string) => Promise<boolean>
}

export function openSavedFilters({ read, write }: Access): SavedFilters {
  const { id, userId: owner, name, query, createdAt } = savedFilters
  return {
    list: (userId) =>
      read((tx) => {
        const own = tx.select({ id, name, query }).from(savedFilters).where(eq(owner, userId))
        return own.orderBy(asc(createdAt), asc(id)).limit(EACH_MAX)
      }),
    save: (userId, filter) =>
      write(async (tx) => {
        const isSame = and(eq(owner, userId), eq(name, filter.name))
        const replaced = tx.update(savedFilters).set({ query: filter.query }).where(isSame)
        if ((await replaced.returning({ id })).length > 0) return true
        const [kept] = await tx.select({ n: count() }).from(savedFilters).where(eq(owner, userId))
        if ((kept?.n ?? 0) >= EACH_MAX) return false
        const row = { id: randomUUID(), userId, name: filter.name, query: filter.query, createdAt: filter.at }
        await tx.insert(savedFilters).values(row)
        return true
      }),
    remove: (userId, which) =>
      write(async (tx) => {
        const isOwn = and(eq(owner, userId), eq(id, which))
        return (await tx.delete(savedFilters).where(isOwn).returning({ id })).length > 0
      }),
  }
}
