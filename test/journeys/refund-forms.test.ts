import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Order } from '@/lib/shop/order'
import type { Refund } from '@/lib/shop/refund'
import { timelineOf } from '@/lib/shop/review'
import { openVisitor, placeOf } from '../visitor'
import { openWorld, PUBLIC_URL, type World } from '../world'

const PASSWORD = 'a long pass phrase'
const THREE = [
  { productId: 'tea-longjing', quantity: 2 },
  { productId: 'tea-qimen', quantity: 1 },
  { productId: 'ware-pitcher', quantity: 1 },
]
const ALL = 2 * 6800 + 5800 + 6600

let world: World
let admin: Awaited<ReturnType<typeof signedIn>>
beforeEach(async () => {
  world = await openWorld()
  admin = await signedIn('operator')
})
afterEach(() => world.close())

async function signedIn(role: 'operator' | 'viewer') {
  const { auth, database } = world.runtime
  const passwordHash = await (await auth.$context).password.hash(PASSWORD)
  const email = `${role}@example.com`
  await database.team.add({ email, role, passwordHash, at: world.now() })
  const visitor = openVisitor(world)
  await visitor.submit('/api/admin/login', { email, password: PASSWORD })
  return visitor
}

async function paidOrder(items = THREE): Promise<Order> {
  const { order, payment } = await world.order(items)
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  return order
}

type Fields = [string, string][]
const refund = (order: Order, fields: Fields) => admin.submit(`/api/admin/orders/${order.id}/refund`, fields)
const whole = (amountFen = ALL): Fields => [
  ['amountFen', String(amountFen)],
  ['reason', 'the order was too large'],
]
const refundsOf = (order: Order) => world.shop.store.listRefundsOf(order.id)
const only = async (order: Order): Promise<Refund> => {
  const [first, ...more] = await refundsOf(order)
  if (first === undefined || more.length > 0) throw new Error('not exactly one refund')
  return first
}
const problemOf = (answer: Response) => new URL(placeOf(answer), PUBLIC_URL).searchParams.get('problem')
const refundCalls = async () => {
  const calls = await world.shop.store.listCalls(
    { number: null, path: '/secapi/pay/refund', isFailed: false },
    { beforeId: null, limit: 50 },
  )
  return calls.length
}
async function actions() {
  const filter = { action: null, email: null, orderId: null }
  const entries = await world.shop.store.listAudit({ filter, before: null, limit: 100 })
  return entries.map(({ action }) => action).filter((action) => action !== 'signed_in')
}

test('an operator refunds an order line by line, a minute apart, and its pieces come back when the money went', async () => {
  const order = await paidOrder()
  const stock = await world.stockOf('tea-longjing')
  const lines: [line: string, amountFen: number][] = [
    ['tea-longjing:2', 13_600],
    ['tea-qimen:1', 5800],
    ['ware-pitcher:1', 6600],
  ]
  for (const [line, amountFen] of lines) {
    const answer = await refund(order, [...whole(amountFen), ['line', line], ['stock', '1']])
    expect([answer.status, placeOf(answer)]).toEqual([303, `/admin/orders/${order.id}?done=refunded`])
    await world.advance(61_000)
  }
  expect((await refundsOf(order)).map(({ status, amountFen }) => [status, amountFen])).toEqual([
    ['succeeded', 13_600],
    ['succeeded', 5800],
    ['succeeded', 6600],
  ])
  expect(await world.stockOf('tea-longjing')).toBe(Number(stock) + 2)
  expect(problemOf(await refund(order, whole(1)))).toBe('refund_too_much')
  expect((await actions()).filter((action) => action === 'refund_made')).toHaveLength(3)
})

test('the timeline tells of each refund, its calls and its notice', async () => {
  const order = await paidOrder()
  await refund(order, whole())
  await world.advance(30_000)
  const history = await world.shop.store.findOrderHistory(order.id, world.now())
  const told = history === null ? [] : timelineOf(history)
  expect(told.flatMap((it) => (it.type === 'refund' ? [it.event.to] : []))).toEqual([
    'requested',
    'processing',
    'succeeded',
  ])
  const paths = told.flatMap((it) => (it.type === 'call' ? [it.call.path] : []))
  expect(paths.filter((path) => path.includes('refund'))).toContain('/secapi/pay/refund')
  expect(told.flatMap((it) => (it.type === 'notification' ? [it.notification.result?.verdict] : []))).toContain(
    'refund_applied',
  )
})

