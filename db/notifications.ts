import { createHash } from 'node:crypto'
import { and, asc, count, eq, gte, inArray, isNull, lt, ne, or, sql, sum } from 'drizzle-orm'
import { type NotificationResult, UNVERIFIED } from '@/lib/shop/notification'
import type { Store } from '@/lib/shop/store'
import { counters, notifications, verdictCounts } from './log-schema'
import { listLines, listPage } from './notification-pages'
import { toNotification } from './rows'
import { atomically, blanks, type Connection, type Database, keptQuery } from './sqlite/connection'

type NotificationMethods = Pick<
  Store,
  | 'insertNotification'
  | 'listUnprocessedNotifications'
  | 'listNotifications'
  | 'findNotification'
  | 'listReplays'
  | 'countVerdicts'
  | 'pruneNotifications'
  | 'countDroppedNotifications'
>

/** Messages deleted at a time, so that a full log never stops anybody for long. */
const PRUNE_BATCH = 500
const DROPPED = 'notifications_dropped'
const HOUR_MS = 3600_000

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
const insert = keptQuery((db) => db.insert(notifications).values(columns).prepare())

const isUnverified = inArray(notifications.verdict, [...UNVERIFIED])
const extentOfUnverified = keptQuery((db) =>
  db
    .select({ entries: count(), bytes: sum(notifications.bodyBytes).mapWith(Number) })
    .from(notifications)
    .where(isUnverified)
    .prepare(),
)

const unprocessed = keptQuery((db) =>
  db
    .select()
    .from(notifications)
    .where(and(isNull(notifications.verdict), lt(notifications.receivedAt, sql.placeholder('receivedBefore'))))
    .orderBy(asc(notifications.receivedAt))
    .limit(sql.placeholder('limit'))
    .prepare(),
)

/** The log of what came in; what each method promises stands in the Store. */
export function notificationMethods(db: Database): NotificationMethods {
  return {
    async insertNotification({ body, ...message }) {
      const bodySha256 = createHash('sha256').update(body).digest('hex')
      const row = { ...message, body: Buffer.from(body), bodyBytes: body.byteLength, bodySha256, times: 1 }
      return Number(insert(db).run(row).lastInsertRowid)
    },

    async listUnprocessedNotifications(receivedBefore, limit) {
      return unprocessed(db)
        .all({ receivedBefore, limit })
        .map(({ id, apiVersion, remoteAddress, headers, body }) => ({
          id,
          message: { apiVersion, remoteAddress, headers, body },
        }))
    },

    async listNotifications(filter, page) {
      return listPage(db, filter, page)
    },

    async findNotification(id) {
      const row = db.select().from(notifications).where(eq(notifications.id, id)).get()
      return row === undefined ? null : toNotification(row)
    },

    async listReplays(id, limit) {
      return listLines(db, eq(notifications.replayOf, id), limit)
    },

    async countVerdicts(from, until) {
      const { hour, verdict, count } = verdictCounts
      const isWanted = and(gte(hour, Math.floor(from / HOUR_MS)), lt(hour, Math.ceil(until / HOUR_MS)))
      const rows = db.select({ hour, verdict, count }).from(verdictCounts).where(isWanted).orderBy(asc(hour)).all()
      return rows.map(({ hour, ...rest }) => ({ at: hour * HOUR_MS, ...rest }))
    },

    async pruneNotifications({ entriesMax, bytesMax }) {
      const [extent] = extentOfUnverified(db).all()
      if (extent === undefined || (extent.entries <= entriesMax && extent.bytes <= bytesMax)) return 0
      const sizes = db.select({ id: notifications.id, bodyBytes: notifications.bodyBytes }).from(notifications)
      const oldest = sizes.where(isUnverified).orderBy(asc(notifications.id)).limit(PRUNE_BATCH).all()
      const ids: number[] = []
      let { entries, bytes } = extent
      for (const { id, bodyBytes } of oldest) {
        if (entries <= entriesMax && bytes <= bytesMax) break
        ids.push(id)
        entries -= 1
        bytes -= bodyBytes
      }
      return atomically(db, (tx) => {
        const { changes } = tx.delete(notifications).where(inArray(notifications.id, ids)).run()
        const more = { target: counters.name, set: { value: sql`${counters.value} + ${changes}` } }
        tx.insert(counters).values({ name: DROPPED, value: changes }).onConflictDoUpdate(more).run()
        return changes
      })
    },

    async countDroppedNotifications() {
      return db.select().from(counters).where(eq(counters.name, DROPPED)).get()?.value ?? 0
    },
  }
}

/**
 * Writes a verdict, and counts it for the hour in which its message came. An unsigned message that came before is counted
 * at its first entry instead.
 */
export function recordResult(tx: Connection, { notificationId, ...result }: NotificationResult): void {
  countVerdict(tx, notificationId, result.verdict)
  if (UNVERIFIED.includes(result.verdict) && countAtFirst(tx, notificationId, result.verdict)) {
    tx.delete(notifications).where(eq(notifications.id, notificationId)).run()
    return
  }
  // Two may process the same message, when the first was held up; whoever has acknowledged it is not contradicted.
  const mayWrite = or(isNull(notifications.verdict), eq(notifications.reply, 'retry'))
  tx.update(notifications)
    .set(result)
    .where(and(eq(notifications.id, notificationId), mayWrite))
    .run()
}

const entryById = keptQuery((db) =>
  db
    .select({
      at: notifications.receivedAt,
      verdict: notifications.verdict,
      sha: notifications.bodySha256,
      replayOf: notifications.replayOf,
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

/** A message that is replayed, after one that held it up, counts for its first verdict; a replay never came. */
function countVerdict(tx: Connection, id: number, verdict: NotificationResult['verdict']): void {
  const own = entryById(tx).get({ id })
  if (own === undefined || own.verdict !== null || own.replayOf !== null) return
  countOne(tx).run({ hour: Math.floor(own.at / HOUR_MS), verdict })
}

function countAtFirst(tx: Connection, id: number, verdict: NotificationResult['verdict']): boolean {
  const own = entryById(tx).get({ id })
  // What an admin had replayed stays an entry of its own, or its outcome could not be seen.
  if (own === undefined || own.replayOf !== null) return false
  const isSame = and(
    eq(notifications.bodySha256, own.sha),
    eq(notifications.verdict, verdict),
    isNull(notifications.replayOf),
    ne(notifications.id, id),
  )
  const counted = tx
    .update(notifications)
    .set({ times: sql`${notifications.times} + 1` })
    .where(isSame)
    .run()
  return counted.changes > 0
}
