import { createHash } from 'node:crypto'
import { and, asc, desc, eq, gte, inArray, isNotNull, isNull, lt, ne, type SQL, sql } from 'drizzle-orm'
import type { NotificationResult } from '@/lib/shop/notification'
import {
  beyondLimits,
  isBounded,
  isCounted,
  type LogExtent,
  type LogLimits,
  mayWriteResult,
  type Sameness,
  samenessOf,
} from '@/lib/shop/notification-log'
import type { NotificationStore } from '@/lib/shop/store'
import { type Access, blanks, blanksOf, type Connection, keptFor, keptQuery } from './access'
import { counters, notifications, verdictCounts } from './log-schema'
import { findNewer, listLines, listPage } from './notification-pages'
import { countedBytes } from './notification-size'
import { toNotification } from './rows'

/** Entries deleted in one statement. */
const DROPPED_AT_ONCE = 100
const HOUR_MS = 3600_000

const COUNTED = 'counted_notifications'
const COUNTED_BYTES = 'counted_notification_bytes'
const DROPPED = 'notifications_dropped'

const columns = blanks(
  ...([
    'receivedAt',
    'apiVersion',
    'remoteAddress',
    'headers',
    'body',
    'bodyBytes',
    'bodySha256',
    'times',
    'replayOf',
  ] as const),
)
const insert = keptQuery((db) => db.insert(notifications).values(columns).returning({ id: notifications.id }).prepare())

const unprocessed = keptQuery((db) =>
  db
    .select()
    .from(notifications)
    .where(and(isNull(notifications.verdict), lt(notifications.receivedAt, sql.placeholder('receivedBefore'))))
    .orderBy(asc(notifications.receivedAt))
    .limit(sql.placeholder('limit'))
    .prepare(),
)

export function openNotifications({ read, write }: Access): NotificationStore {
  return {
    insertNotification: ({ body, ...message }) => {
      const bodySha256 = createHash('sha256').update(body).digest('hex')
      const row = { ...message, body: Buffer.from(body), bodyBytes: body.byteLength, bodySha256, times: 1 }
      return write(async (tx) => {
        const [inserted] = await insert(tx).execute(row)
        return inserted?.id ?? 0
      })
    },
    listUnprocessedNotifications: (receivedBefore, limit) =>
      read(async (tx) => {
        const rows = await unprocessed(tx).execute({ receivedBefore, limit })
        return rows.map(({ id, apiVersion, remoteAddress, headers, body, receivedAt }) => ({
          id,
          message: { apiVersion, remoteAddress, headers, body, receivedAt },
        }))
      }),
    listNotifications: (filter, page) => listPage(read, filter, page),
    findNewerNotification: (filter, place) => findNewer(read, filter, place),
    findNotification: (id) =>
      read(async (tx) => {
        const [row] = await tx.select().from(notifications).where(eq(notifications.id, id))
        return row === undefined ? null : toNotification(row)
      }),
    listReplays: (id, limit) => read((tx) => listLines(tx, eq(notifications.replayOf, id), limit)),
    countVerdicts: (from, until) => {
      const { hour, verdict, count } = verdictCounts
      const isWanted = and(gte(hour, Math.floor(from / HOUR_MS)), lt(hour, Math.ceil(until / HOUR_MS)))
      return read(async (tx) => {
        const rows = await tx.select({ hour, verdict, count }).from(verdictCounts).where(isWanted).orderBy(asc(hour))
        return rows.map(({ hour, ...rest }) => ({ at: hour * HOUR_MS, ...rest }))
      })
    },
    countDroppedNotifications: () => read((tx) => readCounter(tx, DROPPED)),
  }
}

