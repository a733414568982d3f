import { and, asc, desc, eq, or, sql } from 'drizzle-orm'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import { listActivity, type Wish } from '../inspector/activity'
import { deliveries, prepays, requests, type Trade, trades } from './schema'

/** Most orders that a search looks at before it asks whether to go on. */
const LOOK_BACK_MAX = 1_000

export type Place = { at: number; id: number }

export type TradeWish = {
  state?: Trade['state'] | undefined
  /** Text anywhere in the number, WeChat's number or what is paid for, whatever its case. */
  text?: string | undefined
  /** Older than this place in the list. */
  before?: Place | undefined
}

/** What the inspector reads in the books; nothing here writes. Lists are newest first and cost the same at any length. */
export function inspectBooks(db: BetterSQLite3Database) {
  return {
    /** Grows with every row that is written, so two equal numbers mean that nothing happened in between. */
    countChanges: () => db.get<{ count: number }>(sql`SELECT total_changes() AS count`).count,

    listActivity: (wish: Wish, limit: number) => listActivity(db, wish, limit),

    findRequest: (seq: number) => db.select().from(requests).where(eq(requests.seq, seq)).get() ?? null,

    /** `next` is where to go on, null at the end; a page of a search may be short or empty and still have one. */
    searchTrades: ({ state, text = '', before }: TradeWish, limit: number): { trades: Trade[]; next: Place | null } => {
      const place = { at: trades.createdAt, id: sql<number>`${trades}.rowid` }
      const order = [desc(place.at), desc(place.id)]
      const inRange = and(
        before && sql`(${place.at}, ${place.id}) < (${before.at}, ${before.id})`,
        state && eq(trades.state, state),
      )
      const columns = [trades.outTradeNo, trades.transactionId, trades.body]
      const isWished =
        text === '' ? undefined : or(...columns.map((it) => sql`instr(lower(${it}), lower(${text})) > 0`))
      const sight = db
        .select(place)
        .from(trades)
        .where(inRange)
        .orderBy(...order)
        .limit(1)
      const end = isWished && sight.offset(LOOK_BACK_MAX - 1).get()
      const found = db
        .select({ ...place, trade: trades })
        .from(trades)
        .where(and(inRange, end && sql`(${place.at}, ${place.id}) >= (${end.at}, ${end.id})`, isWished))
        .orderBy(...order)
        .limit(limit + 1)
        .all()
      const last = found.length > limit ? found[limit - 1] : end
      const next = last === undefined ? null : { at: last.at, id: last.id }
      return { trades: found.slice(0, limit).map((it) => it.trade), next }
    },

    /** What was given out to pay a trade. */
    listPrepays: ({ mchId, outTradeNo }: Pick<Trade, 'mchId' | 'outTradeNo'>, limit: number) =>
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
