import { and, asc, gt, gte, inArray, isNotNull, lt, type SQL, sql } from 'drizzle-orm'
import type { Moves } from '@/lib/shop/bill'
import type { BillStore } from '@/lib/shop/bill-store'
import type { Access, Connection } from './access'
import { billDays, billFlows, billRows } from './bill-schema'

/* What payments and refunds moved on the account, as fund-flow bills have it. */

type FlowStore = Pick<BillStore, 'insertFlowRows' | 'listMovesOf' | 'listMoves' | 'listTraded'>

export function openFlows({ read, writeQuietly: write }: Access): FlowStore {
  const { fileId, wechatNumber, at } = billFlows
  return {
    insertFlowRows: (file, rows) =>
      write(async (tx) => {
        const values = rows.map((row) => ({ ...row, fileId: file }))
        await tx.insert(billFlows).values(values).onConflictDoNothing()
      }),

    listMovesOf: (numbers, fileIds) =>
      read(async (tx) => {
        if (numbers.length === 0 || fileIds.length === 0) return []
        return await movesWhere(tx, and(inArray(fileId, fileIds), inArray(wechatNumber, numbers)))
      }),

    listMoves: ({ fileIds, from, to }, { after, limit }) =>
      read(async (tx) => {
        if (fileIds.length === 0) return []
        const isIn = and(inArray(fileId, fileIds), gte(at, from), lt(at, to))
        const isLater = after === null ? undefined : gt(wechatNumber, after)
        return await movesWhere(tx, and(isIn, isLater)).limit(limit)
      }),

    listTraded: (numbers) =>
      read(async (tx) => {
        if (numbers.length === 0) return []
        const current = tx.select({ id: billDays.fileId }).from(billDays).where(isNotNull(billDays.fileId))
        const isNamed = and(inArray(billRows.wechatNumber, numbers), inArray(billRows.fileId, current))
        const found = await tx.select({ number: billRows.wechatNumber }).from(billRows).where(isNamed)
        return found.flatMap(({ number }) => number ?? [])
      }),
  }
}

function movesWhere(tx: Connection, where: SQL | undefined) {
  const { type, isFee, at, wechatNumber, number, line, amountFen } = billFlows
  const sumWhere = (fee: 0 | 1) =>
    sql<number>`sum(case when ${isFee} = ${fee} then ${amountFen} else 0 end)`.mapWith(Number)
  const columns = {
    wechatNumber,
    line: sql<number>`min(${line})`.mapWith(Number),
    at: sql<number>`min(${at})`.mapWith(Number),
    number: sql<string>`min(${number})`,
    type: sql<Moves['type']>`min(${type})`,
    lines: sql<number>`count(*) - sum(${isFee})`.mapWith(Number),
    amountFen: sumWhere(0),
    feeFen: sumWhere(1),
  }
  return tx.select(columns).from(billFlows).where(where).groupBy(wechatNumber).orderBy(asc(wechatNumber))
}
