import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Actor } from '@/lib/shop/audit'
import type { RefundAnswer, RefundQueryAnswer } from '@/lib/shop/gateway'
import type { FoundRefund, Refund } from '@/lib/shop/refund'
import { declineRefund, queryRefundAs, refundOrder, requestRefund } from '@/lib/shop/refunds'
import { followRefund } from '@/lib/shop/send-refund'
import { recordForeignRefund } from '@/lib/shop/settle-refund'
import { openWorld, type World } from '../world'

const ADMIN: Actor = { email: 'ada@example.com', role: 'operator', address: '::1' }
const evidence = { fields: {}, problem: null }
const CAUSE = { kind: 'worker', id: 'R' } as const

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const ANSWERS = {
  accepted: { type: 'accepted', refundId: '5030001', evidence },
  delayed: { type: 'delayed', code: 'NOTENOUGH', waitsFor: 'operator', evidence },
  refused: { type: 'refused', code: 'TRADE_OVERDUE', evidence },
  silent: { type: 'unknown', evidence: { fields: {}, problem: 'timeout' } },
  wordless: { type: 'unknown', evidence },
} as const satisfies Record<string, RefundAnswer>
const QUERIES = {
  missing: { type: 'missing', evidence },
  silent: { type: 'unknown', evidence: { fields: {}, problem: 'timeout' } },
} as const satisfies Record<string, RefundQueryAnswer>

type Said = `send ${keyof typeof ANSWERS}` | `query ${keyof typeof QUERIES | FoundRefund['status']}`

async function paidOrder() {
  const { order, payment } = await world.order()
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  return order
}

/** A shop whose WeChat says these things about a refund in turn; what was sent is kept. */
function scripted(script: Said[]) {
  const left = [...script]
  const sent: Refund[] = []
  const next = (call: string): string => {
    const [wanted, word = ''] = (left.shift() ?? 'nothing').split(' ')
    if (wanted !== call) throw new Error(`${call} was called, and the script says ${wanted}`)
    return word
  }
  const refund = async (asked: Refund): Promise<RefundAnswer> => {
    sent.push(asked)
    return ANSWERS[next('send') as keyof typeof ANSWERS]
  }
  const queryRefund = async ({ outRefundNo }: { outRefundNo: string }): Promise<RefundQueryAnswer> => {
    const word = next('query')
    if (word in QUERIES) return QUERIES[word as keyof typeof QUERIES]
    const known = await world.shop.store.findRefund(outRefundNo)
    if (known === null) throw new Error('no such refund')
    const { outTradeNo, transactionId, amountFen, paidFen } = known
    const status = word as FoundRefund['status']
    const found = { outRefundNo, refundId: '5030001', outTradeNo, transactionId, amountFen, paidFen, status }
    return { type: 'found', refunds: [{ ...found, succeededAt: null, receivedBy: null }], evidence }
  }
  const shop = { ...world.shop, gateway: { ...world.shop.gateway, refund, queryRefund } }
  return { shop, left, sent }
}

async function press(script: Said[]) {
  const order = await paidOrder()
  const { shop, left, sent } = scripted(script)
  const wanted = { amountFen: 6800, lines: [], reason: 'broken', returnsStock: false }
  const result = await refundOrder(shop, order.id, wanted, ADMIN)
  if (!result.ok) throw new Error(result.reason)
  expect(left).toEqual([])
  return { refund: result.refund, sent }
}

test.each<[Said[], Partial<Refund>]>([
  [['send accepted'], { status: 'processing', refundId: '5030001', problem: null }],
  [['send delayed'], { status: 'requested', problem: 'NOTENOUGH', waitsFor: 'operator' }],
  [['send silent'], { status: 'requested', problem: 'timeout', waitsFor: 'time' }],
  [['send wordless'], { status: 'requested', problem: 'unknown', waitsFor: 'time' }],
  [['send refused', 'query missing'], { status: 'closed', problem: 'TRADE_OVERDUE', nextCheckAt: null }],
  [['send refused', 'query silent'], { status: 'requested', problem: 'TRADE_OVERDUE', waitsFor: 'time' }],
  [['send refused', 'query processing'], { status: 'processing', problem: null }],
  [['send refused', 'query succeeded'], { status: 'succeeded', problem: null }],
])('WeChat says %j to the first request', async (script, expected) => {
  const { refund } = await press(script)
  expect(refund).toMatchObject(expected)
})

