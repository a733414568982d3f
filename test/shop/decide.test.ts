import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NO_CONTACT } from '@/lib/shop/contact'
import { decide, type PaymentEvent, type Situation } from '@/lib/shop/decide'
import { fen } from '@/lib/shop/money'
import type { Order } from '@/lib/shop/order'
import { nextCheckAt, type PaidTrade, type Payment, type Transaction } from '@/lib/shop/payment'

const NOW = 1_772_330_400_000
const MINUTE = 60_000

const pending: Order = {
  id: 'order-1',
  status: 'pending',
  lines: [{ productId: 'tea', name: { zh: '茶', en: 'Tea' }, quantity: 1, priceFen: fen(8800) }],
  amountFen: fen(8800),
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
}

const preparing: Payment = {
  outTradeNo: 'N0001',
  orderId: 'order-1',
  channel: 'native',
  status: 'preparing',
  amountFen: fen(8800),
  currency: 'CNY',
  apiVersion: 'v2',
  signType: 'MD5',
  request: '{}',
  prepay: null,
  transactionId: null,
  createdAt: NOW,
  nextCheckAt: NOW + 5_000,
  checks: 0,
  refundSeenAt: null,
  refundReviewedAt: null,
  version: 1,
}
const open: Payment = { ...preparing, status: 'open' }
const closed: Payment = { ...preparing, status: 'closed', nextCheckAt: null }

const trade: PaidTrade = {
  outTradeNo: 'N0001',
  transactionId: '4200000000000000000000000001',
  paidFen: 8800,
  currency: 'CNY',
  paidAt: NOW + MINUTE,
}
const paidEvent: PaymentEvent = { type: 'paid', trade, refundSeenAt: null }

function applied(situation: Situation, event: PaymentEvent) {
  const decision = decide(situation, event)
  if (decision.type !== 'apply') throw new Error(`ignored: ${decision.reason}`)
  return decision
}

const prepay = { prepayId: 'wx1', codeUrl: 'weixin://x', mwebUrl: null, at: NOW }
const { transactionId } = trade
const paid: Order = { ...pending, status: 'paid', paidAt: trade.paidAt, transactionId }
const gone: Order = { ...pending, status: 'closed', closedAt: NOW }
const other: PaidTrade = { ...trade, transactionId: '4200000000000000000000000002' }
const tooLittle: PaidTrade = { ...trade, paidFen: 8799 }
const ofPaid: Payment = { ...open, status: 'paid', nextCheckAt: null, transactionId }
const strayed: Payment = { ...open, status: 'stray', nextCheckAt: null, transactionId }
const record = (changes: Partial<Transaction>): Transaction => {
  return { ...trade, orderId: 'order-1', outcome: 'applied', seenAt: NOW, seenBy: 'query', ...changes }
}
const seenMismatch = record({ paidFen: 8799, outcome: 'mismatch' })
const event = (it: PaidTrade): PaymentEvent => ({ type: 'paid', trade: it, refundSeenAt: null })
const closes: PaymentEvent = { type: 'closed', order: 'closes', at: NOW }
const keeps: PaymentEvent = { type: 'closed', order: 'keeps', at: NOW }

const ignored = (reason: string) => ({ type: 'ignore', reason })
const done = (reason: string, order: Order, payment: Payment | null, outcome: string | null = null) => {
  return { type: 'apply', reason, order, payment, outcome }
}
const ready: Payment = { ...open, prepay, nextCheckAt: NOW + 5_000 }

