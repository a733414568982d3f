import { expect, test } from 'vitest'
import { orderChange } from '@/lib/shop/change'
import type { Order } from '@/lib/shop/order'
import type { Payment } from '@/lib/shop/payment'
import type { Store } from '@/lib/shop/store'
import {
  closedChange,
  created,
  MINUTE,
  NOW,
  paidChange,
  sampleAudit,
  sampleCall,
  sampleOrder,
  samplePayment,
  sampleProduct,
  sampleTransaction,
} from './samples'

const HELD_BY = { buyer: 'b', address: 'here' }

/** What every store has to hold about orders and their payments, besides what is in `store-contract.ts`. */
export function sellingContract(store: () => Store): void {
  const insert = (order: Order, holder: typeof HELD_BY | null = null) =>
    store().insertOrder(order, created(order), null, holder)

  async function withPayment(changes: Partial<Order> = {}, paymentChanges: Partial<Payment> = {}) {
    const order = sampleOrder('tea', 1, changes)
    const payment = samplePayment(order, paymentChanges)
    expect(await insert(order)).toEqual({ ok: true })
    expect(await store().insertPayment(payment)).toBe(true)
    return { order, payment }
  }

  const stocks = async () => (await store().listProducts()).map(({ id, stock }) => [id, stock])
  const expired = async (now: number, limit = 10) =>
    (await store().listExpiredOrders(now, limit)).map(({ id }) => id).sort()

  test('products that share a place are listed by their ids', async () => {
    const entry = sampleAudit({ action: 'goods_listed' })
    const list = ['c', 'b', 'a', 'd'].map((id) => sampleProduct(id, 1))
    expect(await store().applyList(list, await store().listGoods(), entry)).toBe(true)
    expect((await store().listProducts()).map(({ id }) => id)).toEqual(['c', 'b', 'a', 'd'])
    expect((await store().listGoods()).map(({ id }) => id)).toEqual(['c', 'b', 'a', 'd', 'pot', 'tea'])
    // All of those that are not listed any more come last.
    const [one] = list
    expect(await store().applyList(one ? [one] : [], await store().listGoods(), entry)).toBe(true)
    expect((await store().listGoods()).map(({ id }) => id)).toEqual(['c', 'a', 'b', 'd', 'pot', 'tea'])
    expect((await store().listProducts()).map(({ id }) => id)).toEqual(['c'])
    expect((await store().listProductsById(['pot', 'a'])).map(({ isOnSale }) => isOnSale)).toEqual([false, false])
  })

  test('what a buyer leaves comes back as it was, and an order is found by the beginning of its id', async () => {
    const contact = { email: 'li@example.com', phone: '13800138000', address: '杭州市 1 号', note: null }
    const [number, other] = ['0123456789', '012345678a']
    const orders = [number, other].map((beginning) => sampleOrder('tea', 1, { id: beginning.padEnd(26, 'x'), contact }))
    for (const order of orders) await insert(order)
    expect(await store().listOrdersOfNumber(number)).toEqual([orders[0]])
    expect(await store().listOrdersOfNumber('0123456780')).toEqual([])
  })

  test('a parcel has a number only once it has left', async () => {
    const { order, payment } = await withPayment()
    const entry = sampleAudit({ action: 'order_tracked', orderId: order.id })
    expect(await store().trackOrder(order.id, 'SF1', entry)).toBe(false)
    await store().commit(paidChange(order, payment, sampleTransaction(payment)))
    expect(await store().shipOrder(order.id, NOW, { ...entry, action: 'order_shipped' }, 'SF1')).toBe(true)
    expect(await store().trackOrder(order.id, 'SF2', entry)).toBe(true)
    expect((await store().findOrder(order.id))?.order.trackingNumber).toBe('SF2')
  })

  test('a price list brings back what was off sale, and its new goods with the stock that it says', async () => {
    const entry = sampleAudit({ action: 'goods_listed' })
    const [tea] = await store().listGoods()
    if (tea === undefined) throw new Error('no tea')
    await store().replaceGoods(tea, { ...tea, isOnSale: false }, entry)
    const list = [sampleProduct('cup', 7), sampleProduct('tea', 99)]
    expect(await store().applyList(list, await store().listGoods(), entry)).toBe(true)
    expect(await store().listGoods()).toMatchObject([
      { id: 'cup', stock: 7, sold: 0, reserved: 0, version: 1, isOnSale: true },
      { id: 'tea', stock: 5, sold: 0, reserved: 0, version: 3, isOnSale: true },
      { id: 'pot', isOnSale: false, version: 2 },
    ])
  })

  test('the lines of an order stay in the order in which they were asked for', async () => {
    const lines = ['tea', 'pot'].flatMap((id) => sampleOrder(id, 1).lines)
    const [one, two] = [sampleOrder('tea', 1, { lines }), sampleOrder('tea', 1, { lines: [...lines].reverse() })]
    expect(await insert(one)).toEqual({ ok: true })
    expect(await stocks()).toEqual([
      ['tea', 4],
      ['pot', 0],
    ])
    expect((await store().findOrder(one.id))?.order).toEqual(one)
    await store().commit(closedChange(one, null))
    expect(await stocks()).toEqual([
      ['tea', 5],
      ['pot', 1],
    ])
    expect(await insert(two)).toEqual({ ok: true })
    expect((await store().listOrders([two.id]))[0]?.lines).toEqual(two.lines)
    const [listed] = await store().listOrders([one.id])
    expect(listed?.lines).toEqual(one.lines)
  })

  test('orders of one instant are listed in one order, each with its own lines', async () => {
    const orders = [sampleOrder('tea', 1), sampleOrder('pot', 1), sampleOrder('tea', 2)]
    for (const order of orders) expect(await insert(order)).toEqual({ ok: true })
    expect(await store().listOrders(orders.map(({ id }) => id))).toEqual([...orders].reverse())
  })

  test('a history is of one order only, from its first event to its last', async () => {
    const { order, payment } = await withPayment()
    const other = await withPayment()
    const change = paidChange(order, payment, sampleTransaction(payment))
    await store().commit(change)
    expect(await store().listOrderEvents(order.id)).toEqual([created(order), change.order.event])
    expect(await store().listOrderEvents(other.order.id)).toEqual([created(other.order)])
    expect(await store().listOrderEvents('nobody')).toEqual([])
  })

  test('an order that is made with a key is found by it, with what was asked for', async () => {
    const order = sampleOrder('tea')
    const key = { key: 'a-key-of-a-client-9', fingerprint: 'asked', madeAfter: NOW - 1 }
    await store().insertOrder(order, created(order), key)
    const bare = sampleOrder('tea')
    await insert(bare)
    expect(await store().findOrderByKey(key.key, NOW - 1)).toEqual({ order, fingerprint: 'asked' })
    expect(await store().findOrderByKey('', NOW - 1)).toBeNull()
  })

  test('of expired orders, so many are given as are asked for, those that expired first', async () => {
    const orders = [3, 1, 2].map((minutes) => sampleOrder('tea', 1, { expiresAt: NOW + minutes * MINUTE }))
    for (const order of orders) await insert(order)
    const [last, first, second] = orders.map(({ id }) => id) as [string, string, string]
    expect(await expired(NOW + 3 * MINUTE, 2)).toEqual([first, second].sort())
    expect(await expired(NOW + 3 * MINUTE)).toEqual([first, second, last].sort())
    expect(await expired(NOW + 2 * MINUTE)).toEqual([first, second].sort())
  })

  test('an order that is over, or whose payment lives, is not among the expired', async () => {
    const [closed, dead, open] = [await withPayment(), await withPayment(), await withPayment()]
    await store().commit(closedChange(closed.order, closed.payment))
    const ended = { ...dead.payment, status: 'closed', nextCheckAt: null, version: 2 } as const
    await store().commit({ payment: { before: dead.payment, after: ended } })
    const prepay = { prepayId: 'wx1', codeUrl: null, mwebUrl: null, at: NOW }
    const opened = { ...open.payment, status: 'open', prepay, version: 2 } as const
    await store().commit({ payment: { before: open.payment, after: opened } })
    expect(await expired(NOW + 60 * MINUTE)).toEqual([dead.order.id])
  })

  test('a first payment lets its own order keep the stock, and no other', async () => {
    const held = { heldUntil: NOW + MINUTE }
    const [one, other] = [sampleOrder('tea', 1, held), sampleOrder('tea', 1, held)]
    for (const order of [one, other]) await insert(order)
    await store().insertPayment(samplePayment(one, { channel: 'jsapi' }))
    expect((await store().findOrder(one.id))?.order.heldUntil).toBeNull()
    expect((await store().findOrder(other.id))?.order.heldUntil).toBe(NOW + MINUTE)
    const filter = { status: null, attention: null, isShipped: null, from: null, to: null, number: null }
    const ofChannel = { ...filter, channel: 'jsapi' } as const
    const found = await store().listReviewedOrders(ofChannel, { after: null, limit: 9, now: NOW })
    expect(found.map(({ order }) => order.id)).toEqual([one.id])
  })

  test('a payment of an order that is paid or unknown is not written', async () => {
    const { order, payment } = await withPayment()
    await store().commit(paidChange(order, payment, sampleTransaction(payment)))
    expect(await store().insertPayment(samplePayment(order))).toBe(false)
    expect(await store().insertPayment(samplePayment(sampleOrder('tea')))).toBe(false)
    expect((await store().findOrder(order.id))?.payments).toHaveLength(1)
  })

  test('of due payments, so many are claimed as are asked for, the longest due, at their very instant', async () => {
    const [third, first, second] = [
      await withPayment({}, { nextCheckAt: NOW + 3 }),
      await withPayment({}, { nextCheckAt: NOW + 1 }),
      await withPayment({}, { nextCheckAt: NOW + 2 }),
    ]
    const claim = async (now: number, limit: number) =>
      (await store().claimDuePayments(now, limit)).map(({ payment }) => payment.outTradeNo)
    expect(await claim(NOW, 9)).toEqual([])
    expect(await claim(NOW + 1, 9)).toEqual([first.payment.outTradeNo])
    expect(await claim(NOW + 3, 1)).toEqual([second.payment.outTradeNo])
    const [claimed] = await store().claimDuePayments(NOW + 3, 9)
    expect(claimed?.payment.outTradeNo).toBe(third.payment.outTradeNo)
    expect(claimed?.payment.checks).toBe(1)
    // As it is claimed, so it is written down.
    expect(await store().findPayment(third.payment.outTradeNo)).toEqual(claimed?.payment)
    expect((await store().findPayment(second.payment.outTradeNo))?.checks).toBe(1)
  })

  test('what WeChat gave for a phone’s browser comes back as it was written', async () => {
    const { payment } = await withPayment({}, { channel: 'h5' })
    const prepay = { prepayId: 'wx1', codeUrl: null, mwebUrl: 'https://wx.example/pay', at: NOW + 1 }
    const after = { ...payment, status: 'open', prepay, version: 2 } as const
    expect(await store().commit({ payment: { before: payment, after } })).toBe(true)
    expect(await store().findPayment(payment.outTradeNo)).toEqual(after)
  })

  test('hurrying one payment leaves the others', async () => {
    const [one, other] = [await withPayment(), await withPayment()]
    await store().checkPaymentNow(one.payment.outTradeNo, NOW)
    expect(await store().findPayment(other.payment.outTradeNo)).toEqual(other.payment)
  })

  test('a situation knows the record of its money, and no other payment of another order', async () => {
    const { order, payment } = await withPayment()
    const other = await withPayment()
    const transaction = sampleTransaction(payment, { outcome: 'mismatch' })
    await store().commit({ transaction })
    const known = { order, payment, known: transaction, hasOtherLive: false }
    expect(await store().findSituation(payment.outTradeNo, transaction.transactionId)).toEqual(known)
    expect(await store().findSituation(other.payment.outTradeNo, null)).toMatchObject({ hasOtherLive: false })
    expect(await store().findTransaction(transaction.transactionId)).toEqual(transaction)
    expect(await store().findTransaction('nobody')).toBeNull()
  })

  test('a payment that is not there is not changed, and neither is one that was changed meanwhile', async () => {
    const { order, payment } = await withPayment()
    const other = await withPayment()
    const closed = { status: 'closed', nextCheckAt: null, version: 2 } as const
    const nobody = samplePayment(order)
    expect(await store().commit({ payment: { before: nobody, after: { ...nobody, ...closed } } })).toBe(false)
    expect(await store().commit({ payment: { before: payment, after: { ...payment, ...closed } } })).toBe(true)
    expect(await store().commit({ payment: { before: payment, after: payment } })).toBe(false)
    expect(await store().findPayment(other.payment.outTradeNo)).toEqual(other.payment)
    expect((await store().findPayment(payment.outTradeNo))?.status).toBe('closed')
  })

  test('a change of one order leaves every other as it is', async () => {
    const [one, other] = [await withPayment(), await withPayment()]
    expect(await store().commit(paidChange(one.order, one.payment, sampleTransaction(one.payment)))).toBe(true)
    expect(await store().findOrder(other.order.id)).toEqual({ order: other.order, payments: [other.payment] })
    const closed = closedChange(other.order, other.payment)
    expect(await store().commit(closed)).toBe(true)
    expect((await store().findOrder(other.order.id))?.order).toEqual(closed.order.after)
    expect((await store().findOrder(one.order.id))?.order.status).toBe('paid')
  })

  test('of what an order keeps, its buyer and their address are free when it is paid', async () => {
    const [goods] = await store().listGoods()
    const order = sampleOrder('tea', 3)
    expect(await insert(order, HELD_BY)).toEqual({ ok: true })
    expect(await insert(sampleOrder('tea', 1), { ...HELD_BY, address: 'there' })).toMatchObject({ ok: false })
    const payment = samplePayment(order)
    await store().insertPayment(payment)
    await store().commit(paidChange(order, payment, sampleTransaction(payment)))
    expect(await insert(sampleOrder('tea', 1), HELD_BY)).toEqual({ ok: true })
    expect(goods?.reserved).toBe(0)
  })

  test('an order that changes and stays unpaid is still its buyer’s, and its payments keep their time', async () => {
    const order = sampleOrder('tea', 3)
    const payment = samplePayment(order)
    await insert(order, HELD_BY)
    await store().insertPayment(payment)
    const cause = { kind: 'worker', id: order.id } as const
    const change = orderChange(order, { ...order }, cause, NOW)
    expect(await store().commit({ order: change })).toBe(true)
    expect(await insert(sampleOrder('tea', 1), HELD_BY)).toMatchObject({ ok: false, reason: 'share_exceeded' })
    expect(await store().findOrder(order.id)).toEqual({ order: change.after, payments: [payment] })
  })

  test('what somebody keeps of one product counts for that one, all of their orders together', async () => {
    for (let n = 0; n < 2; n += 1) expect(await insert(sampleOrder('tea', 1), HELD_BY)).toEqual({ ok: true })
    expect(await insert(sampleOrder('pot', 1), HELD_BY)).toEqual({ ok: true })
    expect(await insert(sampleOrder('tea', 2), HELD_BY)).toMatchObject({ reason: 'share_exceeded', productId: 'tea' })
    expect(await insert(sampleOrder('tea', 1), HELD_BY)).toEqual({ ok: true })
    expect(await insert(sampleOrder('tea', 2))).toEqual({ ok: true })
    expect((await store().listGoods()).map(({ reserved }) => reserved)).toEqual([5, 1])
  })

  test('of calls, a page has so many as are asked for, and goes on after the last of them', async () => {
    for (let n = 0; n < 4; n += 1) await store().insertCall(sampleCall({ at: NOW + n, outTradeNo: `N${n}` }))
    const all = { number: null, path: null, isFailed: false }
    const first = await store().listCalls(all, { beforeId: null, limit: 3 })
    expect(first.map(({ outTradeNo }) => outTradeNo)).toEqual(['N3', 'N2', 'N1'])
    const rest = await store().listCalls(all, { beforeId: first.at(-1)?.id ?? null, limit: 3 })
    expect(rest.map(({ outTradeNo }) => outTradeNo)).toEqual(['N0'])
    expect(
      (await store().listCalls({ ...all, number: 'N2', path: '/pay/orderquery' }, { beforeId: null, limit: 9 })).length,
    ).toBe(1)
    expect(await store().listCalls({ ...all, number: 'N2', path: '/x' }, { beforeId: null, limit: 9 })).toEqual([])
    expect((await store().listCallTimes(NOW + 1, 2)).map(({ at }) => at)).toEqual([NOW + 3, NOW + 2])
    expect((await store().listCallTimes(NOW + 2, 9)).map(({ at }) => at)).toEqual([NOW + 3, NOW + 2])
  })
}
