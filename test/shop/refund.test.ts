import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fen } from '@/lib/shop/money'
import {
  claimedRefund,
  costOf,
  isSettledByHand,
  isUnanswered,
  isWish,
  leftOfOrder,
  needsLook,
  needsResolution,
  nextRefundCheckAt,
  piecesByProduct,
  piecesLeft,
  REASON_BYTES_MAX,
  REFUND_PAUSE_MS,
  REFUND_STATUSES,
  REFUNDABLE_FOR_MS,
  REFUNDS_MAX,
  type Refund,
  refundableFen,
  refundedFen,
  refundsOf,
  takesMoney,
} from '@/lib/shop/refund'
import { MINUTE, MONEY, NOW, sampleOrder, sampleRefund } from './refund-samples'

const HOUR = 60 * MINUTE
const statusOf = (status: Refund['status'], amountFen = 1_000) => sampleRefund({ status, amountFen: fen(amountFen) })

test('what went, is going or is wanted takes from what is left; what closed or was declined does not', () => {
  expect(REFUND_STATUSES.filter((status) => takesMoney({ status }))).toEqual([
    'requested',
    'processing',
    'succeeded',
    'abnormal',
  ])
  const refunds = REFUND_STATUSES.map((status) => statusOf(status))
  expect(refundableFen(fen(5_000), refunds)).toBe(1_000)
  expect(refundableFen(fen(3_000), refunds)).toBe(0)
  expect(refundableFen(fen(5_000), [])).toBe(5_000)
  expect(refundedFen([...refunds, statusOf('succeeded', 7)])).toBe(1_007)
})

test("WeChat's limits: fifty refunds of a payment, a minute apart, for 365 days, and 80 bytes of a reason", () => {
  const limits = [REFUNDS_MAX, REFUND_PAUSE_MS, REFUNDABLE_FOR_MS, REASON_BYTES_MAX]
  expect(limits).toEqual([50, 60_000, 31_536_000_000, 80])
})

test('of an order is left what its own money has left, and nothing before it is paid', () => {
  const other = sampleRefund({ transactionId: '4200000002' })
  expect(leftOfOrder(sampleOrder(), [sampleRefund(), other])).toBe(4_000)
  expect(leftOfOrder(sampleOrder({ status: 'pending', transactionId: null }), [])).toBe(0)
  expect(leftOfOrder(sampleOrder({ status: 'closed', transactionId: null }), [])).toBe(0)
  expect(refundsOf([sampleRefund(), other], MONEY)).toEqual([sampleRefund()])
  expect(refundsOf([sampleRefund()], null)).toEqual([])
})

test('pieces are left that no live refund was made for', () => {
  const tea = (quantity: number, status: Refund['status'] = 'succeeded') =>
    sampleRefund({ status, lines: [{ productId: 'tea', quantity }] })
  expect(piecesLeft(sampleOrder(), [])).toEqual([
    { productId: 'tea', quantity: 2 },
    { productId: 'pot', quantity: 1 },
  ])
  expect(piecesLeft(sampleOrder(), [tea(1), tea(1, 'closed'), tea(1, 'declined')])).toEqual([
    { productId: 'tea', quantity: 1 },
    { productId: 'pot', quantity: 1 },
  ])
  expect(piecesLeft(sampleOrder(), [tea(1), tea(1, 'requested')])).toEqual([{ productId: 'pot', quantity: 1 }])
})

test('pieces cost what they cost in the order, and what is not in it costs nothing that is known', () => {
  expect(costOf(sampleOrder(), [])).toBe(0)
  const pieces = [
    { productId: 'tea', quantity: 2 },
    { productId: 'pot', quantity: 1 },
  ]
  expect(costOf(sampleOrder(), pieces)).toBe(5_000)
  expect(costOf(sampleOrder(), [{ productId: 'cup', quantity: 1 }])).toBeNull()
  expect([...piecesByProduct([...pieces, { productId: 'tea', quantity: 3 }])]).toEqual([
    ['tea', 5],
    ['pot', 1],
  ])
})

