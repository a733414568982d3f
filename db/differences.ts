import { and, asc, count, eq, gt, isNull, lte, min, or, type SQL, sql } from 'drizzle-orm'
import type { DifferenceStore } from '@/lib/shop/bill-store'
import {
  DIFFERENCE_KINDS,
  type Difference,
  isSettledByQuery,
  keyOf,
  nextDifferenceCheckAt,
} from '@/lib/shop/difference'
import type { Access, Connection } from './access'
import { insertAudit } from './audit'
import { billDifferences } from './bill-schema'

/** By any number that stands on its card; WeChat's are in the lines of the bill, as texts of their own. */
function isNamed(number: string) {
  const { number: own, orderId, here, there } = billDifferences
  const isOwn = or(eq(own, number), eq(orderId, number))
  // What else such a number could mean inside JSON, or to a pattern, is no number of WeChat's.
  if (!/^(?=.*\d)[a-z\d]+$/i.test(number)) return isOwn
  const isIn = (side: typeof here | typeof there) => sql`${side} like ${`%"${number}"%`}`
  return or(isOwn, isIn(here), isIn(there))
}

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

    countDifferences: (ofDay) =>
      read(async (tx) => {
        const open = sql<number>`sum(case when ${end} is null then 1 else 0 end)`.mapWith(Number)
        const counted = await tx
          .select({ kind: billDifferences.kind, all: count(), open })
          .from(billDifferences)
          .where(eq(day, ofDay))
          .groupBy(billDifferences.kind)
        const ofKind = new Map(counted.map(({ kind, all, open }) => [kind, { kind, open, ended: all - open }]))
        return DIFFERENCE_KINDS.flatMap((kind) => ofKind.get(kind) ?? [])
      }),

    listDifferences: (ofDay, { isOpen, kind = null, number = null, after, limit }) =>
      read(async (tx) => {
        const isWanted = and(
          eq(day, ofDay),
          isOpen === null ? undefined : isOpen ? isNull(end) : sql`${end} is not null`,
          kind === null ? undefined : eq(billDifferences.kind, kind),
          number === null ? undefined : isNamed(number),
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
