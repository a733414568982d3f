import { expect, test } from 'vitest'
import {
  decideRefund,
  isSameRefund,
  type RefundChangeEvent,
  type RefundDecision,
  refundChange,
} from '@/lib/shop/decide-refund'
import { fen } from '@/lib/shop/money'
import { type FoundRefund, REFUND_STATUSES, type Refund, type RefundStatus } from '@/lib/shop/refund'
import { MINUTE, NOW, sampleFound, sampleRefund } from './refund-samples'

const DAY = 24 * 60 * MINUTE
const LATER = NOW + 3 * MINUTE

/** A refund in each status, as it comes to be there. */
const REFUNDS: Record<RefundStatus | 'wish', Refund> = {
  wish: sampleRefund({ approvedAt: null, nextCheckAt: null, source: 'buyer' }),
  requested: sampleRefund({ checks: 3, problem: 'SYSTEMERROR', waitsFor: 'time' }),
  processing: sampleRefund({ status: 'processing', acceptedAt: NOW, refundId: '5030001', checks: 2 }),
  succeeded: sampleRefund({ status: 'succeeded', acceptedAt: NOW, endedAt: NOW, nextCheckAt: null }),
  closed: sampleRefund({ status: 'closed', acceptedAt: NOW, endedAt: NOW, nextCheckAt: null }),
  abnormal: sampleRefund({
    ...{ status: 'abnormal', apiVersion: 'v3', refundId: '5030001', acceptedAt: NOW, nextCheckAt: NOW + DAY },
  }),
  declined: sampleRefund({ status: 'declined', approvedAt: null, endedAt: NOW, nextCheckAt: null }),
}
const FOUND = { succeededAt: null, receivedBy: null }
const EVENTS: Record<string, RefundChangeEvent> = {
  approved: { type: 'approved', at: LATER, note: 'fine' },
  declined: { type: 'declined', at: LATER, note: 'no' },
  accepted: { type: 'accepted', refundId: '5030009', at: LATER },
  refused: { type: 'refused', code: 'TRADE_OVERDUE', at: LATER },
  delayed: { type: 'delayed', problem: 'NOTENOUGH', waitsFor: 'operator' },
  'found processing': { type: 'found', found: sampleFound({ ...FOUND, status: 'processing' }), at: LATER },
  'found succeeded': { type: 'found', found: sampleFound(), at: LATER },
  'found closed': { type: 'found', found: sampleFound({ ...FOUND, status: 'closed' }), at: LATER },
  'found abnormal': { type: 'found', found: sampleFound({ ...FOUND, status: 'abnormal' }), at: LATER },
  resolved: { type: 'resolved', at: LATER, note: 'by hand' },
  rerouted: { type: 'rerouted', at: LATER, note: 'by transfer' },
}
type State = keyof typeof REFUNDS

const afterOf = (decision: RefundDecision): Refund | null => (decision.type === 'apply' ? decision.refund : null)

