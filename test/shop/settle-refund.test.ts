import { afterEach, beforeEach, expect, test } from 'vitest'
import { FEN_MAX } from '@/lib/shop/limits'
import type { FoundRefund } from '@/lib/shop/refund'
import { refundOrder } from '@/lib/shop/refunds'
import { applyRefundEvent, recordForeignRefund, settleRefund } from '@/lib/shop/settle-refund'
import type { Shop } from '@/lib/shop/shop'
import { sampleMessage, sampleResult } from '../db/samples'
import { openWorld, type World } from '../world'

const ADMIN = { email: 'ada@example.com', role: 'operator', address: '::1' } as const
const CAUSE = { kind: 'worker', id: 'R' } as const

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

/** A shop that loses so many races about refunds, and tells what it did. */
function watched({ lost = 0 } = {}) {
  const done: string[] = []
  let races = lost
  const { store } = world.shop
  const say = (event: string, fields?: object) => void done.push(`${event} ${JSON.stringify(fields)}`)
  const shop: Shop = {
    ...world.shop,
    store: {
      ...store,
      commitRefund: async (change, also) => {
        races -= 1
        if (races < 0) return store.commitRefund(change, also)
        done.push('lost')
        return { ok: false, reason: 'outdated' }
      },
    },
    announce: (orderId) => void done.push(`announced ${orderId}`),
    log: { ...world.shop.log, info: say, warn: say },
  }
  return { shop, done }
}

async function paid() {
  const { order, payment } = await world.order()
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  const [newest] = await world.paymentsOf(order)
  if (newest?.transactionId == null) throw new Error('not paid')
  return { order, payment: newest, transactionId: newest.transactionId }
}

/** A refund of three yuan that WeChat has not heard of yet, and what WeChat's query would say of it. */
async function requested() {
  const { order, payment, transactionId } = await paid()
  world.wire.isCut = true
  const wanted = { amountFen: 300, lines: [], reason: 'broken', returnsStock: false }
  const made = await refundOrder(world.shop, order.id, wanted, ADMIN)
  if (!made.ok) throw new Error(made.reason)
  const { outRefundNo } = made.refund
  const found = foundOf({ outRefundNo, outTradeNo: payment.outTradeNo, transactionId, amountFen: 300 })
  return { order, outRefundNo, found }
}

const foundOf = (changes: Partial<FoundRefund>): FoundRefund => ({
  ...{ outRefundNo: 'console-1', refundId: '5030001', outTradeNo: '', transactionId: '', amountFen: 300 },
  ...{ paidFen: 6800, status: 'succeeded', succeededAt: world.now() - 5_000, receivedBy: '支付用户零钱' },
  ...changes,
})

test('a lost race about a refund is run again, and not for ever', async () => {
  const { order, outRefundNo, found } = await requested()
  const loser = watched({ lost: 5 })
  await expect(settleRefund(loser.shop, found, CAUSE)).rejects.toThrow(
    `lost against other writers too often: refund ${outRefundNo}`,
  )
  expect(loser.done).toEqual(Array(5).fill('lost'))
  const { shop, done } = watched({ lost: 4 })
  expect(await settleRefund(shop, found, CAUSE)).toBe('applied')
  expect(done.slice(0, 5)).toEqual([...Array(4).fill('lost'), `announced ${order.id}`])
})

test('of a number that is none of ours nothing is settled', async () => {
  const { shop, done } = watched()
  expect(await settleRefund(shop, foundOf({}), CAUSE)).toBe('unknown')
  const event = { type: 'resolved', at: world.now(), note: 'x' } as const
  expect(await applyRefundEvent(shop, 'nobody', event, CAUSE)).toEqual({ ok: false, reason: 'not_found' })
  expect(done).toEqual([])
})

test('the log tells each change of a refund, and warns of what somebody has to see to', async () => {
  const { order, outRefundNo, found } = await requested()
  const { shop, done } = watched()
  const apply = (event: Parameters<typeof applyRefundEvent>[2]) => applyRefundEvent(shop, outRefundNo, event, CAUSE)
  const said = () => done.splice(0).filter((it) => !it.startsWith('announced'))
  const fields = (status: string, problem: string | null = null) =>
    JSON.stringify({ outRefundNo, orderId: order.id, amountFen: 300, status, problem })

  await apply({ type: 'delayed', problem: 'SYSTEMERROR', waitsFor: 'time' })
  expect(said()).toEqual([])
  await apply({ type: 'delayed', problem: 'NOTENOUGH', waitsFor: 'operator' })
  expect(said()).toEqual([`refund_waits ${fields('requested', 'NOTENOUGH')}`])
  await apply({ type: 'delayed', problem: 'PARAM_ERROR', waitsFor: 'developer' })
  expect(said()).toEqual([`refund_waits ${fields('requested', 'PARAM_ERROR')}`])
  await apply({ type: 'accepted', refundId: '5030001', at: world.now() })
  expect(said()).toEqual([`refund_changed ${fields('processing')}`])
  await settleRefund(shop, { ...found, status: 'abnormal', succeededAt: null }, CAUSE)
  expect(said()).toEqual([`refund_failed ${fields('abnormal')}`])
  await settleRefund(shop, { ...found, status: 'closed', succeededAt: null }, CAUSE)
  expect(said()).toEqual([`refund_failed ${fields('closed')}`])
  await settleRefund(shop, found, CAUSE)
  expect(said()).toEqual([`refund_changed ${fields('succeeded')}`])
  await settleRefund(shop, found, CAUSE)
  expect(said()).toEqual([])
  expect(await settleRefund(shop, { ...found, amountFen: 301 }, CAUSE)).toBe('contradicted')
  expect(said()).toEqual([`refund_contradicted ${JSON.stringify({ outRefundNo })}`])
})

