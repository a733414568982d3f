import { createHash } from 'node:crypto'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { beginOf, type Day, dayAfter, dayOf } from '@/lib/shop/beijing'
import { isTradeTotals } from '@/lib/shop/bill'
import { bytesOf } from '@/lib/shop/bill-comparison'
import { tickBills } from '@/lib/shop/reconcile'
import { refundOrder } from '@/lib/shop/refunds'
import { fundFlowBill, DAY as SAMPLE_DAY, tradeBill } from '../wechat/bill-samples'
import { openWorld, type World } from '../world'

const ADMIN = { email: 'admin@example.com', role: 'operator', address: '127.0.0.1' } as const
const DAY = '2026-03-01'
let world: World
beforeEach(async () => {
  world = await openWorld()
  const opened = world
  onTestFinished(() => opened.close())
})

/** All that bills need, as long as anything is due. */
async function tickAll(): Promise<void> {
  for (let round = 0; round < 12; round += 1) await tickBills(world.shop)
}

/** Time passes until a quarter past ten of the next day, and nothing but bills happens. */
async function nextMorning(): Promise<Day> {
  const day = dayOf(world.now())
  world.sleep(beginOf(dayAfter(day)) + 10 * 3600_000 + 15 * 60_000 - world.now())
  await tickAll()
  return day
}

const billOf = (day: Day, kind: 'trade' | 'fund_flow' = 'trade') => world.shop.store.findBill({ day, kind })
const openOf = (day: Day) => world.shop.store.listDifferences(day, { isOpen: true, after: null, limit: 100 })
const endedOf = (day: Day) => world.shop.store.listDifferences(day, { isOpen: false, after: null, limit: 100 })
const endsOf = async (day: Day) => (await endedOf(day)).map(({ kind, end, endedBy }) => `${kind}: ${end} by ${endedBy}`)

async function paid() {
  const sold = await world.order()
  await world.phone.pay(sold.payment.outTradeNo)
  await world.advance(2_000)
  return sold
}

async function refund(order: { id: string }, amountFen: number) {
  const made = await refundOrder(
    world.shop,
    order.id,
    { amountFen, lines: [], reason: '退款', returnsStock: false },
    ADMIN,
  )
  if (!made.ok) throw new Error(made.reason)
  await world.advance(120_000)
  return made.refund
}

test('a day is fetched at ten past ten on the next one, kept as it came, and agrees', async () => {
  const { order } = await paid()
  await refund(order, 300)
  world.sleep(beginOf('2026-03-02') + 10 * 3600_000 + 9 * 60_000 - world.now())
  await tickAll()
  expect(await billOf(DAY)).toBeNull()
  world.sleep(60_000)
  await tickAll()
  const bill = await billOf(DAY)
  expect(bill).toMatchObject({ status: 'compared', problem: null, nextCheckAt: null })
  const fees = Math.round(order.amountFen * 0.006) - Math.round(300 * 0.006)
  expect(bill?.totals).toEqual({
    ...{ rows: 2, payments: 1, paidFen: order.amountFen, refunds: 1, refundedFen: 300, feeMilliFen: fees * 1_000 },
  })
  expect((await billOf(DAY, 'fund_flow'))?.totals).toEqual({
    ...{ rows: 3, incomeFen: order.amountFen, otherFen: 0 },
    expenseFen: fees + 300,
  })
  expect([await openOf(DAY), await endedOf(DAY)]).toEqual([[], []])
  const [file] = await world.shop.store.listBillFiles({ day: DAY, kind: 'trade' })
  const parts: Uint8Array[] = []
  for await (const bytes of bytesOf(world.shop, file?.id ?? 0)) parts.push(bytes)
  expect(file?.bytes).toBe(Buffer.concat(parts).length)
  expect(createHash('sha256').update(Buffer.concat(parts)).digest('hex')).toBe(file?.sha256)
})

test('a day without money is believed to have no bill when it is asked for twice', async () => {
  await world.order()
  await nextMorning()
  expect(await billOf(DAY)).toMatchObject({ status: 'waiting', problem: 'no_bill' })
  world.sleep(31 * 60_000)
  await tickAll()
  expect(await billOf(DAY)).toMatchObject({ status: 'no_bill', problem: null, nextCheckAt: null })
})

test('days missed in an outage are made up for, oldest first, and a second start fetches nothing twice', async () => {
  await paid()
  await world.restart()
  world.sleep(5 * 24 * 3600_000)
  for (let halfHours = 0; halfHours < 4; halfHours += 1) {
    await tickAll()
    world.sleep(31 * 60_000)
  }
  const days = await world.shop.store.listBillDays('2026-01-01', '2026-12-31')
  const trades = days.filter(({ kind }) => kind === 'trade')
  expect(trades.map(({ day, status }) => `${day} ${status}`)).toEqual([
    '2026-03-01 compared',
    ...['02', '03', '04', '05'].map((day) => `2026-03-${day} no_bill`),
  ])
  await world.restart()
  await tickAll()
  expect(await world.shop.store.listBillDays('2026-01-01', '2026-12-31')).toEqual(days)
})

