import { afterEach, beforeEach, expect, test } from 'vitest'
import { cancelOrder, confirmOrder, createOrder, openPayment } from '@/lib/shop/checkout'
import type { Order } from '@/lib/shop/order'
import { queryPayment } from '@/lib/shop/query'
import { openWorld, type World } from '../world'

const MINUTE = 60_000
const NATIVE = { channel: 'native', buyer: { buyerAddress: '127.0.0.1', openid: null } } as const

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function newOrder(quantity = 1): Promise<Order> {
  const created = await createOrder(world.shop, { items: [{ productId: 'tea-longjing', quantity }] })
  if (!created.ok) throw new Error(created.reason)
  return created.order
}

function countRequests(): { count: number } {
  const requests = { count: 0 }
  world.wire.beforeRequest = async () => {
    requests.count += 1
  }
  return requests
}

test('an order takes its stock at once and keeps the prices of that moment', async () => {
  const before = (await world.stockOf('tea-longjing')) ?? 0
  const order = await newOrder(2)
  expect(await world.stockOf('tea-longjing')).toBe(before - 2)
  const [product] = await world.shop.store.listProductsById(['tea-longjing'])
  expect(order.amountFen).toBe((product?.priceFen ?? 0) * 2)
})

test.each([
  ['nothing', [], 'empty_cart'],
  ['what is not sold', [{ productId: 'coffee', quantity: 1 }], 'unknown_product'],
  ['0 pieces', [{ productId: 'tea-longjing', quantity: 0 }], 'invalid_quantity'],
  ['-1 pieces', [{ productId: 'tea-longjing', quantity: -1 }], 'invalid_quantity'],
  ['half a piece', [{ productId: 'tea-longjing', quantity: 0.5 }], 'invalid_quantity'],
  ['1e9 pieces', [{ productId: 'tea-longjing', quantity: 1e9 }], 'invalid_quantity'],
  ['NaN pieces', [{ productId: 'tea-longjing', quantity: Number.NaN }], 'invalid_quantity'],
  ['more than there is', [{ productId: 'tea-longjing', quantity: 99 }], 'sold_out'],
])('%s cannot be ordered, and nothing is taken', async (_, items, reason) => {
  const before = (await world.shop.store.listProducts()).map((it) => it.stock)
  expect(await createOrder(world.shop, { items })).toMatchObject({ ok: false, reason })
  expect((await world.shop.store.listProducts()).map((it) => it.stock)).toEqual(before)
})

test('the last pieces go to one of those who want them at the same time', async () => {
  const stock = (await world.stockOf('tea-longjing')) ?? 0
  const wishes = await Promise.all(
    Array.from({ length: stock + 5 }, () =>
      createOrder(world.shop, { items: [{ productId: 'tea-longjing', quantity: 1 }] }),
    ),
  )
  expect(wishes.filter((it) => it.ok)).toHaveLength(stock)
  expect(await world.stockOf('tea-longjing')).toBe(0)
})

test('the payment that is open is given again, and WeChat is queried once', async () => {
  const { order, payment } = await world.order()
  const requests = countRequests()
  const again = await openPayment(world.shop, order.id, NATIVE)
  expect(again).toMatchObject({ ok: true, payment: { outTradeNo: payment.outTradeNo } })
  expect(requests.count).toBe(0)
})

test('two presses at once open one payment', async () => {
  const order = await newOrder()
  const opened = await Promise.all([1, 2, 3].map(() => openPayment(world.shop, order.id, NATIVE)))
  expect(opened.every((it) => it.ok)).toBe(true)
  expect(await world.paymentsOf(order)).toHaveLength(1)
  expect((await world.weChat()).orders).toHaveLength(1)
})

test('when WeChat does not answer, the order stays payable under the same number', async () => {
  const order = await newOrder()
  world.wire.isCut = true
  expect(await openPayment(world.shop, order.id, NATIVE)).toEqual({ ok: false, reason: 'wechat_unavailable' })
  expect(await world.statusOf(order)).toBe('pending')

  world.wire.isCut = false
  expect(await openPayment(world.shop, order.id, NATIVE)).toMatchObject({ ok: true })
  expect(await world.paymentsOf(order)).toHaveLength(1)
})

test('an answer lost after WeChat accepted leads to the identical request, and to one number', async () => {
  const order = await newOrder()
  world.wire.loseAnswers = 1
  expect(await openPayment(world.shop, order.id, NATIVE)).toMatchObject({ ok: false })
  await world.advance(10_000)
  const [payment] = await world.paymentsOf(order)
  expect(payment?.status).toBe('open')
  expect((await world.weChat()).orders).toHaveLength(1)
})

