import { and, asc, desc, eq, gt, gte, inArray, lte, notExists, sql } from 'drizzle-orm'
import type { Order, OrderEvent } from '@/lib/shop/order'
import { isLive, nextCheckAt, type Payment } from '@/lib/shop/payment'
import type { IdempotencyKey, Store } from '@/lib/shop/store'
import { fromPayment, toOrder, toPayment, toProduct, toTransaction } from './rows'
import { orderEvents, orderItems, orders, payments, products, transactions } from './schema'
import { atomically, type Connection, type Database, keptQuery, readTogether } from './sqlite/connection'

type OrderMethods = Pick<
  Store,
  | 'listProducts'
  | 'findProduct'
  | 'listProductsById'
  | 'insertOrder'
  | 'findOrderByKey'
  | 'findOrder'
  | 'listOrders'
  | 'listOrderEvents'
  | 'listExpiredOrders'
  | 'insertPayment'
  | 'findPayment'
  | 'findSituation'
  | 'findTransaction'
  | 'claimDuePayments'
  | 'checkPaymentNow'
>

const LIVE = ['preparing', 'open'] as const
const { placeholder } = sql

/** Products, orders and payments; what each method promises stands in the Store. */
export function orderMethods(db: Database): OrderMethods {
  return {
    async listProducts() {
      return db.select().from(products).orderBy(asc(products.position)).all().map(toProduct)
    },
    async findProduct(slug) {
      const row = db.select().from(products).where(eq(products.slug, slug)).get()
      return row === undefined ? null : toProduct(row)
    },
    async listProductsById(ids) {
      return db.select().from(products).where(inArray(products.id, ids)).all().map(toProduct)
    },

    async insertOrder(order, event, key) {
      return atomically(db, (tx) => {
        if (key !== null && !takeKey(tx, key)) return { ok: false, reason: 'key_used' }
        const soldOut = order.lines.find(({ productId, quantity }) => !hasStock(tx, productId, quantity))
        if (soldOut !== undefined) return { ok: false, reason: 'sold_out', productId: soldOut.productId }
        for (const { productId, quantity } of order.lines) moveStock(tx, productId, -quantity)
        const { lines, ...row } = order
        const { key: idempotencyKey = null, fingerprint = null } = key ?? {}
        tx.insert(orders)
          .values({ ...row, idempotencyKey, fingerprint })
          .run()
        tx.insert(orderItems)
          .values(lines.map((line, position) => ({ ...line, orderId: order.id, position })))
          .run()
        insertEvent(tx, event)
        return { ok: true }
      })
    },

    async findOrderByKey(key, madeAfter) {
      return readTogether(db, (tx) => {
        const row = tx.select().from(orders).where(isKeyOf(key, madeAfter)).get()
        const order = row === undefined ? null : readOrder(tx, row.id)
        return order === null ? null : { order, fingerprint: row?.fingerprint ?? '' }
      })
    },

    async findOrder(id) {
      return readTogether(db, (tx) => {
        const order = readOrder(tx, id)
        return order === null ? null : { order, payments: paymentsOf(tx, id) }
      })
    },
    async listOrders(ids) {
      return readTogether(db, (tx) => readOrders(tx, ids))
    },
    async listOrderEvents(orderId) {
      const rows = db
        .select()
        .from(orderEvents)
        .where(eq(orderEvents.orderId, orderId))
        .orderBy(asc(orderEvents.version))
      return rows
        .all()
        .map(({ causeKind, causeId, ...event }) => ({ ...event, cause: { kind: causeKind, id: causeId } }))
    },
    async listExpiredOrders(now, limit) {
      const expired = expiredOrders(db).all({ now, limit })
      // No order most of the time, and then nothing more is asked.
      return expired.length === 0
        ? []
        : readOrders(
            db,
            expired.map(({ id }) => id),
          )
    },

    async insertPayment(payment) {
      return atomically(db, (tx) => {
        if (readOrder(tx, payment.orderId)?.status !== 'pending') return false
        if (paymentsOf(tx, payment.orderId).some(isLive)) return false
        tx.insert(payments).values(fromPayment(payment)).run()
        tx.update(orders).set({ channel: payment.channel }).where(eq(orders.id, payment.orderId)).run()
        return true
      })
    },
    async findPayment(outTradeNo) {
      return readPayment(db, outTradeNo)
    },
    async findSituation(outTradeNo, transactionId) {
      return readTogether(db, (tx) => {
        const payment = readPayment(tx, outTradeNo)
        const order = payment === null ? null : readOrder(tx, payment.orderId)
        if (payment === null || order === null) return null
        const hasOtherLive = paymentsOf(tx, order.id).some((it) => isLive(it) && it.outTradeNo !== outTradeNo)
        const known = transactionId === null ? null : readTransaction(tx, transactionId)
        return { order, payment, known, hasOtherLive }
      })
    },
    async findTransaction(transactionId) {
      return readTransaction(db, transactionId)
    },

    async claimDuePayments(now, limit) {
      // Nothing is due most of the time; then nobody's lock is asked for.
      if (dueNumbers(db, now, 1).length === 0) return []
      return atomically(db, (tx) =>
        dueNumbers(tx, now, limit).flatMap((outTradeNo) => {
          const payment = readPayment(tx, outTradeNo)
          const order = payment === null ? null : readOrder(tx, payment.orderId)
          return payment === null || order === null ? [] : [{ order, payment: claim(tx, order, payment, now) }]
        }),
      )
    },
    async checkPaymentNow(outTradeNo, at) {
      const isLater = and(
        eq(payments.outTradeNo, outTradeNo),
        inArray(payments.status, LIVE),
        gte(payments.nextCheckAt, at),
      )
      db.update(payments).set({ nextCheckAt: at }).where(isLater).run()
    },
  }
}

