import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openWorld, type World } from '../world'

const ONE = { items: [{ productId: 'ware-pitcher', quantity: 1 }] }

let world: World
beforeEach(async () => {
  world = await openWorld({ RATE_LIMITS: 'on' })
})
afterEach(async () => {
  vi.useRealTimers()
  await world.close()
})

test('an answer says how many requests are left', async () => {
  const first = await world.fetch('/api/products')
  expect(first.headers.get('ratelimit-policy')).toBe('"requests";q=300;w=60')
  expect(first.headers.get('ratelimit')).toMatch(/^"requests";r=299;t=\d+$/)
  const second = await world.fetch('/api/products')
  expect(second.headers.get('ratelimit')).toMatch(/;r=298;/)
})

test('too many orders from one address are refused, and nothing is taken', async () => {
  const wrong = { items: [{ productId: 'nothing', quantity: 1 }] }
  for (let n = 0; n < 60; n += 1) expect((await world.json('/api/orders', wrong)).status).toBe(400)
  const before = await world.stockOf('ware-pitcher')
  const refused = await world.json('/api/orders', ONE)
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(refused.headers.get('ratelimit')).toMatch(/^"orders";r=0;/)
  expect(((await refused.json()) as { code: string }).code).toBe('too_many_requests')
  expect(await world.stockOf('ware-pitcher')).toBe(before)
})

test('too many acts on one order are refused, and a stranger does not use them up', async () => {
  const { id, token } = (await (await world.json('/api/orders', ONE)).json()) as { id: string; token: string }
  for (let n = 0; n < 70; n += 1) await world.json(`/api/orders/${id}/confirm`, {}, { authorization: 'Bearer x' })
  const headers = { authorization: `Bearer ${token}` }
  for (let n = 0; n < 60; n += 1) {
    expect((await world.json(`/api/orders/${id}/confirm`, {}, headers)).status).toBe(200)
  }
  expect((await world.json(`/api/orders/${id}/confirm`, {}, headers)).status).toBe(429)
})

test('a flood at all other routes, and of forgeries, does not keep a genuine notification out', async () => {
  const { order, payment } = await world.order([{ productId: 'tea-qimen', quantity: 1 }])
  for (let n = 0; n < 310; n += 1) await world.fetch('/api/products')
  expect((await world.fetch('/api/products')).status).toBe(429)
  for (let n = 0; n < 500; n += 1) await world.notify(`<xml><a>${n}</a></xml>`)
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  expect(await world.statusOf(order)).toBe('paid')
})

test('senders who never finish their body take no place from WeChat', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { order, payment } = await world.order([{ productId: 'tea-qimen', quantity: 1 }])
  const endless = Array.from({ length: 40 }, () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([60])) })
    return world.fetch('/api/wechat/notify', { method: 'POST', body, duplex: 'half' } as RequestInit)
  })
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  expect(await world.statusOf(order)).toBe('paid')
  await vi.advanceTimersByTimeAsync(5_000)
  expect((await Promise.all(endless)).map((it) => it.status)).toEqual(Array(40).fill(408))
})