type Given = { order?: Order; payment?: Payment | null; known?: Transaction; hasOtherLive?: boolean }
test.each<[string, Given, PaymentEvent, unknown]>([
  [
    'a first answer to the request',
    { payment: preparing },
    { type: 'prepaid', prepay },
    done('prepaid', pending, ready),
  ],
  [
    'a renewed one, after some checks',
    { payment: { ...open, checks: 7 } },
    { type: 'prepaid', prepay },
    done('prepaid', pending, ready),
  ],
  ['one that comes too late', { payment: closed }, { type: 'prepaid', prepay }, ignored('already')],
  ['one for an order without a payment', { payment: null }, { type: 'prepaid', prepay }, ignored('already')],

  ['money', {}, event(trade), done('applied', paid, ofPaid, 'applied')],
  ['money for an order without a payment', { payment: null }, event(trade), ignored('already')],
  ['the same again', { order: paid, payment: ofPaid, known: record({}) }, event(trade), ignored('already')],
  ['late money again', { order: gone, known: record({ outcome: 'late' }) }, event(trade), ignored('already')],
  ['late money', { order: gone, payment: closed }, event(trade), done('stray', gone, strayed, 'late')],
  [
    'second money for another number',
    { order: { ...paid, transactionId: 'first' }, payment: open },
    event(trade),
    done('stray', { ...paid, transactionId: 'first' }, strayed, 'second'),
  ],
  [
    'second money for the number that paid',
    { order: paid, payment: ofPaid },
    event(other),
    done('stray', paid, ofPaid, 'second'),
  ],
  ['a wrong amount', {}, event(tooLittle), done('wrong_amount', pending, strayed, 'mismatch')],
  [
    'a wrong amount that only a message told of before',
    { known: { ...seenMismatch, seenBy: 'notification' } },
    event(tooLittle),
    done('wrong_amount', pending, strayed, 'mismatch'),
  ],
  [
    'a wrong amount that is on record, for a payment that can be paid again',
    { known: seenMismatch },
    event(tooLittle),
    done('wrong_amount', pending, strayed, 'mismatch'),
  ],
  [
    'a wrong amount that is on record',
    { payment: strayed, known: seenMismatch },
    event(tooLittle),
    ignored('wrong_amount'),
  ],
  [
    'a wrong amount beside the money that paid',
    { order: paid, payment: ofPaid },
    event({ ...other, paidFen: 1 }),
    done('wrong_amount', paid, ofPaid, 'mismatch'),
  ],
  ['money of another number', { known: record({ outTradeNo: 'N0002' }) }, event(trade), ignored('contradicted')],

  ['an end', {}, keeps, done('closed', pending, closed)],
  ['an end with its order', {}, closes, done('closed', gone, closed)],
  ['an end with its order, over another live payment', { hasOtherLive: true }, closes, done('closed', pending, closed)],
  ['an end of a dead payment', { payment: closed }, keeps, ignored('already')],
  ['an end of an order over a dead payment', { payment: closed }, closes, done('closed', gone, closed)],
  ['an end of an order that nobody tried to pay', { payment: null }, closes, done('closed', gone, null)],
  ['an end of nothing', { payment: null }, keeps, ignored('already')],
  ['an end of a closed order', { order: gone, payment: closed }, closes, ignored('already')],
  ['an end of a paid order', { order: paid, payment: ofPaid }, closes, ignored('already')],
])('%s leads to exactly this', (_, given, event, decision) => {
  expect(decide({ order: pending, payment: open, known: null, hasOtherLive: false, ...given }, event)).toEqual(decision)
})

test('money for an open payment pays its order', () => {
  const { reason, order, payment, outcome } = applied(
    { order: pending, payment: open, known: null, hasOtherLive: false },
    paidEvent,
  )
  expect(reason).toBe('applied')
  expect(outcome).toBe('applied')
  expect(order).toMatchObject({ status: 'paid', paidAt: trade.paidAt, transactionId: trade.transactionId })
  expect(payment).toMatchObject({ status: 'paid', nextCheckAt: null, transactionId: trade.transactionId })
})

test('money that comes before the answer to the order request pays as well', () => {
  expect(
    applied({ order: pending, payment: preparing, known: null, hasOtherLive: false }, paidEvent).order.status,
  ).toBe('paid')
})

test('money for a closed payment still pays an order that waits for money', () => {
  const { order, payment } = applied({ order: pending, payment: closed, known: null, hasOtherLive: false }, paidEvent)
  expect([order.status, payment?.status]).toEqual(['paid', 'paid'])
})

test('money for a closed order is kept as late, and the order stays closed', () => {
  const order: Order = { ...pending, status: 'closed' }
  const decision = applied({ order, payment: closed, known: null, hasOtherLive: false }, paidEvent)
  expect(decision.reason).toBe('stray')
  expect(decision.outcome).toBe('late')
  expect(decision.order).toBe(order)
  expect(decision.payment?.status).toBe('stray')
})

