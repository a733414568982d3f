import { afterEach, beforeEach, expect, test } from 'vitest'
import { GOODS } from '@/db/goods'
import { applyPriceList } from '@/lib/runtime'
import type { Goods } from '@/lib/shop/goods'
import { openVisitor, placeOf } from '../visitor'
import { openWorld, type World } from '../world'

const PASSWORD = 'a long pass phrase'
const PAGE = '/admin/goods/tea-longjing'

let world: World
let operator: ReturnType<typeof openVisitor>
beforeEach(async () => {
  world = await openWorld()
  operator = await signedIn('operator')
})
afterEach(() => world.close())

async function signedIn(role: 'operator' | 'viewer') {
  const { auth, database } = world.runtime
  const email = `${role}@example.com`
  const passwordHash = await (await auth.$context).password.hash(PASSWORD)
  await database.team.add({ email, role, passwordHash, at: world.now() })
  const visitor = openVisitor(world)
  expect(placeOf(await visitor.submit('/api/admin/login', { email, password: PASSWORD }))).toBe('/admin')
  return visitor
}

async function longjing(): Promise<Goods> {
  const goods = await world.shop.store.findGoods('tea-longjing')
  if (goods === null) throw new Error('gone')
  return goods
}

/** Sends a form of the product's page as it would be now. */
async function change(what: 'price' | 'stock' | 'offer', fields: Record<string, string>, who = operator) {
  const version = String((await longjing()).version)
  return placeOf(await who.submit(`/api/admin/goods/tea-longjing/${what}`, { version, ...fields }))
}

async function audit() {
  const filter = { action: 'goods_changed', email: null, orderId: null } as const
  const found = await world.shop.store.listAudit({ filter, before: null, limit: 20 })
  return found.reverse().map(({ actor, detail }) => [actor.email, detail])
}

/** What was there at first and what operators changed is what is there, in unpaid orders, or paid for. */
async function expectBalance(): Promise<void> {
  const off = await world.database.sql(`
    select p.id from products p where p.stock_initial + p.restocked <> p.stock + coalesce((
      select sum(i.quantity) from order_items i join orders o on o.id = i.order_id
      where i.product_id = p.id and o.status in ('pending', 'paid')), 0)`)
  expect(off).toEqual([])
}

const order = (quantity = 1) => world.json('/api/orders', { items: [{ productId: 'tea-longjing', quantity }] })
const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code]