/** What becomes of each by each event: its status then, or `-` when nothing is written. */
const TABLE: Record<string, Record<State, string>> = {
  approved: {
    wish: 'requested',
    requested: '-',
    processing: '-',
    succeeded: '-',
    closed: '-',
    abnormal: '-',
    declined: '-',
  },
  declined: {
    wish: 'declined',
    requested: '-',
    processing: '-',
    succeeded: '-',
    closed: '-',
    abnormal: '-',
    declined: '-',
  },
  accepted: {
    wish: '-',
    requested: 'processing',
    processing: '-',
    succeeded: '-',
    closed: '-',
    abnormal: '-',
    declined: '-',
  },
  refused: {
    wish: '-',
    requested: 'closed',
    processing: '-',
    succeeded: '-',
    closed: '-',
    abnormal: '-',
    declined: '-',
  },
  delayed: {
    wish: '-',
    requested: 'requested',
    processing: 'processing',
    succeeded: '-',
    closed: '-',
    abnormal: '-',
    declined: '-',
  },
  'found processing': {
    wish: '!',
    requested: 'processing',
    processing: '-',
    succeeded: '-',
    closed: '-',
    abnormal: '-',
    declined: '!',
  },
  'found succeeded': {
    wish: '!',
    requested: 'succeeded',
    processing: 'succeeded',
    succeeded: '-',
    closed: 'succeeded',
    abnormal: 'succeeded',
    declined: '!',
  },
  'found closed': {
    wish: '!',
    requested: 'closed',
    processing: 'closed',
    succeeded: '-',
    closed: '-',
    abnormal: 'closed',
    declined: '!',
  },
  'found abnormal': {
    wish: '!',
    requested: 'abnormal',
    processing: 'abnormal',
    succeeded: '-',
    closed: 'abnormal',
    abnormal: '-',
    declined: '!',
  },
  resolved: {
    wish: '-',
    requested: '-',
    processing: '-',
    succeeded: '-',
    closed: '-',
    abnormal: 'abnormal',
    declined: '-',
  },
  rerouted: {
    wish: '-',
    requested: '-',
    processing: '-',
    succeeded: '-',
    closed: '-',
    abnormal: 'processing',
    declined: '-',
  },
}

test.each(Object.entries(EVENTS))('%s: what becomes of a refund in each status', (name, event) => {
  const seen = Object.entries(REFUNDS).map(([state, refund]) => {
    const decision = decideRefund(refund, event)
    if (decision.type === 'ignore') return [state, decision.reason === 'contradicted' ? '!' : '-']
    expect(decision.refund.version).toBe(refund.version + 1)
    expect(decision.reason).toBe(event.type)
    return [state, decision.refund.status]
  })
  expect(Object.fromEntries(seen)).toEqual(TABLE[name])
})

test.each(Object.entries(EVENTS))('%s is applied once', (_, event) => {
  for (const refund of Object.values(REFUNDS)) {
    const once = afterOf(decideRefund(refund, event))
    if (once !== null) expect(decideRefund(once, event).type).toBe('ignore')
  }
})

test('no event changes number, amount, money or request', () => {
  for (const refund of Object.values(REFUNDS)) {
    for (const event of Object.values(EVENTS)) {
      const after = afterOf(decideRefund(refund, event)) ?? refund
      const { outRefundNo, amountFen, paidFen, transactionId, request, lines, createdAt } = refund
      expect(after).toMatchObject({ outRefundNo, amountFen, paidFen, transactionId, request, lines, createdAt })
    }
  }
})

test('what has ended says when and is asked about no more; what has not is asked about again', () => {
  for (const refund of Object.values(REFUNDS)) {
    for (const event of Object.values(EVENTS)) {
      const after = afterOf(decideRefund(refund, event))
      if (after === null) continue
      const isEnded = ['succeeded', 'closed', 'declined'].includes(after.status)
      expect([event.type, after.endedAt !== null]).toEqual([event.type, isEnded])
      const isOver = isEnded || event.type === 'resolved'
      expect([event.type, after.nextCheckAt === null]).toEqual([event.type, isOver])
      if (isEnded) expect(after.waitsFor).toBeNull()
    }
  }
})

const decided = (refund: Refund, event: RefundChangeEvent) => afterOf(decideRefund(refund, event))

test('an approved wish carries the note, and WeChat may be asked from then on', () => {
  const expected = { approvedAt: LATER, note: 'fine', nextCheckAt: LATER + 10_000, status: 'requested' }
  expect(decided(REFUNDS.wish, { type: 'approved', at: LATER, note: 'fine' })).toMatchObject(expected)
  expect(decided(REFUNDS.wish, { type: 'declined', at: LATER, note: 'no' })).toMatchObject({
    endedAt: LATER,
    note: 'no',
  })
})

test('an accepted one begins its schedule anew, without the problem it had', () => {
  const known = { acceptedAt: LATER, refundId: '5030009', problem: null, waitsFor: null, checks: 0 }
  expect(decided(REFUNDS.requested, { type: 'accepted', refundId: '5030009', at: LATER })).toMatchObject({
    ...known,
    nextCheckAt: LATER + 10_000,
  })
})

