import { gunzipSync, gzipSync } from 'node:zlib'
import { and, asc, count, desc, eq, gte, inArray, isNotNull, isNull, lt, lte, ne, or, sql } from 'drizzle-orm'
import {
  BILL_CLAIM_MS,
  type BillDay,
  type BillFile,
  type BillKey,
  type BillRow,
  claimedBill,
  wechatNumberOf,
} from '@/lib/shop/bill'
import type { BillStore } from '@/lib/shop/bill-store'
import { numberOf } from '@/lib/shop/compare-bill'
import { billOf, kindsOf } from '@/lib/shop/difference'
import type { Access, Connection } from './access'
import { billChunks, billDays, billDifferences, billFiles, billRows } from './bill-schema'
import { openFlows } from './flows'
import { listOursDue, listOursOf } from './ours'
import { orders } from './schema'

export function openBills(access: Access): BillStore {
  const { read, write } = access
  return {
    ...openBillFiles(access),
    ...openFlows(access),

    findFirstOrderAt: () =>
      read(async (tx) => {
        const [first] = await tx.select({ at: orders.createdAt }).from(orders).orderBy(asc(orders.createdAt)).limit(1)
        return first?.at ?? null
      }),

    openBillDays: (keys, nextCheckAt) =>
      write(async (tx) => {
        if (keys.length === 0) return
        const rows = keys.map(({ day, kind }) => ({
          day,
          kind,
          status: 'waiting' as const,
          checks: 0,
          nextCheckAt,
          version: 1,
        }))
        await tx.insert(billDays).values(rows).onConflictDoNothing()
      }),

    claimDueBill: async (now) => {
      const findDue = async (tx: Connection) => {
        const due = tx.select().from(billDays).where(lte(billDays.nextCheckAt, now))
        // A day is read after the one before it, whose last hour it ends.
        return (await due.orderBy(asc(billDays.day), desc(billDays.kind)).limit(1))[0] ?? null
      }
      // Nothing is due most of the time; then nobody's lock is asked for.
      if ((await read(findDue)) === null) return null
      return write(async (tx) => {
        const found = await findDue(tx)
        if (found === null) return null
        const claimed = claimedBill(found, now)
        await tx.update(billDays).set(claimed).where(isOf(found))
        return claimed
      })
    },

    claimBill: (key, now) =>
      write(async (tx) => {
        const [found] = await tx.select().from(billDays).where(isOf(key))
        const waiting: BillDay = found ?? {
          ...{ ...key, status: 'waiting', fileId: null, totals: null, problem: null, problemLine: null },
          ...{ comparedAt: null, checks: 0, nextCheckAt: now, version: 0 },
        }
        const claimed = claimedBill(waiting, now)
        if (found === undefined) await tx.insert(billDays).values(claimed)
        else await tx.update(billDays).set(claimed).where(isOf(key))
        return claimed
      }),

    findBill: (key) => read(async (tx) => (await tx.select().from(billDays).where(isOf(key)))[0] ?? null),

    checkBillNow: (key, at) =>
      write(async (tx) => {
        const isDone = and(isOf(key), ne(billDays.status, 'waiting'), isNull(billDays.nextCheckAt))
        await tx.update(billDays).set({ nextCheckAt: at }).where(isDone)
      }),

    replaceBill: (before, after) => write((tx) => replace(tx, before, after)),

    finishBill: (before, after, comparedAt) =>
      write(async (tx) => {
        if (!(await replace(tx, before, after))) return false
        await endGone(tx, after, comparedAt)
        return true
      }),

    listBillDays: (from, to) => read((tx) => listDays(tx, from, to)),
    listOursOf: (rows) => read((tx) => listOursOf(tx, rows)),
    listOursDue: (window, page) => read((tx) => listOursDue(tx, window, page)),

    listBilled: (numbers, { fileId, beforeLine }) =>
      read(async (tx) => {
        if (numbers.length === 0) return []
        const isBefore = and(eq(billRows.fileId, fileId), lt(billRows.line, beforeLine))
        // Of another day only the file counts that was compared.
        const current = tx.select({ id: billDays.fileId }).from(billDays).where(isNotNull(billDays.fileId))
        const own = tx.select({ day: billFiles.day }).from(billFiles).where(eq(billFiles.id, fileId))
        const isOtherDay = and(inArray(billRows.fileId, current), ne(billFiles.day, own))
        return await tx
          .select({ type: billRows.subject, number: billRows.number })
          .from(billRows)
          .innerJoin(billFiles, eq(billFiles.id, billRows.fileId))
          .where(and(inArray(billRows.number, numbers), or(isBefore, isOtherDay)))
      }),
  }
}

function isOf({ day, kind }: BillKey) {
  return and(eq(billDays.day, day), eq(billDays.kind, kind))
}

async function replace(tx: Connection, before: BillDay, after: BillDay): Promise<boolean> {
  const isUnchanged = and(isOf(before), eq(billDays.version, before.version))
  return (await tx.update(billDays).set(after).where(isUnchanged).returning({ day: billDays.day })).length === 1
}

/** Ends what this comparison of the day did not find, and what was missing in another day's bill and stands in this one. */
async function endGone(tx: Connection, bill: BillDay, comparedAt: number): Promise<void> {
  const { day, fileId } = bill
  const { end, kind, number, seenAt } = billDifferences
  const gone = { end: 'gone' as const, endedAt: comparedAt, endedBy: 'comparison', nextCheckAt: null }
  const ended = { ...gone, version: sql`${billDifferences.version} + 1` }
  const isOfBill = and(eq(billDifferences.day, day), inArray(kind, [...kindsOf(bill.kind)]))
  const isUnseen = and(isOfBill, lt(seenAt, comparedAt), isNull(end))
  await tx.update(billDifferences).set(ended).where(isUnseen)
  if (fileId === null || bill.kind !== 'trade') return
  const named = tx.select({ number: billRows.number }).from(billRows).where(eq(billRows.fileId, fileId))
  const isHere = and(eq(kind, 'missing_there'), isNull(end), inArray(number, named))
  await tx.update(billDifferences).set(ended).where(isHere)
}

