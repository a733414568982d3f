import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AuditFilter } from '@/lib/shop/audit'
import { EVERY_NOTIFICATION, type LogPlace, type NotificationFilter, type Verdict } from '@/lib/shop/notification'
import type { LogLimits } from '@/lib/shop/notification-log'
import type { Payment } from '@/lib/shop/payment'
import type { Product } from '@/lib/shop/product'
import { type CallFilter, EVERY_ORDER, type ListPlace, type OrderFilter, type ReviewedOrder } from '@/lib/shop/review'
import type { Store } from '@/lib/shop/store'
import { billsContract } from './bills-contract'
import { goodsContract } from './goods-contract'
import { logContract } from './log-contract'
import { refundsContract } from './refunds-contract'
import { reviewContract } from './review-contract'
import {
  closedChange,
  created,
  MINUTE,
  NOW,
  paidChange,
  sampleAudit,
  sampleMessage,
  sampleOrder,
  samplePayment,
  sampleProduct,
  sampleResult,
  sampleTransaction,
} from './samples'
import { sellingContract } from './selling-contract'

const ANY: AuditFilter = { action: null, email: null, orderId: null }

export type OpenStore = (goods: Product[], limits?: LogLimits) => Promise<{ store: Store; close: () => Promise<void> }>

/** What every store has to hold, whichever database is behind it. Each test begins with an empty one. */
export function storeContract(open: OpenStore): void {
  let store: Store
  let close: () => Promise<void>

  beforeEach(async () => {
    const opened = await open([sampleProduct('tea', 5), sampleProduct('pot', 1)])
    store = opened.store
    close = opened.close
  })
  afterEach(() => close())

  billsContract(() => store)
  goodsContract(() => store)
  refundsContract(() => store)
  reviewContract(() => store)
  sellingContract(() => store)
  logContract(
    () => store,
    async (limits) => {
      await close()
      const opened = await open([], limits)
      store = opened.store
      close = opened.close
    },
  )

  const stockOf = async (id: string) => (await store.listProductsById([id]))[0]?.stock

  async function orderWithPayment(quantity = 1) {
    const order = sampleOrder('tea', quantity)
    const payment = samplePayment(order)
    await store.insertOrder(order, created(order), null)
    expect(await store.insertPayment(payment)).toBe(true)
    return { order, payment }
  }

  test('products come in the order of the window, by slug and by id', async () => {
    expect((await store.listProducts()).map(({ id }) => id)).toEqual(['tea', 'pot'])
    expect(await store.findProduct('pot')).toEqual(sampleProduct('pot', 1))
    expect(await store.findProduct('none')).toBeNull()
    expect(await store.listProductsById([])).toEqual([])
  })

  test('an order is there as it was written, with its first event and its stock taken', async () => {
    const order = sampleOrder('tea', 2)
    expect(await store.insertOrder(order, created(order), null)).toEqual({ ok: true })
    expect(await store.findOrder(order.id)).toEqual({ order, payments: [] })
    expect(await store.listOrderEvents(order.id)).toEqual([created(order)])
    expect(await stockOf('tea')).toBe(3)
    expect(await store.findOrder('nobody')).toBeNull()
  })

  test('an order of more than there is takes nothing of any line', async () => {
    const order = sampleOrder('tea', 2)
    const both = { ...order, lines: [...order.lines, ...sampleOrder('pot', 2).lines] }
    expect(await store.insertOrder(both, created(both), null)).toEqual({
      ok: false,
      reason: 'sold_out',
      productId: 'pot',
    })
    expect(await store.findOrder(order.id)).toBeNull()
    expect([await stockOf('tea'), await stockOf('pot')]).toEqual([5, 1])
  })

  test('a key makes one order, until its time is over', async () => {
    const key = { key: 'a-key-of-a-client-1', fingerprint: 'one', madeAfter: NOW - MINUTE }
    const first = sampleOrder('tea')
    const second = sampleOrder('tea', 1, { createdAt: NOW + MINUTE })
    expect(await store.insertOrder(first, created(first), key)).toEqual({ ok: true })
    expect(await store.insertOrder(second, created(second), key)).toEqual({ ok: false, reason: 'key_used' })
    expect(await store.findOrderByKey(key.key, NOW - MINUTE)).toEqual({ order: first, fingerprint: 'one' })
    expect(await store.findOrderByKey('another', NOW - MINUTE)).toBeNull()
    expect(await stockOf('tea')).toBe(4)

    expect(await store.findOrderByKey(key.key, NOW)).toBeNull()
    const later = { ...key, fingerprint: 'two', madeAfter: NOW }
    expect(await store.insertOrder(second, created(second), later)).toEqual({ ok: true })
    expect(await store.findOrderByKey(key.key, NOW)).toEqual({ order: second, fingerprint: 'two' })
    expect((await store.findOrder(first.id))?.order).toEqual(first)
  })

  test('a key that could buy nothing is still free', async () => {
    const key = { key: 'a-key-of-a-client-2', fingerprint: 'one', madeAfter: NOW - MINUTE }
    const tooMuch = sampleOrder('pot', 2)
    expect(await store.insertOrder(tooMuch, created(tooMuch), key)).toMatchObject({ reason: 'sold_out' })
    expect(await store.findOrderByKey(key.key, NOW - MINUTE)).toBeNull()
    const enough = sampleOrder('pot', 1)
    expect(await store.insertOrder(enough, created(enough), key)).toEqual({ ok: true })
  })

  test('of many requests with one key at once, one makes an order', async () => {
    const key = { key: 'a-key-of-a-client-3', fingerprint: 'one', madeAfter: NOW - MINUTE }
    const orders = [1, 2, 3].map(() => sampleOrder('tea'))
    const results = await Promise.all(orders.map((order) => store.insertOrder(order, created(order), key)))
    expect(results.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await stockOf('tea')).toBe(4)
  })

  test('stock never falls below nothing, however many order at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const order = sampleOrder('tea')
        return store.insertOrder(order, created(order), null)
      }),
    )
    expect(results.filter(({ ok }) => ok)).toHaveLength(5)
    expect(await stockOf('tea')).toBe(0)
  })

  test('orders are listed newest first, and those that do not exist are left out', async () => {
    const old = sampleOrder('tea', 1, { createdAt: NOW - MINUTE })
    const young = sampleOrder('tea', 1)
    for (const order of [old, young]) await store.insertOrder(order, created(order), null)
    expect(await store.listOrders([old.id, 'nobody', young.id])).toEqual([young, old])
    expect(await store.listOrders([])).toEqual([])
  })

  test('an order has one live payment at most, and a closed order none', async () => {
    const { order, payment } = await orderWithPayment()
    expect(await store.insertPayment(samplePayment(order))).toBe(false)
    expect((await store.findOrder(order.id))?.payments).toEqual([payment])
    expect(await store.commit(closedChange(order, payment))).toBe(true)
    expect(await store.insertPayment(samplePayment(order))).toBe(false)
  })

  test('two payments inserted at once are one', async () => {
    const order = sampleOrder('tea')
    await store.insertOrder(order, created(order), null)
    const inserted = await Promise.all([1, 2, 3].map(() => store.insertPayment(samplePayment(order))))
    expect(inserted.filter(Boolean)).toHaveLength(1)
  })

  test('a payment comes back as it was written, before and after WeChat prepared it', async () => {
    const { payment } = await orderWithPayment()
    expect(await store.findPayment(payment.outTradeNo)).toEqual(payment)
    const prepay = { prepayId: 'wx1', codeUrl: 'weixin://x', mwebUrl: null, at: NOW + 1 }
    const after = { ...payment, status: 'open', prepay, version: 2 } as const
    expect(await store.commit({ payment: { before: payment, after } })).toBe(true)
    expect(await store.findPayment(payment.outTradeNo)).toEqual(after)
    expect(await store.findPayment('nobody')).toBeNull()
  })

  test('a situation is what is known of a number of ours, and of that money only', async () => {
    const { order, payment } = await orderWithPayment()
    expect(await store.findSituation('nobody', null)).toBeNull()
    expect(await store.findSituation(payment.outTradeNo, null)).toEqual({
      order,
      payment,
      known: null,
      hasOtherLive: false,
    })
    expect(await store.findSituation(payment.outTradeNo, '4200')).toEqual({
      order,
      payment,
      known: null,
      hasOtherLive: false,
    })
  })

  test('paying writes order, payment, money, history and verdict together', async () => {
    const { order, payment } = await orderWithPayment()
    const id = await store.insertNotification(sampleMessage('<xml>paid</xml>'))
    const transaction = sampleTransaction(payment)
    const result = sampleResult(id, 'applied', { orderId: order.id, reply: 'acknowledge' })
    const change = paidChange(order, payment, transaction)
    expect(await store.commit({ ...change, result })).toBe(true)

    expect(await store.findSituation(payment.outTradeNo, transaction.transactionId)).toEqual({
      order: change.order.after,
      payment: change.payment.after,
      known: transaction,
      hasOtherLive: false,
    })
    expect(await store.listOrderEvents(order.id)).toEqual([created(order), change.order.event])
    expect((await store.findNotification(id))?.result).toEqual(result)
  })

  test('a change to what somebody else changed meanwhile writes nothing at all', async () => {
    const { order, payment } = await orderWithPayment()
    const id = await store.insertNotification(sampleMessage('<xml>late</xml>'))
    await store.commit(closedChange(order, payment))
    const transaction = sampleTransaction(payment)
    const result = sampleResult(id, 'applied')
    expect(await store.commit({ ...paidChange(order, payment, transaction), result })).toBe(false)
    expect(await store.findTransaction(transaction.transactionId)).toBeNull()
    expect((await store.findNotification(id))?.result).toBeNull()
    expect((await store.findOrder(order.id))?.order.status).toBe('closed')
  })

  test('of a change with one stale half, the other half is not written either', async () => {
    const { order, payment } = await orderWithPayment()
    const stale = { ...order, version: order.version + 1 }
    expect(await store.commit(paidChange(stale, payment, sampleTransaction(payment)))).toBe(false)
    expect(await store.findOrder(order.id)).toEqual({ order, payments: [payment] })
    expect(await store.listOrderEvents(order.id)).toEqual([created(order)])

    const first = await store.insertNotification(sampleMessage('<same/>'))
    await store.commit({ result: sampleResult(first, 'bad_signature') })
    const again = await store.insertNotification(sampleMessage('<same/>'))
    const result = sampleResult(again, 'bad_signature')
    expect(await store.commit({ ...closedChange(stale, null), result })).toBe(false)
    const log = await logOf()
    expect(log.map(({ id, times }) => [id, times])).toEqual([
      [again, 1],
      [first, 1],
    ])
  })

  test('of two changes at once one is written', async () => {
    const { order, payment } = await orderWithPayment()
    const written = await Promise.all([
      store.commit(paidChange(order, payment, sampleTransaction(payment))),
      store.commit(closedChange(order, payment)),
      store.commit(paidChange(order, payment, sampleTransaction(payment))),
    ])
    expect(written.filter(Boolean)).toHaveLength(1)
    expect(await store.listOrderEvents(order.id)).toHaveLength(2)
  })

  test('an order that closes gives its stock back, once', async () => {
    const { order, payment } = await orderWithPayment(3)
    expect(await stockOf('tea')).toBe(2)
    expect(await store.commit(closedChange(order, payment))).toBe(true)
    expect(await store.commit(closedChange(order, payment))).toBe(false)
    expect(await stockOf('tea')).toBe(5)
  })

  test('an order never closes over a live payment, however old the last look at it is', async () => {
    const { order, payment } = await orderWithPayment()
    const { order: orderAlone } = closedChange(order, payment)
    expect(await store.commit({ order: orderAlone })).toBe(false)
    expect(await store.findOrder(order.id)).toEqual({ order, payments: [payment] })
    expect(await store.commit(closedChange(order, payment))).toBe(true)
  })

  test('a payment knows whether another one of its order is live', async () => {
    const { order, payment } = await orderWithPayment()
    const after: Payment = { ...payment, status: 'closed', nextCheckAt: null, version: 2 }
    await store.commit({ payment: { before: payment, after } })
    await store.insertPayment(samplePayment(order))
    expect((await store.findSituation(payment.outTradeNo, null))?.hasOtherLive).toBe(true)
  })

  test('money with a final record is not recorded again, and nothing else of that change is written', async () => {
    const { order, payment } = await orderWithPayment()
    const other = await orderWithPayment()
    const transaction = sampleTransaction(payment)
    await store.commit(paidChange(order, payment, transaction))
    const twice = sampleTransaction(other.payment, { transactionId: transaction.transactionId })
    expect(await store.commit({ transaction: twice })).toBe(false)
    expect(await store.commit(paidChange(other.order, other.payment, twice))).toBe(false)
    expect(await store.findTransaction(transaction.transactionId)).toEqual(transaction)
    expect(await store.findOrder(other.order.id)).toEqual({ order: other.order, payments: [other.payment] })
  })

  test('money that had found no order is recorded better later', async () => {
    const { order, payment } = await orderWithPayment()
    const unknown = sampleTransaction(payment, { orderId: null, outcome: 'unknown_order', seenBy: 'notification' })
    expect(await store.commit({ transaction: unknown })).toBe(true)
    const known = { ...unknown, orderId: order.id, outcome: 'applied', seenBy: 'query' } as const
    expect(await store.commit(paidChange(order, payment, known))).toBe(true)
    expect(await store.findTransaction(unknown.transactionId)).toEqual(known)
  })

  test('when an order is paid, another live payment of it falls due at once', async () => {
    const { order, payment } = await orderWithPayment()
    await store.commit({
      payment: { before: payment, after: { ...payment, status: 'closed', nextCheckAt: null, version: 2 } },
    })
    const second = samplePayment(order, { nextCheckAt: NOW + 20 * MINUTE })
    expect(await store.insertPayment(second)).toBe(true)
    const closed = await store.findPayment(payment.outTradeNo)
    if (closed === null) throw new Error('gone')
    const change = paidChange(order, closed, sampleTransaction(closed))
    expect(await store.commit(change)).toBe(true)
    expect((await store.findPayment(second.outTradeNo))?.nextCheckAt).toBe(change.order.event.at)
  })

  test('an empty change changes nothing and succeeds', async () => {
    expect(await store.commit({})).toBe(true)
  })

  test('due payments are claimed once, oldest first, and come again at their next scheduled check', async () => {
    const first = await orderWithPayment()
    const second = await orderWithPayment()
    await store.checkPaymentNow(second.payment.outTradeNo, NOW)
    expect(await store.claimDuePayments(NOW - 1, 10)).toEqual([])

    const due = NOW + 5_000
    const claims = await Promise.all([store.claimDuePayments(due, 1), store.claimDuePayments(due, 10)])
    expect(claims.flat().map(({ payment }) => payment.outTradeNo)).toEqual([
      second.payment.outTradeNo,
      first.payment.outTradeNo,
    ])
    expect(claims.flat()[0]).toMatchObject({ order: second.order, payment: { checks: 1 } })
    expect(await store.claimDuePayments(due, 10)).toEqual([])
    expect(await store.claimDuePayments(NOW + 40_000, 10)).toHaveLength(2)
  })

  test('a payment can be hurried, never delayed, and one that has ended not at all', async () => {
    const { order, payment } = await orderWithPayment()
    await store.checkPaymentNow(payment.outTradeNo, NOW + MINUTE)
    expect((await store.findPayment(payment.outTradeNo))?.nextCheckAt).toBe(NOW + 5_000)
    await store.checkPaymentNow(payment.outTradeNo, NOW)
    expect((await store.findPayment(payment.outTradeNo))?.nextCheckAt).toBe(NOW)
    await store.commit(closedChange(order, payment))
    await store.checkPaymentNow(payment.outTradeNo, NOW)
    expect((await store.findPayment(payment.outTradeNo))?.nextCheckAt).toBeNull()
  })

  test('expired orders are those that wait for nobody at WeChat', async () => {
    const bare = sampleOrder('tea', 1, { expiresAt: NOW + 1 })
    const fresh = sampleOrder('tea', 1)
    for (const order of [bare, fresh]) await store.insertOrder(order, created(order), null)
    const { order } = await orderWithPayment()
    expect(await store.listExpiredOrders(NOW, 10)).toEqual([])
    expect(await store.listExpiredOrders(NOW + 1, 10)).toEqual([bare])
    expect(await store.listExpiredOrders(order.expiresAt, 1)).toHaveLength(1)
    const later = await store.listExpiredOrders(order.expiresAt, 10)
    expect(later.map(({ id }) => id).sort()).toEqual([bare.id, fresh.id].sort())
  })

  test('a message is kept byte for byte, and has no verdict at first', async () => {
    const body = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    const id = await store.insertNotification({ ...sampleMessage(''), body })
    const kept = await store.findNotification(id)
    expect(Buffer.from(kept?.body ?? []).equals(Buffer.from(body))).toBe(true)
    expect(kept).toMatchObject({
      apiVersion: 'v2',
      times: 1,
      lastSeenAt: null,
      result: null,
      remoteAddress: '203.0.113.7',
      receivedAt: NOW,
    })
    expect(kept?.bodySha256).toBe('40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880')
    expect(await store.findNotification(id + 1)).toBeNull()
  })

  test('messages nobody processed are found, oldest first, until they have a verdict', async () => {
    const first = await store.insertNotification(sampleMessage('<a/>', NOW))
    const second = await store.insertNotification(sampleMessage('<b/>', NOW + 5))
    expect((await store.listUnprocessedNotifications(NOW + 5, 10)).map(({ id }) => id)).toEqual([first])
    const both = await store.listUnprocessedNotifications(NOW + 6, 10)
    expect(both.map(({ id }) => id)).toEqual([first, second])
    expect(new TextDecoder().decode(both[0]?.message.body)).toBe('<a/>')
    await store.commit({ result: sampleResult(first, 'malformed') })
    expect((await store.listUnprocessedNotifications(NOW + 6, 10)).map(({ id }) => id)).toEqual([second])
  })

  const logOf = async (filter: Partial<NotificationFilter> = {}) =>
    (await store.listNotifications({ ...EVERY_NOTIFICATION, ...filter }, { after: null, limit: 10 })).lines

  /** Puts a processed message into the log; gives its number. */
  async function processed(verdict: Verdict, changes: Parameters<typeof sampleResult>[2] = {}, at = NOW, body = '') {
    const id = await store.insertNotification(sampleMessage(body || `<n>${Math.random()}</n>`, at))
    await store.commit({ result: sampleResult(id, verdict, changes) })
    return id
  }

  test('the log is read newest first and page by page, also where many came in the same moment', async () => {
    const ids: number[] = []
    for (let n = 0; n < 5; n += 1) ids.push(await processed('applied', {}, NOW + (n < 3 ? 5 : 0)))
    const newestFirst = [ids[2], ids[1], ids[0], ids[4], ids[3]]
    const seen: number[] = []
    let after: LogPlace | null = null
    do {
      const page: Awaited<ReturnType<Store['listNotifications']>> = await store.listNotifications(EVERY_NOTIFICATION, {
        after,
        limit: 2,
      })
      seen.push(...page.lines.map(({ id }) => id))
      after = page.next
    } while (after !== null)
    expect(seen).toEqual(newestFirst)
  })

  test('the log is searched by verdict, number, time and text, and by all of them together', async () => {
    const { order, payment } = await orderWithPayment()
    const numbers = { orderId: order.id, outTradeNo: payment.outTradeNo, transactionId: '4200' }
    const applied = await processed('applied', numbers, NOW, '<a>100% _tea_</a>')
    const forged = await processed('bad_signature', { outTradeNo: payment.outTradeNo }, NOW + 10, '<a>茶</a>')
    const other = await processed('already', {}, NOW + 20)
    const idsOf = async (filter: Partial<NotificationFilter>) => (await logOf(filter)).map(({ id }) => id)
    expect(await idsOf({})).toEqual([other, forged, applied])
    expect(await idsOf({ verdict: 'bad_signature' })).toEqual([forged])
    expect(await idsOf({ number: payment.outTradeNo })).toEqual([forged, applied])
    expect(await idsOf({ number: order.id })).toEqual([applied])
    expect(await idsOf({ number: '4200' })).toEqual([applied])
    expect(await idsOf({ number: '42' })).toEqual([])
    expect(await idsOf({ from: NOW + 10, until: NOW + 20 })).toEqual([forged])
    expect(await idsOf({ text: '茶' })).toEqual([forged])
    expect(await idsOf({ text: '0% _t' })).toEqual([applied])
    expect(await idsOf({ text: '1__%' })).toEqual([])
    const all = { number: payment.outTradeNo, verdict: 'applied', from: NOW, until: NOW + 1, text: 'tea' } as const
    expect(await idsOf(all)).toEqual([applied])
    expect(await idsOf({ ...all, text: 'coffee' })).toEqual([])
  })

  test('a line says what a list shows', async () => {
    const { order, payment } = await orderWithPayment()
    const numbers = { orderId: order.id, outTradeNo: payment.outTradeNo, transactionId: '4200', claimedFen: 1_000 }
    const id = await processed('applied', { ...numbers, reply: 'acknowledge' })
    expect(await logOf()).toEqual([
      {
        id,
        receivedAt: NOW,
        times: 1,
        replayOf: null,
        result: { verdict: 'applied', reply: 'acknowledge', processedAt: NOW + 20, ...numbers },
      },
    ])
  })

  test('unresolved is what tells of money that nobody has seen to', async () => {
    const { order, payment } = await orderWithPayment()
    const money = sampleTransaction(payment)
    await store.commit(paidChange(order, payment, money))
    const lost = sampleTransaction(payment, { orderId: null, outcome: 'unknown_order', seenBy: 'notification' })
    await store.commit({ transaction: lost })
    await processed('applied', { transactionId: money.transactionId })
    await processed('contradicted', { transactionId: money.transactionId })
    const unknown = await processed('unknown_payment', { transactionId: lost.transactionId })
    const unrecorded = await processed('wrong_amount', { transactionId: '4200999' })
    expect((await logOf({ isUnresolved: true })).map(({ id }) => id)).toEqual([unrecorded, unknown])
    const wrong = await logOf({ isUnresolved: true, verdict: 'wrong_amount' })
    expect(wrong.map(({ id }) => id)).toEqual([unrecorded])
    expect(await logOf({ isUnresolved: true, verdict: 'applied' })).toEqual([])
  })

  test('a replay is an entry of its own, found at the one it repeats, and did not come', async () => {
    const original = await processed('bad_signature', {}, NOW, '<same/>')
    const replay = await store.insertNotification({ ...sampleMessage('<same/>', NOW + 5), replayOf: original })
    await store.commit({ result: sampleResult(replay, 'bad_signature') })
    expect((await store.listReplays(original, 10)).map(({ id, replayOf }) => [id, replayOf])).toEqual([
      [replay, original],
    ])
    expect((await logOf()).map(({ id, times }) => [id, times])).toEqual([
      [replay, 1],
      [original, 1],
    ])
    expect((await logOf({ isOriginal: true })).map(({ id }) => id)).toEqual([original])
    // The same forgery from outside is counted at the message that came, not at its replay.
    await processed('bad_signature', {}, NOW + 6, '<same/>')
    expect((await logOf()).map(({ times }) => times)).toEqual([1, 2])
    const counts = await store.countVerdicts(NOW, NOW + 1)
    expect(counts).toEqual([{ at: NOW, verdict: 'bad_signature', count: 2 }])
  })

  test('verdicts are counted by the hour in which their messages came', async () => {
    const HOUR = 60 * MINUTE
    for (const at of [NOW, NOW + HOUR - 1, NOW + HOUR]) await processed('applied', {}, at)
    await processed('malformed', {}, NOW + HOUR)
    expect(await store.countVerdicts(NOW, NOW + 2 * HOUR)).toEqual([
      { at: NOW, verdict: 'applied', count: 2 },
      { at: NOW + HOUR, verdict: 'applied', count: 1 },
      { at: NOW + HOUR, verdict: 'malformed', count: 1 },
    ])
    expect(await store.countVerdicts(NOW + HOUR, NOW + HOUR + 1)).toHaveLength(2)
    expect(await store.countVerdicts(NOW - HOUR, NOW)).toEqual([])
  })

  test('a verdict that acknowledged it stays, and one that asked for more may become better', async () => {
    const id = await store.insertNotification(sampleMessage('<processed twice/>'))
    const recordVerdict = (verdict: 'query_failed' | 'applied' | 'already') => {
      const reply = verdict === 'query_failed' ? 'retry' : 'acknowledge'
      return store.commit({ result: sampleResult(id, verdict, { reply }) })
    }
    for (const verdict of ['query_failed', 'applied', 'already', 'query_failed'] as const) {
      expect(await recordVerdict(verdict)).toBe(true)
    }
    expect((await store.findNotification(id))?.result?.verdict).toBe('applied')
  })

  test('the same forgery is one entry with a counter; the same genuine message is two', async () => {
    const record = async (verdict: 'bad_signature' | 'malformed' | 'already') => {
      const id = await store.insertNotification(sampleMessage('<same/>'))
      await store.commit({ result: sampleResult(id, verdict) })
    }
    for (const verdict of ['bad_signature', 'bad_signature', 'malformed', 'already', 'already'] as const) {
      await record(verdict)
    }
    const log = await logOf()
    expect(log.map(({ times, result }) => [result?.verdict, times]).reverse()).toEqual([
      ['bad_signature', 2],
      ['malformed', 1],
      ['already', 1],
      ['already', 1],
    ])
  })

  test('of one signed message the first twenty with a verdict are kept whole, and the newest counts the others', async () => {
    const record = async (n: number, texts: { verdict?: Verdict; outTradeNo?: string; signedText?: string } = {}) => {
      const { verdict = 'already', outTradeNo = 'one', signedText = 'total_fee=1' } = texts
      const id = await store.insertNotification(sampleMessage(`<xml>${' '.repeat(n)}</xml>`, NOW + n))
      await store.commit({ result: sampleResult(id, verdict, { outTradeNo, signedText }) })
      return id
    }
    for (let n = 1; n <= 23; n += 1) await record(n)
    const { lines: log } = await store.listNotifications(EVERY_NOTIFICATION, { after: null, limit: 50 })
    expect(log.map(({ times }) => times)).toEqual([4, ...Array.from({ length: 19 }, () => 1)])
    const newest = await store.findNotification(log[0]?.id ?? 0)
    expect(newest).toMatchObject({ receivedAt: NOW + 20, lastSeenAt: NOW + 23 })
    expect(Buffer.from(newest?.body ?? []).toString()).toBe(`<xml>${' '.repeat(20)}</xml>`)
    expect((await store.findNotification(log[1]?.id ?? 0))?.lastSeenAt).toBeNull()
    const counts = await store.countVerdicts(NOW, NOW + 1)
    expect(counts).toMatchObject([{ verdict: 'already', count: 23 }])

    // Whatever else is signed, or became of it, is another entry.
    for (const other of [{ signedText: 'total_fee=2' }, { outTradeNo: 'two' }, { verdict: 'query_failed' }] as const) {
      const id = await record(24, other)
      expect((await store.findNotification(id))?.times).toBe(1)
    }
  })

  test('an entry that acknowledged its message is not given up for its repeats', async () => {
    const process = async (id: number, verdict: Verdict) => {
      const said = { outTradeNo: 'one', signedText: 'a=1', reply: 'acknowledge' } as const
      await store.commit({ result: sampleResult(id, verdict, said) })
      return id
    }
    const newEntry = () => store.insertNotification(sampleMessage('<xml/>'))
    const applied = await process(await newEntry(), 'applied')
    for (let n = 0; n < 20; n += 1) await process(await newEntry(), 'already')
    await process(applied, 'already')
    expect((await store.findNotification(applied))?.result?.verdict).toBe('applied')
  })

  test('a full log forgets its oldest forgeries, and never what WeChat signed or what waits for its verdict', async () => {
    await close()
    const opened = await open([], { entriesMax: 3, bytesMax: 1_000_000 })
    store = opened.store
    close = opened.close
    for (let n = 0; n < 7; n += 1) {
      const id = await store.insertNotification(sampleMessage(`<n>${n}</n>`))
      await store.commit({ result: sampleResult(id, n < 2 ? 'applied' : 'bad_signature') })
      // At every instant, and not after some time.
      expect((await logOf()).length).toBeLessThanOrEqual(5)
    }
    const waiting = await store.insertNotification(sampleMessage('<waiting/>'))
    const left = await logOf()
    expect(left.map(({ id, result }) => [id, result?.verdict])).toEqual([
      [waiting, undefined],
      [7, 'bad_signature'],
      [6, 'bad_signature'],
      [5, 'bad_signature'],
      [2, 'applied'],
      [1, 'applied'],
    ])
    expect(await store.countDroppedNotifications()).toBe(2)
  })

  test('a log is full in bytes too, and an entry that is larger than all of it is not kept', async () => {
    await close()
    const opened = await open([], { entriesMax: 100, bytesMax: 50_000 })
    store = opened.store
    close = opened.close
    const forge = async (bytes: number) => {
      const id = await store.insertNotification(sampleMessage('x'.repeat(bytes) + Math.random()))
      await store.commit({ result: sampleResult(id, 'malformed') })
    }
    for (let n = 0; n < 10; n += 1) await forge(9_000)
    const kept = (await logOf()).length
    expect(kept).toBeGreaterThan(1)
    expect(kept * 9_000).toBeLessThan(50_000)
    await forge(60_000)
    expect(await logOf()).toEqual([])
    expect(await store.countDroppedNotifications()).toBe(11)
    await forge(9_000)
    expect(await logOf()).toHaveLength(1)
  })

  test('a forgery that turns out to be genuine when it is processed again counts for the limits no more', async () => {
    await close()
    const opened = await open([], { entriesMax: 1, bytesMax: 1_000_000 })
    store = opened.store
    close = opened.close
    const first = await store.insertNotification(sampleMessage('<first/>'))
    await store.commit({ result: sampleResult(first, 'bad_signature') })
    await store.commit({ result: sampleResult(first, 'already', { reply: 'acknowledge' }) })
    for (const body of ['<second/>', '<third/>']) {
      const id = await store.insertNotification(sampleMessage(body))
      await store.commit({ result: sampleResult(id, 'bad_signature') })
    }
    expect((await logOf()).map(({ id }) => id)).toEqual([3, first])
  })

  test('the record of admin actions comes back as it was written, newest first, and goes on where a page ended', async () => {
    const { order } = await orderWithPayment()
    const closing = sampleAudit({ action: 'order_closed', orderId: order.id, detail: { note: 'asked for it' } })
    const ben = { email: 'ben@shop.example', role: null, address: '::1' }
    const first = await store.insertAudit(sampleAudit())
    const second = await store.insertAudit(closing)
    const third = await store.insertAudit(sampleAudit({ action: 'sign_in_failed', actor: ben }))
    const fourth = await store.insertAudit({ ...closing, outcomeOf: second })
    const list = async (filter: Partial<AuditFilter> = {}, before: number | null = null, limit = 10) => {
      const found = await store.listAudit({ filter: { ...ANY, ...filter }, before, limit })
      return found.map(({ id }) => id)
    }
    expect(await list({}, null, 3)).toEqual([fourth, third, second])
    expect(await list({}, second, 3)).toEqual([first])
    expect(await list({ action: 'order_closed' })).toEqual([fourth, second])
    expect(await list({ email: ben.email })).toEqual([third])
    expect(await list({ email: ben.email, action: 'order_closed' })).toEqual([])
    expect(await list({ orderId: order.id }, fourth)).toEqual([second])
    const ofOrder = await store.listAudit({ filter: { ...ANY, orderId: order.id }, before: null, limit: 10 })
    expect(ofOrder).toEqual([
      { ...closing, id: fourth, outcomeOf: second },
      { ...closing, id: second },
    ])
  })

  test('the store answers', async () => {
    await expect(store.ping()).resolves.toBeUndefined()
  })

  const every = (filter: Partial<OrderFilter> = {}, after: ListPlace | null = null, limit = 10) =>
    store.listReviewedOrders({ ...EVERY_ORDER, ...filter }, { after, limit, now: NOW })
  const idsOf = (list: ReviewedOrder[]) => list.map(({ order }) => order.id)

  test('orders are reviewed newest first, page by page, also those of the same millisecond', async () => {
    const made = [0, 0, 0, 1, 2].map((minutes) => sampleOrder('tea', 1, { createdAt: NOW - minutes * MINUTE }))
    for (const order of made) await store.insertOrder(order, created(order), null)
    const expected = idsOf(await every())
    expect(expected).toHaveLength(5)
    const seen: string[] = []
    for (let after: ListPlace | null = null; ; ) {
      const [next] = await every({}, after, 1)
      if (next === undefined) break
      seen.push(next.order.id)
      after = { at: next.order.createdAt, id: next.order.id }
    }
    expect(seen).toEqual(expected)
  })

  test('orders are found by status, channel, time, shipping, number and what needs a look', async () => {
    const waiting = await orderWithPayment()
    const paid = await orderWithPayment()
    const money = sampleTransaction(paid.payment)
    const change = paidChange(paid.order, paid.payment, money)
    await store.commit(change)
    const late = { ...sampleTransaction(waiting.payment, { transactionId: '4200late' }), outcome: 'late' } as const
    await store.commit({ transaction: late })
    const { order, payment } = waiting
    expect(idsOf(await every({ status: 'paid' }))).toEqual([paid.order.id])
    expect(idsOf(await every({ channel: payment.channel }))).toHaveLength(2)
    expect(idsOf(await every({ isShipped: false }))).toEqual([paid.order.id])
    expect(idsOf(await every({ isShipped: true }))).toEqual([])
    expect(idsOf(await every({ from: NOW + 1 }))).toEqual([])
    expect(idsOf(await every({ from: NOW, to: NOW + 1 }))).toHaveLength(2)
    for (const number of [paid.order.id, paid.payment.outTradeNo, money.transactionId]) {
      expect(idsOf(await every({ number }))).toEqual([paid.order.id])
    }
    expect(await every({ number: "' or 1=1 --" })).toEqual([])
    for (const attention of ['any', 'stray'] as const) {
      expect(await every({ attention })).toEqual([{ order, payments: [payment], attention: ['stray'] }])
    }
    const later = await store.listReviewedOrders(
      { ...EVERY_ORDER, attention: 'overdue' },
      { after: null, limit: 10, now: order.expiresAt },
    )
    expect(later).toMatchObject([{ order: { id: order.id }, attention: ['stray', 'overdue'] }])
    expect(await store.countWaiting(order.expiresAt, 10)).toEqual({
      stray: 1,
      refunded: 0,
      refunds: 0,
      overdue: 1,
      silent: 0,
      unshipped: 1,
      oldestPending: { id: order.id, createdAt: order.createdAt, expiresAt: order.expiresAt },
    })
  })

  test('orders are summed by the piece of time in which they were made and paid', async () => {
    const { order, payment } = await orderWithPayment()
    await orderWithPayment()
    const change = paidChange(order, payment, sampleTransaction(payment))
    await store.commit(change)
    const from = NOW - 10 * MINUTE
    const sums = await store.sumOrders(from, NOW + 10 * MINUTE, 5 * MINUTE)
    expect(sums.map(({ at }) => (at - from) / MINUTE)).toEqual([0, 5, 10, 15])
    expect(sums.map(({ made }) => made)).toEqual([0, 0, 2, 0])
    expect(sums.map(({ madeAndPaid }) => madeAndPaid)).toEqual([0, 0, 1, 0])
    expect(sums.reduce((all, { paid }) => all + paid, 0)).toBe(1)
    expect(sums.reduce((all, { paidFen }) => all + paidFen, 0)).toBe(order.amountFen)
  })

  test('calls to WeChat are listed newest first, by number, path and failure', async () => {
    const call = { at: NOW, durationMs: 5, path: '/pay/orderquery', outTradeNo: 'one', outcome: 'SUCCESS' }
    const fields = { isAnswered: true, outRefundNo: null, request: { a: '1' }, answer: {} }
    await store.insertCall({ ...call, ...fields })
    await store.insertCall({ ...call, ...fields, at: NOW + 1, outTradeNo: 'two', isAnswered: false })
    const list = async (filter: Partial<CallFilter>, beforeId: number | null = null) =>
      store.listCalls({ number: null, path: null, isFailed: false, ...filter }, { beforeId, limit: 10 })
    const all = await list({})
    expect(all.map(({ outTradeNo }) => outTradeNo)).toEqual(['two', 'one'])
    expect(all[1]).toMatchObject({ ...call, ...fields })
    expect(await list({}, all[0]?.id)).toEqual([all[1]])
    expect(await list({ number: 'one' })).toEqual([all[1]])
    expect(await list({ isFailed: true })).toEqual([all[0]])
    expect(await list({ path: '/pay/closeorder' })).toEqual([])
    expect(await store.listCallTimes(NOW + 1, 10)).toEqual([{ at: NOW + 1, isAnswered: false, durationMs: 5 }])
  })
}