test('of two processes with one store, one fetches a bill', async () => {
  await paid()
  await nextMorning()
  const called = () =>
    world.shop.store.listCalls(
      { number: null, path: '/pay/downloadbill', isFailed: false },
      { beforeId: null, limit: 9 },
    )
  expect(await called()).toHaveLength(1)
  await paid()
  world.sleep(24 * 3600_000)
  await Promise.all([
    tickBills(world.shop),
    tickBills({ ...world.shop, billDays: { openedUntil: 0 } }),
    tickBills(world.shop),
  ])
  await tickAll()
  expect(await called()).toHaveLength(2)
})

test('what is not ready is asked for again, a cut file and a wrong summary too, and the day stays open until one is right', async () => {
  await paid()
  const seen: (string | null | undefined)[] = []
  for (const fault of ['billLate', 'billCutGzip', 'billWrongSummary']) {
    await world.control('faults', { [fault]: { probability: 1 } }, 'PUT')
    if (seen.length === 0) await nextMorning()
    world.sleep(3_600_000)
    await tickAll()
    const { status, problem } = (await billOf(DAY)) ?? {}
    expect(status).toBe('waiting')
    seen.push(problem)
  }
  await world.control('faults', {}, 'PUT')
  world.sleep(3_600_000 * 3)
  await tickAll()
  expect((await billOf(DAY))?.status).toBe('compared')
  expect(seen).toEqual(['creating', 'broken_gzip', 'summary_differs'])
  expect(await openOf(DAY)).toEqual([])
  const files = await world.shop.store.listBillFiles({ day: DAY, kind: 'trade' })
  expect(new Set(files.map(({ sha256 }) => sha256)).size).toBe(2)
})

test('a payment whose notification and every query were lost is found by the bill, queried and settled alone', async () => {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 1_000
  await world.phone.pay(payment.outTradeNo)
  await nextMorning()
  expect(await world.statusOf(order)).toBe('paid')
  expect(await openOf(DAY)).toEqual([])
  expect(await endsOf(DAY)).toEqual(['paid_there: settled by query'])
  const events = await world.shop.store.listOrderEvents(order.id)
  expect(events.at(-1)?.cause).toEqual({ kind: 'bill', id: DAY })
})

test('money for a closed order becomes stray by the bill alone', async () => {
  const { order, payment } = await world.order()
  await world.advance(31 * 60_000)
  expect(await world.statusOf(order)).toBe('closed')
  world.wire.loseNotifications = 1_000
  await world.phone.payLate(payment.outTradeNo)
  await nextMorning()
  expect(await endsOf(DAY)).toEqual(['paid_there: settled by query'])
  expect(
    (await world.shop.store.listUnreconciledTransactions({ after: null, limit: 9 })).map(({ outcome }) => outcome),
  ).toEqual(['late'])
})

test('what a restored backup no longer knows is on record as unreconciled money, and agrees from then on', async () => {
  const { order, payment } = await paid()
  world.wire.loseNotifications = 1_000
  await world.control('console-refund', { out_trade_no: payment.outTradeNo, refund_fee: 100 })
  const tables = ['calls', 'notifications', 'refund_events', 'refunds', 'transactions', 'payments']
  for (const table of [...tables, 'order_events', 'order_items']) {
    await world.database.sql(`delete from ${table}`)
  }
  const { order: other } = await world.order()
  await world.database.sql(`delete from orders where id = '${order.id}'`)
  await nextMorning()
  expect(await endsOf(DAY)).toEqual(['missing_here: recorded by query'])
  expect((await openOf(DAY)).map(({ kind }) => kind)).toEqual(['refunded_there'])
  const [money] = await world.shop.store.listUnreconciledTransactions({ after: null, limit: 9 })
  expect(money).toMatchObject({ outTradeNo: payment.outTradeNo, outcome: 'unknown_order', seenBy: 'query' })
  expect(other.id).not.toBe(order.id)
})

test('a refund that was made at WeChat, and told by nobody, is on record after the bill', async () => {
  const { order, payment } = await paid()
  await world.advance(3600_000)
  world.wire.loseNotifications = 1_000
  await world.control('console-refund', { out_trade_no: payment.outTradeNo, refund_fee: 200 })
  await nextMorning()
  expect(await endsOf(DAY)).toEqual(['refunded_there: recorded by query'])
  expect(await world.refundsOf(order)).toMatchObject([{ source: 'wechat', amountFen: 200 }])
})

