import { expect, test } from 'vitest'
import type { Order } from '@/lib/shop/order'
import type { Payment, Transaction } from '@/lib/shop/payment'
import { type Attention, EVERY_ORDER, type ListPlace, type OrderFilter } from '@/lib/shop/review'
import type { Store } from '@/lib/shop/store'
import {
  closedChange,
  created,
  MINUTE,
  NOW,
  paidChange,
  sampleAudit,
  sampleCall,
  sampleMessage,
  sampleOrder,
  samplePayment,
  sampleResult,
  sampleTransaction,
} from './samples'

const EVERYBODY = { action: null, email: null, orderId: null }
const DONE = { at: NOW + 5, by: 'ann@shop.example', note: 'sent back' }

/** What every store has to hold about looking after orders and money. */
export function reviewContract(store: () => Store): void {
  async function withPayment(changes: Partial<Order> = {}, paymentChanges: Partial<Payment> = {}) {
    const order = sampleOrder('tea', 1, changes)
    const payment = samplePayment(order, paymentChanges)
    await store().insertOrder(order, created(order), null)
    await store().insertPayment(payment)
    return { order, payment }
  }

  async function paid(changes: Partial<Order> = {}, moneyChanges: Partial<Transaction> = {}) {
    const { order, payment } = await withPayment(changes)
    const change = paidChange(order, payment, sampleTransaction(payment, moneyChanges))
    await store().commit(change)
    return { order: change.order.after, payment: change.payment.after, money: change.transaction }
  }

  /** A paid order whose money went back at WeChat. */
  async function refunded() {
    const { order, payment } = await paid()
    const after = { ...payment, refundSeenAt: NOW + 2 * MINUTE, version: payment.version + 1 }
    await store().commit({ payment: { before: payment, after } })
    return { order, payment: after }
  }

  async function stray(changes: Partial<Transaction> = {}) {
    const { payment } = await withPayment()
    const money = sampleTransaction(payment, { outcome: 'late', ...changes })
    await store().commit({ transaction: money })
    return money
  }

  const found = async (filter: Partial<OrderFilter>, now = NOW) => {
    const list = await store().listReviewedOrders({ ...EVERY_ORDER, ...filter }, { after: null, limit: 50, now })
    return list.map(({ order }) => order.id)
  }
  const attentionTo = async (id: string, now = NOW) => (await store().findOrderHistory(id, now))?.attention
  const audited = async () => (await store().listAudit({ filter: EVERYBODY, before: null, limit: 50 })).length

  test('a reviewed order comes with its own payments, oldest first, and its own reasons to look', async () => {
    const first = await withPayment({}, { outTradeNo: 'N-b' })
    const second = await withPayment({ createdAt: NOW - MINUTE })
    const ended = { ...first.payment, status: 'closed', nextCheckAt: null, version: 2 } as const
    await store().commit({ payment: { before: first.payment, after: ended } })
    const [same, early] = [{ outTradeNo: 'N-a' }, { outTradeNo: 'N-c', createdAt: NOW - 1 }].map((changes) =>
      samplePayment(first.order, { ...changes, status: 'closed', nextCheckAt: null }),
    ) as [Payment, Payment]
    for (const payment of [same, early]) expect(await store().insertPayment(payment)).toBe(true)
    await store().insertCall(sampleCall({ outTradeNo: second.payment.outTradeNo, isAnswered: false }))
    expect(await store().listReviewedOrders(EVERY_ORDER, { after: null, limit: 2, now: NOW })).toEqual([
      { order: first.order, payments: [early, same, ended], attention: [] },
      { order: second.order, payments: [second.payment], attention: ['silent'] },
    ])
    expect((await store().findOrder(first.order.id))?.payments).toEqual([early, same, ended])
    expect(await found({})).toHaveLength(2)
  })

  test('orders of a time are those from its first instant to the one before its end', async () => {
    const times = [NOW - 1, NOW, NOW + 1].map((createdAt) => sampleOrder('tea', 1, { createdAt }))
    for (const order of times) await store().insertOrder(order, created(order), null)
    const [before, at, after] = times.map(({ id }) => id)
    expect(await found({ from: NOW })).toEqual([after, at])
    expect(await found({ to: NOW })).toEqual([before])
    expect(await found({ from: NOW, to: NOW + 1 })).toEqual([at])
  })

  test('orders are found by each filter alone and by all of them together', async () => {
    const { order, payment, money } = await paid()
    const other = sampleOrder('tea')
    await store().insertOrder(other, created(other), null)
    const filters: Partial<OrderFilter>[] = [{ channel: 'native' }, { status: 'paid' }, { isShipped: false }]
    for (const filter of filters) expect(await found(filter)).toEqual([order.id])
    expect(await found({ channel: 'h5' })).toEqual([])
    expect(await found({ status: 'pending' })).toEqual([other.id])
    expect(await found({ status: 'pending', number: payment.outTradeNo })).toEqual([])
    expect(await found({ status: 'paid', channel: 'native', isShipped: false, number: money.transactionId })).toEqual([
      order.id,
    ])
    await store().shipOrder(order.id, NOW + 9, sampleAudit())
    expect(await found({ isShipped: true })).toEqual([order.id])
    expect(await found({ isShipped: false })).toEqual([])
  })

  test('a page of orders goes on after a place, also among orders of the same instant', async () => {
    const made = Array.from({ length: 4 }, () => sampleOrder('tea'))
    for (const order of made) await store().insertOrder(order, created(order), null)
    const page = (after: ListPlace | null) => store().listReviewedOrders(EVERY_ORDER, { after, limit: 3, now: NOW })
    const first = await page(null)
    expect(first.map(({ order }) => order.id)).toEqual(
      made
        .map(({ id }) => id)
        .reverse()
        .slice(0, 3),
    )
    const last = made[1]
    expect((await page({ at: NOW, id: last?.id ?? '' })).map(({ order }) => order.id)).toEqual([made[0]?.id])
  })

  test('an order needs a look for money that did not pay it, until somebody has seen to it', async () => {
    const money = await stray()
    const id = money.orderId ?? ''
    expect(await attentionTo(id)).toEqual(['stray'])
    expect(await found({ attention: 'stray' })).toEqual([id])
    expect(await store().resolveTransaction(money.transactionId, DONE, sampleAudit())).toBe(true)
    expect(await attentionTo(id)).toEqual([])
    expect(await found({ attention: 'any' })).toEqual([])
  })

  test('an order is overdue from the instant on at which its time ends, and only while it is pending', async () => {
    const { order, payment } = await withPayment()
    expect(await attentionTo(order.id, order.expiresAt - 1)).toEqual([])
    expect(await attentionTo(order.id, order.expiresAt)).toEqual(['overdue'])
    expect(await found({ attention: 'overdue' }, order.expiresAt - 1)).toEqual([])
    expect(await found({ attention: 'any' }, order.expiresAt)).toEqual([order.id])
    await store().commit(closedChange(order, payment))
    expect(await attentionTo(order.id, order.expiresAt)).toEqual([])
  })

  test('WeChat is silent about an order when the last call about its live payment was not answered', async () => {
    const { order, payment } = await withPayment()
    const { outTradeNo } = payment
    const seen: (Attention[] | undefined)[] = [await attentionTo(order.id)]
    for (const isAnswered of [true, false, true, false]) {
      await store().insertCall(sampleCall({ outTradeNo, isAnswered }))
      await store().insertCall(sampleCall({ outTradeNo: 'another', isAnswered: !isAnswered }))
      seen.push(await attentionTo(order.id))
    }
    expect(seen).toEqual([[], [], ['silent'], [], ['silent']])
    expect(await found({ attention: 'silent' })).toEqual([order.id])
    await store().commit(closedChange(order, payment))
    expect(await attentionTo(order.id)).toEqual([])
  })

  test('money that went back keeps an order from being shipped until somebody has looked', async () => {
    const { order, payment } = await refunded()
    const entry = sampleAudit({ action: 'order_shipped', orderId: order.id })
    expect(await attentionTo(order.id)).toEqual(['refunded'])
    expect(await found({ attention: 'refunded' })).toEqual([order.id])
    expect(await store().shipOrder(order.id, NOW + 9, entry)).toBe(false)
    expect(await store().reviewRefund('nobody', NOW + 3 * MINUTE, entry)).toBe(false)
    expect(await audited()).toBe(0)

    expect(await store().reviewRefund(order.id, NOW + 3 * MINUTE, entry)).toBe(true)
    expect(await store().reviewRefund(order.id, NOW + 4 * MINUTE, entry)).toBe(false)
    expect(await audited()).toBe(1)
    const reviewed = { ...payment, refundReviewedAt: NOW + 3 * MINUTE, version: payment.version + 1 }
    expect(await store().findPayment(payment.outTradeNo)).toEqual(reviewed)
    expect(await attentionTo(order.id)).toEqual([])
    // Whoever holds the payment as it was before cannot write over what the admin did.
    expect(await store().commit({ payment: { before: payment, after: payment } })).toBe(false)
    expect(await store().shipOrder(order.id, NOW + 9, entry)).toBe(true)
  })

  test('an order is shipped once, when it is paid, with an entry in the record', async () => {
    const { order } = await paid()
    const other = await paid()
    const waiting = await withPayment()
    const entry = sampleAudit({ action: 'order_shipped', orderId: order.id })
    expect(await store().shipOrder(waiting.order.id, NOW + 9, entry)).toBe(false)
    expect(await store().shipOrder('nobody', NOW + 9, entry)).toBe(false)
    expect(await audited()).toBe(0)
    const answers = [NOW + 9, NOW + 10].map((at) => store().shipOrder(order.id, at, entry))
    expect(await Promise.all(answers)).toEqual([true, false])
    expect(await audited()).toBe(1)
    const shippedAt = async (id: string) => (await store().findOrder(id))?.order.shippedAt
    expect([await shippedAt(order.id), await shippedAt(other.order.id)]).toEqual([NOW + 9, null])
  })

  test('money that paid nothing is listed longest waiting first, page by page, until it is seen to', async () => {
    const [second, third, first] = [
      await stray({ transactionId: '4200-a', seenAt: NOW }),
      await stray({ transactionId: '4200-b', seenAt: NOW }),
      await stray({ transactionId: '4200-c', seenAt: NOW - 1 }),
    ]
    await paid()
    const list = async (after: ListPlace | null, limit = 50) =>
      (await store().listUnreconciledTransactions({ after, limit })).map(({ transactionId }) => transactionId)
    expect(await list(null)).toEqual([first.transactionId, second.transactionId, third.transactionId])
    expect(await list(null, 2)).toEqual([first.transactionId, second.transactionId])
    expect(await list({ at: NOW - 1, id: first.transactionId })).toEqual([second.transactionId, third.transactionId])
    expect(await list({ at: NOW, id: second.transactionId })).toEqual([third.transactionId])
    expect(await list({ at: NOW, id: third.transactionId })).toEqual([])
    await store().resolveTransaction(second.transactionId, DONE, sampleAudit())
    expect(await list(null)).toEqual([first.transactionId, third.transactionId])
  })

  test('stray money is seen to once, with who did what, and money that paid an order never', async () => {
    const { money } = await paid()
    const strayMoney = await stray()
    const { transactionId } = strayMoney
    const resolve = (id: string) => store().resolveTransaction(id, DONE, sampleAudit({ transactionId: id }))
    expect(await store().findTransactionForReview(transactionId)).toEqual({ ...strayMoney, resolution: null })
    expect(await store().findTransactionForReview('nobody')).toBeNull()
    expect(await store().resolveTransaction('nobody', DONE, sampleAudit())).toBe(false)
    expect(await resolve(money.transactionId)).toBe(false)
    expect(await audited()).toBe(0)
    expect(await Promise.all([resolve(transactionId), resolve(transactionId)])).toEqual([true, false])
    expect(await audited()).toBe(1)
    expect(await store().findTransactionForReview(transactionId)).toEqual({ ...strayMoney, resolution: DONE })
    expect(await store().findTransaction(transactionId)).toEqual(strayMoney)
    const { transactionId: other } = money
    expect(await store().findTransactionForReview(other)).toEqual({ ...money, resolution: null })
  })

  test('a history is all that is written down about one order, each list oldest first', async () => {
    const { order, payment } = await withPayment()
    const { outTradeNo } = payment
    const calls = [sampleCall({ outTradeNo }), sampleCall({ outTradeNo, path: '/pay/closeorder' })]
    for (const call of [...calls, sampleCall({ outTradeNo: 'another' })]) await store().insertCall(call)
    const ids: number[] = []
    for (const orderId of [order.id, order.id, null]) {
      const id = await store().insertNotification(sampleMessage(`<n>${ids.length}</n>`))
      await store().commit({ result: sampleResult(id, 'applied', { orderId, outTradeNo }) })
      ids.push(id)
    }
    const [late, early] = [2, 1].map((n) => sampleTransaction(payment, { outcome: 'late', seenAt: NOW + n })) as [
      Transaction,
      Transaction,
    ]
    for (const transaction of [late, early, { ...late, transactionId: 'x', orderId: null, outcome: 'unknown_order' }]) {
      await store().commit({ transaction: transaction as Transaction })
    }
    const entries = [sampleAudit({ orderId: order.id }), sampleAudit({ orderId: order.id, at: NOW + 1 })]
    const numbers: number[] = []
    for (const entry of [...entries, sampleAudit()]) numbers.push(await store().insertAudit(entry))
    const change = closedChange(order, payment)
    await store().commit(change)

    expect(await store().findOrderHistory('nobody', NOW)).toBeNull()
    expect(await store().findOrderHistory(order.id, NOW)).toEqual({
      order: change.order.after,
      payments: [change.payment?.after],
      attention: ['stray'],
      events: [created(order), change.order.event],
      money: [early, late].map((it) => ({ ...it, resolution: null })),
      refunds: [],
      refundEvents: [],
      calls: calls.map((call) => expect.objectContaining(call)),
      notifications: ids.slice(0, 2).map((id) => expect.objectContaining({ id })),
      actions: entries.map((entry, n) => ({ ...entry, id: numbers[n] })),
    })
  })

  test('of calls, messages and actions a history has the newest 300', async () => {
    const { order, payment } = await withPayment()
    const { outTradeNo } = payment
    const many = Array.from({ length: 302 }, (_, n) => n)
    await Promise.all(many.map((n) => store().insertCall(sampleCall({ outTradeNo, at: NOW + n }))))
    await Promise.all(many.map((n) => store().insertAudit(sampleAudit({ orderId: order.id, at: NOW + n }))))
    const ids = await Promise.all(many.map((n) => store().insertNotification(sampleMessage(`<n>${n}</n>`, NOW + n))))
    await Promise.all(ids.map((id) => store().commit({ result: sampleResult(id, 'applied', { orderId: order.id }) })))
    const history = await store().findOrderHistory(order.id, NOW)
    const expected = many.slice(2).map((n) => NOW + n)
    expect(history?.calls.map(({ at }) => at)).toEqual(expected)
    expect(history?.actions.map(({ at }) => at)).toEqual(expected)
    expect(history?.notifications.map(({ receivedAt }) => receivedAt)).toEqual(expected)
  })

  test('what waits is counted by its kind, each up to a bound, with the order that waits longest', async () => {
    const none = { stray: 0, refunded: 0, refunds: 0, overdue: 0, silent: 0, unshipped: 0, oldestPending: null }
    expect(await store().countWaiting(NOW, 9)).toEqual(none)
    const strays = [await stray(), await stray()]
    for (const { outTradeNo } of strays) await store().insertCall(sampleCall({ outTradeNo, isAnswered: false }))
    await refunded()
    const { id, createdAt, expiresAt } = (await store().findOrder(strays[0]?.orderId ?? ''))?.order ?? sampleOrder('x')
    const waiting = { stray: 2, refunded: 1, refunds: 0, overdue: 0, silent: 2, unshipped: 1 }
    expect(await store().countWaiting(NOW, 9)).toEqual({ ...waiting, oldestPending: { id, createdAt, expiresAt } })
    expect(await store().countWaiting(expiresAt, 9)).toMatchObject({ ...waiting, overdue: 2 })
    const atMost = { stray: 1, refunded: 1, refunds: 0, overdue: 1, silent: 1, unshipped: 1 }
    expect(await store().countWaiting(expiresAt, 1)).toMatchObject(atMost)

    const older = sampleOrder('tea', 1, { createdAt: NOW - 1 })
    await store().insertOrder(older, created(older), null)
    expect((await store().countWaiting(NOW, 9)).oldestPending?.id).toBe(older.id)
    await store().commit(closedChange(older, null))
    expect((await store().countWaiting(NOW, 9)).oldestPending?.id).toBe(id)
  })

  test('sums have every piece of a time, the last one also when it is shorter', async () => {
    const [from, step] = [NOW, 10 * MINUTE]
    const at = (minutes: number) => NOW + minutes * MINUTE
    for (const createdAt of [NOW - 1, at(25)]) await withPayment({ createdAt })
    await paid({ createdAt: at(0) }, { paidAt: at(10) - 1 })
    await paid({ createdAt: at(10) - 1 }, { paidAt: at(10) })
    await paid({ createdAt: at(10) }, { paidAt: at(25) })
    const none = { made: 0, madeAndPaid: 0, paid: 0, paidFen: 0 }
    expect(await store().sumOrders(from, at(25), step)).toEqual([
      { at: at(0), made: 2, madeAndPaid: 2, paid: 1, paidFen: 1_000 },
      { at: at(10), made: 1, madeAndPaid: 1, paid: 1, paidFen: 1_000 },
      { at: at(20), ...none },
    ])
    expect(await store().sumOrders(at(20), at(30), step)).toEqual([
      { at: at(20), made: 1, madeAndPaid: 0, paid: 1, paidFen: 1_000 },
    ])
    expect(await store().sumOrders(at(60), at(60), step)).toEqual([])
  })
}
