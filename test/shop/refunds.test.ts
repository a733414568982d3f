import { afterEach, beforeEach, expect, test } from 'vitest'
import { closeOrderAs, queryOrder, shipOrder } from '@/lib/shop/admin-actions'
import type { Actor } from '@/lib/shop/audit'
import { openPayment } from '@/lib/shop/checkout'
import { FEN_MAX } from '@/lib/shop/limits'
import type { Refund } from '@/lib/shop/refund'
import {
  approveRefund,
  declineRefund,
  queryRefundAs,
  type RefundResult,
  refundByRule,
  refundOrder,
  refundTransaction,
  requestRefund,
  resolveRefund,
} from '@/lib/shop/refunds'
import type { Shop } from '@/lib/shop/shop'
import { openWorld, type World } from '../world'

const ADMIN: Actor = { email: 'ada@example.com', role: 'operator', address: '::1' }
const MINUTE = 60_000
const TEA = [{ productId: 'tea-longjing', quantity: 1 }]
const WANTED = { amountFen: 6800, lines: TEA, reason: ' came broken ', returnsStock: true }

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function paidOrder(items = TEA) {
  const { order, payment } = await world.order(items)
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  return { order, payment }
}

/** Money that came for an order that was closed already. */
async function lateMoney() {
  const { order, payment } = await world.order()
  await world.advance(40 * MINUTE)
  await world.phone.payLate(payment.outTradeNo)
  await world.advance(1_000)
  const money = await world.shop.store.listUnreconciledTransactions({ after: null, limit: 9 })
  const { transactionId = '' } = money.find(({ orderId }) => orderId === order.id) ?? {}
  return { order, payment, transactionId }
}

const refundOf = (result: RefundResult): Refund => {
  if (!result.ok) throw new Error(result.reason)
  return result.refund
}
const reasonOf = async (result: Promise<RefundResult>) => {
  const it = await result
  return it.ok ? 'ok' : it.reason
}
const eventsOf = async (orderId: string) =>
  (await world.shop.store.findOrderHistory(orderId, world.now()))?.refundEvents ?? []

/** The record of who did what about an order, oldest first. */
async function recordOf(orderId: string) {
  const filter = { action: null, email: null, orderId }
  return (await world.shop.store.listAudit({ filter, before: null, limit: 20 })).reverse()
}

/** The world's shop with other answers of WeChat, and whom it told of which order. */
function watched(gateway: Partial<Shop['gateway']> = {}) {
  const announced: string[] = []
  const shop: Shop = {
    ...world.shop,
    gateway: { ...world.shop.gateway, ...gateway },
    announce: (orderId) => void announced.push(orderId),
  }
  return { shop, announced }
}
const SILENT = { type: 'unknown', evidence: { fields: {}, problem: 'timeout' } } as const

test('a refund that an admin makes is sent at once, recorded with amount and pieces, and told', async () => {
  const { order, payment } = await paidOrder()
  const { shop, announced } = watched({ refund: async () => SILENT })
  const at = world.now()
  const refund = refundOf(await refundOrder(shop, order.id, WANTED, ADMIN))
  expect(refund).toMatchObject({
    ...{ orderId: order.id, outTradeNo: payment.outTradeNo, status: 'requested', amountFen: 6800, paidFen: 6800 },
    ...{ source: 'admin', reason: 'came broken', lines: TEA, returnsStock: true, createdAt: at, approvedAt: at },
    ...{ acceptedAt: null, endedAt: null, nextCheckAt: at + 10_000, checks: 0, problem: 'timeout', version: 2 },
  })
  expect(announced).toEqual([order.id, order.id])
  const [entry, ...others] = await recordOf(order.id)
  const { outRefundNo, transactionId } = refund
  expect(entry).toMatchObject({
    ...{ at, actor: ADMIN, action: 'refund_made', orderId: order.id, notificationId: null, transactionId },
    outcomeOf: null,
  })
  expect(entry?.detail).toEqual({
    ...{ refund: outRefundNo, amount: '6800', reason: 'came broken', pieces: 'tea-longjing 1' },
  })
  expect(others).toEqual([])
  const [made] = await eventsOf(order.id)
  expect(made).toMatchObject({ version: 1, what: 'made', from: null, to: 'requested', at })
  expect(made?.cause).toEqual({ kind: 'admin', id: String(entry?.id) })
})

