import { and, eq, inArray } from 'drizzle-orm'
import type { Change, OrderChange } from '@/lib/shop/change'
import type { LogLimits } from '@/lib/shop/notification-log'
import { isBetterKnown, type Transaction } from '@/lib/shop/payment'
import type { ChangeStore } from '@/lib/shop/store'
import type { Access, Connection } from './access'
import { LIVE, readTransaction } from './lookups'
import { recordResult } from './notifications'
import { insertEvent } from './orders'
import { moveStock } from './products'
import { fromPayment } from './rows'
import { orders, payments, transactions } from './schema'

/** Says inside a step that it has to be undone. */
class Conflict extends Error {}

export function openChanges({ write }: Access, limits: LogLimits): ChangeStore {
  return {
    commit: async (change) => {
      if (isEmpty(change)) return true
      try {
        await write((tx) => carryOut(tx, change, limits))
        return true
      } catch (error) {
        if (error instanceof Conflict) return false
        throw error
      }
    },
  }
}

function isEmpty({ payment, order, transaction, result }: Change): boolean {
  return !payment && !order && !transaction && !result
}

async function carryOut(tx: Connection, change: Change, limits: LogLimits): Promise<void> {
  // Asked first: written to another payment, money that is settled would break an index instead of losing.
  if (change.transaction) await refuseWhatIsBetterKnown(tx, change.transaction)
  if (change.payment) await replacePayment(tx, change.payment)
  if (change.order) await replaceOrder(tx, change.order)
  if (change.transaction) await recordTransaction(tx, change.transaction)
  if (change.result) await recordResult(tx, change.result, limits)
}

async function refuseWhatIsBetterKnown(tx: Connection, transaction: Transaction): Promise<void> {
  const record = await readTransaction(tx, transaction.transactionId)
  if (record !== null && isBetterKnown(record, transaction)) throw new Conflict()
}

async function replacePayment(tx: Connection, { before, after }: NonNullable<Change['payment']>): Promise<void> {
  const { outTradeNo } = before
  const isUnchanged = and(eq(payments.outTradeNo, outTradeNo), eq(payments.version, before.version))
  const written = await tx
    .update(payments)
    .set(fromPayment(after))
    .where(isUnchanged)
    .returning({ outTradeNo: payments.outTradeNo })
  if (written.length !== 1) throw new Conflict()
}

async function replaceOrder(tx: Connection, change: OrderChange): Promise<void> {
  const { before, after, event, returned, needsNoLivePayment, livePaymentsDueAt } = change
  const { status, paidAt, closedAt, transactionId, version } = after
  const isUnchanged = and(eq(orders.id, before.id), eq(orders.version, before.version))
  // Whoever had it unpaid has it no longer.
  const holder = status === 'pending' ? {} : { buyer: null, address: null }
  const set = { status, paidAt, closedAt, transactionId, version, ...holder }
  const changed = tx.update(orders).set(set).where(isUnchanged)
  if ((await changed.returning({ id: orders.id })).length !== 1) throw new Conflict()
  await insertEvent(tx, event)
  const isLive = and(eq(payments.orderId, after.id), inArray(payments.status, LIVE))
  if (needsNoLivePayment) {
    const live = await tx.select({ outTradeNo: payments.outTradeNo }).from(payments).where(isLive)
    if (live.length > 0) throw new Conflict()
  }
  for (const { productId, quantity } of returned) await moveStock(tx, productId, quantity)
  if (livePaymentsDueAt !== null) await tx.update(payments).set({ nextCheckAt: livePaymentsDueAt }).where(isLive)
}

/** Writes a record, in place of one of the same money that had found no order yet. */
async function recordTransaction(tx: Connection, transaction: Transaction): Promise<void> {
  const inPlace = { target: transactions.transactionId, set: transaction }
  await tx.insert(transactions).values(transaction).onConflictDoUpdate(inPlace)
}
