import { afterEach, beforeEach, expect, test } from 'vitest'
import { createOrder, findMadeOrder, getOrder, type OrderItem } from '@/lib/shop/checkout'
import { NO_CONTACT } from '@/lib/shop/contact'
import { changeOffer, changePrice } from '@/lib/shop/goods'
import { FEN_MAX, LINES_MAX, QUANTITY_MAX } from '@/lib/shop/limits'
import type { Shop } from '@/lib/shop/shop'
import { openWorld, type World } from '../world'

const TEA = 'tea-longjing'
const ONE = [{ productId: TEA, quantity: 1 }]
const OLGA = { email: 'olga@shop.example', role: 'operator', address: '::1' } as const
const DAY = 24 * 3_600_000
const refused = (reason: string, productId: string | null = null, amountFen: number | null = null) => {
  return { ok: false, reason, productId, amountFen }
}

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function ordered(shop: Shop, key: { key: string; fingerprint: string } | null = null) {
  const created = await createOrder(shop, { items: ONE, key })
  if (!created.ok) throw new Error(created.reason)
  return created.order
}

test('an order is made at the store’s own prices, each product once, and takes its stock', async () => {
  const items = [...ONE, { productId: 'tea-dahongpao', quantity: 1 }, { productId: TEA, quantity: 2 }]
  const before = await world.shop.store.listProductsById([TEA, 'tea-dahongpao'])
  const priceOf = (id: string) => before.find((it) => it.id === id)
  const created = await createOrder(world.shop, { items })
  if (!created.ok) throw new Error(created.reason)
  const { order } = created
  const line = (productId: string, quantity: number) => {
    return { productId, quantity, name: priceOf(productId)?.name, priceFen: priceOf(productId)?.priceFen }
  }
  expect(order).toEqual({
    id: expect.stringMatching(/^\w+$/),
    status: 'pending',
    lines: [line(TEA, 3), line('tea-dahongpao', 1)],
    amountFen: 3 * Number(priceOf(TEA)?.priceFen) + Number(priceOf('tea-dahongpao')?.priceFen),
    currency: 'CNY',
    createdAt: world.now(),
    heldUntil: world.now() + world.shop.orderHoldMs,
    expiresAt: world.now() + world.shop.orderTtlMs,
    paidAt: null,
    closedAt: null,
    transactionId: null,
    shippedAt: null,
    trackingNumber: null,
    contact: NO_CONTACT,
    version: 1,
  })
  expect(await getOrder(world.shop, order.id)).toEqual({ order, payments: [] })
  expect(await world.stockOf(TEA)).toBe(21)
  const cause = { kind: 'checkout', id: order.id }
  const event = { orderId: order.id, version: 1, from: null, to: 'pending', cause, at: world.now() }
  expect(await world.shop.store.listOrderEvents(order.id)).toEqual([event])
})

test('an order that can be paid for a shorter time than goods are kept keeps them no longer', async () => {
  const order = await ordered({ ...world.shop, orderTtlMs: 60_000, orderHoldMs: 90_000 })
  expect([order.heldUntil, order.expiresAt]).toEqual([world.now() + 60_000, world.now() + 60_000])
})

const many = (count: number) => Array.from({ length: count }, (_, n) => ({ productId: `tea-${n}`, quantity: 1 }))
test.each<[OrderItem[], string, string | null]>([
  [[], 'empty_cart', null],
  [many(LINES_MAX + 1), 'too_many_lines', null],
  [many(LINES_MAX), 'unknown_product', 'tea-0'],
  [[...ONE, { productId: 'coffee', quantity: 1 }], 'unknown_product', 'coffee'],
  [[{ productId: 'tea-dahongpao', quantity: 1 }, ...ONE], 'not_on_sale', 'tea-dahongpao'],
  [[{ productId: TEA, quantity: 0 }], 'invalid_quantity', TEA],
  [[{ productId: TEA, quantity: -1 }], 'invalid_quantity', TEA],
  [[{ productId: TEA, quantity: 1.5 }], 'invalid_quantity', TEA],
  [[{ productId: TEA, quantity: QUANTITY_MAX + 1 }], 'invalid_quantity', TEA],
  [[...ONE, { productId: TEA, quantity: QUANTITY_MAX }], 'invalid_quantity', TEA],
  [[{ productId: TEA, quantity: QUANTITY_MAX }], 'sold_out', TEA],
])('a wish for %j is refused as %s of %s, and changes nothing', async (items, reason, productId) => {
  await changeOffer(world.shop, 'tea-dahongpao', { version: 1, isOnSale: false }, OLGA)
  expect(await createOrder(world.shop, { items })).toEqual(refused(reason, productId))
  expect(await world.stockOf(TEA)).toBe(24)
})

