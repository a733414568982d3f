import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  cancelOrder,
  confirmOrder,
  createOrder,
  type OpenResult,
  openPayment,
  type PaymentRequest,
} from '@/lib/shop/checkout'
import type { Order } from '@/lib/shop/order'
import { orderNumberOf } from '@/lib/shop/order'
import type { Payment } from '@/lib/shop/payment'
import { readTime } from '@/lib/wechat/time'
import { openWorld, type World } from '../world'
import { type Script, scripted } from './answers'

const MINUTE = 60_000
const TEA = [{ productId: 'tea-longjing', quantity: 1 }]
const REQUEST = { channel: 'native', buyer: { buyerAddress: '::1', openid: null } } as const

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

/** Until when WeChat is told to take money for a payment. */
const expiryOf = ({ request }: Payment) => readTime(JSON.parse(request).time_expire)

test.each([
  ['just made', 0, 30],
  ['with ten minutes left', 20, 10],
  ['with one minute left', 29, 10],
])('for an order %s WeChat takes money until its time is over, and for ten minutes at least', async (_, age, left) => {
  const created = await createOrder(world.shop, { items: TEA })
  if (!created.ok) throw new Error(created.reason)
  world.sleep(age * MINUTE)
  const opened = await openPayment(world.shop, created.order.id, REQUEST)
  expect(opened.ok && expiryOf(opened.payment)).toBe(world.now() + left * MINUTE)
})

test('an order that is over, closed or paid opens no payment', async () => {
  const over = await createOrder(world.shop, { items: TEA })
  if (!over.ok) throw new Error(over.reason)
  const paid = await world.order()
  await world.phone.pay(paid.payment.outTradeNo)
  await world.advance(1_000)
  expect(await openPayment(world.shop, paid.order.id, REQUEST)).toEqual({ ok: false, reason: 'order_paid' })
  world.sleep(over.order.expiresAt - world.now())
  expect(await openPayment(world.shop, over.order.id, REQUEST)).toEqual({ ok: false, reason: 'order_expired' })
  await world.advance(1_000)
  expect(await openPayment(world.shop, over.order.id, REQUEST)).toEqual({ ok: false, reason: 'order_closed' })
})

async function unpaidOrder() {
  const created = await createOrder(world.shop, { items: TEA })
  if (!created.ok) throw new Error(created.reason)
  return created.order
}

const reasonOf = (result: OpenResult) => (result.ok ? 'opened' : result.reason)

test.each<[Script, string, string[]]>([
  [['prepay prepaid'], 'opened', ['open']],
  [['prepay unknown'], 'wechat_unavailable', ['preparing']],
  [['prepay refused'], 'wechat_refused', ['preparing']],
  [['prepay number_used', 'close closed', 'prepay prepaid'], 'opened', ['closed', 'open']],
  [['prepay number_used', 'close paid', 'query paid'], 'order_paid', ['paid']],
])('an order that nobody began to pay, and WeChat answers %j: %s', async (script, expected, statuses) => {
  const order = await unpaidOrder()
  const { shop, left } = scripted(world.shop, script)
  expect(reasonOf(await openPayment(shop, order.id, REQUEST))).toBe(expected)
  expect(left).toEqual([])
  expect((await world.paymentsOf(order)).map(({ status }) => status).sort()).toEqual(statuses)
})

const H5 = { channel: 'h5', buyer: { buyerAddress: '203.0.113.7', openid: null } } as const

test.each<[PaymentRequest, Script, string, string[]]>([
  [REQUEST, [], 'opened', ['open']],
  [H5, ['close closed', 'prepay prepaid'], 'opened', ['closed', 'open']],
  [H5, ['close unknown'], 'wechat_unavailable', ['open']],
  [H5, ['close paid', 'query paid'], 'order_paid', ['paid']],
])('an order with an open code, asked for %j, and WeChat answers %j: %s', async (request, script, expected, all) => {
  const { order, payment } = await world.order()
  const { shop, left } = scripted(world.shop, script)
  const opened = await openPayment(shop, order.id, request)
  expect(reasonOf(opened)).toBe(expected)
  expect(left).toEqual([])
  expect((await world.paymentsOf(order)).map(({ status }) => status).sort()).toEqual(all)
  if (opened.ok) expect(opened.payment.outTradeNo === payment.outTradeNo).toBe(request === REQUEST)
})

