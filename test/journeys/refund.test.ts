import { afterEach, beforeEach, expect, test } from 'vitest'
import { shipOrder } from '@/lib/shop/admin-actions'
import type { Actor } from '@/lib/shop/audit'
import { leftOfOrder, piecesLeft, type Refund } from '@/lib/shop/refund'
import {
  approveRefund,
  declineRefund,
  queryRefundAs,
  type RefundResult,
  refundOrder,
  refundTransaction,
  requestRefund,
  resolveRefund,
} from '@/lib/shop/refunds'
import { openWorld, type World } from '../world'

const ADMIN: Actor = { email: 'ada@example.com', role: 'operator', address: '::1' }
const ITEMS = [
  { productId: 'tea-longjing', quantity: 2 },
  { productId: 'tea-qimen', quantity: 1 },
]
const MINUTE = 60_000
/** What the two lines cost: 2 × 6800 and 5800. */
const AMOUNT = 19_400

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function paidOrder(items = ITEMS) {
  const { order, payment } = await world.order(items)
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  const found = await world.shop.store.findOrder(order.id)
  if (found?.order.status !== 'paid') throw new Error('not paid')
  return { order: found.order, payment }
}

const wantedOf = (amountFen: number, lines: Refund['lines'] = [], returnsStock = false) => ({
  ...{ amountFen, lines, returnsStock },
  reason: 'one cup came broken',
})
const refundOf = (result: RefundResult): Refund => {
  if (!result.ok) throw new Error(result.reason)
  return result.refund
}
const findRefund = async ({ outRefundNo }: Refund) => {
  const refund = await world.shop.store.findRefund(outRefundNo)
  if (refund === null) throw new Error('no such refund')
  return refund
}
const left = async (orderId: string) => {
  const found = await world.shop.store.findOrder(orderId)
  return found === null ? null : leftOfOrder(found.order, await world.refundsOf(found.order))
}
const atWeChat = async () => (await world.weChat()).refunds

test('an order of three pieces is refunded line by line, and both books agree to the fen', async () => {
  const { order } = await paidOrder()
  const stock = await world.stockOf('tea-longjing')
  const one = [{ productId: 'tea-longjing', quantity: 1 }]
  for (const [amountFen, lines] of [
    [6800, one],
    [5800, [{ productId: 'tea-qimen', quantity: 1 }]],
    [6800, one],
  ] as const) {
    const refund = refundOf(await refundOrder(world.shop, order.id, wantedOf(amountFen, [...lines], true), ADMIN))
    expect(refund).toMatchObject({ status: 'processing', amountFen, paidFen: AMOUNT, source: 'admin', problem: null })
    expect(refund.outRefundNo).toMatch(/^[0-9a-z]{40}$/)
    await world.advance(2 * MINUTE)
    expect(await findRefund(refund)).toMatchObject({ status: 'succeeded', nextCheckAt: null })
  }
  expect(await left(order.id)).toBe(0)
  expect(piecesLeft(order, await world.refundsOf(order))).toEqual([])
  expect(await world.stockOf('tea-longjing')).toBe((stock ?? 0) + 2)
  const theirs = await atWeChat()
  expect(theirs.map(({ refund_fee, status }) => [refund_fee, status])).toEqual([
    [6800, 'SUCCESS'],
    [5800, 'SUCCESS'],
    [6800, 'SUCCESS'],
  ])
  expect(await world.statusOf(order)).toBe('paid')
  const history = await world.shop.store.findOrderHistory(order.id, world.now())
  const first = history?.refunds[0]?.outRefundNo
  const events = history?.refundEvents.filter(({ outRefundNo }) => outRefundNo === first)
  expect(events?.map(({ version, what, from, to }) => [version, what, from, to])).toEqual([
    [1, 'made', null, 'requested'],
    [2, 'accepted', 'requested', 'processing'],
    [3, 'found', 'processing', 'succeeded'],
  ])
  const made = history?.actions.filter(({ action }) => action === 'refund_made') ?? []
  expect(made).toHaveLength(3)
  expect(events?.[0]?.cause).toEqual({ kind: 'admin', id: String(made[0]?.id) })
  expect(history?.calls.some(({ outRefundNo }) => outRefundNo === first)).toBe(true)
})

