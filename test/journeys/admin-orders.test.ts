import { getTableColumns, getTableName } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readResults, shipPath } from '@/app/admin/orders/ship-query'
import { orderItems, orders } from '@/db/schema'
import type { Order } from '@/lib/shop/order'
import { orderNumberOf } from '@/lib/shop/order'
import { EVERY_ORDER, timelineOf } from '@/lib/shop/review'
import { openWorld, PUBLIC_URL, type World } from '../world'

const PASSWORD = 'a long pass phrase'
let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function signIn(role: 'viewer' | 'operator'): Promise<string> {
  const { auth, database } = world.runtime
  const email = `${role}@example.com`
  const passwordHash = await (await auth.$context).password.hash(PASSWORD)
  await database.team.add({ email, role, passwordHash, at: world.now() })
  const answer = await world.form('/api/admin/login', { email, password: PASSWORD })
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

const act = (cookie: string, path: string, fields: Record<string, string> = {}, headers = {}) =>
  world.form(path, fields, { cookie, referer: `${PUBLIC_URL}/admin/orders`, ...headers })
const placeOf = (answer: Response) => [answer.status, answer.headers.get('location')]
const historyOf = async (id: string) => {
  const history = await world.shop.store.findOrderHistory(id, world.now())
  if (history === null) throw new Error('gone')
  return history
}
const actsOf = async (id: string) =>
  (await historyOf(id)).actions.map(({ action, detail }) => [action, detail.outcome ?? detail.after])

test('an operator queries WeChat, and a payment whose notification was lost is settled because of it', async () => {
  const cookie = await signIn('operator')
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 1
  await world.phone.pay(payment.outTradeNo)
  expect(await world.statusOf(order)).toBe('pending')

  const answer = await act(cookie, `/api/admin/orders/${order.id}/query`)
  expect(placeOf(answer)).toEqual([303, `/admin/orders/${order.id}?done=queried`])
  const { events, actions, calls } = await historyOf(order.id)
  expect(actions.map(({ action, detail, outcomeOf }) => [action, detail, outcomeOf])).toEqual([
    ['order_queried', { before: 'pending' }, null],
    [
      'order_queried',
      { outcome: 'done', before: 'pending', after: 'paid', [payment.outTradeNo]: 'paid' },
      actions[0]?.id,
    ],
  ])
  expect(events.at(-1)).toMatchObject({ to: 'paid', cause: { kind: 'admin', id: String(actions[0]?.id) } })
  expect(calls.map(({ path }) => path)).toEqual(['/pay/unifiedorder', '/pay/orderquery'])
})

test('when WeChat is silent, asking and closing say so, change nothing, and are written down', async () => {
  const cookie = await signIn('operator')
  const { order } = await world.order()
  world.wire.isCut = true
  const page = `/admin/orders/${order.id}?problem=wechat_unavailable`
  expect(placeOf(await act(cookie, `/api/admin/orders/${order.id}/query`))).toEqual([303, page])
  expect(placeOf(await act(cookie, `/api/admin/orders/${order.id}/close`))).toEqual([303, page])
  expect(await world.statusOf(order)).toBe('pending')
  expect(await actsOf(order.id)).toEqual([
    ['order_queried', undefined],
    ['order_queried', 'wechat_unavailable'],
    ['order_closed', undefined],
    ['order_closed', 'wechat_unavailable'],
  ])
  const [listed] = await world.shop.store.listReviewedOrders(
    { ...EVERY_ORDER, attention: 'silent' },
    { after: null, limit: 10, now: world.now() },
  )
  expect([listed?.order.id, listed?.attention]).toEqual([order.id, ['silent']])
})

test('an operator closes an order at WeChat and here; a second press says that it is closed', async () => {
  const cookie = await signIn('operator')
  const { order, payment } = await world.order()
  const close = () => act(cookie, `/api/admin/orders/${order.id}/close`)
  expect(placeOf(await close())).toEqual([303, `/admin/orders/${order.id}?done=closed`])
  expect(placeOf(await close())).toEqual([303, `/admin/orders/${order.id}?problem=order_closed`])
  expect((await world.weChat()).orders).toMatchObject([{ out_trade_no: payment.outTradeNo, trade_state: 'CLOSED' }])
  expect(await actsOf(order.id)).toEqual([
    ['order_closed', undefined],
    ['order_closed', 'done'],
  ])
})

test('of two who close at the same time, one has closed it', async () => {
  const cookie = await signIn('operator')
  const { order } = await world.order()
  const answers = await Promise.all([1, 2].map(() => act(cookie, `/api/admin/orders/${order.id}/close`)))
  const words = answers.map((it) => it.headers.get('location')?.split('?')[1]).sort()
  expect(words).toEqual(['done=closed', 'problem=order_closed'])
  expect((await historyOf(order.id)).events).toHaveLength(2)
})

test('closing an order that was paid meanwhile finds it paid', async () => {
  const cookie = await signIn('operator')
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 1
  await world.phone.pay(payment.outTradeNo)
  const answer = await act(cookie, `/api/admin/orders/${order.id}/close`)
  expect(placeOf(answer)).toEqual([303, `/admin/orders/${order.id}?problem=order_paid`])
  expect(await world.statusOf(order)).toBe('paid')
  expect(await actsOf(order.id)).toEqual([
    ['order_closed', undefined],
    ['order_closed', 'order_paid'],
  ])
})

test('of several orders those that may leave are shipped, each by itself, and each is told about', async () => {
  const cookie = await signIn('operator')
  const [paid, unpaid, other] = [await world.order(), await world.order(), await world.order()]
  for (const { payment } of [paid, other]) await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  await act(cookie, `/api/admin/orders/${other.order.id}/ship`)
  const ids = [paid, unpaid, other].map(({ order }) => order.id)
  const fields = [...ids, ids[0] ?? '', 'nobody', '<x>'].map((id): [string, string] => ['order', id])
  const answer = await world.form('/api/admin/orders/ship', fields, { cookie })
  const told = new URL(answer.headers.get('location') ?? '', PUBLIC_URL)
  expect([told.pathname, told.searchParams.getAll('order')]).toEqual(['/admin/orders/ship', ids])
  expect([...(readResults(told.searchParams.get('results') ?? '', ids)?.values() ?? [])]).toEqual([
    ...['done', 'order_unpaid', 'already_shipped'],
  ])
  for (const { order } of [paid, other]) {
    expect((await historyOf(order.id)).actions.map(({ action }) => action)).toEqual(['order_shipped'])
  }
  expect((await historyOf(unpaid.order.id)).actions).toEqual([])
  // However many are named, the address that tells about them is one that a browser is sent to.
  const many = Array.from({ length: 60 }, () => ['order', ids[0] ?? ''] as [string, string])
  expect((await world.form('/api/admin/orders/ship', many, { cookie })).status).toBe(303)
  expect(
    shipPath(
      Array.from({ length: 50 }, (_, n) => ids[0]?.replace(/^../, String(n + 10)) ?? ''),
      null,
    ).length,
  ).toBeLessThan(1_900)
  expect(placeOf(await act(cookie, '/api/admin/orders/ship'))).toEqual([303, '/admin/orders?problem=nothing_chosen'])
})

test('a paid order is shipped once, whoever presses at the same time; one without money is not', async () => {
  const cookie = await signIn('operator')
  const { order, payment } = await world.order()
  const ship = () => act(cookie, `/api/admin/orders/${order.id}/ship`)
  expect(placeOf(await ship())).toEqual([303, `/admin/orders/${order.id}?problem=order_unpaid`])
  await world.phone.pay(payment.outTradeNo)
  await world.advance(2_000)
  const answers = await Promise.all([ship(), ship(), ship()])
  const words = answers.map((it) => it.headers.get('location')?.split('?')[1]).sort()
  expect(words).toEqual(['done=shipped', 'problem=already_shipped', 'problem=already_shipped'])
  const { order: shipped, actions } = await historyOf(order.id)
  expect(shipped.shippedAt).toBe(world.now())
  expect(actions).toMatchObject([
    {
      action: 'order_shipped',
      actor: { email: 'operator@example.com', role: 'operator', address: '127.0.0.1' },
      detail: { before: 'paid', after: 'shipped' },
    },
  ])
})

test('stray money waits until somebody writes what was done, once', async () => {
  const cookie = await signIn('operator')
  const { order } = await world.order()
  const stray = { outTradeNo: 'from-another-shop', transactionId: '4200009999', paidFen: 5, currency: 'CNY', paidAt: 1 }
  const record = { ...stray, orderId: null, outcome: 'unknown_order', seenAt: world.now(), seenBy: 'query' } as const
  await world.shop.store.commit({ transaction: record })
  const page = { after: null, limit: 10 }
  expect(await world.shop.store.listUnreconciledTransactions(page)).toMatchObject([{ ...stray, resolution: null }])

  const resolve = (note: string) => act(cookie, `/api/admin/money/${stray.transactionId}/resolve`, { note })
  for (const note of ['', '   ', 'x'.repeat(501)]) {
    expect(placeOf(await resolve(note))).toEqual([303, '/admin/money?problem=note_required'])
  }
  const answers = await Promise.all([resolve('sent back'), resolve('kept')])
  const words = answers.map((it) => it.headers.get('location')?.split('?')[1]).sort()
  expect(words).toEqual(['done=resolved', 'problem=already_resolved'])
  expect(await world.shop.store.listUnreconciledTransactions(page)).toEqual([])
  const kept = await world.shop.store.findTransactionForReview(stray.transactionId)
  expect(kept?.resolution).toMatchObject({ by: 'operator@example.com', note: expect.stringMatching(/sent back|kept/) })
  expect(placeOf(await act(cookie, '/api/admin/money/nobody/resolve', { note: 'x' }))).toEqual([
    303,
    '/admin/money?problem=not_found',
  ])
  expect(await actsOf(order.id)).toEqual([])
})

test.each(['orders/ID/query', 'orders/ID/close', 'orders/ID/ship', 'money/4200/resolve'])(
  '%s is for operators on our own pages alone',
  async (path) => {
    const { order } = await world.order()
    const address = `/api/admin/${path.replace('ID', order.id)}`
    const viewer = await signIn('viewer')
    const refused = await act(viewer, address, { note: 'x' })
    expect(placeOf(refused)).toEqual([303, '/admin/orders?problem=not_allowed'])
    expect((await act(viewer, address, { note: 'x' }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect(placeOf(await act('', address, { note: 'x' }))).toEqual([303, '/admin/login?problem=not_signed_in'])
    expect(await actsOf(order.id)).toEqual([])
    expect(await world.statusOf(order)).toBe('pending')
  },
)

test('the timeline tells the whole life of an order in its order', async () => {
  const cookie = await signIn('operator')
  const { order, payment } = await world.order()
  await world.advance(1_000)
  await world.phone.pay(payment.outTradeNo)
  await world.advance(2_000)
  await act(cookie, `/api/admin/orders/${order.id}/ship`)
  const moments = timelineOf(await historyOf(order.id))
  expect(moments.map(({ type }) => type)).toEqual([
    'event',
    'payment',
    'call',
    'call',
    'notification',
    'money',
    'event',
    'action',
    // Before goods leave, WeChat is queried whether their money is still here.
    'call',
  ])
})

test('a call in the log shows neither signature nor key nor who pays', async () => {
  const { order } = await world.order()
  const { calls } = await historyOf(order.id)
  const text = JSON.stringify(calls)
  expect(text).not.toContain('192006250b4c09247ec02edce69f6a2d')
  expect(calls[0]?.answer.sign).toMatch(/^[0-9A-F]{6}…$/)
  expect(calls[0]?.request).not.toHaveProperty('sign')
})

async function copied(order: Order, id: string, name = 'tea'): Promise<void> {
  const copy = { ...order, id, lines: order.lines.map((line) => ({ ...line, name: { zh: name, en: name } })) }
  const event = { orderId: id, version: 1, from: null, to: 'pending', at: world.now() } as const
  await world.shop.store.insertOrder(copy, { ...event, cause: { kind: 'checkout', id } }, null)
}

/** So many orders like another one, written past the store: nobody has so much tea. */
async function copiedOften(order: Order, count: number): Promise<void> {
  for (const [table, key] of [
    [orders, 'id'],
    [orderItems, 'order_id'],
  ] as const) {
    const names = Object.values(getTableColumns(table)).map(({ name }) => name)
    const values = names.map((name) => (name === key ? "'copy' || n" : `"${name}"`))
    await world.database.sql(
      `with recursive copies(n) as (select 1 union all select n + 1 from copies where n < ${count})
       insert into ${getTableName(table)} (${names.map((name) => `"${name}"`)})
       select ${values} from ${getTableName(table)}, copies where ${key} = '${order.id}'`,
    )
  }
}

async function exportsOnRecord() {
  const filter = { action: 'orders_exported', email: null, orderId: null } as const
  const entries = await world.shop.store.listAudit({ filter, before: null, limit: 10 })
  return entries.reverse().map(({ detail, outcomeOf }) => [detail, outcomeOf !== null])
}

test('the exported list runs nothing in a spreadsheet, keeps its language, and is written down', async () => {
  const cookie = await signIn('viewer')
  const { order } = await world.order()
  const names = ['=cmd|calc', '+1', '-1', '@x', '\tt', '\rr', '"quoted", and more']
  for (const [index, name] of names.entries()) await copied(order, `copy${index}`, name)
  const answer = await act(cookie, '/api/admin/orders/export', { status: 'pending' })
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="orders-202603011000.csv"')
  const bytes = new Uint8Array(await answer.arrayBuffer())
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  const text = new TextDecoder().decode(bytes)
  for (const name of names.slice(0, 6)) expect(text).toContain(`'${name} × 1`)
  expect(text).toContain('"""quoted"", and more × 1"')
  expect(text).toContain('2026-03-01 10:00,2026-03-01T02:00:00.000Z')
  expect(text.split('\r\n')).toHaveLength(1 + 1 + names.length + 1)
  expect(await exportsOnRecord()).toEqual([
    [{ filter: 'status=pending' }, false],
    [{ outcome: 'done', rows: '8' }, true],
  ])
})

test('every order is in the file, each once, however many there are, with its amount and status', async () => {
  const cookie = await signIn('viewer')
  const { order, payment } = await world.order()
  await copiedOften(order, 10_500)
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  const text = await (await act(cookie, '/api/admin/orders/export')).text()
  const lines = text.trim().split('\r\n').slice(1)
  expect([lines.length, new Set(lines.map((line) => line.split(',')[0])).size]).toEqual([10_501, 10_501])
  expect(lines.find((line) => line.startsWith(order.id))).toMatch(
    new RegExp(
      `^${order.id},paid,native,${order.amountFen / 100}.00,.*,\`42\\d{26},${payment.outTradeNo},,${orderNumberOf(order.id)},$`,
    ),
  )
})

test('a file has each order with its own status', async () => {
  const cookie = await signIn('viewer')
  const [paid, pending] = [await world.order(), await world.order()]
  await world.phone.pay(paid.payment.outTradeNo)
  await world.advance(1_000)
  const text = await (await act(cookie, '/api/admin/orders/export')).text()
  expect(text).toContain(`${paid.order.id},paid,`)
  expect(text).toContain(`${pending.order.id},pending,`)
})

test('a file is made as fast as it is taken, and whoever goes away stops it', async () => {
  const cookie = await signIn('viewer')
  const { order } = await world.order()
  await copiedOften(order, 1_000)
  let pages = 0
  const { listReviewedOrders } = world.shop.store
  world.shop.store.listReviewedOrders = (filter, page) => {
    pages += 1
    return listReviewedOrders(filter, page)
  }
  const reader = (await act(cookie, '/api/admin/orders/export')).body?.getReader()
  await reader?.read()
  await reader?.read()
  await reader?.cancel()
  expect(pages).toBeLessThan(4)
  expect((await exportsOnRecord()).at(-1)).toEqual([
    { outcome: 'stopped', rows: expect.stringMatching(/^[246]00$/) },
    true,
  ])
})

test('a file is never kept for a second press: whoever goes away stops it all the same, and a third has all of it', async () => {
  const cookie = await signIn('viewer')
  const { order } = await world.order()
  await copiedOften(order, 1_000)
  const form = { press: 'a-word-of-this-page-1' }
  const reader = (await act(cookie, '/api/admin/orders/export', form)).body?.getReader()
  await reader?.read()
  await reader?.read()
  await reader?.cancel()
  expect((await exportsOnRecord()).at(-1)?.[0]).toMatchObject({ outcome: 'stopped' })
  expect(await world.runtime.presses.find(form.press)).toBeUndefined()
  const text = await (await act(cookie, '/api/admin/orders/export', form)).text()
  expect(text.trim().split('\r\n')).toHaveLength(1 + 1_001)
})

test('whoever goes away while rows are read has stopped the file; nothing has failed', async () => {
  const cookie = await signIn('viewer')
  const { order } = await world.order()
  copiedOften(order, 1_000)
  const { listReviewedOrders } = world.shop.store
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  world.shop.store.listReviewedOrders = (filter, page) => held.then(() => listReviewedOrders(filter, page))
  const reader = (await act(cookie, '/api/admin/orders/export')).body?.getReader()
  await reader?.read()
  const rest = reader?.read()
  const cancelled = reader?.cancel()
  letGo()
  await Promise.all([cancelled, rest])
  expect((await exportsOnRecord()).at(-1)?.[0]).toEqual({ outcome: 'stopped', rows: '0' })
})

test('a store that fails in the middle breaks the file off, which is never taken for a whole one', async () => {
  const cookie = await signIn('viewer')
  await world.order()
  world.shop.store.listReviewedOrders = () => Promise.reject(new Error('no disk'))
  await expect((await act(cookie, '/api/admin/orders/export')).text()).rejects.toThrow('no disk')
  expect((await exportsOnRecord()).at(-1)).toEqual([{ outcome: 'failed', rows: '0' }, true])
})

test('an export that nobody asked for on the page itself neither leaves nor is written down', async () => {
  const cookie = await signIn('operator')
  expect((await world.fetch('/api/admin/orders/export', { headers: { cookie } })).status).toBe(405)
  const linked = await act(cookie, '/api/admin/orders/export', {}, { 'sec-fetch-site': 'cross-site' })
  expect(linked.status).toBe(403)
  expect(placeOf(await act(cookie, '/api/admin/orders/export', { status: 'every' }))).toEqual([
    303,
    '/admin/orders?problem=invalid_body',
  ])
  expect(await exportsOnRecord()).toEqual([])
})