test('checks come 10 s, 1, 5, 20 min, 1, 6 and 24 h after it was sent or taken on, and then daily', () => {
  const after = [10_000, MINUTE, 5 * MINUTE, 20 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR]
  expect(after.map((_, checks) => nextRefundCheckAt(NOW, checks, NOW) - NOW)).toEqual(after)
  expect(nextRefundCheckAt(NOW, 7, NOW + 30 * HOUR) - NOW).toBe(54 * HOUR)
  // After an outage: one makes up for all that were missed.
  expect(nextRefundCheckAt(NOW, 1, NOW + HOUR) - NOW).toBe(HOUR + 10_000)
})

test('whoever claims a refund sets its next check first, by when it was taken on, or else sent, or else made', () => {
  const at = (changes: Partial<Refund>) => claimedRefund(sampleRefund({ checks: 1, ...changes }), NOW)
  expect(at({})).toMatchObject({ checks: 2, nextCheckAt: NOW + 5 * MINUTE, version: 1 })
  expect(at({ acceptedAt: NOW - MINUTE })).toMatchObject({ nextCheckAt: NOW + 4 * MINUTE })
  expect(at({ approvedAt: NOW - 2 * MINUTE, createdAt: 0 })).toMatchObject({ nextCheckAt: NOW + 3 * MINUTE })
  expect(at({ approvedAt: null, createdAt: NOW - MINUTE })).toMatchObject({ nextCheckAt: NOW + 4 * MINUTE })
  expect(at({ status: 'abnormal' })).toMatchObject({ checks: 2, nextCheckAt: NOW + 24 * HOUR })
})

test('a wish waits for an operator, an unanswered one for WeChat', () => {
  const wish = sampleRefund({ approvedAt: null })
  expect([isWish(wish), isUnanswered(wish)]).toEqual([true, false])
  expect([isWish(sampleRefund()), isUnanswered(sampleRefund())]).toEqual([false, true])
  const declined = sampleRefund({ status: 'declined', approvedAt: null })
  expect([isWish(declined), isUnanswered(declined)]).toEqual([false, false])
  expect(isUnanswered(sampleRefund({ status: 'processing' }))).toBe(false)
})

test('somebody has to look at a wish, at what only people can settle, and at what waits for them', () => {
  const looks = (changes: Partial<Refund>) => needsLook(sampleRefund(changes))
  expect(looks({})).toBe(false)
  expect(looks({ approvedAt: null })).toBe(true)
  expect(looks({ status: 'abnormal' })).toBe(true)
  expect(looks({ status: 'abnormal', resolvedAt: NOW })).toBe(false)
  expect(looks({ status: 'succeeded', source: 'wechat' })).toBe(true)
  expect(looks({ status: 'succeeded', source: 'wechat', resolvedAt: NOW })).toBe(false)
  expect(looks({ status: 'succeeded' })).toBe(false)
  expect(looks({ problem: 'SYSTEMERROR', waitsFor: 'time' })).toBe(false)
  expect(looks({ problem: 'NOTENOUGH', waitsFor: 'operator' })).toBe(true)
  expect(looks({ problem: 'PARAM_ERROR', waitsFor: 'developer' })).toBe(true)
  expect(REFUND_STATUSES.filter((status) => needsResolution({ status, source: 'admin' }))).toEqual(['abnormal'])
})

test('what an admin saw to is settled by hand for the buyer, whatever WeChat says of it afterwards', () => {
  const isByHand = (changes: Partial<Refund>) => isSettledByHand(sampleRefund({ resolvedAt: NOW, ...changes }))
  for (const status of ['abnormal', 'processing', 'succeeded'] as const) expect(isByHand({ status })).toBe(true)
  expect(isByHand({ status: 'abnormal', resolvedAt: null })).toBe(false)
  // A note about one that was made in WeChat's console says nothing of how it went back.
  expect(isByHand({ status: 'succeeded', source: 'wechat' })).toBe(false)
  expect(isByHand({ status: 'abnormal', source: 'wechat' })).toBe(true)
})

test('whatever was refunded, what is left and what is taken make what was paid', () => {
  const refunds = fc.array(fc.record({ status: fc.constantFrom(...REFUND_STATUSES), amountFen: fc.nat(9).map(fen) }))
  fc.assert(
    fc.property(refunds, (all) => {
      const taken = all.filter(takesMoney).reduce((sum, { amountFen }) => sum + amountFen, 0)
      expect(refundableFen(fen(100), all)).toBe(Math.max(0, 100 - taken))
      expect(refundedFen(all)).toBeLessThanOrEqual(taken)
    }),
  )
})
