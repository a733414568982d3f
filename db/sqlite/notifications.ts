import { createHash } from 'node:crypto'
import { and, asc, count, desc, eq, inArray, isNull, lt, ne, or, sql, sum } from 'drizzle-orm'
import { type Conclusion, UNVERIFIED } from '@/lib/shop/notification'
import type { Store } from '@/lib/shop/store'
import type { Connection, Database } from './database'
import { toNotification } from './rows'
import { notifications } from './schema'

type NotificationMethods = Pick<
  Store,
  'insertNotification' | 'listUnjudgedNotifications' | 'listNotifications' | 'findNotification' | 'pruneNotifications'
>

/** Messages deleted at a time, so that a full log never stops anybody for long. */
const PRUNE_BATCH = 500

/** The log of what came in; what each method promises stands in the Store. */
export function notificationMethods(db: Database): NotificationMethods {
  return {
    async insertNotification({ body, ...message }) {
      const bodySha256 = createHash('sha256').update(body).digest('hex')
      const row = { ...message, body: Buffer.from(body), bodyBytes: body.byteLength, bodySha256, times: 1 }
      return Number(db.insert(notifications).values(row).run().lastInsertRowid)
    },

    async listUnjudgedNotifications(receivedBefore, limit) {
      const isForgotten = and(isNull(notifications.verdict), lt(notifications.receivedAt, receivedBefore))
      const rows = db
        .select()
        .from(notifications)
        .where(isForgotten)
        .orderBy(asc(notifications.receivedAt))
        .limit(limit)
      return rows
        .all()
        .map(({ id, remoteAddress, headers, body }) => ({ id, message: { remoteAddress, headers, body } }))
    },

    async listNotifications({ beforeId, limit, verdict }) {
      const isWanted = and(
        beforeId === null ? undefined : lt(notifications.id, beforeId),
        verdict === null ? undefined : eq(notifications.verdict, verdict),
      )
      const rows = db.select().from(notifications).where(isWanted).orderBy(desc(notifications.id)).limit(limit)
      return rows.all().map(toNotification)
    },

    async findNotification(id) {
      const row = db.select().from(notifications).where(eq(notifications.id, id)).get()
      return row === undefined ? null : toNotification(row)
    },

    async pruneNotifications({ entriesMax, bytesMax }) {
      const isUnverified = inArray(notifications.verdict, [...UNVERIFIED])
      const size = { entries: count(), bytes: sum(notifications.bodyBytes).mapWith(Number) }
      const [extent] = db.select(size).from(notifications).where(isUnverified).all()
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
      return db.delete(notifications).where(inArray(notifications.id, ids)).run().changes
    },
  }
}

/** Writes a verdict; an unsigned message that came before is counted at its first entry instead. */
export function conclude(tx: Connection, { notificationId, ...conclusion }: Conclusion): void {
  if (UNVERIFIED.includes(conclusion.verdict) && countAtFirst(tx, notificationId, conclusion.verdict)) {
    tx.delete(notifications).where(eq(notifications.id, notificationId)).run()
    return
  }
  // Two may judge the same message, when the first was held up; whoever has thanked WeChat is not contradicted.
  const mayWrite = or(isNull(notifications.verdict), eq(notifications.reply, 'again'))
  tx.update(notifications)
    .set(conclusion)
    .where(and(eq(notifications.id, notificationId), mayWrite))
    .run()
}

function countAtFirst(tx: Connection, id: number, verdict: Conclusion['verdict']): boolean {
  const own = tx.select({ sha: notifications.bodySha256 }).from(notifications).where(eq(notifications.id, id)).get()
  if (own === undefined) return false
  const isSame = and(
    eq(notifications.bodySha256, own.sha),
    eq(notifications.verdict, verdict),
    ne(notifications.id, id),
  )
  const counted = tx
    .update(notifications)
    .set({ times: sql`${notifications.times} + 1` })
    .where(isSame)
    .run()
  return counted.changes > 0
}
