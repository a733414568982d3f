import { expect, test } from 'vitest'
import { readConfig } from '@/lib/config'
import { LINES_MAX } from '@/lib/shop/limits'
import { readBody } from '@/lib/web/body'
import { changeCart, readCart, readItem, writeCart } from '@/lib/web/cart'
import { accessTo, ORDERS_COOKIE, orderToken, readOwnOrderIds, withOrder } from '@/lib/web/order-token'
import { isSameOrigin, REMOTE_ADDRESS_HEADER, remoteAddress } from '@/lib/web/origin'
import { backPath, withProblem } from '@/lib/web/redirect'

const REAL = {
  PAYMENTS: 'wechat',
  WXPAY_APPID: 'wx1234567890abcdef',
  WXPAY_MCHID: '1600000001',
  WXPAY_API_KEY: 'a-key-of-exactly-32-characters-x',
}

function problemsOf(variables: Record<string, string>): string[] {
  const read = readConfig(variables)
  return read.ok ? [] : read.problems
}

test('the emulator needs no setting but its name', () => {
  const read = readConfig({ PAYMENTS: 'emulator' })
  expect(read.ok && read.config).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    payments: 'emulator',
    orderTtlMs: 1_800_000,
    emulator: { phonePath: '/emulator/phone', isOpen: false },
  })
})

test('the phone of a stand-alone emulator is at its address', () => {
  const read = readConfig({ PAYMENTS: 'emulator', WXPAY_API_BASE: 'http://127.0.0.1:4000' })
  expect(read.ok && read.config.emulator?.phonePath).toBe('http://127.0.0.1:4000/phone')
})

test('without a word on payments there is no start', () => {
  expect(problemsOf({})).toEqual(['PAYMENTS must be set to emulator or wechat'])
})

test('the real WeChat Pay needs its own account, and every missing variable is named at once', () => {
  expect(problemsOf({ PAYMENTS: 'wechat' }).map((problem) => problem.split(' ')[0])).toEqual([
    'WXPAY_APPID',
    'WXPAY_MCHID',
    'WXPAY_API_KEY',
  ])
  expect(problemsOf(REAL)).toEqual([])
})

test('each value of the public demo account is refused with the real WeChat Pay', () => {
  const demo = {
    WXPAY_APPID: 'wxd930ea5d5a258f4f',
    WXPAY_MCHID: '1900000109',
    WXPAY_API_KEY: '192006250b4c09247ec02edce69f6a2d',
    WXPAY_PREVIOUS_API_KEY: '192006250b4c09247ec02edce69f6a2d',
  }
  for (const [name, value] of Object.entries(demo)) {
    expect(problemsOf({ ...REAL, [name]: value })).toEqual([
      `${name} is the public demo account's and is refused when PAYMENTS=wechat`,
    ])
  }
})

test.each([
  ['PORT', '0'],
  ['PORT', '1e3'],
  ['PUBLIC_URL', 'https://shop.example.com/path'],
  ['PUBLIC_URL', 'shop.example.com'],
  ['DATABASE_URL', 'postgres://localhost/shop'],
  ['WXPAY_API_KEY', 'too-short'],
  ['WXPAY_PREVIOUS_API_KEY', 'too-short'],
  ['WXPAY_SIGN_TYPE', 'SHA1'],
  ['ORDER_TTL_MINUTES', '4'],
  ['RATE_LIMITS', 'no'],
  ['ADMIN_PASSWORD', 'short'],
  ['WXPAY_API_BASE', 'https://api.mch.weixin.qq.com'],
])('%s=%s is one sentence that begins with the name', (name, value) => {
  const problems = problemsOf({ PAYMENTS: 'emulator', [name]: value })
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatch(new RegExp(`^${name} `))
})

test('the emulator is not put where others can reach it, unless that is meant', () => {
  expect(problemsOf({ PAYMENTS: 'emulator', HOST: '0.0.0.0' })[0]).toMatch(/^HOST /)
  expect(problemsOf({ PAYMENTS: 'emulator', HOST: '0.0.0.0', EMULATOR_OPEN: '1' })).toEqual([])
})

test('limits stay on with the real WeChat Pay', () => {
  expect(problemsOf({ ...REAL, RATE_LIMITS: 'off' })[0]).toMatch(/^RATE_LIMITS /)
})