test('an answer with a wrong signature is not believed', async () => {
  const order = await newOrder()
  world.wire.tamperAnswer = (_, body) => body.replace(/bizpayurl\?pr=/, 'bizpayurl?pr=evil')
  expect(await openPayment(world.shop, order.id, NATIVE)).toEqual({ ok: false, reason: 'wechat_unavailable' })
  expect((await world.paymentsOf(order))[0]?.prepay).toBeNull()
})

test('a notification that never comes is made up for by the question five seconds after opening', async () => {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 100
  await world.phone.pay(payment.outTradeNo)
  await world.advance(6_000)
  expect(await world.statusOf(order)).toBe('paid')
  const [, event] = await world.shop.store.listOrderEvents(order.id)
  expect(event?.cause).toEqual({ kind: 'worker', id: payment.outTradeNo })
})

test('after three hours without WeChat a paid order is found, and was not closed meanwhile', async () => {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 100
  await world.phone.pay(payment.outTradeNo)
  world.wire.isCut = true
  await world.advance(180 * MINUTE)
  expect(await world.statusOf(order)).toBe('pending')

  world.wire.isCut = false
  await world.advance(MINUTE)
  expect(await world.statusOf(order)).toBe('paid')
})

test('an order whose time is over closes at WeChat first, and its stock comes back', async () => {
  const before = await world.stockOf('tea-longjing')
  const { order } = await world.order()
  await world.advance(31 * MINUTE)
  expect(await world.statusOf(order)).toBe('closed')
  expect((await world.weChat()).orders[0]?.trade_state).toBe('CLOSED')
  expect(await world.stockOf('tea-longjing')).toBe(before)
})

test('an order does not close while WeChat cannot be asked', async () => {
  const { order } = await world.order()
  world.wire.isCut = true
  await world.advance(40 * MINUTE)
  expect(await world.statusOf(order)).toBe('pending')
  world.wire.isCut = false
  await world.advance(MINUTE)
  expect(await world.statusOf(order)).toBe('closed')
})

test('an order that nobody tried to pay closes when its time is over', async () => {
  const order = await newOrder()
  await world.advance(31 * MINUTE)
  expect(await world.statusOf(order)).toBe('closed')
  expect((await world.weChat()).orders).toEqual([])
})

test('a closed or expired order cannot be paid any more', async () => {
  const { order } = await world.order()
  world.sleep(30 * MINUTE)
  expect(await openPayment(world.shop, order.id, NATIVE)).toEqual({ ok: false, reason: 'order_expired' })
  await world.advance(MINUTE)
  expect(await openPayment(world.shop, order.id, NATIVE)).toEqual({ ok: false, reason: 'order_closed' })
})

test('cancelling closes the payment at WeChat and here, and gives the stock back once', async () => {
  const before = await world.stockOf('tea-longjing')
  const { order, payment } = await world.order()
  const results = await Promise.all([cancelOrder(world.shop, order.id), cancelOrder(world.shop, order.id)])
  expect(results.every((it) => it.ok)).toBe(true)
  expect(await world.stockOf('tea-longjing')).toBe(before)
  expect((await world.weChat()).orders[0]?.trade_state).toBe('CLOSED')

  await world.phone.pay(payment.outTradeNo)
  expect((await world.weChat()).orders[0]?.trade_state).toBe('CLOSED')
})

test('cancelling an order that was just paid finds it paid', async () => {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 100
  await world.phone.pay(payment.outTradeNo)
  expect(await cancelOrder(world.shop, order.id)).toEqual({ ok: false, reason: 'order_paid' })
  expect(await world.statusOf(order)).toBe('paid')
})

test('cancelling while WeChat is away changes nothing', async () => {
  const { order } = await world.order()
  world.wire.isCut = true
  expect(await cancelOrder(world.shop, order.id)).toEqual({ ok: false, reason: 'wechat_unavailable' })
  expect(await world.statusOf(order)).toBe('pending')
})

test('cancelling while the first request may still be on its way leaves nothing that can be paid', async () => {
  const order = await newOrder()
  world.wire.isCut = true
  await openPayment(world.shop, order.id, NATIVE)
  world.wire.isCut = false
  expect(await cancelOrder(world.shop, order.id)).toMatchObject({ ok: true })
  expect((await world.weChat()).orders.map((it) => it.trade_state)).toEqual(['CLOSED'])
})

test('a lost answer to closing is asked again, and closes once', async () => {
  const { order } = await world.order()
  world.wire.loseAnswers = 1
  expect(await cancelOrder(world.shop, order.id)).toMatchObject({ ok: false })
  expect(await cancelOrder(world.shop, order.id)).toMatchObject({ ok: true })
  expect(await world.shop.store.listOrderEvents(order.id)).toHaveLength(2)
})

