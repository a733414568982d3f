import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Actor } from '@/lib/shop/audit'
import type { RefundQueryAnswer, VerifiedNotification } from '@/lib/shop/gateway'
import { processNotification } from '@/lib/shop/handle-notification'
import { replyTo } from '@/lib/shop/notification'
import type { FoundRefund, Refund } from '@/lib/shop/refund'
import { refundOrder, requestRefund } from '@/lib/shop/refunds'
import { applyRefundEvent, settleRefund } from '@/lib/shop/settle-refund'
import type { Shop } from '@/lib/shop/shop'
import { openWorld, type World } from '../world'

const ADMIN: Actor = { email: 'ada@example.com', role: 'operator', address: '::1' }
const evidence = { fields: {}, problem: null }

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function refunded() {
  const { order, payment } = await world.order([{ productId: 'tea-longjing', quantity: 1 }])
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  const lines = [{ productId: 'tea-longjing', quantity: 1 }]
  const wanted = { amountFen: 6800, lines, reason: 'broken', returnsStock: true }
  const result = await refundOrder(world.shop, order.id, wanted, ADMIN)
  if (!result.ok) throw new Error(result.reason)
  return { order, payment, refund: result.refund }
}

const foundOf = (refund: Refund, changes: Partial<FoundRefund> = {}): FoundRefund => ({
  ...{ outRefundNo: refund.outRefundNo, refundId: refund.refundId ?? '5030001', outTradeNo: refund.outTradeNo },
  ...{ transactionId: refund.transactionId, amountFen: refund.amountFen, paidFen: refund.paidFen },
  ...{ status: 'succeeded', succeededAt: world.now(), receivedBy: '支付用户零钱' },
  ...changes,
})

/** A shop to which WeChat tells of a refund, and which then hears something when it asks back, or is never to ask. */
function hearing(told: FoundRefund, asked: RefundQueryAnswer | FoundRefund | null) {
  const bounds: (number | undefined)[] = []
  const verified: VerifiedNotification = {
    ...{ checks: [], kind: 'refund', outTradeNo: told.outTradeNo, transactionId: told.transactionId },
    ...{ outRefundNo: told.outRefundNo, claimedFen: told.amountFen, signedText: null, expectedSign: null },
    ...{ receivedSign: null, authentic: true, event: { type: 'refund', found: told } },
  }
  const shop: Shop = {
    ...world.shop,
    gateway: {
      ...world.shop.gateway,
      verifyNotification: async () => verified,
      queryRefund: async (_, msMax) => {
        bounds.push(msMax)
        if (asked === null) throw new Error('nobody was to ask')
        return 'outRefundNo' in asked ? { type: 'found', refunds: [asked], evidence } : asked
      },
    },
  }
  return { shop, bounds }
}

async function tell(told: FoundRefund, asked: RefundQueryAnswer | FoundRefund | null) {
  const { shop, bounds } = hearing(told, asked)
  const message = {
    apiVersion: 'v2',
    remoteAddress: '::1',
    headers: {},
    body: Buffer.from('<xml/>'),
    receivedAt: 0,
  } as const
  const id = await shop.store.insertNotification({ ...message, receivedAt: world.now(), replayOf: null })
  const verdict = await processNotification(shop, id, message)
  const entry = await shop.store.findNotification(id)
  expect(entry?.result).toMatchObject({
    verdict,
    reply: replyTo(verdict),
    kind: 'refund',
    outRefundNo: told.outRefundNo,
  })
  const checks = entry?.result?.checks.map(({ name, passed }) => `${passed ? '' : 'not '}${name}`)
  const details = entry?.result?.checks.map(({ detail }) => detail)
  return { verdict, checks, details, bounds, orderId: entry?.result?.orderId ?? null }
}

const findRefund = ({ outRefundNo }: Refund) => world.shop.store.findRefund(outRefundNo)
const SILENT = { type: 'unknown', evidence: { fields: {}, problem: 'timeout' } } as const
const MISSING = { type: 'missing', evidence } as const

test('a notice that the refund query confirms ends the refund, and its verdict is written with it', async () => {
  const { order, refund } = await refunded()
  const stock = await world.stockOf('tea-longjing')
  const told = foundOf(refund)
  const { verdict, checks, details, bounds, orderId } = await tell(told, told)
  expect([verdict, orderId]).toEqual(['refund_applied', order.id])
  expect(checks).toEqual(['known_refund', 'amount', 'query', 'settled'])
  expect(details).toEqual([refund.outRefundNo, '6800 / 6800 CNY', 'succeeded', 'refund_applied'])
  expect(bounds).toEqual([3_000])
  expect(await findRefund(refund)).toMatchObject({ status: 'succeeded', receivedBy: '支付用户零钱' })
  expect(await world.stockOf('tea-longjing')).toBe((stock ?? 0) + 1)
})