test('a phone at another address gets a link of its own', async () => {
  const order = await unpaidOrder()
  const { shop, left } = scripted(world.shop, ['prepay prepaid', 'close closed', 'prepay prepaid'])
  const first = await openPayment(shop, order.id, H5)
  expect(await openPayment(shop, order.id, H5)).toEqual(first)
  const second = await openPayment(shop, order.id, { ...H5, buyer: { ...H5.buyer, buyerAddress: '203.0.113.8' } })
  expect([second.ok, left]).toEqual([true, []])
  expect(second).not.toEqual(first)
})

test('a payment is on disk, with all that its request needs, before WeChat is called', async () => {
  const order = await unpaidOrder()
  const { shop } = scripted(world.shop, ['prepay unknown'])
  await openPayment(shop, order.id, REQUEST)
  const [payment] = await world.paymentsOf(order)
  expect(payment).toEqual({
    outTradeNo: expect.stringMatching(new RegExp(`^${orderNumberOf(order.id)}-\\w{16}$`)),
    orderId: order.id,
    channel: 'native',
    status: 'preparing',
    amountFen: order.amountFen,
    currency: 'CNY',
    apiVersion: 'v2',
    signType: 'MD5',
    request: expect.stringContaining(order.lines[0]?.name.zh ?? 'nothing'),
    prepay: null,
    transactionId: null,
    createdAt: world.now(),
    nextCheckAt: world.now() + 5_000,
    checks: 0,
    refundSeenAt: null,
    refundReviewedAt: null,
    version: 1,
  })
})

test('a payment that others keep taking away is not opened for ever, nor closed', async () => {
  const order = await unpaidOrder()
  let tries = 0
  const insertPayment = async () => {
    tries += 1
    return false
  }
  const shop = { ...world.shop, store: { ...world.shop.store, insertPayment } }
  expect(reasonOf(await openPayment(shop, order.id, REQUEST))).toBe('wechat_unavailable')
  expect(tries).toBe(5)

  const open = await world.order()
  const found = await world.shop.store.findOrder(open.order.id)
  const closing = scripted(world.shop, Array(5).fill('close closed'))
  const store = { ...closing.shop.store, findOrder: async () => found }
  expect(await cancelOrder({ ...closing.shop, store }, open.order.id)).toMatchObject({ reason: 'wechat_unavailable' })
  expect(closing.left).toEqual([])
})

test('an order of nothing is a mistake of whoever made it', async () => {
  const order = await unpaidOrder()
  const findOrder = async () => ({ order: { ...order, lines: [] }, payments: [] })
  const shop = { ...world.shop, store: { ...world.shop.store, findOrder } }
  await expect(openPayment(shop, order.id, REQUEST)).rejects.toThrow(`order ${order.id} has no lines`)
})

test.each<[Script, string, string]>([
  [['query unpaid'], 'unpaid', 'pending'],
  [['query unknown'], 'unknown', 'pending'],
  [['query paid'], 'paid', 'paid'],
])('a customer who says it is paid has WeChat queried about the newest payment: %j', async (script, known, status) => {
  const { order } = await world.order()
  world.sleep(1_000)
  const { shop, left } = scripted(world.shop, ['close closed', 'prepay prepaid', ...script])
  const opened = await openPayment(shop, order.id, H5)
  const confirmed = await confirmOrder(shop, order.id)
  expect([confirmed.known, confirmed.order.status, left]).toEqual([known, status, []])
  if (status !== 'paid' || !opened.ok) return
  expect((await world.paymentsOf(order)).find((it) => it.status === 'paid')?.outTradeNo).toBe(opened.payment.outTradeNo)
  expect((await world.shop.store.listOrderEvents(order.id)).at(-1)?.cause).toEqual({ kind: 'customer', id: order.id })
  expect(await confirmOrder(shop, order.id)).toEqual({ order: confirmed.order, known: null })
})

test('a customer who says so of an order with one payment has that one queried', async () => {
  const { order } = await world.order()
  const { shop } = scripted(world.shop, ['query unpaid'])
  expect(await confirmOrder(shop, order.id)).toMatchObject({ order: { status: 'pending' }, known: 'unpaid' })
})