test('every repeat sends the stored request with the same number and amounts', async () => {
  const { refund } = await press(['send silent'])
  const { shop, sent } = scripted(['send silent', 'send delayed', 'send accepted'])
  for (let time = 0; time < 3; time += 1) {
    const newest = await shop.store.findRefund(refund.outRefundNo)
    if (newest !== null) await followRefund(shop, newest, CAUSE)
  }
  const { outRefundNo, amountFen, paidFen, request } = refund
  expect(sent).toHaveLength(3)
  for (const it of sent) expect(it).toMatchObject({ outRefundNo, amountFen, paidFen, request })
  expect(await shop.store.findRefund(outRefundNo)).toMatchObject({ status: 'processing', problem: null })
})

const follow = async (refund: Refund, script: Said[]) => {
  const { shop, left, sent } = scripted(script)
  const contact = await followRefund(shop, refund, CAUSE)
  expect(left).toEqual([])
  return { contact, sent, refund: await shop.store.findRefund(refund.outRefundNo) }
}

test('what WeChat took on and does not know any more is sent again, unchanged', async () => {
  const { refund } = await press(['send accepted'])
  const again = await follow(refund, ['query missing', 'send accepted'])
  expect(again.sent).toMatchObject([{ request: refund.request }])
  expect(again).toMatchObject({ contact: 'answered', refund: { status: 'processing' } })
  const delayed = await follow(refund, ['query missing', 'send delayed'])
  expect(delayed.refund).toMatchObject({ status: 'processing', problem: 'NOTENOUGH', waitsFor: 'operator' })
  const refused = await follow(refund, ['query missing', 'send refused', 'query missing'])
  expect(refused.refund).toMatchObject({ status: 'processing' })
})

test('what has ended is not sent again', async () => {
  const { refund } = await press(['send refused', 'query missing'])
  expect(await follow(refund, ['query missing'])).toMatchObject({ contact: 'answered', refund: { status: 'closed' } })
  expect(world.warnings).toContain('refund_missing')
  expect(await follow(refund, ['query silent'])).toMatchObject({ contact: 'silent', refund: { status: 'closed' } })
  expect(await follow(refund, ['query succeeded'])).toMatchObject({ refund: { status: 'succeeded' } })
})

test('a refund that WeChat knows with another amount stays as it is, and waits for a developer', async () => {
  const { refund } = await press(['send accepted'])
  const { outRefundNo, outTradeNo, transactionId, paidFen } = refund
  const found = { outRefundNo, refundId: '5030001', outTradeNo, transactionId, amountFen: 1, paidFen } as const
  const ended = { status: 'succeeded', succeededAt: null, receivedBy: null } as const
  const answer: RefundQueryAnswer = { type: 'found', refunds: [{ ...found, ...ended }], evidence }
  const gateway = { ...world.shop.gateway, queryRefund: async () => answer }
  expect(await followRefund({ ...world.shop, gateway }, refund, CAUSE)).toBe('answered')
  const waiting = { status: 'processing', problem: 'contradicted', waitsFor: 'developer', amountFen: 6800 }
  expect(await world.shop.store.findRefund(outRefundNo)).toMatchObject(waiting)
})

test('whoever sends a refund hears whether WeChat answered', async () => {
  const { refund } = await press(['send silent'])
  const contacts: [Said[], string][] = [
    [['send silent'], 'silent'],
    [['send delayed'], 'answered'],
    [['send refused', 'query silent'], 'silent'],
    [['send accepted'], 'answered'],
  ]
  for (const [script, contact] of contacts) expect(await follow(refund, script)).toMatchObject({ contact })
  const unknown = await press(['send silent'])
  expect(await follow(unknown.refund, ['send refused', 'query missing'])).toMatchObject({ contact: 'answered' })
})

test('of a wish WeChat hears nothing, nor of one that was declined', async () => {
  const order = await paidOrder()
  const wish = await requestRefund(world.shop, order.id, { reason: 'please' })
  if (!wish.ok) throw new Error(wish.reason)
  expect(await follow(wish.refund, [])).toMatchObject({ contact: 'answered', refund: { status: 'requested' } })
  const declined = await declineRefund(world.shop, wish.refund.outRefundNo, 'packed already', ADMIN)
  if (!declined.ok) throw new Error(declined.reason)
  expect(await follow(declined.refund, [])).toMatchObject({ contact: 'answered', refund: { status: 'declined' } })
})

