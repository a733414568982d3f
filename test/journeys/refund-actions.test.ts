import { afterEach, beforeEach, expect, test } from 'vitest'
import { refundTransaction } from '@/lib/shop/refunds'
import { openDesk, problemOf, whole } from '../desk'
import { signedNotification } from '../messages'
import { placeOf } from '../visitor'
import { openWorld, type World } from '../world'

const ADMIN = { email: 'ada@example.com', role: 'operator', address: '::1' } as const

let world: World
let desk: Awaited<ReturnType<typeof openDesk>>
beforeEach(async () => {
  world = await openWorld()
  desk = await openDesk(world)
})
afterEach(() => world.close())

test('a wish that is approved goes back to the buyer, with a sentence or without', async () => {
  const order = await desk.paidOrder()
  await desk.ask(order)
  const answer = await desk.act(order, 'approve', { note: ' gladly ', back: '/admin/refunds?waits=look' })
  expect(placeOf(answer)).toBe('/admin/refunds?waits=look&done=approved')
  await world.advance(30_000)
  expect(await desk.only(order)).toMatchObject({ status: 'succeeded', note: 'gladly', source: 'buyer' })
  expect(problemOf(await desk.act(order, 'approve'))).toBe('refund_decided')
  expect(problemOf(await desk.act(order, 'decline', { note: 'too late' }))).toBe('refund_decided')
  expect(await desk.refundCalls()).toBe(1)
})

test('a wish is declined with a sentence, and not without one', async () => {
  const order = await desk.paidOrder()
  await desk.ask(order)
  expect(problemOf(await desk.act(order, 'decline'))).toBe('note_required')
  expect(problemOf(await desk.act(order, 'decline', { note: 'x'.repeat(501) }))).toBe('note_required')
  expect(problemOf(await desk.act(order, 'approve', { note: 'x'.repeat(501) }))).toBe('note_required')
  expect((await desk.only(order)).status).toBe('requested')
  expect(placeOf(await desk.act(order, 'decline', { note: 'it left an hour ago' }))).toBe(
    '/admin/refunds?done=declined',
  )
  expect(await desk.only(order)).toMatchObject({ status: 'declined', note: 'it left an hour ago' })
  expect([await desk.actions(), await desk.refundCalls()]).toEqual([['refund_declined'], 0])
})

