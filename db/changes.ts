import { and, eq, inArray } from 'drizzle-orm'
import { isFinal, isProved, type Transaction } from '@/lib/shop/payment'
import type { Change, Store } from '@/lib/shop/store'
import { recordResult } from './notifications'
import { insertEvent, moveStock } from './orders'
import { fromPayment } from './rows'
import { orders, payments, transactions } from './schema'
import { atomically, type Connection, type Database } from './sqlite/connection'

/** Says inside a transaction that it has to be undone. */
class Conflict extends Error {}

/** Writes a whole change or nothing; what it promises stands in the Store. */
export function commitMethod(db: Database): Store['commit'] {
  return async (change) => {
    if (isEmpty(change)) return true
    try {
      atomically(db, (tx) => {
        // Asked first: written to another payment, money that is settled would break an index instead of losing.
        if (change.transaction && isBetterKnown(tx, change.transaction)) throw new Conflict()
        if (change.payment) replacePayment(tx, change.payment)
        if (change.order) replaceOrder(tx, change.order)
        if (change.transaction) recordTransaction(tx, change.transaction)
        if (change.result) recordResult(tx, change.result)
      })
      return true
    } catch (error) {
      if (error instanceof Conflict) return false
      throw error
    }
  }
}

function isEmpty({ payment, order, transaction, result }: Change): boolean {
  return !payment && !order && !transaction && !result
}

function replacePayment(tx: Connection, { before, after }: NonNullable<Change['payment']>): void {
  const isUnchanged = and(eq(payments.outTradeNo, before.outTradeNo), eq(payments.version, before.version))
  if (tx.update(payments).set(fromPayment(after)).where(isUnchanged).run().changes !== 1) throw new Conflict()
}

function replaceOrder(tx: Connection, { before, after, event }: NonNullable<Change['order']>): void {
  const { status, paidAt, closedAt, transactionId, version } = after
  const isUnchanged = and(eq(orders.id, before.id), eq(orders.version, before.version))
  const written = tx.update(orders).set({ status, paidAt, closedAt, transactionId, version }).where(isUnchanged).run()
  if (written.changes !== 1) throw new Conflict()
  insertEvent(tx, event)
  const isLive = and(eq(payments.orderId, after.id), inArray(payments.status, ['preparing', 'open']))
  if (before.status !== 'closed' && after.status === 'closed') {
    // The last look of whoever closes is older than this step; a payment may have been opened in between.
    if (tx.select().from(payments).where(isLive).get() !== undefined) throw new Conflict()
    for (const { productId, quantity } of after.lines) moveStock(tx, productId, quantity)
  }
  if (after.status === 'paid') tx.update(payments).set({ nextCheckAt: event.at }).where(isLive).run()
}

/** Money that is settled stays as it is, and what WeChat answered gives way to nothing that only a message said. */
function isBetterKnown(tx: Connection, transaction: Transaction): boolean {
  const isSame = eq(transactions.transactionId, transaction.transactionId)
  const record = tx.select().from(transactions).where(isSame).get()
  return record !== undefined && (isFinal(record.outcome) || (isProved(record) && !isProved(transaction)))
}

/** Writes a record, in place of one of the same money that had found no order yet. */
function recordTransaction(tx: Connection, transaction: Transaction): void {
  const inPlace = { target: transactions.transactionId, set: transaction }
  tx.insert(transactions).values(transaction).onConflictDoUpdate(inPlace).run()
}
