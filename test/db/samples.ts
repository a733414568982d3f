import type { NewAuditEntry } from '@/lib/shop/audit'
import { orderChange } from '@/lib/shop/change'
import { NO_CONTACT } from '@/lib/shop/contact'
import type { GatewayCall } from '@/lib/shop/gateway'
import { fen } from '@/lib/shop/money'
import type { NotificationResult, Verdict } from '@/lib/shop/notification'
import type { Order, OrderEvent } from '@/lib/shop/order'
import type { Payment, Transaction } from '@/lib/shop/payment'
import type { Product } from '@/lib/shop/product'
import type { Refund, RefundEvent } from '@/lib/shop/refund'
import type { Store } from '@/lib/shop/store'

export const NOW = 1_772_330_400_000
export const MINUTE = 60_000

let count = 0

/** Numbers that no two samples share. */
function next(): string {
  count += 1
  return String(count).padStart(6, '0')
}

export function sampleProduct(id: string, stock: number): Product {
  const name = { zh: `茶 ${id}`, en: `Tea ${id}` }
  return {
    id,
    slug: id,
    name,
    description: name,
    priceFen: fen(1_000),
    isOnSale: true,
    stock,
    image: `/products/${id}.svg`,
    category: 'green',
    facts: { origin: { zh: '杭州', en: 'Hangzhou' } },
  }
}

/** A new order of some pieces of a product. */
export function sampleOrder(productId: string, quantity = 1, changes: Partial<Order> = {}): Order {
  const line = { productId, name: { zh: '茶', en: 'Tea' }, quantity, priceFen: fen(1_000) }
  return {
    id: `order${next()}`,
    status: 'pending',
    lines: [line],
    amountFen: fen(1_000 * quantity),
    currency: 'CNY',
    createdAt: NOW,
    heldUntil: null,
    expiresAt: NOW + 30 * MINUTE,
    paidAt: null,
    closedAt: null,
    transactionId: null,
    shippedAt: null,
    trackingNumber: null,
    contact: NO_CONTACT,
    version: 1,
    ...changes,
  }
}

export function created(order: Order): OrderEvent {
  return {
    orderId: order.id,
    version: 1,
    from: null,
    to: 'pending',
    cause: { kind: 'checkout', id: order.id },
    at: order.createdAt,
  }
}

export function samplePayment(order: Order, changes: Partial<Payment> = {}): Payment {
  return {
    outTradeNo: `N${next()}`,
    orderId: order.id,
    channel: 'native',
    status: 'preparing',
    amountFen: order.amountFen,
    currency: 'CNY',
    apiVersion: 'v2',
    signType: 'MD5',
    request: '{"body":"茶"}',
    prepay: null,
    transactionId: null,
    createdAt: NOW,
    nextCheckAt: NOW + 5_000,
    checks: 0,
    refundSeenAt: null,
    refundReviewedAt: null,
    version: 1,
    ...changes,
  }
}

export function sampleTransaction(payment: Payment, changes: Partial<Transaction> = {}): Transaction {
  return {
    transactionId: `42${next()}`,
    outTradeNo: payment.outTradeNo,
    orderId: payment.orderId,
    paidFen: payment.amountFen,
    currency: 'CNY',
    paidAt: NOW + MINUTE,
    outcome: 'applied',
    seenAt: NOW + MINUTE,
    seenBy: 'query',
    ...changes,
  }
}

/** What makes an order and its payment paid in one step. */
export function paidChange(order: Order, payment: Payment, transaction: Transaction) {
  const { transactionId, paidAt } = transaction
  const cause = { kind: 'worker', id: payment.outTradeNo } as const
  return {
    payment: {
      before: payment,
      after: { ...payment, status: 'paid', transactionId, nextCheckAt: null, version: payment.version + 1 } as const,
    },
    order: orderChange(order, { ...order, status: 'paid', transactionId, paidAt }, cause, paidAt),
    transaction,
  }
}

