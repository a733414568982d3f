import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Actor } from '@/lib/shop/audit'
import { EVERY_NOTIFICATION } from '@/lib/shop/notification'
import { refundOrder } from '@/lib/shop/refunds'
import { openWorld, type World } from '../world'

const ADMIN: Actor = { email: 'ada@example.com', role: 'operator', address: '::1' }

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function paidOrder() {
  const { order, payment } = await world.order([{ productId: 'tea-longjing', quantity: 1 }])
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  expect(await world.verdicts()).toEqual(['applied'])
  return { order, payment }
}

async function refund(orderId: string, amountFen = 6800) {
  const result = await refundOrder(
    world.shop,
    orderId,
    { amountFen, lines: [], reason: 'broken', returnsStock: false },
    ADMIN,
  )
  if (!result.ok) throw new Error(result.reason)
  return result.refund
}

const fault = (faults: object) => world.control('faults', faults, 'PUT')

test('the notice ends a refund before the worker asks, and is acknowledged once', async () => {
  const { order } = await paidOrder()
  const { outRefundNo } = await refund(order.id)
  await world.advance(6_000)
  expect(await world.verdicts()).toEqual(['applied', 'refund_applied'])
  expect(await world.shop.store.findRefund(outRefundNo)).toMatchObject({ status: 'succeeded' })
  await world.advance(60_000)
  expect(await world.verdicts()).toHaveLength(2)
  const history = await world.shop.store.findOrderHistory(order.id, world.now())
  const [, entry] = await world.log()
  expect(history?.refundEvents.at(-1)?.cause).toEqual({ kind: 'notification', id: String(entry?.id) })
  expect(entry?.result).toMatchObject({ kind: 'refund', outRefundNo, orderId: order.id, reply: 'acknowledge' })
})

test('a notice whose reply is lost comes again, and is known', async () => {
  const { order } = await paidOrder()
  await refund(order.id)
  world.wire.loseReplies = 1
  await world.advance(30_000)
  expect(await world.verdicts()).toEqual(['applied', 'refund_applied', 'refund_already'])
})

test('when every notice is lost the worker finds the end', async () => {
  const { order } = await paidOrder()
  const { outRefundNo } = await refund(order.id)
  world.wire.loseNotifications = 99
  await world.advance(11_000)
  expect(await world.shop.store.findRefund(outRefundNo)).toMatchObject({ status: 'succeeded' })
})

test('a notice under another key is undecryptable, moves nothing, and WeChat comes again', async () => {
  const { order } = await paidOrder()
  await fault({ otherKey: 1 })
  const { outRefundNo } = await refund(order.id)
  await world.advance(6_000)
  expect(await world.verdicts()).toEqual(['applied', 'undecryptable'])
  expect(await world.shop.store.findRefund(outRefundNo)).toMatchObject({ status: 'processing' })
  await world.advance(30_000)
  expect((await world.verdicts()).at(-1)).toBe('refund_already')
})

test('a notice with another amount is flagged, and the refund ends by what WeChat answers', async () => {
  const { order } = await paidOrder()
  await fault({ tamperAmount: 1 })
  const { outRefundNo } = await refund(order.id)
  await world.advance(5_000)
  expect(await world.verdicts()).toEqual(['applied', 'wrong_amount'])
  await world.advance(2_000)
  expect(await world.shop.store.findRefund(outRefundNo)).toMatchObject({ status: 'succeeded', amountFen: 6800 })
})

test('while WeChat does not answer the query, the notice is told to come again', async () => {
  const { order } = await paidOrder()
  await refund(order.id)
  world.wire.isCut = true
  await world.advance(6_000)
  expect(await world.verdicts()).toEqual(['applied', 'query_failed'])
  world.wire.isCut = false
  await world.advance(30_000)
  expect((await world.verdicts()).slice(2)).toEqual(['refund_applied'])
})

test("a refund from the merchant's console is told, recorded at the order, acknowledged and flagged", async () => {
  const { order, payment } = await paidOrder()
  await world.control('console-refund', { out_trade_no: payment.outTradeNo, refund_fee: 300 })
  await world.advance(6_000)
  expect(await world.verdicts()).toEqual(['applied', 'unknown_refund'])
  expect(await world.refundsOf(order)).toMatchObject([{ source: 'wechat', amountFen: 300, status: 'succeeded' }])
  await world.advance(60_000)
  expect(await world.verdicts()).toHaveLength(2)
  const page = { after: null, limit: 9 }
  const unresolved = await world.shop.store.listNotifications({ ...EVERY_NOTIFICATION, isUnresolved: true }, page)
  expect(unresolved.lines).toHaveLength(1)
})

test('whoever watches the order hears of every change of a refund', async () => {
  const { order } = await paidOrder()
  let heard = 0
  const announce = (id: string) => {
    heard += Number(id === order.id)
  }
  const shop = { ...world.shop, announce }
  const wanted = { amountFen: 100, lines: [], reason: 'broken', returnsStock: false }
  const result = await refundOrder(shop, order.id, wanted, ADMIN)
  expect([result.ok, heard]).toEqual([true, 2])
})
