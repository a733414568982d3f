import { afterEach, expect, test } from 'vitest'
import { LINES_MAX, UNPAID_ORDERS_MAX } from '@/lib/shop/limits'
import { openVisitor, placeOf } from '../visitor'
import { openWorld, type World } from '../world'

const MINUTE = 60_000
const ONE = { items: [{ productId: 'tea-qimen', quantity: 1 }] }

let world: World
afterEach(() => world.close())

type Product = { id: string; stock: number }
type Answer = { id: string; token: string; code: string; status: string | number }

const read = async (response: Response) => (await response.json()) as Answer
const products = async () => ((await (await world.fetch('/api/products')).json()) as { products: Product[] }).products
const order = (body: unknown, headers: Record<string, string> = {}) => world.json('/api/orders', body, headers)

test('nobody takes the whole shop off sale with one order', async () => {
  world = await openWorld()
  const all = await products()
  const items = all.map(({ id, stock }) => ({ productId: id, quantity: stock }))
  expect(items.length).toBeLessThanOrEqual(LINES_MAX)
  const answer = await order({ items })
  expect([answer.status, (await read(answer)).code]).toEqual([409, 'share_exceeded'])
  expect(await products()).toEqual(all)
})

test('nobody does so from one address either, with as many orders and names as they like', async () => {
  world = await openWorld({ RATE_LIMITS: 'on' })
  const all = await products()
  for (let n = 0; n < 59; n += 1) {
    const items = (await products()).map(({ id, stock }) => ({ productId: id, quantity: Math.max(1, stock >> 1) }))
    await order({ items: [items[n % items.length]] }, { authorization: `Bearer somebody-by-the-name-of-${n}` })
  }
  for (const { id, stock } of await products()) {
    const before = all.find((it) => it.id === id)?.stock ?? 0
    expect([id, stock > 0, stock >= Math.floor(before / 4)]).toEqual([id, true, true])
  }
})

test('a buyer may leave so many orders unpaid and no more, until one is paid, cancelled or over', async () => {
  world = await openWorld()
  const me = { authorization: 'Bearer an-app-by-its-own-name' }
  const made: Answer[] = []
  for (let n = 0; n < UNPAID_ORDERS_MAX.buyer; n += 1) made.push(await read(await order(ONE, me)))
  const refused = await order(ONE, me)
  expect([refused.status, (await read(refused)).code]).toEqual([409, 'too_many_unpaid_orders'])
  // Others at the same address are not kept from anything by it.
  expect((await order(ONE, { authorization: 'Bearer another-app-by-its-name' })).status).toBe(201)

  const [first, second] = made
  await world.json(`/api/orders/${first?.id}/cancel`, {}, { authorization: `Bearer ${first?.token}` })
  expect((await order(ONE, me)).status).toBe(201)
  const prepay = await world.json(
    `/api/orders/${second?.id}/prepay`,
    { channel: 'app' },
    { authorization: `Bearer ${second?.token}` },
  )
  await world.phone.pay(((await prepay.json()) as { outTradeNo: string }).outTradeNo)
  await world.advance(1_000)
  expect((await order(ONE, me)).status).toBe(201)
  expect((await order(ONE, me)).status).toBe(409)
  await world.advance(5 * MINUTE)
  expect((await order(ONE, me)).status).toBe(201)
})

test('a browser is counted by its cookie, and told on the page of the cart', async () => {
  world = await openWorld()
  const visitor = openVisitor(world)
  for (let n = 0; n < UNPAID_ORDERS_MAX.buyer; n += 1) {
    await visitor.add('tea-qimen')
    expect(placeOf(await visitor.submit('/api/orders', {}))).toMatch(/^\/orders\//)
  }
  await visitor.add('tea-qimen')
  expect(placeOf(await visitor.submit('/api/orders', {}))).toBe('/cart?problem=too_many_unpaid_orders')
})

test('what one order takes too much of is said at its line', async () => {
  world = await openWorld()
  const visitor = openVisitor(world)
  await visitor.add('tea-longjing', 13)
  const answer = await visitor.submit('/api/orders', {})
  expect(placeOf(answer)).toBe('/cart?problem=share_exceeded&product=tea-longjing')
})

test('an order for which nobody begins to pay gives its stock back after five minutes', async () => {
  world = await openWorld()
  const before = await world.stockOf('tea-qimen')
  const { id, token } = await read(await order(ONE))
  const headers = { authorization: `Bearer ${token}` }
  await world.advance(5 * MINUTE - 1_000)
  expect(await world.stockOf('tea-qimen')).toBe((before ?? 0) - 1)
  await world.advance(1_000)
  expect(await world.stockOf('tea-qimen')).toBe(before)
  expect(await read(await world.fetch(`/api/orders/${id}`, { headers }))).toMatchObject({ status: 'closed' })
  const late = await world.json(`/api/orders/${id}/prepay`, { channel: 'app' }, headers)
  expect([late.status, (await read(late)).code]).toEqual([409, 'order_closed'])
})

test('an order that somebody began to pay stands for its ordinary time, also without a payment later on', async () => {
  world = await openWorld()
  const { order: begun, payment } = await world.order([{ productId: 'tea-qimen', quantity: 1 }])
  // Nobody can pay it at WeChat any more, as after an H5 page was left and its payment closed.
  const situation = await world.shop.store.findSituation(payment.outTradeNo, null)
  if (situation?.payment == null) throw new Error('no payment')
  const after = {
    ...situation.payment,
    status: 'closed',
    nextCheckAt: null,
    version: situation.payment.version + 1,
  } as const
  await world.shop.store.commit({ payment: { before: situation.payment, after } })
  await world.advance(29 * MINUTE)
  expect(await world.statusOf(begun)).toBe('pending')
  await world.advance(MINUTE)
  expect(await world.statusOf(begun)).toBe('closed')
})

test('how long goods are kept without a payment is a setting, and never longer than the time to pay', async () => {
  world = await openWorld({ ORDER_HOLD_MINUTES: '60', ORDER_TTL_MINUTES: '10' })
  const { id } = await read(await order(ONE))
  const found = await world.shop.store.findOrder(id)
  expect(found?.order.heldUntil).toBe(found?.order.expiresAt)
})

test('with limits off, as for tests and benchmarks, nobody is counted by address', async () => {
  world = await openWorld()
  for (let n = 0; n < UNPAID_ORDERS_MAX.buyer + 5; n += 1) expect((await order(ONE)).status).toBe(201)
})