/** Writes a result; what it does to the log besides, the rules say. */
export async function recordResult(tx: Connection, result: NotificationResult, limits: LogLimits): Promise<void> {
  const { notificationId: id, verdict, ...rest } = result
  const [entry] = await entryById(tx).execute({ id })
  if (entry === undefined) return
  if (isCounted(entry)) await countOne(tx).execute({ hour: Math.floor(entry.receivedAt / HOUR_MS), verdict })
  if (!mayWriteResult(entry)) return
  const sameness = samenessOf(entry, verdict)
  if (sameness !== null && (await isCountedElsewhere(tx, entry, result, sameness))) {
    await dropOne(tx).execute({ id })
    if (entry.countedBytes !== null) await addToExtent(tx, { entries: -1, bytes: -entry.countedBytes })
    return
  }
  const bytes = isBounded(verdict) ? sizeOf(entry, result) : null
  await writeResult(tx).execute({ ...rest, id, verdict, countedBytes: bytes })
  const entries = Number(bytes !== null) - Number(entry.countedBytes !== null)
  await addToExtent(tx, { entries, bytes: (bytes ?? 0) - (entry.countedBytes ?? 0) })
  if (bytes !== null) await dropBeyond(tx, limits)
}

const RESULT_COLUMNS = [
  ...(['verdict', 'kind', 'orderId', 'outTradeNo', 'transactionId', 'outRefundNo', 'claimedFen', 'checks'] as const),
  ...(['signedText', 'expectedSign', 'receivedSign', 'queryAnswer', 'reply', 'processedAt', 'countedBytes'] as const),
]
const writeResult = keptQuery((db) =>
  db
    .update(notifications)
    .set(blanksOf(notifications, RESULT_COLUMNS))
    .where(eq(notifications.id, sql.placeholder('id')))
    .prepare(),
)
const entryById = keptQuery((db) =>
  db
    .select({
      receivedAt: notifications.receivedAt,
      verdict: notifications.verdict,
      reply: notifications.reply,
      sha: notifications.bodySha256,
      replayOf: notifications.replayOf,
      countedBytes: notifications.countedBytes,
      bodyBytes: notifications.bodyBytes,
      headers: notifications.headers,
    })
    .from(notifications)
    .where(eq(notifications.id, sql.placeholder('id')))
    .prepare(),
)
const countOne = keptQuery((db) =>
  db
    .insert(verdictCounts)
    .values({ hour: sql.placeholder('hour'), verdict: sql.placeholder('verdict'), count: 1 })
    .onConflictDoUpdate({
      target: [verdictCounts.hour, verdictCounts.verdict],
      set: { count: sql`${verdictCounts.count} + 1` },
    })
    .prepare(),
)

/** Counts a message at the newest of those that are the same; false when it has to be kept itself. */
async function isCountedElsewhere(
  tx: Connection,
  { sha, receivedAt: lastSeenAt }: { sha: string; receivedAt: number },
  { notificationId, verdict, outTradeNo, outRefundNo, signedText }: NotificationResult,
  { by, keptMax }: Sameness,
): Promise<boolean> {
  const texts = { outTradeNo, outRefundNo, signedText }
  const same = by === 'body' ? sameByBody : sameByTexts(TEXTS.filter((name) => texts[name] !== null))
  const kept = await same(tx).execute({ ...texts, sha, verdict, notificationId, keptMax })
  const [newest] = kept
  if (newest === undefined || kept.length < keptMax) return false
  await countAt(tx).execute({ id: newest.id, lastSeenAt })
  return true
}

const TEXTS = ['outTradeNo', 'outRefundNo', 'signedText'] as const
/** The newest others with the same verdict, of those that are the same otherwise. */
const sameAs = (isSame: SQL | undefined) =>
  keptQuery((db) => {
    const isOther = and(
      eq(notifications.verdict, sql.placeholder('verdict')),
      isNull(notifications.replayOf),
      ne(notifications.id, sql.placeholder('notificationId')),
    )
    const same = db.select({ id: notifications.id }).from(notifications).where(and(isSame, isOther))
    return same.orderBy(desc(notifications.id)).limit(sql.placeholder('keptMax')).prepare()
  })
