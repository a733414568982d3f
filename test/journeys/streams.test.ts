import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { orderToken } from '@/lib/web/order-token'
import { openWorld, type World } from '../world'

let world: World
let orders: string[]
beforeEach(async () => {
  world = await openWorld({ TRUSTED_PROXIES: '127.0.0.1' })
  orders = []
  for (let n = 0; n < 7; n += 1) orders.push((await world.order()).order.id)
})
afterEach(() => {
  vi.useRealTimers()
  return world.close()
})

/** Asks from an address for the events of one of the orders. */
async function ask(address: string, order: number, method = 'GET') {
  const id = orders[order] ?? ''
  const token = orderToken(world.runtime.orderSecret, id)
  const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': address }
  return world.fetch(`/api/orders/${id}/events`, { method, headers })
}

const open = () => world.runtime.watch.count('', '').all

test('HEAD tells what there would be, and opens nothing', async () => {
  for (let n = 0; n < 30; n += 1) {
    const response = await ask('203.0.113.1', 0, 'HEAD')
    expect([response.status, response.headers.get('content-type'), response.body]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      null,
    ])
  }
  expect(open()).toBe(0)
})

test('an order has twenty streams, and one that ends makes place for another', async () => {
  const streams: Response[] = []
  for (let n = 0; n < 20; n += 1) streams.push(await ask(`203.0.113.${n}`, 0))
  expect(streams.map(({ status }) => status)).toEqual(Array(20).fill(200))
  expect((await ask('203.0.113.99', 0)).status).toBe(429)
  expect((await ask('203.0.113.99', 1)).status).toBe(200)
  await streams[0]?.body?.cancel()
  expect((await ask('203.0.113.99', 0)).status).toBe(200)
})

test('an address has a hundred streams, an IPv6 network no more, and others get theirs', async () => {
  for (let n = 0; n < 100; n += 1) expect((await ask(`2001:db8::${n}`, Math.floor(n / 20))).status).toBe(200)
  expect((await ask('2001:db8::abcd', 5)).status).toBe(429)
  expect((await ask('2001:db8:0:1::1', 5)).status).toBe(200)
  expect(open()).toBe(101)
})

test('a stream that nobody reads ends', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  await ask('203.0.113.1', 0)
  vi.advanceTimersByTime(60 * 15_000)
  expect(open()).toBe(1)
  vi.advanceTimersByTime(10 * 15_000)
  expect(open()).toBe(0)
})

test('a stream whose reader went away before it began is never open', async () => {
  const id = orders[0] ?? ''
  const gone = new AbortController()
  gone.abort()
  const headers = { authorization: `Bearer ${orderToken(world.runtime.orderSecret, id)}` }
  const request = new Request(`http://127.0.0.1:3000/api/orders/${id}/events`, { headers, signal: gone.signal })
  await world.send(request).catch(() => undefined)
  expect(open()).toBe(0)
})
