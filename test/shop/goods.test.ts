import { afterEach, beforeEach, expect, test } from 'vitest'
import { applyList, changeOffer, changePrice, changeStock, type Goods, type StockChange } from '@/lib/shop/goods'
import { FEN_MAX, STOCK_MAX } from '@/lib/shop/limits'
import type { ListedProduct } from '@/lib/shop/price-list'
import type { Shop } from '@/lib/shop/shop'
import { openWorld, type World } from '../world'

const OLGA = { email: 'olga@shop.example', role: 'operator', address: '::1' } as const
const ID = 'tea-longjing'
const OK = { ok: true }
const refused = (reason: string) => ({ ok: false, reason })

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function goods(): Promise<Goods> {
  const found = await world.shop.store.findGoods(ID)
  if (found === null) throw new Error('gone')
  return found
}

async function acts(action: 'goods_changed' | 'goods_listed') {
  const page = { filter: { action, email: null, orderId: null }, before: null, limit: 9 }
  return (await world.shop.store.listAudit(page)).reverse()
}

const ABOUT_ACCOUNTS = { orderId: null, notificationId: null, transactionId: null, outcomeOf: null }

test.each([1, FEN_MAX])('a price may be %i fen, and the record has both prices', async (priceFen) => {
  expect(await changePrice(world.shop, ID, { version: 1, priceFen }, OLGA)).toEqual(OK)
  expect(await goods()).toMatchObject({ priceFen, version: 2 })
  const detail = { product: ID, field: 'priceFen', before: '6800', after: String(priceFen) }
  const entry = { at: world.now(), actor: OLGA, action: 'goods_changed', detail, ...ABOUT_ACCOUNTS }
  expect(await acts('goods_changed')).toEqual([{ id: expect.any(Number), ...entry }])
})

test.each([0, -1, 0.5, FEN_MAX + 1, Number.NaN])('a price of %d fen is none', async (priceFen) => {
  const before = await goods()
  expect(await changePrice(world.shop, ID, { version: 1, priceFen }, OLGA)).toEqual(refused('invalid_price'))
  expect(await goods()).toEqual(before)
})

test.each<[StockChange, number]>([
  [{ type: 'add', pieces: 6 }, 30],
  [{ type: 'add', pieces: -24 }, 0],
  [{ type: 'add', pieces: STOCK_MAX - 24 }, STOCK_MAX],
  [{ type: 'counted', pieces: 0, seen: 24 }, 0],
  [{ type: 'counted', pieces: STOCK_MAX, seen: 24 }, STOCK_MAX],
])('of 24 pieces %j makes %i', async (by, after) => {
  expect(await changeStock(world.shop, ID, { version: 1, by }, OLGA)).toEqual(OK)
  expect((await goods()).stock).toBe(after)
  const detail = { product: ID, field: 'stock', before: '24', after: String(after) }
  expect(await acts('goods_changed')).toMatchObject([{ detail }])
})

test.each<[StockChange, string]>([
  [{ type: 'add', pieces: -25 }, 'invalid_stock'],
  [{ type: 'add', pieces: 0.5 }, 'invalid_stock'],
  [{ type: 'add', pieces: STOCK_MAX - 23 }, 'invalid_stock'],
  [{ type: 'counted', pieces: -1, seen: 24 }, 'invalid_stock'],
  [{ type: 'counted', pieces: 30, seen: 23 }, 'goods_changed'],
])('of 24 pieces %j is refused as %s', async (by, reason) => {
  expect(await changeStock(world.shop, ID, { version: 1, by }, OLGA)).toEqual(refused(reason))
  expect((await goods()).stock).toBe(24)
  expect(await acts('goods_changed')).toEqual([])
})

test('a product goes off sale and comes back; what it is already is no change', async () => {
  const offer = (version: number, isOnSale: boolean) => changeOffer(world.shop, ID, { version, isOnSale }, OLGA)
  expect(await offer(1, true)).toEqual(OK)
  expect(await offer(1, false)).toEqual(OK)
  expect(await goods()).toMatchObject({ isOnSale: false, version: 2 })
  expect(await offer(1, true)).toEqual(refused('goods_changed'))
  expect(await offer(2, true)).toEqual(OK)
  const details = (await acts('goods_changed')).map(({ detail }) => [detail.field, detail.before, detail.after])
  expect(details).toEqual([
    ['isOnSale', 'true', 'false'],
    ['isOnSale', 'false', 'true'],
  ])
  expect(await changeOffer(world.shop, 'coffee', { version: 1, isOnSale: true }, OLGA)).toEqual(refused('not_found'))
})

