import type { AuditEntry, AuditFilter, NewAuditEntry } from './audit'
import type { BillStore, DifferenceStore } from './bill-store'
import type { Change } from './change'
import type { Situation } from './decide'
import type { RefundChange } from './decide-refund'
import type { GatewayCall } from './gateway'
import type { Goods } from './goods'
import type { Holder, HoldingRefusal } from './holding'
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
import type { Order, OrderEvent } from './order'
import type { OrderWithPayments, Payment, Resolution, Transaction } from './payment'
import type { ListedProduct } from './price-list'
import type { Product } from './product'
import type { Refund, RefundEvent } from './refund'
import type { RefundRefusal } from './refuse-refund'
import type {
  CallFilter,
  CallTime,
  KeptCall,
  ListPlace,
  OrderFilter,
  OrderHistory,
  OrderSum,
  RefundFilter,
  ReviewedOrder,
  ReviewedTransaction,
  Waiting,
} from './review'

/** What makes a repeated request to create an order recognisable; the key counts for orders made after `madeAfter`. */
export type IdempotencyKey = { key: string; fingerprint: string; madeAfter: number }

type InsertResult = { ok: true } | ({ ok: false } & (HoldingRefusal | { reason: 'key_used' }))

/** `at` is the beginning of an hour. */
type VerdictCount = { at: number; verdict: Verdict; count: number }

/** Says that the store cannot do what it was asked for; nothing is known to have been written. */
export class StoreUnavailable extends Error {
  override name = 'StoreUnavailable'
}

/** Whether a failure is the store's, however deep. Told by its name: a process may hold several copies of this file. */
export function isStoreUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error.name === 'StoreUnavailable' || isStoreUnavailable(error.cause)
}

/**
 * What is not as it should be: nothing can be written, nothing can be read, the disk has no room for more, or the log
 * of the database has grown large because somebody reads in it for long.
 */
export type StoreProblem = 'not_writable' | 'not_readable' | 'disk_full' | 'log_large'

export interface ProductStore {
  /** What is on sale, in the order of the window. */
  listProducts(): Promise<Product[]>
  findProduct(slug: string): Promise<Product | null>
  listProductsById(ids: string[]): Promise<Product[]>
}

/** What operators look after. */
export interface GoodsStore {
  /** All products with what became of their pieces, in the order of the window. */
  listGoods(): Promise<Goods[]>
  findGoods(id: string): Promise<Goods | null>
  /**
   * Writes price, offer and stock of `after` with an entry in the record; false, and nothing is written, when somebody
   * changed the product since `before`, or the stock has to change and is not what it was.
   */
  replaceGoods(before: Goods, after: Goods, entry: NewAuditEntry): Promise<boolean>
  /**
   * Makes all goods follow a price list, with an entry in the record: what is new comes in with its stock, what is there
   * gets the list's texts, price and place and is on sale, and what is not listed goes off sale. False, and nothing is
   * written, when somebody changed one of `before` meanwhile.
   */
  applyList(list: readonly ListedProduct[], before: readonly Goods[], entry: NewAuditEntry): Promise<boolean>
}

export interface OrderStore {
  /**
   * Writes a new order with its first event and takes its lines' stock; or writes nothing and says why the stock may not
   * be taken (`refuseHolding`, of what the holder's unpaid orders keep already), or that an order with the same key was
   * made within the key's time.
   */
  insertOrder(
    order: Order,
    event: OrderEvent,
    key: IdempotencyKey | null,
    holder?: Holder | null,
  ): Promise<InsertResult>
  /** The order that was made with a key after an instant, and the fingerprint of what was asked for then. */
  findOrderByKey(key: string, madeAfter: number): Promise<{ order: Order; fingerprint: string } | null>
  findOrder(id: string): Promise<OrderWithPayments | null>
  /** Those of `ids` that exist, newest first. */
  listOrders(ids: string[]): Promise<Order[]>
  /** Those whose id begins with what `readOrderNumber` gives. */
  listOrdersOfNumber(number: string): Promise<Order[]>
  /** History of an order, oldest first. */
  listOrderEvents(orderId: string): Promise<OrderEvent[]>
  /** Pending orders that keep their stock no longer and have no live payment, so that nothing has to be closed at WeChat. */
  listExpiredOrders(now: number, limit: number): Promise<Order[]>
}

