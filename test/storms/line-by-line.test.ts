import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOrder, openPayment } from '@/lib/shop/checkout'
import { refundOrder } from '@/lib/shop/refunds'
import { type Files, openFiles, PRODUCTS } from './files'
import { ACTOR } from './operator'
import { never, openStage, type Stage } from './stage'
import { drain, look } from './storm'
import { FAIR } from './weather'

/** What the shop does for each line at its store and at WeChat, from the press to the end. */
const STEPS = [
  ...['findOrder', 'insertRefund', 'refund', 'insertCall', 'findRefund', 'commitRefund'],
  ...['listUnprocessedNotifications', 'claimDuePayments', 'listExpiredOrders', 'claimDueRefunds', 'queryRefund'],
]
const MOMENT_MS = 10_000
/** WeChat is asked again after minutes first, and after hours in the end. */
const PRESS_EVERY_MS = 60_000
const PRESSES_MAX = 400
const LINES = PRODUCTS.map((productId, n) => ({ productId, quantity: n + 1 }))

let files: Files
beforeAll(async () => {
  files = await openFiles()
})
afterAll(() => files.close())

test.each(['before', 'after'] as const)(
  'three lines are refunded one by one while notices are lost and the shop dies %s every step, and the books agree',
  async (side) => {
    const stage = await openStage(1, files)
    await stage.agenda.withTimers(async () => {
      try {
        await stage.openProcess()
        stage.openWeChat()
        await buy(stage)
        stage.setWeather({ ...FAIR, deliveries: { 'delivery lost': 1 } })
        for (const line of LINES) {
          const steps = dieAtEachStep(stage, side)
          await refundLine(stage, line)
          expect([...steps].sort()).toEqual(expect.arrayContaining([...STEPS].sort()))
        }
        stage.setMeddle((_, effect) => effect())
        stage.setWeather(FAIR)
        await drain(stage)
        expect(stage.violations).toEqual([])
        expectBooksToAgree(stage)
      } finally {
        stage.close()
      }
    })
  },
)

async function buy(stage: Stage): Promise<void> {
  await act(stage, () => stage.visit((shop) => createOrder(shop, { items: LINES })))
  const { id = '' } = orderOf(stage)
  const request = { channel: 'native', buyer: { buyerAddress: '127.0.0.1', openid: null } } as const
  await act(stage, () => stage.visit((shop) => openPayment(shop, id, request)))
  const [payment] = stage.witness.all<{ number: string }>('select out_trade_no number from payments')
  await act(stage, () => stage.press(payment?.number ?? ''))
}

/** Whatever it does for the first time, the shop dies at it; gives all it has died at by now. */
function dieAtEachStep(stage: Stage, side: 'before' | 'after'): Set<string> {
  const steps = new Set<string>()
  stage.setMeddle(async ({ method }, effect) => {
    if (steps.has(method)) return effect()
    steps.add(method)
    if (side === 'after') await effect()
    for (const process of [...stage.processes]) stage.killProcess(process)
    look(stage, 'always')
    await stage.openProcess()
    return never()
  })
  return steps
}

/** An operator presses until the line has its refund, and it has succeeded. */
async function refundLine(stage: Stage, line: (typeof LINES)[number]): Promise<void> {
  const { id = '' } = orderOf(stage)
  const [item] = stage.witness.all<{ price: number }>(
    `select price_fen price from order_items where product_id = '${line.productId}'`,
  )
  const amountFen = (item?.price ?? 0) * line.quantity
  const wanted = { amountFen, lines: [line], reason: 'broken', returnsStock: true }
  for (let presses = 0; presses < PRESSES_MAX; presses += 1) {
    const [refund] = stage.witness.rows(
      `select status from refunds r, json_each(r.lines) l where l.value ->> 'productId' = '${line.productId}'`,
    )
    if (refund === 'status=succeeded') return
    await act(stage, () => stage.visit((shop) => refundOrder(shop, id, wanted, ACTOR)), PRESS_EVERY_MS)
  }
  throw new Error(`${line.productId} was not refunded`)
}

function expectBooksToAgree({ witness }: Stage): void {
  const sums = witness.rows(`
    select (select amount_fen from orders) paid, (select sum(refund_fen) from refunds where status = 'succeeded') here,
      (select sum(refund_fee) from w.refunds where status = 'SUCCESS') there,
      (select count(*) from refunds) times, (select count(*) from w.refunds) times_there`)
  // 1 × 1001, 2 × 2002 and 3 × 3003.
  expect(sums).toEqual(['paid=14014 here=14014 there=14014 times=3 times_there=3'])
  expect(witness.rows('select id from products where stock <> stock_initial')).toEqual([])
}

async function act(stage: Stage, work: () => Promise<unknown>, ms = MOMENT_MS): Promise<void> {
  // Whoever is cut off sees an error page.
  work().catch(() => undefined)
  await stage.run(stage.agenda.now() + ms)
}

function orderOf({ witness }: Stage): { id?: string } {
  return witness.all<{ id: string }>('select id from orders')[0] ?? {}
}
