import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type ActionResult,
  closeOrderAs,
  queryOrder,
  resolveTransaction,
  reviewRefund,
  shipOrder,
} from '@/lib/shop/admin-actions'
import { createOrder, openPayment } from '@/lib/shop/checkout'
import { closeAtWeChat } from '@/lib/shop/query'
import { requestRefund } from '@/lib/shop/refunds'
import type { Shop } from '@/lib/shop/shop'
import { openWorld, type World } from '../world'
import { type Script, scripted, tradeOf } from './answers'

const OLGA = { email: 'olga@shop.example', role: 'operator', address: '::1' } as const
const TEA = [{ productId: 'tea-longjing', quantity: 1 }]
const OK = { ok: true }
const EVERYTHING = { action: null, email: null, orderId: null }
const refused = (reason: string) => ({ ok: false, reason })

let world: World
let told: string[]
let asked: string[]
beforeEach(async () => {
  world = await openWorld()
  told = []
  asked = []
})
afterEach(() => world.close())

/** What an action gives while WeChat follows a script to its end. */
async function acting(script: Script, act: (shop: Shop) => Promise<ActionResult>): Promise<ActionResult> {
  const { shop, left } = scripted(world.shop, script)
  const query: Shop['gateway']['query'] = (payment) => {
    asked.push(payment.outTradeNo)
    return shop.gateway.query(payment)
  }
  const gateway = { ...shop.gateway, query }
  const result = await act({ ...shop, gateway, announce: (id) => void told.push(id) })
  expect(left).toEqual([])
  return result
}

/** The record of what admins did, oldest first; entries about one another by their places. */
async function acts() {
  const entries = (await world.shop.store.listAudit({ filter: EVERYTHING, before: null, limit: 50 })).reverse()
  return entries.map(({ action, actor, orderId, transactionId, detail, outcomeOf }) => {
    expect(actor).toEqual(OLGA)
    const outcome = entries.findIndex(({ id }) => id === outcomeOf)
    return { action, about: orderId, ...(transactionId && { transactionId }), detail, outcomeOf: outcome }
  })
}

async function unpaidOrder() {
  const created = await createOrder(world.shop, { items: TEA })
  if (!created.ok) throw new Error(created.reason)
  return created.order
}

/** An order whose second payment is open, after the buyer has changed the channel. */
async function orderOfTwoPayments() {
  const { order, payment } = await world.order()
  world.sleep(1_000)
  const { shop } = scripted(world.shop, ['close closed', 'prepay prepaid'])
  const second = await openPayment(shop, order.id, { channel: 'app', buyer: { buyerAddress: '::1', openid: null } })
  if (!second.ok) throw new Error(second.reason)
  return { order, first: payment, second: second.payment }
}

async function paidOrder() {
  const { order, first, second } = await orderOfTwoPayments()
  await acting(['query closed', 'query paid'], (shop) => queryOrder(shop, order.id, OLGA))
  expect(await world.statusOf(order)).toBe('paid')
  told.length = 0
  asked.length = 0
  return { order, first, second, already: await acts() }
}

test.each<[Script, object, string, string]>([
  [['query closed', 'query unpaid'], OK, 'done', 'pending'],
  [['query closed', 'query paid'], OK, 'done', 'paid'],
  [['query paid', 'query closed'], OK, 'done', 'paid'],
  [['query closed', 'query unknown'], refused('wechat_unavailable'), 'wechat_unavailable', 'pending'],
  [['query unknown', 'query unpaid'], refused('wechat_unavailable'), 'wechat_unavailable', 'pending'],
])('an admin asks about each payment of an order, answered %j: %j', async (script, expected, outcome, after) => {
  const { order, first, second } = await orderOfTwoPayments()
  expect(await acting(script, (shop) => queryOrder(shop, order.id, OLGA))).toEqual(expected)
  const [of, ofSecond] = script.map((line) => line.split(' ')[1])
  const answers = { [first.outTradeNo]: of, [second.outTradeNo]: ofSecond }
  const begun = { action: 'order_queried', about: order.id, detail: { before: 'pending' }, outcomeOf: -1 }
  const detail = { outcome, before: 'pending', after, ...answers }
  expect(await acts()).toEqual([begun, { ...begun, detail, outcomeOf: 0 }])
  expect(await world.statusOf(order)).toBe(after)
})

