import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { cancelOrder } from '@/lib/shop/checkout'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { DEMO_KEYS } from '../wechat/v3/keys'
import { openWorld } from '../world'
import type { Subject, V3Scene } from './v3-scene'

/**
 * A shop of API v3 in which a message could do harm: one order is paid at WeChat and the shop has not heard of it, so that
 * whatever is believed moves it; one waits for its payment, one is paid, and one is closed.
 */
export async function openV3Scene() {
  const world = await openWorld({ WXPAY_API_VERSION: 'v3' })
  const tea = [{ productId: 'tea-qimen', quantity: 1 }]
  const made = [await world.order(tea), await world.order(tea), await world.order(tea), await world.order(tea)] as const
  const [held, waiting, paid, closed] = made
  await world.phone.pay(paid.payment.outTradeNo)
  await cancelOrder(world.shop, closed.order.id)
  await world.advance(1_000)
  world.wire.loseNotifications = 1
  await world.phone.pay(held.payment.outTradeNo)
  const truths = new Map((await world.weChat()).orders.map((it) => [it.out_trade_no, it.transaction_id]))
  const subject = ({ payment: { outTradeNo, amountFen } }: typeof held): Subject => {
    return { outTradeNo, amountFen, transactionId: truths.get(outTradeNo) ?? '4200002026202603011234567890' }
  }
  const { merchant, wechat, v3Key } = DEMO_KEYS
  const scene: V3Scene = {
    appid: DEMO_ACCOUNT.appid,
    mchId: DEMO_ACCOUNT.mchId,
    v3Key,
    v2Key: DEMO_ACCOUNT.apiKey,
    now: world.now,
    platform: { serial: wechat.publicKeyId, privateKey: createPrivateKey(wechat.privateKey) },
    merchant: { serial: merchant.serial, privateKey: createPrivateKey(merchant.privateKey) },
    stranger: { serial: 'C'.repeat(40), privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey },
    held: subject(held),
    waiting: subject(waiting),
    paid: subject(paid),
    closed: subject(closed),
  }
  return { world, scene, held, orders: made }
}
