import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Payment, PaymentStatus } from '@/lib/shop/payment'
import { closeAtWeChat, preparePayment, queryPayment } from '@/lib/shop/query'
import { openWorld, type World } from '../world'
import { type Script, scripted } from './answers'

const CAUSE = { kind: 'worker', id: 'test' } as const

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

/** A payment in some status, of an order that waits for it. */
async function paymentIn(status: 'preparing' | 'open' | 'closed'): Promise<Payment> {
  world.wire.isCut = status === 'preparing'
  const made = status === 'preparing' ? await unanswered() : (await world.order()).payment
  world.wire.isCut = false
  if (status !== 'closed') return made
  const { shop } = scripted(world.shop, ['close closed'])
  await closeAtWeChat(shop, made, 'keeps', CAUSE)
  return (await world.shop.store.findPayment(made.outTradeNo)) ?? made
}

/** A payment whose order request got no answer. */
async function unanswered(): Promise<Payment> {
  const order = await world.json('/api/orders', { items: [{ productId: 'tea-longjing', quantity: 1 }] })
  const { id, token } = await order.json()
  await world.json(`/api/orders/${id}/prepay`, { channel: 'native' }, { authorization: `Bearer ${token}` })
  const [payment] = (await world.shop.store.findOrder(id))?.payments ?? []
  if (payment === undefined) throw new Error('no payment was written')
  return payment
}

/** How a payment and its order are afterwards. */
async function now({ outTradeNo, orderId }: Payment) {
  const found = await world.shop.store.findOrder(orderId)
  return [found?.payments.find((it) => it.outTradeNo === outTradeNo)?.status, found?.order.status]
}

type Row = [before: 'preparing' | 'open' | 'closed', script: Script, result: string, after: [PaymentStatus, string]]

test.each<Row>([
  ['open', ['query unpaid'], 'unpaid', ['open', 'pending']],
  ['open', ['query unknown'], 'unknown', ['open', 'pending']],
  ['open', ['query closed'], 'closed', ['closed', 'pending']],
  ['open', ['query paid'], 'paid', ['paid', 'paid']],
  ['open', ['query paid_and_refunded'], 'paid', ['paid', 'paid']],
  ['open', ['query refunded'], 'closed', ['closed', 'closed']],
  ['preparing', ['query missing', 'prepay prepaid'], 'unpaid', ['open', 'pending']],
  ['open', ['query missing', 'prepay prepaid'], 'unpaid', ['open', 'pending']],
  ['open', ['query missing', 'prepay unknown'], 'unknown', ['open', 'pending']],
  ['open', ['query missing', 'prepay refused'], 'unknown', ['open', 'pending']],
  // What is dead here is not brought to life there.
  ['closed', ['query missing'], 'closed', ['closed', 'pending']],
  ['closed', ['query unpaid'], 'unpaid', ['closed', 'pending']],
  ['closed', ['query paid'], 'paid', ['paid', 'paid']],
])('%s, then %j: %s', async (before, script, result, after) => {
  const payment = await paymentIn(before)
  const { shop, left } = scripted(world.shop, script)
  expect(await queryPayment(shop, payment, CAUSE)).toBe(result)
  expect([await now(payment), left]).toEqual([after, []])
})

test.each<Row>([
  ['preparing', ['prepay prepaid'], 'done', ['open', 'pending']],
  ['preparing', ['prepay refused'], 'refused', ['preparing', 'pending']],
  ['preparing', ['prepay unknown'], 'unknown', ['preparing', 'pending']],
  ['preparing', ['prepay number_used', 'close closed'], 'done', ['closed', 'pending']],
  ['preparing', ['prepay number_used', 'close paid', 'query paid'], 'done', ['paid', 'paid']],
  ['preparing', ['prepay number_used', 'close paid', 'query unpaid'], 'unknown', ['preparing', 'pending']],
  ['preparing', ['prepay number_used', 'close paid', 'query refunded'], 'done', ['closed', 'closed']],
  ['preparing', ['prepay number_used', 'close unknown'], 'unknown', ['preparing', 'pending']],
  ['preparing', ['prepay number_used', 'close missing'], 'refused', ['preparing', 'pending']],
])('the request of a payment that is %s, answered %j: %s', async (before, script, result, after) => {
  const payment = await paymentIn(before)
  const { shop, left } = scripted(world.shop, script)
  expect(await preparePayment(shop, payment, CAUSE)).toBe(result)
  expect([await now(payment), left]).toEqual([after, []])
})