test('what an admin’s query changed has the entry of the record as its cause', async () => {
  const { order } = await paidOrder()
  const event = (await world.shop.store.listOrderEvents(order.id)).at(-1)
  const [begun] = (
    await world.shop.store.listAudit({
      filter: { action: null, email: null, orderId: order.id },
      before: null,
      limit: 9,
    })
  ).reverse()
  expect([event?.to, event?.cause]).toEqual(['paid', { kind: 'admin', id: String(begun?.id) }])
})

test.each<[Script, object, string, string]>([
  [['close closed'], OK, 'done', 'closed'],
  [['close unknown'], refused('wechat_unavailable'), 'wechat_unavailable', 'pending'],
  [['close paid', 'query paid'], refused('order_paid'), 'order_paid', 'paid'],
])('an admin closes an order, at WeChat first, answered %j: %j', async (script, expected, outcome, after) => {
  const { order } = await world.order()
  expect(await acting(script, (shop) => closeOrderAs(shop, order.id, OLGA))).toEqual(expected)
  const begun = { action: 'order_closed', about: order.id, detail: { before: 'pending' }, outcomeOf: -1 }
  expect(await acts()).toEqual([begun, { ...begun, detail: { outcome, before: 'pending', after }, outcomeOf: 0 }])
  expect(await world.statusOf(order)).toBe(after)
})

test('of two admins who close an order at the same time, one has closed it, and both read so', async () => {
  const order = await unpaidOrder()
  const close = () => closeOrderAs(world.shop, order.id, OLGA)
  const results = await Promise.all([close(), close()])
  expect(results.filter(({ ok }) => ok)).toEqual([OK])
  expect(results.filter(({ ok }) => !ok)).toEqual([refused('order_closed')])
  const outcomes = (await acts()).flatMap(({ detail }) => detail.outcome ?? [])
  expect(outcomes.sort()).toEqual(['done', 'order_closed'])
})

test('an order that a notification closed meanwhile was not closed by the admin, although both have the same number', async () => {
  const { order, payment } = await world.order()
  const closed = await acting([], (shop) => {
    const close: Shop['gateway']['close'] = async (it) => {
      const [begun] = await shop.store.listAudit({ filter: EVERYTHING, before: null, limit: 1 })
      const other = scripted(world.shop, ['close closed']).shop
      await closeAtWeChat(other, payment, 'closes', { kind: 'notification', id: String(begun?.id) })
      return scripted(world.shop, ['close closed']).shop.gateway.close(it)
    }
    return closeOrderAs({ ...shop, gateway: { ...shop.gateway, close } }, order.id, OLGA)
  })
  expect(closed).toEqual(refused('order_closed'))
})

test('an order that is over is not closed again, and nothing is written down', async () => {
  const { order, already } = await paidOrder()
  expect(await acting([], (shop) => closeOrderAs(shop, order.id, OLGA))).toEqual(refused('order_paid'))
  const closed = await unpaidOrder()
  expect(await acting([], (shop) => closeOrderAs(shop, closed.id, OLGA))).toEqual(OK)
  expect(await acting([], (shop) => closeOrderAs(shop, closed.id, OLGA))).toEqual(refused('order_closed'))
  expect(await acts()).toHaveLength(already.length + 2)
})

test.each<Script>([['query paid'], ['query unknown']])(
  'goods of a paid order leave once, after WeChat was queried about its money: %s',
  async (answer) => {
    const { order, second, already } = await paidOrder()
    const ship = (shop: Shop) => shipOrder(shop, order.id, OLGA)
    expect(await acting([answer], ship)).toEqual(OK)
    expect([told, asked]).toEqual([[order.id], [second.outTradeNo]])
    expect(await acting([answer], ship)).toEqual(refused('already_shipped'))
    expect(told).toEqual([order.id])
    const detail = { before: 'paid', after: 'shipped' }
    expect((await acts()).slice(already.length)).toEqual([
      { action: 'order_shipped', about: order.id, detail, outcomeOf: -1 },
    ])
  },
)

test('a refund of the console that shipping finds was found by who wanted to ship', async () => {
  const { order, payment } = await world.order()
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  world.wire.loseNotifications = 99
  await world.control('console-refund', { out_trade_no: payment.outTradeNo, refund_fee: 400 })
  expect(await shipOrder(world.shop, order.id, OLGA)).toEqual(refused('refund_unreviewed'))
  const [made] = (await world.shop.store.findOrderHistory(order.id, world.now()))?.refundEvents ?? []
  expect(made).toMatchObject({ what: 'made', cause: { kind: 'admin', id: order.id } })
})

