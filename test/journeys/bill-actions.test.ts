import { afterEach, beforeEach, expect, test } from 'vitest'
import { beginOf, dayAfter, dayOf } from '@/lib/shop/beijing'
import { billOf } from '@/lib/shop/difference'
import { tickBills } from '@/lib/shop/reconcile'
import { ALL, openDesk, problemOf } from '../desk'
import { placeOf } from '../visitor'
import { openWorld, type World } from '../world'

const DAY = '2026-03-01'
let world: World
let desk: Awaited<ReturnType<typeof openDesk>>
beforeEach(async () => {
  world = await openWorld()
  desk = await openDesk(world)
})
afterEach(() => world.close())

async function nextMorning(): Promise<void> {
  world.sleep(beginOf(dayAfter(dayOf(world.now()))) + 10 * 3600_000 + 15 * 60_000 - world.now())
  for (let round = 0; round < 4; round += 1) await tickBills(world.shop)
}

const list = (isOpen: boolean | null) => world.shop.store.listDifferences(DAY, { isOpen, after: null, limit: 99 })

/** The one difference between the trade bill and the shop; the account's flow may differ from that bill too. */
async function only() {
  const [first, ...more] = (await list(null)).filter(({ kind }) => billOf(kind) === 'trade')
  if (first === undefined || more.length > 0) throw new Error('not exactly one difference')
  return first
}

const back = `/admin/bills/${DAY}`
const act = async (what: string, fields: Record<string, string> = {}) =>
  desk.admin.submit(`/api/admin/differences/${(await only()).id}/${what}`, { back, ...fields })

async function openDifference(fault: string): Promise<void> {
  await desk.paidOrder()
  await world.control('faults', { [fault]: 1 }, 'PUT')
  await nextMorning()
}

test('a difference is accepted with a note, once, and says who did', async () => {
  await openDifference('billAmountChanged')
  expect(problemOf(await act('accept', { note: ' ' }))).toBe('note_required')
  expect(placeOf(await act('accept', { note: 'the platform says 96.00' }))).toBe(`${back}?done=difference_accepted`)
  expect(await only()).toMatchObject({
    end: 'accepted',
    endedBy: 'operator@example.com',
    note: 'the platform says 96.00',
  })
  expect(problemOf(await act('accept', { note: 'again' }))).toBe('already_resolved')
  expect(await desk.actions()).toEqual(['difference_accepted'])
  world.sleep(60_000)
  await world.control('faults', { billAmountChanged: 1 }, 'PUT')
  await desk.admin.submit(`/api/admin/bills/${DAY}/fetch`, { kind: 'trade', back })
  expect(await only()).toMatchObject({ end: 'accepted' })
})

test('a bill that is fetched by hand is compared at once, and what is better there ends what was open', async () => {
  await openDifference('billRowMissing')
  expect((await list(true)).map(({ kind }) => kind)).toEqual(['missing_there', 'flow_unknown'])
  expect(placeOf(await act('query'))).toBe(`${back}?done=difference_queried`)
  expect((await only()).end).toBeNull()
  world.sleep(60_000)
  const answer = await desk.admin.submit(`/api/admin/bills/${DAY}/fetch`, { kind: 'trade', back })
  expect(placeOf(answer)).toBe(`${back}?done=bill_fetched`)
  expect(await only()).toMatchObject({ end: 'gone', endedBy: 'comparison' })
  await tickBills(world.shop)
  expect(await list(true)).toEqual([])
  expect(await desk.actions()).toEqual(['bill_fetched', 'bill_fetched', 'difference_queried', 'difference_queried'])
  const future = await desk.admin.submit('/api/admin/bills/2025-06-01/fetch', { kind: 'trade', back })
  expect(problemOf(future)).toBe('not_found')
})

/** WeChat is not reached by queries for as long as the work takes. */
async function withoutQueries(work: () => Promise<void>): Promise<void> {
  world.wire.beforeRequest = async (path) => {
    if (path.endsWith('query')) throw new Error('no connection to WeChat')
  }
  await work()
  world.wire.beforeRequest = null
}

test('a lost payment that no query settled by itself is settled when somebody queries it', async () => {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 1_000
  await world.phone.pay(payment.outTradeNo)
  await withoutQueries(async () => {
    await nextMorning()
    expect(problemOf(await act('query'))).toBe('wechat_unavailable')
  })
  expect(await only()).toMatchObject({ kind: 'paid_there', end: null, problem: 'silent' })
  expect(placeOf(await act('query'))).toBe(`${back}?done=difference_queried`)
  expect(await only()).toMatchObject({ kind: 'paid_there', end: 'settled', endedBy: 'query', orderId: order.id })
  expect(await world.statusOf(order)).toBe('paid')
  expect((await world.shop.store.listOrderEvents(order.id)).at(-1)?.cause.kind).toBe('admin')
  expect(await desk.actions()).toEqual(Array(4).fill('difference_queried'))
})

