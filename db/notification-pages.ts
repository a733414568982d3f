import { and, desc, eq, gte, inArray, isNotNull, isNull, lt, notExists, or, type SQL, sql } from 'drizzle-orm'
import {
  type LogPage,
  type LogPlace,
  type NotificationFilter,
  type NotificationLine,
  TO_LOOK_AT,
} from '@/lib/shop/notification'
import { notifications } from './log-schema'
import { transactions } from './schema'
import type { Connection } from './sqlite/connection'

/** How many entries are looked at one by one for a page. */
const SEARCHED_MAX = 5_000

const { id, receivedAt, times, replayOf, verdict, orderId, outTradeNo, transactionId, claimedFen, reply, concludedAt } =
  notifications
const LINE = {
  id,
  receivedAt,
  times,
  replayOf,
  verdict,
  orderId,
  outTradeNo,
  transactionId,
  claimedFen,
  reply,
  concludedAt,
}
const NEWEST_FIRST = [desc(receivedAt), desc(id)]

export function listPage(
  db: Connection,
  filter: NotificationFilter,
  { after, limit }: { after: LogPlace | null; limit: number },
): LogPage {
  const along = [
    ...alongIndex(db, filter),
    after === null ? undefined : sql`(${receivedAt}, ${id}) < (${after.at}, ${after.id})`,
  ]
  const among = oneByOne(db, filter)
  const horizon = among.length === 0 ? null : findHorizon(db, and(...along))
  const isNear = horizon === null ? undefined : sql`(${receivedAt}, ${id}) >= (${horizon.at}, ${horizon.id})`
  // One more than is wanted tells whether there are more.
  const found = listLines(db, and(...along, isNear, ...among), limit + 1)
  const lines = found.slice(0, limit)
  const last = lines.at(-1)
  if (found.length > limit && last !== undefined) return { lines, next: { at: last.receivedAt, id: last.id } }
  return { lines, next: horizon }
}

export function listLines(db: Connection, isWanted: SQL | undefined, limit: number): NotificationLine[] {
  const rows = db
    .select(LINE)
    .from(notifications)
    .where(isWanted)
    .orderBy(...NEWEST_FIRST)
    .limit(limit)
  return rows.all().map(toLine)
}

/** Conditions that an index answers, so that only what is wanted is read. */
function alongIndex(db: Connection, filter: NotificationFilter): (SQL | undefined)[] {
  if (filter.number !== null) {
    // A number has few entries: they are read first, and the plus keeps SQLite from walking a verdict or a year instead.
    return [
      isOfNumber(db, filter.number),
      filter.verdict === null ? undefined : sql`+${verdict} = ${filter.verdict}`,
      filter.from === null ? undefined : sql`+${receivedAt} >= ${filter.from}`,
      filter.until === null ? undefined : sql`+${receivedAt} < ${filter.until}`,
    ]
  }
  return [
    filter.verdict === null ? undefined : eq(verdict, filter.verdict),
    filter.from === null && !filter.isUnresolved ? undefined : gte(receivedAt, filter.from ?? 0),
    filter.until === null ? undefined : lt(receivedAt, filter.until),
    filter.isUnresolved ? isToLookAt : undefined,
  ]
}

/** Said to be likely, and with a time, SQLite reads the index of just these in order, instead of sorting by verdict. */
const isToLookAt = sql`likelihood(${verdict} in (${sql.raw(TO_LOOK_AT.map((it) => `'${it}'`).join(', '))}), 0.99)`

function isOfNumber(db: Connection, number: string): SQL {
  const ids = db.select({ id }).from(notifications)
  const ofOrder = ids.where(eq(orderId, number))
  const ofPayment = db.select({ id }).from(notifications).where(eq(outTradeNo, number))
  const ofMoney = db.select({ id }).from(notifications).where(eq(transactionId, number))
  return inArray(id, ofOrder.unionAll(ofPayment).unionAll(ofMoney))
}

/** Conditions that each entry has to be looked at for. */
function oneByOne(db: Connection, { text, isUnresolved, isOriginal }: NotificationFilter): SQL[] {
  const conditions: SQL[] = []
  if (isOriginal) conditions.push(isNull(replayOf))
  if (isUnresolved) {
    const isSeenTo = or(eq(transactions.outcome, 'applied'), isNotNull(transactions.resolvedAt))
    const isItsMoney = eq(transactions.transactionId, transactionId)
    const seenTo = db.select({ is: sql`1` }).from(transactions).where(and(isItsMoney, isSeenTo))
    conditions.push(isToLookAt, notExists(seenTo))
  }
  if (text !== null) conditions.push(sql`instr(${notifications.body}, ${Buffer.from(text)}) > 0`)
  return conditions
}

/** The last entry that one page looks at; null when there are not so many. */
function findHorizon(db: Connection, isWanted: SQL | undefined): LogPlace | null {
  const rows = db
    .select({ at: receivedAt, id })
    .from(notifications)
    .where(isWanted)
    .orderBy(...NEWEST_FIRST)
  return (
    rows
      .limit(1)
      .offset(SEARCHED_MAX - 1)
      .get() ?? null
  )
}

function toLine({ id, receivedAt, times, replayOf, ...rest }: LineRow): NotificationLine {
  const { verdict, reply, concludedAt } = rest
  const isProcessed = verdict !== null && reply !== null && concludedAt !== null
  return { id, receivedAt, times, replayOf, result: isProcessed ? { ...rest, verdict, reply, concludedAt } : null }
}

type LineRow = Pick<typeof notifications.$inferSelect, keyof typeof LINE>