test('the same news again is known, nobody is asked, and nothing returns a second time', async () => {
  const { refund } = await refunded()
  const told = foundOf(refund)
  await tell(told, told)
  const stock = await world.stockOf('tea-longjing')
  const again = await tell(told, null)
  expect(again).toMatchObject({ verdict: 'refund_already', checks: ['known_refund', 'amount', 'settled'] })
  expect(again.details?.at(-1)).toBe('refund_already')
  // Also an older notice that comes late.
  expect(await tell(foundOf(refund, { status: 'abnormal' }), null)).toMatchObject({ verdict: 'refund_already' })
  expect(await world.stockOf('tea-longjing')).toBe(stock)
})

test('an older notice of what was rerouted since, and which WeChat works on, contradicts nothing', async () => {
  const { refund } = await refunded()
  const [told, asked] = [foundOf(refund, { status: 'abnormal' }), foundOf(refund, { status: 'processing' })]
  expect(await tell(told, asked)).toMatchObject({ verdict: 'contradicted' })
  const event = { type: 'rerouted', at: world.now(), note: 'by transfer' } as const
  const cause = { kind: 'admin', id: '1' } as const
  await settleRefund(world.shop, told, cause)
  const shop: Shop = {
    ...world.shop,
    store: { ...world.shop.store, findRefund: async (no) => asV3(await world.shop.store.findRefund(no)) },
  }
  expect(await applyRefundEvent(shop, refund.outRefundNo, event, cause)).toMatchObject({ ok: true, reason: 'rerouted' })
  expect(await tell(told, asked)).toMatchObject({ verdict: 'refund_already' })
  expect(await findRefund(refund)).toMatchObject({ status: 'processing' })
})

const asV3 = (refund: Refund | null): Refund | null => refund && { ...refund, apiVersion: 'v3' }

test.each(['closed', 'abnormal'] as const)('a refund that is %s at WeChat is so here', async (status) => {
  const { refund } = await refunded()
  const told = foundOf(refund, { status, succeededAt: null })
  expect(await tell(told, told)).toMatchObject({ verdict: 'refund_applied' })
  expect(await findRefund(refund)).toMatchObject({ status })
  expect(await tell(told, null)).toMatchObject({ verdict: 'refund_already' })
})

test('a notice of another amount moves nothing, is flagged, and the worker asks at once', async () => {
  const { refund } = await refunded()
  await world.shop.store.claimDueRefunds(world.now() + 3_600_000, 9)
  for (const changes of [{ amountFen: 1 }, { paidFen: 9_999 }, { transactionId: '4200000000' }]) {
    const { verdict, checks } = await tell(foundOf(refund, changes), null)
    expect([verdict, checks]).toEqual(['wrong_amount', ['known_refund', 'not amount']])
  }
  expect(await findRefund(refund)).toMatchObject({ status: 'processing', nextCheckAt: world.now() })
})

test('while the query is silent, or knows of no such refund, WeChat is to come again', async () => {
  const { refund } = await refunded()
  const dueAt = async () => (await findRefund(refund))?.nextCheckAt
  await world.shop.store.claimDueRefunds(world.now() + 3_600_000, 9)
  const silent = await tell(foundOf(refund), SILENT)
  expect(silent).toMatchObject({ verdict: 'query_failed', checks: ['known_refund', 'amount', 'not query'] })
  expect(silent.details?.at(-1)).toBe('timeout')
  expect(await dueAt()).toBe(world.now())
  await world.shop.store.claimDueRefunds(world.now() + 3_600_000, 9)
  const missing = await tell(foundOf(refund), MISSING)
  expect([missing.verdict, missing.details?.at(-1)]).toEqual(['contradicted', 'missing'])
  expect(await dueAt()).toBe(world.now())
  const others: RefundQueryAnswer = { type: 'found', refunds: [foundOf(refund, { outRefundNo: 'R2' })], evidence }
  expect(await tell(foundOf(refund), others)).toMatchObject({ verdict: 'query_failed' })
  expect(await findRefund(refund)).toMatchObject({ status: 'processing' })
})

