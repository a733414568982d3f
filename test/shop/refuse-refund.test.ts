import { expect, test } from 'vitest'
import { fen } from '@/lib/shop/money'
import { REFUND_PAUSE_MS, REFUNDABLE_FOR_MS, REFUNDS_MAX, type Refund } from '@/lib/shop/refund'
import { refuseApproval, refuseNewRefund } from '@/lib/shop/refuse-refund'
import { refuseShipping } from '@/lib/shop/shipping'
import { MINUTE, MONEY, NOW, sampleOrder, sampleRefund, sampleSituation } from './refund-samples'

const TEA = { productId: 'tea', quantity: 1 }
const POT = { productId: 'pot', quantity: 1 }
/** Made so long ago that it stands in nobody's way. */
const former = (changes: Partial<Refund> = {}) =>
  sampleRefund({
    outRefundNo: 'R0',
    status: 'succeeded',
    createdAt: NOW - 5 * MINUTE,
    approvedAt: NOW - 5 * MINUTE,
    ...changes,
  })
const newOne = (amountFen: number, changes: Partial<Refund> = {}) =>
  sampleRefund({ outRefundNo: 'R9', amountFen: amountFen as Refund['amountFen'], ...changes })
const refuse = (refund: Refund, refunds: Refund[] = [], rest: Parameters<typeof sampleSituation>[1] = {}) =>
  refuseNewRefund(sampleSituation(refunds, rest), refund)

test('a refund is a whole amount from one fen to what is left', () => {
  expect([1, 5_000].map((amount) => refuse(newOne(amount)))).toEqual([null, null])
  const wrong = [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY].map((amount) => refuse(newOne(amount)))
  expect(new Set(wrong)).toEqual(new Set(['invalid_refund_amount']))
  expect(refuse(newOne(5_001))).toBe('refund_too_much')
  expect(refuse(newOne(4_000), [former()])).toBeNull()
  expect(refuse(newOne(4_001), [former()])).toBe('refund_too_much')
  expect(refuse(newOne(5_000), [former({ status: 'closed' })])).toBeNull()
  expect(refuse(newOne(5_000), [former({ transactionId: '4200000002' })])).toBeNull()
})

test('a refund comes a minute after the last one that was sent, to the millisecond', () => {
  const sentAt = (at: number) => [former({ approvedAt: at, status: 'closed' })]
  expect(refuse(newOne(1), sentAt(NOW - REFUND_PAUSE_MS))).toBeNull()
  expect(refuse(newOne(1), sentAt(NOW - REFUND_PAUSE_MS + 1))).toBe('refund_too_soon')
  // Another clock may be ahead.
  expect(refuse(newOne(1), sentAt(NOW + 1_000))).toBe('refund_too_soon')
  expect(refuse(newOne(1), [former({ approvedAt: null, status: 'declined', createdAt: NOW })])).toBeNull()
})

test('money is refunded for one year after it came, to the millisecond', () => {
  const paid = (age: number) => ({ money: { paidAt: NOW - age } })
  expect(refuse(newOne(1), [], paid(REFUNDABLE_FOR_MS))).toBeNull()
  expect(refuse(newOne(1), [], paid(REFUNDABLE_FOR_MS + 1))).toBe('refund_too_late')
  const wish = newOne(1, { approvedAt: null, source: 'buyer' })
  expect(refuse(wish, [], paid(REFUNDABLE_FOR_MS))).toBeNull()
  expect(refuse(wish, [], paid(REFUNDABLE_FOR_MS + 1))).toBe('refund_too_late')
})

test('a payment is refunded fifty times at most', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, n) => former({ outRefundNo: `R${n}x`, amountFen: fen(1) }))
  expect(refuse(newOne(1), many(REFUNDS_MAX - 1))).toBeNull()
  expect(refuse(newOne(1), many(REFUNDS_MAX))).toBe('too_many_refunds')
  expect(
    refuse(
      newOne(1),
      many(REFUNDS_MAX).map((it) => ({ ...it, approvedAt: null })),
    ),
  ).toBeNull()
})

test('lines are pieces that are there and not refunded, for what they cost', () => {
  const of = (amountFen: number, lines: Refund['lines'], refunds: Refund[] = []) =>
    refuse(newOne(amountFen, { lines }), refunds)
  expect(of(1_000, [TEA])).toBeNull()
  expect(of(4_000, [TEA, POT])).toBeNull()
  expect(of(5_000, [{ ...TEA, quantity: 2 }, POT])).toBeNull()
  expect(of(999, [TEA])).toBe('invalid_refund_lines')
  expect(of(1_001, [TEA])).toBe('invalid_refund_lines')
  expect(of(3_000, [{ ...TEA, quantity: 3 }])).toBe('invalid_refund_lines')
  expect(
    of(1_000, [
      { ...TEA, quantity: 0 },
      { ...TEA, quantity: 1 },
    ]),
  ).toBe('invalid_refund_lines')
  expect(of(3_000, [{ ...TEA, quantity: 0 }, POT])).toBe('invalid_refund_lines')
  expect(of(500, [{ ...TEA, quantity: 0.5 }])).toBe('invalid_refund_lines')
  expect(of(2_000, [{ ...TEA, quantity: -1 }, POT])).toBe('invalid_refund_lines')
  expect(of(2_000, [TEA, TEA])).toBe('invalid_refund_lines')
  expect(of(1_000, [{ productId: 'cup', quantity: 1 }])).toBe('invalid_refund_lines')
  const one = former({ lines: [TEA] })
  expect(of(1_000, [TEA], [one])).toBeNull()
  expect(of(2_000, [{ ...TEA, quantity: 2 }], [one])).toBe('invalid_refund_lines')
  expect(of(2_000, [{ ...TEA, quantity: 2 }], [{ ...one, status: 'closed' }])).toBeNull()
})