test('a form about a refund leads back to our own pages only', async () => {
  const order = await desk.paidOrder()
  await desk.ask(order)
  for (const back of ['https://elsewhere.example/', '//elsewhere.example', '/orders', 'javascript:1']) {
    expect(placeOf(await desk.act(order, 'decline', { back }))).toBe('/admin/refunds?problem=note_required')
  }
  expect(placeOf(await desk.act(order, 'decline', { back: `/admin/orders/${order.id}` }))).toBe(
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
  const order = await desk.paidOrder()
  await desk.refund(order, whole())
  await endAtWeChat((await desk.only(order)).outRefundNo, 'abnormal')
  expect(placeOf(await desk.act(order, 'query'))).toBe('/admin/refunds?done=refund_queried')
  expect(await desk.only(order)).toMatchObject({ status: 'abnormal', resolvedAt: null })
  // API v2 has no call for it: WeChat's console is the way.
  expect(problemOf(await desk.act(order, 'reroute', { note: 'x' }))).toBe('refund_not_abnormal')
  expect(problemOf(await desk.act(order, 'resolve', { note: ' ' }))).toBe('note_required')
  expect(placeOf(await desk.act(order, 'resolve', { note: 'sent to another card' }))).toBe(
    '/admin/refunds?done=refund_resolved',
  )
  expect(problemOf(await desk.act(order, 'resolve', { note: 'again' }))).toBe('already_resolved')
  expect(await desk.only(order)).toMatchObject({ status: 'abnormal', note: 'sent to another card' })
})

test('a refund that nobody knows has its own word at every action', async () => {
  for (const action of ['approve', 'decline', 'query', 'resolve', 'reroute']) {
    const answer = await desk.admin.submit(`/api/admin/refunds/nobody/${action}`, { note: 'x' })
    expect([action, problemOf(answer)]).toEqual([action, 'not_found'])
  }
  expect(await desk.actions()).toEqual([])
})

test('while WeChat is silent a refund waits, a query says so, and it goes out once', async () => {
  const order = await desk.paidOrder()
  world.wire.isCut = true
  expect(placeOf(await desk.refund(order, whole()))).toBe(`/admin/orders/${order.id}?done=refunded`)
  expect((await desk.only(order)).status).toBe('requested')
  expect(problemOf(await desk.act(order, 'query'))).toBe('wechat_unavailable')
  world.wire.isCut = false
  await world.advance(120_000)
  expect((await desk.only(order)).status).toBe('succeeded')
})

test('money that came too late is sent back from its card, all of it and once', async () => {
  const { order, payment } = await world.order()
  await desk.admin.submit(`/api/admin/orders/${order.id}/close`, {})
  await world.phone.payLate(payment.outTradeNo)
  await world.advance(1_000)
  const { transactionId = '' } =
    (await world.shop.store.listUnreconciledTransactions({ after: null, limit: 1 }))[0] ?? {}
  const send = (fields: Record<string, string>) => desk.admin.submit(`/api/admin/money/${transactionId}/refund`, fields)
  expect(placeOf(await send({}))).toBe('/admin/money?problem=reason_required')
  const sent = await send({ reason: 'closed before it was paid', from: 'order' })
  expect(placeOf(sent)).toBe(`/admin/orders/${order.id}?done=refunded`)
  expect(problemOf(await send({ reason: 'again' }))).toBe('refund_too_much')
  await world.advance(30_000)
  expect(await desk.only(order)).toMatchObject({ status: 'succeeded', amountFen: 6800, transactionId })
  expect(problemOf(await send({ reason: 'again' }))).toBe('already_resolved')
  expect(await world.shop.store.listUnreconciledTransactions({ after: null, limit: 1 })).toEqual([])
})

test('the exported list has every refund, runs nothing in a spreadsheet, and is written down', async () => {
  const [first, second] = [await desk.paidOrder(), await desk.paidOrder()]
  await desk.refund(first, [
    ['amountFen', '150'],
    ['reason', '=cmd|calc'],
  ])
  world.sleep(1)
  await desk.ask(second)
  const text = await (await desk.admin.submit('/api/admin/refunds/export', {})).text()
  const lines = text.trim().split('\r\n')
  expect(lines).toHaveLength(3)
  expect(lines[2]).toContain(`${first.id},processing,1.50,260.00,admin,'=cmd|calc`)
  expect(lines[1]).toContain(`${second.id},requested,260.00,260.00,buyer,no longer needed`)
  const waiting = await (await desk.admin.submit('/api/admin/refunds/export', { waits: 'look' })).text()
  expect(waiting.trim().split('\r\n')).toHaveLength(2)
  expect(problemOf(await desk.admin.submit('/api/admin/refunds/export', { status: 'lost' }))).toBe('invalid_body')
  expect((await desk.actions()).filter((action) => action === 'refunds_exported')).toHaveLength(4)
})

test('money that only a message told of is not refunded before WeChat confirmed it', async () => {
  const { order, payment } = await world.order()
  world.wire.isCut = true
  world.wire.loseNotifications = 1
  await world.phone.pay(payment.outTradeNo)
  const [trade] = (await world.weChat()).orders
  const transactionId = trade?.transaction_id ?? ''
  await world.notify(signedNotification(payment.outTradeNo, { transaction_id: transactionId, total_fee: '6807' }))
  const press = () => refundTransaction(world.shop, transactionId, 'nobody ordered it', ADMIN)
  expect(await press()).toEqual({ ok: false, reason: 'wechat_unavailable' })
  expect(await world.refundsOf(order)).toEqual([])
  world.wire.isCut = false
  expect(await press()).toEqual({ ok: false, reason: 'not_found' })
  expect(await world.statusOf(order)).toBe('paid')
  expect(await world.refundsOf(order)).toEqual([])
})