test('the row is on the disk before WeChat hears of it', async () => {
  const { order } = await paidOrder()
  let known: Refund[] = []
  world.wire.beforeRequest = async (path) => {
    if (path.endsWith('/refund')) known = await world.refundsOf(order)
  }
  const refund = refundOf(await refundOrder(world.shop, order.id, wantedOf(100), ADMIN))
  expect(known).toMatchObject([{ outRefundNo: refund.outRefundNo, status: 'requested', amountFen: 100 }])
})

test('of two who refund everything at once, one does', async () => {
  const { order } = await paidOrder()
  const press = () => refundOrder(world.shop, order.id, wantedOf(AMOUNT), ADMIN)
  const results = await Promise.all([press(), press(), press()])
  expect(results.filter(({ ok }) => ok)).toHaveLength(1)
  expect(results.filter(({ ok }) => !ok)).toEqual(Array(2).fill({ ok: false, reason: 'refund_too_much' }))
  expect(await atWeChat()).toHaveLength(1)
})

test('what cannot be refunded is refused with its own code, and nothing is written', async () => {
  const { order } = await paidOrder()
  const pending = (await world.order()).order
  const codeOf = async (id: string, wanted: ReturnType<typeof wantedOf>) => {
    const result = await refundOrder(world.shop, id, wanted, ADMIN)
    return result.ok ? 'ok' : result.reason
  }
  expect(await codeOf('nobody', wantedOf(1))).toBe('not_found')
  expect(await codeOf(pending.id, wantedOf(1))).toBe('order_unpaid')
  await world.advance(40 * MINUTE)
  expect(await world.statusOf(pending)).toBe('closed')
  expect(await codeOf(pending.id, wantedOf(1))).toBe('order_closed')
  for (const amount of [0, -1, 1.5, Number.NaN])
    expect(await codeOf(order.id, wantedOf(amount))).toBe('invalid_refund_amount')
  expect(await codeOf(order.id, wantedOf(AMOUNT + 1))).toBe('refund_too_much')
  expect(await codeOf(order.id, { ...wantedOf(1), reason: ' ' })).toBe('reason_required')
  const lines = (productId: string, quantity: number) => [{ productId, quantity }]
  expect(await codeOf(order.id, wantedOf(6800, lines('tea-longjing', 3)))).toBe('invalid_refund_lines')
  expect(await codeOf(order.id, wantedOf(6800, lines('tea-longjing', 0)))).toBe('invalid_refund_lines')
  expect(await codeOf(order.id, wantedOf(6800, lines('ware-teapot', 1)))).toBe('invalid_refund_lines')
  expect(await codeOf(order.id, wantedOf(6799, lines('tea-longjing', 1)))).toBe('invalid_refund_lines')
  expect(await codeOf(order.id, wantedOf(100))).toBe('ok')
  expect(await codeOf(order.id, wantedOf(100))).toBe('refund_too_soon')
  await world.advance(MINUTE)
  world.sleep(366 * 24 * 60 * MINUTE)
  expect(await codeOf(order.id, wantedOf(100))).toBe('refund_too_late')
  expect(await world.refundsOf(order)).toHaveLength(1)
  const audit = { filter: { action: 'refund_made', email: null, orderId: null }, before: null, limit: 9 } as const
  expect(await world.shop.store.listAudit(audit)).toHaveLength(1)
})