function isKeyOf(key: string, madeAfter: number) {
  return and(eq(orders.idempotencyKey, key), gt(orders.createdAt, madeAfter))
}

/** Frees a key whose time is over; false when it still belongs to an order. */
function takeKey(tx: Connection, { key, madeAfter }: IdempotencyKey): boolean {
  if (tx.select({ id: orders.id }).from(orders).where(isKeyOf(key, madeAfter)).get() !== undefined) return false
  tx.update(orders).set({ idempotencyKey: null, fingerprint: null }).where(eq(orders.idempotencyKey, key)).run()
  return true
}

export function insertEvent(tx: Connection, { cause, ...event }: OrderEvent): void {
  tx.insert(orderEvents)
    .values({ ...event, causeKind: cause.kind, causeId: cause.id })
    .run()
}

/** Takes stock, or gives it back; the table itself refuses to go below nothing. */
export function moveStock(tx: Connection, productId: string, pieces: number): void {
  tx.update(products)
    .set({ stock: sql`${products.stock} + ${pieces}` })
    .where(eq(products.id, productId))
    .run()
}

function hasStock(tx: Connection, productId: string, quantity: number): boolean {
  const row = tx.select({ stock: products.stock }).from(products).where(eq(products.id, productId)).get()
  return row !== undefined && row.stock >= quantity
}

/** Orders with their lines in two queries, however many; newest first. */
export function readOrders(tx: Connection, ids: string[]): Order[] {
  const rows = tx
    .select()
    .from(orders)
    .where(inArray(orders.id, ids))
    .orderBy(desc(orders.createdAt), desc(orders.id))
    .all()
  if (rows.length === 0) return []
  const items = tx
    .select()
    .from(orderItems)
    .where(inArray(orderItems.orderId, ids))
    .orderBy(asc(orderItems.position))
    .all()
  return rows.map((row) =>
    toOrder(
      row,
      items.filter(({ orderId }) => orderId === row.id),
    ),
  )
}

const orderById = keptQuery((db) =>
  db
    .select()
    .from(orders)
    .where(eq(orders.id, placeholder('id')))
    .prepare(),
)
const itemsOfOrder = keptQuery((db) =>
  db
    .select()
    .from(orderItems)
    .where(eq(orderItems.orderId, placeholder('id')))
    .orderBy(asc(orderItems.position))
    .prepare(),
)
const paymentsOfOrder = keptQuery((db) =>
  db
    .select()
    .from(payments)
    .where(eq(payments.orderId, placeholder('id')))
    .orderBy(asc(payments.createdAt), asc(payments.outTradeNo))
    .prepare(),
)
const paymentByNumber = keptQuery((db) =>
  db
    .select()
    .from(payments)
    .where(eq(payments.outTradeNo, placeholder('outTradeNo')))
    .prepare(),
)
const transactionById = keptQuery((db) =>
  db
    .select()
    .from(transactions)
    .where(eq(transactions.transactionId, placeholder('transactionId')))
    .prepare(),
)
const duePayments = keptQuery((db) =>
  db
    .select({ outTradeNo: payments.outTradeNo })
    .from(payments)
    .where(lte(payments.nextCheckAt, placeholder('now')))
    .orderBy(asc(payments.nextCheckAt))
    .limit(placeholder('limit'))
    .prepare(),
)
const expiredOrders = keptQuery((db) => {
  const live = db
    .select({ one: sql`1` })
    .from(payments)
    .where(and(eq(payments.orderId, orders.id), inArray(payments.status, LIVE)))
  return db
    .select({ id: orders.id })
    .from(orders)
    .where(and(eq(orders.status, 'pending'), lte(orders.expiresAt, placeholder('now')), notExists(live)))
    .orderBy(orders.expiresAt)
    .limit(placeholder('limit'))
    .prepare()
})

function readOrder(tx: Connection, id: string): Order | null {
  const row = orderById(tx).get({ id })
  return row === undefined ? null : toOrder(row, itemsOfOrder(tx).all({ id }))
}

export function paymentsOf(tx: Connection, orderId: string): Payment[] {
  return paymentsOfOrder(tx).all({ id: orderId }).map(toPayment)
}

function readPayment(tx: Connection, outTradeNo: string): Payment | null {
  const row = paymentByNumber(tx).get({ outTradeNo })
  return row === undefined ? null : toPayment(row)
}

function readTransaction(tx: Connection, transactionId: string) {
  const row = transactionById(tx).get({ transactionId })
  return row === undefined ? null : toTransaction(row)
}

function dueNumbers(tx: Connection, now: number, limit: number): string[] {
  return duePayments(tx)
    .all({ now, limit })
    .map(({ outTradeNo }) => outTradeNo)
}

/** Sets the next scheduled check before the work begins, so that whoever dies with it in hand is followed by another. */
function claim(tx: Connection, order: Order, payment: Payment, now: number): Payment {
  const checks = payment.checks + 1
  const next = nextCheckAt(order, payment.prepay?.at ?? payment.createdAt, checks, now)
  tx.update(payments).set({ checks, nextCheckAt: next }).where(eq(payments.outTradeNo, payment.outTradeNo)).run()
  return { ...payment, checks, nextCheckAt: next }
}
