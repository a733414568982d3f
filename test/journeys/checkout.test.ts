import { afterEach, beforeEach, expect, test } from 'vitest'
import { LINES_MAX } from '@/lib/shop/limits'
import { EVERY_ORDER } from '@/lib/shop/review'
import { openVisitor, placeOf } from '../visitor'
import { nameOf, openWorld, type World } from '../world'

const LONGJING = 6_800
const PITCHER = 6_600
const ORDER_PAGE = /^\/orders\/[0-9a-z]{26}$/

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function orders() {
  const page = { after: null, limit: 100, now: world.now() }
  return (await world.shop.store.listReviewedOrders(EVERY_ORDER, page)).map(({ order }) => order)
}

const orderOf = async (response: Response) =>
  (await world.shop.store.findOrder(placeOf(response).split('/').at(-1) ?? ''))?.order

test('a checkout pressed three times at once is one order, shown three times', async () => {
  const visitor = openVisitor(world)
  await visitor.add('tea-longjing', 2)
  const form = visitor.checkoutForm(2 * LONGJING)
  const answers = await Promise.all([1, 2, 3].map(() => visitor.send('/api/orders', form)))
  expect(placeOf(answers[0] as Response)).toMatch(ORDER_PAGE)
  expect(new Set(answers.map(placeOf)).size).toBe(1)
  expect(await orders()).toHaveLength(1)
  for (const answer of answers)
    expect(answer.headers.getSetCookie().join()).toMatch(new RegExp(`${nameOf('orders')}=[0-9a-z]{26}\\.`))
})

test('a press that arrives after the cart was emptied finds the order of the first', async () => {
  const visitor = openVisitor(world)
  await visitor.add('tea-longjing')
  const form = visitor.checkoutForm(LONGJING)
  const first = await visitor.submit('/api/orders', form)
  expect(visitor.jar.has(nameOf('cart'))).toBe(false)
  const second = await visitor.submit('/api/orders', form)
  expect(placeOf(second)).toBe(placeOf(first))
  expect(await orders()).toHaveLength(1)
})

test('a press whose former answer was lost, with the cart still there, finds its order and empties the cart', async () => {
  const visitor = openVisitor(world)
  await visitor.add('tea-longjing')
  const lost = await visitor.send('/api/orders', visitor.checkoutForm(LONGJING))
  const second = await visitor.submit('/api/orders', {})
  expect(placeOf(second)).toBe(placeOf(lost))
  expect(visitor.jar.has(nameOf('cart'))).toBe(false)
})

test('a press after the goods of the first are sold out, paid, or cancelled still leads to its order', async () => {
  const visitor = openVisitor(world)
  await visitor.add('ware-teapot', 3)
  const form = visitor.checkoutForm(3 * 68_800)
  const first = await visitor.submit('/api/orders', form)
  expect(placeOf(await visitor.submit('/api/orders', form))).toBe(placeOf(first))
  await visitor.submit(`/api${placeOf(first)}/cancel`, {})
  expect(placeOf(await visitor.submit('/api/orders', form))).toBe(placeOf(first))
  expect(await world.stockOf('ware-teapot')).toBe(3)
})

test('a cart that is filled again is another checkout', async () => {
  const visitor = openVisitor(world)
  await visitor.add('tea-longjing')
  const first = await visitor.submit('/api/orders', visitor.checkoutForm(LONGJING))
  await visitor.add('tea-longjing')
  const second = await visitor.submit('/api/orders', visitor.checkoutForm(LONGJING))
  expect(placeOf(second)).toMatch(ORDER_PAGE)
  expect(placeOf(second)).not.toBe(placeOf(first))
})

test('a tab with the cart of before does not order what another tab has changed, and does not empty it', async () => {
  const visitor = openVisitor(world)
  await visitor.add('tea-longjing')
  const stale = visitor.checkoutForm(LONGJING)
  await visitor.add('ware-pitcher')
  expect(placeOf(await visitor.submit('/api/orders', stale))).toBe('/cart?problem=cart_changed')
  const ordered = await visitor.submit('/api/orders', visitor.checkoutForm(LONGJING + PITCHER))
  expect((await orderOf(ordered))?.lines).toHaveLength(2)
  // The first tab's cart never made an order, and there is none any more.
  expect(placeOf(await visitor.submit('/api/orders', stale))).toBe('/cart?problem=empty_cart')
})

test('a tab that ordered its cart long ago leads there, and leaves the cart of today alone', async () => {
  const visitor = openVisitor(world)
  await visitor.add('tea-longjing')
  const form = visitor.checkoutForm(LONGJING)
  const first = await visitor.submit('/api/orders', form)
  await visitor.add('ware-pitcher')
  expect(placeOf(await visitor.submit('/api/orders', form))).toBe(placeOf(first))
  expect(visitor.jar.get(nameOf('cart'))).toContain('ware-pitcher')
})