test('a refused one is closed with the code, a delayed one keeps its schedule', () => {
  expect(decided(REFUNDS.requested, { type: 'refused', code: 'TRADE_OVERDUE', at: LATER })).toMatchObject({
    ...{ endedAt: LATER, problem: 'TRADE_OVERDUE', waitsFor: null, acceptedAt: null },
  })
  const delayed = decided(REFUNDS.requested, { type: 'delayed', problem: 'NOTENOUGH', waitsFor: 'operator' })
  expect(delayed).toMatchObject({ problem: 'NOTENOUGH', waitsFor: 'operator', checks: 3, nextCheckAt: NOW + 10_000 })
  const sameProblem = { type: 'delayed', problem: 'SYSTEMERROR', waitsFor: 'operator' } as const
  expect(decided(REFUNDS.requested, sameProblem)).toMatchObject({ waitsFor: 'operator' })
  expect(decided(REFUNDS.requested, { ...sameProblem, waitsFor: 'time' })).toBeNull()
})

test('what WeChat says of the end is kept: when, where the money went, its own number', () => {
  expect(decided(REFUNDS.requested, { type: 'found', found: sampleFound(), at: LATER })).toMatchObject({
    ...{ endedAt: NOW + MINUTE, receivedBy: '支付用户零钱', refundId: '5030001', acceptedAt: LATER, problem: null },
  })
  const closed = sampleFound({ status: 'closed', succeededAt: null })
  expect(decided(REFUNDS.processing, { type: 'found', found: closed, at: LATER })).toMatchObject({
    ...{ endedAt: LATER, acceptedAt: NOW },
  })
  const abnormal = sampleFound({ status: 'abnormal', succeededAt: null })
  expect(decided(REFUNDS.closed, { type: 'found', found: abnormal, at: LATER })).toMatchObject({
    ...{ endedAt: null, nextCheckAt: LATER + DAY },
  })
})

test('one that is still under way loses the problem it had meanwhile', () => {
  const troubled = { ...REFUNDS.processing, problem: 'NOTENOUGH', waitsFor: 'operator' } as const
  const event = { type: 'found', found: sampleFound({ ...FOUND, status: 'processing' }), at: LATER } as const
  expect(decided(troubled, event)).toMatchObject({
    status: 'processing',
    problem: null,
    waitsFor: null,
    acceptedAt: NOW,
  })
})

test('what only this shop believed to be closed begins again when WeChat has it after all', () => {
  const refused = { ...REFUNDS.closed, acceptedAt: null, problem: 'INVALID_REQUEST' }
  const event = { type: 'found', found: sampleFound({ ...FOUND, status: 'processing' }), at: LATER } as const
  expect(decided(refused, event)).toMatchObject({ status: 'processing', endedAt: null, nextCheckAt: LATER + 10_000 })
  const closed = { type: 'found', found: sampleFound({ ...FOUND, status: 'closed' }), at: LATER } as const
  expect(decided({ ...refused, problem: null }, closed)).toBeNull()
})

test('what WeChat says of another refund is contradicted', () => {
  const others: Partial<FoundRefund>[] = [
    { outRefundNo: 'R2' },
    { outTradeNo: 'N2' },
    { transactionId: '4200000002' },
    { amountFen: 999 },
    { paidFen: 4_999 },
  ]
  for (const changes of others) {
    const found = sampleFound(changes)
    expect(isSameRefund(REFUNDS.processing, found)).toBe(false)
    const decision = decideRefund(REFUNDS.processing, { type: 'found', found, at: LATER })
    expect(decision).toEqual({ type: 'ignore', reason: 'contradicted' })
  }
  expect(isSameRefund(REFUNDS.processing, sampleFound({ refundId: '1', receivedBy: null }))).toBe(true)
})