export interface PaymentStore {
  /**
   * Writes a new payment, and the order keeps its stock for as long as it can be paid; false when the order has a live
   * payment already, or is not pending any more.
   */
  insertPayment(payment: Payment): Promise<boolean>
  findPayment(outTradeNo: string): Promise<Payment | null>
  /** Order, payment and the record of `transactionId`, read in one step; null for a number that is not ours. */
  findSituation(outTradeNo: string, transactionId: string | null): Promise<Situation | null>
  findTransaction(transactionId: string): Promise<Transaction | null>
  /**
   * Live payments whose scheduled check is due, oldest first, each with its order. Claiming sets the next scheduled check,
   * so that two workers never hold the same one, and one that dies is followed by another.
   */
  claimDuePayments(now: number, limit: number): Promise<{ order: Order; payment: Payment }[]>
  /** Moves a live payment's next scheduled check forward to `at`. */
  checkPaymentNow(outTradeNo: string, at: number): Promise<void>
}

export interface ChangeStore {
  /**
   * Writes all of a change, or nothing. False when an order or payment is no longer at `before.version`, when a payment of
   * the order is live that must not be, or when the money of the transaction is better known already. What a result does
   * to the log is decided in `notification-log.ts`.
   */
  commit(change: Change): Promise<boolean>
}

/** `entryId` is the number of the entry in the record that was written with it. */
type RefundWritten<R extends string> = { ok: true; entryId: number | null } | { ok: false; reason: R }

export interface RefundStore {
  /**
   * Writes a new refund with its first event and, of an admin's, the entry in the record, which becomes the event's cause;
   * or writes nothing and says why it may not be refunded (`refuseNewRefund`, of all that was refunded by then).
   */
  insertRefund(refund: Refund, event: RefundEvent, entry: NewAuditEntry | null): Promise<RefundWritten<RefundRefusal>>
  /** Writes down a refund that was made at WeChat, with the verdict that told of it; false when its number is known here. */
  recordRefund(refund: Refund, event: RefundEvent, result: NotificationResult | null): Promise<boolean>
  /**
   * Writes all of a change, or nothing: the refund with its event, what goes back into stock, the end of stray money that
   * has gone back wholly, the entry in the record, the verdict. `outdated` when it is no longer at `before.version`;
   * approving also says why WeChat's limits do not allow it now (`refuseApproval`).
   */
  commitRefund(
    change: RefundChange,
    also: { entry?: NewAuditEntry | null; result?: NotificationResult | null },
  ): Promise<RefundWritten<RefundRefusal | 'outdated'>>
  findRefund(outRefundNo: string): Promise<Refund | null>
  /** Oldest first. */
  listRefundsOf(orderId: string): Promise<Refund[]>
  /** Those of several orders, oldest first. */
  listRefundsOfOrders(orderIds: string[]): Promise<Refund[]>
  /** Newest first, from a place on. */
  listRefunds(filter: RefundFilter, page: { after: ListPlace | null; limit: number }): Promise<Refund[]>
  /** How many have no end yet, and how many wait for somebody here, each counted up to `max`. */
  countRefunds(max: number): Promise<Record<'open' | 'look', number>>
  /** Refunds whose scheduled check is due, oldest first. Claiming sets the next one, as of `claimDuePayments`. */
  claimDueRefunds(now: number, limit: number): Promise<Refund[]>
  /** Moves a refund's next scheduled check forward to `at`. */
  checkRefundNow(outRefundNo: string, at: number): Promise<void>
  /** Late and second money paid after an instant that nobody resolved or tried to refund, the longest waiting first. */
  listStrayToRefund(paidAfter: number, limit: number): Promise<string[]>
}