test.each<Row>([
  ['open', ['close closed'], 'closed', ['closed', 'closed']],
  ['open', ['close unknown'], 'unknown', ['open', 'pending']],
  ['open', ['close paid', 'query paid'], 'paid', ['paid', 'paid']],
  ['open', ['close paid', 'query closed'], 'closed', ['closed', 'pending']],
  ['open', ['close paid', 'query missing'], 'unknown', ['open', 'pending']],
  ['open', ['close paid', 'query unknown'], 'unknown', ['open', 'pending']],
  ['preparing', ['close missing', 'prepay unknown'], 'unknown', ['preparing', 'pending']],
  ['preparing', ['close missing', 'prepay refused'], 'closed', ['closed', 'closed']],
  ['preparing', ['close missing', 'prepay prepaid', 'close closed'], 'closed', ['closed', 'closed']],
  ['preparing', ['close missing', 'prepay prepaid', 'close unknown'], 'unknown', ['open', 'pending']],
  ['preparing', ['close missing', 'prepay prepaid', 'close missing'], 'unknown', ['open', 'pending']],
  ['preparing', ['close missing', 'prepay prepaid', 'close paid', 'query paid'], 'paid', ['paid', 'paid']],
])('an order that closes over a payment that is %s, answered %j: %s', async (before, script, result, after) => {
  const payment = await paymentIn(before)
  const { shop, left } = scripted(world.shop, script)
  expect(await closeAtWeChat(shop, payment, 'closes', CAUSE)).toBe(result)
  expect([await now(payment), left]).toEqual([after, []])
})

test('a payment that is closed to make room for another leaves its order waiting', async () => {
  const payment = await paymentIn('open')
  expect(await closeAtWeChat(scripted(world.shop, ['close closed']).shop, payment, 'keeps', CAUSE)).toBe('closed')
  expect(await now(payment)).toEqual(['closed', 'pending'])
})

test('whoever asks about a payment at the same time shares one query, and later ones ask anew', async () => {
  const payment = await paymentIn('open')
  const { shop, left } = scripted(world.shop, ['query unpaid', 'query paid'])
  const ask = () => queryPayment(shop, payment, CAUSE)
  expect(await Promise.all([ask(), ask(), ask()])).toEqual(['unpaid', 'unpaid', 'unpaid'])
  expect(await ask()).toBe('paid')
  expect(left).toEqual([])
})

test('a query that fails is not kept for those who ask next', async () => {
  const payment = await paymentIn('open')
  await expect(queryPayment(scripted(world.shop, []).shop, payment, CAUSE)).rejects.toThrow('the script')
  expect(await queryPayment(scripted(world.shop, ['query unpaid']).shop, payment, CAUSE)).toBe('unpaid')
})

test('silence and refusals of WeChat are told in the log', async () => {
  const payment = await paymentIn('open')
  const told = async (run: (shop: World['shop']) => Promise<unknown>, script: Script) => {
    const lines: unknown[] = []
    const { shop } = scripted(world.shop, script)
    const warn = (event: string, fields = {}) => void lines.push([event, fields])
    await run({ ...shop, log: { ...shop.log, warn } })
    return lines
  }
  const { outTradeNo } = payment
  const silence = [['wechat_unavailable', { outTradeNo, problem: 'timeout' }]]
  expect(await told((shop) => queryPayment(shop, payment, CAUSE), ['query unknown'])).toEqual(silence)
  expect(await told((shop) => preparePayment(shop, payment, CAUSE), ['prepay unknown'])).toEqual(silence)
  expect(await told((shop) => closeAtWeChat(shop, payment, 'keeps', CAUSE), ['close unknown'])).toEqual(silence)
  const refusal = [['wechat_refused', { outTradeNo, code: 'NOAUTH' }]]
  expect(await told((shop) => preparePayment(shop, payment, CAUSE), ['prepay refused'])).toEqual(refusal)
  const refund = [['money_went_back', { outTradeNo }]]
  expect(await told((shop) => queryPayment(shop, payment, CAUSE), ['query refunded'])).toEqual(refund)
})
