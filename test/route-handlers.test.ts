import { isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readConfig } from '@/lib/config'
import { environment } from '@/lib/environment'
import { readAddressSet } from '@/lib/net/networks'
import { LINES_MAX } from '@/lib/shop/limits'
import { readBody } from '@/lib/web/body'
import { changeCart, readCart, readItem, writeCart } from '@/lib/web/cart'
import { cookieName, readCookie, writeCookie } from '@/lib/web/cookie'
import { accessTo, ORDERS_COOKIE, orderToken, readOwnOrderIds, withOrder } from '@/lib/web/order-token'
import { isSameOrigin, REMOTE_ADDRESS_HEADER, remoteAddress } from '@/lib/web/origin'
import { backPath, formerPath, redirect, withProblem } from '@/lib/web/redirect'

const REAL = {
  PAYMENTS: 'wechat',
  WXPAY_APPID: 'wx1234567890abcdef',
  WXPAY_MCHID: '1600000001',
  WXPAY_API_KEY: 'a-key-of-exactly-32-characters-x',
  PUBLIC_URL: 'https://shop.example.com',
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
    'PUBLIC_URL',
  ])
  expect(problemsOf(REAL)).toEqual([])
})

test('each value of the public demo account is refused with the real WeChat Pay', () => {
  const demo = {
    WXPAY_APPID: 'wxd930ea5d5a258f4f',
    WXPAY_MCHID: '1900000109',
    WXPAY_API_KEY: '192006250b4c09247ec02edce69f6a2d',
    WXPAY_PREVIOUS_API_KEY: '192006250b4c09247ec02edce69f6a2d',
    WXPAY_APP_SECRET: 'c0ffee0000000000000000000000demo',
  }
  for (const [name, value] of Object.entries(demo)) {
    expect(problemsOf({ ...REAL, [name]: value })).toEqual([
      `${name} is the public demo account's and is refused when PAYMENTS=wechat`,
    ])
  }
})

