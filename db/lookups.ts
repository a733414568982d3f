import { asc, between, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Order } from '@/lib/shop/order'
import type { Payment, Transaction } from '@/lib/shop/payment'
import { type Connection, keptQuery } from './access'
import { toOrder, toPayment, toTransaction } from './rows'
import { orderItems, orders, payments, transactions } from './schema'

/* What most steps look up first: an order, its payments, a payment by its number, the record of some money. */

export const LIVE = ['preparing', 'open'] as const
const { placeholder } = sql

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

/** Of the ids that the shop makes, all of digits and small letters: every database puts them in the same order. */
const ID_LENGTH = 26

/** Whether an order's id begins with a number; it is found by the key alone. */
export function hasNumber(number: string) {
  return between(orders.id, number.padEnd(ID_LENGTH, '0'), number.padEnd(ID_LENGTH, 'z'))
}

export async function readOrder(tx: Connection, id: string): Promise<Order | null> {
  const [row] = await orderById(tx).execute({ id })
  return row === undefined ? null : toOrder(row, await itemsOfOrder(tx).execute({ id }))
}

/** Orders with their lines in two queries, however many; newest first. */
export async function readOrders(tx: Connection, ids: string[]): Promise<Order[]> {
  const wanted = tx.select().from(orders).where(inArray(orders.id, ids))
  const rows = await wanted.orderBy(desc(orders.createdAt), desc(orders.id))
  if (rows.length === 0) return []
  const items = await tx
    .select()
    .from(orderItems)
    .where(inArray(orderItems.orderId, ids))
    .orderBy(asc(orderItems.position))
  const itemsOf = (id: string) => items.filter(({ orderId }) => orderId === id)
  return rows.map((row) => toOrder(row, itemsOf(row.id)))
}

export async function paymentsOf(tx: Connection, orderId: string): Promise<Payment[]> {
  return (await paymentsOfOrder(tx).execute({ id: orderId })).map(toPayment)
}

export async function readPayment(tx: Connection, outTradeNo: string): Promise<Payment | null> {
  const [row] = await paymentByNumber(tx).execute({ outTradeNo })
  return row === undefined ? null : toPayment(row)
}

export async function readTransaction(tx: Connection, transactionId: string): Promise<Transaction | null> {
  const [row] = await transactionById(tx).execute({ transactionId })
  return row === undefined ? null : toTransaction(row)
}
