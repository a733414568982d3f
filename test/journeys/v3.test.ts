import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWorld, type World } from '../world'

let world: World
beforeEach(async () => {
  world = await openWorld({ WXPAY_API_VERSION: 'v3' })
})
afterEach(() => world.close())

test('an order is opened, paid and notified in API v3', async () => {
  const { order, payment } = await world.order()
  expect(payment).toMatchObject({ apiVersion: 'v3', status: 'open' })
  await world.phone.pay(payment.outTradeNo)
  await world.advance(3_000)
  expect(await world.statusOf(order)).toBe('paid')
  expect(await world.verdicts()).toEqual(['applied'])
})