test("a refund from the merchant's console is written down as WeChat tells of it, and told", async () => {
  const { order, payment, transactionId } = await paid()
  const { outTradeNo } = payment
  const { shop, done } = watched()
  const at = world.now()
  const told = { outTradeNo, transactionId }
  expect(await recordForeignRefund(shop, payment, foundOf(told), CAUSE)).toBe(true)
  const recorded = {
    ...{ outRefundNo: 'console-1', orderId: order.id, outTradeNo, transactionId, status: 'succeeded' },
    ...{ amountFen: 300, paidFen: 6800, currency: 'CNY', apiVersion: 'v2', signType: 'MD5', request: '' },
    ...{ source: 'wechat', reason: '', lines: [], returnsStock: false, createdAt: at, approvedAt: at },
    ...{ acceptedAt: at, endedAt: at - 5_000, refundId: '5030001', receivedBy: '支付用户零钱', note: null },
    ...{ resolvedAt: null, problem: null, waitsFor: null, nextCheckAt: null, checks: 0, version: 1 },
  }
  expect(await world.shop.store.findRefund('console-1')).toEqual(recorded)
  const fields = JSON.stringify({ outRefundNo: 'console-1', orderId: order.id, amountFen: 300 })
  expect(done).toEqual([`announced ${order.id}`, `unknown_refund ${fields}`])

  const closed = foundOf({ ...told, outRefundNo: 'console-2', status: 'closed', succeededAt: null })
  expect(await recordForeignRefund(shop, payment, closed, CAUSE)).toBe(true)
  expect(await world.shop.store.findRefund('console-2')).toEqual({
    ...recorded,
    ...{ outRefundNo: 'console-2', status: 'closed', endedAt: at },
  })
})

test('a refund of the console that was recorded meanwhile is settled, with the verdict of its notice', async () => {
  const { payment, transactionId } = await paid()
  const { shop, done } = watched()
  const told = foundOf({ outTradeNo: payment.outTradeNo, transactionId })
  const noticed = async (found: FoundRefund) => {
    const id = await shop.store.insertNotification({ ...sampleMessage('<xml/>'), replayOf: null })
    const isTaken = await recordForeignRefund(shop, payment, found, CAUSE, sampleResult(id, 'unknown_refund'))
    return [isTaken, (await shop.store.findNotification(id))?.result?.verdict]
  }
  expect(await noticed({ ...told, status: 'processing', succeededAt: null })).toEqual([true, 'unknown_refund'])
  done.length = 0
  expect(await noticed(told)).toEqual([true, 'unknown_refund'])
  expect(done[1]).toMatch(/^refund_changed .*succeeded/)
  expect(await shop.store.findRefund('console-1')).toMatchObject({ status: 'succeeded', version: 2 })
  expect(await noticed(told)).toEqual([true, 'unknown_refund'])
  expect(await noticed({ ...told, amountFen: 299 })).toEqual([false, 'unknown_refund'])
  expect(await recordForeignRefund(shop, payment, told, CAUSE)).toBe(true)
})

test('a refund can be of a payment when it is a part of what an order can cost, or all of it', async () => {
  const { payment, transactionId } = await paid()
  const taken = async (outRefundNo: string, amountFen: number, paidFen: number) => {
    const found = foundOf({ outTradeNo: payment.outTradeNo, transactionId, outRefundNo, amountFen, paidFen })
    return recordForeignRefund(world.shop, payment, found, CAUSE)
  }
  expect(await taken('a', 0, 6800)).toBe(false)
  expect(await taken('b', 1, 6800)).toBe(true)
  expect(await taken('c', 6801, 6800)).toBe(false)
  expect(await taken('d', FEN_MAX + 1, FEN_MAX + 1)).toBe(false)
  expect(await taken('e', FEN_MAX, FEN_MAX)).toBe(true)
})