test('without a certificate nothing is written and nobody is asked', async () => {
  const { order } = await paidOrder()
  const gateway = { ...world.shop.gateway, whyNoRefunds: () => 'no_certificate' as const }
  const shop = { ...world.shop, gateway }
  expect(await refundOrder(shop, order.id, wantedOf(1), ADMIN)).toEqual({ ok: false, reason: 'refunds_off' })
  expect(await world.refundsOf(order)).toEqual([])
  const wish = refundOf(await requestRefund(shop, order.id, { reason: 'too late' }))
  expect(await approveRefund(shop, wish.outRefundNo, null, ADMIN)).toEqual({ ok: false, reason: 'refunds_off' })
  expect(await findRefund(wish)).toMatchObject({ status: 'requested', approvedAt: null })
})

test('while WeChat is down the request waits, and goes out unchanged when it is back', async () => {
  const { order } = await paidOrder()
  world.wire.isCut = true
  const refund = refundOf(await refundOrder(world.shop, order.id, wantedOf(AMOUNT), ADMIN))
  expect(refund).toMatchObject({ status: 'requested', problem: 'no_connection', waitsFor: 'time' })
  await world.advance(2 * MINUTE)
  expect(await queryRefundAs(world.shop, refund.outRefundNo, ADMIN)).toEqual({
    ok: false,
    reason: 'wechat_unavailable',
  })
  await world.restart()
  world.wire.isCut = false
  await world.advance(5 * MINUTE)
  const after = await findRefund(refund)
  expect(after).toMatchObject({ status: 'succeeded', problem: null, request: refund.request, amountFen: AMOUNT })
  expect(await atWeChat()).toMatchObject([{ out_refund_no: refund.outRefundNo, refund_fee: AMOUNT }])
})

test('an answer that is lost is asked for again with the same number, and refunds once', async () => {
  const { order } = await paidOrder()
  world.wire.loseAnswers = 1
  const refund = refundOf(await refundOrder(world.shop, order.id, wantedOf(500), ADMIN))
  expect(refund.status).toBe('requested')
  await world.advance(MINUTE)
  expect(await findRefund(refund)).toMatchObject({ status: 'succeeded' })
  expect(await atWeChat()).toHaveLength(1)
})

test('what the merchant has no balance for waits for an operator, and goes out when there is some', async () => {
  const { order } = await paidOrder()
  await world.control('balance', { balance: 0 }, 'PUT')
  const refund = refundOf(await refundOrder(world.shop, order.id, wantedOf(500), ADMIN))
  expect(refund).toMatchObject({ status: 'requested', problem: 'NOTENOUGH', waitsFor: 'operator' })
  const waiting = async () => (await world.shop.store.countWaiting(world.now(), 9)).refunds
  expect([await waiting(), await world.shop.store.countRefunds(9)]).toEqual([1, { open: 1, look: 1 }])
  expect(world.warnings).toContain('refund_waits')
  await world.control('balance', { balance: 1_000_000 }, 'PUT')
  await world.advance(10 * MINUTE)
  expect(await findRefund(refund)).toMatchObject({ status: 'succeeded', problem: null, waitsFor: null })
  expect(await world.shop.store.countRefunds(9)).toEqual({ open: 0, look: 0 })
})

test('a refund that WeChat closes gives its amount back to what is left, and a new number is needed', async () => {
  const { order } = await paidOrder()
  await world.control('faults', { refundClosed: 1 }, 'PUT')
  const refund = refundOf(await refundOrder(world.shop, order.id, wantedOf(AMOUNT), ADMIN))
  expect(await left(order.id)).toBe(0)
  await world.advance(2 * MINUTE)
  expect(await findRefund(refund)).toMatchObject({ status: 'closed', nextCheckAt: null })
  expect(await left(order.id)).toBe(AMOUNT)
  const again = refundOf(await refundOrder(world.shop, order.id, wantedOf(AMOUNT), ADMIN))
  expect(again.outRefundNo).not.toBe(refund.outRefundNo)
  await world.advance(2 * MINUTE)
  expect(await findRefund(again)).toMatchObject({ status: 'succeeded' })
})

