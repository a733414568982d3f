import { and, asc, eq, getTableColumns, gte, inArray, lte, sql } from 'drizzle-orm'
import { claimed, isLive, type Payment } from '@/lib/shop/payment'
import type { PaymentStore } from '@/lib/shop/store'
import { type Access, blanksOf, type Connection, keptQuery } from './access'
import { LIVE, paymentsOf, readOrder, readPayment, readTransaction } from './lookups'
import { fromPayment, toPayment } from './rows'
import { orders, payments } from './schema'

const { placeholder } = sql

export function openPayments({ read, write }: Access): PaymentStore {
  return {
    insertPayment: (payment) =>
      write(async (tx) => {
        if ((await readOrder(tx, payment.orderId))?.status !== 'pending') return false
        if ((await paymentsOf(tx, payment.orderId)).some(isLive)) return false
        await insertRow(tx).execute(fromPayment(payment))
        await noteChannel(tx).execute(payment)
        return true
      }),
    findPayment: (outTradeNo) => read((tx) => readPayment(tx, outTradeNo)),
    findSituation: (outTradeNo, transactionId) =>
      read(async (tx) => {
        const payment = await readPayment(tx, outTradeNo)
        if (payment === null) return null
        const order = await readOrder(tx, payment.orderId)
        if (order === null) return null
        const all = await paymentsOf(tx, order.id)
        const hasOtherLive = all.some((it) => isLive(it) && it.outTradeNo !== outTradeNo)
        const known = transactionId === null ? null : await readTransaction(tx, transactionId)
        return { order, payment, known, hasOtherLive }
      }),
    findTransaction: (transactionId) => read((tx) => readTransaction(tx, transactionId)),

    claimDuePayments: async (now, limit) => {
      // Nothing is due most of the time; then nobody's lock is asked for.
      const isAnyDue = await read(async (tx) => (await listDue(tx, now, 1)).length > 0)
      return isAnyDue ? write((tx) => claimAll(tx, now, limit)) : []
    },
    checkPaymentNow: (outTradeNo, at) =>
      write(async (tx) => {
        const isLater = and(
          eq(payments.outTradeNo, outTradeNo),
          inArray(payments.status, LIVE),
          gte(payments.nextCheckAt, at),
        )
        await tx.update(payments).set({ nextCheckAt: at }).where(isLater)
      }),
  }
}

const insertRow = keptQuery((db) => {
  const names = Object.keys(getTableColumns(payments)) as (keyof typeof payments.$inferInsert)[]
  return db.insert(payments).values(blanksOf(payments, names)).prepare()
})
const noteChannel = keptQuery((db) =>
  db
    .update(orders)
    .set({ ...blanksOf(orders, ['channel']), heldUntil: null })
    .where(eq(orders.id, placeholder('orderId')))
    .prepare(),
)

async function claimAll(tx: Connection, now: number, limit: number) {
  const claims: Awaited<ReturnType<PaymentStore['claimDuePayments']>> = []
  for (const found of await listDue(tx, now, limit)) {
    const order = await readOrder(tx, found.orderId)
    if (order === null) continue
    const payment = claimed(order, found, now)
    const { checks, nextCheckAt } = payment
    await tx.update(payments).set({ checks, nextCheckAt }).where(eq(payments.outTradeNo, payment.outTradeNo))
    claims.push({ order, payment })
  }
  return claims
}

const duePayments = keptQuery((db) =>
  db
    .select()
    .from(payments)
    .where(lte(payments.nextCheckAt, placeholder('now')))
    .orderBy(asc(payments.nextCheckAt))
    .limit(placeholder('limit'))
    .prepare(),
)

async function listDue(tx: Connection, now: number, limit: number): Promise<Payment[]> {
  return (await duePayments(tx).execute({ now, limit })).map(toPayment)
}
