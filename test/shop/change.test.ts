import { expect, test } from 'vitest'
import { changeOf, orderChange } from '@/lib/shop/change'
import type { Order } from '@/lib/shop/order'
import { NOW, sampleOrder, samplePayment } from '../db/samples'

const CAUSE = { kind: 'worker', id: 'test' } as const
const order = sampleOrder('tea', 3, { version: 4 })
const payment = samplePayment(order, { version: 7 })
const situation = { order, payment, known: null, hasOtherLive: false }
const decision = { type: 'apply', reason: 'closed', outcome: null, order, payment } as const

test('what a decision leaves as it is is not written', () => {
  expect(changeOf(situation, decision, CAUSE, NOW)).toEqual({})
  expect(changeOf({ ...situation, payment: null }, { ...decision, payment: null }, CAUSE, NOW)).toEqual({})
  expect(changeOf({ ...situation, payment: null }, decision, CAUSE, NOW)).toEqual({})
  expect(changeOf(situation, { ...decision, payment: null }, CAUSE, NOW)).toEqual({})
})

test('a payment that a decision changes is written with its next version, and the order is left alone', () => {
  const after = { ...payment, status: 'closed' } as const
  const change = { before: payment, after: { ...after, version: 8 } }
  expect(changeOf(situation, { ...decision, payment: after }, CAUSE, NOW)).toEqual({ payment: change })
})

test('an order that a decision changes is written with its event, and the payment is left alone', () => {
  const after: Order = { ...order, status: 'closed', closedAt: NOW }
  const change = orderChange(order, after, CAUSE, NOW)
  expect(changeOf(situation, { ...decision, order: after }, CAUSE, NOW)).toEqual({ order: change })
})

const PIECES = [{ productId: 'tea', quantity: 3 }]
test.each([
  ['pending', 'closed', { returned: PIECES, needsNoLivePayment: true, livePaymentsDueAt: null }],
  ['pending', 'paid', { returned: [], needsNoLivePayment: false, livePaymentsDueAt: NOW }],
  ['closed', 'closed', { returned: [], needsNoLivePayment: false, livePaymentsDueAt: null }],
  ['closed', 'paid', { returned: [], needsNoLivePayment: false, livePaymentsDueAt: NOW }],
] as const)('an order that was %s and is %s now goes with %j', (from, to, effects) => {
  const before = { ...order, status: from }
  expect(orderChange(before, { ...order, status: to }, CAUSE, NOW)).toEqual({
    before,
    after: { ...order, status: to, version: 5 },
    event: { orderId: order.id, version: 5, from, to, cause: CAUSE, at: NOW },
    ...effects,
  })
})
