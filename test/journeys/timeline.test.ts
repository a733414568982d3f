import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BuyerStep } from '@/lib/web/buyer-timeline'
import { nameOf, openWorld, type World } from '../world'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function newOrder(channel: string, also: Record<string, string> = {}) {
  const created = await world.json('/api/orders', { items: [{ productId: 'tea-longjing', quantity: 1 }] })
  const { id, token } = (await created.json()) as { id: string; token: string }
  const headers = { authorization: `Bearer ${token}` }
  const opened = await world.json(`/api/orders/${id}/prepay`, { channel, ...also }, headers)
  const { outTradeNo } = (await opened.json()) as { outTradeNo: string }
  const timeline = (as: Record<string, string> = headers) => world.fetch(`/api/orders/${id}/timeline`, { headers: as })
  return { id, token, outTradeNo, timeline }
}

const stepsIn = async (answer: Response) => ((await answer.json()) as { steps: BuyerStep[] }).steps
const typesOf = (steps: BuyerStep[]) =>
  steps.map((it) => (it.type === 'call' ? `call ${it.purpose}` : it.type === 'reply' ? `reply ${it.reply}` : it.type))

test('a buyer reads how the order was paid, message by message', async () => {
  const order = await newOrder('app')
  world.sleep(3_000)
  await world.phone.pay(order.outTradeNo)
  await world.advance(1_000)
  const answer = await order.timeline()
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const steps = await stepsIn(answer)
  expect(typesOf(steps)).toEqual([
    ...['made', 'payment', 'call order', 'handed_over'],
    ...['notification', 'call query', 'became', 'reply acknowledge'],
  ])
  expect(steps.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(steps[3]).toMatchObject({ channel: 'app', signed: expect.arrayContaining(['prepayid', 'noncestr']) })
  const notification = steps[4]
  if (notification?.type !== 'notification') throw new Error('no notification')
  expect(notification).toMatchObject({ isAuthentic: true, times: 1 })
  expect(notification.checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['signature', 'amount', 'query']))
  expect(notification.checks.every(({ passed }) => passed)).toBe(true)
  expect(steps[6]).toMatchObject({ status: 'paid', by: 'notification' })
})

test('a notification that was tampered with is told too, and that it was refused', async () => {
  const order = await newOrder('native')
  await world.control('faults', { orders: { [order.outTradeNo]: { tamperSignature: 1 } } }, 'PUT')
  await world.phone.pay(order.outTradeNo)
  await world.advance(20_000)
  const steps = await stepsIn(await order.timeline())
  expect(typesOf(steps).slice(4)).toEqual([
    ...['notification', 'reply retry'],
    // The scheduled check comes first, and what WeChat sends again is known.
    ...['call query', 'became', 'notification', 'reply acknowledge'],
  ])
  expect(steps[7]).toMatchObject({ by: 'shop' })
  expect(steps[4]).toMatchObject({
    isAuthentic: false,
    checks: expect.arrayContaining([{ name: 'signature', passed: false }]),
  })
})

test('to everybody else there is no timeline', async () => {
  const order = await newOrder('native')
  const cookie = `${nameOf('orders')}=${order.id}.${order.token}`
  expect((await order.timeline({ cookie })).status).toBe(200)
  const other = await newOrder('native')
  for (const headers of [
    {},
    { authorization: `Bearer ${other.token}` },
    { cookie: `${nameOf('orders')}=${order.id}.x` },
  ]) {
    expect((await order.timeline(headers)).status).toBe(404)
  }
})

test('a buyer reads nothing of refunds, of admins, of addresses and of whole signatures', async () => {
  const order = await newOrder('jsapi', { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' })
  expect((await order.timeline()).status).toBe(200)
  await world.shop.store.insertAudit({
    at: world.now(),
    actor: { email: 'olga@shop.example', role: 'operator', address: '198.51.100.7' },
    action: 'order_queried',
    orderId: order.id,
    notificationId: null,
    transactionId: null,
    detail: { note: 'between us' },
    outcomeOf: null,
  })
  await world.shop.store.insertCall({
    at: world.now(),
    durationMs: 1,
    path: '/secapi/pay/refund',
    outTradeNo: order.outTradeNo,
    outRefundNo: 'R1',
    outcome: 'NOTENOUGH',
    isAnswered: true,
    request: {},
    answer: { err_code: 'NOTENOUGH' },
  })
  const text = await (await order.timeline()).text()
  for (const secret of ['olga', '198.51.100.7', 'between us', 'refund', 'NOTENOUGH', 'spbill_create_ip', 'openid']) {
    expect(text).not.toContain(secret)
  }
  expect(text).not.toMatch(/"sign","value":"[^"…]{7,}"/)
})