/** For each variable what it cannot mean. */
const NONSENSE: Record<string, string[]> = {
  PORT: ['0', '65536', '1e3', '3000.5', '-1', '0x10', 'http'],
  HOST: ['999.1.1.1', '1.2.3', 'http://127.0.0.1', 'a b', '127.0.0.1:3000', '[::1', '-x', ' '],
  PUBLIC_URL: [
    ...['shop.example.com', '/shop', 'ftp://shop.example.com', 'https://', 'https://shop.example.com/path'],
    ...['https://shop.example.com/?a=1', 'https://shop.example.com/#a', 'https://me@shop.example.com'],
    ...['https://:secret@shop.example.com', 'http://0.0.0.0:3000', 'http://[::]:3000', 'http://shop:99999'],
    ...['http://shop.example.com:0', 'https://shop.example.com /'],
  ],
  PUBLIC_URL_CHECK: ['no', 'OFF', '0'],
  DATABASE_URL: ['mysql://localhost/shop', './shop.db', 'file:', 'file:data/', 'file:shop.db?mode=ro'],
  PAYMENTS: ['alipay', 'WECHAT'],
  WXPAY_API_BASE: ['api.mch.weixin.qq.com', 'https://api.mch.weixin.qq.com', 'http://127.0.0.1:4000/?x=1', 'file:///x'],
  WXPAY_APPID: ['wx 1234567890abcdef', '"wx1234567890abcdef"', 'x'.repeat(33)],
  WXPAY_MCHID: ['1600000001 ', '16-1', 'x'.repeat(33)],
  WXPAY_API_KEY: ['too-short', 'x'.repeat(33), `${'x'.repeat(31)} `],
  WXPAY_PREVIOUS_API_KEY: ['too-short'],
  WXPAY_API_VERSION: ['3', 'V3', 'v1'],
  WXPAY_V3_KEY: ['too-short', 'x'.repeat(33), '三'.repeat(32)],
  WXPAY_PRIVATE_KEY_FILE: [' '],
  WXPAY_CERT_SERIAL: ['1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8', 'x'.repeat(40), `0x${'1'.repeat(38)}`],
  WXPAY_PUBLIC_KEY_ID: ['PUB_KEY_ID_', '0111', 'PUB_KEY_ID_01x', `PUB_KEY_ID_${'1'.repeat(54)}`],
  WXPAY_PUBLIC_KEY_FILE: [' '],
  WXPAY_CERT_FILE: [' ', '/nowhere/apiclient_cert.p12'],
  WXPAY_CERT_PASSWORD: ['1600000001'],
  WXPAY_APP_SECRET: ['too-short', '-'.repeat(32)],
  WECHAT_AUTHORIZE_URL: ['open.weixin.qq.com', 'https://open.weixin.qq.com/connect/oauth2/authorize', 'http://a/?b=c'],
  WECHAT_TOKEN_URL: ['api.weixin.qq.com', 'https://api.weixin.qq.com/sns/oauth2/access_token', 'http://a/#b'],
  LOG_LEVEL: ['verbose', 'WARN'],
  WXPAY_SIGN_TYPE: ['SHA1', 'md5'],
  WXPAY_FEE_RATE: ['0.6', '0,60%', '-0.60%', '100%', '0.60001%', '60 %'],
  REFUND_STRAY: ['on', 'AUTO', '1'],
  ORDER_TTL_MINUTES: ['4', '1441', '30m', '7.5'],
  ORDER_HOLD_MINUTES: ['0', '1441', '5m', '2.5'],
  LOG_ENTRIES_MAX: ['99', '1000001', 'many'],
  LOG_MEGABYTES_MAX: ['0', '10001', '1.5'],
  RATE_LIMITS: ['no', '0'],
  KEEP_ALIVE_SECONDS: ['0', '3601', '1.5', '75s'],
  PROCESSES: ['0', '65', 'two'],
  STOP_DRAIN_SECONDS: ['-1', '301', '1s'],
  TRUSTED_PROXIES: [
    'loopback',
    '10.0.0.0/33',
    '10.0.0.0/0',
    '::/0',
    '10.0.0.1;10.0.0.2',
    '10.0.0.1:80',
    '10.0.0.0/8/8',
  ],
  CONTACT_EMAIL: ['contact', 'a@b', `${'x'.repeat(250)}@b.example`],
  ADMIN_EMAIL: ['admin', 'a@b', `${'x'.repeat(250)}@b.example`],
  ADMIN_PASSWORD: ['short', 'x'.repeat(129)],
  EMULATOR_DATABASE_URL: ['emulator.db', 'file:./data/shop.db'],
  EMULATOR_OPEN: ['yes', 'true'],
  EMULATOR_HOSTS: ['http://wechat', 'wechat:4000', 'a b'],
  EMULATOR_NOTIFY_ORIGINS: ['shop:3000', 'http://shop/notify', 'ftp://shop', 'http://a@shop'],
}

test('every variable is looked at', () => {
  expect(Object.keys(NONSENSE).sort()).toEqual(Object.keys(environment.shape).sort())
})

test.each(Object.entries(NONSENSE).flatMap(([name, values]) => values.map((value) => [name, value])))(
  '%s=%s is one sentence that begins with the name, and shows no secret',
  (name, value) => {
    const both = { ADMIN_EMAIL: 'a@b.example', ADMIN_PASSWORD: 'correct horse battery' }
    const problems = problemsOf({ PAYMENTS: 'emulator', ...both, [name]: value })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(new RegExp(`^${name} (must|is) .{8,}`))
    if (/KEY$|SECRET|PASSWORD/.test(name)) expect(problems[0]).not.toContain(value)
  },
)