/** A shop in which somebody buys a piece right before each of so many writes. */
function busy(sales: number): { shop: Shop; tries: () => number } {
  let tries = 0
  const { store } = world.shop
  const replaceGoods: Shop['store']['replaceGoods'] = async (before, after, entry) => {
    tries += 1
    if (tries <= sales) await world.order()
    return store.replaceGoods(before, after, entry)
  }
  return { shop: { ...world.shop, store: { ...store, replaceGoods } }, tries: () => tries }
}

test('a delivery is booked although people buy meanwhile; a shop that is too busy says to look again', async () => {
  const add = (shop: Shop, version: number) => changeStock(shop, ID, { version, by: { type: 'add', pieces: 10 } }, OLGA)
  const quick = busy(4)
  expect([await add(quick.shop, 1), quick.tries()]).toEqual([OK, 5])
  expect((await goods()).stock).toBe(24 - 4 + 10)
  const slow = busy(5)
  expect([await add(slow.shop, 2), slow.tries()]).toEqual([refused('goods_changed'), 5])
  expect((await goods()).stock).toBe(30 - 5)
})

/** The goods as a price list would have them. */
async function listed(): Promise<ListedProduct[]> {
  const all = await world.shop.store.listGoods()
  return all.map(({ id, slug, name, description, priceFen, stock, image, category, facts }) => {
    return { id, slug, name, description, priceFen, stock, image, category, facts }
  })
}

test.each<Partial<ListedProduct>>([
  { slug: 'another' },
  { name: { zh: '别的茶', en: 'Another tea' } },
  { description: { zh: '新', en: 'New' } },
  { image: '/products/another.svg' },
  { category: 'ware' },
  { facts: { origin: { zh: '福鼎', en: 'Fuding' } } },
])('a price list that has %j of a product changes it', async (change) => {
  const list = await listed()
  expect(await applyList(world.shop, list, OLGA)).toEqual({ added: [], changed: [], offSale: [] })
  const next = list.map((it) => (it.id === ID ? { ...it, ...change } : it))
  expect(await applyList(world.shop, next, OLGA)).toEqual({ added: [], changed: [ID], offSale: [] })
  expect(await goods()).toMatchObject(change)
})

test('a price list says nothing about the stock of what is there, and brings back what went off sale', async () => {
  const list = (await listed()).map((it) => ({ ...it, stock: 1 }))
  expect(await applyList(world.shop, list, OLGA)).toEqual({ added: [], changed: [], offSale: [] })
  await changeOffer(world.shop, ID, { version: (await goods()).version, isOnSale: false }, OLGA)
  expect(await applyList(world.shop, list, OLGA)).toEqual({ added: [], changed: [ID], offSale: [] })
  expect(await goods()).toMatchObject({ isOnSale: true, stock: 24 })
})

test('what a price list changed is told once, and stands in the record by product', async () => {
  const list = await listed()
  const [first, second, third, ...rest] = list
  if (first === undefined || second === undefined || third === undefined) throw new Error('too few goods')
  const added = { ...first, id: 'new', slug: 'new' }
  const outcome = { added: ['new'], changed: [], offSale: [second.id, third.id] }
  expect(await applyList(world.shop, [first, ...rest, added], OLGA)).toEqual(outcome)
  // What is off sale already does not go off sale again.
  expect(await applyList(world.shop, [first, ...rest], OLGA)).toMatchObject({ offSale: ['new'] })
  const detail = { added: 'new', changed: '', offSale: `${second.id} ${third.id}` }
  const entry = { at: world.now(), actor: OLGA, action: 'goods_listed', detail, ...ABOUT_ACCOUNTS }
  expect((await acts('goods_listed'))[0]).toEqual({ id: expect.any(Number), ...entry })
})

test('a price list that cannot be sold changes nothing, nor does one that somebody was quicker than', async () => {
  const list = await listed()
  const wrong = list.map((it) => ({ ...it, stock: -1 }))
  await expect(applyList(world.shop, wrong, OLGA)).rejects.toThrow('stock is a whole number')
  const late = { ...world.shop, store: { ...world.shop.store, applyList: async () => false } }
  expect(await applyList(late, list, OLGA)).toBeNull()
  expect(await acts('goods_listed')).toEqual([])
})
