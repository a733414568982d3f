import { expect, test } from 'vitest'
import { isStrayReturned, refundStandingOf, standingOf } from '@/app/_ui/standing'
import { visibleBytes, visibleText } from '@/lib/net/visible-text'
import { NO_CONTACT } from '@/lib/shop/contact'
import { fen } from '@/lib/shop/money'
import type { Order } from '@/lib/shop/order'
import type { Payment, PaymentStatus } from '@/lib/shop/payment'
import type { Refund, RefundStatus } from '@/lib/shop/refund'

const ORDER: Order = {
  id: '0order0000000000000000000',
  status: 'pending',
  lines: [],
  amountFen: fen(6800),
  currency: 'CNY',
  createdAt: 1_000,
  heldUntil: null,
  expiresAt: 2_000,
  paidAt: null,
  closedAt: null,
  transactionId: null,
  shippedAt: null,
  trackingNumber: null,
  contact: NO_CONTACT,
  version: 1,
}

function payment(status: PaymentStatus): Payment {
  return {
    outTradeNo: '20260101000000a',
    orderId: ORDER.id,
    channel: 'native',
    status,
    amountFen: ORDER.amountFen,
    currency: ORDER.currency,
    apiVersion: 'v2',
    signType: 'MD5',
    request: '{}',
    prepay: null,
    transactionId: null,
    createdAt: 1_000,
    nextCheckAt: null,
    checks: 0,
    refundSeenAt: null,
    refundReviewedAt: null,
    version: 1,
  }
}

test('an order whose time is over is being checked, whatever its payment', () => {
  expect(standingOf(ORDER, [payment('open')], 2_000).type).toBe('checking')
  expect(standingOf(ORDER, [payment('preparing')], 1_999).type).toBe('waiting')
  expect(standingOf(ORDER, [payment('closed')], 1_999).type).toBe('no_code')
})

test('a closed order that got money is never told that nothing was charged', () => {
  const closed: Order = { ...ORDER, status: 'closed', closedAt: 2_000 }
  expect(standingOf(closed, [payment('closed')], 3_000).type).toBe('expired')
  expect(standingOf({ ...closed, closedAt: 1_999 }, [payment('closed')], 3_000).type).toBe('cancelled')
  expect(standingOf(closed, [payment('closed'), payment('stray')], 3_000).type).toBe('stray')
})

function refund(status: RefundStatus, amountFen: number, transactionId = '42'): Refund {
  return {
    ...{ outRefundNo: 'r', orderId: ORDER.id, outTradeNo: '20260101000000a', transactionId, status },
    ...{ amountFen: fen(amountFen), paidFen: ORDER.amountFen, currency: 'CNY', apiVersion: 'v2', signType: 'MD5' },
    ...{ request: '{}', source: 'admin', reason: '', lines: [], returnsStock: false, createdAt: 1, approvedAt: 1 },
    ...{ acceptedAt: 1, endedAt: null, refundId: null, receivedBy: null, note: null, resolvedAt: null },
    ...{ problem: null, waitsFor: null, nextCheckAt: null, checks: 0, version: 1 },
  }
}

test('an order is refunded by what went back for certain, of its own money', () => {
  const paid: Order = { ...ORDER, status: 'paid', transactionId: '42' }
  expect(refundStandingOf(paid, [refund('processing', 6800)])).toBe('none')
  expect(refundStandingOf(paid, [refund('succeeded', 6800, 'another')])).toBe('none')
  expect(refundStandingOf(paid, [refund('succeeded', 6799), refund('closed', 1)])).toBe('partly')
  expect(refundStandingOf(paid, [refund('succeeded', 6799), refund('succeeded', 1)])).toBe('wholly')
})

test('money that paid nothing is returned when all of it went back', () => {
  const stray: Payment = { ...payment('stray'), transactionId: '42' }
  expect(isStrayReturned([payment('paid'), stray], [])).toBe(false)
  expect(isStrayReturned([stray], [refund('succeeded', 6799)])).toBe(false)
  expect(isStrayReturned([stray], [refund('succeeded', 6800)])).toBe(true)
  expect(isStrayReturned([payment('paid')], [])).toBe(true)
})

test('what strangers send can neither hide, nor turn the direction of a line, nor move a terminal', () => {
  expect(visibleText('a\u202eb\u0000\u001b[31m\r\n\tc')).toBe('a\\u{202e}b\\x00\\x1b[31m\\x0d\n\tc')
  expect(visibleText('茶 <b>')).toBe('茶 <b>')
  expect(visibleBytes(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\\u{feff}a')
  expect(visibleBytes(Uint8Array.of(0x61, 0xff, 0x00))).toBe('a\\xff\\x00')
})