test('a refund of an amount alone has no pieces in its record, and returns no stock', async () => {
  const { order } = await paidOrder()
  const { shop } = watched({ refund: async () => SILENT })
  const refund = refundOf(await refundOrder(shop, order.id, { ...WANTED, lines: [], amountFen: 1 }, ADMIN))
  expect(refund).toMatchObject({ amountFen: 1, paidFen: 6800, returnsStock: false })
  expect((await recordOf(order.id))[0]?.detail).toEqual({
    ...{ refund: refund.outRefundNo, amount: '1', reason: 'came broken' },
  })
  const { order: other } = await paidOrder()
  const kept = refundOf(await refundOrder(shop, other.id, { ...WANTED, returnsStock: false }, ADMIN))
  expect(kept).toMatchObject({ lines: TEA, returnsStock: false })
})

test('several products of a refund stand in its record one after the other', async () => {
  const items = [...TEA, { productId: 'tea-qimen', quantity: 2 }]
  const { order } = await paidOrder(items)
  const { shop } = watched({ refund: async () => SILENT })
  refundOf(await refundOrder(shop, order.id, { ...WANTED, lines: items, amountFen: 18_400 }, ADMIN))
  expect((await recordOf(order.id))[0]?.detail).toMatchObject({ pieces: 'tea-longjing 1, tea-qimen 2' })
})

test("a buyer's wish is for all that is left, in the buyer's name, told, and sent to nobody", async () => {
  const { order } = await paidOrder([{ productId: 'tea-longjing', quantity: 2 }])
  refundOf(await refundOrder(world.shop, order.id, { ...WANTED, reason: 'one came broken' }, ADMIN))
  await world.advance(2 * MINUTE)
  const { shop, announced } = watched()
  const wish = refundOf(await requestRefund(shop, order.id, { reason: ' the other too ' }))
  expect(wish).toMatchObject({
    ...{ source: 'buyer', status: 'requested', amountFen: 6800, paidFen: 13_600, lines: TEA, returnsStock: true },
    ...{ reason: 'the other too', approvedAt: null, nextCheckAt: null, createdAt: world.now() },
  })
  expect(announced).toEqual([order.id])
  expect((await eventsOf(order.id)).at(-1)).toMatchObject({
    what: 'made',
    cause: { kind: 'customer', id: order.id },
  })
  expect((await recordOf(order.id)).map(({ action }) => action)).toEqual(['refund_made'])
  expect(await reasonOf(requestRefund(shop, order.id, { reason: ' ' }))).toBe('reason_required')
  expect(await reasonOf(requestRefund(shop, 'nobody', { reason: 'x' }))).toBe('not_found')
})

test('what an admin decides about a wish is recorded with its sentence, and is the cause of what follows', async () => {
  const { order } = await paidOrder()
  const { shop } = watched({ refund: async () => SILENT })
  const first = refundOf(await requestRefund(shop, order.id, { reason: 'x' }))
  refundOf(await declineRefund(shop, first.outRefundNo, ' packed ', ADMIN))
  const second = refundOf(await requestRefund(shop, order.id, { reason: 'x' }))
  refundOf(await approveRefund(shop, second.outRefundNo, ' gladly ', ADMIN))
  const [declined, approved, ...others] = await recordOf(order.id)
  const { transactionId } = first
  const about = { actor: ADMIN, at: world.now(), orderId: order.id, transactionId, outcomeOf: null }
  expect(declined).toMatchObject({ ...about, action: 'refund_declined' })
  expect(declined?.detail).toEqual({
    refund: first.outRefundNo,
    before: 'requested',
    after: 'declined',
    note: 'packed',
  })
  expect(approved).toMatchObject({ ...about, action: 'refund_approved' })
  expect(approved?.detail).toEqual({ refund: second.outRefundNo, before: 'requested', note: 'gladly' })
  expect(others).toEqual([])
  const causes = (await eventsOf(order.id)).map(({ what, cause }) => [what, cause.kind, cause.id])
  expect(causes).toContainEqual(['declined', 'admin', String(declined?.id)])
  expect(causes).toContainEqual(['approved', 'admin', String(approved?.id)])
  expect(causes).toContainEqual(['delayed', 'admin', String(approved?.id)])
})