const sameByBody = sameAs(eq(notifications.bodySha256, sql.placeholder('sha')))
/** By the texts that are there; the others have none there either. */
const sameByTexts = keptFor((names: (typeof TEXTS)[number][]) => {
  const isThere = (name: (typeof TEXTS)[number]) => eq(notifications[name], sql.placeholder(name))
  return sameAs(and(...TEXTS.map((name) => (names.includes(name) ? isThere(name) : isNull(notifications[name])))))
})
const countAt = keptQuery((db) =>
  db
    .update(notifications)
    .set({ times: sql`${notifications.times} + 1`, ...blanksOf(notifications, ['lastSeenAt']) })
    .where(eq(notifications.id, sql.placeholder('id')))
    .prepare(),
)
const dropOne = keptQuery((db) =>
  db
    .delete(notifications)
    .where(eq(notifications.id, sql.placeholder('id')))
    .prepare(),
)

type Sized = { headers: Record<string, string>; bodyBytes: number }

function sizeOf({ headers, bodyBytes }: Sized, result: NotificationResult): number {
  const { checks, queryAnswer, signedText, expectedSign, receivedSign, outTradeNo, transactionId } = result
  const written = [headers, checks, queryAnswer].map((value) => JSON.stringify(value))
  return countedBytes([...written, signedText, expectedSign, receivedSign, outTradeNo, transactionId], bodyBytes)
}

export function keepWithin({ write }: Access, limits: LogLimits): Promise<void> {
  return write((tx) => dropBeyond(tx, limits))
}

/** Deletes the oldest entries that may be deleted until the rest is within the limits. */
async function dropBeyond(tx: Connection, limits: LogLimits): Promise<void> {
  for (;;) {
    const extent = { entries: await readCounter(tx, COUNTED), bytes: await readCounter(tx, COUNTED_BYTES) }
    if (extent.entries <= limits.entriesMax && extent.bytes <= limits.bytesMax) return
    const { id, countedBytes: bytes } = notifications
    const counted = tx.select({ id, bytes }).from(notifications).where(isNotNull(bytes))
    const oldest = await counted.orderBy(asc(id)).limit(DROPPED_AT_ONCE)
    const dropped = beyondLimits(
      oldest.map((it) => ({ id: it.id, bytes: it.bytes ?? 0 })),
      extent,
      limits,
    )
    if (dropped.length === 0) return
    await tx.delete(notifications).where(
      inArray(
        id,
        dropped.map((it) => it.id),
      ),
    )
    await addToExtent(tx, { entries: -dropped.length, bytes: -dropped.reduce((sum, it) => sum + it.bytes, 0) })
    await addToCounter(tx, DROPPED, dropped.length)
  }
}

async function addToExtent(tx: Connection, { entries, bytes }: LogExtent): Promise<void> {
  if (entries !== 0) await addToCounter(tx, COUNTED, entries)
  if (bytes !== 0) await addToCounter(tx, COUNTED_BYTES, bytes)
}

const counterByName = keptQuery((db) =>
  db
    .select({ value: counters.value })
    .from(counters)
    .where(eq(counters.name, sql.placeholder('name')))
    .prepare(),
)
const addToNamed = keptQuery((db) =>
  db
    .insert(counters)
    .values({ name: sql.placeholder('name'), value: sql.placeholder('first') })
    .onConflictDoUpdate({ target: counters.name, set: { value: sql`${counters.value} + ${sql.placeholder('more')}` } })
    .prepare(),
)

async function readCounter(tx: Connection, name: string): Promise<number> {
  const [counter] = await counterByName(tx).execute({ name })
  return counter?.value ?? 0
}

async function addToCounter(tx: Connection, name: string, more: number): Promise<void> {
  await addToNamed(tx).execute({ name, first: Math.max(0, more), more })
}
