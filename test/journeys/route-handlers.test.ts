import { readdirSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { routeTo } from '../routes'
import { nameOf, openWorld, PUBLIC_URL, type World } from '../world'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const ITEMS = { items: [{ productId: 'tea-longjing', quantity: 1 }] }

async function orderByApp() {
  const response = await world.json('/api/orders', ITEMS)
  const order = (await response.json()) as { id: string; token: string; status: string; amountFen: number }
  return { order, headers: { authorization: `Bearer ${order.token}` } }
}

async function codeOf(response: Response): Promise<[number, string]> {
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  const { code, status, title, type } = (await response.json()) as Record<string, unknown>
  expect([typeof title, typeof type, status]).toEqual(['string', 'string', response.status])
  return [response.status, String(code)]
}

function cookieOf(response: Response, name: string): string {
  const cookie = response.headers.getSetCookie().find((it) => it.startsWith(`${nameOf(name)}=`)) ?? ''
  expect(cookie).toMatch(/HttpOnly; SameSite=Lax/)
  return cookie.split(';')[0] ?? ''
}

test('every route file is among the route handlers that journeys go through', async () => {
  const files = readdirSync('app', { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('route.ts'))
  for (const file of files) {
    const path = `/${file
      .replace('/route.ts', '')
      .replace(/\[(id|file)\]/, 'x')
      .replace('/[[...path]]', '')}`
    const response = await routeTo(new Request(`${PUBLIC_URL}${path}`, { method: 'PROPFIND' }))
    expect([path, response.status]).toEqual([path, 405])
  }
})

test('every address for messages of WeChat is answered before all others', () => {
  const folder = 'app/api/wechat/notify'
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('route.ts'))
  const addresses = files.map((file) => `/api/wechat/notify/${file}`.replace('/route.ts', ''))
  const named = readFileSync('instrumentation.ts', 'utf8').match(/'\/api\/wechat\/notify[^']*'/g) ?? []
  expect(named.map((it) => it.slice(1, -1)).sort()).toEqual(addresses.sort())
})

test('an app orders, gets a code, and sees the order paid', async () => {
  const { order, headers } = await orderByApp()
  expect(order).toMatchObject({ status: 'pending', currency: 'CNY' })
  const prepay = await world.json(`/api/orders/${order.id}/prepay`, { channel: 'native' }, headers)
  const { codeUrl, outTradeNo, channel } = (await prepay.json()) as Record<string, string>
  expect(channel).toBe('native')
  expect(codeUrl).toMatch(/^weixin:\/\//)

  await world.phone.pay(String(outTradeNo))
  await world.advance(1_000)
  const seen = await world.fetch(`/api/orders/${order.id}`, { headers })
  expect(await seen.json()).toMatchObject({ id: order.id, status: 'paid', items: [{ quantity: 1 }] })
})

test('the products come in the language that was asked for, with prices in fen', async () => {
  const ask = async (language: string) => {
    const response = await world.fetch('/api/products', { headers: { 'accept-language': language } })
    return ((await response.json()) as { products: { name: string; priceFen: number }[] }).products
  }
  const [english, chinese] = [await ask('en-GB,en;q=0.9'), await ask('fr')]
  expect(english.length).toBeGreaterThanOrEqual(10)
  expect(english[0]?.name).not.toBe(chinese[0]?.name)
  expect(english.every((it) => Number.isInteger(it.priceFen))).toBe(true)
})

test.each([
  ['no such product', { items: [{ productId: 'coffee', quantity: 1 }] }, [400, 'unknown_product']],
  ['0 pieces', { items: [{ productId: 'tea-longjing', quantity: 0 }] }, [400, 'invalid_quantity']],
  ['-1 pieces', { items: [{ productId: 'tea-longjing', quantity: -1 }] }, [400, 'invalid_quantity']],
  ['half a piece', { items: [{ productId: 'tea-longjing', quantity: 0.5 }] }, [400, 'invalid_quantity']],
  ['1e9 pieces', { items: [{ productId: 'tea-longjing', quantity: 1e9 }] }, [400, 'invalid_quantity']],
  ['text as a quantity', { items: [{ productId: 'tea-longjing', quantity: '1' }] }, [400, 'invalid_body']],
  ['more than there is', { items: [{ productId: 'tea-longjing', quantity: 99 }] }, [409, 'sold_out']],
  ['an empty cart', { items: [] }, [400, 'empty_cart']],
  ['a price of its own', { items: [{ productId: 'tea-longjing', quantity: 1, priceFen: 1 }] }, [400, 'invalid_body']],
  ['no items', {}, [400, 'invalid_body']],
  ['no JSON', '{"items":', [400, 'malformed_json']],
])('an order with %s is refused with its own code', async (_, body, expected) => {
  expect(await codeOf(await world.json('/api/orders', body))).toEqual(expected)
})

test('a body of another type or beyond 16 KiB is refused', async () => {
  const text = await world.fetch('/api/orders', {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'text/plain' },
  })
  expect(await codeOf(text)).toEqual([415, 'unsupported_media_type'])
  expect(await codeOf(await world.json('/api/orders', ' '.repeat(17 * 1024)))).toEqual([413, 'body_too_large'])
})

test('an order does not exist for those who cannot prove it is theirs', async () => {
  const { order } = await orderByApp()
  const other = await orderByApp()
  for (const headers of [
    {},
    other.headers,
    { authorization: 'Bearer x' },
    { cookie: `${nameOf('orders')}=${order.id}.x` },
  ]) {
    expect(await codeOf(await world.fetch(`/api/orders/${order.id}`, { headers }))).toEqual([404, 'not_found'])
    const cancel = await world.json(`/api/orders/${order.id}/cancel`, {}, headers)
    expect(await codeOf(cancel)).toEqual([404, 'not_found'])
  }
  expect((await world.shop.store.findOrder(order.id))?.order.status).toBe('pending')
})

test('a browser fills a cart, orders it, and keeps the order in its cookie', async () => {
  const filled = await world.form('/api/cart', { action: 'add', productId: 'tea-longjing', quantity: '2' })
  expect([filled.status, filled.headers.get('location')]).toEqual([303, '/cart'])
  const cart = cookieOf(filled, 'cart')

  const ordered = await world.form('/api/orders', {}, { cookie: cart })
  expect(ordered.status).toBe(303)
  const page = ordered.headers.get('location') ?? ''
  expect(page).toMatch(/^\/orders\/[0-9a-z]{26}$/)
  expect(cookieOf(ordered, 'cart')).toBe(`${nameOf('cart')}=`)

  const seen = await world.fetch(`/api${page}`, { headers: { cookie: cookieOf(ordered, 'orders') } })
  expect(await seen.json()).toMatchObject({ status: 'pending', channel: 'native', items: [{ quantity: 2 }] })
})

test('an order can be ordered again from its items', async () => {
  const response = await world.form('/api/orders', [
    ['item', 'tea-longjing:1'],
    ['item', 'tea-longjing:2'],
  ])
  const cookie = cookieOf(response, 'orders')
  const seen = await world.fetch(`/api${response.headers.get('location')}`, { headers: { cookie } })
  expect(await seen.json()).toMatchObject({ items: [{ productId: 'tea-longjing', quantity: 3 }] })
})

test('checkout works while WeChat is away, and the order page can try again', async () => {
  world.wire.isCut = true
  const ordered = await world.form('/api/orders', { item: 'tea-longjing:1' })
  const cookie = cookieOf(ordered, 'orders')
  const page = ordered.headers.get('location') ?? ''
  const failed = await world.form(`/api${page}/prepay`, { channel: 'native' }, { cookie })
  expect(failed.headers.get('location')).toBe(`${page}?problem=wechat_unavailable`)
  world.wire.isCut = false
  const opened = await world.form(`/api${page}/prepay`, { channel: 'native' }, { cookie })
  expect(opened.headers.get('location')).toBe(page)
})

test.each([
  ['/api/cart', { action: 'add', productId: 'tea-longjing' }],
  ['/api/orders', { item: 'tea-longjing:1' }],
  ['/api/locale', { locale: 'en' }],
  ['/api/admin/login', { email: 'a@b.example', password: 'x' }],
  ['/api/admin/logout', {}],
])('a form of another site is refused at %s', async (path, fields) => {
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
    const response = await world.form(path, fields as Record<string, string>, headers)
    expect(await codeOf(response)).toEqual([403, 'forbidden_origin'])
  }
})

