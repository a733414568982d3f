import { and, asc, count, eq, gt, isNull, lte, min, type SQL, sql } from 'drizzle-orm'
import type { DifferenceStore } from '@/lib/shop/bill-store'
import { type Difference, isSettledByQuery, keyOf, nextDifferenceCheckAt } from '@/lib/shop/difference'
import type { Access, Connection } from './access'
import { insertAudit } from './audit'
import { billDifferences } from './bill-schema'

export function openDifferences({ read, write }: Access): DifferenceStore {
  const { id, day, end, nextCheckAt } = billDifferences
  return {
    putDifferences: (ofDay, found, seenAt) =>
      write(async (tx) => {
        for (const it of found) {
          const { kind, subject, number, orderId, here, there, moved } = it
          const again = { orderId, here, there, moved, seenAt }
          const fresh = { foundAt: seenAt, checks: 0, nextCheckAt: isSettledByQuery(it) ? seenAt : null, version: 1 }
          const row = { day: ofDay, key: keyOf(it), kind, subject, number, ...again, ...fresh }
          // What ended by itself and is here again is open again; what somebody accepted stays so.
          const isBack = sql`${end} in ('settled', 'recorded', 'gone')`
          const keep = (column: SQL | typeof id) => sql`case when ${isBack} then null else ${column} end`
          const reopened = {
            ...again,
            end: keep(sql`${end}`),
            endedAt: keep(sql`${billDifferences.endedAt}`),
            endedBy: keep(sql`${billDifferences.endedBy}`),
            nextCheckAt: sql`case when ${isBack} then ${fresh.nextCheckAt} else ${nextCheckAt} end`,
            version: sql`${billDifferences.version} + 1`,
          }
          const target = [billDifferences.day, billDifferences.key]
          await tx.insert(billDifferences).values(row).onConflictDoUpdate({ target, set: reopened })
        }
      }),

    claimDueDifferences: async (now, limit) => {
      const listDue = async (tx: Connection, max: number): Promise<Difference[]> => {
        const due = tx.select().from(billDifferences).where(lte(nextCheckAt, now))
        return await due.orderBy(asc(nextCheckAt), asc(id)).limit(max)
      }
      if ((await read((tx) => listDue(tx, 1))).length === 0) return []
      return write(async (tx) => {
        const claims: Difference[] = []
        for (const found of await listDue(tx, limit)) {
          const checks = found.checks + 1
          const claimed = { checks, nextCheckAt: nextDifferenceCheckAt(checks, now), version: found.version + 1 }
          await tx.update(billDifferences).set(claimed).where(eq(id, found.id))
          claims.push({ ...found, ...claimed })
        }
        return claims
      })
    },

    replaceDifference: (before, after, entry = null) =>
      write(async (tx) => {
        const isUnchanged = and(eq(id, before.id), eq(billDifferences.version, before.version))
        const { id: _, ...row } = after
        const written = await tx.update(billDifferences).set(row).where(isUnchanged).returning({ id })
        if (written.length !== 1) return false
        if (entry !== null) await insertAudit(tx, entry)
        return true
      }),

    findDifference: (number) =>
      read(async (tx) => (await tx.select().from(billDifferences).where(eq(id, number)))[0] ?? null),

    listDifferences: (ofDay, { isOpen, after, limit }) =>
      read(async (tx) => {
        const isWanted = and(
          eq(day, ofDay),
          isOpen === null ? undefined : isOpen ? isNull(end) : sql`${end} is not null`,
          after === null ? undefined : gt(id, after),
        )
        return await tx.select().from(billDifferences).where(isWanted).orderBy(asc(id)).limit(limit)
      }),

    countOpenDifferences: (max) =>
      read(async (tx) => {
        const open = tx.select({ day }).from(billDifferences).where(isNull(end)).orderBy(asc(day)).limit(max).as('open')
        const [counted] = await tx.select({ count: count(), oldest: min(open.day) }).from(open)
        return { count: counted?.count ?? 0, oldestDay: counted?.oldest ?? null }
      }),
  }
}
