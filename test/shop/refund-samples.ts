import { NO_CONTACT } from '@/lib/shop/contact'
import { fen } from '@/lib/shop/money'
import type { Order } from '@/lib/shop/order'
import type { FoundRefund, Refund } from '@/lib/shop/refund'
import type { RefundSituation } from '@/lib/shop/refuse-refund'

export const NOW = Date.UTC(2026, 2, 1, 2, 0, 0)
export const MINUTE = 60_000
export const MONEY = '4200000001'

/** A paid order of two teas for 10 yuan each and a pot for 30. */
export function sampleOrder(changes: Partial<Order> = {}): Order {
  const name = { zh: '茶', en: 'Tea' }
  return {
    id: 'order1',
    status: 'paid',
    lines: [
      { productId: 'tea', name, quantity: 2, priceFen: fen(1_000) },
      { productId: 'pot', name, quantity: 1, priceFen: fen(3_000) },
    ],
    amountFen: fen(5_000),
    currency: 'CNY',
    createdAt: NOW - 20 * MINUTE,
    heldUntil: null,
    expiresAt: NOW,
    paidAt: NOW - 10 * MINUTE,
    closedAt: null,
    transactionId: MONEY,
    shippedAt: null,
    trackingNumber: null,
    contact: NO_CONTACT,
    version: 2,
    ...changes,
  }
}

/** A refund of ten yuan that an admin made, and that WeChat has not heard of yet. */
export function sampleRefund(changes: Partial<Refund> = {}): Refund {
  return {
    outRefundNo: 'R1',
    orderId: 'order1',
    outTradeNo: 'N1',
    transactionId: MONEY,
    status: 'requested',
    amountFen: fen(1_000),
    paidFen: fen(5_000),
    currency: 'CNY',
    apiVersion: 'v2',
    signType: 'MD5',
    request: '{}',
    source: 'admin',
    reason: 'broken',
    lines: [],
    returnsStock: false,
    createdAt: NOW,
    approvedAt: NOW,
    acceptedAt: null,
    endedAt: null,
    refundId: null,
    receivedBy: null,
    note: null,
    resolvedAt: null,
    problem: null,
    waitsFor: null,
    nextCheckAt: NOW + 10_000,
    checks: 0,
    version: 1,
    ...changes,
  }
}

/** What WeChat says of it. */
export function sampleFound(changes: Partial<FoundRefund> = {}): FoundRefund {
  return {
    outRefundNo: 'R1',
    refundId: '5030001',
    outTradeNo: 'N1',
    transactionId: MONEY,
    amountFen: 1_000,
    paidFen: 5_000,
    status: 'succeeded',
    succeededAt: NOW + MINUTE,
    receivedBy: '支付用户零钱',
    ...changes,
  }
}

export function sampleSituation(
  refunds: Refund[] = [],
  {
    order = {},
    money = {},
    isResolved = false,
  }: Partial<{
    order: Partial<Order>
    money: Partial<RefundSituation['money']>
    isResolved: boolean
  }> = {},
): RefundSituation {
  const paid = { transactionId: MONEY, paidFen: 5_000, paidAt: NOW - 10 * MINUTE, outcome: 'applied' as const }
  return { order: sampleOrder(order), money: { ...paid, ...money }, isResolved, refunds }
}
