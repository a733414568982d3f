import { and, desc, eq, getTableColumns, isNotNull, notInArray, or, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import { type Delivery, deliveries, type RequestRecord, requests, type TradeKey } from './schema'
import type { LedgerDatabase } from './statement'

/** Most rows of one kind that a search looks at before it asks whether to go on: what a page costs stays flat. */
const LOOK_BACK_MAX = 1_000

export const ACTIVITY_KINDS = ['call', 'delivery'] as const
type ActivityKind = (typeof ACTIVITY_KINDS)[number]

/** A call that WeChat got or an attempt that it made, without the bodies. */
export type Activity =
  | { kind: 'call'; at: number; id: number; call: Omit<RequestRecord, 'body' | 'answer'> }
  | { kind: 'delivery'; at: number; id: number; delivery: Omit<Delivery, 'body' | 'reply'> }

/** A row's position in the list. At one instant a call comes before the deliveries, so in a list of the newest it is below them. */
export type ActivityCursor = { at: number; kind: ActivityKind; id: number }

export type ActivityFilter = {
  /** Both kinds unless one is named. */
  kind?: ActivityKind | undefined
  /** Only what went wrong. */
  isFailed?: boolean | undefined
  /** Text anywhere in number, path, outcome or body, whatever its case. */
  text?: string | undefined
  /** Only what concerns this order; calls name the number, and the merchant only in their bodies. */
  trade?: TradeKey | undefined
  /** Only what concerns this refund of the order. */
  outRefundNo?: string | undefined
  /** Older than this. */
  before?: ActivityCursor | undefined
}

/** `next` is where to go on, null at the end; a page of a search may be short or empty and still have one. */
export type ActivityList = { activities: Activity[]; next: ActivityCursor | null }

/** Rows of one kind, newest first, and how far was looked; null if to the end. */
type KindList = { activities: Activity[]; lookedTo: ActivityCursor | null }

/** Reads calls and deliveries as one list, newest first. */
export function listActivity(db: LedgerDatabase, filter: ActivityFilter, limit: number): ActivityList {
  const found: KindList[] = []
  if (filter.kind !== 'delivery') found.push(findCalls(db, filter, limit))
  if (filter.kind !== 'call') found.push(findDeliveries(db, filter, limit))

  // Where one kind was not looked at any more, the other must not be shown either.
  const edges = found.flatMap(({ lookedTo }) => (lookedTo === null ? [] : [lookedTo])).sort(newestFirst)
  const edge = edges[0] ?? null
  const activities = found
    .flatMap((it) => it.activities)
    .filter((it) => edge === null || newestFirst(it, edge) <= 0)
    .sort(newestFirst)
  const last = activities[limit - 1]
  if (last === undefined || (activities.length === limit && edge === null)) return { activities, next: edge }
  return { activities: activities.slice(0, limit), next: { at: last.at, kind: last.kind, id: last.id } }
}

const CALL_ORDER = { at: requests.at, id: requests.seq }
const CALL_TEXTS = [
  requests.outTradeNo,
  requests.outRefundNo,
  requests.path,
  requests.outcome,
  requests.body,
  requests.answer,
]
const DELIVERY_ORDER = { at: deliveries.sentAt, id: deliveries.id }
const DELIVERY_TEXTS = [
  ...[
    deliveries.outTradeNo,
    deliveries.outRefundNo,
    deliveries.notifyUrl,
    deliveries.outcome,
    deliveries.body,
    deliveries.reply,
  ],
]

function findCalls(db: LedgerDatabase, { before, ...filter }: ActivityFilter, limit: number): KindList {
  const { body: _body, answer: _answer, ...columns } = getTableColumns(requests)
  // All calls of the same instant are below a delivery.
  const id = before?.kind === 'delivery' ? Number.MAX_SAFE_INTEGER : before?.id
  const inRange = and(
    before && sql`(${requests.at}, ${requests.seq}) < (${before.at}, ${id})`,
    filter.trade && eq(requests.outTradeNo, filter.trade.outTradeNo),
    filter.outRefundNo === undefined ? undefined : eq(requests.outRefundNo, filter.outRefundNo),
  )
  const order = [desc(requests.at), desc(requests.seq)]
  const matches = and(
    filter.isFailed ? sql`(${requests.outcome} <> 'SUCCESS' OR NOT ${requests.answered})` : undefined,
    contains(filter.text, CALL_TEXTS),
    contains(filter.trade?.mchId, [requests.body]),
  )
  const end = matches && endOfSight(db, CALL_ORDER, inRange)
  const activities = db
    .select(columns)
    .from(requests)
    .where(and(inRange, end && sql`(${requests.at}, ${requests.seq}) >= (${end.at}, ${end.id})`, matches))
    .orderBy(...order)
    .limit(limit)
    .all()
    .map((call) => ({ kind: 'call' as const, at: call.at, id: call.seq, call }))
  return { activities, lookedTo: lookedTo('call', activities, limit, end) }
}

function findDeliveries(db: LedgerDatabase, { before, ...filter }: ActivityFilter, limit: number): KindList {
  const { body: _body, reply: _reply, ...columns } = getTableColumns(deliveries)
  // All deliveries of the same instant are above a call.
  const id = before?.kind === 'call' ? 0 : before?.id
  const inRange = and(
    isNotNull(deliveries.sentAt),
    before && sql`(${deliveries.sentAt}, ${deliveries.id}) < (${before.at}, ${id})`,
    filter.trade && and(eq(deliveries.mchId, filter.trade.mchId), eq(deliveries.outTradeNo, filter.trade.outTradeNo)),
    filter.outRefundNo === undefined ? undefined : eq(deliveries.outRefundNo, filter.outRefundNo),
  )
  const order = [desc(deliveries.sentAt), desc(deliveries.id)]
  const matches = and(
    filter.isFailed ? notInArray(deliveries.outcome, ['waiting', 'sending', 'accepted']) : undefined,
    contains(filter.text, DELIVERY_TEXTS),
  )
  const end = matches && endOfSight(db, DELIVERY_ORDER, inRange)
  const activities = db
    .select(columns)
    .from(deliveries)
    .where(and(inRange, end && sql`(${deliveries.sentAt}, ${deliveries.id}) >= (${end.at}, ${end.id})`, matches))
    .orderBy(...order)
    .limit(limit)
    .all()
    .map((delivery) => ({
      kind: 'delivery' as const,
      at: delivery.sentAt ?? delivery.dueAt,
      id: delivery.id,
      delivery,
    }))
  return { activities, lookedTo: lookedTo('delivery', activities, limit, end) }
}

/** The last of the rows that a search looks at; undefined if there are fewer. */
function endOfSight(db: LedgerDatabase, position: { at: SQLiteColumn; id: SQLiteColumn }, inRange: SQL | undefined) {
  return db
    .select({ at: sql<number>`${position.at}`, id: sql<number>`${position.id}` })
    .from(position.id.table)
    .where(inRange)
    .orderBy(desc(position.at), desc(position.id))
    .limit(1)
    .offset(LOOK_BACK_MAX - 1)
    .get()
}

/** A full page ends at its last row, a search where it stopped looking, and everything else at the end. */
function lookedTo(
  kind: ActivityKind,
  activities: Activity[],
  limit: number,
  end?: { at: number; id: number },
): ActivityCursor | null {
  const last = activities.length === limit ? activities.at(-1) : end
  return last === undefined ? null : { at: last.at, kind, id: last.id }
}

/** Whether one of the columns contains the text, in capitals or not; bodies are looked at as text. */
function contains(text: string | undefined, columns: SQLiteColumn[]): SQL | undefined {
  if (text === undefined || text === '') return undefined
  return or(...columns.map((column) => sql`instr(lower(CAST(${column} AS TEXT)), lower(${text})) > 0`))
}

function newestFirst(a: ActivityCursor, b: ActivityCursor): number {
  return b.at - a.at || ACTIVITY_KINDS.indexOf(b.kind) - ACTIVITY_KINDS.indexOf(a.kind) || b.id - a.id
}
