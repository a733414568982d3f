import { and, desc, eq, getTableColumns, isNotNull, notInArray, or, type SQL, sql } from 'drizzle-orm'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { type Delivery, deliveries, type RequestRecord, requests, type Trade } from '../ledger/schema'

/** Most rows of one kind that a search looks at before it asks whether to go on: what a page costs stays flat. */
const LOOK_BACK_MAX = 1_000

export const KINDS = ['call', 'delivery'] as const
type Kind = (typeof KINDS)[number]

/** A call that WeChat got or an attempt that it made, without the bodies. */
export type Activity =
  | { kind: 'call'; at: number; id: number; call: Omit<RequestRecord, 'body' | 'answer'> }
  | { kind: 'delivery'; at: number; id: number; delivery: Omit<Delivery, 'body' | 'reply'> }

/** A place in the list. At one instant a call comes before the deliveries, so in a list of the newest it is below them. */
export type Position = { at: number; kind: Kind; id: number }

type TradeKey = Pick<Trade, 'mchId' | 'outTradeNo'>

export type Wish = {
  /** Both kinds unless one is named. */
  kind?: Kind | undefined
  /** Only what went wrong. */
  isFailed?: boolean | undefined
  /** Text anywhere in number, path, outcome or body, whatever its case. */
  text?: string | undefined
  /** Only what concerns this order; calls name the number, and the merchant only in their bodies. */
  trade?: TradeKey | undefined
  /** Older than this. */
  before?: Position | undefined
}

/** `next` is where to go on, null at the end; a page of a search may be short or empty and still have one. */
export type ActivityPage_ = { acts: Activity[]; next: Position | null }

/** Rows of one kind, newest first, and how far was looked; null if to the end. */
type Found = { acts: Activity[]; lookedTo: Position | null }

/** Reads calls and deliveries as one list, newest first. */
export function listActivity(db: BetterSQLite3Database, wish: Wish, limit: number): ActivityPage_ {
  const found: Found[] = []
  if (wish.kind !== 'delivery') found.push(findCalls(db, wish, limit))
  if (wish.kind !== 'call') found.push(findDeliveries(db, wish, limit))

  // Where one kind was not looked at any more, the other must not be shown either.
  const edges = found.flatMap(({ lookedTo }) => (lookedTo === null ? [] : [lookedTo])).sort(newestFirst)
  const edge = edges[0] ?? null
  const acts = found
    .flatMap((it) => it.acts)
    .filter((act) => edge === null || newestFirst(act, edge) <= 0)
    .sort(newestFirst)
  const last = acts[limit - 1]
  if (last === undefined || (acts.length === limit && edge === null)) return { acts, next: edge }
  return { acts: acts.slice(0, limit), next: { at: last.at, kind: last.kind, id: last.id } }
}

const CALL_PLACE = { at: requests.at, id: requests.seq }
const CALL_TEXTS = [requests.outTradeNo, requests.path, requests.outcome, requests.body, requests.answer]
const DELIVERY_PLACE = { at: deliveries.sentAt, id: deliveries.id }
const DELIVERY_TEXTS = [
  ...[deliveries.outTradeNo, deliveries.notifyUrl, deliveries.outcome, deliveries.body, deliveries.reply],
]

function findCalls(db: BetterSQLite3Database, { before, ...wish }: Wish, limit: number): Found {
  const { body: _body, answer: _answer, ...columns } = getTableColumns(requests)
  // All calls of the same instant are below a delivery.
  const id = before?.kind === 'delivery' ? Number.MAX_SAFE_INTEGER : before?.id
  const inRange = and(
    before && sql`(${requests.at}, ${requests.seq}) < (${before.at}, ${id})`,
    wish.trade && eq(requests.outTradeNo, wish.trade.outTradeNo),
  )
  const order = [desc(requests.at), desc(requests.seq)]
  const isWished = and(
    wish.isFailed ? sql`(${requests.outcome} <> 'SUCCESS' OR NOT ${requests.answered})` : undefined,
    contains(wish.text, CALL_TEXTS),
    contains(wish.trade?.mchId, [requests.body]),
  )
  const end = isWished && endOfSight(db, CALL_PLACE, inRange)
  const acts = db
    .select(columns)
    .from(requests)
    .where(and(inRange, end && sql`(${requests.at}, ${requests.seq}) >= (${end.at}, ${end.id})`, isWished))
    .orderBy(...order)
    .limit(limit)
    .all()
    .map((call) => ({ kind: 'call' as const, at: call.at, id: call.seq, call }))
  return { acts, lookedTo: lookedTo('call', acts, limit, end) }
}

function findDeliveries(db: BetterSQLite3Database, { before, ...wish }: Wish, limit: number): Found {
  const { body: _body, reply: _reply, ...columns } = getTableColumns(deliveries)
  // All deliveries of the same instant are above a call.
  const id = before?.kind === 'call' ? 0 : before?.id
  const inRange = and(
    isNotNull(deliveries.sentAt),
    before && sql`(${deliveries.sentAt}, ${deliveries.id}) < (${before.at}, ${id})`,
    wish.trade && and(eq(deliveries.mchId, wish.trade.mchId), eq(deliveries.outTradeNo, wish.trade.outTradeNo)),
  )
  const order = [desc(deliveries.sentAt), desc(deliveries.id)]
  const isWished = and(
    wish.isFailed ? notInArray(deliveries.outcome, ['waiting', 'sending', 'accepted']) : undefined,
    contains(wish.text, DELIVERY_TEXTS),
  )
  const end = isWished && endOfSight(db, DELIVERY_PLACE, inRange)
  const acts = db
    .select(columns)
    .from(deliveries)
    .where(and(inRange, end && sql`(${deliveries.sentAt}, ${deliveries.id}) >= (${end.at}, ${end.id})`, isWished))
    .orderBy(...order)
    .limit(limit)
    .all()
    .map((delivery) => ({
      kind: 'delivery' as const,
      at: delivery.sentAt ?? delivery.dueAt,
      id: delivery.id,
      delivery,
    }))
  return { acts, lookedTo: lookedTo('delivery', acts, limit, end) }
}

/** The last of the rows that a search looks at; undefined if there are fewer. */
function endOfSight(
  db: BetterSQLite3Database,
  place: { at: SQLiteColumn; id: SQLiteColumn },
  inRange: SQL | undefined,
) {
  return db
    .select({ at: sql<number>`${place.at}`, id: sql<number>`${place.id}` })
    .from(place.id.table)
    .where(inRange)
    .orderBy(desc(place.at), desc(place.id))
    .limit(1)
    .offset(LOOK_BACK_MAX - 1)
    .get()
}

/** A full page ends at its last row, a search where it stopped looking, and everything else at the end. */
function lookedTo(kind: Kind, acts: Activity[], limit: number, end?: { at: number; id: number }): Position | null {
  const last = acts.length === limit ? acts.at(-1) : end
  return last === undefined ? null : { at: last.at, kind, id: last.id }
}

/** Whether one of the columns contains the text, in capitals or not; bodies are looked at as text. */
function contains(text: string | undefined, columns: SQLiteColumn[]): SQL | undefined {
  if (text === undefined || text === '') return undefined
  return or(...columns.map((column) => sql`instr(lower(CAST(${column} AS TEXT)), lower(${text})) > 0`))
}

function newestFirst(a: Position, b: Position): number {
  return b.at - a.at || KINDS.indexOf(b.kind) - KINDS.indexOf(a.kind) || b.id - a.id
}