test('an amount may be as large as WeChat is known to take, and no larger', async () => {
  await changePrice(world.shop, TEA, { version: 1, priceFen: FEN_MAX }, OLGA)
  const two = await createOrder(world.shop, { items: [{ productId: TEA, quantity: 2 }] })
  expect(two).toEqual(refused('amount_too_large'))
  expect((await ordered(world.shop)).amountFen).toBe(FEN_MAX)
})

test('whoever was told another amount is told the new one, and gets an order with that', async () => {
  const wish = { items: ONE, expectedFen: 6_799 }
  expect(await createOrder(world.shop, wish)).toEqual(refused('price_changed', null, 6_800))
  expect(await createOrder(world.shop, { ...wish, expectedFen: 6_800 })).toMatchObject({ ok: true })
})

test('what a holder’s unpaid orders keep counts for the next, and not for those of others', async () => {
  const holder = { buyer: 'somebody', address: null }
  const wish = (quantity: number) => ({ items: [{ productId: TEA, quantity }] })
  expect(await createOrder(world.shop, { ...wish(12), holder })).toMatchObject({ ok: true })
  expect(await createOrder(world.shop, { ...wish(1), holder })).toEqual(refused('share_exceeded', TEA))
  expect(await createOrder(world.shop, wish(1))).toMatchObject({ ok: true })
})

const KEY = { key: 'a-key-of-some-length', fingerprint: 'tea 1' }

test('a request repeated with its key gives the same order for a day, and another one afterwards', async () => {
  const order = await ordered(world.shop, KEY)
  world.sleep(DAY - 1)
  expect((await ordered(world.shop, KEY)).id).toBe(order.id)
  expect((await findMadeOrder(world.shop, KEY.key))?.id).toBe(order.id)
  world.sleep(1)
  expect(await findMadeOrder(world.shop, KEY.key)).toBeNull()
  const other = await ordered(world.shop, { ...KEY, fingerprint: 'tea 2' })
  expect(other.id).not.toBe(order.id)
})

test('another request with the same key is refused, and one without a key is always another order', async () => {
  const order = await ordered(world.shop, KEY)
  const key = { ...KEY, fingerprint: 'tea 2' }
  expect(await createOrder(world.shop, { items: ONE, key })).toEqual(refused('idempotency_key_reused'))
  expect((await ordered(world.shop)).id).not.toBe(order.id)
})

test('what cannot be ordered is refused with a key as without one', async () => {
  const wish = { items: [{ productId: 'coffee', quantity: 1 }], key: KEY }
  expect(await createOrder(world.shop, wish)).toEqual(refused('unknown_product', 'coffee'))
  expect(await findMadeOrder(world.shop, KEY.key)).toBeNull()
})

/** A shop whose first look for a key's order comes before another request has made it. */
function early(finds: number): Shop {
  let looks = 0
  const { store } = world.shop
  const findOrderByKey: Shop['store']['findOrderByKey'] = async (key, madeAfter) => {
    looks += 1
    return looks <= finds ? null : store.findOrderByKey(key, madeAfter)
  }
  return { ...world.shop, store: { ...store, findOrderByKey } }
}

test('of two requests with the same key at the same time both get the one order', async () => {
  const order = await ordered(world.shop, KEY)
  expect((await ordered(early(1), KEY)).id).toBe(order.id)
  await expect(ordered(early(2), KEY)).rejects.toThrow('an order with the key a-ke… was there and is gone')
  expect(await world.stockOf(TEA)).toBe(23)
})

test('an order that is not there is a mistake of whoever asks', async () => {
  await expect(getOrder(world.shop, 'nothing')).rejects.toThrow('no order nothing')
})