test('a line that is missing, doubled or wrong stays open until a better file comes, which is kept beside the first', async () => {
  const sold = [await paid(), await paid(), await paid()]
  const [missing, twice, changed] = sold.map(({ payment }) => payment.outTradeNo)
  const once = (name: string) => ({ [name]: 1 })
  const orders = {
    [`${missing}`]: once('billRowMissing'),
    [`${twice}`]: once('billRowTwice'),
    [`${changed}`]: once('billAmountChanged'),
  }
  await world.control('faults', { orders }, 'PUT')
  await nextMorning()
  expect((await openOf(DAY)).map(({ kind, number }) => `${kind} ${number}`).sort()).toEqual([
    `amount_differs ${changed}`,
    `double ${twice}`,
    // The account knows better than the trade bill, and says so.
    `flow_amount_differs ${changed}`,
    `flow_unknown ${missing}`,
    `missing_there ${missing}`,
  ])
  world.sleep(60_000)
  await world.shop.store.checkBillNow({ day: DAY, kind: 'fund_flow' }, world.now())
  await tickAll()
  expect(await openOf(DAY)).toHaveLength(5)
  world.sleep(60_000)
  await world.shop.store.checkBillNow({ day: DAY, kind: 'trade' }, world.now())
  await tickAll()
  expect(await openOf(DAY)).toEqual([])
  expect((await endsOf(DAY)).sort()).toEqual(
    ['amount_differs', 'double', 'flow_amount_differs', 'flow_unknown', 'missing_there'].map(
      (kind) => `${kind}: gone by comparison`,
    ),
  )
  const differing = (await endedOf(DAY)).find(({ kind }) => kind === 'flow_amount_differs')
  expect(differing).toMatchObject({
    orderId: sold[2]?.order.id,
    there: { outTradeNo: changed },
    moved: { expectedMilliFen: 6_900_000, movedMilliFen: 6_800_000 },
  })
  expect(await world.shop.store.listBillFiles({ day: DAY, kind: 'trade' })).toHaveLength(2)
})

test('what happens around midnight is missing in neither bill', async () => {
  world.sleep(beginOf('2026-03-02') - 30_000 - world.now())
  const { order } = await paid()
  await world.advance(60_000)
  const second = await paid()
  await refund(order, 100)
  await nextMorning()
  await nextMorning()
  world.sleep(3600_000)
  await tickAll()
  const days = await world.shop.store.listBillDays(DAY, '2026-03-02')
  expect(
    days.map(({ status, differences, totals }) => [status, differences, isTradeTotals(totals) && totals.payments]),
  ).toEqual([
    ['compared', 0, false],
    ['compared', 0, 1],
    ['compared', 0, false],
    ['compared', 0, 1],
  ])
  expect(await world.statusOf(second.order)).toBe('paid')
})

test("the account's flow waits for the trade bill of its day, and both are compared when that one is right", async () => {
  await paid()
  await world.control('faults', { billWrongSummary: { probability: 1 } }, 'PUT')
  await nextMorning()
  expect(await billOf(DAY)).toMatchObject({ status: 'waiting', problem: 'summary_differs' })
  expect(await billOf(DAY, 'fund_flow')).toMatchObject({ status: 'waiting', problem: 'trade_bill_waiting' })
  expect(await world.shop.store.listBillFiles({ day: DAY, kind: 'fund_flow' })).toHaveLength(1)
  await world.control('faults', {}, 'PUT')
  world.sleep(31 * 60_000)
  await tickAll()
  expect([(await billOf(DAY))?.status, (await billOf(DAY, 'fund_flow'))?.status]).toEqual(['compared', 'compared'])
  expect([await openOf(DAY), await endedOf(DAY)]).toEqual([[], []])
})

test('a day is fetched again once the one before it is there, and no day after that', async () => {
  for (const fault of ['billLate', '']) {
    await paid()
    await world.control('faults', fault ? { [fault]: { probability: 1 } } : {}, 'PUT')
    if (fault === '') await nextMorning()
    else world.sleep(24 * 3600_000)
  }
  await paid()
  await nextMorning()
  const counted = async () =>
    (await Promise.all([DAY, '2026-03-02', '2026-03-03'].map((day) => billOf(day)))).map((it) => it?.checks)
  const before = await counted()
  await world.shop.store.checkBillNow({ day: DAY, kind: 'trade' }, world.now())
  world.sleep(60_000)
  await tickAll()
  expect(await counted()).toEqual([(before[0] ?? 0) + 1, before[1], before[2]])
})

test('others have their turn while a long file is worked on', async () => {
  const begun = await world.shop.store.beginBillFile({ day: DAY, kind: 'trade' }, world.now())
  for (const place of [0, 1]) await world.shop.store.appendBillChunk(begun, place, Buffer.alloc(256 * 1024, 'x'))
  let turns = 0
  const serve = () => {
    turns += 1
    if (turns < 1_000) next = setImmediate(serve)
  }
  let next = setImmediate(serve)
  let size = 0
  for await (const bytes of bytesOf(world.shop, begun)) size += bytes.length
  clearImmediate(next)
  expect(size).toBe(512 * 1024)
  expect(turns).toBeGreaterThanOrEqual(8)
})