test('all pieces that are left go for all that is left, also when a part of their price went back before', () => {
  const all = [{ ...TEA, quantity: 2 }, POT]
  const part = former({ amountFen: fen(100) })
  expect(refuse(newOne(4_900, { lines: all }), [part])).toBeNull()
  expect(refuse(newOne(4_899, { lines: all }), [part])).toBe('invalid_refund_lines')
  expect(refuse(newOne(4_900, { lines: [{ ...TEA, quantity: 2 }] }), [part])).toBe('invalid_refund_lines')
  expect(refuse(newOne(4_900, { lines: [TEA, POT] }), [part])).toBe('invalid_refund_lines')
})

test('a buyer has one wish at a time, of goods that are still here', () => {
  const wish = newOne(1_000, { approvedAt: null, source: 'buyer' })
  expect(refuse(wish)).toBeNull()
  expect(refuse(wish, [], { order: { shippedAt: NOW } })).toBe('already_shipped')
  expect(refuse(newOne(1_000), [], { order: { shippedAt: NOW } })).toBeNull()
  const other = former({ status: 'requested', approvedAt: null })
  expect(refuse(wish, [other])).toBe('refund_pending')
  expect(refuse(newOne(1_000), [other])).toBeNull()
  // A wish is sent later: only then counts when another one was.
  expect(refuse(wish, [former({ approvedAt: NOW })])).toBeNull()
})

test('stray money is not refunded once somebody resolved it, and by the rule only if nobody tried', () => {
  const late = { money: { outcome: 'late' as const } }
  expect(refuse(newOne(1), [], late)).toBeNull()
  expect(refuse(newOne(1), [], { ...late, isResolved: true })).toBe('already_resolved')
  expect(refuse(newOne(1), [], { isResolved: true })).toBeNull()
  const ruled = newOne(1, { source: 'rule' })
  expect(refuse(ruled, [], late)).toBeNull()
  expect(refuse(ruled, [former({ status: 'closed' })], late)).toBe('already_resolved')
  expect(refuse(ruled, [former({ transactionId: '4200000002' })], late)).toBeNull()
  expect(refuse(newOne(1), [former({ status: 'closed' })], late)).toBeNull()
})

test('a wish is approved within the limits of that moment, and does not stand in its own way', () => {
  const wish = newOne(1_000, { approvedAt: null })
  const approve = (others: Refund[], now = NOW) => refuseApproval(sampleSituation([wish, ...others]), wish, now)
  expect(approve([])).toBeNull()
  expect(refuseApproval(sampleSituation([{ ...wish, approvedAt: NOW }]), wish, NOW)).toBeNull()
  expect(approve([former({ approvedAt: NOW - 1 })])).toBe('refund_too_soon')
  expect(approve([former({ approvedAt: NOW - 1, transactionId: '4200000002' })])).toBeNull()
  expect(approve([], NOW - 10 * MINUTE + REFUNDABLE_FOR_MS + 1)).toBe('refund_too_late')
  const many = Array.from({ length: REFUNDS_MAX }, (_, n) => former({ outRefundNo: `R${n}x` }))
  expect(approve(many)).toBe('too_many_refunds')
})

test('goods leave when the order is paid, nothing is unseen, nobody waits for an answer and money is left', () => {
  const payment = { refundSeenAt: null, refundReviewedAt: null }
  const ship = (
    refunds: Refund[],
    order = sampleOrder(),
    seen: number | null = null,
    reviewed: number | null = null,
  ) => {
    const payments = [{ ...payment, refundSeenAt: seen, refundReviewedAt: reviewed }]
    return refuseShipping({ order, payments }, refunds)
  }
  expect(ship([])).toBeNull()
  expect(ship([], sampleOrder({ status: 'pending' }))).toBe('order_unpaid')
  expect(ship([], sampleOrder({ shippedAt: NOW }))).toBe('already_shipped')
  expect(ship([], sampleOrder(), NOW)).toBe('refund_unreviewed')
  expect(ship([], sampleOrder(), NOW, NOW)).toBeNull()
  expect(ship([former({ source: 'wechat' })])).toBe('refund_unreviewed')
  expect(ship([former({ source: 'wechat', resolvedAt: NOW })])).toBeNull()
  expect(ship([former({ approvedAt: null, status: 'requested' })])).toBe('refund_pending')
  expect(ship([former({ amountFen: fen(4_999) })])).toBeNull()
  expect(ship([former({ amountFen: fen(5_000) })])).toBe('order_refunded')
  expect(ship([former({ amountFen: fen(5_000), status: 'closed' })])).toBeNull()
  expect(ship([former({ amountFen: fen(5_000), transactionId: `${MONEY}2` })])).toBeNull()
})
