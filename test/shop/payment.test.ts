import { expect, test } from 'vitest'
import {
  type Channel,
  claimed,
  hasUnreviewedRefund,
  isBetterKnown,
  isFinal,
  isLive,
  isPayable,
  nextCheckAt,
  PAYMENT_STATUSES,
  payableUntil,
  TRANSACTION_OUTCOMES,
} from '@/lib/shop/payment'
import { MINUTE, NOW, sampleOrder, samplePayment, sampleTransaction } from '../db/samples'

const order = sampleOrder('tea', 1, { expiresAt: NOW + 120 * MINUTE })
const payment = samplePayment(order)
const prepay = { prepayId: 'wx1', codeUrl: null, mwebUrl: null, at: NOW }

test('a payment is live until it is paid or closed', () => {
  expect(PAYMENT_STATUSES.filter((status) => isLive({ ...payment, status }))).toEqual(['preparing', 'open'])
})

test('money that went back is to be looked at until somebody did', () => {
  expect(hasUnreviewedRefund(payment)).toBe(false)
  expect(hasUnreviewedRefund({ ...payment, refundSeenAt: NOW })).toBe(true)
  expect(hasUnreviewedRefund({ ...payment, refundSeenAt: NOW, refundReviewedAt: NOW })).toBe(false)
})

test('money with a wrong amount or an unknown number may still find its order', () => {
  expect(TRANSACTION_OUTCOMES.filter((it) => !isFinal(it))).toEqual(['mismatch', 'unknown_order'])
})

test.each([
  ['applied', 'notification', 'query', true],
  ['late', 'query', 'notification', true],
  ['mismatch', 'query', 'notification', true],
  ['mismatch', 'query', 'query', false],
  ['mismatch', 'notification', 'query', false],
  ['unknown_order', 'notification', 'notification', false],
] as const)('money known as %s from a %s, told again by a %s, stays as it is: %s', (outcome, from, by, stays) => {
  const record = sampleTransaction(payment, { outcome, seenBy: from })
  expect(isBetterKnown(record, sampleTransaction(payment, { outcome: 'mismatch', seenBy: by }))).toBe(stays)
})

test.each<[Channel, number]>([
  ['native', 110],
  ['app', 110],
  ['jsapi', 110],
  ['h5', 4],
])('what WeChat gave for %s is handed out for %i minutes', (channel, minutes) => {
  const open = { ...payment, channel, status: 'open', prepay } as const
  expect(payableUntil(open)).toBe(NOW + minutes * MINUTE)
  expect(isPayable(open, payableUntil(open) - 1)).toBe(true)
  expect(isPayable(open, payableUntil(open))).toBe(false)
})

test('a payment that WeChat did not prepare, or that is over, cannot be paid', () => {
  expect(payableUntil(payment)).toBe(0)
  expect(isPayable({ ...payment, status: 'open' }, NOW)).toBe(false)
  expect(isPayable({ ...payment, status: 'closed', prepay }, NOW)).toBe(false)
})

test('whoever takes a check in hand leaves the next one behind, counted from the opening', () => {
  const open = { ...payment, prepay: { ...prepay, at: NOW + MINUTE }, checks: 1 }
  const now = NOW + 70_000
  expect(claimed(order, open, now)).toEqual({ ...open, checks: 2, nextCheckAt: NOW + 2 * MINUTE })
  expect(claimed(order, payment, NOW)).toEqual({ ...payment, checks: 1, nextCheckAt: NOW + 30_000 })
  expect(nextCheckAt(order, NOW, 1, NOW)).toBe(NOW + 30_000)
})
