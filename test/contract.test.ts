import Ajv2020 from 'ajv/dist/2020'
import addFormats from 'ajv-formats'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openApiDocument } from '@/app/api/contract/openapi'
import { openFiles } from '@/lib/server/files'
import { shipOrder } from '@/lib/shop/admin-actions'
import { ADDRESS_LENGTH_MAX, LINES_MAX, ORDER_NOTE_LENGTH_MAX, UNPAID_ORDERS_MAX } from '@/lib/shop/limits'
import { CHANNELS } from '@/lib/shop/payment'
import { approveRefund } from '@/lib/shop/refunds'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { nameOf, openWorld, PUBLIC_URL, type World } from './world'

type Operation = { operationId: string; responses: Record<string, { description: string; content: object }> }
type Paths = Record<string, Record<string, Operation>>

const DOCUMENT = JSON.parse(JSON.stringify(openApiDocument(PUBLIC_URL))) as { openapi: string; paths: Paths }
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats(ajv)
ajv.addSchema(DOCUMENT, 'contract')

const ITEMS = { items: [{ productId: 'tea-longjing', quantity: 1 }] }

const ACTOR = { email: 'olga@shop.example', role: 'operator', address: '127.0.0.1' } as const

let world: World
/** What was answered so far, such as `createOrder 409 sold_out`. */
let seen: Set<string>
beforeEach(async () => {
  world = await openWorld({}, 'contract')
  seen = new Set()
})
afterEach(() => world.close())

function findOperation(method: string, path: string): [string, Operation] {
  for (const [template, methods] of Object.entries(DOCUMENT.paths)) {
    const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`)
    const operation = methods[method.toLowerCase()]
    if (operation !== undefined && pattern.test(path)) return [template, operation]
  }
  throw new Error(`the contract knows nothing of ${method} ${path}`)
}

/** Calls a route and holds the answer against the contract. */
async function call(method: 'GET' | 'POST', path: string, body?: unknown, headers: Record<string, string> = {}) {
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
  const response = await world.fetch(path, {
    method,
    headers: { ...type, ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const [template, { operationId }] = findOperation(method, path)
  const media = String(response.headers.get('content-type')?.split(';')[0])
  const data = media.endsWith('json') ? ((await response.json()) as Record<string, unknown>) : null
  await response.body?.cancel().catch(() => undefined)
  if (data !== null) {
    const keys = [
      'paths',
      template,
      method.toLowerCase(),
      'responses',
      String(response.status),
      'content',
      media,
      'schema',
    ]
    const pointer = keys.map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
    const isRight = ajv.validate({ $ref: `contract#/${pointer}` }, data)
    expect([operationId, response.status, isRight ? [] : ajv.errors]).toEqual([operationId, response.status, []])
  }
  seen.add(`${operationId} ${response.status}${data?.code ? ` ${data.code}` : ''}`)
  return data ?? {}
}

async function newOrder() {
  const { id, token } = await call('POST', '/api/orders', ITEMS)
  const headers = { authorization: `Bearer ${token}` }
  return { id: String(id), headers, path: `/api/orders/${id}` }
}

/** Everything that the contract promises may be answered. */
function promised(): string[] {
  const operations = Object.values(DOCUMENT.paths).flatMap((methods) => Object.values(methods))
  return operations.flatMap(({ operationId, responses }) =>
    Object.entries(responses).flatMap(([status, { description, content }]) => {
      if (!('application/problem+json' in content)) return [`${operationId} ${status}`]
      return [...description.matchAll(/`(\w+)`: /g)].map(([, code]) => `${operationId} ${status} ${code}`)
    }),
  )
}

/** Answers that need a broken disk, a broken wire or a flood; each is seen in a test of its own. */
const ELSEWHERE = /internal|store_unavailable|too_many_requests|busy|body_timeout|body_aborted|getHealth 503/

test('the contract is OpenAPI 3.1 and is served', async () => {
  expect(DOCUMENT.openapi).toBe('3.1.0')
  expect(await (await world.fetch('/api/openapi.json')).json()).toEqual(DOCUMENT)
})

