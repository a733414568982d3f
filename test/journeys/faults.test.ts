import { afterEach, beforeEach, expect, test } from 'vitest'
import { createOrder, openPayment } from '@/lib/shop/checkout'
import type { Order } from '@/lib/shop/order'
import { openWorld, PUBLIC_URL, type World } from '../world'

const NATIVE = { channel: 'native', buyer: { buyerAddress: '127.0.0.1', openid: null } } as const

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function setFaults(faults: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const request = new Request(`${PUBLIC_URL}/emulator/_control/faults`, {
    method: 'PUT',
    headers,
    body: JSON.stringify(faults),
  })
  expect((await world.runtime.emulator?.fetch(request))?.status).toBe(200)
}

async function newOrder(): Promise<Order> {
  const created = await createOrder(world.shop, { items: [{ productId: 'tea-longjing', quantity: 1 }] })
  if (!created.ok) throw new Error(created.reason)
  return created.order
}

/** What has to be true at the end, whatever went wrong on the way. */
async function expectPaidOnce(order: Order): Promise<void> {
  expect(await world.statusOf(order)).toBe('paid')
  const { orders } = await world.weChat()
  expect(orders.filter((it) => it.trade_state === 'SUCCESS')).toHaveLength(1)
  expect((await world.paymentsOf(order)).filter((it) => it.status === 'paid')).toHaveLength(1)
}

test.each([
  ['lose', ['already']],
  ['duplicate', ['already', 'applied']],
  ['delaySeconds', ['already']],
  ['reorder', ['already']],
  ['tamperAmount', ['already', 'wrong_amount']],
  ['tamperSignature', ['already', 'bad_signature']],
  ['otherMerchant', ['already', 'not_ours']],
  ['truncate', ['already', 'malformed']],
  ['doctype', ['already', 'malformed']],
  ['signType', ['already', 'bad_signature']],
])('after the fault %s of a notification the order is paid, and the log says %j', async (name, verdicts) => {
  const { order, payment } = await world.order()
  await setFaults({ [name]: name === 'delaySeconds' ? { value: 20, count: 1 } : 1 })
  await world.phone.pay(payment.outTradeNo)
  await world.advance(21_000)
  await expectPaidOnce(order)
  expect((await world.verdicts()).sort()).toEqual(verdicts)
})

test.each([
  ['dropRequests', 'wechat_unavailable'],
  ['dropAnswersAfterCommit', 'wechat_unavailable'],
  ['systemError', 'wechat_unavailable'],
  ['badAnswerSignature', 'wechat_unavailable'],
])('after the fault %s of a call the buyer hears %s, tries again and pays', async (name, reason) => {
  const order = await newOrder()
  await setFaults({ [name]: 1 })
  expect(await openPayment(world.shop, order.id, NATIVE)).toEqual({ ok: false, reason })
  const opened = await openPayment(world.shop, order.id, NATIVE)
  if (!opened.ok) throw new Error(opened.reason)
  await world.phone.pay(opened.payment.outTradeNo)
  await world.advance(5_000)
  await expectPaidOnce(order)
})

test('a buyer who is quicker than the answer has paid once', async () => {
  const order = await newOrder()
  await setFaults({ beforeAnswer: 1 })
  expect(await openPayment(world.shop, order.id, NATIVE)).toEqual({ ok: false, reason: 'order_paid' })
  await expectPaidOnce(order)
  expect(await world.verdicts()).toEqual(['applied'])
})