test('a wish that is approved without a sentence has none', async () => {
  const { order } = await paidOrder()
  const wish = refundOf(await requestRefund(world.shop, order.id, { reason: 'x' }))
  expect(refundOf(await approveRefund(world.shop, wish.outRefundNo, ' ', ADMIN)).note).toBeNull()
  expect((await recordOf(order.id))[0]?.detail).toEqual({ refund: wish.outRefundNo, before: 'requested' })
})

test('a wish is approved a minute after another refund, and until then it waits', async () => {
  const { order } = await paidOrder([{ productId: 'tea-longjing', quantity: 2 }])
  refundOf(await refundOrder(world.shop, order.id, WANTED, ADMIN))
  const wish = refundOf(await requestRefund(world.shop, order.id, { reason: 'x' }))
  const approve = () => reasonOf(approveRefund(world.shop, wish.outRefundNo, null, ADMIN))
  expect(await approve()).toBe('refund_too_soon')
  expect(await world.shop.store.findRefund(wish.outRefundNo)).toEqual(wish)
  expect((await recordOf(order.id)).map(({ action }) => action)).toEqual(['refund_made'])
  await world.advance(MINUTE)
  expect(await approve()).toBe('ok')
})

test('what nobody here knows, or is decided, has its own word at every action', async () => {
  const { order } = await paidOrder()
  const { shop } = world
  expect(await reasonOf(approveRefund(shop, 'nobody', null, ADMIN))).toBe('not_found')
  expect(await reasonOf(declineRefund(shop, 'nobody', 'x', ADMIN))).toBe('not_found')
  expect(await reasonOf(queryRefundAs(shop, 'nobody', ADMIN))).toBe('not_found')
  expect(await reasonOf(resolveRefund(shop, 'nobody', 'x', ADMIN))).toBe('not_found')
  const { outRefundNo } = refundOf(await requestRefund(shop, order.id, { reason: 'x' }))
  expect(await reasonOf(queryRefundAs(shop, outRefundNo, ADMIN))).toBe('refund_pending')
  expect(await reasonOf(declineRefund(shop, outRefundNo, ' ', ADMIN))).toBe('note_required')
  refundOf(await declineRefund(shop, outRefundNo, 'no', ADMIN))
  expect(await reasonOf(queryRefundAs(shop, outRefundNo, ADMIN))).toBe('refund_decided')
  expect(await reasonOf(declineRefund(shop, outRefundNo, 'no', ADMIN))).toBe('refund_decided')
  expect(await reasonOf(approveRefund(shop, outRefundNo, null, ADMIN))).toBe('refund_decided')
  expect(await reasonOf(resolveRefund(shop, outRefundNo, 'x', ADMIN))).toBe('already_resolved')
  expect(await reasonOf(resolveRefund(shop, outRefundNo, ' ', ADMIN))).toBe('note_required')
})

test('a buyer has no wish for what left the house, is wished for already, or went back', async () => {
  const { shop } = world
  const ask = (orderId: string, reason = 'x') => reasonOf(requestRefund(shop, orderId, { reason }))
  const shipped = (await paidOrder()).order
  expect(await shipOrder(shop, shipped.id, ADMIN)).toEqual({ ok: true })
  expect([await ask(shipped.id), await ask(shipped.id, ' ')]).toEqual(['already_shipped', 'already_shipped'])
  const wished = (await paidOrder()).order
  expect([await ask(wished.id), await ask(wished.id)]).toEqual(['ok', 'refund_pending'])
  const refunded = (await paidOrder()).order
  refundOf(await refundOrder(shop, refunded.id, WANTED, ADMIN))
  expect(await ask(refunded.id)).toBe('refund_too_much')
})

test('an order that is open, closed or of another amount has nothing to refund, with or without a certificate', async () => {
  for (const { shop } of [watched(), watched({ whyNoRefunds: () => 'no_certificate' })]) {
    const refund = (orderId: string, amountFen = 1) =>
      reasonOf(refundOrder(shop, orderId, { ...WANTED, lines: [], amountFen }, ADMIN))
    const { order: open } = await world.order()
    expect(await refund(open.id)).toBe('order_unpaid')
    await closeOrderAs(world.shop, open.id, ADMIN)
    expect(await refund(open.id)).toBe('order_closed')
    const { order } = await paidOrder()
    for (const wrong of [0, -1, 0.5, Number.NaN]) expect(await refund(order.id, wrong)).toBe('invalid_refund_amount')
    expect(await refund(order.id, 6801)).toBe('refund_too_much')
    expect(await world.refundsOf(order)).toEqual([])
  }
})

