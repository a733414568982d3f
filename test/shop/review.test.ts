import { expect, test } from 'vitest'
import { fen } from '@/lib/shop/money'
import type { OrderStatus } from '@/lib/shop/order'
import { healthOf, measureHealth, type OrderHistory, timelineOf } from '@/lib/shop/review'
import { created, MINUTE, NOW, sampleOrder, samplePayment, sampleTransaction } from '../db/samples'
import { sampleRefund } from './refund-samples'

const order = sampleOrder('tea')
const payment = samplePayment(order)
const actor = { email: 'olga@shop.example', role: 'operator', address: '::1' } as const

const { outTradeNo, amountFen: paidFen } = payment
const refund = sampleRefund({ orderId: order.id, outTradeNo, amountFen: fen(100), paidFen, nextCheckAt: null })
const CAUSE = { kind: 'admin', id: '1' } as const

/** A history in which every kind of thing happened at the times given. */
function history(at: (what: string) => number): OrderHistory {
  const event = (to: OrderStatus, from: OrderStatus | null) => ({ ...created(order), from, to, at: at(to) })
  return {
    order,
    payments: [{ ...payment, createdAt: at('payment') }],
    attention: [],
    events: [event('pending', null), event('paid', 'pending')],
    money: [{ ...sampleTransaction(payment), seenAt: at('money'), resolution: null }],
    refunds: [{ ...refund, outRefundNo: 'R0' }, refund],
    refundEvents: [
      { outRefundNo: 'R1', version: 1, what: 'made', from: null, to: 'requested', cause: CAUSE, at: at('refund') },
    ],
    calls: [
      {
        id: 1,
        at: at('call'),
        durationMs: 1,
        path: '/pay/orderquery',
        outTradeNo: payment.outTradeNo,
        outRefundNo: null,
        outcome: 'SUCCESS',
        isAnswered: true,
        request: {},
        answer: {},
      },
    ],
    notifications: [{ id: 1, receivedAt: at('notification'), replayOf: null, times: 1, result: null }],
    actions: [
      {
        id: 1,
        at: at('action'),
        actor,
        action: 'order_queried',
        orderId: order.id,
        notificationId: null,
        transactionId: null,
        detail: {},
        outcomeOf: null,
      },
    ],
  }
}

const told = (of: OrderHistory) =>
  timelineOf(of).map((it) => [it.type === 'event' ? it.event.to : it.type, (it.at - NOW) / MINUTE])

test('what happened in the same millisecond is told from what somebody did to what came of it', () => {
  const whats = told(history(() => NOW)).map(([what]) => what)
  expect(whats).toEqual(['pending', 'action', 'payment', 'call', 'notification', 'money', 'paid', 'refund'])
})

test('what happened at other times is told by its own time', () => {
  const order = ['refund', 'paid', 'money', 'notification', 'call', 'payment', 'action', 'pending']
  const timeline = told(history((what) => NOW + order.indexOf(what) * MINUTE))
  expect(timeline).toEqual(order.map((what, minute) => [what, minute]))
})

test('an entry about a refund stands with the refund that it is about', () => {
  const entry = timelineOf(history(() => NOW)).at(-1)
  expect(entry?.type === 'refund' && entry.refund).toEqual(refund)
})

const call = (at: number, durationMs = 100, isAnswered = true) => ({ at, durationMs, isAnswered })

test('health is measured in pieces of time, each from its beginning to before the next', () => {
  const calls = [call(999), call(1_000), call(1_099), call(1_100, 200, false), call(1_249), call(1_300)]
  const measured = measureHealth(calls, 1_000, 1_250, 100)
  expect(measured.map(({ at, calls, answered }) => [at, calls, answered])).toEqual([
    [1_000, 2, 2],
    [1_100, 1, 0],
    [1_200, 1, 1],
  ])
  expect(measureHealth([], 1_000, 1_300, 100)).toHaveLength(3)
})

test.each([
  [[], null, null],
  [[7], 7, 7],
  [[9, 1], 1, 9],
  [[3, 1, 2], 2, 3],
  [Array.from({ length: 20 }, (_, n) => 20 - n), 10, 19],
  [Array.from({ length: 100 }, (_, n) => 100 - n), 50, 95],
])('of calls that took %j ms half took %j ms at most, and nearly all %j', (durations, p50Ms, p95Ms) => {
  const calls = durations.map((durationMs) => call(0, durationMs))
  expect(healthOf(calls, NOW)).toEqual({ at: NOW, calls: calls.length, answered: calls.length, p50Ms, p95Ms })
})