test('a new price is charged from then on, and who has the goods in the cart is told and asked once more', async () => {
  const visitor = openVisitor(world)
  await visitor.add('tea-longjing', 2)
  const form = visitor.checkoutForm(2 * 6_800)
  expect(await change('price', { yuan: '72.50' })).toBe(`${PAGE}?done=price`)
  expect(placeOf(await visitor.submit('/api/orders', form))).toBe('/cart?problem=price_changed')
  expect(placeOf(await visitor.submit('/api/orders', visitor.checkoutForm(2 * 7_250)))).toMatch(/^\/orders\//)
  expect((await longjing()).reserved).toBe(2)
  expect(await audit()).toEqual([
    ['operator@example.com', { product: 'tea-longjing', field: 'priceFen', before: '6800', after: '7250' }],
  ])
})

test('what is taken off sale leaves the window, goes into no cart and no order, and comes back', async () => {
  const visitor = openVisitor(world)
  await visitor.add('tea-longjing')
  const { order: made } = await world.order()
  expect(await change('offer', { offer: 'off' })).toBe(`${PAGE}?done=offer`)
  const window = (await (await world.fetch('/api/products')).json()) as { products: { id: string }[] }
  expect(window.products.some(({ id }) => id === 'tea-longjing')).toBe(false)
  expect(await codeOf(await order())).toEqual([409, 'not_on_sale'])
  const where = '/cart?problem=not_on_sale&product=tea-longjing'
  expect(placeOf(await visitor.submit('/api/orders', {}))).toBe(where)
  expect(placeOf(await openVisitor(world).add('tea-longjing'))).toBe(where)
  // What was ordered before is sold.
  expect(await world.statusOf(made)).toBe('pending')
  expect(await change('offer', { offer: 'on' })).toBe(`${PAGE}?done=offer`)
  expect((await order()).status).toBe(201)
  expect((await audit()).map(([, detail]) => detail)).toMatchObject([
    { field: 'isOnSale', before: 'true', after: 'false' },
    { field: 'isOnSale', before: 'false', after: 'true' },
  ])
})

test.each([
  ['12', 36],
  ['+12', 36],
  ['-24', 0],
  ['−4', 20],
  [' １２ ', 36],
])('a delivery or a loss of %s pieces makes 24 into %i', async (add, stock) => {
  expect(await change('stock', { add })).toBe(`${PAGE}?done=stock`)
  expect((await longjing()).stock).toBe(stock)
  await expectBalance()
})

test('a counted stock replaces the one that was seen', async () => {
  await world.order()
  expect(await change('stock', { counted: '20', seen: '23' })).toBe(`${PAGE}?done=stock`)
  expect(await longjing()).toMatchObject({ stock: 20, reserved: 1, sold: 0 })
  await expectBalance()
})

test('a counted stock of which somebody bought meanwhile is refused, and looked at again', async () => {
  await world.order()
  expect(await change('stock', { counted: '24', seen: '24' })).toBe(`${PAGE}?problem=goods_changed`)
  expect((await longjing()).stock).toBe(23)
})

test('of two operators with the same page before them, the second is told to look again', async () => {
  const version = String((await longjing()).version)
  const send = (yuan: string) => operator.submit('/api/admin/goods/tea-longjing/price', { version, yuan })
  expect([placeOf(await send('70')), placeOf(await send('71'))]).toEqual([
    `${PAGE}?done=price`,
    `${PAGE}?problem=goods_changed`,
  ])
  expect((await longjing()).priceFen).toBe(7_000)
})

test('deliveries are booked while people buy', async () => {
  const booked = Promise.all(Array.from({ length: 4 }, () => order()))
  expect(await change('stock', { add: '10' })).toBe(`${PAGE}?done=stock`)
  await booked
  expect(await longjing()).toMatchObject({ stock: 30, reserved: 4 })
  await expectBalance()
})

test.each([
  ['price', { yuan: '0' }, 'invalid_price'],
  ['price', { yuan: '-1' }, 'invalid_price'],
  ['price', { yuan: '1.234' }, 'invalid_price'],
  ['price', { yuan: '1e3' }, 'invalid_price'],
  ['price', { yuan: '99999999' }, 'invalid_price'],
  ['price', { yuan: '' }, 'invalid_price'],
  ['price', {}, 'invalid_body'],
  ['stock', { add: '-25' }, 'invalid_stock'],
  ['stock', { add: '1000000' }, 'invalid_stock'],
  ['stock', { add: '1.5' }, 'invalid_stock'],
  ['stock', { add: 'ten' }, 'invalid_stock'],
  ['stock', { counted: '-1', seen: '24' }, 'invalid_stock'],
  ['stock', { counted: '5' }, 'goods_changed'],
  ['stock', {}, 'goods_changed'],
  ['offer', { offer: 'maybe' }, 'invalid_body'],
  ['offer', { offer: 'off', version: 'x' }, 'invalid_body'],
] as const)('a change of the %s by %j is refused as %s, and changes nothing', async (what, fields, code) => {
  const before = await longjing()
  expect(await change(what, fields)).toBe(`${PAGE}?problem=${code}`)
  expect(await longjing()).toEqual(before)
  expect(await audit()).toEqual([])
})

test('what is set to what it is already is no change', async () => {
  expect(await change('price', { yuan: '68' })).toBe(`${PAGE}?done=price`)
  expect(await audit()).toEqual([])
  expect((await longjing()).version).toBe(1)
})

test('a viewer sees the goods and changes none', async () => {
  const viewer = await signedIn('viewer')
  expect(await change('price', { yuan: '1' }, viewer)).toMatch(/problem=not_allowed$/)
  expect((await longjing()).priceFen).toBe(6_800)
})

test('a product that is not there is not changed', async () => {
  const answer = await operator.submit('/api/admin/goods/coffee/offer', { version: '1', offer: 'off' })
  expect(placeOf(answer)).toBe('/admin/goods/coffee?problem=not_found')
})

test('a price list is applied to a shop that runs, told by product, and stands in the record', async () => {
  await world.order()
  await change('price', { yuan: '72' })
  const [longjingListed, ...others] = GOODS
  if (longjingListed === undefined) throw new Error('no goods')
  const list = [...others.slice(1), longjingListed, { ...longjingListed, id: 'tea-new', slug: 'new', stock: 7 }]
  expect(await applyPriceList(world.config, list)).toEqual({
    added: ['tea-new'],
    changed: ['tea-longjing'],
    offSale: [others[0]?.id],
  })
  const shown = (await (await world.fetch('/api/products')).json()) as { products: { id: string; stock: number }[] }
  expect(shown.products.map(({ id }) => id)).toEqual(list.map(({ id }) => id))
  expect(shown.products.slice(-2).map(({ stock }) => stock)).toEqual([23, 7])
  expect((await longjing()).priceFen).toBe(6_800)
  const filter = { action: 'goods_listed', email: null, orderId: null } as const
  const [entry] = await world.shop.store.listAudit({ filter, before: null, limit: 5 })
  expect(entry).toMatchObject({
    actor: { email: 'npm run goods', role: null },
    detail: { added: 'tea-new', changed: 'tea-longjing', offSale: others[0]?.id },
  })
  await expectBalance()
  expect(await applyPriceList(world.config, list)).toEqual({ added: [], changed: [], offSale: [] })
})

test('a start changes nothing of goods that operators look after', async () => {
  await change('price', { yuan: '72' })
  await change('offer', { offer: 'off' })
  const before = await longjing()
  await world.restart()
  expect(await longjing()).toEqual(before)
})
