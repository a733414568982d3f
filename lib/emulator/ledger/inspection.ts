import { and, asc, desc, eq, or, sql } from 'drizzle-orm'
import { type ActivityFilter, listActivity } from './activity'
import { deliveries, prepays, type TradeKey, type TradeRecord, type TradeState, trades } from './schema'
import type { LedgerDatabase } from './statement'

/** Most orders that a search looks at before it asks whether to go on. */
const LOOK_BACK_MAX = 1_000

/** A row's position in the list of orders. */
export type TradeCursor = { at: number; id: number }

export type TradeFilter = {
  state?: TradeState | undefined
  /** Text anywhere in the number, WeChat's number or what is paid for, whatever its case. */
  text?: string | undefined
  /** Older than this. */
  before?: TradeCursor | undefined
}

/** What the inspector reads in the ledger; nothing here writes. Lists are newest first and cost the same at any length. */
export function openInspection(db: LedgerDatabase) {
  return {
    /** Grows with every row that is written, so two equal numbers mean that nothing happened in between. */
    countChanges: () => db.get<{ count: number }>(sql`SELECT total_changes() AS count`).count,

    listActivity: (filter: ActivityFilter, limit: number) => listActivity(db, filter, limit),

    /** `next` is where to go on, null at the end; a page of a search may be short or empty and still have one. */
    searchTrades: (
      { state, text = '', before }: TradeFilter,
      limit: number,
    ): { trades: TradeRecord[]; next: TradeCursor | null } => {
      const position = { at: trades.createdAt, id: sql<number>`${trades}.rowid` }
      const order = [desc(position.at), desc(position.id)]
      const inRange = and(
        before && sql`(${position.at}, ${position.id}) < (${before.at}, ${before.id})`,
        state && eq(trades.state, state),
      )
      const columns = [trades.outTradeNo, trades.transactionId, trades.body]
      const matches = text === '' ? undefined : or(...columns.map((it) => sql`instr(lower(${it}), lower(${text})) > 0`))
      const looked = db
        .select(position)
        .from(trades)
        .where(inRange)
        .orderBy(...order)
        .limit(1)
      const end = matches && looked.offset(LOOK_BACK_MAX - 1).get()
      const found = db
        .select({ ...position, trade: trades })
        .from(trades)
        .where(and(inRange, end && sql`(${position.at}, ${position.id}) >= (${end.at}, ${end.id})`, matches))
        .orderBy(...order)
        .limit(limit + 1)
        .all()
      const last = found.length > limit ? found[limit - 1] : end
      const next = last === undefined ? null : { at: last.at, id: last.id }
      return { trades: found.slice(0, limit).map((it) => it.trade), next }
    },

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