/** The log of notifications. Its messages without a valid signature are within the limits at every instant. */
export interface NotificationStore {
  /** Writes down a message as it came; gives its number in the log. */
  insertNotification(message: ReceivedMessage & { replayOf: number | null }): Promise<number>
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
  /** The entry that stands just above a place in such a list; null when there is none, or none near. */
  findNewerNotification(filter: NotificationFilter, place: LogPlace): Promise<number | null>
  findNotification(id: number): Promise<Notification | null>
  /** What an entry was replayed as, newest first. */
  listReplays(id: number, limit: number): Promise<NotificationLine[]>
  /** How many messages that came from one instant to another ended with which verdict, by the hour, oldest first. */
  countVerdicts(from: number, until: number): Promise<VerdictCount[]>
  /** How many were ever deleted for the limits. */
  countDroppedNotifications(): Promise<number>
}

export interface AuditStore {
  /** Adds a line to the record of who did what; gives its number. */
  insertAudit(entry: NewAuditEntry): Promise<number>
  /** Newest first; `before` is the number of the entry that a list continues after. */
  listAudit(page: { filter: AuditFilter; before: number | null; limit: number }): Promise<AuditEntry[]>
}

export interface CallStore {
  /** Keeps a call to WeChat for the log; of those, the newest are kept. */
  insertCall(call: GatewayCall): Promise<void>
  /** Newest first; `beforeId` continues a list. */
  listCalls(filter: CallFilter, page: { beforeId: number | null; limit: number }): Promise<KeptCall[]>
  /** The newest calls since an instant, at most `limit`, as far as health goes. */
  listCallTimes(from: number, limit: number): Promise<CallTime[]>
}

/** What somebody sees and does who looks after the orders. */
export interface ReviewStore {
  /** Newest first, from a place on; what needs a look is decided as of `now`. */
  listReviewedOrders(
    filter: OrderFilter,
    page: { after: ListPlace | null; limit: number; now: number },
  ): Promise<ReviewedOrder[]>
  /** Those of `ids` that exist, newest first, in the same way. */
  listReviewedOrdersById(ids: string[], now: number): Promise<ReviewedOrder[]>
  /** An order with all that is written down about it; of calls, messages and actions the newest some hundred. */
  findOrderHistory(id: string, now: number): Promise<OrderHistory | null>
  /**
   * Marks a paid order as shipped and writes down who did; false, and nothing is written, when it may not leave
   * (`refuseShipping`).
   */
  shipOrder(id: string, at: number, entry: NewAuditEntry, trackingNumber?: string | null): Promise<boolean>
  /** Writes the number of the parcel of an order that left, in place of one from before, and who did; false when it is here. */
  trackOrder(id: string, trackingNumber: string, entry: NewAuditEntry): Promise<boolean>
  /** Marks money of an order that went back as looked at, and writes down who did; false when there is nothing to look at. */
  reviewRefund(orderId: string, at: number, entry: NewAuditEntry): Promise<boolean>
  /** Money that did not pay an order and that nobody has seen to, the longest waiting first. */
  listUnreconciledTransactions(page: { after: ListPlace | null; limit: number }): Promise<ReviewedTransaction[]>
  findTransactionForReview(transactionId: string): Promise<ReviewedTransaction | null>
  /** Writes down what was done about stray money, and who did; false, and nothing is written, when that is done. */
  resolveTransaction(transactionId: string, resolution: Resolution, entry: NewAuditEntry): Promise<boolean>
  /** How many orders and how much money wait for somebody, each counted up to `max`. */
  countWaiting(now: number, max: number): Promise<Waiting>
  /** Orders made and paid between two instants, in pieces of `stepMs`; every piece is there, also one without orders. */
  sumOrders(from: number, to: number, stepMs: number): Promise<OrderSum[]>
}

/** The shop's store. Each method is one atomic step; what it says is written survives a crash and a power cut. */
export interface Store
  extends ProductStore,
    GoodsStore,
    OrderStore,
    PaymentStore,
    ChangeStore,
    RefundStore,
    BillStore,
    DifferenceStore,
    NotificationStore,
    AuditStore,
    CallStore,
    ReviewStore {
  /** Throws when the store cannot be read. */
  ping(): Promise<void>
}