test('a note ends what only people could settle: an abnormal one, and one made in the console', () => {
  const event = { type: 'resolved', at: LATER, note: 'by hand' } as const
  expect(decided(REFUNDS.abnormal, event)).toMatchObject({ resolvedAt: LATER, note: 'by hand', nextCheckAt: null })
  const foreign = { ...REFUNDS.processing, source: 'wechat' } as const
  expect(decided(foreign, event)).toMatchObject({ resolvedAt: LATER, nextCheckAt: foreign.nextCheckAt })
  expect(decided({ ...foreign, resolvedAt: NOW }, event)).toBeNull()
})

test('an abnormal one of API v3 is rerouted once, unless somebody settled it; abnormal again, it waits for somebody again', () => {
  const event = { type: 'rerouted', at: LATER, note: 'by transfer' } as const
  const rerouted = decided(REFUNDS.abnormal, event)
  const seen = { status: 'processing', resolvedAt: LATER, note: 'by transfer', nextCheckAt: LATER + 10_000 }
  expect(rerouted).toMatchObject(seen)
  expect(decided({ ...REFUNDS.abnormal, apiVersion: 'v2' }, event)).toBeNull()
  expect(decided({ ...REFUNDS.abnormal, refundId: null }, event)).toBeNull()
  expect(decided({ ...REFUNDS.abnormal, resolvedAt: NOW }, event)).toBeNull()
  if (rerouted === null) throw new Error('not rerouted')
  const found = { type: 'found', found: sampleFound({ ...FOUND, status: 'abnormal' }), at: LATER } as const
  const again = decided(rerouted, found)
  expect(again).toMatchObject({ status: 'abnormal', resolvedAt: null, note: null })
  expect(again && decided(again, event)).toMatchObject(seen)
  expect(decided({ ...REFUNDS.processing, note: 'gladly' }, found)).toMatchObject({ note: 'gladly' })
  expect(decided(rerouted, { ...found, found: sampleFound() })).toMatchObject({
    status: 'succeeded',
    resolvedAt: LATER,
  })
})

const CAUSE = { kind: 'worker', id: 'R1' } as const
function changeOf(before: Refund, event: RefundChangeEvent) {
  const decision = decideRefund(before, event)
  if (decision.type === 'ignore') throw new Error(decision.reason)
  return refundChange(before, decision, CAUSE, LATER)
}

test('a change has its entry in the history, also when the status stays', () => {
  const delayed = changeOf(REFUNDS.requested, { type: 'delayed', problem: 'x', waitsFor: 'time' })
  expect(delayed.event).toEqual({
    ...{ outRefundNo: 'R1', version: 2, what: 'delayed', from: 'requested', to: 'requested', cause: CAUSE, at: LATER },
  })
  expect([delayed.isApproval, delayed.returned, delayed.resolution]).toEqual([false, [], null])
  expect(changeOf(REFUNDS.wish, { type: 'approved', at: LATER, note: null }).isApproval).toBe(true)
})

test('stock returns with the success and never before, and only where somebody wanted it', () => {
  const lines = [{ productId: 'tea', quantity: 2 }]
  const before = { ...REFUNDS.processing, lines, returnsStock: true, amountFen: fen(1_000) }
  const success = { type: 'found', found: sampleFound(), at: LATER } as const
  expect(changeOf(before, success)).toMatchObject({
    returned: lines,
    resolution: { at: LATER, by: 'WeChat Pay', note: 'R1' },
  })
  expect(changeOf({ ...before, returnsStock: false }, success).returned).toEqual([])
  const closed = { type: 'found', found: sampleFound({ ...FOUND, status: 'closed' }), at: LATER } as const
  expect(changeOf(before, closed)).toMatchObject({ returned: [], resolution: null })
  // A note about one that succeeded long ago.
  const foreign = { ...before, status: 'succeeded', source: 'wechat' } as const
  const noted = changeOf(foreign, { type: 'resolved', at: LATER, note: 'ours' })
  expect(noted).toMatchObject({ returned: [], resolution: null })
  expect(REFUND_STATUSES).toHaveLength(6)
})
