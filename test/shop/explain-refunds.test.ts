import { afterEach, beforeEach, expect, test } from 'vitest'
import { reviewRefund } from '@/lib/shop/admin-actions'
import type { Actor } from '@/lib/shop/audit'
import { explainRefunds } from '@/lib/shop/explain-refunds'
import type { QueryAnswer, RefundQueryAnswer } from '@/lib/shop/gateway'
import { queryPayment } from '@/lib/shop/query'
import type { FoundRefund } from '@/lib/shop/refund'
import { refundOrder } from '@/lib/shop/refunds'
import { openWorld, type World } from '../world'
import { tradeOf } from './answers'

const ADMIN: Actor = { email: 'ada@example.com', role: 'operator', address: '::1' }
const evidence = { fields: {}, problem: null }
const CAUSE = { kind: 'worker', id: 'N' } as const
const SILENT = { type: 'unknown', evidence: { fields: {}, problem: 'timeout' } } as const

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function paid() {
  const { order, payment } = await world.order([{ productId: 'tea-longjing', quantity: 1 }])
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  const [newest] = await world.paymentsOf(order)
  if (newest?.transactionId == null) throw new Error('not paid')
  const foundOf = (changes: Partial<FoundRefund> = {}): FoundRefund => ({
    ...{ outRefundNo: 'console-1', refundId: '5030001', outTradeNo: newest.outTradeNo, amountFen: 300, paidFen: 6800 },
    ...{ transactionId: newest.transactionId ?? '', status: 'succeeded', succeededAt: world.now(), receivedBy: null },
    ...changes,
  })
  const flag = async () => (await world.shop.store.findPayment(newest.outTradeNo))?.refundSeenAt
  return { order, payment: newest, foundOf, flag }
}
type Paid = Awaited<ReturnType<typeof paid>>

/** WeChat says that money of a payment went back, with all that was paid or nothing more, and lists these refunds. */
async function query({ payment }: Paid, listed: FoundRefund[] | RefundQueryAnswer, says: 'all' | 'least' = 'all') {
  const trade = tradeOf(payment, { transactionId: payment.transactionId ?? '' })
  const answer: QueryAnswer =
    says === 'all' ? { type: 'paid', trade, isRefunded: true, evidence } : { type: 'refunded', evidence }
  const gateway = {
    ...world.shop.gateway,
    query: async () => answer,
    listRefunds: async () => (Array.isArray(listed) ? { type: 'found' as const, refunds: listed, evidence } : listed),
  }
  return queryPayment({ ...world.shop, gateway }, payment, CAUSE)
}

test.each(['all', 'least'] as const)(
  'a list that cannot be read, or is empty, explains nothing (WeChat says %s)',
  async (says) => {
    for (const listed of [SILENT, { type: 'missing', evidence } as const, []]) {
      const scene = await paid()
      await query(scene, listed, says)
      expect(await scene.flag()).toBe(world.now())
    }
  },
)

test.each(['all', 'least'] as const)('the flag goes once the list can be read (WeChat says %s)', async (says) => {
  const scene = await paid()
  await query(scene, SILENT, says)
  await world.advance(5_000)
  await query(scene, [scene.foundOf()], says)
  expect(await scene.flag()).toBeNull()
  expect(await world.refundsOf(scene.order)).toMatchObject([{ source: 'wechat', outRefundNo: 'console-1' }])
  const { version } = (await world.paymentsOf(scene.order))[0] ?? {}
  await query(scene, [scene.foundOf()], says)
  expect((await world.paymentsOf(scene.order))[0]?.version).toBe(version)
})

test('what somebody looked at stays looked at', async () => {
  const scene = await paid()
  await query(scene, SILENT)
  const at = world.now()
  await reviewRefund(world.shop, scene.order.id, 'ours', ADMIN)
  await world.advance(5_000)
  await query(scene, [scene.foundOf()])
  expect(await world.paymentsOf(scene.order)).toMatchObject([{ refundSeenAt: at, refundReviewedAt: at }])
})