test('goods that somebody else shipped, or whose buyer wants the money back since, are not shipped here', async () => {
  const { order, already } = await paidOrder()
  const beaten = (meanwhile: () => Promise<unknown>) => (shop: Shop) => {
    const lost = async () => {
      await meanwhile()
      return false
    }
    return shipOrder({ ...shop, store: { ...shop.store, shipOrder: lost } }, order.id, OLGA)
  }
  expect(
    await acting(
      ['query paid'],
      beaten(async () => {}),
    ),
  ).toEqual(refused('already_shipped'))
  const wish = () => requestRefund(world.shop, order.id, { reason: 'please' })
  expect(await acting(['query paid'], beaten(wish))).toEqual(refused('refund_pending'))
  expect(told).toEqual([])
  expect(await acts()).toHaveLength(already.length)
})

test('goods of an order without money stay, and WeChat is not queried for that', async () => {
  const { order } = await world.order()
  expect(await acting([], (shop) => shipOrder(shop, order.id, OLGA))).toEqual(refused('order_unpaid'))
  expect(await acts()).toEqual([])
})

test('goods stay while money went back at WeChat and nobody looked; who looked says so once', async () => {
  const { order, already } = await paidOrder()
  const ship = (shop: Shop) => shipOrder(shop, order.id, OLGA)
  const review = (shop: Shop) => reviewRefund(shop, order.id, 'a discount', OLGA)
  expect(await acting([], review)).toEqual(refused('already_resolved'))
  expect(await acting(['query paid_and_refunded'], ship)).toEqual(refused('refund_unreviewed'))
  told.length = 0
  expect(await acting([], review)).toEqual(OK)
  expect(told).toEqual([order.id])
  expect(await acting([], review)).toEqual(refused('already_resolved'))
  expect(told).toEqual([order.id])
  expect(await acting(['query paid_and_refunded'], ship)).toEqual(OK)
  const reviewed = { before: 'refunded', after: 'reviewed', note: 'a discount' }
  expect((await acts()).slice(already.length)).toEqual([
    { action: 'refund_reviewed', about: order.id, detail: reviewed, outcomeOf: -1 },
    { action: 'order_shipped', about: order.id, detail: { before: 'paid', after: 'shipped' }, outcomeOf: -1 },
  ])
})

test('what was done about stray money is written down once; money that paid its order is not stray', async () => {
  const { order, first, already } = await paidOrder()
  const resolve = (id: string) => acting([], (shop) => resolveTransaction(shop, id, 'sent back', OLGA))
  expect(await resolve(tradeOf(first).transactionId)).toEqual(refused('not_found'))
  expect(await resolve('4200000000')).toEqual(refused('not_found'))

  const stray = { ...tradeOf(first), transactionId: '4200000002', orderId: order.id, outcome: 'second' } as const
  await world.shop.store.commit({ transaction: { ...stray, seenAt: world.now(), seenBy: 'query' } })
  expect(await resolve(stray.transactionId)).toEqual(OK)
  expect(await resolve(stray.transactionId)).toEqual(refused('already_resolved'))
  const detail = { before: 'second', after: 'resolved', note: 'sent back' }
  expect((await acts()).slice(already.length)).toEqual([
    { action: 'money_resolved', about: order.id, transactionId: stray.transactionId, detail, outcomeOf: -1 },
  ])
  const found = await world.shop.store.findTransactionForReview(stray.transactionId)
  expect(found?.resolution).toEqual({ at: world.now(), by: OLGA.email, note: 'sent back' })
})

test.each<[string, (shop: Shop, id: string) => Promise<ActionResult>]>([
  ['queried', (shop, id) => queryOrder(shop, id, OLGA)],
  ['closed', (shop, id) => closeOrderAs(shop, id, OLGA)],
  ['shipped', (shop, id) => shipOrder(shop, id, OLGA)],
  ['reviewed', (shop, id) => reviewRefund(shop, id, 'a note', OLGA)],
])('an order that is not there is not %s', async (_, act) => {
  expect(await acting([], (shop) => act(shop, 'nothing'))).toEqual(refused('not_found'))
  expect(await acts()).toEqual([])
})
