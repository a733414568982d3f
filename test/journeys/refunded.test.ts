import { afterEach, beforeEach, expect, test } from 'vitest'
import { queryOrder, reviewRefund, shipOrder } from '@/lib/shop/admin-actions'
import type { Actor } from '@/lib/shop/audit'
import { openPayment } from '@/lib/shop/checkout'
import type { Order } from '@/lib/shop/order'
import { EVERY_ORDER } from '@/lib/shop/review'
import { sign } from '@/lib/wechat/v2/sign'
import { readXml, writeXml } from '@/lib/wechat/v2/xml'
import { openWorld, type World } from '../world'

const KEY = '192006250b4c09247ec02edce69f6a2d'
const ADMIN: Actor = { email: 'ada@example.com', role: 'operator', address: '::1' }
/** What the documentation promises of an order query with any state but SUCCESS. */
const PROMISED = ['return_code', 'return_msg', 'result_code', 'appid', 'mch_id', 'nonce_str', 'out_trade_no', 'attach']

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

/** From now on WeChat says that money went back: with all that was paid, or with nothing more than it has to say. */
function refundAtWeChat(says: 'all' | 'least'): void {
  world.wire.tamperAnswer = (path, body) => {
    const read = readXml(Buffer.from(body))
    if (!path.endsWith('/orderquery') || !read.ok || read.fields.result_code !== 'SUCCESS') return body
    const said = Object.entries(read.fields).filter(([name]) => says === 'all' || PROMISED.includes(name))
    const { sign: _, ...fields } = { ...Object.fromEntries(said), trade_state: 'REFUND' } as Record<string, string>
    return writeXml({ ...fields, sign: sign(fields, KEY, 'MD5') })
  }
}

async function paidOrder() {
  const { order, payment } = await world.order()
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  expect(await world.statusOf(order)).toBe('paid')
  return { order, payment }
}

/** Paid at WeChat, and the shop has heard nothing of it. */
async function heldOrder() {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 1
  await world.phone.pay(payment.outTradeNo)
  return { order, payment }
}

const attentionOf = async ({ id }: Order) => (await world.shop.store.findOrderHistory(id, world.now()))?.attention
const waiting = async () => (await world.shop.store.countWaiting(world.now(), 9)).refunded

test.each(['all', 'least'] as const)(
  'an order whose money went back (WeChat says %s) stays paid and does not leave',
  async (says) => {
    const { order, payment } = await paidOrder()
    refundAtWeChat(says)
    expect(await shipOrder(world.shop, order.id, ADMIN)).toEqual({ ok: false, reason: 'refund_unreviewed' })
    expect(await world.paymentsOf(order)).toMatchObject([{ status: 'paid', refundSeenAt: world.now() }])
    expect([await world.statusOf(order), await attentionOf(order), await waiting()]).toEqual(['paid', ['refunded'], 1])
    const flagged = { ...EVERY_ORDER, attention: 'refunded' } as const
    const page = { after: null, limit: 9, now: world.now() }
    expect((await world.shop.store.listReviewedOrders(flagged, page)).map((it) => it.order.id)).toEqual([order.id])
    expect(world.warnings).toContain('money_went_back')
    // Also without asking: the store itself does not let it leave.
    world.wire.isCut = true
    expect(await shipOrder(world.shop, order.id, ADMIN)).toEqual({ ok: false, reason: 'refund_unreviewed' })
    world.wire.isCut = false

    expect(await reviewRefund(world.shop, order.id, 'one of two cups came broken', ADMIN)).toEqual({ ok: true })
    expect([await attentionOf(order), await waiting()]).toEqual([[], 0])
    expect(await reviewRefund(world.shop, order.id, 'again', ADMIN)).toEqual({ ok: false, reason: 'already_resolved' })
    expect(await shipOrder(world.shop, order.id, ADMIN)).toEqual({ ok: true })
    const audit = await world.shop.store.listAudit({
      filter: { action: 'refund_reviewed', email: null, orderId: order.id },
      before: null,
      limit: 9,
    })
    expect(audit).toMatchObject([{ actor: ADMIN, detail: { note: 'one of two cups came broken' } }])
    expect((await world.paymentsOf(order))[0]?.outTradeNo).toBe(payment.outTradeNo)
  },
)

test('what was never refunded has nothing to look at, and leaves while WeChat is silent', async () => {
  const { order } = await paidOrder()
  expect(await reviewRefund(world.shop, order.id, 'x', ADMIN)).toEqual({ ok: false, reason: 'already_resolved' })
  expect(await reviewRefund(world.shop, 'nobody', 'x', ADMIN)).toEqual({ ok: false, reason: 'not_found' })
  world.wire.isCut = true
  expect(await shipOrder(world.shop, order.id, ADMIN)).toEqual({ ok: true })
})

test('an admin who queries WeChat about a paid order finds its refund, once', async () => {
  const { order } = await paidOrder()
  refundAtWeChat('all')
  expect(await queryOrder(world.shop, order.id, ADMIN)).toEqual({ ok: true })
  const seen = world.now()
  expect(await attentionOf(order)).toEqual(['refunded'])
  await world.advance(60_000)
  await queryOrder(world.shop, order.id, ADMIN)
  expect(await world.paymentsOf(order)).toMatchObject([{ status: 'paid', refundSeenAt: seen }])
  expect(await world.shop.store.listOrderEvents(order.id)).toHaveLength(2)
})

test('money that went back before we knew of it pays its order all the same, and is flagged', async () => {
  const { order, payment } = await heldOrder()
  refundAtWeChat('all')
  await world.advance(10_000)
  expect([await world.statusOf(order), await attentionOf(order)]).toEqual(['paid', ['refunded']])
  const history = await world.shop.store.findOrderHistory(order.id, world.now())
  expect(history?.money).toMatchObject([{ outTradeNo: payment.outTradeNo, outcome: 'applied' }])
})

test('an order whose number is refunded, and WeChat says nothing else, ends and gives its stock back', async () => {
  const stock = await world.stockOf('tea-longjing')
  const { order } = await heldOrder()
  refundAtWeChat('least')
  await world.advance(10_000)
  expect([await world.statusOf(order), await attentionOf(order)]).toEqual(['closed', ['refunded']])
  expect(await world.paymentsOf(order)).toMatchObject([{ status: 'closed', nextCheckAt: null }])
  expect(await world.stockOf('tea-longjing')).toBe(stock)
  const request = { channel: 'native', buyer: { buyerAddress: '::1', openid: null } } as const
  expect(await openPayment(world.shop, order.id, request)).toEqual({ ok: false, reason: 'order_closed' })
})

test('a notification of money that went back since pays its order by what WeChat signed', async () => {
  const { order, payment } = await world.order()
  refundAtWeChat('least')
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  expect(await world.verdicts()).toEqual(['applied'])
  expect([await world.statusOf(order), await attentionOf(order)]).toEqual(['paid', ['refunded']])
  const [entry] = await world.log()
  expect(entry?.result?.checks.find(({ name }) => name === 'query')).toMatchObject({ passed: true, detail: 'refunded' })
})

test('when the order ended over it, its notification is stray money with everything that WeChat said', async () => {
  const { order, payment } = await heldOrder()
  refundAtWeChat('least')
  await world.advance(10_000)
  expect(await world.statusOf(order)).toBe('closed')
  await world.advance(20_000)
  expect(await world.verdicts()).toEqual(['stray'])
  const [money] = await world.shop.store.listUnreconciledTransactions({ after: null, limit: 9 })
  expect(money).toMatchObject({ outTradeNo: payment.outTradeNo, outcome: 'late', paidFen: payment.amountFen })
})