test('an abnormal refund stays, returns no stock, and ends by the note of somebody who settled it', async () => {
  const { order } = await paidOrder()
  const stock = await world.stockOf('tea-qimen')
  await world.control('faults', { refundAbnormal: 1 }, 'PUT')
  const wanted = wantedOf(5800, [{ productId: 'tea-qimen', quantity: 1 }], true)
  const refund = refundOf(await refundOrder(world.shop, order.id, wanted, ADMIN))
  await world.advance(2 * MINUTE)
  expect(await findRefund(refund)).toMatchObject({ status: 'abnormal', endedAt: null, resolvedAt: null })
  expect(await world.stockOf('tea-qimen')).toBe(stock)
  expect((await world.shop.store.findOrderHistory(order.id, world.now()))?.attention).toEqual(['refund'])
  expect(await resolveRefund(world.shop, refund.outRefundNo, ' ', ADMIN)).toEqual({
    ok: false,
    reason: 'note_required',
  })
  refundOf(await resolveRefund(world.shop, refund.outRefundNo, 'sent to the card by hand', ADMIN))
  expect(await findRefund(refund)).toMatchObject({ status: 'abnormal', note: 'sent to the card by hand' })
  expect((await world.shop.store.findOrderHistory(order.id, world.now()))?.attention).toEqual([])
  const again = await resolveRefund(world.shop, refund.outRefundNo, 'again', ADMIN)
  expect(again).toEqual({ ok: false, reason: 'already_resolved' })
  // WeChat found another way after all.
  await world.control('refund', { out_refund_no: refund.outRefundNo, outcome: 'success' })
  refundOf(await queryRefundAs(world.shop, refund.outRefundNo, ADMIN))
  expect(await findRefund(refund)).toMatchObject({ status: 'succeeded' })
  expect(await world.stockOf('tea-qimen')).toBe((stock ?? 0) + 1)
})

test("a buyer's wish waits for an operator, who approves it", async () => {
  const { order } = await paidOrder()
  expect(await requestRefund(world.shop, order.id, { reason: '' })).toEqual({ ok: false, reason: 'reason_required' })
  const wish = refundOf(await requestRefund(world.shop, order.id, { reason: 'not what I expected' }))
  expect(wish).toMatchObject({ status: 'requested', approvedAt: null, amountFen: AMOUNT, source: 'buyer' })
  await world.advance(30 * MINUTE)
  expect(await atWeChat()).toEqual([])
  const twice = await requestRefund(world.shop, order.id, { reason: 'please' })
  expect(twice).toEqual({ ok: false, reason: 'refund_pending' })
  expect(await refundOrder(world.shop, order.id, wantedOf(1), ADMIN)).toEqual({ ok: false, reason: 'refund_too_much' })
  expect(await shipOrder(world.shop, order.id, ADMIN)).toEqual({ ok: false, reason: 'refund_pending' })
  expect(await queryRefundAs(world.shop, wish.outRefundNo, ADMIN)).toEqual({ ok: false, reason: 'refund_pending' })
  const stock = await world.stockOf('tea-longjing')
  const approved = refundOf(await approveRefund(world.shop, wish.outRefundNo, 'of course', ADMIN))
  expect(approved).toMatchObject({ status: 'processing', note: 'of course' })
  expect(await approveRefund(world.shop, wish.outRefundNo, null, ADMIN)).toEqual({
    ok: false,
    reason: 'refund_decided',
  })
  expect(await declineRefund(world.shop, wish.outRefundNo, 'no', ADMIN)).toEqual({
    ok: false,
    reason: 'refund_decided',
  })
  await world.advance(MINUTE)
  expect(await findRefund(wish)).toMatchObject({ status: 'succeeded' })
  expect(await world.stockOf('tea-longjing')).toBe((stock ?? 0) + 2)
  expect(await shipOrder(world.shop, order.id, ADMIN)).toEqual({ ok: false, reason: 'order_refunded' })
  expect(await requestRefund(world.shop, order.id, { reason: 'x' })).toEqual({ ok: false, reason: 'refund_too_much' })
})