test.each<[what: string, fields: Fields, code: string]>([
  ['nothing', whole(0), 'invalid_refund_amount'],
  ['less than nothing', whole(-1), 'invalid_refund_amount'],
  ['half a fen', whole(0.5), 'invalid_refund_amount'],
  [
    'a word',
    [
      ['amountFen', 'all'],
      ['reason', 'x'],
    ],
    'invalid_refund_amount',
  ],
  ['no amount', [['reason', 'x']], 'invalid_refund_amount'],
  ['more than was paid', whole(ALL + 1), 'refund_too_much'],
  ['more than any amount', whole(9_999_999_999), 'refund_too_much'],
  ['no reason', [['amountFen', '1']], 'reason_required'],
  [
    'a reason of 81 bytes',
    [
      ['amountFen', '1'],
      ['reason', '茶'.repeat(27)],
    ],
    'reason_too_long',
  ],
  ['pieces of another price', [...whole(1), ['line', 'tea-qimen:1']], 'invalid_refund_lines'],
  ['more pieces than there are', [...whole(11_600), ['line', 'tea-qimen:2']], 'invalid_refund_lines'],
  ['pieces that were not ordered', [...whole(6800), ['line', 'tea-puer:1']], 'invalid_refund_lines'],
  ['pieces that are none', [...whole(6800), ['line', 'tea-longjing:0.5']], 'invalid_refund_lines'],
])('a refund of %s is refused in its own words, and nothing has changed', async (_, fields, code) => {
  const order = await paidOrder()
  const answer = await refund(order, fields)
  expect([answer.status, problemOf(answer)]).toEqual([303, code])
  expect(placeOf(answer)).toContain(`/admin/orders/${order.id}/refund?`)
  expect([await refundsOf(order), await actions(), await refundCalls()]).toEqual([[], [], 0])
})

test('what was refused stands in the form again', async () => {
  const order = await paidOrder()
  const answer = await refund(order, [...whole(11_600), ['line', 'tea-qimen:2'], ['stock', '1']])
  expect(Object.fromEntries(new URL(placeOf(answer), PUBLIC_URL).searchParams)).toEqual({
    ...{ what: 'lines', 'pieces.tea-qimen': '2', yuan: '', reason: 'the order was too large', stock: '1' },
    problem: 'invalid_refund_lines',
  })
})

test('an order that is not paid, is closed or is not there has nothing to refund', async () => {
  const { order } = await world.order()
  expect(problemOf(await refund(order, whole(1)))).toBe('order_unpaid')
  await admin.submit(`/api/admin/orders/${order.id}/close`, {})
  expect(problemOf(await refund(order, whole(1)))).toBe('order_closed')
  expect(problemOf(await admin.submit('/api/admin/orders/nobody/refund', whole(1)))).toBe('not_found')
  expect(await refundsOf(order)).toEqual([])
})

test('one refund a minute of a payment, none after a year, and at most fifty', async () => {
  const order = await paidOrder()
  for (let n = 0; n < 50; n += 1) {
    expect(problemOf(await refund(order, whole(1)))).toBeNull()
    if (n === 0) expect(problemOf(await refund(order, whole(1)))).toBe('refund_too_soon')
    world.sleep(61_000)
  }
  expect(problemOf(await refund(order, whole(1)))).toBe('too_many_refunds')
  const late = await paidOrder()
  world.sleep(366 * 24 * 3600_000)
  admin = await signedInAgain()
  expect(problemOf(await refund(late, whole(1)))).toBe('refund_too_late')
})

/** Sessions count by the clock of the machine, and the world's clock went far ahead. */
async function signedInAgain() {
  const visitor = openVisitor(world)
  await visitor.submit('/api/admin/login', { email: 'operator@example.com', password: PASSWORD })
  return visitor
}

test('without the certificate of the merchant nothing is refunded, and the answer says so', async () => {
  const order = await paidOrder()
  world.shop.gateway.whyNoRefunds = () => 'no_certificate'
  expect(problemOf(await refund(order, whole()))).toBe('refunds_off')
  expect([await refundsOf(order), await refundCalls()]).toEqual([[], 0])
})

