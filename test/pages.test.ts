import { expect, test } from 'vitest'
import { standingOf } from '@/app/_ui/standing'
import { visibleBytes, visibleText } from '@/lib/net/visible-text'
import { fen } from '@/lib/shop/money'
import type { Order } from '@/lib/shop/order'
import type { Payment, PaymentStatus } from '@/lib/shop/payment'

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

test('what strangers send can neither hide, nor turn the direction of a line, nor move a terminal', () => {
  expect(visibleText('a\u202eb\u0000\u001b[31m\r\n\tc')).toBe('a\\u{202e}b\\x00\\x1b[31m\\x0d\n\tc')
  expect(visibleText('茶 <b>')).toBe('茶 <b>')
  expect(visibleBytes(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\\u{feff}a')
  expect(visibleBytes(Uint8Array.of(0x61, 0xff, 0x00))).toBe('a\\xff\\x00')
})
