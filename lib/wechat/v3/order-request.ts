import { z } from 'zod'
import type { Buyer, PaymentIntent } from '@/lib/shop/gateway'
import { CURRENCY } from '@/lib/shop/money'
import type { Channel } from '@/lib/shop/payment'
import { allowed, cut } from '../text'
import { writeOffsetTime } from '../time'
import type { MerchantAccount } from './call'

/** `description`: documented as string(127), and counted here in bytes, as strictly as v2's `body`. */
const DESCRIPTION_BYTES_MAX = 127
/** `detail` has at most 6,144 bytes, and `goods_name` in it 256. */
const DETAIL_BYTES_MAX = 6_144
const GOODS_NAME_BYTES_MAX = 256
/** `merchant_goods_id` within `detail`. */
const GOODS_ID_MAX = 32

/** Each kind of order has its own path (API v3, ordering). */
export const ORDER_PATHS: Record<Channel, string> = {
  native: '/v3/pay/transactions/native',
  app: '/v3/pay/transactions/app',
  h5: '/v3/pay/transactions/h5',
  jsapi: '/v3/pay/transactions/jsapi',
}

/**
 * The body of an order, as the text that is sent. It is kept with the payment, because WeChat takes a number again only
 * with the very same parameters (API v3, ordering again).
 */
export function writeOrderRequest(
  intent: PaymentIntent,
  { account, notifyUrl, shopName }: { account: MerchantAccount; notifyUrl: string; shopName: string },
): string {
  const { channel, buyer, goods } = intent
  const detail = writeDetail(goods)
  return JSON.stringify({
    appid: account.appid,
    mchid: account.mchId,
    description: writeDescription(shopName, goods),
    out_trade_no: intent.outTradeNo,
    time_expire: writeOffsetTime(intent.expiresAt),
    notify_url: notifyUrl,
    amount: { total: intent.amountFen, currency: CURRENCY },
    ...(channel === 'jsapi' && { payer: { openid: buyer.openid } }),
    ...(detail && { detail }),
    ...(channel === 'h5' && {
      scene_info: {
        payer_client_ip: buyer.buyerAddress,
        h5_info: { type: 'Wap', app_name: shopName, app_url: new URL(notifyUrl).origin },
      },
    }),
  })
}

const kept = z.object({
  payer: z.object({ openid: z.string().nullable() }).optional(),
  scene_info: z.object({ payer_client_ip: z.string() }).optional(),
})

/** Whether a kept request was made for this buyer. WeChat compares the payer, or the address that opens the H5 link. */
export function isRequestFor(channel: Channel, request: string, { buyerAddress, openid }: Buyer): boolean {
  if (channel !== 'jsapi' && channel !== 'h5') return true
  const { payer, scene_info } = kept.parse(JSON.parse(request))
  return channel === 'jsapi' ? payer?.openid === openid : scene_info?.payer_client_ip === buyerAddress
}

/** Shop and first product; `+2` for two more, which is read alike in every language. */
function writeDescription(shopName: string, [first, ...others]: PaymentIntent['goods']): string {
  const more = others.length === 0 ? '' : ` +${others.length}`
  return `${cut(allowed(`${shopName}-${first.name}`), DESCRIPTION_BYTES_MAX - more.length)}${more}`
}

/** All products of an order that has several, so that a phone can name them in its own language; null for others. */
function writeDetail(goods: PaymentIntent['goods']) {
  if (goods.length === 1) return null
  const lines = goods.map(({ productId, name, quantity, priceFen }) => ({
    merchant_goods_id: productId.slice(0, GOODS_ID_MAX),
    goods_name: cut(allowed(name), GOODS_NAME_BYTES_MAX),
    quantity,
    unit_price: priceFen,
  }))
  const detail = { goods_detail: lines }
  // A part of the list would be a false list.
  return Buffer.byteLength(JSON.stringify(detail)) <= DETAIL_BYTES_MAX ? detail : null
}
