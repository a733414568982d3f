import { createHash } from 'node:crypto'
import { and, asc, desc, eq, gt, isNotNull, lte, max, sql } from 'drizzle-orm'
import type { FaultName } from '../fault-names'
import {
  type Delivery,
  type DeliveryOutcome,
  deliveries,
  type HeaderList,
  type NotificationRecord,
  type TradeKey,
} from './schema'
import { blank, blankRow, type LedgerDatabase } from './statement'

/** How an attempt ended: the merchant's reply, as far as there was one. */
export type DeliveryResult = {
  outcome: DeliveryOutcome
  httpStatus: number | null
  replyCode: string | null
  reply: string | null
  replyHeaders: HeaderList
}

/** When and why a notification is to be sent. */
export type DeliveryPlan = Pick<Delivery, 'attempt' | 'dueAt' | 'cause'>

export const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A row that nobody sent yet. */
const UNSENT = {
  sentAt: null,
  requestHeaders: [],
  httpStatus: null,
  replyCode: null,
  reply: null,
  replyHeaders: [],
  faults: [],
  isHeld: false,
}

/** Every attempt to deliver a notification. */
export function openDeliveries(db: LedgerDatabase) {
  const read = prepareReads(db)
  const write = prepareWrites(db)

  return {
    /** Writes down a delivery that is to be made; its id is the answer. */
    insertDelivery: (notification: NotificationRecord, plan: DeliveryPlan): number => {
      const { id: notificationId, mchId, outTradeNo, outRefundNo, notifyUrl, body } = notification
      const copied = { notificationId, mchId, outTradeNo, outRefundNo, notifyUrl, body, bodySha256: sha256(body) }
      return write.insert.get({ ...UNSENT, ...copied, ...plan, outcome: 'waiting' }).id
    },

    /** The same once more, on its way like the first. */
    copyDelivery: (delivery: Delivery): Delivery => {
      const copy = { ...delivery, cause: 'duplicate' as const }
      return { ...copy, id: write.insert.get(copy).id }
    },

    findDelivery: (id: number) => read.find.get({ id }) ?? null,

    /** Those whose time has come, in order. */
    listDueDeliveries: (now: number, limit: number) => read.listDue.all({ now, limit }),

    /** Those that were on their way when the process ended. */
    listSending: () => read.listSending.all(),

    /** Newest first. */
    listDeliveries: (limit: number) => read.list.all({ limit }),

    /** All of one trade, oldest first. */
    listDeliveriesOf: ({ mchId, outTradeNo }: TradeKey) => read.listOfTrade.all({ mchId, outTradeNo }),

    /** The number of a notification's newest attempt that was made, 0 when there was none. */
    newestAttempt: ({ id }: NotificationRecord): number => read.newestAttempt.get({ notificationId: id })?.attempt ?? 0,

    /** Puts a delivery on its way, as it is sent. */
    startDelivery: (
      delivery: Delivery,
      sent: { sentAt: number; body: string; faults: FaultName[]; requestHeaders: HeaderList },
    ): Delivery => {
      const started = {
        ...delivery,
        ...sent,
        bodySha256: sha256(sent.body),
        outcome: 'sending' as const,
        isHeld: false,
      }
      write.start.run(started)
      return started
    },

    /** Puts a delivery off; one that is held back goes as soon as another has overtaken it. */
    postponeDelivery: ({ id }: Delivery, off: { dueAt: number; faults: FaultName[]; isHeld: boolean }) => {
      write.postpone.run({ id, ...off })
    },

    /** Lets go of those that were held back. */
    releaseDeliveries: (now: number) => {
      write.release.run({ now })
    },

    /** Keeps how an attempt ended; false if it was not on its way, as after everything was forgotten. */
    recordDeliveryResult: ({ id }: Delivery, result: DeliveryResult): boolean =>
      write.recordResult.run({ id, ...result }).changes === 1,

    nextDeliveryAt: (): number | null => read.next.get()?.dueAt ?? null,
  }
}

function prepareReads(db: LedgerDatabase) {
  const isWaiting = eq(deliveries.outcome, 'waiting')
  const isOfTrade = and(eq(deliveries.mchId, blank('mchId')), eq(deliveries.outTradeNo, blank('outTradeNo')))
  const select = () => db.select().from(deliveries)
  return {
    find: select()
      .where(eq(deliveries.id, blank('id')))
      .prepare(),
    list: select().orderBy(desc(deliveries.id)).limit(blank('limit')).prepare(),
    listOfTrade: select().where(isOfTrade).orderBy(asc(deliveries.id)).prepare(),
    listSending: select().where(eq(deliveries.outcome, 'sending')).prepare(),
    listDue: select()
      .where(and(isWaiting, lte(deliveries.dueAt, blank('now'))))
      .orderBy(asc(deliveries.dueAt), asc(deliveries.id))
      .limit(blank('limit'))
      .prepare(),
    next: db
      .select({ dueAt: deliveries.dueAt })
      .from(deliveries)
      .where(isWaiting)
      .orderBy(asc(deliveries.dueAt))
      .limit(1)
      .prepare(),
    newestAttempt: db
      .select({ attempt: max(deliveries.attempt) })
      .from(deliveries)
      .where(and(eq(deliveries.notificationId, blank('notificationId')), isNotNull(deliveries.sentAt)))
      .prepare(),
  }
}

function prepareWrites(db: LedgerDatabase) {
  const isOne = eq(deliveries.id, blank('id'))
  const { id: _, ...row } = blankRow(deliveries)
  return {
    insert: db.insert(deliveries).values(row).returning({ id: deliveries.id }).prepare(),
    start: db
      .update(deliveries)
      .set({
        outcome: 'sending',
        sentAt: sql`${blank('sentAt')}`,
        body: sql`${blank('body')}`,
        bodySha256: sql`${blank('bodySha256')}`,
        faults: sql`${sql.param(blank('faults'), deliveries.faults)}`,
        requestHeaders: sql`${sql.param(blank('requestHeaders'), deliveries.requestHeaders)}`,
        isHeld: false,
      })
      .where(isOne)
      .prepare(),
    postpone: db
      .update(deliveries)
      .set({
        dueAt: sql`${blank('dueAt')}`,
        faults: sql`${sql.param(blank('faults'), deliveries.faults)}`,
        isHeld: sql`${sql.param(blank('isHeld'), deliveries.isHeld)}`,
      })
      .where(isOne)
      .prepare(),
    release: db
      .update(deliveries)
      .set({ dueAt: sql`${blank('now')}`, isHeld: false })
      .where(and(sql`is_held = 1`, eq(deliveries.outcome, 'waiting'), gt(deliveries.dueAt, blank('now'))))
      .prepare(),
    recordResult: db
      .update(deliveries)
      .set({
        outcome: sql`${blank('outcome')}`,
        httpStatus: sql`${blank('httpStatus')}`,
        replyCode: sql`${blank('replyCode')}`,
        reply: sql`${blank('reply')}`,
        replyHeaders: sql`${sql.param(blank('replyHeaders'), deliveries.replyHeaders)}`,
      })
      .where(and(isOne, eq(deliveries.outcome, 'sending')))
      .prepare(),
  }
}
