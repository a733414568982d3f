import { queryOrder, shipOrder } from '@/lib/shop/admin-actions'
import { costOf, leftOfOrder, piecesLeft, refundsOf } from '@/lib/shop/refund'
import {
  approveRefund,
  declineRefund,
  queryRefundAs,
  type RefundResult,
  refundOrder,
  refundTransaction,
  requestRefund,
  resolveRefund,
  type WantedRefund,
} from '@/lib/shop/refunds'
import type { Shop } from '@/lib/shop/shop'
import { attempt } from './attempt'
import { ACTOR } from './operator'
import type { Stage } from './stage'

/** More than anybody has to refund in a storm. */
export const RICH_FEN = 100_000_000
const WAITS_MS = [0, 0, 1_000, 61_000, 61_000, 300_000]
/** How often somebody looks whether an order is paid by now. */
const LOOKS = 3

/** What people do about money that came; each is worth its place in the list. */
const ACTS = [
  ...(['whole', 'part', 'part', 'lines', 'lines', 'lines', 'wish', 'wish'] as const),
  ...(['decide', 'decide', 'decide', 'stray', 'query', 'look up', 'ship'] as const),
  ...(['console', 'console', 'end', 'end', 'resolve'] as const),
]

/** Operators, the buyer and somebody in WeChat's console send the money of an order back, in any order and at once. */
export async function giveBack(stage: Stage, orderId: string): Promise<void> {
  const { chance, agenda } = stage
  for (let looks = LOOKS; !hasMoney(stage, orderId); looks -= 1) {
    if (looks === 0) return
    await agenda.wait(20_000, 'an operator looks for money')
  }
  const hand = async () => {
    for (let acts = chance.between(1, 4); acts > 0; acts -= 1) {
      await agenda.wait(chance.pick(WAITS_MS), 'an operator goes on')
      await act(stage, orderId, chance.pick(ACTS))
    }
  }
  await Promise.all(Array.from({ length: chance.between(1, 2) }, hand))
}

function hasMoney({ witness }: Stage, orderId: string): boolean {
  return witness.rows(`select 1 from transactions where order_id = '${orderId}'`).length > 0
}

/** The merchant's account at WeChat has no money for a while. */
export async function emptyAccount(stage: Stage): Promise<void> {
  const { chance, agenda } = stage
  await agenda.wait(chance.pick([1_000, 120_000]), 'the account is emptied')
  await stage.control('balance', { balance: chance.below(2_000) }, 'PUT')
  await agenda.wait(chance.pick([60_000, 1_800_000]), 'the account is filled')
  await stage.control('balance', { balance: RICH_FEN }, 'PUT')
}

async function act(stage: Stage, orderId: string, what: (typeof ACTS)[number]): Promise<void> {
  const { chance, witness } = stage
  const press = (work: (shop: Shop) => Promise<RefundResult>) => pressRefund(stage, what, work)
  /** The number of some row, whichever comes first. */
  const one = (sql: string) => witness.all<{ number: string }>(`select ${sql} limit 1`)[0]?.number ?? 'none'
  const ofOrder = `from refunds where order_id = '${orderId}'`
  switch (what) {
    case 'whole':
    case 'part':
    case 'lines':
      return refund(stage, orderId, what)
    case 'wish':
      return press((shop) => requestRefund(shop, orderId, { reason: 'it came broken' }))
    case 'decide': {
      const number = one(`out_refund_no number ${ofOrder} order by approved_at is not null, created_at`)
      const follows = chance.happens(0.7)
      return press((shop) =>
        follows ? approveRefund(shop, number, null, ACTOR) : declineRefund(shop, number, 'it was used', ACTOR),
      )
    }
    case 'stray': {
      const number = one(`transaction_id number from transactions order by outcome = 'applied', seen_at desc`)
      return press((shop) => refundTransaction(shop, number, 'it paid nothing', ACTOR))
    }
    case 'query':
      return press((shop) => queryRefundAs(shop, one(`out_refund_no number ${ofOrder} order by checks`), ACTOR))
    case 'resolve': {
      const number = one(`out_refund_no number ${ofOrder} order by status = 'abnormal' desc, source = 'wechat' desc`)
      return press((shop) => resolveRefund(shop, number, 'sent by hand', ACTOR))
    }
    case 'look up':
      return attempt(stage, what, () => stage.visit((shop) => queryOrder(shop, orderId, ACTOR)))
    case 'ship':
      return attempt(stage, what, () => stage.visit((shop) => shipOrder(shop, orderId, ACTOR)))
    default:
      return actAtWeChat(stage, orderId, what)
  }
}