test('a second payment of a paid order is kept as second, and the order keeps the first', () => {
  const order: Order = { ...pending, status: 'paid', transactionId: 'first' }
  const decision = applied({ order, payment: open, known: null, hasOtherLive: false }, paidEvent)
  expect(decision.outcome).toBe('second')
  expect(decision.order.transactionId).toBe('first')
  expect(decision.payment?.status).toBe('stray')
})

test('other money for a number that is paid does not take the place of the first', () => {
  const order: Order = { ...pending, status: 'paid', transactionId: 'first' }
  const payment: Payment = { ...open, status: 'paid', transactionId: 'first' }
  const decision = applied({ order, payment, known: null, hasOtherLive: false }, paidEvent)
  expect(decision.outcome).toBe('second')
  expect(decision.payment).toBe(payment)
})

test.each([
  ['one fen less', { paidFen: 8799 }],
  ['one fen more', { paidFen: 8801 }],
  ['another currency', { currency: 'USD' }],
])('%s is a wrong amount: it is kept, and the order does not move', (_, change) => {
  const decision = applied(
    { order: pending, payment: open, known: null, hasOtherLive: false },
    { type: 'paid', trade: { ...trade, ...change }, refundSeenAt: null },
  )
  expect(decision.reason).toBe('wrong_amount')
  expect(decision.outcome).toBe('mismatch')
  expect(decision.order).toBe(pending)
})

test('money that was first seen with a wrong amount pays when WeChat says the right one', () => {
  const known = {
    ...trade,
    paidFen: 1,
    orderId: 'order-1',
    outcome: 'mismatch',
    seenAt: NOW,
    seenBy: 'notification',
  } as const
  expect(applied({ order: pending, payment: open, known, hasOtherLive: false }, paidEvent).outcome).toBe('applied')
})

test('money that belongs to another number contradicts itself and changes nothing', () => {
  const known = {
    ...trade,
    outTradeNo: 'N0002',
    orderId: 'x',
    outcome: 'applied',
    seenAt: NOW,
    seenBy: 'query',
  } as const
  expect(decide({ order: pending, payment: open, known, hasOtherLive: false }, paidEvent)).toEqual({
    type: 'ignore',
    reason: 'contradicted',
  })
})

test('money that only a message gave to another number belongs to the number that WeChat says', () => {
  const said = { ...trade, outTradeNo: 'N0002', orderId: null, outcome: 'unknown_order', seenAt: NOW } as const
  const known = { ...said, seenBy: 'notification' } as const
  expect(applied({ order: pending, payment: open, known, hasOtherLive: false }, paidEvent).outcome).toBe('applied')
})

test('a payment can be paid once WeChat prepared it, and is asked about five seconds later', () => {
  const prepay = { prepayId: 'wx1', codeUrl: 'weixin://x', mwebUrl: null, at: NOW }
  const { payment } = applied(
    { order: pending, payment: preparing, known: null, hasOtherLive: false },
    { type: 'prepaid', prepay },
  )
  expect(payment).toMatchObject({ status: 'open', prepay, nextCheckAt: NOW + 5_000 })
})

test('an answer to the order request that comes after the end is ignored', () => {
  const prepay = { prepayId: 'wx1', codeUrl: 'weixin://x', mwebUrl: null, at: NOW }
  const event: PaymentEvent = { type: 'prepaid', prepay }
  expect(decide({ order: pending, payment: closed, known: null, hasOtherLive: false }, event).type).toBe('ignore')
})

test('closing ends the payment, and the order only when that was meant', () => {
  const situation = { order: pending, payment: open, known: null, hasOtherLive: false }
  const kept = applied(situation, { type: 'closed', order: 'keeps', at: NOW })
  expect([kept.order.status, kept.payment?.status]).toEqual(['pending', 'closed'])
  const ended = applied(situation, { type: 'closed', order: 'closes', at: NOW })
  expect([ended.order.status, ended.payment?.status]).toEqual(['closed', 'closed'])
})

