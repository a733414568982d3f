import { and, asc, desc, eq, inArray, or, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { type ActivityFilter, listActivity } from './activity'
import { type RefundRecord, type RefundStatus, refunds } from './refund-schema'
import { deliveries, prepays, type TradeKey, type TradeRecord, type TradeState, trades } from './schema'
import type { LedgerDatabase } from './statement'

/** Most orders or refunds that a search looks at before it asks whether to go on. */
const LOOK_BACK_MAX = 1_000

/** A row's position in a list of orders or refunds. */
export type RowCursor = { at: number; id: number }

type RowFilter = {
  /** Text anywhere in the numbers and in what stands beside them, whatever its case. */
  text?: string | undefined
  /** Older than this. */
  before?: RowCursor | undefined
}
export type TradeFilter = RowFilter & { state?: TradeState | undefined }
export type RefundFilter = RowFilter & { status?: RefundStatus | undefined }

/** The rows of one page. `next` is where to go on, null at the end; a page of a search may be short or empty and still have one. */
export type RowList<Row> = { rows: Row[]; next: RowCursor | null }

/** What the inspector reads in the ledger; nothing here writes. Lists are newest first and cost the same at any length. */
export function openInspection(db: LedgerDatabase) {
  return {
    /** Grows with every row that is written, so two equal numbers mean that nothing happened in between. */
    countChanges: () => db.get<{ count: number }>(sql`SELECT total_changes() AS count`).count,

    listActivity: (filter: ActivityFilter, limit: number) => listActivity(db, filter, limit),

    searchTrades: ({ state, ...filter }: TradeFilter, limit: number): RowList<TradeRecord> => {
      const inRange = state && eq(trades.state, state)
      const { ids, next } = findRows(db, TRADE_SEARCH, { ...filter, inRange }, limit)
      const isFound = inArray(sql`rowid`, ids)
      const newest = [desc(trades.createdAt), desc(sql`rowid`)]
      return {
        rows: db
          .select()
          .from(trades)
          .where(isFound)
          .orderBy(...newest)
          .all(),
        next,
      }
    },

    searchRefunds: ({ status, ...filter }: RefundFilter, limit: number): RowList<RefundRecord> => {
      const inRange = status && eq(refunds.status, status)
      const { ids, next } = findRows(db, REFUND_SEARCH, { ...filter, inRange }, limit)
      const isFound = inArray(sql`rowid`, ids)
      const newest = [desc(refunds.createdAt), desc(sql`rowid`)]
      return {
        rows: db
          .select()
          .from(refunds)
          .where(isFound)
          .orderBy(...newest)
          .all(),
        next,
      }
    },

    /** Those that reached the buyer, newest first. */
    listArrivedRefunds: (limit: number) =>
      db
        .select({ refund: refunds, trade: trades })
        .from(refunds)
        .innerJoin(trades, and(eq(trades.mchId, refunds.mchId), eq(trades.outTradeNo, refunds.outTradeNo)))
        .where(eq(refunds.status, 'SUCCESS'))
        .orderBy(desc(refunds.createdAt), desc(sql`${refunds}.rowid`))
        .limit(limit)
        .all(),

    /** What was given out to pay a trade. */
    listPrepays: ({ mchId, outTradeNo }: TradeKey, limit: number) =>
      db
        .select()
        .from(prepays)
        .where(and(eq(prepays.mchId, mchId), eq(prepays.outTradeNo, outTradeNo)))
        .orderBy(desc(prepays.createdAt), desc(sql`rowid`))
        .limit(limit)
        .all(),

    /** Deliveries whose time has not come or that nobody made yet, in the order in which they fall due. */
    listUpcoming: (limit: number) =>
      db
        .select()
        .from(deliveries)
        .where(eq(deliveries.outcome, 'waiting'))
        .orderBy(asc(deliveries.dueAt), asc(deliveries.id))
        .limit(limit)
        .all(),
  }
}

/** A table that is searched, and the columns in which. */
type Searched = { table: typeof trades | typeof refunds; createdAt: SQLiteColumn; texts: SQLiteColumn[] }

const TRADE_SEARCH: Searched = {
  table: trades,
  createdAt: trades.createdAt,
  texts: [trades.outTradeNo, trades.transactionId, trades.body],
}
const REFUND_SEARCH: Searched = {
  table: refunds,
  createdAt: refunds.createdAt,
  texts: [refunds.outRefundNo, refunds.refundId, refunds.outTradeNo, refunds.description],
}

/** The rows of one page of a list, by their ids. */
function findRows(
  db: LedgerDatabase,
  { table, createdAt, texts }: Searched,
  { text = '', before, inRange }: RowFilter & { inRange: SQL | undefined },
  limit: number,
): { ids: number[]; next: RowCursor | null } {
  const position = { at: sql<number>`${createdAt}`, id: sql<number>`rowid` }
  const order = [desc(position.at), desc(position.id)]
  const looked = and(before && sql`(${position.at}, ${position.id}) < (${before.at}, ${before.id})`, inRange)
  const matches = text === '' ? undefined : or(...texts.map((it) => sql`instr(lower(${it}), lower(${text})) > 0`))
  const select = () => db.select(position).from(table)
  const end =
    matches &&
    select()
      .where(looked)
      .orderBy(...order)
      .limit(1)
      .offset(LOOK_BACK_MAX - 1)
      .get()
  const found = select()
    .where(and(looked, end && sql`(${position.at}, ${position.id}) >= (${end.at}, ${end.id})`, matches))
    .orderBy(...order)
    .limit(limit + 1)
    .all()
  const last = found.length > limit ? found[limit - 1] : end
  const next = last === undefined ? null : { at: last.at, id: last.id }
  return { ids: found.slice(0, limit).map((it) => it.id), next }
}
