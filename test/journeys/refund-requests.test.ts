import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Order } from '@/lib/shop/order'
import { approveRefund, declineRefund } from '@/lib/shop/refunds'
import { orderToken } from '@/lib/web/order-token'
import { openVisitor, placeOf } from '../visitor'
import { openWorld, type World } from '../world'

const ACTOR = { email: 'olga@shop.example', role: 'operator', address: '127.0.0.1' } as const

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function paidOrder(): Promise<Order> {
  const { order, payment } = await world.order()
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  return order
}

const proof = (order: Order) => ({ authorization: `Bearer ${orderToken(world.runtime.orderSecret, order.id)}` })
const ask = (order: Order, body: unknown, headers: Record<string, string> = proof(order)) =>
  world.json(`/api/orders/${order.id}/refund-request`, body, headers)
const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code?: string }).code]
const viewOf = async (order: Order) =>
  (await (await world.fetch(`/api/orders/${order.id}`, { headers: proof(order) })).json()) as {
    refundedFen: number
    refunds: { id: string; status: string; amountFen: number; note: string | null; approvedAt: number | null }[]
  }

test('a buyer asks for the money of a paid order back, and the answer is the order', async () => {
  const order = await paidOrder()
  const answer = await ask(order, { reason: ' bought by mistake ' })
  expect([answer.status, await answer.json()]).toMatchObject([
    200,
    {
      id: order.id,
      status: 'paid',
      refundedFen: 0,
      refunds: [
        {
          id: expect.any(String),
          amountFen: 6800,
          status: 'requested',
          reason: 'bought by mistake',
          createdAt: world.now(),
          approvedAt: null,
          note: null,
        },
      ],
    },
  ])
})

test('nobody but the buyer can ask: to everybody else the order is not there', async () => {
  const order = await paidOrder()
  const other = await paidOrder()
  expect(await codeOf(await ask(order, { reason: 'x' }, {}))).toEqual([404, 'not_found'])
  expect(await codeOf(await ask(order, { reason: 'x' }, proof(other)))).toEqual([404, 'not_found'])
  expect((await viewOf(order)).refunds).toEqual([])
})

test.each<[body: unknown, status: number, code: string]>([
  [{}, 400, 'invalid_body'],
  [{ reason: 5 }, 400, 'invalid_body'],
  [{ reason: 'x', amountFen: 1 }, 400, 'invalid_body'],
  [{ reason: '  ' }, 400, 'reason_required'],
  [{ reason: '茶'.repeat(27) }, 400, 'reason_too_long'],
])('a wish of %j is refused, and nothing has changed', async (body, status, code) => {
  const order = await paidOrder()
  expect(await codeOf(await ask(order, body))).toEqual([status, code])
  expect((await viewOf(order)).refunds).toEqual([])
})

test('an order that is unpaid, closed, shipped, refunded or asked for already has no wish', async () => {
  const { order } = await world.order()
  expect(await codeOf(await ask(order, { reason: 'x' }))).toEqual([409, 'order_unpaid'])
  await world.fetch(`/api/orders/${order.id}/cancel`, { method: 'POST', headers: proof(order) })
  expect(await codeOf(await ask(order, { reason: 'x' }))).toEqual([409, 'order_closed'])
  const paid = await paidOrder()
  await ask(paid, { reason: 'x' })
  expect(await codeOf(await ask(paid, { reason: 'x' }))).toEqual([409, 'refund_pending'])
  await approveRefund(world.shop, (await viewOf(paid)).refunds[0]?.id ?? '', null, ACTOR)
  expect(await codeOf(await ask(paid, { reason: 'x' }))).toEqual([409, 'refund_too_much'])
  const shipped = await paidOrder()
  const entry = { at: world.now(), actor: ACTOR, action: 'order_shipped', detail: {}, outcomeOf: null } as const
  const about = { orderId: shipped.id, notificationId: null, transactionId: null }
  await world.shop.store.shipOrder(shipped.id, world.now(), { ...entry, ...about })
  expect(await codeOf(await ask(shipped, { reason: 'x' }))).toEqual([409, 'already_shipped'])
})

test('two wishes at once are one', async () => {
  const order = await paidOrder()
  const answers = await Promise.all([ask(order, { reason: 'a' }), ask(order, { reason: 'b' })])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  expect((await viewOf(order)).refunds).toHaveLength(1)
})

test('the form of the page asks without any script; pressed twice it has asked once', async () => {
  const buyer = openVisitor(world)
  const place = placeOf(await buyer.submit('/api/orders', { item: 'tea-longjing:1' }))
  const path = `/api${place}/refund-request`
  expect(placeOf(await buyer.submit(path, { reason: 'x' }))).toBe(`${place}?problem=order_unpaid`)
  await buyer.submit(`/api${place}/prepay`, { channel: 'native' })
  const [payment] = (await world.shop.store.findOrder(place.split('/').at(-1) ?? ''))?.payments ?? []
  await world.phone.pay(payment?.outTradeNo ?? '')
  await world.advance(1_000)
  expect(placeOf(await buyer.submit(path, { reason: '' }))).toBe(`${place}?problem=reason_required`)
  const answers = await Promise.all([buyer.send(path, { reason: 'x' }), buyer.send(path, { reason: 'x' })])
  expect(answers.map(placeOf)).toEqual([place, place])
  expect((await buyer.send(path, { reason: 'x' }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect(placeOf(await openVisitor(world).submit(path, { reason: 'x' }))).toBe('')
})

test('a declined wish says why, and may be asked again', async () => {
  const order = await paidOrder()
  await ask(order, { reason: 'x' })
  await declineRefund(world.shop, (await viewOf(order)).refunds[0]?.id ?? '', 'it is packed', ACTOR)
  expect((await viewOf(order)).refunds).toMatchObject([{ status: 'declined', note: 'it is packed' }])
  world.sleep(1)
  expect((await ask(order, { reason: 'please' })).status).toBe(200)
  expect((await viewOf(order)).refunds.map(({ status }) => status)).toEqual(['declined', 'requested'])
})

test('each step of a refund is pushed to who watches the order', async () => {
  const order = await paidOrder()
  const stream = await world.fetch(`/api/orders/${order.id}/events`, { headers: proof(order) })
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  const next = async () => {
    for (;;) {
      const { value = '' } = (await reader?.read()) ?? {}
      const data = /^data: (.*)$/m.exec(value)?.[1]
      if (data !== undefined) return JSON.parse(data) as Awaited<ReturnType<typeof viewOf>>
    }
  }
  expect((await next()).refunds).toEqual([])
  await ask(order, { reason: 'x' })
  const wish = await next()
  expect(wish.refunds).toMatchObject([{ status: 'requested', approvedAt: null }])
  await approveRefund(world.shop, wish.refunds[0]?.id ?? '', 'gladly', ACTOR)
  let seen = await next()
  while (seen.refunds[0]?.status !== 'processing') seen = await next()
  await world.advance(30_000)
  while (seen.refunds[0]?.status !== 'succeeded') seen = await next()
  expect([seen.refundedFen, seen.refunds[0]?.note]).toEqual([6800, 'gladly'])
  await reader?.cancel()
})