test('all problems are named at once, those of single variables and those of how they fit together', () => {
  const problems = problemsOf({ PAYMENTS: 'wechat', PORT: 'x', WXPAY_APPID: 'a b', ADMIN_EMAIL: 'a@b.example' })
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
    ...['PORT', 'WXPAY_APPID', 'ADMIN_PASSWORD', 'WXPAY_MCHID', 'WXPAY_API_KEY', 'PUBLIC_URL'],
  ])
})

test.each([
  ['127.0.0.1', 'http://127.0.0.1:3000'],
  ['::1', 'http://[::1]:3000'],
  ['[::1]', 'http://[::1]:3000'],
  ['localhost', 'http://localhost:3000'],
  ['0.0.0.0', 'http://127.0.0.1:3000'],
  ['::', 'http://127.0.0.1:3000'],
  ['192.168.1.5', 'http://192.168.1.5:3000'],
])('a shop that listens on %s announces itself as %s', (HOST, expected) => {
  const read = readConfig({ PAYMENTS: 'emulator', HOST, EMULATOR_OPEN: '1' })
  expect(read.ok && [read.config.publicUrl.origin, read.config.host]).toEqual([expected, HOST.replace(/[[\]]/g, '')])
})

test.each([
  ['http://shop.example.com', 'https'],
  ['https://127.0.0.1', '127.0.0.1'],
  ['https://[::1]', '::1'],
  ['https://localhost:3000', 'localhost'],
  ['https://192.168.1.5', '192.168.1.5'],
  ['https://10.1.2.3', '10.1.2.3'],
  ['https://172.31.0.1', '172.31.0.1'],
  ['https://169.254.1.1', '169.254.1.1'],
  ['https://100.64.0.1', '100.64.0.1'],
  ['https://[fd00::1]', 'fd00::1'],
  ['https://[fe80::1]', 'fe80::1'],
  ['https://[::ffff:10.0.0.1]', '::ffff:'],
  ['https://2130706433', '127.0.0.1'],
  ['https://shop', 'shop'],
  ['https://shop.local', 'shop.local'],
  ['https://shop.internal', 'shop.internal'],
  ['https://shop.localhost.', 'shop.localhost'],
])('WeChat cannot call %s, so the shop does not start with it', (PUBLIC_URL, reason) => {
  const problems = problemsOf({ ...REAL, PUBLIC_URL })
  expect([problems.length, problems[0]]).toEqual([1, expect.stringContaining(reason)])
  expect(problemsOf({ ...REAL, PUBLIC_URL, PUBLIC_URL_CHECK: 'off' })).toEqual([])
})

test.each(['https://shop.example.com', 'https://8.8.8.8', 'https://[2400:3200::1]:8443', 'https://172.32.0.1'])(
  'WeChat may be told %s',
  (PUBLIC_URL) => expect(problemsOf({ ...REAL, PUBLIC_URL })).toEqual([]),
)

test('with the real WeChat Pay keys and amounts travel encrypted, or not at all', () => {
  expect(problemsOf({ ...REAL, WXPAY_API_BASE: 'http://proxy.example.com' })[0]).toMatch(/^WXPAY_API_BASE .*https/)
  expect(problemsOf({ ...REAL, WECHAT_TOKEN_URL: 'http://10.0.0.1/token' })[0]).toMatch(/^WECHAT_TOKEN_URL .*https/)
  expect(problemsOf({ ...REAL, WXPAY_API_BASE: 'http://127.0.0.1:4000' })).toEqual([])
})