async function listDays(tx: Connection, from: string, to: string) {
  const days = await tx
    .select()
    .from(billDays)
    .where(and(gte(billDays.day, from), lte(billDays.day, to)))
    .orderBy(asc(billDays.day), asc(billDays.kind))
  const isIn = and(gte(billDifferences.day, from), lte(billDifferences.day, to))
  const open = sql<number>`sum(case when ${billDifferences.end} is null then 1 else 0 end)`
  const counted = await tx
    .select({
      day: billDifferences.day,
      kind: billDifferences.kind,
      differences: count(),
      open: open.mapWith(Number),
    })
    .from(billDifferences)
    .where(isIn)
    .groupBy(billDifferences.day, billDifferences.kind)
  const files = await tx
    .select({ day: billFiles.day, kind: billFiles.kind, files: count() })
    .from(billFiles)
    .where(and(gte(billFiles.day, from), lte(billFiles.day, to), isNotNull(billFiles.sha256)))
    .groupBy(billFiles.day, billFiles.kind)
  return days.map((day) => {
    const own = counted.filter((it) => it.day === day.day && billOf(it.kind) === day.kind)
    const kept = files.find((it) => it.day === day.day && it.kind === day.kind)?.files ?? 0
    return { ...day, differences: sumOf(own, 'differences'), open: sumOf(own, 'open'), files: kept }
  })
}

function sumOf<Name extends string>(rows: Record<Name, number>[], name: Name): number {
  return rows.reduce((sum, row) => sum + row[name], 0)
}

/** The bytes of bills: written in pieces as they come, and read in pieces. */
function openBillFiles({ read, writeQuietly: write }: Access) {
  return {
    beginBillFile: ({ day, kind }: BillKey, fetchedAt: number) =>
      write(async (tx) => {
        // Whoever began another one so long ago has died with it; a newer one may still be coming.
        const isOld = lte(billFiles.fetchedAt, fetchedAt - BILL_CLAIM_MS)
        const isUnfinished = and(eq(billFiles.day, day), eq(billFiles.kind, kind), isNull(billFiles.sha256), isOld)
        const unfinished = await tx.select({ id: billFiles.id }).from(billFiles).where(isUnfinished)
        for (const { id } of unfinished) await dropFile(tx, id)
        const [begun] = await tx.insert(billFiles).values({ day, kind, fetchedAt }).returning({ id: billFiles.id })
        return begun?.id ?? 0
      }),

    appendBillChunk: (fileId: number, place: number, bytes: Uint8Array) => {
      const packed = gzipSync(bytes)
      return write(async (tx) => void (await tx.insert(billChunks).values({ fileId, place, packed })))
    },

    completeBillFile: (id: number, { sha256, bytes }: Pick<BillFile, 'sha256' | 'bytes'>) =>
      write(async (tx) => {
        const [file] = await tx.select().from(billFiles).where(eq(billFiles.id, id))
        if (file === undefined) throw new Error(`a bill's file is gone: ${id}`)
        const isSame = and(eq(billFiles.day, file.day), eq(billFiles.kind, file.kind), eq(billFiles.sha256, sha256))
        const [known] = await tx.select({ id: billFiles.id }).from(billFiles).where(isSame)
        if (known !== undefined) {
          await dropFile(tx, id)
          return known.id
        }
        await tx.update(billFiles).set({ sha256, bytes }).where(eq(billFiles.id, id))
        return id
      }),

    dropBillFile: (id: number) => write((tx) => dropFile(tx, id)),

    readBillChunk: (fileId: number, place: number) =>
      read(async (tx) => {
        const isOne = and(eq(billChunks.fileId, fileId), eq(billChunks.place, place))
        const [found] = await tx.select({ packed: billChunks.packed }).from(billChunks).where(isOne)
        return found === undefined ? null : gunzipSync(found.packed)
      }),

    listBillFiles: ({ day, kind }: BillKey): Promise<BillFile[]> =>
      read(async (tx) => {
        const isOne = and(eq(billFiles.day, day), eq(billFiles.kind, kind), isNotNull(billFiles.sha256))
        const rows = await tx.select().from(billFiles).where(isOne).orderBy(desc(billFiles.id))
        return rows.map((row) => ({ ...row, sha256: row.sha256 ?? '', bytes: row.bytes ?? 0 }))
      }),

    insertBillRows: (fileId: number, rows: BillRow[]) =>
      write(async (tx) => {
        const values = rows.map((row) => {
          return { fileId, line: row.line, subject: row.type, number: numberOf(row), wechatNumber: wechatNumberOf(row) }
        })
        const target = [billRows.fileId, billRows.line]
        const set = { wechatNumber: sql`excluded.wechat_number` }
        await tx.insert(billRows).values(values).onConflictDoUpdate({ target, set })
      }),
  }
}

/** A file that never came to its end is no file; nothing refers to it. */
async function dropFile(tx: Connection, id: number): Promise<void> {
  const isUnfinished = and(eq(billFiles.id, id), isNull(billFiles.sha256))
  if ((await tx.select({ id: billFiles.id }).from(billFiles).where(isUnfinished)).length === 0) return
  await tx.delete(billChunks).where(eq(billChunks.fileId, id))
  await tx.delete(billFiles).where(isUnfinished)
}