test('a customer who says so of an order that nobody began to pay has nothing queried', async () => {
  const order = await unpaidOrder()
  const { shop } = scripted(world.shop, [])
  expect(await confirmOrder(shop, order.id)).toMatchObject({ order: { status: 'pending' }, known: null })
})

test.each<[Script, object]>([
  [['close closed'], { ok: true, order: { status: 'closed' } }],
  [['close unknown'], { ok: false, reason: 'wechat_unavailable' }],
  [['close paid', 'query paid'], { ok: false, reason: 'order_paid' }],
  [['close paid', 'query closed'], { ok: true, order: { status: 'closed' } }],
])('an order is cancelled at WeChat first, which answers %j: %j', async (script, expected) => {
  const { order } = await world.order()
  const { shop, left } = scripted(world.shop, script)
  const cancelled = await cancelOrder(shop, order.id)
  expect([cancelled, left]).toMatchObject([expected, []])
})

test('an order that nobody began to pay is cancelled without WeChat, by its customer unless it is said', async () => {
  const [own, admins] = [await unpaidOrder(), await unpaidOrder()]
  const { shop } = scripted(world.shop, [])
  expect(await cancelOrder(shop, own.id)).toMatchObject({ ok: true, order: { status: 'closed' } })
  await cancelOrder(shop, admins.id, { kind: 'admin', id: '7' })
  const causeOf = async ({ id }: Order) => (await world.shop.store.listOrderEvents(id)).at(-1)?.cause
  expect([await causeOf(own), await causeOf(admins)]).toEqual([
    { kind: 'customer', id: own.id },
    { kind: 'admin', id: '7' },
  ])
})

/** An order whose first request to WeChat is lost, some time later. */
async function withLostRequest(age: number) {
  const created = await createOrder(world.shop, { items: TEA })
  if (!created.ok) throw new Error(created.reason)
  const { id } = created.order
  world.wire.isCut = true
  expect(await openPayment(world.shop, id, REQUEST)).toEqual({ ok: false, reason: 'wechat_unavailable' })
  world.wire.isCut = false
  world.sleep(age)
  return id
}
const statusesOf = async (id: string) => (await world.shop.store.findOrder(id))?.payments.map(({ status }) => status)

test.each([
  ['while there is time enough in it', 20 * MINUTE, ['open'], 10 * MINUTE],
  ['to the last instant at which WeChat takes it', 25 * MINUTE, ['open'], 5 * MINUTE],
  [
    'and when it has too little time, with a number that has enough',
    25 * MINUTE + 1_000,
    ['closed', 'open'],
    10 * MINUTE,
  ],
  ['and in the last second as well', 30 * MINUTE - 1_000, ['closed', 'open'], 10 * MINUTE],
])('a request that got lost is made again %s', async (_, age, statuses, left) => {
  const id = await withLostRequest(age)
  const opened = await openPayment(world.shop, id, REQUEST)
  expect(opened.ok && expiryOf(opened.payment)).toBe(world.now() + left)
  expect(await statusesOf(id)).toEqual(statuses)
})

type Row = [age: number, script: Script, reason: string, statuses: string[]]
const [EARLY, LATE] = [24 * MINUTE - 1, 24 * MINUTE]
const CLOSED_UNSEEN: Script = ['prepay refused', 'close missing', 'prepay refused']
test.each<Row>([
  [EARLY, ['prepay refused'], 'wechat_refused', ['preparing']],
  [LATE, [...CLOSED_UNSEEN, 'prepay refused'], 'wechat_refused', ['closed', 'preparing']],
  [LATE, [...CLOSED_UNSEEN, 'prepay unknown'], 'wechat_unavailable', ['closed', 'preparing']],
  [LATE, ['prepay refused', 'close unknown'], 'wechat_unavailable', ['preparing']],
  [LATE, ['prepay refused', 'close paid', 'query paid'], 'order_paid', ['paid']],
])('%i ms after a lost request, then %j: %s', async (age, script, reason, statuses) => {
  const id = await withLostRequest(age)
  const { shop, left } = scripted(world.shop, script)
  expect(await openPayment(shop, id, REQUEST)).toEqual({ ok: false, reason })
  expect([await statusesOf(id), left]).toEqual([statuses, []])
})