test('a query that says otherwise is what counts, and the notice is contradicted', async () => {
  const { refund } = await refunded()
  const processing = foundOf(refund, { status: 'processing', succeededAt: null })
  expect(await tell(foundOf(refund), processing)).toMatchObject({ verdict: 'contradicted' })
  expect(await findRefund(refund)).toMatchObject({ status: 'processing' })
  const other = foundOf(refund, { amountFen: 1 })
  expect(await tell(foundOf(refund), other)).toMatchObject({ verdict: 'contradicted' })
  const closed = foundOf(refund, { status: 'closed', succeededAt: null })
  expect(await tell(foundOf(refund), closed)).toMatchObject({ verdict: 'contradicted' })
  expect(await findRefund(refund)).toMatchObject({ status: 'closed' })
  const abnormal = foundOf(refund, { status: 'abnormal', succeededAt: null })
  expect(await tell(abnormal, closed)).toMatchObject({ verdict: 'contradicted' })
  const again = await refunded()
  const toldClosed = foundOf(again.refund, { status: 'closed', succeededAt: null })
  expect(await tell(toldClosed, foundOf(again.refund))).toMatchObject({ verdict: 'contradicted' })
  expect(await findRefund(again.refund)).toMatchObject({ status: 'succeeded' })
})

test('what was abnormal may have succeeded since', async () => {
  const { refund } = await refunded()
  const told = foundOf(refund, { status: 'abnormal', succeededAt: null })
  expect(await tell(told, foundOf(refund))).toMatchObject({ verdict: 'refund_applied' })
  expect(await findRefund(refund)).toMatchObject({ status: 'succeeded' })
})

test("a wish that nobody approved ends by nobody's notice", async () => {
  const { order, payment } = await world.order()
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  const wish = await requestRefund(world.shop, order.id, { reason: 'please' })
  if (!wish.ok) throw new Error(wish.reason)
  const told = foundOf(wish.refund)
  expect(await tell(told, told)).toMatchObject({ verdict: 'contradicted' })
  expect(await findRefund(wish.refund)).toMatchObject({ status: 'requested', approvedAt: null })
})

test("a refund from the merchant's console is recorded with its amount, flagged, and known the second time", async () => {
  const { order, refund } = await refunded()
  const told = foundOf(refund, { outRefundNo: 'console-1', amountFen: 300 })
  const { verdict, checks, details, orderId } = await tell(told, told)
  expect([verdict, orderId]).toEqual(['unknown_refund', order.id])
  expect(checks).toEqual(['not known_refund', 'known_payment', 'query', 'settled'])
  expect(details).toEqual(['console-1', refund.outTradeNo, 'succeeded', 'unknown_refund'])
  const [, foreign] = await world.refundsOf(order)
  expect(foreign).toMatchObject({ outRefundNo: 'console-1', source: 'wechat', amountFen: 300, status: 'succeeded' })
  expect((await world.shop.store.findOrderHistory(order.id, world.now()))?.attention).toEqual(['refund'])
  expect(await tell(told, null)).toMatchObject({ verdict: 'refund_already' })
})

test('one of a payment that is none of ours, or that WeChat does not stand by, is only in the log', async () => {
  const { order, refund } = await refunded()
  const unknown = foundOf(refund, { outRefundNo: 'console-1', outTradeNo: 'nobody' })
  const checks = ['not known_refund', 'not known_payment']
  expect(await tell(unknown, null)).toMatchObject({ verdict: 'unknown_refund', orderId: null, checks })
  const told = foundOf(refund, { outRefundNo: 'console-1', amountFen: 300 })
  expect(await tell(told, MISSING)).toMatchObject({ verdict: 'unknown_refund', orderId: order.id })
  expect(await tell(told, SILENT)).toMatchObject({ verdict: 'query_failed' })
  for (const wrong of [{ outTradeNo: 'nobody' }, { transactionId: '42' }, { amountFen: 0 }, { amountFen: 9_999_999 }]) {
    expect(await tell(told, { ...told, ...wrong })).toMatchObject({ verdict: 'unknown_refund' })
  }
  expect(await world.refundsOf(order)).toHaveLength(1)
})

test('two notices at once end as if one had come after the other', async () => {
  const { refund } = await refunded()
  const stock = await world.stockOf('tea-longjing')
  const told = foundOf(refund)
  const verdicts = await Promise.all([tell(told, told), tell(told, told)])
  expect(verdicts.map(({ verdict }) => verdict).sort()).toEqual(['refund_already', 'refund_applied'])
  expect(await world.stockOf('tea-longjing')).toBe((stock ?? 0) + 1)
})