test('the word of the customer moves nothing until WeChat agrees', async () => {
  const { order, payment } = await world.order()
  expect((await confirmOrder(world.shop, order.id)).order.status).toBe('pending')
  world.wire.loseNotifications = 100
  await world.phone.pay(payment.outTradeNo)
  expect((await confirmOrder(world.shop, order.id)).order.status).toBe('paid')
})

test('two who query a payment at once share one query', async () => {
  const { payment } = await world.order()
  const requests = countRequests()
  const ask = () => queryPayment(world.shop, payment, { kind: 'customer', id: payment.orderId })
  expect(await Promise.all([ask(), ask()])).toEqual(['unpaid', 'unpaid'])
  expect(requests.count).toBe(1)
})

test('not enough money at the phone leaves the order payable', async () => {
  const { order, payment } = await world.order()
  await world.phone.pay(payment.outTradeNo, 'not_enough')
  await world.advance(10_000)
  expect(await world.statusOf(order)).toBe('pending')
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  expect(await world.statusOf(order)).toBe('paid')
})

test('money of a payment that was under way when its order was cancelled is kept as stray', async () => {
  const { order, payment } = await world.order()
  expect((await cancelOrder(world.shop, order.id)).ok).toBe(true)
  expect((await world.phone.pay(payment.outTradeNo)).status).toBe(409)
  expect((await world.phone.payLate(payment.outTradeNo)).status).toBe(200)
  await world.advance(1_000)
  expect(await world.verdicts()).toEqual(['stray'])
  expect(await world.statusOf(order)).toBe('closed')
  expect((await world.paymentsOf(order))[0]?.status).toBe('stray')
})

test('an order that is nearly over can be paid, also when WeChat hears of it only at the second try', async () => {
  await world.close()
  world = await openWorld({ ORDER_HOLD_MINUTES: '30' })
  const order = await newOrder()
  await world.advance(27 * MINUTE)
  world.wire.isCut = true
  expect(await openPayment(world.shop, order.id, NATIVE)).toEqual({ ok: false, reason: 'wechat_unavailable' })
  world.sleep(30_000)
  world.wire.isCut = false
  expect(await openPayment(world.shop, order.id, NATIVE)).toMatchObject({ ok: true })
})

test('a code older than two hours is renewed by the identical request under the same number', async () => {
  await world.close()
  world = await openWorld({ ORDER_TTL_MINUTES: '300' })
  const { order, payment } = await world.order()
  await world.advance(125 * MINUTE)
  const renewed = await openPayment(world.shop, order.id, NATIVE)
  if (!renewed.ok) throw new Error(renewed.reason)
  expect(renewed.payment.outTradeNo).toBe(payment.outTradeNo)
  expect(renewed.payment.prepay?.codeUrl).not.toBe(payment.prepay?.codeUrl)
  expect((await world.weChat()).orders).toHaveLength(1)
})

test('a number WeChat forgot is made known again by the identical request', async () => {
  const { order, payment } = await world.order()
  await world.fetch('/emulator/_control/reset', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  await world.advance(6_000)
  expect((await world.weChat()).orders.map((it) => it.out_trade_no)).toEqual([payment.outTradeNo])
  expect(await world.statusOf(order)).toBe('pending')
})

test('a restart at any moment forgets nothing', async () => {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 1
  await world.phone.pay(payment.outTradeNo)
  await world.restart()
  await world.advance(20_000)
  expect(await world.statusOf(order)).toBe('paid')
})

test('a worker that dies with a payment in its hands is followed by another', async () => {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 100
  await world.phone.pay(payment.outTradeNo)
  world.sleep(6_000)
  const claimed = await world.shop.store.claimDuePayments(world.now(), 10)
  expect(claimed.map((it) => it.payment.outTradeNo)).toEqual([payment.outTradeNo])
  await world.restart()
  await world.advance(60_000)
  expect(await world.statusOf(order)).toBe('paid')
})

test('an error in one piece of work leaves the others alone', async () => {
  const first = await world.order()
  const second = await world.order()
  world.wire.loseNotifications = 100
  await world.phone.pay(first.payment.outTradeNo)
  await world.phone.pay(second.payment.outTradeNo)
  world.wire.tamperAnswer = (_, body) => (body.includes(first.payment.outTradeNo) ? '<html>502</html>' : body)
  await world.advance(6_000)
  expect(await world.statusOf(first.order)).toBe('pending')
  expect(await world.statusOf(second.order)).toBe('paid')
})