test('a refund of the console that WeChat does not know any more is never sent from here', async () => {
  const order = await paidOrder()
  const [payment] = await world.paymentsOf(order)
  if (payment?.transactionId == null) throw new Error('not paid')
  const { outTradeNo, transactionId } = payment
  const found = { outRefundNo: 'console-1', refundId: '5030001', outTradeNo, transactionId, amountFen: 1 } as const
  const rest = { paidFen: 6800, status: 'processing', succeededAt: null, receivedBy: null } as const
  await recordForeignRefund(world.shop, payment, { ...found, ...rest }, CAUSE)
  const [foreign] = await world.refundsOf(order)
  if (foreign === undefined) throw new Error('nothing recorded')
  expect(await follow(foreign, ['query missing'])).toMatchObject({ contact: 'answered', sent: [] })
})

test('an answer about another refund is none', async () => {
  const { refund } = await press(['send accepted'])
  const { outRefundNo, outTradeNo, transactionId, paidFen } = refund
  const other = { outRefundNo: 'R2', refundId: '5030002', outTradeNo, transactionId, amountFen: 1, paidFen } as const
  const found = { ...other, status: 'succeeded', succeededAt: null, receivedBy: null } as const
  const answer: RefundQueryAnswer = { type: 'found', refunds: [found], evidence }
  const gateway = { ...world.shop.gateway, queryRefund: async () => answer }
  expect(await followRefund({ ...world.shop, gateway }, refund, CAUSE)).toBe('silent')
  expect(await world.shop.store.findRefund(outRefundNo)).toMatchObject({ status: 'processing', problem: null })
})

test('the log says of which refund WeChat knows nothing, and of which it said nothing', async () => {
  const { refund } = await press(['send refused', 'query missing'])
  const { outRefundNo } = refund
  const said: unknown[] = []
  const log = { ...world.shop.log, warn: (event: string, fields?: object) => void said.push([event, fields]) }
  for (const script of [['query missing'], ['query silent']] as const) {
    await followRefund({ ...scripted([...script]).shop, log }, refund, CAUSE)
  }
  expect(said).toEqual([
    ['refund_missing', { outRefundNo, status: 'closed' }],
    ['wechat_unavailable', { outRefundNo, problem: 'timeout' }],
  ])
})

test('calls at the same time share one', async () => {
  const { refund } = await press(['send silent'])
  const { shop, sent } = scripted(['send accepted'])
  const both = await Promise.all([followRefund(shop, refund, CAUSE), followRefund(shop, refund, CAUSE)])
  expect([both, sent.length, shop.inFlightRefunds.size]).toEqual([['answered', 'answered'], 1, 0])
})

test('without a certificate what is written waits for an operator, and nobody is asked', async () => {
  const { refund } = await press(['send silent'])
  const { shop } = scripted([])
  const off = { ...shop, gateway: { ...shop.gateway, whyNoRefunds: () => 'certificate_expired' as const } }
  expect(await followRefund(off, refund, CAUSE)).toBe('silent')
  const waiting = { status: 'requested', problem: 'certificate_expired', waitsFor: 'operator' }
  expect(await shop.store.findRefund(refund.outRefundNo)).toMatchObject(waiting)
})

test('who asks about a refund leaves two entries in the record: that it began, and what came of it', async () => {
  const { refund } = await press(['send accepted'])
  const { shop } = scripted(['query succeeded'])
  expect(await queryRefundAs(shop, 'nobody', ADMIN)).toEqual({ ok: false, reason: 'not_found' })
  expect(await queryRefundAs(shop, refund.outRefundNo, ADMIN)).toMatchObject({
    ok: true,
    refund: { status: 'succeeded' },
  })
  const filter = { action: 'refund_queried', email: null, orderId: null } as const
  const [after, before] = await shop.store.listAudit({ filter, before: null, limit: 9 })
  expect(before).toMatchObject({ detail: { refund: refund.outRefundNo, before: 'processing' }, outcomeOf: null })
  expect(after).toMatchObject({ detail: { outcome: 'done', after: 'succeeded' }, outcomeOf: before?.id })
  const events = (await shop.store.findOrderHistory(refund.orderId, world.now()))?.refundEvents
  expect(events?.at(-1)?.cause).toEqual({ kind: 'admin', id: String(before?.id) })
})
