import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { cancelOrder, createOrder, openPayment } from '@/lib/shop/checkout'
import { queryPayment } from '@/lib/shop/query'
import { refundOrder } from '@/lib/shop/refunds'
import type { Shop } from '@/lib/shop/shop'
import { tick } from '@/lib/shop/worker'
import { openWorld, type World } from '../world'
import { messageOf, type Script, scripted } from './answers'

const TEA = [{ productId: 'tea-longjing', quantity: 1 }]
const BUYER = { buyerAddress: '::1', openid: null }

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

/** One tick, while WeChat follows a script to its end; gives what went wrong. */
async function ticked(script: Script, changes: Partial<Shop> = {}): Promise<unknown[]> {
  const { shop, left } = scripted(world.shop, script)
  const errors: unknown[] = []
  const error: Shop['log']['error'] = (event, why) => void errors.push([event, String(why)])
  await tick({ ...shop, log: { ...shop.log, error }, ...changes })
  expect(left).toEqual([])
  return errors
}

async function unpaidOrder() {
  const created = await createOrder(world.shop, { items: TEA })
  if (!created.ok) throw new Error(created.reason)
  return created.order
}

async function lastCause(orderId: string) {
  return (await world.shop.store.listOrderEvents(orderId)).at(-1)?.cause
}

test('WeChat is queried about an open payment when its check has come, and not before', async () => {
  const { order, payment } = await world.order()
  world.sleep(4_999)
  expect(await ticked([])).toEqual([])
  world.sleep(1)
  expect(await ticked(['query paid'])).toEqual([])
  expect(await world.statusOf(order)).toBe('paid')
  expect(await lastCause(order.id)).toEqual({ kind: 'worker', id: payment.outTradeNo })
})

test('the request of a payment that WeChat did not answer is repeated', async () => {
  const order = await unpaidOrder()
  const { shop } = scripted(world.shop, ['prepay unknown'])
  await openPayment(shop, order.id, { channel: 'native', buyer: BUYER })
  world.sleep(5_000)
  expect(await ticked(['prepay prepaid'])).toEqual([])
  expect((await world.paymentsOf(order)).map(({ status }) => status)).toEqual(['open'])
})

test('an order whose time is over closes, at WeChat first', async () => {
  const { order, payment } = await world.order()
  world.sleep(order.expiresAt - world.now() - 1)
  expect(await ticked(['query unpaid'])).toEqual([])
  world.sleep(1)
  expect(await ticked(['close closed'])).toEqual([])
  expect(await world.statusOf(order)).toBe('closed')
  expect(await lastCause(order.id)).toEqual({ kind: 'worker', id: payment.outTradeNo })
})

test('a payment that can still be paid although its order is paid closes, and the order stays paid', async () => {
  const { order, payment } = await world.order()
  const { shop } = scripted(world.shop, ['close closed', 'prepay prepaid', 'query paid'])
  await openPayment(shop, order.id, { channel: 'app', buyer: BUYER })
  await queryPayment(shop, payment, { kind: 'worker', id: 'test' })
  expect(await world.statusOf(order)).toBe('paid')
  expect(await ticked(['close closed'])).toEqual([])
  expect(await world.statusOf(order)).toBe('paid')
  expect((await world.paymentsOf(order)).map(({ status }) => status).sort()).toEqual(['closed', 'paid'])
})

test('an order that nobody began to pay closes here, twenty of them in a tick', async () => {
  const orders = await Promise.all(Array.from({ length: 21 }, unpaidOrder))
  const [first] = orders
  world.sleep(world.shop.orderHoldMs)
  const open = async () => (await Promise.all(orders.map(world.statusOf))).filter((it) => it === 'pending').length
  expect(await ticked([])).toEqual([])
  expect(await open()).toBe(1)
  expect(await ticked([])).toEqual([])
  expect(await open()).toBe(0)
  expect(await lastCause(String(first?.id))).toEqual({ kind: 'worker', id: first?.id })
})

test('a message whose handler died is processed ten seconds later, unless somebody has it in his hands', async () => {
  const { order, payment } = await world.order()
  const id = await world.shop.store.insertNotification({
    ...messageOf(payment),
    receivedAt: world.now(),
    replayOf: null,
  })
  await world.shop.store.checkPaymentNow(payment.outTradeNo, world.now() + 60_000)
  world.sleep(10_000)
  expect(await ticked(['query unpaid'])).toEqual([])
  expect(await world.verdicts()).toEqual([undefined])
  world.sleep(1)
  world.shop.processing.ids.add(id)
  expect(await ticked([])).toEqual([])
  world.shop.processing.ids.delete(id)
  expect(await ticked(['query paid'])).toEqual([])
  expect(await world.verdicts()).toEqual(['applied'])
  expect(await world.statusOf(order)).toBe('paid')
})

const OLGA = { email: 'olga@shop.example', role: 'operator', address: '::1' } as const

test('a refund whose notices are lost is followed until WeChat says how it ended', async () => {
  const { order, payment } = await world.order()
  await world.phone.pay(payment.outTradeNo)
  await world.advance(2_000)
  world.wire.loseNotifications = 99
  const wanted = { amountFen: order.amountFen, lines: [], returnsStock: false, reason: 'broken' }
  const made = await refundOrder(world.shop, order.id, wanted, OLGA)
  expect(made).toMatchObject({ ok: true, refund: { status: 'processing' } })
  await world.advance(5 * 60_000)
  const [refund] = await world.refundsOf(order)
  expect(refund?.status).toBe('succeeded')
  const history = await world.shop.store.findOrderHistory(order.id, world.now())
  expect(history?.refundEvents.at(-1)?.cause).toEqual({ kind: 'worker', id: refund?.outRefundNo })
})

test.each([
  ['auto', 1],
  ['', 0],
])('money of a closed order is sent back when REFUND_STRAY is "%s": %i times', async (rule, times) => {
  const own = await openWorld(rule === '' ? {} : { REFUND_STRAY: rule })
  onTestFinished(() => own.close())
  const { order, payment } = await own.order()
  await cancelOrder(own.shop, order.id)
  await own.phone.payLate(payment.outTradeNo)
  await own.advance(5_000)
  const refunds = await own.refundsOf(order)
  expect(refunds).toHaveLength(times)
  for (const refund of refunds) expect(refund).toMatchObject({ source: 'rule', reason: own.shop.strayRefundReason })
  expect(own.warnings.filter((it) => it.startsWith('worker_failed'))).toEqual([])
})

test('what fails in one piece of work is told, and leaves the others alone', async () => {
  const { order } = await world.order()
  const abandoned = await unpaidOrder()
  world.sleep(world.shop.orderHoldMs)
  const gateway: Shop['gateway'] = { ...world.shop.gateway, query: () => Promise.reject(new Error('broken')) }
  expect(await ticked([], { gateway })).toEqual([['worker_failed', 'Error: broken']])
  expect([await world.statusOf(order), await world.statusOf(abandoned)]).toEqual(['pending', 'closed'])
})