test('a query that WeChat does not answer is recorded as one', async () => {
  const { order } = await paidOrder()
  const { outRefundNo } = refundOf(await refundOrder(world.shop, order.id, WANTED, ADMIN))
  const { shop } = watched({ queryRefund: async () => SILENT })
  expect(await reasonOf(queryRefundAs(shop, outRefundNo, ADMIN))).toBe('wechat_unavailable')
  const [, begun, ended] = await recordOf(order.id)
  expect(begun).toMatchObject({ action: 'refund_queried', outcomeOf: null })
  expect(begun?.detail).toEqual({ refund: outRefundNo, before: 'processing' })
  expect(ended).toMatchObject({ action: 'refund_queried', outcomeOf: begun?.id })
  expect(ended?.detail).toEqual({
    ...{ refund: outRefundNo, outcome: 'wechat_unavailable', before: 'processing', after: 'processing' },
  })
})

test('what somebody did about a refund that WeChat cannot carry out is recorded', async () => {
  const { order } = await paidOrder()
  await world.control('faults', { refundAbnormal: 1 }, 'PUT')
  const { outRefundNo } = refundOf(await refundOrder(world.shop, order.id, WANTED, ADMIN))
  await world.advance(2 * MINUTE)
  const resolved = refundOf(await resolveRefund(world.shop, outRefundNo, ' by hand ', ADMIN))
  expect(resolved).toMatchObject({ status: 'abnormal', note: 'by hand', resolvedAt: world.now() })
  const entry = (await recordOf(order.id)).at(-1)
  expect(entry).toMatchObject({ action: 'refund_resolved', actor: ADMIN, outcomeOf: null })
  expect(entry?.detail).toEqual({ refund: outRefundNo, before: 'abnormal', after: 'resolved', note: 'by hand' })
  const cause = (await eventsOf(order.id)).find(({ what }) => what === 'resolved')?.cause
  expect(cause).toEqual({ kind: 'admin', id: String(entry?.id) })
})

test('stray money goes back whole, in the name of who pressed or of the rule', async () => {
  const pressed = await lateMoney()
  const { shop } = watched({ refund: async () => SILENT })
  expect(await reasonOf(refundTransaction(shop, pressed.transactionId, ' ', ADMIN))).toBe('reason_required')
  const refund = refundOf(await refundTransaction(shop, pressed.transactionId, 'too late', ADMIN))
  expect(await reasonOf(refundTransaction(shop, pressed.transactionId, 'again', ADMIN))).toBe('refund_too_much')
  expect(refund).toMatchObject({
    ...{ source: 'admin', orderId: pressed.order.id, transactionId: pressed.transactionId, amountFen: 6800 },
    ...{ paidFen: 6800, lines: [], returnsStock: false, reason: 'too late' },
  })
  const ruled = await lateMoney()
  refundOf(await refundByRule(shop, ruled.transactionId, 'the rule'))
  const [made] = await eventsOf(ruled.order.id)
  expect(made?.cause).toEqual({ kind: 'worker', id: ruled.transactionId })
  const rule = { email: 'REFUND_STRAY=auto', role: null, address: 'this machine' }
  expect(await recordOf(ruled.order.id)).toMatchObject([{ action: 'refund_made', actor: rule }])
  expect(await world.refundsOf(ruled.order)).toMatchObject([{ source: 'rule', reason: 'the rule' }])
})

