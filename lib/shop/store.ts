import type { AuditEntry, AuditFilter, NewAuditEntry } from './audit'
import type { Decision, Situation } from './decide'
import type { GatewayCall } from './gateway'
import type {
  LogPage,
  LogPlace,
  Notification,
  NotificationFilter,
  NotificationLine,
  NotificationResult,
  ReceivedMessage,
  Verdict,
} from './notification'
import type { Cause, Order, OrderEvent } from './order'
import type { OrderWithPayments, Payment, Resolution, Transaction } from './payment'
import type { Product } from './product'
import type {
  CallFilter,
  CallTime,
  KeptCall,
  ListPlace,
  OrderFilter,
  OrderHistory,
  OrderSum,
  ReviewedOrder,
  ReviewedTransaction,
  Waiting,
} from './review'

/** One atomic step of the store; what is left out stays as it is. */
export type Change = {
  payment?: { before: Payment; after: Payment } | null
  order?: { before: Order; after: Order; event: OrderEvent } | null
  transaction?: Transaction | null
  result?: NotificationResult | null
}

/** The change of the store that carries out a decision about a situation. */
export function changeOf(
  { order, payment }: Situation<Payment | null>,
  decision: Extract<Decision<string>, { type: 'apply' }>,
  cause: Cause,
  at: number,
): Change {
  const change: Change = {}
  if (payment !== null && decision.payment !== null && decision.payment !== payment) {
    change.payment = { before: payment, after: { ...decision.payment, version: payment.version + 1 } }
  }
  if (decision.order !== order) {
    const after = { ...decision.order, version: order.version + 1 }
    const event = { orderId: order.id, version: after.version, from: order.status, to: after.status, cause, at }
    change.order = { before: order, after, event }
  }
  return change
}

/** What makes a repeated request to create an order recognisable; the key counts for orders made after `madeAfter`. */
export type IdempotencyKey = { key: string; fingerprint: string; madeAfter: number }

type InsertResult =
  | { ok: true }
  | { ok: false; reason: 'sold_out'; productId: string }
  | { ok: false; reason: 'key_used' }

/** `at` is the beginning of an hour. */
type VerdictCount = { at: number; verdict: Verdict; count: number }

/** What bounds the log of messages that carry no valid signature. Others are never deleted. */
export type LogLimits = { entriesMax: number; bytesMax: number }

/** The shop's store. Each method is one atomic step; what it says is written survives a crash and a power cut. */
export interface Store {
  listProducts(): Promise<Product[]>
  findProduct(slug: string): Promise<Product | null>
  listProductsById(ids: string[]): Promise<Product[]>

  /**
   * Writes a new order with its first event and takes its lines' stock; or writes nothing and says what is sold out, or
   * that an order with the same key was made within the key's time.
   */
  insertOrder(order: Order, event: OrderEvent, key: IdempotencyKey | null): Promise<InsertResult>
  /** The order that was made with a key after an instant, and the fingerprint of what was asked for then. */
  findOrderByKey(key: string, madeAfter: number): Promise<{ order: Order; fingerprint: string } | null>
  findOrder(id: string): Promise<OrderWithPayments | null>
  /** Those of `ids` that exist, newest first. */
  listOrders(ids: string[]): Promise<Order[]>
  /** History of an order, oldest first. */
  listOrderEvents(orderId: string): Promise<OrderEvent[]>
  /** Pending orders past their time without a live payment, so that nothing has to be closed at WeChat. */
  listExpiredOrders(now: number, limit: number): Promise<Order[]>

  /** Writes a new payment; false when its order has a live one already, or is not pending any more. */
  insertPayment(payment: Payment): Promise<boolean>
  findPayment(outTradeNo: string): Promise<Payment | null>
  /** Order, payment and the record of `transactionId`, read in one step; null for a number that is not ours. */
  findSituation(outTradeNo: string, transactionId: string | null): Promise<Situation | null>
  findTransaction(transactionId: string): Promise<Transaction | null>