test('settings that contradict each other are refused', () => {
  const useless = { EMULATOR_OPEN: '1', EMULATOR_HOSTS: 'wechat', EMULATOR_NOTIFY_ORIGINS: 'http://shop:3000' }
  for (const [name, value] of Object.entries(useless)) {
    expect(problemsOf({ ...REAL, [name]: value })[0]).toMatch(new RegExp(`^${name} `))
  }
  expect(problemsOf({ ...REAL, WXPAY_PREVIOUS_API_KEY: REAL.WXPAY_API_KEY })[0]).toMatch(/^WXPAY_PREVIOUS_API_KEY /)
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
  expect(problemsOf({ PAYMENTS: 'emulator', ADMIN_PASSWORD: 'correct horse battery' })[0]).toMatch(/^ADMIN_EMAIL /)
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
  const publicUrl = new URL('http://shop.test')
  const token = orderToken('secret', 'order-1')
  const asks = (headers: Record<string, string>) =>
    accessTo({ orderSecret: 'secret', config: { publicUrl } }, new Request(publicUrl, { headers }), 'order-1')
  const name = cookieName(ORDERS_COOKIE, publicUrl)
  expect(asks({ authorization: `Bearer ${token}` })).toBe('bearer')
  expect(asks({ cookie: `${name}=order-1.${token}` })).toBe('cookie')
  expect(asks({ authorization: `Bearer ${orderToken('secret', 'order-2')}` })).toBeNull()
  expect(asks({ cookie: `${name}=order-1.${orderToken('other', 'order-1')}` })).toBeNull()
  expect(asks({ cookie: `${name}=%E0%A4%A` })).toBeNull()
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

function sentFrom(socket: string, forwarded: string, trusted: string[]): string {
  const headers = { [REMOTE_ADDRESS_HEADER]: socket, 'x-forwarded-for': forwarded }
  const proxies = readAddressSet(trusted)
  if (!proxies.ok) throw new Error(proxies.text)
  return remoteAddress(new Request('http://shop.test/', { headers }), proxies.set)
}

test("the sender's address is the connection's, unless a trusted proxy says otherwise", () => {
  const from = sentFrom
  expect(from('203.0.113.9', '1.2.3.4', [])).toBe('203.0.113.9')
  expect(from('::ffff:203.0.113.9', '1.2.3.4', [])).toBe('203.0.113.9')
  expect(from('10.0.0.1', 'forged, 198.51.100.7', ['10.0.0.1'])).toBe('198.51.100.7')
  expect(from('10.0.0.1', '198.51.100.7, 10.0.0.2', ['10.0.0.1', '10.0.0.2'])).toBe('198.51.100.7')
  expect(from('10.0.0.1', '', ['10.0.0.1'])).toBe('10.0.0.1')
  expect(from('10.0.0.1', '10.0.0.2', ['10.0.0.0/8'])).toBe('10.0.0.2')
  expect(from('::ffff:10.0.0.1', '203.0.113.7', ['10.0.0.0/8'])).toBe('203.0.113.7')
  expect(from('fd00::5', '203.0.113.7', ['fd00::/8'])).toBe('203.0.113.7')
})

test.each([
  ['203.0.113.7:51234', '203.0.113.7'],
  ['"[2001:db8::1]:4711"', '2001:db8::1'],
  ['[2001:DB8::1]', '2001:db8::1'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['198.51.100.1, 203.0.113.7:80', '203.0.113.7'],
  ['unknown', '10.0.0.1'],
  ['198.51.100.1, unknown', '10.0.0.1'],
  ['_hidden', '10.0.0.1'],
  ['<script>', '10.0.0.1'],
  [',,', '10.0.0.1'],
])('of what a trusted proxy forwards, "%s", WeChat is told %s', (forwarded, expected) => {
  expect(sentFrom('10.0.0.1', forwarded, ['10.0.0.1'])).toBe(expected)
})

test('whatever a trusted proxy forwards, the sender is an address that WeChat accepts', () => {
  fc.assert(
    fc.property(fc.string(), (forwarded) => {
      const legal = forwarded.replace(/[^\x20-\x7e]/g, '')
      expect(isIP(sentFrom('10.0.0.1', legal, ['10.0.0.0/8']))).toBeGreaterThan(0)
    }),
  )
})

test.each([
  ['/cart', '/cart'],
  ['/products/longjing?x=1', '/products/longjing?x=1'],
  ['//evil.test/', '/'],
  ['/\\evil.test', '/'],
  ['https://evil.test', '/'],
  ['javascript:alert(1)', '/'],
  ['/.//evil.test', '/'],
  ['/..//evil.test', '/'],
  ['/%2e//evil.test', '/'],
  ['/a/..//evil.test', '/'],
  ['/.\\/evil.test', '/'],
  ['/\t/evil.test', '/'],
  ['\t//evil.test', '/'],
  [' //evil.test', '/'],
  ['///evil.test', '/'],
  ['/%2f/evil.test', '/%2f/evil.test'],
  ['/a//evil.test', '/a//evil.test'],
  ['/cart#//evil.test', '/cart'],
  [`/${'a'.repeat(2_000)}`, '/'],
  ['', '/'],
  [null, '/'],
])('going back to %s leads to %s', (value, expected) => {
  expect(backPath(value, '/')).toBe(expected)
})

/** Pieces that addresses are bent with, and whatever else there is. */
const bent = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '/',
        '\\',
        '.',
        '..',
        '%2e',
        '%2F',
        '%5c',
        '%0d%0a',
        '\t',
        '\r\n',
        '\0',
        ' ',
        ':',
        '@',
        '?',
        '#',
        '//',
      ),
      fc.constantFrom('evil.test', 'http:', 'javascript:', 'shop.invalid', '[::1]', '。', '／', '\u2028', '\ud800'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''))

test('no text from outside leads an answer to another host, or into its headers', () => {
  fc.assert(
    fc.property(bent, fc.constantFrom('', '/', '/a', '//', '/.'), (text, before) => {
      const referer = `http://evil.test/${encodeURIComponent(Buffer.from(before + text).toString()).replace(/%2F|%5C|%2E/gi, decodeURIComponent)}`
      const request = new Request('http://shop.test/', { headers: { referer } })
      for (const path of [backPath(before + text, '/cart'), formerPath(request, '/cart')]) {
        for (const answer of [redirect(path), redirect(withProblem(path, 'sold_out', { product: text }))]) {
          const location = answer.headers.get('location') ?? ''
          expect(location).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/)
          expect(new URL(location, 'https://shop.example.com').origin).toBe('https://shop.example.com')
        }
      }
    }),
    { numRuns: 2_000 },
  )
})