/** Somebody in the merchant console refunds, or WeChat comes to an end with what it is processing. */
async function actAtWeChat(stage: Stage, orderId: string, what: 'console' | 'end'): Promise<void> {
  const { chance, witness } = stage
  if (what === 'end') {
    const [refund] = witness.all<{ number: string }>(`
      select out_refund_no number from w.refunds order by status in ('PROCESSING', 'ABNORMAL') desc, created_at limit 1`)
    const outcome = chance.pick(['success', 'closed', 'abnormal'])
    const isEnded = await stage.control('refund', { out_refund_no: refund?.number ?? 'none', outcome })
    stage.tell(`  WeChat ends ${refund?.number} with ${outcome}: ${isEnded}`)
    return
  }
  const [trade] = witness.all<{ number: string; fee: number }>(`
    select t.out_trade_no number, t.total_fee fee from w.trades t join payments p on p.out_trade_no = t.out_trade_no
    where t.paid_at is not null and p.order_id = '${orderId}' limit 1`)
  if (trade === undefined) return
  const fee = chance.happens(0.3) ? trade.fee : chance.between(1, trade.fee)
  const isRefunded = await stage.control('console-refund', { out_trade_no: trade.number, refund_fee: fee })
  stage.tell(`  the console refunds ${fee} of ${trade.number}: ${isRefunded}`)
}

/** An operator sees what is left, and presses when that may have changed; another one sees the same. */
async function refund(stage: Stage, orderId: string, what: 'whole' | 'part' | 'lines'): Promise<void> {
  const { chance, agenda } = stage
  const wanted = await drawWanted(stage, orderId, what).catch(() => null)
  if (wanted === null) return
  const press = async () => {
    await agenda.wait(chance.pick([0, 0, 5_000]), 'an operator presses')
    await pressRefund(stage, `refunds ${wanted.amountFen}`, (shop) => refundOrder(shop, orderId, wanted, ACTOR))
  }
  await Promise.all(chance.happens(0.3) ? [press(), press()] : [press()])
}

async function drawWanted(stage: Stage, orderId: string, what: string): Promise<WantedRefund | null> {
  const { chance } = stage
  const found = await stage.visit((shop) => shop.store.findOrder(orderId))
  const refunds = await stage.visit((shop) => shop.store.listRefundsOf(orderId))
  if (found === null) return null
  const { order } = found
  const left = leftOfOrder(order, refunds)
  const pieces = piecesLeft(order, refundsOf(refunds, order.transactionId))
  const text = { reason: 'one cup came broken', returnsStock: chance.happens(0.6) }
  if (what === 'part' || pieces.length === 0) {
    const amountFen = chance.happens(0.8) ? chance.between(1, left + 1) : chance.pick([0, -1, 1.5, left + 1])
    return { ...text, amountFen, lines: [] }
  }
  if (what === 'whole') return { ...text, amountFen: left, lines: pieces }
  const line = chance.pick(pieces)
  const lines = [{ ...line, quantity: chance.between(1, line.quantity) }]
  return { ...text, amountFen: costOf(order, lines) ?? 0, lines }
}

function pressRefund(stage: Stage, what: string, work: (shop: Shop) => Promise<RefundResult>): Promise<void> {
  return attempt(stage, what, async () => {
    const result = await stage.visit(work)
    return result.ok ? result.refund : result.reason
  })
}