test('every documented operation answers as documented, and every documented answer is given', async () => {
  await call('GET', '/api/products')
  await call('GET', '/api/health')

  // A price of ten digits, so that there is an amount of more.
  const file = new Sqlite(`${world.folder}/shop.db`)
  file.exec("update products set price_fen = 1000000000 where id = 'tea-qimen'")
  file.exec("update products set is_on_sale = 0 where id = 'tea-puer'")
  file.close()
  const app = await newOrder()
  await call('GET', app.path, undefined, app.headers)
  await call('GET', `${app.path}/events`, undefined, app.headers)
  await call('GET', app.path)
  await call('GET', `${app.path}/timeline`)
  await call('GET', `${app.path}/events`)
  for (const body of [
    { channel: 'app' },
    { channel: 'native' },
    { channel: 'h5' },
    { channel: 'jsapi', openid: 'oX' },
  ]) {
    await call('POST', `${app.path}/prepay`, body, app.headers)
  }
  await refusals(app)
  await lookups()
  await call('POST', `${app.path}/confirm`, {}, app.headers)

  world.wire.isCut = true
  await call('POST', `${app.path}/prepay`, { channel: 'app' }, app.headers)
  await call('POST', `${app.path}/confirm`, {}, app.headers)
  await call('POST', `${app.path}/cancel`, {}, app.headers)
  world.wire.isCut = false
  await paidClosedAndExpired(app)
  await refundRequests()
  await refusedByWeChat()

  const missing = promised().filter((answer) => !ELSEWHERE.test(answer) && !seen.has(answer))
  expect(missing).toEqual([])
  const undocumented = [...seen].filter((answer) => !promised().includes(answer))
  expect(undocumented).toEqual([])
})

async function refusals({ path, headers }: Awaited<ReturnType<typeof newOrder>>) {
  for (const target of ['/api/orders', '/api/orders/lookup', `${path}/prepay`, `${path}/refund-request`]) {
    await call('POST', target, '{"a":', headers)
    await call('POST', target, '{"channel":"app","channel":"app"}', headers)
    await call('POST', target, {}, headers)
    await call('POST', target, ' '.repeat(17 * 1024), headers)
    await call('POST', target, '{}', { ...headers, 'content-type': 'text/plain' })
  }
  await call('POST', '/api/orders', { items: [] })
  await call('POST', '/api/orders', { items: [{ productId: 'tea-longjing', quantity: 0.5 }] })
  await call('POST', '/api/orders', { items: [{ productId: 'coffee', quantity: 1 }] })
  await call('POST', '/api/orders', { items: [{ productId: 'tea-longjing', quantity: 99 }] })
  const many = Array.from({ length: LINES_MAX + 1 }, (_, n) => ({ productId: `tea-${n}`, quantity: 1 }))
  await call('POST', '/api/orders', { items: many })
  await call('POST', '/api/orders', { ...ITEMS, expectedAmountFen: 1 })
  for (const contact of [
    { email: 'nobody' },
    { phone: 'call me' },
    { address: 'x'.repeat(ADDRESS_LENGTH_MAX + 1) },
    { note: 'x'.repeat(ORDER_NOTE_LENGTH_MAX + 1) },
  ]) {
    await call('POST', '/api/orders', { ...ITEMS, contact })
  }
  await call('POST', '/api/orders', { items: [{ productId: 'tea-qimen', quantity: 99 }] })
  await call('POST', '/api/orders', { items: [{ productId: 'tea-puer', quantity: 1 }] })
  await call('POST', '/api/orders', { items: [{ productId: 'ware-teapot', quantity: 3 }] })
  const app = { authorization: 'Bearer an-app-by-its-own-name' }
  for (let n = 0; n <= UNPAID_ORDERS_MAX.buyer; n += 1) await call('POST', '/api/orders', ITEMS, app)
  await call('POST', '/api/orders', ITEMS, { 'idempotency-key': 'short' })
  await call('POST', '/api/orders', ITEMS, { 'idempotency-key': 'a-key-for-the-contract' })
  await call('POST', '/api/orders', { items: [] }, { 'idempotency-key': 'a-key-for-the-contract' })
  await call('POST', `${path}/prepay`, { channel: 'cash' }, headers)
  await call('POST', `${path}/prepay`, { channel: 'jsapi' }, headers)

  const cookie = `${nameOf('orders')}=${path.split('/').at(-1)}.${headers.authorization.slice(7)}`
  for (const act of ['prepay', 'confirm', 'cancel', 'refund-request']) {
    await call('POST', `${path}/${act}`, { channel: 'app' })
    await call('POST', `${path}/${act}`, { channel: 'app' }, { cookie, 'sec-fetch-site': 'cross-site' })
  }
}

async function lookups() {
  const { number } = await call('POST', '/api/orders', { ...ITEMS, contact: { email: 'Li@example.com' } })
  await call('POST', '/api/orders/lookup', { number, contact: 'li@example.com' })
  await call('POST', '/api/orders/lookup', { number, contact: '13800138000' })
}