test('money of an unknown number that somebody records is what WeChat says of it, where it says anything', async () => {
  const order = await desk.paidOrder()
  for (const table of ['transactions', 'payments']) await world.database.sql(`delete from ${table}`)
  await withoutQueries(nextMorning)
  expect(await only()).toMatchObject({ kind: 'missing_here', end: null, problem: 'silent' })
  expect(placeOf(await act('record'))).toBe(`${back}?done=difference_recorded`)
  expect(await only()).toMatchObject({ end: 'recorded', endedBy: 'query' })
  const [money] = await world.shop.store.listUnreconciledTransactions({ after: null, limit: 9 })
  expect(money).toMatchObject({ paidFen: order.amountFen, outcome: 'unknown_order', seenBy: 'query' })
})

test('money that paid nothing goes back from its difference, once, and the next bill agrees', async () => {
  const { order, payment } = await world.order()
  await world.advance(31 * 60_000)
  await world.phone.payLate(payment.outTradeNo)
  await world.advance(2_000)
  expect(await world.statusOf(order)).toBe('closed')
  await world.control('faults', { billRowTwice: 1 }, 'PUT')
  await nextMorning()
  expect(await only()).toMatchObject({ kind: 'double', end: null, here: { status: 'stray' } })
  expect(problemOf(await act('refund', { note: ' ' }))).toBe('note_required')
  expect(placeOf(await act('refund', { note: '重复付款' }))).toBe(`${back}?done=difference_refunded`)
  expect(await only()).toMatchObject({ end: 'refunded', endedBy: 'operator@example.com', note: '重复付款' })
  expect(problemOf(await act('refund', { note: 'again' }))).toBe('already_resolved')
  await world.advance(120_000)
  const [refund, ...more] = (await world.weChat()).refunds
  expect(more).toEqual([])
  expect(refund).toMatchObject({ refund_fee: order.amountFen, status: 'SUCCESS' })
  expect(await world.refundsOf(order)).toMatchObject([{ status: 'succeeded', reason: '重复付款' }])
  expect(await world.shop.store.listUnreconciledTransactions({ after: null, limit: 9 })).toEqual([])
  await nextMorning()
  expect(await world.shop.store.findBill({ day: '2026-03-02', kind: 'trade' })).toMatchObject({
    status: 'compared',
    totals: { refunds: 1, refundedFen: order.amountFen },
  })
  expect(await world.shop.store.listDifferences('2026-03-02', { isOpen: null, after: null, limit: 9 })).toEqual([])
})

test('money that went back on another road is not sent back once more from its difference', async () => {
  const { payment } = await world.order()
  await world.advance(31 * 60_000)
  await world.phone.payLate(payment.outTradeNo)
  await world.advance(2_000)
  await world.control('faults', { billRowTwice: 1 }, 'PUT')
  await nextMorning()
  const [money] = await world.shop.store.listUnreconciledTransactions({ after: null, limit: 9 })
  const other = await desk.admin.submit(`/api/admin/money/${money?.transactionId}/refund`, { reason: 'by hand' })
  expect(problemOf(other)).toBeNull()
  expect(problemOf(await act('refund', { note: 'once more' }))).not.toBeNull()
  await world.advance(120_000)
  expect((await world.weChat()).refunds).toHaveLength(1)
  expect((await only()).end).toBeNull()
})

test('what the account moved differently is told with both sides, and ends with a note', async () => {
  await openDifference('billAmountChanged')
  const flow = async () => (await list(null)).find(({ kind }) => kind === 'flow_amount_differs')
  const { id, there, moved } = (await flow()) ?? {}
  expect([there?.amountFen, moved]).toMatchObject([
    ALL + 100,
    { expectedMilliFen: (ALL + 100) * 1_000, movedMilliFen: ALL * 1_000 },
  ])
  const accept = `/api/admin/differences/${id}/accept`
  const queried = await desk.admin.submit(`/api/admin/differences/${id}/query`, { back })
  expect([placeOf(queried), (await flow())?.end]).toEqual([`${back}?done=difference_queried`, null])
  await desk.admin.submit(accept, { back, note: '以资金流水为准' })
  expect(await flow()).toMatchObject({ end: 'accepted', note: '以资金流水为准', endedBy: 'operator@example.com' })
  const table = await (await desk.admin.submit(`/api/admin/bills/${DAY}/export`, {})).text()
  expect(table).toContain(`${DAY},flow_amount_differs,payment`)
  expect(table).toContain(`,${ALL + 100},${ALL},accepted,`)
})

