import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { beginOf, dayAfter, dayOf } from '@/lib/shop/beijing'
import { tickBills } from '@/lib/shop/reconcile'
import { refundOrder } from '@/lib/shop/refunds'
import { openWorld, type World } from '../world'

const DAY = '2026-03-01'
const ADMIN = { email: 'admin@example.com', role: 'operator', address: '127.0.0.1' } as const
let world: World
beforeEach(async () => {
  world = await openWorld({ WXPAY_API_VERSION: 'v3' })
  const opened = world
  onTestFinished(() => opened.close())
})

async function tickAll(): Promise<void> {
  for (let round = 0; round < 8; round += 1) await tickBills(world.shop)
}

async function nextMorning(): Promise<void> {
  world.sleep(beginOf(dayAfter(dayOf(world.now()))) + 10 * 3600_000 + 15 * 60_000 - world.now())
  await tickAll()
}

const billOf = (kind: 'trade' | 'fund_flow' = 'trade') => world.shop.store.findBill({ day: DAY, kind })
const differences = () => world.shop.store.listDifferences(DAY, { isOpen: null, after: null, limit: 99 })

async function paid() {
  const sold = await world.order()
  await world.phone.pay(sold.payment.outTradeNo)
  await world.advance(2_000)
  return sold
}

const calls = async () => {
  const all = { number: null, path: null, isFailed: false }
  const listed = await world.shop.store.listCalls(all, { beforeId: null, limit: 99 })
  return listed.filter(({ path }) => path.startsWith('/v3/bill')).map(({ path, outcome }) => `${path} ${outcome}`)
}

test('both bills of v3 come in two steps each, and payments, refunds, fees and the account agree', async () => {
  const { order } = await paid()
  const refund = { amountFen: 1_000, lines: [], reason: '退款', returnsStock: false }
  expect((await refundOrder(world.shop, order.id, refund, ADMIN)).ok).toBe(true)
  await world.advance(120_000)
  await nextMorning()
  expect((await calls()).toSorted()).toEqual([
    '/v3/bill/fundflowbill SUCCESS',
    '/v3/bill/tradebill SUCCESS',
    '/v3/billdownload/file SUCCESS',
    '/v3/billdownload/file SUCCESS',
  ])
  const fees = Math.round(order.amountFen * 0.006) - 6
  expect(await billOf()).toMatchObject({
    status: 'compared',
    totals: { paidFen: order.amountFen, refundedFen: 1_000, feeMilliFen: fees * 1_000 },
  })
  const { incomeFen = 0, expenseFen = 0 } = { ...(await billOf('fund_flow'))?.totals } as Record<string, number>
  expect(incomeFen - expenseFen).toBe(order.amountFen - 1_000 - fees)
  expect(await differences()).toEqual([])
})

test('a link that expired before it was followed is asked for anew, and the day is open until then', async () => {
  await paid()
  // Neither the answer nor the request is too old by itself.
  world.wire.tamperAnswer = (path, body) => {
    if (path.startsWith('/emulator/v3/bill/')) world.sleep(200_000)
    return body
  }
  world.wire.beforeRequest = async (path) => {
    if (path.endsWith('/v3/billdownload/file')) world.sleep(200_000)
  }
  await nextMorning()
  expect(await billOf()).toMatchObject({ status: 'waiting', problem: 'http_400' })
  expect((await calls())[0]).toBe('/v3/billdownload/file http_400')
  expect(await world.shop.store.listBillFiles({ day: DAY, kind: 'trade' })).toEqual([])
  world.wire.beforeRequest = null
  world.wire.tamperAnswer = null
  world.sleep(3600_000)
  await tickAll()
  expect(await billOf()).toMatchObject({ status: 'compared', problem: null })
})

test('a file that is not the one WeChat announced is not kept, whatever stands in it', async () => {
  await paid()
  world.wire.tamperAnswer = (path, body) => (path.endsWith('/v3/billdownload/file') ? '交易时间,公众账号ID\r\n' : body)
  await nextMorning()
  expect(await billOf()).toMatchObject({ status: 'waiting', problem: 'hash_differs' })
  expect(await world.shop.store.listBillFiles({ day: DAY, kind: 'trade' })).toEqual([])
  world.wire.tamperAnswer = null
  world.sleep(3600_000)
  await tickAll()
  expect((await billOf())?.status).toBe('compared')
})

test('a bill of v3 that is late is asked for every half hour, and a day without money has none', async () => {
  await paid()
  await world.control('faults', { billLate: { probability: 1 } }, 'PUT')
  await nextMorning()
  expect(await billOf()).toMatchObject({ problem: 'creating', nextCheckAt: world.now() + 30 * 60_000 })
  await world.control('faults', {}, 'PUT')
  world.sleep(24 * 3600_000)
  await tickAll()
  world.sleep(31 * 60_000)
  await tickAll()
  const days = await world.shop.store.listBillDays(DAY, '2026-03-02')
  expect(days.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
    ...['fund_flow compared', 'trade compared', 'fund_flow no_bill', 'trade no_bill'],
  ])
})

test('a payment of v3 whose notification and queries were lost, and a refund that nobody told, are settled by the bill alone', async () => {
  const refunded = await paid()
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 1_000
  await world.phone.pay(payment.outTradeNo)
  await world.control('console-refund', { out_trade_no: refunded.payment.outTradeNo, refund_fee: 200 })
  await nextMorning()
  expect(await world.statusOf(order)).toBe('paid')
  expect((await differences()).map(({ kind, end, endedBy }) => `${kind}: ${end} by ${endedBy}`)).toEqual([
    'paid_there: settled by query',
    'refunded_there: recorded by query',
  ])
  expect(await world.refundsOf(refunded.order)).toMatchObject([{ source: 'wechat', amountFen: 200, apiVersion: 'v3' }])
})