test('an order stays open while another payment of it can be paid', () => {
  const situation = { order: pending, payment: open, known: null, hasOtherLive: true }
  const ended = applied(situation, { type: 'closed', order: 'closes', at: NOW })
  expect([ended.order.status, ended.payment?.status]).toEqual(['pending', 'closed'])
  const idle = { ...situation, payment: null }
  expect(decide(idle, { type: 'closed', order: 'closes', at: NOW }).type).toBe('ignore')
})

test('a paid order cannot be closed', () => {
  const order: Order = { ...pending, status: 'paid' }
  const payment: Payment = { ...open, status: 'paid' }
  expect(
    decide({ order, payment, known: null, hasOtherLive: false }, { type: 'closed', order: 'closes', at: NOW }).type,
  ).toBe('ignore')
})

const LATER = NOW + 90 * MINUTE
const refunded: PaymentEvent = { type: 'refunded', at: LATER }
const paidAndRefunded: PaymentEvent = { type: 'paid', trade, refundSeenAt: LATER }

test('money that went back before we knew of it pays its order all the same, and is flagged', () => {
  const decision = applied({ order: pending, payment: open, known: null, hasOtherLive: false }, paidAndRefunded)
  expect(decision).toMatchObject({ reason: 'applied', outcome: 'applied', order: { status: 'paid' } })
  expect(decision.payment).toMatchObject({ status: 'paid', refundSeenAt: LATER, refundReviewedAt: null })
})

test('money that goes back later flags the payment once, and changes nothing else', () => {
  const order: Order = { ...pending, status: 'paid', transactionId: trade.transactionId }
  const payment: Payment = { ...open, status: 'paid', transactionId: trade.transactionId }
  const known = { ...trade, orderId: order.id, outcome: 'applied', seenAt: NOW, seenBy: 'query' } as const
  const situation = { order, payment, known, hasOtherLive: false }
  for (const event of [paidAndRefunded, refunded]) {
    const decision = applied(situation, event)
    const reason = event === refunded ? 'refunded' : 'already'
    expect(decision).toMatchObject({ reason, order, outcome: null, payment: { ...payment, refundSeenAt: LATER } })
    const flagged = { ...situation, payment: decision.payment ?? payment }
    for (const again of [paidAndRefunded, refunded, { ...refunded, at: LATER + 1 }]) {
      expect(decide(flagged, again)).toEqual({ type: 'ignore', reason: 'already' })
    }
  }
})

test('once its refunds are on record a payment loses its flag, and nothing else; what somebody looked at stays', () => {
  const explained = (changes: Partial<Payment>) => {
    const payment = { ...ofPaid, ...changes }
    return decide({ order: paid, payment, known: record({}), hasOtherLive: false }, { type: 'explained' })
  }
  expect(explained({ refundSeenAt: LATER })).toEqual(done('explained', paid, ofPaid))
  expect(explained({})).toEqual(ignored('already'))
  expect(explained({ refundSeenAt: LATER, refundReviewedAt: LATER })).toEqual(ignored('already'))
})

test('a number whose money went back, and of which nothing more is known, holds no order up', () => {
  for (const payment of [preparing, open]) {
    const decision = applied({ order: pending, payment, known: null, hasOtherLive: false }, refunded)
    expect(decision).toMatchObject({ reason: 'refunded', outcome: null })
    expect(decision.order).toEqual({ ...pending, status: 'closed', closedAt: LATER })
    expect(decision.payment).toEqual({ ...payment, status: 'closed', nextCheckAt: null, refundSeenAt: LATER })
  }
})

test('an order with another way to be paid waits on when the money of a first one went back', () => {
  const situation = { order: pending, payment: open, known: null, hasOtherLive: true }
  expect(applied(situation, refunded)).toMatchObject({ order: pending, payment: { status: 'closed' } })
  const past = { ...situation, payment: closed, hasOtherLive: false }
  expect(applied(past, refunded)).toMatchObject({ order: pending, payment: { ...closed, refundSeenAt: LATER } })
  const paid: Order = { ...pending, status: 'paid', transactionId: 'first' }
  expect(applied({ ...situation, order: paid, hasOtherLive: false }, refunded).order).toBe(paid)
})