test('refunds of this shop are settled by the list, and nothing is flagged at any time', async () => {
  const scene = await paid()
  const wanted = { amountFen: 300, lines: [], reason: 'broken', returnsStock: false }
  const made = await refundOrder(world.shop, scene.order.id, wanted, ADMIN)
  if (!made.ok) throw new Error(made.reason)
  const { outRefundNo, refundId } = made.refund
  const before = (await world.paymentsOf(scene.order))[0]?.version
  const warned = world.warnings.length
  await query(scene, [scene.foundOf({ outRefundNo, refundId: refundId ?? '' })])
  expect(await world.shop.store.findRefund(outRefundNo)).toMatchObject({ status: 'succeeded' })
  expect((await world.paymentsOf(scene.order))[0]?.version).toBe(before)
  expect(world.warnings.slice(warned)).toEqual([])
})

test('a list that contradicts what is known here is flagged', async () => {
  const scene = await paid()
  const wanted = { amountFen: 300, lines: [], reason: 'broken', returnsStock: false }
  const made = await refundOrder(world.shop, scene.order.id, wanted, ADMIN)
  if (!made.ok) throw new Error(made.reason)
  const { outRefundNo } = made.refund
  await query(scene, [scene.foundOf({ outRefundNo, amountFen: 301 })])
  expect(await scene.flag()).toBe(world.now())
  expect(await world.shop.store.findRefund(outRefundNo)).toMatchObject({ status: 'processing', amountFen: 300 })
  expect(world.warnings.filter((it) => it === 'refund_contradicted')).toHaveLength(1)
})

test('a list that came late takes the flag away again, also when all of it is ours', async () => {
  const scene = await paid()
  const wanted = { amountFen: 300, lines: [], reason: 'broken', returnsStock: false }
  const made = await refundOrder(world.shop, scene.order.id, wanted, ADMIN)
  if (!made.ok) throw new Error(made.reason)
  await query(scene, SILENT)
  expect(await scene.flag()).toBe(world.now())
  await query(scene, [scene.foundOf({ outRefundNo: made.refund.outRefundNo })])
  expect(await scene.flag()).toBeNull()
})

test('until each refund of a list is on record here, the payment is flagged, whoever dies meanwhile', async () => {
  const scene = await paid()
  const wanted = { amountFen: 300, lines: [], reason: 'broken', returnsStock: false }
  const made = await refundOrder(world.shop, scene.order.id, wanted, ADMIN)
  if (!made.ok) throw new Error(made.reason)
  const refunds = [scene.foundOf({ outRefundNo: made.refund.outRefundNo }), scene.foundOf()]
  const gateway = {
    ...world.shop.gateway,
    listRefunds: async () => ({ type: 'found' as const, refunds, evidence }),
  }
  const heard = async () => {
    const shop = { ...world.shop, gateway }
    return explainRefunds(shop, scene.payment, CAUSE, async (isUnexplained) => isUnexplained)
  }
  expect([await heard(), await heard()]).toEqual([true, false])
})

test('of what cannot be of this payment nothing is recorded, and it stays flagged', async () => {
  const scene = await paid()
  await query(scene, [scene.foundOf({ outTradeNo: 'another' })])
  expect([await scene.flag(), await world.refundsOf(scene.order)]).toEqual([world.now(), []])
})

test('money that came and went back before anybody here knew of it pays its order, with its refund on record', async () => {
  const { order, payment } = await world.order([{ productId: 'tea-longjing', quantity: 1 }])
  const transactionId = '4200000002026202603011234567890'
  const found = { outRefundNo: 'console-1', refundId: '5030001', outTradeNo: payment.outTradeNo, transactionId }
  const refund = {
    ...found,
    amountFen: 300,
    paidFen: 6800,
    status: 'processing',
    succeededAt: null,
    receivedBy: null,
  } as const
  const trade = tradeOf(payment)
  const gateway = {
    ...world.shop.gateway,
    query: async (): Promise<QueryAnswer> => ({ type: 'paid', trade, isRefunded: true, evidence }),
    listRefunds: async () => ({ type: 'found' as const, refunds: [refund], evidence }),
  }
  expect(await queryPayment({ ...world.shop, gateway }, payment, CAUSE)).toBe('paid')
  expect(await world.statusOf(order)).toBe('paid')
  expect(await world.paymentsOf(order)).toMatchObject([{ status: 'paid', refundSeenAt: null }])
  const [foreign] = await world.refundsOf(order)
  expect(foreign).toMatchObject({ status: 'processing', endedAt: null, nextCheckAt: world.now() + 10_000 })
})
