import { cancelOrder } from '@/lib/shop/checkout'
import { sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { notificationFields } from '../messages'
import { openWorld } from '../world'

export const KEY = '192006250b4c09247ec02edce69f6a2d'

export type Scene = Awaited<ReturnType<typeof openScene>>

/**
 * A shop in which a message could do harm: one order is paid at WeChat and the shop has not heard of it, so that
 * whatever is believed moves it; one waits for its payment, one is paid, and one is closed.
 */
export async function openScene() {
  const world = await openWorld()
  const tea = [{ productId: 'tea-qimen', quantity: 1 }]
  const [held, waiting, paid, closed] = [
    await world.order(tea),
    await world.order(tea),
    await world.order(tea),
    await world.order(tea),
  ]
  await world.phone.pay(paid.payment.outTradeNo)
  await cancelOrder(world.shop, closed.order.id)
  await world.advance(1_000)
  world.wire.loseNotifications = 1
  await world.phone.pay(held.payment.outTradeNo)

  const truths = new Map((await world.weChat()).orders.map((trade) => [trade.out_trade_no, trade]))
  /** The fields of WeChat's notification of a payment, not signed yet. */
  const notification = ({ payment }: typeof held, changes: Record<string, string> = {}) => {
    const transactionId = truths.get(payment.outTradeNo)?.transaction_id ?? '4200002026202603011234567890'
    const amount = String(payment.amountFen)
    const truth = { total_fee: amount, cash_fee: amount, transaction_id: transactionId }
    return notificationFields(payment.outTradeNo, { ...truth, ...changes })
  }
  return { world, held, waiting, paid, closed, notification, orders: [held, waiting, paid, closed] }
}

/** Fields with the signature that belongs to them. */
export function signed(fields: Record<string, string>, key = KEY): Record<string, string> {
  return { ...fields, sign: sign(fields, key, 'MD5') }
}

/** A document with a signature that belongs to its fields. */
export function signedXml(fields: Record<string, string>, key = KEY): string {
  return writeXml(signed(fields, key))
}