const anyEvent = fc.oneof(
  fc.record({
    type: fc.constant('paid' as const),
    trade: fc.record({
      outTradeNo: fc.constant('N0001'),
      transactionId: fc.constantFrom('t1', 't2', 't3'),
      paidFen: fc.constantFrom(8800, 8800, 8800, 1),
      currency: fc.constant('CNY'),
      paidAt: fc.constant(NOW),
    }),
    refundSeenAt: fc.constantFrom(null, null, NOW),
  }),
  fc.constant({ type: 'refunded' as const, at: NOW }),
  fc.record({
    type: fc.constant('closed' as const),
    order: fc.constantFrom('keeps' as const, 'closes' as const),
    at: fc.constant(NOW),
  }),
  fc.constant({
    type: 'prepaid' as const,
    prepay: { prepayId: 'wx1', codeUrl: null, mwebUrl: null, at: NOW },
  }),
)

/** Lets events happen one after the other, as a store would keep them. */
function live(events: PaymentEvent[]) {
  let order: Order = pending
  let payment: Payment = preparing
  const money = new Map<string, Situation['known']>()
  const history = [order.status]
  for (const it of events) {
    const known = it.type === 'paid' ? (money.get(it.trade.transactionId) ?? null) : null
    const decision = decide({ order, payment, known, hasOtherLive: false }, it)
    if (decision.type === 'ignore') continue
    order = decision.order
    payment = decision.payment ?? payment
    if (it.type === 'paid' && decision.outcome !== null) {
      const record = {
        ...it.trade,
        orderId: order.id,
        outcome: decision.outcome,
        seenAt: NOW,
        seenBy: 'query' as const,
      }
      money.set(it.trade.transactionId, record)
    }
    if (history.at(-1) !== order.status) history.push(order.status)
  }
  return { order, payment, money, history }
}

test('whatever happens in whatever order, an order is paid by exactly one payment of the right amount', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 12 }), (events) => {
      const { order, money, history } = live(events)
      const paying = [...money.values()].filter((it) => it?.outcome === 'applied')
      expect(paying.length).toBe(order.status === 'paid' ? 1 : 0)
      if (order.status === 'paid') {
        expect(paying[0]).toMatchObject({ transactionId: order.transactionId, paidFen: order.amountFen })
      }
      expect(history.length).toBeLessThanOrEqual(2)
      const seen = new Set(events.flatMap((it) => (it.type === 'paid' ? [it.trade.transactionId] : [])))
      expect(new Set(money.keys())).toEqual(seen)
    }),
    { numRuns: 2_000 },
  )
})

test('an event that comes twice ends as if it came once', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 8 }), (events) => {
      const once = live(events)
      const twice = live(events.flatMap((it) => [it, it]))
      expect(twice.order).toEqual(once.order)
      expect(twice.payment).toEqual(once.payment)
      expect(twice.money).toEqual(once.money)
    }),
    { numRuns: 1_000 },
  )
})

test('WeChat is queried 5 s, 30 s, 1, 3, 5, 10, 20 and 30 minutes after opening, and never after the order ended', () => {
  const order: Order = { ...pending, expiresAt: NOW + 120 * MINUTE }
  let now = NOW
  const asked = Array.from({ length: 8 }, (_, checks) => {
    now = nextCheckAt(order, NOW, checks, now)
    return (now - NOW) / 1_000
  })
  expect(asked).toEqual([5, 30, 60, 180, 300, 600, 1200, 1800])
  expect(nextCheckAt(order, NOW, 8, now)).toBe(now + 10 * MINUTE)
})

test('the last question comes when the time to pay is over, and then every half minute', () => {
  expect(nextCheckAt(pending, NOW, 7, NOW + 29 * MINUTE)).toBe(pending.expiresAt)
  expect(nextCheckAt(pending, NOW, 7, pending.expiresAt)).toBe(pending.expiresAt + 30_000)
  expect(nextCheckAt({ ...pending, status: 'paid' }, NOW, 0, NOW)).toBe(NOW + 30_000)
})

test('after an outage scheduled checks are made up for by one query', () => {
  const order: Order = { ...pending, expiresAt: NOW + 120 * MINUTE }
  expect(nextCheckAt(order, NOW, 1, NOW + 50 * MINUTE)).toBe(NOW + 50 * MINUTE + 5_000)
})
