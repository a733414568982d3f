import { afterEach, beforeEach, expect, test } from 'vitest'
import { createOrder, openPayment } from '@/lib/shop/checkout'
import type { Payment } from '@/lib/shop/payment'
import { readTime } from '@/lib/wechat/time'
import { openWorld, type World } from '../world'

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