/** What closes an order and, if there is one, its payment. */
export function closedChange(order: Order, payment: Payment | null, at = NOW + MINUTE) {
  const cause = { kind: 'worker', id: order.id } as const
  return {
    payment: payment && {
      before: payment,
      after: { ...payment, status: 'closed', nextCheckAt: null, version: payment.version + 1 } as const,
    },
    order: orderChange(order, { ...order, status: 'closed', closedAt: at }, cause, at),
  }
}

export function sampleMessage(body: string, receivedAt = NOW) {
  const bytes = new TextEncoder().encode(body)
  return {
    apiVersion: 'v2' as const,
    remoteAddress: '203.0.113.7',
    headers: { 'content-type': 'text/xml' },
    body: bytes,
    receivedAt,
    replayOf: null,
  }
}

export function sampleResult(
  notificationId: number,
  verdict: Verdict,
  changes: Partial<NotificationResult> = {},
): NotificationResult {
  return {
    notificationId,
    verdict,
    kind: 'payment',
    orderId: null,
    outTradeNo: null,
    transactionId: null,
    outRefundNo: null,
    claimedFen: null,
    checks: [{ name: 'well_formed', passed: true, detail: null }],
    signedText: 'a=1&key=***',
    expectedSign: 'ABCDEF…',
    receivedSign: 'FFFF',
    queryAnswer: { fields: { trade_state: 'SUCCESS' }, problem: null },
    reply: 'retry',
    processedAt: NOW + 20,
    ...changes,
  }
}

/** A line of the record, of an operator who closed nothing in particular. */
export function sampleAudit(changes: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return {
    at: NOW,
    actor: { email: 'ann@shop.example', role: 'operator', address: '127.0.0.1' },
    action: 'signed_in',
    orderId: null,
    notificationId: null,
    transactionId: null,
    detail: {},
    outcomeOf: null,
    ...changes,
  }
}

/** A call to WeChat that was answered. */
export function sampleCall(changes: Partial<GatewayCall> = {}): GatewayCall {
  return {
    at: NOW,
    durationMs: 5,
    path: '/pay/orderquery',
    outRefundNo: null,
    outTradeNo: null,
    outcome: 'SUCCESS',
    isAnswered: true,
    request: { a: '1' },
    answer: {},
    ...changes,
  }
}

/** A refund of ten yuan of some money, that an admin made and nobody has sent yet. */
export function sampleRefund(
  { orderId, outTradeNo, transactionId, paidFen }: Transaction,
  changes: Partial<Refund> = {},
): Refund {
  return {
    ...{ outRefundNo: `R${next()}`, orderId: orderId ?? '', outTradeNo, transactionId, status: 'requested' },
    ...{ amountFen: fen(1_000), paidFen: fen(paidFen), currency: 'CNY', apiVersion: 'v2', signType: 'MD5' },
    ...{ request: '{"refund_fee":"1000"}', source: 'admin', reason: '碎了', lines: [], returnsStock: false },
    ...{ createdAt: NOW, approvedAt: NOW, acceptedAt: null, endedAt: null, refundId: null, receivedBy: null },
    ...{ note: null, resolvedAt: null, problem: null, waitsFor: null, nextCheckAt: NOW + 10_000 },
    ...{ checks: 0, version: 1 },
    ...changes,
  }
}

/** The first entry in the history of a refund. */
export function refundMade({ outRefundNo, status: to, createdAt: at }: Refund): RefundEvent {
  return { outRefundNo, version: 1, what: 'made', from: null, to, cause: { kind: 'worker', id: outRefundNo }, at }
}

/** Money of an order that was just paid in a store. */
export async function paidIn(store: Store): Promise<Transaction> {
  const order = sampleOrder('tea')
  const payment = samplePayment(order)
  await store.insertOrder(order, created(order), null)
  await store.insertPayment(payment)
  const change = paidChange(order, payment, sampleTransaction(payment))
  await store.commit(change)
  return change.transaction
}