test('one button pressed twice at once refunds once, and both presses are shown the same', async () => {
  const order = await paidOrder()
  const fields: Fields = [...whole(100), ['press', 'a-word-of-this-page-1']]
  const path = `/api/admin/orders/${order.id}/refund`
  const answers = await Promise.all([admin.send(path, fields), admin.send(path, fields)])
  expect(answers.map(placeOf)).toEqual(Array(2).fill(`/admin/orders/${order.id}?done=refunded`))
  expect([(await only(order)).amountFen, await refundCalls()]).toEqual([100, 1])
})

test('two who refund all of an order at once refund it once, and the second is told why', async () => {
  const order = await paidOrder()
  const answers = await Promise.all([refund(order, whole()), refund(order, whole())])
  expect(answers.map(problemOf).sort()).toEqual([null, 'refund_too_much'].sort())
  expect((await only(order)).amountFen).toBe(ALL)
})

const DOORS = ['orders/ORDER/refund', 'money/4200/refund', 'refunds/NO/approve', 'refunds/NO/decline'] as const

test.each([...DOORS, 'refunds/NO/query', 'refunds/NO/resolve'])(
  '%s is for operators on our own pages alone',
  async (path) => {
    const order = await paidOrder()
    await ask(order)
    const { outRefundNo } = await only(order)
    const address = `/api/admin/${path.replace('ORDER', order.id).replace('NO', outRefundNo)}`
    const viewer = await signedIn('viewer')
    const fields = { amountFen: '1', reason: 'x', note: 'x' }
    const from = { referer: `${PUBLIC_URL}/admin/refunds` }
    expect(placeOf(await viewer.send(address, fields, from))).toBe('/admin/refunds?problem=not_allowed')
    const program = { cookie: viewer.cookie(), 'sec-fetch-site': 'same-origin' }
    expect((await world.json(address, fields, program)).status).toBe(403)
    expect((await admin.send(address, fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect(placeOf(await openVisitor(world).send(address, fields))).toBe('/admin/login?problem=not_signed_in')
    expect([(await only(order)).status, await actions(), await refundCalls()]).toEqual(['requested', [], 0])
  },
)

/** The buyer wants the money back. */
async function ask(order: Order, reason = 'no longer needed') {
  const { requestRefund } = await import('@/lib/shop/refunds')
  return requestRefund(world.shop, order.id, { reason })
}
const act = async (order: Order, action: string, fields: Record<string, string> = {}) =>
  admin.submit(`/api/admin/refunds/${(await only(order)).outRefundNo}/${action}`, fields)

test('a wish that is approved goes back to the buyer, with a sentence or without', async () => {
  const order = await paidOrder()
  await ask(order)
  const answer = await act(order, 'approve', { note: ' gladly ', back: '/admin/refunds?waits=look' })
  expect(placeOf(answer)).toBe('/admin/refunds?waits=look&done=approved')
  await world.advance(30_000)
  expect(await only(order)).toMatchObject({ status: 'succeeded', note: 'gladly', source: 'buyer' })
  expect(problemOf(await act(order, 'approve'))).toBe('refund_decided')
  expect(problemOf(await act(order, 'decline', { note: 'too late' }))).toBe('refund_decided')
  expect(await refundCalls()).toBe(1)
})

test('a wish is declined with a sentence, and not without one', async () => {
  const order = await paidOrder()
  await ask(order)
  expect(problemOf(await act(order, 'decline'))).toBe('note_required')
  expect(problemOf(await act(order, 'decline', { note: 'x'.repeat(501) }))).toBe('note_required')
  expect(problemOf(await act(order, 'approve', { note: 'x'.repeat(501) }))).toBe('note_required')
  expect((await only(order)).status).toBe('requested')
  expect(placeOf(await act(order, 'decline', { note: 'it left an hour ago' }))).toBe('/admin/refunds?done=declined')
  expect(await only(order)).toMatchObject({ status: 'declined', note: 'it left an hour ago' })
  expect([await actions(), await refundCalls()]).toEqual([['refund_declined'], 0])
})

test('a form about a refund leads back to our own pages only', async () => {
  const order = await paidOrder()
  await ask(order)
  for (const back of ['https://elsewhere.example/', '//elsewhere.example', '/orders', 'javascript:1']) {
    expect(placeOf(await act(order, 'decline', { back }))).toBe('/admin/refunds?problem=note_required')
  }
  expect(placeOf(await act(order, 'decline', { back: `/admin/orders/${order.id}` }))).toBe(
    `/admin/orders/${order.id}?problem=note_required`,
  )
})

async function endAtWeChat(outRefundNo: string, outcome: 'abnormal' | 'closed' | 'success') {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ out_refund_no: outRefundNo, outcome }),
  }
  expect((await world.fetch('/emulator/_control/refund', init)).status).toBe(200)
}

