import { afterEach, beforeEach, expect, test } from 'vitest'
import { timelineOf } from '@/lib/shop/review'
import { ALL, type Fields, openDesk, problemOf, whole } from '../desk'
import { openVisitor, placeOf } from '../visitor'
import { openWorld, PUBLIC_URL, type World } from '../world'

let world: World
let desk: Awaited<ReturnType<typeof openDesk>>
beforeEach(async () => {
  world = await openWorld()
  desk = await openDesk(world)
})
afterEach(() => world.close())

test('an operator refunds an order line by line, a minute apart, and its pieces come back when the money went', async () => {
  const order = await desk.paidOrder()
  const stock = await world.stockOf('tea-longjing')
  const lines: [line: string, amountFen: number][] = [
    ['tea-longjing:2', 13_600],
    ['tea-qimen:1', 5800],
    ['ware-pitcher:1', 6600],
  ]
  for (const [line, amountFen] of lines) {
    const answer = await desk.refund(order, [...whole(amountFen), ['line', line], ['stock', '1']])
    expect([answer.status, placeOf(answer)]).toEqual([303, `/admin/orders/${order.id}?done=refunded`])
    await world.advance(61_000)
  }
  expect((await desk.refundsOf(order)).map(({ status, amountFen }) => [status, amountFen])).toEqual([
    ['succeeded', 13_600],
    ['succeeded', 5800],
    ['succeeded', 6600],
  ])
  expect(await world.stockOf('tea-longjing')).toBe(Number(stock) + 2)
  expect(problemOf(await desk.refund(order, whole(1)))).toBe('refund_too_much')
  expect((await desk.actions()).filter((action) => action === 'refund_made')).toHaveLength(3)
})

test('the timeline tells of each refund, its calls and its notice', async () => {
  const order = await desk.paidOrder()
  await desk.refund(order, whole())
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
  const order = await desk.paidOrder()
  const answer = await desk.refund(order, fields)
  expect([answer.status, problemOf(answer)]).toEqual([303, code])
  expect(placeOf(answer)).toContain(`/admin/orders/${order.id}/refund?`)
  expect([await desk.refundsOf(order), await desk.actions(), await desk.refundCalls()]).toEqual([[], [], 0])
})

test('what was refused stands in the form again', async () => {
  const order = await desk.paidOrder()
  const answer = await desk.refund(order, [...whole(11_600), ['line', 'tea-qimen:2'], ['stock', '1']])
  expect(Object.fromEntries(new URL(placeOf(answer), PUBLIC_URL).searchParams)).toEqual({
    ...{ what: 'lines', 'pieces.tea-qimen': '2', yuan: '', reason: 'the order was too large', stock: '1' },
    problem: 'invalid_refund_lines',
  })
})

test('an order that is not paid, is closed or is not there has nothing to refund', async () => {
  const { order } = await world.order()
  expect(problemOf(await desk.refund(order, whole(1)))).toBe('order_unpaid')
  await desk.admin.submit(`/api/admin/orders/${order.id}/close`, {})
  expect(problemOf(await desk.refund(order, whole(1)))).toBe('order_closed')
  expect(problemOf(await desk.admin.submit('/api/admin/orders/nobody/refund', whole(1)))).toBe('not_found')
  expect(await desk.refundsOf(order)).toEqual([])
})

test('one refund a minute of a payment, none after a year, and at most fifty', async () => {
  const order = await desk.paidOrder()
  for (let n = 0; n < 50; n += 1) {
    expect(problemOf(await desk.refund(order, whole(1)))).toBeNull()
    if (n === 0) expect(problemOf(await desk.refund(order, whole(1)))).toBe('refund_too_soon')
    world.sleep(61_000)
  }
  expect(problemOf(await desk.refund(order, whole(1)))).toBe('too_many_refunds')
  const late = await desk.paidOrder()
  world.sleep(366 * 24 * 3600_000)
  expect(problemOf(await desk.refund(late, whole(1)))).toBe('refund_too_late')
})

test('without the certificate of the merchant nothing is refunded, and the answer says so', async () => {
  const order = await desk.paidOrder()
  world.shop.gateway.whyNoRefunds = () => 'no_certificate'
  expect(problemOf(await desk.refund(order, whole()))).toBe('refunds_off')
  expect([await desk.refundsOf(order), await desk.refundCalls()]).toEqual([[], 0])
})

test('one button pressed twice at once refunds once, and both presses are shown the same', async () => {
  const order = await desk.paidOrder()
  const fields: Fields = [...whole(100), ['press', 'a-word-of-this-page-1']]
  const path = `/api/admin/orders/${order.id}/refund`
  const answers = await Promise.all([desk.admin.send(path, fields), desk.admin.send(path, fields)])
  expect(answers.map(placeOf)).toEqual(Array(2).fill(`/admin/orders/${order.id}?done=refunded`))
  expect([(await desk.only(order)).amountFen, await desk.refundCalls()]).toEqual([100, 1])
})

test('two who refund all of an order at once refund it once, and the second is told why', async () => {
  const order = await desk.paidOrder()
  const answers = await Promise.all([desk.refund(order, whole()), desk.refund(order, whole())])
  expect(answers.map(problemOf).sort()).toEqual([null, 'refund_too_much'].sort())
  expect((await desk.only(order)).amountFen).toBe(ALL)
})

const DOORS = ['orders/ORDER/refund', 'money/4200/refund', 'refunds/NO/approve', 'refunds/NO/decline'] as const

test.each([...DOORS, 'refunds/NO/query', 'refunds/NO/resolve'])(
  '%s is for operators on our own pages alone',
  async (path) => {
    const order = await desk.paidOrder()
    await desk.ask(order)
    const { outRefundNo } = await desk.only(order)
    const address = `/api/admin/${path.replace('ORDER', order.id).replace('NO', outRefundNo)}`
    const viewer = await desk.signIn('viewer')
    const fields = { amountFen: '1', reason: 'x', note: 'x' }
    const from = { referer: `${PUBLIC_URL}/admin/refunds` }
    expect(placeOf(await viewer.send(address, fields, from))).toBe('/admin/refunds?problem=not_allowed')
    const program = { cookie: viewer.cookie(), 'sec-fetch-site': 'same-origin' }
    expect((await world.json(address, fields, program)).status).toBe(403)
    expect((await desk.admin.send(address, fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect(placeOf(await openVisitor(world).send(address, fields))).toBe('/admin/login?problem=not_signed_in')
    expect([(await desk.only(order)).status, await desk.actions(), await desk.refundCalls()]).toEqual([
      'requested',
      [],
      0,
    ])
  },
)