test('a wish that is declined tells the buyer why, and the goods can leave', async () => {
  const { order } = await paidOrder()
  const wish = refundOf(await requestRefund(world.shop, order.id, { reason: 'changed my mind' }))
  expect(await declineRefund(world.shop, wish.outRefundNo, '', ADMIN)).toEqual({ ok: false, reason: 'note_required' })
  expect(await declineRefund(world.shop, 'nobody', 'no', ADMIN)).toEqual({ ok: false, reason: 'not_found' })
  const declined = refundOf(await declineRefund(world.shop, wish.outRefundNo, 'it is packed already', ADMIN))
  expect(declined).toMatchObject({ status: 'declined', note: 'it is packed already', nextCheckAt: null })
  expect(await left(order.id)).toBe(AMOUNT)
  expect(await shipOrder(world.shop, order.id, ADMIN)).toEqual({ ok: true })
  const late = await requestRefund(world.shop, order.id, { reason: 'still' })
  expect(late).toEqual({ ok: false, reason: 'already_shipped' })
  expect(await atWeChat()).toEqual([])
})

test('an order refunded in part can leave, also when WeChat says REFUND of it: the refund is ours', async () => {
  const { order } = await paidOrder()
  refundOf(await refundOrder(world.shop, order.id, wantedOf(100), ADMIN))
  await world.advance(2 * MINUTE)
  expect(await shipOrder(world.shop, order.id, ADMIN)).toEqual({ ok: true })
  expect(await world.paymentsOf(order)).toMatchObject([{ refundSeenAt: null }])
  expect((await world.shop.store.findOrderHistory(order.id, world.now()))?.attention).toEqual([])
})

test("a refund made in the merchant's console is recorded at the order, counts, and waits for somebody", async () => {
  const { order, payment } = await paidOrder()
  world.wire.loseNotifications = 99
  const made = await world.control('console-refund', { out_trade_no: payment.outTradeNo, refund_fee: 400 })
  expect(made.status).toBe(200)
  await world.advance(MINUTE)
  expect(await shipOrder(world.shop, order.id, ADMIN)).toEqual({ ok: false, reason: 'refund_unreviewed' })
  const [foreign] = await world.refundsOf(order)
  expect(foreign).toMatchObject({
    source: 'wechat',
    amountFen: 400,
    status: 'succeeded',
    request: '',
    resolvedAt: null,
  })
  expect(await world.paymentsOf(order)).toMatchObject([{ refundSeenAt: null }])
  expect((await world.shop.store.findOrderHistory(order.id, world.now()))?.attention).toEqual(['refund'])
  expect(await left(order.id)).toBe(AMOUNT - 400)
  expect(world.warnings).toContain('unknown_refund')
  if (foreign === undefined) throw new Error('nothing recorded')
  refundOf(await resolveRefund(world.shop, foreign.outRefundNo, 'a goodwill of ours', ADMIN))
  expect(await shipOrder(world.shop, order.id, ADMIN)).toEqual({ ok: true })
})

/** Money that came for an order that was closed already. */
async function lateMoney(opened = world) {
  const { order, payment } = await opened.order()
  await opened.advance(40 * MINUTE)
  await opened.phone.payLate(payment.outTradeNo)
  await opened.advance(1_000)
  return { order, payment }
}

