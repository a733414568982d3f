import { and, asc, eq, gt, inArray, lte, notExists, or, sql } from 'drizzle-orm'
import { refuseHolding } from '@/lib/shop/holding'
import type { OrderEvent } from '@/lib/shop/order'
import type { IdempotencyKey, OrderStore } from '@/lib/shop/store'
import { type Access, blanksOf, type Connection, keptQuery } from './access'
import { readHoldings } from './holdings'
import { hasNumber, LIVE, paymentsOf, readOrder, readOrders } from './lookups'
import { moveStock, readStock } from './products'
import { toOrderEvent } from './rows'
import { orderEvents, orderItems, orders, payments } from './schema'

const { placeholder } = sql

/** Two orders with one number are never met; more would be a mistake. */
const SAME_NUMBER_MAX = 5

export function openOrders({ read, write }: Access): OrderStore {
  return {
    insertOrder: (order, event, key, holder = null) =>
      write(async (tx) => {
        if (key !== null && !(await takeKey(tx, key))) return { ok: false, reason: 'key_used' }
        const stock = await readStock(
          tx,
          order.lines.map(({ productId }) => productId),
        )
        const refusal = refuseHolding(order.lines, stock, await readHoldings(tx, holder))
        if (refusal !== null) return { ok: false, ...refusal }
        for (const { productId, quantity } of order.lines) await moveStock(tx, productId, -quantity)
        const { key: idempotencyKey = null, fingerprint = null } = key ?? {}
        const { buyer = null, address = null } = holder ?? {}
        const { email, phone, address: deliveryAddress, note: buyerNote } = order.contact
        const left = { contactEmail: email, contactPhone: phone, deliveryAddress, buyerNote }
        await insertRow(tx).execute({ ...order, ...left, idempotencyKey, fingerprint, buyer, address })
        for (const [position, line] of order.lines.entries()) {
          await insertLine(tx).execute({ ...line, orderId: order.id, position })
        }
        await insertEvent(tx, event)
        return { ok: true }
      }),

    findOrderByKey: (key, madeAfter) =>
      read(async (tx) => {
        const [row] = await tx.select().from(orders).where(isKeyOf(key, madeAfter))
        const order = row === undefined ? null : await readOrder(tx, row.id)
        return order === null ? null : { order, fingerprint: row?.fingerprint ?? '' }
      }),

    findOrder: (id) =>
      read(async (tx) => {
        const order = await readOrder(tx, id)
        return order === null ? null : { order, payments: await paymentsOf(tx, id) }
      }),
    listOrders: (ids) => read((tx) => readOrders(tx, ids)),
    listOrdersOfNumber: (number) =>
      read(async (tx) => {
        const found = await tx.select({ id: orders.id }).from(orders).where(hasNumber(number)).limit(SAME_NUMBER_MAX)
        const ids = found.map(({ id }) => id)
        return ids.length === 0 ? [] : readOrders(tx, ids)
      }),
    listOrderEvents: (orderId) =>
      read(async (tx) => {
        const ofOrder = tx.select().from(orderEvents).where(eq(orderEvents.orderId, orderId))
        return (await ofOrder.orderBy(asc(orderEvents.version))).map(toOrderEvent)
      }),
    listExpiredOrders: (now, limit) =>
      read(async (tx) => {
        const expired = await expiredOrders(tx).execute({ now, limit })
        const ids = expired.map(({ id }) => id)
        // No order most of the time, and then nothing more is asked.
        return ids.length === 0 ? [] : readOrders(tx, ids)
      }),
  }
}

function isKeyOf(key: string, madeAfter: number) {
  return and(eq(orders.idempotencyKey, key), gt(orders.createdAt, madeAfter))
}

/** Frees a key whose time is over; false when it still belongs to an order. */
async function takeKey(tx: Connection, { key, madeAfter }: IdempotencyKey): Promise<boolean> {
  const [taken] = await tx.select({ id: orders.id }).from(orders).where(isKeyOf(key, madeAfter))
  if (taken !== undefined) return false
  await tx.update(orders).set({ idempotencyKey: null, fingerprint: null }).where(eq(orders.idempotencyKey, key))
  return true
}

export async function insertEvent(tx: Connection, { cause, ...event }: OrderEvent): Promise<void> {
  await insertEventRow(tx).execute({ ...event, causeKind: cause.kind, causeId: cause.id })
}

const NEW_ORDER_COLUMNS = [
  ...([
    'id',
    'status',
    'amountFen',
    'currency',
    'createdAt',
    'expiresAt',
    'heldUntil',
    'paidAt',
    'closedAt',
    'shippedAt',
  ] as const),
  ...(['transactionId', 'version', 'idempotencyKey', 'fingerprint', 'buyer', 'address'] as const),
  ...(['trackingNumber', 'contactEmail', 'contactPhone', 'deliveryAddress', 'buyerNote'] as const),
]
const insertRow = keptQuery((db) => db.insert(orders).values(blanksOf(orders, NEW_ORDER_COLUMNS)).prepare())
const LINE_COLUMNS = ['orderId', 'position', 'productId', 'name', 'quantity', 'priceFen'] as const
const insertLine = keptQuery((db) => db.insert(orderItems).values(blanksOf(orderItems, LINE_COLUMNS)).prepare())
const EVENT_COLUMNS = ['orderId', 'version', 'from', 'to', 'causeKind', 'causeId', 'at'] as const
const insertEventRow = keptQuery((db) => db.insert(orderEvents).values(blanksOf(orderEvents, EVENT_COLUMNS)).prepare())

const expiredOrders = keptQuery((db) => {
  const live = db
    .select({ one: sql`1` })
    .from(payments)
    .where(and(eq(payments.orderId, orders.id), inArray(payments.status, LIVE)))
  const [isOver, isHeldNoLonger] = [orders.expiresAt, orders.heldUntil].map((at) => lte(at, placeholder('now')))
  return db
    .select({ id: orders.id })
    .from(orders)
    .where(and(eq(orders.status, 'pending'), or(isOver, isHeldNoLonger), notExists(live)))
    .orderBy(orders.expiresAt)
    .limit(placeholder('limit'))
    .prepare()
})
