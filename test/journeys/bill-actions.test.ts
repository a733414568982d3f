import { afterEach, beforeEach, expect, test } from 'vitest'
import { beginOf, dayAfter, dayOf } from '@/lib/shop/beijing'
import { tickBills } from '@/lib/shop/reconcile'
import { openDesk, problemOf } from '../desk'
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

/** The one difference of the day. */
async function only() {
  const [first, ...more] = await list(null)
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
  expect(await list(true)).toHaveLength(1)
  expect(placeOf(await act('query'))).toBe(`${back}?done=difference_queried`)
  expect((await only()).end).toBeNull()
  world.sleep(60_000)
  const answer = await desk.admin.submit(`/api/admin/bills/${DAY}/fetch`, { kind: 'trade', back })
  expect(placeOf(answer)).toBe(`${back}?done=bill_fetched`)
  expect(await only()).toMatchObject({ end: 'gone', endedBy: 'comparison' })
  expect(await desk.actions()).toEqual(['bill_fetched', 'bill_fetched', 'difference_queried', 'difference_queried'])
  const future = await desk.admin.submit('/api/admin/bills/2025-06-01/fetch', { kind: 'trade', back })
  expect(problemOf(future)).toBe('not_found')
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