async function paidClosedAndExpired(app: Awaited<ReturnType<typeof newOrder>>) {
  const { outTradeNo } = await call('POST', `${app.path}/prepay`, { channel: 'native' }, app.headers)
  await world.phone.pay(String(outTradeNo))
  await world.advance(1_000)
  await call('POST', `${app.path}/prepay`, { channel: 'native' }, app.headers)
  await call('POST', `${app.path}/cancel`, {}, app.headers)
  await call('GET', `${app.path}/timeline`, undefined, app.headers)
  const closed = await newOrder()
  await call('POST', `${closed.path}/cancel`, {}, closed.headers)
  await call('POST', `${closed.path}/prepay`, { channel: 'native' }, closed.headers)
  const late = await newOrder()
  world.sleep(31 * 60_000)
  await call('POST', `${late.path}/prepay`, { channel: 'native' }, late.headers)
}

async function paidOrder() {
  const order = await newOrder()
  const { outTradeNo } = await call('POST', `${order.path}/prepay`, { channel: 'native' }, order.headers)
  await world.phone.pay(String(outTradeNo))
  await world.advance(1_000)
  return order
}

async function refundRequests() {
  const ask = ({ path, headers }: Awaited<ReturnType<typeof newOrder>>, reason = 'x') =>
    call('POST', `${path}/refund-request`, { reason }, headers)
  const closed = await newOrder()
  await ask(closed)
  await call('POST', `${closed.path}/cancel`, {}, closed.headers)
  await ask(closed)
  const paid = await paidOrder()
  await ask(paid, ' ')
  await ask(paid, 'x'.repeat(81))
  const { refunds } = (await ask(paid)) as { refunds?: { id: string }[] }
  await ask(paid)
  await approveRefund(world.shop, refunds?.[0]?.id ?? '', null, ACTOR)
  await ask(paid)
  const shipped = await paidOrder()
  await shipOrder(world.shop, shipped.id, ACTOR)
  await ask(shipped)
  const old = await paidOrder()
  world.sleep(366 * 24 * 3600_000)
  await ask(old)
}

/** WeChat understands and will not, as when the product is not enabled for the merchant. */
async function refusedByWeChat() {
  const order = await newOrder()
  const fields = { return_code: 'SUCCESS', result_code: 'FAIL', err_code: 'NOAUTH', nonce_str: 'x', ...IDENTITY }
  const answer = writeXml({ ...fields, sign: sign(fields, DEMO_ACCOUNT.apiKey, 'MD5') })
  world.wire.tamperAnswer = (path, body) => (path.endsWith('/pay/unifiedorder') ? answer : body)
  await call('POST', `${order.path}/prepay`, { channel: 'native' }, order.headers)
}

const IDENTITY = { appid: DEMO_ACCOUNT.appid, mch_id: DEMO_ACCOUNT.mchId }

test('the examples of the contract are answers that were really given', async () => {
  const { id, token, ...created } = await call('POST', '/api/orders', ITEMS)
  const headers = { authorization: `Bearer ${token}` }
  const prepay: Record<string, unknown> = {}
  for (const channel of CHANNELS) {
    const body = channel === 'jsapi' ? { channel, openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' } : { channel }
    prepay[channel] = await call('POST', `/api/orders/${id}/prepay`, body, headers)
  }
  const { outTradeNo } = await call('POST', `/api/orders/${id}/prepay`, { channel: 'app' }, headers)
  await world.phone.pay(String(outTradeNo))
  await world.advance(1_000)
  const order = await call('GET', `/api/orders/${id}`, undefined, headers)
  const problem = await call('POST', `/api/orders/${id}/prepay`, { channel: 'app' }, headers)
  const asked = await call('POST', `/api/orders/${id}/refund-request`, { reason: '不想要了' }, headers)
  // The token belongs to one shop's own secret, so that it is the only thing made up here.
  const examples = {
    createdOrder: { id, ...created, token: 'x'.repeat(43) },
    prepay,
    order,
    refundRequested: asked,
    problem,
  }
  await expect(`${JSON.stringify(examples, null, 2)}\n`).toMatchFileSnapshot('../app/api/contract/examples.json')
})

test('the page of the contract loads nothing from elsewhere', async () => {
  const page = await (await world.fetch('/api/docs')).text()
  const loaded = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => String(address))
  expect(loaded.length).toBeGreaterThan(3)
  for (const address of loaded) expect(address).toMatch(/^\/(api|brand)\//)
  const files = openFiles({ isBuilt: false })
  const found = loaded.filter((address) => files.weigh(address, { headers: {} }) !== null)
  expect(found).toEqual(loaded.filter((address) => address !== '/api/openapi.json'))
  for (const other of ['package.json', '..%2fpackage.json', '../package.json']) {
    expect(files.weigh(`/api/docs/${other}`, { headers: {} })).toBeNull()
  }
})