test('the key of somebody else’s cart leads a stranger nowhere', async () => {
  const visitor = openVisitor(world)
  await visitor.add('tea-longjing')
  const form = visitor.checkoutForm(LONGJING)
  await visitor.submit('/api/orders', form)
  const stranger = openVisitor(world)
  await stranger.add('tea-longjing')
  expect(placeOf(await stranger.submit('/api/orders', form))).toBe('/cart?problem=cart_changed')
  expect(stranger.jar.has(nameOf('orders'))).toBe(false)
})

test('ordering again pressed twice, or in two tabs, is one order, and the next again is another', async () => {
  const visitor = openVisitor(world)
  await visitor.add('tea-longjing', 2)
  const first = await visitor.submit('/api/orders', visitor.checkoutForm(2 * LONGJING))
  await visitor.submit(`/api${placeOf(first)}/cancel`, {})
  const again = (page: string) => ({ again: page.split('/').at(-1) ?? '', item: 'tea-longjing:2', amountFen: '13600' })
  const answers = await Promise.all([1, 2].map(() => visitor.send('/api/orders', again(placeOf(first)))))
  const second = await visitor.submit('/api/orders', again(placeOf(first)))
  expect(new Set([...answers, second].map(placeOf)).size).toBe(1)
  expect(placeOf(second)).not.toBe(placeOf(first))
  await visitor.submit(`/api${placeOf(second)}/cancel`, {})
  expect(placeOf(await visitor.submit('/api/orders', again(placeOf(second))))).not.toBe(placeOf(second))
  expect(await orders()).toHaveLength(3)
})

test('why something could not be ordered again is said on the page of its order', async () => {
  const visitor = openVisitor(world)
  await visitor.add('ware-teapot', 2)
  const first = await visitor.submit('/api/orders', visitor.checkoutForm(2 * 68_800))
  await visitor.submit(`/api${placeOf(first)}/cancel`, {})
  await world.order([{ productId: 'ware-teapot', quantity: 2 }])
  const again = { again: placeOf(first).split('/').at(-1) ?? '', item: 'ware-teapot:2' }
  expect(placeOf(await visitor.submit('/api/orders', again))).toBe(
    `${placeOf(first)}?problem=sold_out&product=ware-teapot`,
  )
})

test('an amount other than the one on the page is not charged but shown, and ordered once it is confirmed', async () => {
  const visitor = openVisitor(world)
  await visitor.add('tea-longjing', 2)
  expect(placeOf(await visitor.submit('/api/orders', visitor.checkoutForm(2 * 6_500)))).toBe(
    '/cart?problem=price_changed',
  )
  expect(await orders()).toEqual([])
  expect(await world.stockOf('tea-longjing')).toBe(24)
  expect(placeOf(await visitor.submit('/api/orders', visitor.checkoutForm(2 * LONGJING)))).toMatch(ORDER_PAGE)
})

test('a form that says no amount goes by the prices at which the cart was filled', async () => {
  const visitor = openVisitor(world)
  const fields = { action: 'add', productId: 'tea-longjing', quantity: '1', seenFen: '6500' }
  await visitor.submit('/api/cart', fields)
  expect(placeOf(await visitor.submit('/api/orders', {}))).toBe('/cart?problem=price_changed')
})

test('the twenty-first product is refused where it was put in, and the twenty before stay', async () => {
  const visitor = openVisitor(world)
  const items = Array.from({ length: LINES_MAX }, (_, n) => `gone-${n}:1`)
  visitor.jar.set(nameOf('cart'), encodeURIComponent(['k'.repeat(22), ...items].join('|')))
  const answer = await visitor.add('tea-longjing')
  expect(placeOf(answer)).toBe('/cart?problem=too_many_lines&product=tea-longjing')
  expect(answer.headers.getSetCookie()).toEqual([])
})

test('more than an order takes of one product is refused at its line, and what was there stays', async () => {
  const visitor = openVisitor(world)
  await visitor.add('tea-qimen', 98)
  const answer = await visitor.add('tea-qimen', 2)
  expect(placeOf(answer)).toBe('/cart?problem=invalid_quantity&product=tea-qimen')
  expect(decodeURIComponent(visitor.jar.get(nameOf('cart')) ?? '')).toMatch(/tea-qimen:98:5800$/)
})

test.each([21, 100, 250])('an app that asks for %i products is told how many there may be', async (count) => {
  const items = Array.from({ length: count }, (_, n) => ({ productId: `p${n}`, quantity: 1 }))
  const answer = await world.json('/api/orders', { items })
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, 'too_many_lines'])
})

test('an app that expects another amount is told the new one, and gets its order with that', async () => {
  const ask = (expectedAmountFen: number) =>
    world.json('/api/orders', { items: [{ productId: 'tea-longjing', quantity: 2 }], expectedAmountFen })
  const refused = (await (await ask(1)).json()) as { code: string; detail: string }
  expect(refused).toMatchObject({ status: 409, code: 'price_changed', detail: '13600' })
  expect((await ask(Number(refused.detail))).status).toBe(201)
})