test('what WeChat cannot put back is queried, settled by hand, and written down once', async () => {
  const order = await paidOrder()
  await refund(order, whole())
  await endAtWeChat((await only(order)).outRefundNo, 'abnormal')
  expect(placeOf(await act(order, 'query'))).toBe('/admin/refunds?done=refund_queried')
  expect(await only(order)).toMatchObject({ status: 'abnormal', resolvedAt: null })
  expect(problemOf(await act(order, 'resolve', { note: ' ' }))).toBe('note_required')
  expect(placeOf(await act(order, 'resolve', { note: 'sent to another card' }))).toBe(
    '/admin/refunds?done=refund_resolved',
  )
  expect(problemOf(await act(order, 'resolve', { note: 'again' }))).toBe('already_resolved')
  expect(await only(order)).toMatchObject({ status: 'abnormal', note: 'sent to another card' })
})

test('a refund that nobody knows has its own word at every action', async () => {
  for (const action of ['approve', 'decline', 'query', 'resolve']) {
    const answer = await admin.submit(`/api/admin/refunds/nobody/${action}`, { note: 'x' })
    expect([action, problemOf(answer)]).toEqual([action, 'not_found'])
  }
  expect(await actions()).toEqual([])
})

test('while WeChat is silent a refund waits, a query says so, and it goes out once', async () => {
  const order = await paidOrder()
  world.wire.isCut = true
  expect(placeOf(await refund(order, whole()))).toBe(`/admin/orders/${order.id}?done=refunded`)
  expect((await only(order)).status).toBe('requested')
  expect(problemOf(await act(order, 'query'))).toBe('wechat_unavailable')
  world.wire.isCut = false
  await world.advance(120_000)
  expect((await only(order)).status).toBe('succeeded')
})

test('money that came too late is sent back from its card, all of it and once', async () => {
  const { order, payment } = await world.order()
  await admin.submit(`/api/admin/orders/${order.id}/close`, {})
  await world.phone.payLate(payment.outTradeNo)
  await world.advance(1_000)
  const { transactionId = '' } =
    (await world.shop.store.listUnreconciledTransactions({ after: null, limit: 1 }))[0] ?? {}
  const send = (fields: Record<string, string>) => admin.submit(`/api/admin/money/${transactionId}/refund`, fields)
  expect(placeOf(await send({}))).toBe('/admin/money?problem=reason_required')
  const sent = await send({ reason: 'closed before it was paid', from: 'order' })
  expect(placeOf(sent)).toBe(`/admin/orders/${order.id}?done=refunded`)
  expect(problemOf(await send({ reason: 'again' }))).toBe('refund_too_much')
  await world.advance(30_000)
  expect(await only(order)).toMatchObject({ status: 'succeeded', amountFen: 6800, transactionId })
  expect(problemOf(await send({ reason: 'again' }))).toBe('already_resolved')
  expect(await world.shop.store.listUnreconciledTransactions({ after: null, limit: 1 })).toEqual([])
})

test('the exported list has every refund, runs nothing in a spreadsheet, and is written down', async () => {
  const [first, second] = [await paidOrder(), await paidOrder()]
  await refund(first, [
    ['amountFen', '150'],
    ['reason', '=cmd|calc'],
  ])
  world.sleep(1)
  await ask(second)
  const text = await (await admin.submit('/api/admin/refunds/export', {})).text()
  const lines = text.trim().split('\r\n')
  expect(lines).toHaveLength(3)
  expect(lines[2]).toContain(`${first.id},processing,1.50,260.00,admin,'=cmd|calc`)
  expect(lines[1]).toContain(`${second.id},requested,260.00,260.00,buyer,no longer needed`)
  const waiting = await (await admin.submit('/api/admin/refunds/export', { waits: 'look' })).text()
  expect(waiting.trim().split('\r\n')).toHaveLength(2)
  expect(problemOf(await admin.submit('/api/admin/refunds/export', { status: 'lost' }))).toBe('invalid_body')
  expect((await actions()).filter((action) => action === 'refunds_exported')).toHaveLength(4)
})