test('stray money is refunded by a press, and resolved once it has gone back', async () => {
  const { order, payment } = await lateMoney()
  const unreconciled = () => world.shop.store.listUnreconciledTransactions({ after: null, limit: 9 })
  const [money] = await unreconciled()
  if (money === undefined) throw new Error('no stray money')
  expect(await refundTransaction(world.shop, 'nobody', 'x', ADMIN)).toEqual({ ok: false, reason: 'not_found' })
  const refund = refundOf(await refundTransaction(world.shop, money.transactionId, 'came too late', ADMIN))
  expect(refund).toMatchObject({ orderId: order.id, outTradeNo: payment.outTradeNo, amountFen: money.paidFen })
  const again = await refundTransaction(world.shop, money.transactionId, 'again', ADMIN)
  expect(again).toEqual({ ok: false, reason: 'refund_too_much' })
  await world.advance(MINUTE)
  expect(await findRefund(refund)).toMatchObject({ status: 'succeeded' })
  expect(await unreconciled()).toEqual([])
  const third = await refundTransaction(world.shop, money.transactionId, 'again', ADMIN)
  expect(third).toEqual({ ok: false, reason: 'already_resolved' })
})

test('the rule refunds late and second money alone, once, and leaves the rest to people', async () => {
  const auto = await openWorld({ REFUND_STRAY: 'auto' })
  try {
    await auto.control('faults', { refundClosed: 1 }, 'PUT')
    const { order } = await lateMoney(auto)
    await auto.advance(3 * MINUTE)
    expect(await auto.refundsOf(order)).toMatchObject([{ source: 'rule', status: 'closed' }])
    await auto.control('faults', {}, 'PUT')
    await auto.advance(60 * MINUTE)
    expect(await auto.refundsOf(order)).toHaveLength(1)
    expect(await auto.shop.store.listUnreconciledTransactions({ after: null, limit: 9 })).toHaveLength(1)

    const second = await lateMoney(auto)
    await auto.advance(3 * MINUTE)
    expect(await auto.refundsOf(second.order)).toMatchObject([{ source: 'rule', status: 'succeeded' }])
    expect(await auto.shop.store.listUnreconciledTransactions({ after: null, limit: 9 })).toHaveLength(1)
    const entries = await auto.shop.store.listAudit({
      filter: { action: 'refund_made', email: null, orderId: second.order.id },
      before: null,
      limit: 9,
    })
    expect(entries).toMatchObject([{ actor: { email: 'REFUND_STRAY=auto', role: null } }])
  } finally {
    await auto.close()
  }
})

test('a process that dies before, during or after the first call leaves a refund that goes on by itself', async () => {
  const { order } = await paidOrder()
  const killed = async (gateway: Partial<World['shop']['gateway']>) => {
    const shop = { ...world.shop, gateway: { ...world.shop.gateway, ...gateway } }
    await expect(refundOrder(shop, order.id, wantedOf(100), ADMIN)).rejects.toThrow('killed')
    await world.restart()
    await world.advance(2 * MINUTE)
  }
  const { refund } = world.shop.gateway
  await killed({
    refund: async () => {
      throw new Error('killed')
    },
  })
  await killed({
    refund: async (it) => {
      await refund(it)
      throw new Error('killed')
    },
  })
  const ended = await world.refundsOf(order)
  expect(ended.map(({ status, amountFen }) => [status, amountFen])).toEqual([
    ['succeeded', 100],
    ['succeeded', 100],
  ])
  expect((await atWeChat()).map((it) => it.out_refund_no)).toEqual(ended.map((it) => it.outRefundNo))
})

test('when WeChat answers SYSTEMERROR for ever, the request is repeated on schedule, never with another number', async () => {
  const { order } = await paidOrder()
  const bodies: string[] = []
  world.wire.tamperAnswer = (path, body) => {
    if (path.endsWith('/refund')) bodies.push(path)
    return body
  }
  await world.control('faults', { systemError: 99 }, 'PUT')
  const refund = refundOf(await refundOrder(world.shop, order.id, wantedOf(100), ADMIN))
  expect(refund).toMatchObject({ status: 'requested', waitsFor: 'time' })
  await world.advance(21 * MINUTE)
  // At once, and after 10 s, 1, 5 and 20 min.
  expect(bodies).toHaveLength(5)
  expect(await world.refundsOf(order)).toMatchObject([{ outRefundNo: refund.outRefundNo, status: 'requested' }])
  expect(await atWeChat()).toEqual([])
})