test('a first admin needs both address and password', () => {
  expect(problemsOf({ PAYMENTS: 'emulator', ADMIN_EMAIL: 'a@b.example' })[0]).toMatch(/^ADMIN_PASSWORD /)
})

test('the configuration shows no secret', () => {
  const previous = 'the-key-of-32-characters-before-'
  const admin = { ADMIN_EMAIL: 'a@b.example', ADMIN_PASSWORD: 'correct horse battery' }
  const read = readConfig({ ...REAL, ...admin, WXPAY_PREVIOUS_API_KEY: previous })
  if (!read.ok) throw new Error('refused')
  const { apiKey, previousApiKey } = read.config.account
  const shown = `${JSON.stringify(read.config)}${apiKey}${previousApiKey}`
  expect(previousApiKey?.reveal()).toBe(previous)
  expect(shown).not.toContain(previous)
  expect(shown).not.toContain(REAL.WXPAY_API_KEY)
  expect(shown).not.toContain('correct horse')
})

test('a cart survives being written and read, and forgets what is no item', () => {
  const items = [
    { productId: 'tea-longjing', quantity: 2, seenFen: 6_800 },
    { productId: 'gaiwan', quantity: 99, seenFen: null },
  ]
  for (const key of [null, 'x'.repeat(22)]) expect(readCart(writeCart({ key, items }))).toEqual({ key, items })
  const one = [{ productId: 'gaiwan', quantity: 3, seenFen: null }]
  expect(readCart('tea:0|tea:-1|tea:0.5|tea:1e9|<b>:1|tea|tea:1:0|:3|gaiwan:3')).toEqual({ key: null, items: one })
  expect(readCart(undefined)).toEqual({ key: null, items: [] })
})

test.each(['tea:0', 'tea:-1', 'tea:0.5', 'tea:100', 'tea:1e9', 'tea: 1', 'TEA:1', ''])('"%s" is no item', (text) => {
  expect(readItem(text)).toBeNull()
})

test('a line of the cart grows up to 99, changes in place, and goes with 0', () => {
  const items = [
    { productId: 'a', quantity: 98, seenFen: 1 },
    { productId: 'b', quantity: 1, seenFen: 1 },
  ]
  const changed = (productId: string, quantity: (before: number) => number) => {
    const result = changeCart({ key: null, items }, { productId, seenFen: 2 }, quantity)
    return result.ok ? result.cart.items : result.reason
  }
  expect(changed('a', (before) => before + 1)).toEqual([{ productId: 'a', quantity: 99, seenFen: 2 }, items[1]])
  expect(changed('a', (before) => before + 2)).toBe('invalid_quantity')
  expect(changed('a', () => 0)).toEqual([items[1]])
  expect(changed('c', () => 1)).toHaveLength(3)
})

test('a full cart takes no other product, still changes what is in it, and has a new key after each change', () => {
  const items = Array.from({ length: LINES_MAX }, (_, n) => ({ productId: `p${n}`, quantity: 1, seenFen: 1 }))
  const full = { key: 'k'.repeat(22), items }
  const one = { productId: 'another', seenFen: 1 }
  expect(changeCart(full, one, () => 1)).toEqual({ ok: false, reason: 'too_many_lines' })
  const changed = changeCart(full, { productId: 'p3', seenFen: 1 }, () => 5)
  expect(changed.ok && readCart(writeCart(changed.cart))).toEqual(changed.ok && changed.cart)
  expect(changed.ok && changed.cart.items[3]?.quantity).toBe(5)
  expect(changed.ok && changed.cart.key).not.toBe(full.key)
})

test('an order opens to its token and its cookie, and to nothing else', () => {
  const token = orderToken('secret', 'order-1')
  const asks = (headers: Record<string, string>) =>
    accessTo('secret', new Request('http://shop.test/', { headers }), 'order-1')
  expect(asks({ authorization: `Bearer ${token}` })).toBe('bearer')
  expect(asks({ cookie: `${ORDERS_COOKIE}=order-1.${token}` })).toBe('cookie')
  expect(asks({ authorization: `Bearer ${orderToken('secret', 'order-2')}` })).toBeNull()
  expect(asks({ cookie: `${ORDERS_COOKIE}=order-1.${orderToken('other', 'order-1')}` })).toBeNull()
  expect(asks({ cookie: `${ORDERS_COOKIE}=%E0%A4%A` })).toBeNull()
  expect(asks({})).toBeNull()
})

