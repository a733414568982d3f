import { afterEach, beforeEach, expect, test } from 'vitest'
import { createOrder } from '@/lib/shop/checkout'
import { nameOf, openWorld, type World } from '../world'

const KEY = '2f1c9a54-8d0f-4c2e-9d55-3f3f6f9f1a01'
const ONE = { items: [{ productId: 'tea-longjing', quantity: 1 }] }
const TWO = { items: [{ productId: 'tea-longjing', quantity: 2 }] }

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const order = (body: unknown, key = KEY) => world.json('/api/orders', body, { 'idempotency-key': key })

test('the same key and body give the same answer, and one order', async () => {
  const before = await world.stockOf('tea-longjing')
  const [first, second] = [await order(ONE), await order(ONE)]
  expect([first.status, second.status]).toEqual([201, 201])
  expect(await second.text()).toBe(await first.text())
  expect(await world.stockOf('tea-longjing')).toBe((before ?? 0) - 1)
})

test('the answer stays the same when the order was paid meanwhile', async () => {
  const first = await (await order(ONE)).text()
  const { id, token } = JSON.parse(first) as { id: string; token: string }
  const headers = { authorization: `Bearer ${token}` }
  const prepay = await world.json(`/api/orders/${id}/prepay`, { channel: 'native' }, headers)
  await world.phone.pay(((await prepay.json()) as { outTradeNo: string }).outTradeNo)
  await world.advance(1_000)
  expect(await (await order(ONE)).text()).toBe(first)
})

test('requests that arrive at once are one order', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => order(ONE)))
  const texts = new Set(await Promise.all(answers.map((it) => it.text())))
  expect(answers.every((it) => it.status === 201)).toBe(true)
  expect(texts.size).toBe(1)
})

test('a process that dies after writing the order gives the same order when asked again', async () => {
  const first = await (await order(ONE)).text()
  await world.restart()
  expect(await (await order(ONE)).text()).toBe(first)
})

test('the same key with another body is refused, and changes nothing', async () => {
  await order(ONE)
  const before = await world.stockOf('tea-longjing')
  const response = await order(TWO)
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([422, 'idempotency_key_reused'])
  expect(await world.stockOf('tea-longjing')).toBe(before)
})

test.each([
  ['another app', { authorization: 'Bearer the-second-app-s-own-name' }],
  ['another browser', { cookie: `${nameOf('buyer')}=${'x'.repeat(22)}` }],
  ['somebody at another address', { 'x-forwarded-for': '203.0.113.7' }],
])('%s with the same key and goods gets an order of its own', async (_, stranger) => {
  await world.close()
  world = await openWorld({ TRUSTED_PROXIES: '127.0.0.1' })
  const ask = async (headers: Record<string, string>) =>
    (await (await world.json('/api/orders', ONE, { 'idempotency-key': KEY, ...headers })).json()) as { id: string }
  const own = { authorization: 'Bearer the-first-app-s-own-name' }
  const orders = [
    await ask(own),
    await ask(stranger),
    await ask({}),
    await ask(own),
    await ask(stranger),
    await ask({}),
  ]
  const ids = orders.map(({ id }) => id)
  expect(new Set(ids).size).toBe(3)
  expect(ids.slice(3)).toEqual(ids.slice(0, 3))
})

test('an app keeps its key on every network', async () => {
  await world.close()
  world = await openWorld({ TRUSTED_PROXIES: '127.0.0.1' })
  const ask = (address: string) =>
    world.json('/api/orders', ONE, {
      'idempotency-key': KEY,
      authorization: 'Bearer the-first-app-s-own-name',
      'x-forwarded-for': address,
    })
  const [first, second] = [await ask('203.0.113.7'), await ask('198.51.100.1')]
  expect(await second.text()).toBe(await first.text())
})

test('a refused request does not use up its key', async () => {
  expect((await order({ items: [{ productId: 'tea-longjing', quantity: 99 }] })).status).toBe(409)
  expect((await order(ONE)).status).toBe(201)
})

test('after a day the key may be used for something else', async () => {
  await order(ONE)
  world.sleep(24 * 3600_000)
  expect((await order(TWO)).status).toBe(201)
})

test('requests that are under way while the clock falls back a day are one order', async () => {
  const items = [{ productId: 'tea-longjing', quantity: 1 }]
  const both = [1, 2].map(() => createOrder(world.shop, { items, key: { key: KEY, fingerprint: 'one' } }))
  world.sleep(-24 * 3600_000)
  const [first, second] = await Promise.all(both)
  expect(first).toMatchObject({ ok: true })
  expect(second).toEqual(first)
})

test.each(['short', 'x'.repeat(129), 'has a space in it, not allowed', 'ключ-ключ-ключ-ключ'])(
  'the key “%s” is refused',
  async (key) => {
    const headers = new Headers({ 'content-type': 'application/json' })
    headers.set('idempotency-key', Buffer.from(key).toString('latin1'))
    const response = await world.fetch('/api/orders', { method: 'POST', headers, body: JSON.stringify(ONE) })
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      400,
      'invalid_idempotency_key',
    ])
  },
)