test('money that WeChat says nothing about is recorded from the bill, and has still to be proved', async () => {
  const order = await desk.paidOrder()
  const [payment] = await world.paymentsOf(order)
  for (const table of ['transactions', 'payments']) await world.database.sql(`delete from ${table}`)
  world.wire.beforeRequest = async (path) => {
    if (path.endsWith('/orderquery')) throw new Error('no connection to WeChat')
  }
  await nextMorning()
  expect(await only()).toMatchObject({ kind: 'missing_here', end: null, problem: 'silent' })
  expect(placeOf(await act('record'))).toBe(`${back}?done=difference_recorded`)
  expect(await only()).toMatchObject({ end: 'recorded', endedBy: 'operator@example.com' })
  const [money] = await world.shop.store.listUnreconciledTransactions({ after: null, limit: 9 })
  expect(money).toMatchObject({ outTradeNo: payment?.outTradeNo, outcome: 'unknown_order', seenBy: 'bill' })
})

test('the file is taken as it came, the comparison as a table, and both are written down', async () => {
  await openDifference('billRowTwice')
  const [file] = await world.shop.store.listBillFiles({ day: DAY, kind: 'trade' })
  const taken = await desk.admin.submit(`/api/admin/bills/${DAY}/file`, { kind: 'trade', id: String(file?.id) })
  expect(taken.headers.get('content-disposition')).toContain(`wechat-trade-${DAY}-${file?.id}.csv`)
  expect((await taken.arrayBuffer()).byteLength).toBe(file?.bytes)
  const other = await desk.admin.submit(`/api/admin/bills/2026-03-02/file`, { kind: 'trade', id: String(file?.id) })
  expect(other.status).toBe(404)
  const table = await (await desk.admin.submit(`/api/admin/bills/${DAY}/export`, {})).text()
  expect(table.split('\r\n')[1]).toContain(`${DAY},double,payment`)
  expect(await desk.actions()).toEqual(['differences_exported', 'differences_exported', 'bill_downloaded'])
})

test('a viewer looks and takes files, and acts on nothing', async () => {
  await openDifference('billAmountChanged')
  const viewer = await desk.signIn('viewer')
  const { id } = await only()
  for (const what of ['query', 'accept', 'record', 'refund']) {
    expect(problemOf(await viewer.submit(`/api/admin/differences/${id}/${what}`, { note: 'x', back }))).toBe(
      'not_allowed',
    )
  }
  expect(problemOf(await viewer.submit(`/api/admin/bills/${DAY}/fetch`, { kind: 'trade', back }))).toBe('not_allowed')
  expect((await only()).end).toBeNull()
})

test('what is not there is refused with a word, and no form leads elsewhere', async () => {
  for (const what of ['query', 'accept', 'record', 'refund']) {
    const answer = await desk.admin.submit(`/api/admin/differences/99/${what}`, {
      note: 'x',
      back: '//elsewhere.example',
    })
    expect(placeOf(answer)).toBe('/admin/bills?problem=not_found')
  }
  const answer = await desk.admin.submit('/api/admin/bills/yesterday/fetch', { kind: 'trade', back: '/admin/orders' })
  expect(placeOf(answer)).toBe('/admin/bills?problem=not_found')
})

test('differences of one kind are accepted with one note, each of them written down, and no others', async () => {
  for (let n = 0; n < 3; n += 1) await desk.paidOrder([{ productId: 'tea-longjing', quantity: 1 }])
  await nextMorning()
  const lost = await world.shop.store.listOursDue({ from: 0, to: world.now() }, { after: null, limit: 9 })
  const found = (kind: 'double' | 'missing_there', number: string) =>
    ({ kind, subject: 'payment', number, orderId: null, here: null, there: null, moved: null }) as const
  const missing = lost.map(({ number }) => found('missing_there', number))
  await world.shop.store.putDifferences(DAY, [...missing, found('double', 'T1')], world.now())
  const accept = (fields: Record<string, string>) =>
    desk.admin.submit(`/api/admin/bills/${DAY}/accept`, { back, kind: 'missing_there', ...fields })
  expect(problemOf(await accept({ note: ' ' }))).toBe('note_required')
  expect(problemOf(await accept({ kind: 'nonsense', note: 'x' }))).toBe('not_found')
  const viewer = await desk.signIn('viewer')
  expect(problemOf(await viewer.submit(`/api/admin/bills/${DAY}/accept`, { back, kind: 'double', note: 'x' }))).toBe(
    'not_allowed',
  )
  expect(await list(false)).toEqual([])
  expect(placeOf(await accept({ note: '平台确认' }))).toBe(`${back}?done=difference_accepted`)
  expect((await list(false)).map(({ kind, end, note }) => [kind, end, note])).toEqual(
    Array(3).fill(['missing_there', 'accepted', '平台确认']),
  )
  expect((await list(true)).map(({ kind }) => kind)).toEqual(['double'])
  expect(await desk.actions()).toEqual(Array(3).fill('difference_accepted'))
  expect(problemOf(await accept({ note: 'again' }))).toBe('already_resolved')
})