test('after an outage of months, days are asked for as far back as WeChat has them, and no day twice', async () => {
  await world.order()
  world.sleep(120 * 24 * 3600_000 + 15 * 60_000)
  await tickBills(world.shop)
  const today = dayOf(world.now())
  const days = (await world.shop.store.listBillDays('2026-01-01', today)).map(({ day, kind }) => `${day} ${kind}`)
  expect(days[0]).toBe(`${dayAfter(today, -90)} fund_flow`)
  expect(days.at(-1)).toBe(`${dayAfter(today, -1)} trade`)
  expect([days.length, new Set(days).size]).toEqual([180, 180])
  expect(await billOf(dayAfter(today, -90))).toMatchObject({ checks: 1, problem: 'no_bill' })
})

test('a bill that WeChat does not give for three months is given up, and its day stays open', async () => {
  await paid()
  await world.control('faults', { billLate: { probability: 1 } }, 'PUT')
  await nextMorning()
  world.sleep(89 * 24 * 3600_000)
  await tickBills(world.shop)
  world.sleep(24 * 3600_000)
  for (let round = 0; round < 4; round += 1) await tickBills(world.shop)
  expect(await billOf(DAY)).toMatchObject({ status: 'waiting', problem: 'creating', nextCheckAt: null })
})

test('whatever comes instead of the bill is refused with a reason and a line, and the day is open until the right one comes', async () => {
  const { order } = await paid()
  const row = (change: object) => tradeBill([{ at: `${DAY} 12:00:00` }, { at: `${DAY} 12:00:00`, ...change }])
  const right = row({})
  const answers: [body: string, problem: string, line: number | null][] = [
    ['<html><body>502 Bad Gateway</body></html>', 'not_a_bill', null],
    ['{"code":"SYSTEM_ERROR"}', 'not_a_bill', null],
    ['', 'empty', null],
    ['an apology in plain words', 'not_a_bill', 1],
    [right.slice(0, right.indexOf('总交易单数')), 'cut_short', null],
    [tradeBill([{ at: `${DAY} 12:00:00`, mchId: '1900000199' }]), 'other_merchant', null],
    [row({ at: '2026-03-09 12:00:00' }), 'wrong_date', 3],
    [row({}).replace('`88.00,`0.00,`\r', '`-88.00,`0.00,`\r'), 'negative_amount', 2],
    [row({ yuan: '100000000.01' }), 'amount_too_large', 3],
  ]
  let refused = 0
  world.wire.tamperAnswer = (path, body) =>
    path.endsWith('/pay/downloadbill') ? (answers[refused]?.[0] ?? body) : body
  await nextMorning()
  for (const [, problem, problemLine] of answers) {
    expect(await billOf(DAY)).toMatchObject({ status: 'waiting', problem, problemLine, comparedAt: null })
    refused += 1
    if (refused === answers.length) world.wire.tamperAnswer = null
    world.sleep(6 * 3600_000)
    await tickBills(world.shop)
    for (let round = 0; round < 4; round += 1) await tickBills(world.shop)
  }
  expect(await billOf(DAY)).toMatchObject({ status: 'compared', totals: { paidFen: order.amountFen } })
  expect([await openOf(DAY), await endedOf(DAY)]).toEqual([[], []])
  // What is a text but no bill is kept as well, for somebody to look at; pages of HTML are not.
  expect(await world.shop.store.listBillFiles({ day: DAY, kind: 'trade' })).toHaveLength(7)
})

test('an account that no sale moves is another one than that of the sales, and differs once for the day', async () => {
  const { order } = await paid()
  await paid()
  const withdrawn = fundFlowBill([{ type: '支出', yuan: '70.00', kind: '提现' }]).replaceAll(SAMPLE_DAY, DAY)
  // A compressed answer is left as it is.
  world.wire.beforeRequest = async (path) => {
    world.wire.tamperAnswer = path.endsWith('/pay/downloadfundflow') ? () => withdrawn : null
  }
  await nextMorning()
  expect((await billOf(DAY, 'fund_flow'))?.totals).toEqual({
    ...{ rows: 1, incomeFen: 0, expenseFen: 7_000, otherFen: -7_000 },
  })
  const fee = Math.round(order.amountFen * 0.006)
  expect(await openOf(DAY)).toMatchObject([
    {
      ...{ kind: 'flow_net_differs', subject: 'day', number: DAY, here: null, there: null },
      moved: { expectedMilliFen: 2 * (order.amountFen - fee) * 1_000, movedMilliFen: 0, line: null, at: null },
    },
  ])
})
