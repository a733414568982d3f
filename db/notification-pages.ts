import { and, asc, desc, eq, exists, gte, inArray, isNotNull, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm'
import {
  type LogPage,
  type LogPlace,
  type NotificationFilter,
  type NotificationLine,
  TO_LOOK_AT,
} from '@/lib/shop/notification'
import type { Access, Connection } from './access'
import { notifications } from './log-schema'
import { refunds } from './refund-schema'
import { isWritten } from './rows'
import { transactions } from './schema'

/** How many entries are looked at one by one for a page, and how much of bodies. */
const SEARCHED_MAX = 5_000
const SEARCHED_BYTES_MAX = 32 * 1024 * 1024
/** And at a time, so that nobody else waits for a search for long. */
const AT_ONCE_MAX = 200
const AT_ONCE_BYTES_MAX = 1024 * 1024

const { id, receivedAt, times, replayOf, verdict, orderId, outTradeNo, transactionId, claimedFen, reply, processedAt } =
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
  processedAt,
}
const NEWEST_FIRST = [desc(receivedAt), desc(id)]
const OLDEST_FIRST = [asc(receivedAt), asc(id)]

export async function listPage(read: Access['read'], filter: NotificationFilter, page: Page): Promise<LogPage> {
  return filter.text === null ? read((tx) => findPage(tx, filter, page)) : searchPage(read, filter, page)
}

/**
 * The entry that stands just above a place; null when the list begins there. What no index knows is looked for among the
 * next few only: whoever steps through a list has seen what is near.
 */
export function findNewer(read: Access['read'], filter: NotificationFilter, place: LogPlace): Promise<number | null> {
  return read(async (tx) => {
    const along = [...alongIndex(tx, filter), sql`(${receivedAt}, ${id}) > (${place.at}, ${place.id})`]
    const among = oneByOne(tx, filter)
    const near = tx
      .select({ at: receivedAt, id, bytes: notifications.bodyBytes })
      .from(notifications)
      .where(and(...along))
      .orderBy(...OLDEST_FIRST)
    if (among.length === 0) return (await near.limit(1))[0]?.id ?? null
    const end = lastWithin(await near.limit(NEAR)).last
    if (end === undefined) return null
    const isNear = sql`(${receivedAt}, ${id}) <= (${end.at}, ${end.id})`
    const wanted = tx
      .select({ id })
      .from(notifications)
      .where(and(...along, isNear, ...among))
    return (await wanted.orderBy(...OLDEST_FIRST).limit(1))[0]?.id ?? null
  })
}

type Page = { after: LogPlace | null; limit: number }

async function findPage(db: Connection, filter: NotificationFilter, { after, limit }: Page): Promise<LogPage> {
  const along = [...alongIndex(db, filter), isBefore(after)]
  const among = oneByOne(db, filter)
  // One more than is wanted tells whether there are more.
  if (among.length === 0) return pageOf(await listLines(db, and(...along), limit + 1), limit, null)
  const first = await findAmong(db, along, among, limit, NEAR)
  const isEnough = first.found.length > limit || first.horizon === null
  const { found, horizon } = isEnough ? first : await findAmong(db, along, among, limit, SEARCHED_MAX)
  return pageOf(found, limit, horizon)
}

/** Most pages fill with what is near; to find where the search ends takes as long as it may be. */
const NEAR = 200

type Conditions = (SQL | undefined)[]

/** What there is among the next so many entries, and the last of those; null when there are not so many. */
async function findAmong(db: Connection, along: Conditions, among: Conditions, limit: number, searchedMax: number) {
  const horizon = await findHorizon(db, and(...along), searchedMax)
  return { found: await listLines(db, and(...along, isNotBefore(horizon), ...among), limit + 1), horizon }
}

/** Looks into bodies: some at a time, and everybody else gets a turn in between. */
async function searchPage(read: Access['read'], filter: NotificationFilter, { after, limit }: Page): Promise<LogPage> {
  const found: NotificationLine[] = []
  let place = after
  for (let entries = 0, bytes = 0; found.length <= limit; ) {
    const part = await read((tx) => searchPart(tx, filter, { after: place, limit: limit + 1 - found.length }))
    found.push(...part.lines)
    entries += part.entries
    bytes += part.bytes
    place = part.end
    if (place === null || entries >= SEARCHED_MAX || bytes >= SEARCHED_BYTES_MAX) break
    await new Promise((resolve) => setImmediate(resolve))
  }
  return pageOf(found, limit, place)
}

function pageOf(found: NotificationLine[], limit: number, end: LogPlace | null): LogPage {
  const lines = found.slice(0, limit)
  const last = lines.at(-1)
  if (found.length > limit && last !== undefined) return { lines, next: { at: last.receivedAt, id: last.id } }
  return { lines, next: end }
}