test('a browser keeps its twenty newest orders, the newest first, each once', () => {
  let cookie: string | undefined
  for (let n = 1; n <= 25; n += 1) cookie = withOrder('secret', cookie, `order-${n}`)
  cookie = withOrder('secret', cookie, 'order-10')
  const ids = readOwnOrderIds('secret', cookie)
  expect(ids).toHaveLength(20)
  expect(ids.slice(0, 3)).toEqual(['order-10', 'order-25', 'order-24'])
})

test('a body is read up to its limit and not a byte further', async () => {
  const post = (body: BodyInit) => new Request('http://shop.test/', { method: 'POST', body })
  const limits = { bytesMax: 4, msMax: 1_000 }
  expect(await readBody(post('four'), limits)).toMatchObject({ ok: true })
  expect(await readBody(post('fives'), limits)).toEqual({ ok: false, code: 'body_too_large' })
  expect(await readBody(new Request('http://shop.test/', { method: 'POST' }), limits)).toMatchObject({ ok: true })
})

test('an endless body without a length is cut off at the limit', async () => {
  let pulls = 0
  const endless = new ReadableStream({
    pull(controller) {
      pulls += 1
      controller.enqueue(new Uint8Array(1024))
    },
  })
  const request = new Request('http://shop.test/', { method: 'POST', body: endless, duplex: 'half' } as RequestInit)
  expect(await readBody(request, { bytesMax: 8 * 1024, msMax: 1_000 })).toEqual({ ok: false, code: 'body_too_large' })
  expect(pulls).toBeLessThan(20)
})

test('a body that never comes ends at the deadline', async () => {
  const silent = new ReadableStream({})
  const request = new Request('http://shop.test/', { method: 'POST', body: silent, duplex: 'half' } as RequestInit)
  expect(await readBody(request, { bytesMax: 8, msMax: 10 })).toEqual({ ok: false, code: 'body_timeout' })
})

test.each([
  [{ 'sec-fetch-site': 'same-origin' }, true],
  [{ 'sec-fetch-site': 'none' }, true],
  [{ 'sec-fetch-site': 'cross-site' }, false],
  [{ 'sec-fetch-site': 'same-site', origin: 'https://shop.test' }, false],
  [{ origin: 'https://shop.test' }, true],
  [{ origin: 'https://evil.test' }, false],
  [{ origin: 'null' }, false],
  [{}, false],
])('headers %j come from the own pages: %s', (headers, expected) => {
  const request = new Request('https://shop.test/', { method: 'POST', headers: headers as Record<string, string> })
  expect(isSameOrigin(request, new URL('https://shop.test'))).toBe(expected)
})

test("the sender's address is the connection's, unless a trusted proxy says otherwise", () => {
  const from = (socket: string, forwarded: string, trusted: string[]) => {
    const headers = { [REMOTE_ADDRESS_HEADER]: socket, 'x-forwarded-for': forwarded }
    return remoteAddress(new Request('http://shop.test/', { headers }), trusted)
  }
  expect(from('203.0.113.9', '1.2.3.4', [])).toBe('203.0.113.9')
  expect(from('::ffff:203.0.113.9', '1.2.3.4', [])).toBe('203.0.113.9')
  expect(from('10.0.0.1', 'forged, 198.51.100.7', ['10.0.0.1'])).toBe('198.51.100.7')
  expect(from('10.0.0.1', '198.51.100.7, 10.0.0.2', ['10.0.0.1', '10.0.0.2'])).toBe('198.51.100.7')
  expect(from('10.0.0.1', '', ['10.0.0.1'])).toBe('10.0.0.1')
})

test.each([
  ['/cart', '/cart'],
  ['/products/longjing?x=1', '/products/longjing?x=1'],
  ['//evil.test/', '/'],
  ['/\\evil.test', '/'],
  ['https://evil.test', '/'],
  ['javascript:alert(1)', '/'],
  [null, '/'],
])('going back to %s leads to %s', (value, expected) => {
  expect(backPath(value, '/')).toBe(expected)
})

test('a problem travels in the address of the page that shows it', () => {
  expect(withProblem('/cart?x=1', 'sold_out', { product: 'a&b' })).toBe('/cart?x=1&problem=sold_out&product=a%26b')
})