test("a cookie moves an order only from the shop's own pages, a token from anywhere", async () => {
  const ordered = await world.form('/api/orders', { item: 'tea-longjing:1' })
  const cookie = cookieOf(ordered, 'orders')
  const path = `/api${ordered.headers.get('location')}/cancel`
  expect(await codeOf(await world.form(path, {}, { cookie, 'sec-fetch-site': 'cross-site' }))).toEqual([
    403,
    'forbidden_origin',
  ])
  const { order, headers } = await orderByApp()
  expect((await world.json(`/api/orders/${order.id}/cancel`, {}, headers)).status).toBe(200)
})

test.each([
  [{ action: 'add', productId: 'coffee' }, 'unknown_product'],
  [{ action: 'add', productId: 'tea-longjing', quantity: '0' }, 'invalid_quantity'],
  [{ action: 'add', productId: 'tea-longjing', quantity: '-1' }, 'invalid_quantity'],
  [{ action: 'set', productId: 'tea-longjing', quantity: '0.5' }, 'invalid_quantity'],
  [{ action: 'set', productId: 'tea-longjing', quantity: '1e9' }, 'invalid_quantity'],
  [{ action: 'steal', productId: 'tea-longjing' }, 'invalid_body'],
  [{ action: 'add', productId: '<script>' }, 'invalid_body'],
])('the cart does not take %j', async (fields, code) => {
  const response = await world.form('/api/cart', fields as Record<string, string>)
  const where = code === 'invalid_body' ? '' : `&product=${fields.productId}`
  expect(response.headers.get('location')).toBe(`/cart?problem=${code}${where}`)
  expect(response.headers.getSetCookie()).toEqual([])
})