  /**
   * Writes all of a change, or nothing. False when an order or payment is no longer at `before.version`, when an order
   * would close over a live payment, or when the transaction has a final record already, or WeChat's own answer as its
   * record and the new one is only what a message said. An order that closes gives its stock back; when one is paid, its
   * other live payments fall due for the worker at once, so that nobody pays them. A result about a message without
   * a valid signature whose very body is in the log with the same verdict is counted there, and its own entry goes. A
   * verdict that acknowledged it stays, whoever processes the same message again.
   */
  commit(change: Change): Promise<boolean>

  /**
   * Live payments whose scheduled check is due, oldest first, each with its order. Claiming sets the next scheduled check, so
   * that two workers never hold the same one, and one that dies is followed by another.
   */
  claimDuePayments(now: number, limit: number): Promise<{ order: Order; payment: Payment }[]>
  /** Moves a live payment's next scheduled check forward to `at`. */
  checkPaymentNow(outTradeNo: string, at: number): Promise<void>

  /** Writes down a message as it came; gives its number in the log. */
  insertNotification(message: ReceivedMessage & { receivedAt: number; replayOf: number | null }): Promise<number>
  /** Messages received before an instant that still have no verdict, oldest first. */
  listUnprocessedNotifications(
    receivedBefore: number,
    limit: number,
  ): Promise<{ id: number; message: ReceivedMessage }[]>
  /**
   * Newest first, from a place on. What no index knows (text, unresolved money, replays) is looked for in some thousand
   * entries at a time, so that a page costs the same however long the log is; the next page looks further back.
   */
  listNotifications(filter: NotificationFilter, page: { after: LogPlace | null; limit: number }): Promise<LogPage>
  findNotification(id: number): Promise<Notification | null>
  /** What an entry was replayed as, newest first. */
  listReplays(id: number, limit: number): Promise<NotificationLine[]>
  /** How many messages that came from one instant to another ended with which verdict, by the hour, oldest first. */
  countVerdicts(from: number, until: number): Promise<VerdictCount[]>
  /** Deletes the oldest messages without a valid signature beyond the limits; says how many, and keeps the sum. */
  pruneNotifications(limits: LogLimits): Promise<number>
  /** How many were ever deleted. */
  countDroppedNotifications(): Promise<number>

  /** Adds a line to the record of who did what; gives its number. */
  insertAudit(entry: NewAuditEntry): Promise<number>
  /** Newest first; `before` is the number of the entry that a list continues after. */
  listAudit(page: { filter: AuditFilter; before: number | null; limit: number }): Promise<AuditEntry[]>

  /** Keeps a call to WeChat for the log; of those, the newest are kept. */
  insertCall(call: GatewayCall): Promise<void>

  /** Newest first; `beforeId` continues a list. */
  listCalls(filter: CallFilter, page: { beforeId: number | null; limit: number }): Promise<KeptCall[]>

  /** Newest first, from a place on; what needs a look is decided as of `now`. */
  listReviewedOrders(
    filter: OrderFilter,
    page: { after: ListPlace | null; limit: number; now: number },
  ): Promise<ReviewedOrder[]>
  /** An order with all that is written down about it; of calls, messages and acts the newest some hundred. */
  findOrderHistory(id: string, now: number): Promise<OrderHistory | null>
  /** Marks a paid order as shipped and writes down who did; false, and nothing is written, when it is no such order. */
  shipOrder(id: string, at: number, entry: NewAuditEntry): Promise<boolean>

  /** Money that did not pay an order and that nobody has seen to, the longest waiting first. */
  listUnreconciledTransactions(page: { after: ListPlace | null; limit: number }): Promise<ReviewedTransaction[]>
  findTransactionForReview(transactionId: string): Promise<ReviewedTransaction | null>
  /** Writes down what was done about stray money, and who did; false, and nothing is written, when that is done. */
  resolveTransaction(transactionId: string, resolution: Resolution, entry: NewAuditEntry): Promise<boolean>
  /** How many orders and how much money wait for somebody, each counted up to `max`. */
  countWaiting(now: number, max: number): Promise<Waiting>

  /** The newest calls since an instant, at most `limit`, as far as health goes. */
  listCallTimes(from: number, limit: number): Promise<CallTime[]>
  /** Orders made and paid between two instants, in pieces of `stepMs`; every piece is there, also one without orders. */
  sumOrders(from: number, to: number, stepMs: number): Promise<OrderSum[]>

  /** Throws when the store cannot be read. */
  ping(): Promise<void>
}