/** What there is in the next entries, and the last of them; null at the end of the log. */
async function searchPart(db: Connection, filter: NotificationFilter, { after, limit }: Page) {
  const along = [...alongIndex(db, filter), isBefore(after)]
  const sizes = db.select({ at: receivedAt, id, bytes: notifications.bodyBytes }).from(notifications)
  const next = await sizes
    .where(and(...along))
    .orderBy(...NEWEST_FIRST)
    .limit(AT_ONCE_MAX)
  const { last, entries, bytes } = lastWithin(next)
  if (last === undefined) return { lines: [], end: null, entries, bytes }
  const lines = await listLines(db, and(...along, isNotBefore(last), ...oneByOne(db, filter)), limit)
  const isEnd = entries === next.length && next.length < AT_ONCE_MAX
  return { lines, end: isEnd ? null : { at: last.at, id: last.id }, entries, bytes }
}

/** The last of the entries whose bodies may be looked into at once. */
function lastWithin<Entry extends { bytes: number }>(next: Entry[]) {
  let [entries, bytes] = [0, 0]
  for (const entry of next) {
    if (bytes >= AT_ONCE_BYTES_MAX) break
    entries += 1
    bytes += entry.bytes
  }
  return { last: next[entries - 1], entries, bytes }
}

function isBefore(place: LogPlace | null): SQL | undefined {
  return place === null ? undefined : sql`(${receivedAt}, ${id}) < (${place.at}, ${place.id})`
}

function isNotBefore(place: LogPlace | null): SQL | undefined {
  return place === null ? undefined : sql`(${receivedAt}, ${id}) >= (${place.at}, ${place.id})`
}

export async function listLines(db: Connection, isWanted: SQL | undefined, limit: number): Promise<NotificationLine[]> {
  const rows = db.select(LINE).from(notifications).where(isWanted)
  return (await rows.orderBy(...NEWEST_FIRST).limit(limit)).map(toLine)
}

/** Conditions that an index answers, so that only what is wanted is read. */
function alongIndex(db: Connection, filter: NotificationFilter): (SQL | undefined)[] {
  if (filter.number !== null) {
    // A number has few entries: they are read first. Said as expressions, the rest keeps to no index of a verdict or a year.
    return [
      isOfNumber(db, filter.number),
      filter.verdict === null ? undefined : sql`${verdict} || '' = ${filter.verdict}`,
      filter.from === null ? undefined : sql`${receivedAt} + 0 >= ${filter.from}`,
      filter.until === null ? undefined : sql`${receivedAt} + 0 < ${filter.until}`,
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
  const ofRefund = db.select({ id }).from(notifications).where(eq(notifications.outRefundNo, number))
  return inArray(id, ofOrder.unionAll(ofPayment).unionAll(ofMoney).unionAll(ofRefund))
}

/** Conditions that each entry has to be looked at for. */
function oneByOne(db: Connection, { text, isUnresolved, isOriginal }: NotificationFilter): SQL[] {
  const conditions: SQL[] = []
  if (isOriginal) conditions.push(isNull(replayOf))
  if (isUnresolved) {
    const isSeenTo = or(eq(transactions.outcome, 'applied'), isNotNull(transactions.resolvedAt))
    const isItsMoney = eq(transactions.transactionId, transactionId)
    const seenTo = db.select({ is: sql`1` }).from(transactions).where(and(isItsMoney, isSeenTo))
    const isOver = or(isNotNull(refunds.resolvedAt), and(ne(refunds.source, 'wechat'), isNotNull(refunds.endedAt)))
    const isItsRefund = eq(refunds.outRefundNo, notifications.outRefundNo)
    const refundOver = db.select({ is: sql`1` }).from(refunds).where(and(isItsRefund, isOver))
    const isOfMoney = and(isNull(notifications.outRefundNo), exists(seenTo))
    conditions.push(isToLookAt, sql`not (${or(isOfMoney, exists(refundOver))})`)
  }
  if (text !== null) conditions.push(sql`instr(${notifications.body}, ${Buffer.from(text)}) > 0`)
  return conditions
}

/** The last entry that one page looks at; null when there are not so many. */
async function findHorizon(db: Connection, isWanted: SQL | undefined, searchedMax: number): Promise<LogPlace | null> {
  const rows = db.select({ at: receivedAt, id }).from(notifications).where(isWanted)
  const [horizon] = await rows
    .orderBy(...NEWEST_FIRST)
    .limit(1)
    .offset(searchedMax - 1)
  return horizon ?? null
}

function toLine({ id, receivedAt, times, replayOf, ...rest }: LineRow): NotificationLine {
  const { verdict, reply, processedAt } = rest
  const processed = { verdict, reply, processedAt }
  return { id, receivedAt, times, replayOf, result: isWritten(processed) ? { ...rest, ...processed } : null }
}

type LineRow = Pick<typeof notifications.$inferSelect, keyof typeof LINE>
