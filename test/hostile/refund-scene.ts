import type { Order } from '@/lib/shop/order'
import type { Payment } from '@/lib/shop/payment'
import type { Refund } from '@/lib/shop/refund'
import { refundOrder } from '@/lib/shop/refunds'
import { encryptReqInfo } from '@/lib/wechat/v2/cipher'
import { writeXml } from '@/lib/wechat/v2/xml'
import { openWorld } from '../world'
import { KEY } from './scene'

const ADMIN = { email: 'ada@example.com', role: 'operator', address: '::1' } as const
const AMOUNT = 1_000

export type Fields = Record<string, string>
type Refunded = { order: Order; payment: Payment; refund: Refund }
export type RefundScene = Awaited<ReturnType<typeof openRefundScene>>

/**
 * A shop in which a notice could do harm: one refund succeeded at WeChat and the shop has not heard of it, so that whatever
 * is believed moves it; one is still processing there, one is known to have succeeded, and one order has none.
 */
export async function openRefundScene() {
  const world = await openWorld()
  const [done, held, waiting, none] = [
    await world.order(),
    await world.order(),
    await world.order(),
    await world.order(),
  ]
  for (const { payment } of [done, held, waiting, none]) await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)

  const refundOf = async ({ order, payment }: typeof done): Promise<Refunded> => {
    const wanted = { amountFen: AMOUNT, lines: [], reason: 'one cup came broken', returnsStock: false }
    const made = await refundOrder(world.shop, order.id, wanted, ADMIN)
    if (!made.ok) throw new Error(made.reason)
    return { order, payment, refund: made.refund }
  }
  const known = await refundOf(done)
  await world.advance(30_000)
  const unheard = await refundOf(held)
  // WeChat ends it after five seconds. Neither its notice nor the worker's next round comes in this time.
  world.sleep(6_000)
  await world.weChat()
  const processing = await refundOf(waiting)

  const truths = new Map((await world.weChat()).orders.map((trade) => [trade.out_trade_no, trade.transaction_id]))
  /** What WeChat's notice of a refund has inside, were it a success. */
  const content = ({ payment, refund }: Refunded, changes: Fields = {}): Fields => ({
    out_refund_no: refund.outRefundNo,
    out_trade_no: payment.outTradeNo,
    refund_account: 'REFUND_SOURCE_RECHARGE_FUNDS',
    refund_fee: String(refund.amountFen),
    refund_id: refund.refundId ?? '',
    refund_recv_accout: '支付用户零钱',
    refund_request_source: 'API',
    refund_status: 'SUCCESS',
    settlement_refund_fee: String(refund.amountFen),
    settlement_total_fee: String(refund.paidFen),
    success_time: '2026-03-01 10:00:37',
    total_fee: String(refund.paidFen),
    transaction_id: refund.transactionId,
    ...changes,
  })
  const orders = [known, unheard, processing].map(({ order }) => order).concat(none.order)
  const other = { outTradeNo: none.payment.outTradeNo, transactionId: truths.get(none.payment.outTradeNo) ?? '' }
  return { world, known, unheard, processing, other, content, orders }
}

/** The XML inside a notice. */
export function inner(fields: Fields): string {
  return writeXml(fields, () => false, 'root')
}

/** What is around it; `req_info` is given as it stands there. */
export function outer(reqInfo: string, changes: Fields = {}): Fields {
  return {
    return_code: 'SUCCESS',
    appid: 'wxd930ea5d5a258f4f',
    mch_id: '1900000109',
    nonce_str: '7d2b6c2a8db53831f7eda20af46e531c',
    req_info: reqInfo,
    ...changes,
  }
}

/** A notice with this inside, encrypted as it should be, or under another key. */
export function notice(xml: string, changes: Fields = {}, key = KEY): string {
  return writeXml(outer(encryptReqInfo(xml, key), changes))
}
