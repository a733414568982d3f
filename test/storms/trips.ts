import { cancelOrder, createOrder, openPayment } from '@/lib/shop/checkout'
import type { Channel } from '@/lib/shop/payment'
import { approveRefund, declineRefund, refundOrder, requestRefund } from '@/lib/shop/refunds'
import { ACTOR } from './operator'
import type { Stage } from './stage'
import { FAIR } from './weather'

/** Longer than a chain of answers takes on the wire. */
const MOMENT_MS = 10_000
const TIME_TO_PAY_MS = 300_000
/** A way through the shop. `begin` is what has happened before; every step of `walk` is one to crash at. */
export type Trip = {
  name: string
  begin: (stage: Stage) => Promise<void>
  walk: (stage: Stage) => Promise<void>
  /** What its one order is in the end, wherever the shop has crashed. */
  ends: 'paid' | 'closed'
  /** What its refunds are in the end. */
  refunds?: string[]
}

const order = (stage: Stage) =>
  act(stage, () =>
    stage.visit((shop) =>
      createOrder(shop, {
        items: [{ productId: 'green', quantity: 1 }],
        key: { key: 'key', fingerprint: 'one green' },
      }),
    ),
  )
const open = (stage: Stage, channel: Channel = 'native') =>
  act(stage, () =>
    stage.visit((shop) =>
      openPayment(shop, orderOf(stage), { channel, buyer: { buyerAddress: '127.0.0.1', openid: null } }),
    ),
  )
const cancel = (stage: Stage) => act(stage, () => stage.visit((shop) => cancelOrder(shop, orderOf(stage))))
const pay = (stage: Stage) => act(stage, () => stage.press(numberOf(stage)))
const wait = (stage: Stage, ms = MOMENT_MS) => stage.run(stage.agenda.now() + ms)
const ordered = async (stage: Stage) => {
  await order(stage)
  await open(stage)
}

const paid = async (stage: Stage) => {
  await ordered(stage)
  await pay(stage)
}
const WHOLE = { amountFen: 1_001, lines: [{ productId: 'green', quantity: 1 }], reason: 'broken', returnsStock: true }
const press = (stage: Stage) => stage.visit((shop) => refundOrder(shop, orderOf(stage), WHOLE, ACTOR))
const refund = (stage: Stage) => act(stage, () => press(stage))
/** WeChat has taken it on, and not ended it yet. */
const refunding = async (stage: Stage) => {
  await paid(stage)
  press(stage).catch(() => undefined)
  await wait(stage, 2_000)
}
const wish = (stage: Stage) =>
  act(stage, () => stage.visit((shop) => requestRefund(shop, orderOf(stage), { reason: 'broken' })))
const wished = async (stage: Stage) => {
  await paid(stage)
  await wish(stage)
}
const approve = (stage: Stage) =>
  act(stage, () => stage.visit((shop) => approveRefund(shop, refundOf(stage), null, ACTOR)))
const decline = (stage: Stage) =>
  act(stage, () => stage.visit((shop) => declineRefund(shop, refundOf(stage), 'it is drunk', ACTOR)))
const loseNotices = (stage: Stage) => stage.setWeather({ ...FAIR, deliveries: { 'delivery lost': 1 } })

const REFUND_TRIPS: Trip[] = [
  { name: 'refunding', begin: paid, walk: refund, ends: 'paid', refunds: ['succeeded'] },
  { name: 'being told that a refund ended', begin: refunding, walk: wait, ends: 'paid', refunds: ['succeeded'] },
  {
    name: 'asking about a refund, because no notice comes',
    begin: async (stage) => {
      await refunding(stage)
      loseNotices(stage)
    },
    walk: (stage) => wait(stage, 2 * MOMENT_MS),
    ends: 'paid',
    refunds: ['succeeded'],
  },
  { name: 'a wish for a refund', begin: paid, walk: wish, ends: 'paid', refunds: ['requested'] },
  { name: 'following a wish', begin: wished, walk: approve, ends: 'paid', refunds: ['succeeded'] },
  { name: 'declining a wish', begin: wished, walk: decline, ends: 'paid', refunds: ['declined'] },
  {
    name: 'a refund from the console',
    begin: paid,
    walk: (stage) =>
      act(stage, () => stage.control('console-refund', { out_trade_no: numberOf(stage), refund_fee: 1_001 })),
    ends: 'paid',
    refunds: ['succeeded'],
  },
  {
    name: 'a refund that WeChat closes',
    begin: async (stage) => {
      await refunding(stage)
      await stage.control('refund', { out_refund_no: refundOf(stage), outcome: 'closed' })
    },
    walk: wait,
    ends: 'paid',
    refunds: ['closed'],
  },
]

export const TRIPS: Trip[] = [
  { name: 'ordering', begin: async () => {}, walk: order, ends: 'closed' },
  { name: 'opening a payment', begin: order, walk: open, ends: 'closed' },
  { name: 'changing the channel', begin: ordered, walk: (stage) => open(stage, 'h5'), ends: 'closed' },
  { name: 'being notified', begin: ordered, walk: pay, ends: 'paid' },
  {
    name: 'asking, because no notification comes',
    begin: async (stage) => {
      await ordered(stage)
      loseNotices(stage)
      await stage.press(numberOf(stage))
    },
    walk: (stage) => wait(stage, 2 * MOMENT_MS),
    ends: 'paid',
  },
  { name: 'cancelling', begin: ordered, walk: cancel, ends: 'closed' },
  {
    name: 'closing after the time to pay',
    begin: async (stage) => {
      await ordered(stage)
      await wait(stage, TIME_TO_PAY_MS - 3 * MOMENT_MS)
    },
    walk: (stage) => wait(stage, 3 * MOMENT_MS),
    ends: 'closed',
  },
  {
    name: 'money that comes after the end',
    begin: async (stage) => {
      await ordered(stage)
      await cancel(stage)
      stage.witness.run("update w.trades set state = 'NOTPAY', closed_at = null")
    },
    walk: pay,
    ends: 'closed',
  },
  ...REFUND_TRIPS,
]

async function act(stage: Stage, work: () => Promise<unknown>): Promise<void> {
  // Whoever is cut off sees an error page.
  work().catch(() => undefined)
  await wait(stage)
}

function orderOf({ witness }: Stage): string {
  const [found] = witness.all<{ id: string }>('select id from orders')
  return found?.id ?? 'none'
}

function refundOf({ witness }: Stage): string {
  const [found] = witness.all<{ number: string }>('select out_refund_no number from refunds')
  return found?.number ?? 'none'
}

function numberOf({ witness }: Stage): string {
  const [found] = witness.all<{ number: string }>('select out_trade_no number from w.trades order by created_at desc')
  return found?.number ?? 'none'
}
