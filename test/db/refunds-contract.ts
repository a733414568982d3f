import { expect, test } from 'vitest'
import type { NewAuditEntry } from '@/lib/shop/audit'
import { decideRefund, type RefundChangeEvent, refundChange } from '@/lib/shop/decide-refund'
import { STOCK_MAX } from '@/lib/shop/limits'
import { fen } from '@/lib/shop/money'
import { EVERY_NOTIFICATION } from '@/lib/shop/notification'
import type { Order } from '@/lib/shop/order'
import type { Transaction } from '@/lib/shop/payment'
import type { FoundRefund, Refund, RefundEvent } from '@/lib/shop/refund'
import { EVERY_ORDER, EVERY_REFUND, type RefundFilter } from '@/lib/shop/review'
import type { Store } from '@/lib/shop/store'
import {
  created,
  MINUTE,
  NOW,
  paidChange,
  sampleAudit,
  sampleCall,
  sampleMessage,
  sampleOrder,
  samplePayment,
  sampleRefund,
  sampleResult,
  sampleTransaction,
} from './samples'

const CAUSE = { kind: 'worker', id: 'R' } as const

/** What every store has to hold about refunds. */
export function refundsContract(store: () => Store): void {
  /** An order of three teas for 30 yuan that was paid. */
  async function paid(changes: Partial<Order> = {}) {
    const order = sampleOrder('tea', 3, changes)
    const payment = samplePayment(order)
    await store().insertOrder(order, created(order), null)
    await store().insertPayment(payment)
    const change = paidChange(order, payment, sampleTransaction(payment))
    await store().commit(change)
    return { order: change.order.after, money: change.transaction }
  }

  async function stray(changes: Partial<Transaction> = {}) {
    const order = sampleOrder('tea', 1)
    const payment = samplePayment(order)
    await store().insertOrder(order, created(order), null)
    await store().insertPayment(payment)
    const money = sampleTransaction(payment, { outcome: 'late', ...changes })
    await store().commit({ transaction: money })
    return { order, money }
  }

  const made = ({ outRefundNo, status: to, createdAt: at }: Refund, cause: RefundEvent['cause'] = CAUSE) =>
    ({ outRefundNo, version: 1, what: 'made', from: null, to, cause, at }) as const
  const insert = (refund: Refund, entry: NewAuditEntry | null = null) =>
    store().insertRefund(refund, made(refund), entry)
  async function inserted(money: Transaction, changes: Partial<Refund> = {}) {
    const refund = sampleRefund(money, changes)
    expect(await insert(refund)).toEqual({ ok: true, entryId: null })
    return refund
  }
  const foundOf = ({ outRefundNo, outTradeNo, transactionId, amountFen, paidFen }: Refund): FoundRefund => ({
    ...{ outRefundNo, outTradeNo, transactionId, amountFen, paidFen },
    ...{ refundId: `50${outRefundNo}`, status: 'succeeded', succeededAt: NOW + 3 * MINUTE, receivedBy: 'change' },
  })
  function changeOf(refund: Refund, event: RefundChangeEvent, at = NOW + 3 * MINUTE) {
    const decision = decideRefund(refund, event)
    if (decision.type === 'ignore') throw new Error(decision.reason)
    return refundChange(refund, decision, CAUSE, at)
  }
  const succeed = (refund: Refund) => changeOf(refund, { type: 'found', found: foundOf(refund), at: NOW + 3 * MINUTE })
  const stockOf = async (id: string) => (await store().listProductsById([id]))[0]?.stock
  const list = async (filter: Partial<RefundFilter>) => {
    const page = await store().listRefunds({ ...EVERY_REFUND, ...filter }, { after: null, limit: 50 })
    return page.map(({ outRefundNo }) => outRefundNo)
  }
  const audit = { filter: { action: null, email: null, orderId: null }, before: null, limit: 9 }

  test('a refund is there as it was written, with its first event and its entry in the record', async () => {
    const { order, money } = await paid()
    const refund = sampleRefund(money, { lines: [{ productId: 'tea', quantity: 1 }], returnsStock: true })
    const entry = sampleAudit({ action: 'refund_made', orderId: order.id })
    const event = made(refund, { kind: 'admin', id: 'nobody yet' })
    const written = await store().insertRefund(refund, event, entry)
    expect(await store().findRefund(refund.outRefundNo)).toEqual(refund)
    expect(await store().listRefundsOf(order.id)).toEqual([refund])
    expect(await store().listRefundsOfOrders([order.id, 'nobody'])).toEqual([refund])
    expect(await store().findRefund('nobody')).toBeNull()
    const [line] = await store().listAudit(audit)
    expect(written).toEqual({ ok: true, entryId: line?.id })
    const history = await store().findOrderHistory(order.id, NOW)
    expect(history?.refunds).toEqual([refund])
    expect(history?.refundEvents).toEqual([{ ...event, cause: { kind: 'admin', id: String(line?.id) } }])
    expect(await stockOf('tea')).toBe(2)
  })

  test('of refunds inserted at once, together never more than was paid are written', async () => {
    const { order, money } = await paid()
    const wanted = Array.from({ length: 6 }, () => sampleRefund(money, { amountFen: fen(3_000) }))
    const results = await Promise.all(wanted.map((refund) => insert(refund, sampleAudit())))
    expect(results.filter(({ ok }) => ok)).toHaveLength(1)
    const refused = results.filter(({ ok }) => !ok)
    expect(refused).toEqual(Array(5).fill({ ok: false, reason: 'refund_too_much' }))
    expect(await store().listRefundsOf(order.id)).toHaveLength(1)
    expect(await store().listAudit(audit)).toHaveLength(1)
  })

  test('a payment that somebody holds is read anew after a refund of it', async () => {
    const { money } = await paid()
    const before = await store().findPayment(money.outTradeNo)
    if (before === null) throw new Error('no payment')
    await inserted(money)
    const after = { ...before, refundSeenAt: NOW, version: before.version + 1 }
    expect(await store().commit({ payment: { before, after } })).toBe(false)
  })

  test('a refund that may not be is not written, and neither is anything with it', async () => {
    const { order, money } = await paid()
    await inserted(money)
    const soon = sampleRefund(money, { createdAt: NOW + 1, approvedAt: NOW + 1 })
    expect(await insert(soon, sampleAudit())).toEqual({ ok: false, reason: 'refund_too_soon' })
    const lines = [{ productId: 'pot', quantity: 1 }]
    expect(await insert(sampleRefund(money, { lines }))).toEqual({ ok: false, reason: 'invalid_refund_lines' })
    expect(await store().listRefundsOf(order.id)).toHaveLength(1)
    expect(await store().listAudit(audit)).toEqual([])
    for (const changes of [{ transactionId: 'nobody' }, { orderId: 'nobody' }]) {
      const strange = sampleRefund({ ...money, ...changes })
      const sentence = `a refund of what is not there: ${strange.transactionId}`
      await expect(insert(strange)).rejects.toThrow(sentence)
    }
  })

  test('a change is written with event, entry and verdict, or not at all', async () => {
    const { order, money } = await paid()
    const refund = await inserted(money)
    const id = await store().insertNotification(sampleMessage('<xml/>'))
    const change = succeed(refund)
    const result = sampleResult(id, 'refund_applied', { outRefundNo: refund.outRefundNo, kind: 'refund' })
    const written = await store().commitRefund(change, { entry: sampleAudit(), result })
    expect(written).toMatchObject({ ok: true })
    expect(await store().findRefund(refund.outRefundNo)).toEqual(change.after)
    expect((await store().findNotification(id))?.result).toEqual(result)
    expect(await store().commitRefund(change, { entry: sampleAudit() })).toEqual({ ok: false, reason: 'outdated' })
    expect(await store().listAudit(audit)).toHaveLength(1)
    const events = (await store().findOrderHistory(order.id, NOW))?.refundEvents
    expect(events?.map(({ version, what }) => [version, what])).toEqual([
      [1, 'made'],
      [2, 'found'],
    ])
    const byNumber = { ...EVERY_NOTIFICATION, number: refund.outRefundNo }
    const { lines } = await store().listNotifications(byNumber, { after: null, limit: 9 })
    expect(lines.map((line) => line.id)).toEqual([id])
  })

  test('the entry in the record is the cause of what an admin does, and of nothing else', async () => {
    const { order, money } = await paid()
    const byAdmin = { kind: 'admin', id: 'of before' } as const
    const refund = sampleRefund(money)
    await store().insertRefund(refund, made(refund, byAdmin), null)
    const change = changeOf(refund, { type: 'accepted', refundId: '5030001', at: NOW })
    await store().commitRefund(change, { entry: sampleAudit() })
    const events = (await store().findOrderHistory(order.id, NOW))?.refundEvents
    expect(events?.map(({ cause }) => cause)).toEqual([byAdmin, CAUSE])
  })

  test('what becomes of a refund has no limits but those of its approval', async () => {
    const { money } = await paid()
    const first = await inserted(money, { createdAt: NOW - 2 * MINUTE, approvedAt: NOW - 2 * MINUTE })
    await inserted(money)
    const accepted = changeOf(first, { type: 'accepted', refundId: '5030001', at: NOW }, NOW)
    expect(await store().commitRefund(accepted, {})).toEqual({ ok: true, entryId: null })
  })

  test('a note about a refund of all that was paid changes nothing else', async () => {
    const { money } = await paid()
    const all = { amountFen: fen(money.paidFen), status: 'succeeded', source: 'wechat', endedAt: NOW } as const
    const refund = sampleRefund(money, { ...all, nextCheckAt: null, acceptedAt: NOW, refundId: '5030001' })
    expect(await store().recordRefund(refund, made(refund), null)).toBe(true)
    const noted = changeOf(refund, { type: 'resolved', at: NOW, note: 'ours' })
    expect(await store().commitRefund(noted, {})).toEqual({ ok: true, entryId: null })
    expect(await store().findRefund(refund.outRefundNo)).toMatchObject({ note: 'ours', resolvedAt: NOW })
  })

  test('stock returns once, with the success', async () => {
    const { money } = await paid()
    const lines = [{ productId: 'tea', quantity: 2 }]
    const refund = await inserted(money, { amountFen: fen(2_000), lines, returnsStock: true })
    expect(await stockOf('tea')).toBe(2)
    const change = succeed(refund)
    const results = await Promise.all([1, 2, 3].map(() => store().commitRefund(change, {})))
    expect(results.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await stockOf('tea')).toBe(4)
  })

  test('stock that comes back finds a full shelf, and no money waits for that', async () => {
    const { money } = await paid()
    const [before] = (await store().listGoods()).filter(({ id }) => id === 'tea')
    if (before === undefined) throw new Error('no tea')
    const entry = sampleAudit({ action: 'goods_changed' })
    expect(await store().replaceGoods(before, { ...before, stock: STOCK_MAX }, entry)).toBe(true)
    const refund = await inserted(money, {
      amountFen: fen(2_000),
      lines: [{ productId: 'tea', quantity: 2 }],
      returnsStock: true,
    })
    expect(await store().commitRefund(succeed(refund), {})).toMatchObject({ ok: true })
    expect(await stockOf('tea')).toBe(STOCK_MAX)
    // The books still say that three were sold and two of them came back.
    expect(await store().findGoods('tea')).toMatchObject({ reserved: 0, sold: 1 })
  })

  test('an order that was given back whole is not among those to be shipped', async () => {
    const { order, money } = await paid()
    const toShip = async () => {
      const filter = { ...EVERY_ORDER, isShipped: false }
      const found = await store().listReviewedOrders(filter, { after: null, limit: 10, now: NOW })
      return [found.map((it) => it.order.id), (await store().countWaiting(NOW, 10)).unshipped]
    }
    const part = await inserted(money, { amountFen: fen(2_000) })
    await store().commitRefund(succeed(part), {})
    expect(await toShip()).toEqual([[order.id], 1])
    const at = NOW + 5 * MINUTE
    const rest = await inserted(money, { amountFen: fen(1_000), createdAt: at, approvedAt: at })
    await store().commitRefund(succeed(rest), {})
    expect(await toShip()).toEqual([[], 0])
  })

  test('a wish is approved within the limits of that moment', async () => {
    const { money } = await paid()
    const wish = await inserted(money, { approvedAt: null, nextCheckAt: null, source: 'buyer' })
    const twice = sampleRefund(money, { approvedAt: null, nextCheckAt: null, source: 'buyer' })
    expect(await insert(twice)).toEqual({ ok: false, reason: 'refund_pending' })
    const at = NOW + 5 * MINUTE
    await inserted(money, { createdAt: at, approvedAt: at })
    const approve = (when: number) =>
      store().commitRefund(changeOf(wish, { type: 'approved', at: when, note: null }, when), {})
    expect(await approve(at + 1)).toEqual({ ok: false, reason: 'refund_too_soon' })
    expect(await store().findRefund(wish.outRefundNo)).toEqual(wish)
    expect(await approve(at + MINUTE)).toMatchObject({ ok: true })
  })

  test('goods leave only as long as the refunds allow it', async () => {
    const { order, money } = await paid()
    const ship = () => store().shipOrder(order.id, NOW + 9 * MINUTE, sampleAudit({ action: 'order_shipped' }))
    const whole = await inserted(money, { amountFen: fen(3_000) })
    expect(await ship()).toBe(false)
    await store().commitRefund(changeOf(whole, { type: 'refused', code: 'TRADE_OVERDUE', at: NOW }), {})
    const wish = await inserted(money, { approvedAt: null, nextCheckAt: null, source: 'buyer' })
    expect(await ship()).toBe(false)
    await store().commitRefund(changeOf(wish, { type: 'declined', at: NOW, note: 'no' }), {})
    expect(await ship()).toBe(true)
    const late = sampleRefund(money, { approvedAt: null, nextCheckAt: null, source: 'buyer' })
    expect(await insert(late)).toEqual({ ok: false, reason: 'already_shipped' })
  })

  test('stray money is resolved with the refund that sent the last of it back', async () => {
    const { money } = await stray()
    const half = await inserted(money, { amountFen: fen(400) })
    const at = NOW + 5 * MINUTE
    const rest = await inserted(money, { amountFen: fen(600), createdAt: at, approvedAt: at })
    await store().commitRefund(succeed(half), {})
    expect((await store().findTransactionForReview(money.transactionId))?.resolution).toBeNull()
    await store().commitRefund(succeed(rest), {})
    const resolution = (await store().findTransactionForReview(money.transactionId))?.resolution
    expect(resolution).toMatchObject({ at: NOW + 3 * MINUTE, note: rest.outRefundNo })
    const another = sampleRefund(money, { createdAt: at + MINUTE, approvedAt: at + MINUTE })
    expect(await insert(another)).toEqual({ ok: false, reason: 'already_resolved' })
  })

  test('money that paid its order is not resolved by a refund', async () => {
    const { money } = await paid()
    await store().commitRefund(succeed(await inserted(money, { amountFen: fen(3_000) })), {})
    expect((await store().findTransactionForReview(money.transactionId))?.resolution).toBeNull()
  })

  test('a refund that was made at WeChat is recorded once, whatever is left', async () => {
    const { order, money } = await paid()
    await inserted(money, { amountFen: fen(3_000) })
    const id = await store().insertNotification(sampleMessage('<xml/>'))
    const foreign = sampleRefund(money, { source: 'wechat', status: 'processing', acceptedAt: NOW, request: '' })
    const result = sampleResult(id, 'unknown_refund', { outRefundNo: foreign.outRefundNo, kind: 'refund' })
    expect(await store().recordRefund(foreign, made(foreign), result)).toBe(true)
    expect(await store().recordRefund(foreign, made(foreign), null)).toBe(false)
    expect((await store().findNotification(id))?.result?.verdict).toBe('unknown_refund')
    expect(await store().listRefundsOf(order.id)).toHaveLength(2)
  })

  test('an entry about a refund stays unresolved until somebody saw to the refund, or ours has ended', async () => {
    const { money } = await paid()
    const foreign = sampleRefund(money, { source: 'wechat', status: 'succeeded', endedAt: NOW, nextCheckAt: null })
    await store().recordRefund(foreign, made(foreign), null)
    const at = NOW + 5 * MINUTE
    const own = await inserted(money, { createdAt: at, approvedAt: at })
    const tell = async (verdict: 'unknown_refund' | 'wrong_amount' | 'contradicted', outRefundNo: string) => {
      const id = await store().insertNotification(sampleMessage('<xml/>'))
      const { transactionId } = money
      const result = sampleResult(id, verdict, { outRefundNo, transactionId, kind: 'refund', reply: 'acknowledge' })
      await store().commit({ result })
      return id
    }
    const ids = [
      await tell('unknown_refund', foreign.outRefundNo),
      await tell('wrong_amount', own.outRefundNo),
      await tell('unknown_refund', 'of-nobody'),
    ]
    const unresolved = async () => {
      const filter = { ...EVERY_NOTIFICATION, isUnresolved: true }
      return (await store().listNotifications(filter, { after: null, limit: 9 })).lines.map(({ id }) => id).sort()
    }
    expect(await unresolved()).toEqual(ids)
    await store().commitRefund(changeOf(foreign, { type: 'resolved', at: NOW, note: 'ours' }), {})
    expect(await unresolved()).toEqual(ids.slice(1))
    await store().commitRefund(succeed(own), {})
    expect(await unresolved()).toEqual(ids.slice(2))
  })

  test('due refunds are claimed once, oldest first, and come again at their next scheduled check', async () => {
    const { money } = await paid()
    const first = await inserted(money, { nextCheckAt: NOW + 5_000 })
    const second = await inserted((await stray()).money, { nextCheckAt: NOW + 4_000 })
    expect(await store().claimDueRefunds(NOW + 3_999, 9)).toEqual([])
    const claims = await Promise.all([1, 2].map(() => store().claimDueRefunds(NOW + 5_000, 9)))
    const claimed = claims.flat().map(({ outRefundNo, checks }) => [outRefundNo, checks])
    expect(claimed).toEqual([
      [second.outRefundNo, 1],
      [first.outRefundNo, 1],
    ])
    expect(await store().claimDueRefunds(NOW + MINUTE - 1, 9)).toEqual([])
    expect(await store().claimDueRefunds(NOW + MINUTE, 1)).toHaveLength(1)
    expect((await store().findRefund(first.outRefundNo))?.version).toBe(1)
  })

  test('a refund can be hurried, never delayed, and one that is not asked about not at all', async () => {
    const { money } = await paid()
    const refund = await inserted(money)
    const dueAt = async () => (await store().findRefund(refund.outRefundNo))?.nextCheckAt
    await store().checkRefundNow(refund.outRefundNo, NOW + 60_000)
    expect(await dueAt()).toBe(NOW + 10_000)
    await store().checkRefundNow(refund.outRefundNo, NOW + 2_000)
    expect(await dueAt()).toBe(NOW + 2_000)
    await store().commitRefund(succeed(refund), {})
    await store().checkRefundNow(refund.outRefundNo, NOW)
    expect(await dueAt()).toBeNull()
  })

  test('the rule finds late and second money that nobody resolved or tried to refund', async () => {
    const late = (await stray({ seenAt: NOW + 2 })).money
    const second = (await stray({ outcome: 'second', seenAt: NOW + 1 })).money
    const mismatch = (await stray({ outcome: 'mismatch' })).money
    const found = (limit = 9, paidAfter = 0) => store().listStrayToRefund(paidAfter, limit)
    expect(await found()).toEqual([second.transactionId, late.transactionId])
    expect(await found(1)).toEqual([second.transactionId])
    expect(await found(9, late.paidAt + 1)).toEqual([])
    const refund = await inserted(second)
    await store().commitRefund(changeOf(refund, { type: 'refused', code: 'ERROR', at: NOW }), {})
    const done = { at: NOW, by: 'ann@shop.example', note: 'sent back' }
    expect(await found()).toEqual([late.transactionId])
    await store().resolveTransaction(late.transactionId, done, sampleAudit())
    expect([await found(), mismatch.outcome]).toEqual([[], 'mismatch'])
  })

  test('refunds are listed newest first, page by page, by status, time, number and what they wait for', async () => {
    const { order, money } = await paid()
    const at = NOW + 5 * MINUTE
    const open = await inserted(money, { createdAt: at, approvedAt: at })
    const stuck = await inserted((await stray()).money)
    const wished = await inserted((await stray()).money, { approvedAt: null, nextCheckAt: null })
    const delayed = changeOf(stuck, { type: 'delayed', problem: 'NOTENOUGH', waitsFor: 'operator' })
    await store().commitRefund(delayed, {})
    const others = [stuck.outRefundNo, wished.outRefundNo].sort().reverse()
    expect(await list({})).toEqual([open.outRefundNo, ...others])
    const page = (after: { at: number; id: string } | null) => store().listRefunds(EVERY_REFUND, { after, limit: 1 })
    const [first] = await page(null)
    const [second] = await page({ at, id: open.outRefundNo })
    const [third] = await page({ at: second?.createdAt ?? 0, id: second?.outRefundNo ?? '' })
    expect([first, second, third].map((it) => it?.outRefundNo)).toEqual([open.outRefundNo, ...others])
    expect(await list({ waits: 'look' })).toEqual(others)
    expect(await list({ waits: 'open' })).toEqual([open.outRefundNo, ...others])
    expect(await store().countRefunds(9)).toEqual({ open: 3, look: 2 })
    expect(await store().countRefunds(1)).toEqual({ open: 1, look: 1 })
    const change = succeed(open)
    await store().commitRefund(change, {})
    expect(await list({ status: 'succeeded' })).toEqual([open.outRefundNo])
    expect(await list({ waits: 'open' })).toEqual(others)
    expect(await list({ from: at })).toEqual([open.outRefundNo])
    expect(await list({ to: at })).toEqual(others)
    const { outRefundNo, outTradeNo, transactionId } = open
    const numbers = [outRefundNo, outTradeNo, transactionId, order.id, change.after.refundId]
    for (const number of numbers) expect(await list({ number })).toEqual([outRefundNo])
    for (const number of [outRefundNo, change.after.refundId]) {
      const page = { after: null, limit: 9, now: NOW }
      const found = await store().listReviewedOrders({ ...EVERY_ORDER, number }, page)
      expect(found.map((it) => it.order.id)).toEqual([order.id])
    }
    const waiting = { ...EVERY_ORDER, attention: 'refund' as const }
    const reviewed = await store().listReviewedOrders(waiting, { after: null, limit: 9, now: NOW })
    expect(reviewed.map((it) => it.order.id).sort()).toEqual([stuck.orderId, wished.orderId].sort())
    expect((await store().countWaiting(NOW, 9)).refunds).toBe(2)
  })

  test('calls about a refund stand in the history of its order', async () => {
    const { order, money } = await paid()
    const { outRefundNo } = await inserted(money)
    const call = sampleCall({ outTradeNo: null, outRefundNo, path: '/pay/refundquery' })
    await store().insertCall(call)
    expect((await store().findOrderHistory(order.id, NOW))?.calls).toMatchObject([call])
    const filter = { number: outRefundNo, path: null, isFailed: false }
    expect(await store().listCalls(filter, { beforeId: null, limit: 9 })).toMatchObject([call])
  })
}