test('an empty or sold-out cart goes back to its page and says why', async () => {
  expect((await world.form('/api/orders', {})).headers.get('location')).toBe('/cart?problem=empty_cart')
  const soldOut = await world.form('/api/orders', { item: 'tea-longjing:99' })
  expect(soldOut.headers.get('location')).toBe('/cart?problem=sold_out&product=tea-longjing')
})

test('confirming says what WeChat says, and cancelling closes', async () => {
  const { order, headers } = await orderByApp()
  await world.json(`/api/orders/${order.id}/prepay`, { channel: 'native' }, headers)
  const confirmed = await world.json(`/api/orders/${order.id}/confirm`, {}, headers)
  expect(await confirmed.json()).toMatchObject({ status: 'pending' })
  world.wire.isCut = true
  const unknown = await world.json(`/api/orders/${order.id}/confirm`, {}, headers)
  expect(await codeOf(unknown)).toEqual([502, 'wechat_unavailable'])
  world.wire.isCut = false
  const cancelled = await world.json(`/api/orders/${order.id}/cancel`, {}, headers)
  expect(await cancelled.json()).toMatchObject({ status: 'closed' })
  const late = await world.json(`/api/orders/${order.id}/prepay`, { channel: 'native' }, headers)
  expect(await codeOf(late)).toEqual([409, 'order_closed'])
})

test('the event stream tells the order now and when it is paid', async () => {
  const { order, headers } = await orderByApp()
  const prepay = await world.json(`/api/orders/${order.id}/prepay`, { channel: 'native' }, headers)
  const { outTradeNo } = (await prepay.json()) as { outTradeNo: string }
  const response = await world.fetch(`/api/orders/${order.id}/events`, { headers })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const reader = response.body?.getReader()
  const next = async () => new TextDecoder().decode((await reader?.read())?.value)
  expect(await next()).toMatch(/^event: order\ndata: .*"status":"pending"/)
  await world.phone.pay(outTradeNo)
  await world.advance(1_000)
  expect(await next()).toMatch(/^event: order\ndata: .*"status":"paid"/)
  await reader?.cancel()
  expect(world.runtime.watch.count('', '').all).toBe(0)
})

test('an admin signs in with the right password, and out again', async () => {
  const { ensureFirstAdmin } = await import('@/lib/admin/first-admin')
  const chosen = { email: 'admin@shop.example', password: 'a long enough password' }
  expect(await ensureFirstAdmin(world.runtime, chosen)).toEqual({ type: 'made' })
  expect(await ensureFirstAdmin(world.runtime, { ...chosen, password: 'another one here' })).toEqual({
    type: 'ignored',
    because: 'other_password',
  })

  const wrong = await world.form('/api/admin/login', { email: chosen.email, password: 'another one here' })
  expect(wrong.headers.get('location')).toBe('/admin/login?problem=login_failed')
  const right = await world.form('/api/admin/login', chosen)
  expect(right.headers.get('location')).toBe('/admin')

  const cookie = right.headers
    .getSetCookie()
    .map((it) => it.split(';')[0])
    .join('; ')
  const session = await world.runtime.auth.api.getSession({ headers: new Headers({ cookie }) })
  expect(session?.user).toMatchObject({ email: chosen.email, role: 'operator' })
  await world.form('/api/admin/logout', {}, { cookie })
  expect(await world.runtime.auth.api.getSession({ headers: new Headers({ cookie }) })).toBeNull()
})

test('the route for signing up is not there', async () => {
  const response = await world.json('/api/auth/sign-up/email', {
    email: 'x@y.example',
    password: 'a long password',
    name: 'x',
  })
  expect(response.status).toBe(404)
})

test('health says ok while the store answers, and not when it is gone; where it runs it says on its machine only', async () => {
  const anybodys = {
    status: 'ok',
    instance: expect.stringMatching(/^[a-z\d]{2,10}$/),
    database: 'sqlite',
    news: 'poll',
  }
  const near = { host: hostname(), pid: process.pid, processes: 1 }
  expect(await (await world.fetch('/api/health')).json()).toEqual({ ...anybodys, ...near })
  const passedOn = await world.fetch('/api/health', { headers: { 'x-forwarded-for': '203.0.113.9' } })
  expect(await passedOn.json()).toEqual(anybodys)
  world.runtime.database.close()
  expect((await world.fetch('/api/health')).status).toBe(503)
  expect(await world.notify('<xml/>')).toContain('FAIL')
  await world.restart()
})

test('with the real WeChat Pay nothing of the emulator answers', async () => {
  await world.close()
  world = await openWorld({
    PAYMENTS: 'wechat',
    PUBLIC_URL: 'https://shop.example.com',
    RATE_LIMITS: 'on',
    WXPAY_APPID: 'wx1234567890abcdef',
    WXPAY_MCHID: '1600000001',
    WXPAY_API_KEY: 'a-key-of-exactly-32-characters-x',
  })
  for (const path of ['/emulator', '/emulator/phone', '/emulator/_control/state', '/emulator/pay/unifiedorder']) {
    for (const method of ['GET', 'POST']) expect((await world.fetch(path, { method })).status).toBe(404)
  }
})
