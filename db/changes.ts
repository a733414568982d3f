import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Change, OrderChange } from '@/lib/shop/change'
import type { LogLimits } from '@/lib/shop/notification-log'
import { isBetterKnown, type Transaction } from '@/lib/shop/payment'
import type { ChangeStore } from '@/lib/shop/store'
import { type Access, blanksOf, type Connection, keptFor, keptQuery } from './access'
import { LIVE, readTransaction } from './lookups'
import { recordResult } from './notifications'
import { insertEvent } from './orders'
import { moveStock } from './products'
import { fromPayment } from './rows'
import { orders, payments, transactions } from './schema'

const { placeholder } = sql

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
  const [from, to] = [fromPayment(before), fromPayment(after)]
  const names = PAYMENT_COLUMNS.filter((name) => name === 'version' || to[name] !== from[name])
  const written = await paymentUpdate(names)(tx).execute({ ...to, of: before.outTradeNo, was: before.version })
  if (written.length !== 1) throw new Conflict()
}

const PAYMENT_COLUMNS = [
  ...(['status', 'transactionId', 'prepayId', 'codeUrl', 'mwebUrl', 'prepaidAt', 'nextCheckAt', 'checks'] as const),
  ...(['refundSeenAt', 'refundReviewedAt', 'version'] as const),
]
type PaymentColumn = (typeof PAYMENT_COLUMNS)[number]

/** What does not change is not written: its indexes and references would all be looked through again. */
const paymentUpdate = keptFor((names: PaymentColumn[]) =>
  keptQuery((db) =>
    db
      .update(payments)
      .set(blanksOf(payments, names))
      .where(and(eq(payments.outTradeNo, placeholder('of')), eq(payments.version, placeholder('was'))))
      .returning({ outTradeNo: payments.outTradeNo })
      .prepare(),
  ),
)

async function replaceOrder(tx: Connection, change: OrderChange): Promise<void> {
  const { before, after, event, returned, needsNoLivePayment, livePaymentsDueAt } = change
  const update = after.status === 'pending' ? updatePending : updateEnded
  const changed = await update(tx).execute({ ...after, of: before.id, was: before.version })
  if (changed.length !== 1) throw new Conflict()
  await insertEvent(tx, event)
  if (needsNoLivePayment && (await livePayments(tx).execute({ orderId: after.id })).length > 0) throw new Conflict()
  for (const { productId, quantity } of returned) await moveStock(tx, productId, quantity)
  if (livePaymentsDueAt === null) return
  await livePaymentsDue(tx).execute({ orderId: after.id, nextCheckAt: livePaymentsDueAt })
}

const ORDER_COLUMNS = ['status', 'paidAt', 'closedAt', 'transactionId', 'version'] as const
const isUnchangedOrder = and(eq(orders.id, placeholder('of')), eq(orders.version, placeholder('was')))
const updatePending = keptQuery((db) =>
  db.update(orders).set(blanksOf(orders, ORDER_COLUMNS)).where(isUnchangedOrder).returning({ id: orders.id }).prepare(),
)
/** Whoever had it unpaid has it no longer. */
const updateEnded = keptQuery((db) =>
  db
    .update(orders)
    .set({ ...blanksOf(orders, ORDER_COLUMNS), buyer: null, address: null })
    .where(isUnchangedOrder)
    .returning({ id: orders.id })
    .prepare(),
)
const isLive = and(eq(payments.orderId, placeholder('orderId')), inArray(payments.status, LIVE))
const livePayments = keptQuery((db) =>
  db.select({ outTradeNo: payments.outTradeNo }).from(payments).where(isLive).prepare(),
)
const livePaymentsDue = keptQuery((db) =>
  db
    .update(payments)
    .set(blanksOf(payments, ['nextCheckAt']))
    .where(isLive)
    .prepare(),
)

/** Writes a record, in place of one of the same money that had found no order yet. */
async function recordTransaction(tx: Connection, transaction: Transaction): Promise<void> {
  await writeTransaction(tx).execute(transaction)
}

const TRANSACTION_COLUMNS = [
  ...([
    'transactionId',
    'outTradeNo',
    'orderId',
    'paidFen',
    'currency',
    'paidAt',
    'outcome',
    'seenAt',
    'seenBy',
  ] as const),
]
const writeTransaction = keptQuery((db) => {
  const written = blanksOf(transactions, TRANSACTION_COLUMNS)
  return db
    .insert(transactions)
    .values(written)
    .onConflictDoUpdate({ target: transactions.transactionId, set: written })
    .prepare()
})
