import { afterEach, beforeEach, expect, test } from 'vitest'
import { viewOf } from '@/app/api/orders/view'
import type { Order } from '@/lib/shop/order'
import { ALL, openDesk, problemOf, whole } from '../desk'
import { placeOf } from '../visitor'
import { openWorld, type World } from '../world'

/* Abnormal refunds of API v3 that an operator sends to the shop's own bank card. */

const CALL = '/v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund'
const NOTE = { note: 'by bank transfer' }
const MINUTE = 60_000

let world: World
let desk: Awaited<ReturnType<typeof openDesk>>
beforeEach(async () => {
  world = await openWorld({ WXPAY_API_VERSION: 'v3' })
  desk = await openDesk(world)
})
afterEach(() => world.close())

async function endAtWeChat(order: Order, outcome: 'abnormal' | 'success') {
  await world.control('refund', { out_refund_no: (await desk.only(order)).outRefundNo, outcome })
}

async function abnormal() {
  const order = await desk.paidOrder()
  await desk.refund(order, whole())
  await endAtWeChat(order, 'abnormal')
  await world.advance(1_000)
  expect(await desk.only(order)).toMatchObject({ status: 'abnormal', resolvedAt: null })
  return order
}

const reroute = (order: Order) => desk.act(order, 'reroute', NOTE)
const calls = async () => {
  const filter = { number: null, path: CALL, isFailed: false }
  return (await world.shop.store.listCalls(filter, { beforeId: null, limit: 100 })).length
}
const endsOf = async (order: Order) => {
  const filter = { action: 'refund_rerouted', email: null, orderId: order.id } as const
  const entries = await world.shop.store.listAudit({ filter, before: null, limit: 10 })
  return entries.flatMap(({ outcomeOf, detail }) => (outcomeOf === null ? [] : [[detail.outcome, detail.after]]))
}

test('an operator sends an abnormal refund to the shop\u2019s card, once, and WeChat\u2019s word ends it', async () => {
  const order = await abnormal()
  expect(problemOf(await desk.act(order, 'reroute', { note: ' ' }))).toBe('note_required')
  expect(placeOf(await reroute(order))).toBe('/admin/refunds?done=refund_rerouted')
  expect(await desk.only(order)).toMatchObject({ status: 'processing', note: NOTE.note, endedAt: null })
  expect(problemOf(await reroute(order))).toBe('refund_not_abnormal')
  expect(problemOf(await desk.act(order, 'resolve', NOTE))).toBe('already_resolved')
  await world.advance(MINUTE)
  expect(await desk.only(order)).toMatchObject({ status: 'succeeded', amountFen: ALL, note: NOTE.note })
  expect(problemOf(await reroute(order))).toBe('refund_not_abnormal')
  expect([await calls(), await endsOf(order)]).toEqual([1, [['accepted', 'processing']]])
  const history = await world.shop.store.findOrderHistory(order.id, world.now())
  expect(history?.refundEvents.map(({ what }) => what)).toEqual(['made', 'accepted', 'found', 'rerouted', 'found'])
  // The money came to the shop, not to the buyer, and the note is for the shop alone.
  const seen = await viewOf(world.shop, order.id, 'en')
  expect(seen.refunds).toMatchObject([{ status: 'abnormal', note: null }])
})

test('of two operators who press at once, one sends it', async () => {
  const order = await abnormal()
  const answers = await Promise.all([reroute(order), reroute(order)])
  expect(answers.map(problemOf).sort()).toEqual([null, 'refund_not_abnormal'])
  expect(await calls()).toBe(1)
})

test('an answer that is lost is made up for by the refund query', async () => {
  const order = await abnormal()
  world.wire.loseAnswers = 1
  expect(problemOf(await reroute(order))).toBeNull()
  expect(await desk.only(order)).toMatchObject({ status: 'processing' })
  await world.advance(MINUTE)
  expect(await desk.only(order)).toMatchObject({ status: 'succeeded' })
  expect(await calls()).toBe(1)
})

test('what never reached WeChat is abnormal again, waits for somebody, and is pressed again', async () => {
  const order = await abnormal()
  world.wire.isCut = true
  expect(problemOf(await reroute(order))).toBeNull()
  expect(await desk.only(order)).toMatchObject({ status: 'processing' })
  world.wire.isCut = false
  await world.advance(30_000)
  expect(await desk.only(order)).toMatchObject({ status: 'abnormal', resolvedAt: null, note: null })
  await reroute(order)
  await world.advance(MINUTE)
  expect(await desk.only(order)).toMatchObject({ status: 'succeeded' })
})

test('WeChat refuses one that succeeded meanwhile, and the refund query ends it', async () => {
  const order = await abnormal()
  world.wire.loseNotifications = 99
  await endAtWeChat(order, 'success')
  expect(problemOf(await reroute(order))).toBeNull()
  expect(await desk.only(order)).toMatchObject({ status: 'succeeded' })
  expect(await endsOf(order)).toEqual([['INVALID_REQUEST', 'succeeded']])
})

test('a viewer sends nothing, and a refund that nobody knows is not found', async () => {
  const order = await abnormal()
  const { outRefundNo } = await desk.only(order)
  const viewer = await desk.signIn('viewer')
  expect(problemOf(await viewer.submit(`/api/admin/refunds/${outRefundNo}/reroute`, NOTE))).toBe('not_allowed')
  expect(problemOf(await desk.admin.submit('/api/admin/refunds/nobody/reroute', NOTE))).toBe('not_found')
  expect([await calls(), (await desk.only(order)).status]).toEqual([0, 'abnormal'])
})