test('money that paid its order is no stray money, and neither is what belongs to no order of ours', async () => {
  const { order, payment } = await paidOrder()
  const [paid] = await world.paymentsOf(order)
  expect(await reasonOf(refundTransaction(world.shop, paid?.transactionId ?? '', 'x', ADMIN))).toBe('not_found')
  expect(await reasonOf(refundTransaction(world.shop, 'nobody', 'x', ADMIN))).toBe('not_found')
  const { store } = world.shop
  const late = await lateMoney()
  const saying = (changes: object): Shop => ({
    ...world.shop,
    store: {
      ...store,
      findTransactionForReview: async (id) => {
        const found = await store.findTransactionForReview(id)
        return found && { ...found, ...changes }
      },
      insertRefund: async () => ({ ok: false, reason: 'too_many_refunds' }),
    },
  })
  const press = (changes: object) => reasonOf(refundTransaction(saying(changes), late.transactionId, 'x', ADMIN))
  expect(await press({ outTradeNo: 'nobody' })).toBe('not_found')
  expect(await press({ orderId: null, seenBy: 'notification' })).toBe('wechat_unavailable')
  expect(await press({ resolution: { at: 0, by: 'x', note: 'x' } })).toBe('already_resolved')
  expect(await press({ paidFen: FEN_MAX + 1 })).toBe('refund_too_much')
  expect(await press({ paidFen: FEN_MAX })).toBe('too_many_refunds')
  expect(await world.refundsOf(late.order)).toEqual([])
  expect(payment.outTradeNo).not.toBe(late.payment.outTradeNo)
})

test('what only a message told of stray money is queried first, and goes back once WeChat confirms it', async () => {
  const { order, transactionId } = await lateMoney()
  const { store } = world.shop
  let reads = 0
  const findTransactionForReview: typeof store.findTransactionForReview = async (id) => {
    const found = await store.findTransactionForReview(id)
    reads += 1
    return found && { ...found, seenBy: reads === 1 ? 'notification' : found.seenBy }
  }
  const shop = { ...world.shop, store: { ...store, findTransactionForReview } }
  expect(await reasonOf(refundTransaction(shop, transactionId, 'x', ADMIN))).toBe('ok')
  expect((await recordOf(order.id)).map(({ action }) => action)).toContain('order_queried')
})

test('a refund that the store refuses is sent to nobody', async () => {
  const { order } = await paidOrder()
  const { shop } = watched({ refund: async () => SILENT })
  const wanted = { ...WANTED, lines: [], amountFen: 1 }
  expect(await reasonOf(refundOrder(shop, order.id, wanted, ADMIN))).toBe('ok')
  expect(await reasonOf(refundOrder(shop, order.id, wanted, ADMIN))).toBe('refund_too_soon')
  expect(await world.refundsOf(order)).toHaveLength(1)
})

test('a refund is taken from the payment that paid, not from one before it', async () => {
  const { order, payment } = await world.order()
  await openPayment(world.shop, order.id, { channel: 'app', buyer: { buyerAddress: '127.0.0.1', openid: null } })
  const second = (await world.paymentsOf(order)).find(({ channel }) => channel === 'app')
  if (second === undefined) throw new Error('no second payment')
  await world.phone.pay(second.outTradeNo)
  await world.advance(1_000)
  const refund = refundOf(await refundOrder(world.shop, order.id, WANTED, ADMIN))
  expect(refund.outTradeNo).toBe(second.outTradeNo)
  expect(refund.outTradeNo).not.toBe(payment.outTradeNo)
})

test('of stray money that went back in part the rest goes back', async () => {
  const { order, payment, transactionId } = await lateMoney()
  world.wire.loseNotifications = 99
  await world.control('console-refund', { out_trade_no: payment.outTradeNo, refund_fee: 800 })
  await world.advance(2 * MINUTE)
  await queryOrder(world.shop, order.id, ADMIN)
  await world.advance(MINUTE)
  const refund = refundOf(await refundTransaction(world.shop, transactionId, 'the rest', ADMIN))
  expect(refund).toMatchObject({ amountFen: 6000, paidFen: 6800 })
})

test('without the certificate nothing is written, whoever wants the refund', async () => {
  const { order } = await paidOrder()
  const late = await lateMoney()
  const { shop } = watched({ whyNoRefunds: () => 'no_certificate' })
  expect(await reasonOf(refundOrder(shop, order.id, WANTED, ADMIN))).toBe('refunds_off')
  expect(await reasonOf(refundTransaction(shop, late.transactionId, 'x', ADMIN))).toBe('refunds_off')
  const wish = refundOf(await requestRefund(shop, (await paidOrder()).order.id, { reason: 'x' }))
  expect(await reasonOf(approveRefund(shop, wish.outRefundNo, null, ADMIN))).toBe('refunds_off')
  expect([await world.refundsOf(order), await world.refundsOf(late.order)]).toEqual([[], []])
})