test('a page of any site may be gone back to only as a page of this one', () => {
  const from = (referer: string) => formerPath(new Request('http://shop.test/', { headers: { referer } }), '/')
  expect(from('https://evil.test/admin/team?x=1')).toBe('/admin/team?x=1')
  expect(from('https://evil.test//evil.test')).toBe('/')
  expect(from('https://evil.test/.//evil.test')).toBe('/')
  expect(from('evil')).toBe('/')
})

test('a redirect that would leave the site is a mistake in the code, and throws', () => {
  for (const path of ['//evil.test', 'https://evil.test', '/.//evil.test', 'cart']) {
    expect(() => redirect(path)).toThrow()
  }
})

test('a problem travels in the address of the page that shows it', () => {
  expect(withProblem('/cart?x=1', 'sold_out', { product: 'a&b' })).toBe('/cart?x=1&problem=sold_out&product=a%26b')
})

test('two shops on one host name know their own cookies, whatever ports they have', () => {
  const [mine, other] = [new URL('http://127.0.0.1:3000'), new URL('http://127.0.0.1:3001')]
  const cookie = ['a', 'b'].map((value, n) => writeCookie('cart', value, 60, n === 0 ? mine : other).split(';')[0])
  const request = new Request(mine, { headers: { cookie: cookie.join('; ') } })
  expect([readCookie(request, 'cart', mine), readCookie(request, 'cart', other)]).toEqual(['a', 'b'])
})

test('with https a browser takes a cookie from this very host only', () => {
  expect(writeCookie('cart', 'a', 60, new URL('https://shop.example.com'))).toMatch(
    /^__Host-cart-[\da-f]{8}=a; Path=\/; Max-Age=60; HttpOnly; SameSite=Lax; Secure$/,
  )
})
