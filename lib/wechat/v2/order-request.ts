import type { Buyer, PaymentIntent } from '@/lib/shop/gateway'
import type { Channel } from '@/lib/shop/payment'
import { allowed, cut } from '../text'
import { writeTime } from '../time'
import type { MerchantAccount } from './call'
import { readRequest, writeRequest } from './request'
import type { Fields } from './sign'

const TRADE_TYPES = { native: 'NATIVE', app: 'APP', h5: 'MWEB', jsapi: 'JSAPI' } as const satisfies Record<
  Channel,
  string
>

/** `body` of unifiedorder: documented as String(127), and reported to be counted in bytes. */
const BODY_BYTES_MAX = 127
/** `detail` of unifiedorder: documented as String(6000), and counted here as strictly as `body`. */
const DETAIL_BYTES_MAX = 6_000
/** `goods_name` within `detail`. */
const GOODS_NAME_BYTES_MAX = 256

/**
 * The parameters of unifiedorder for a payment, without nonce and signature. They are kept with the payment, because
 * WeChat takes a number again only with the very same parameters (documentation of unifiedorder, re-entry).
 */
export function writeOrderRequest(
  intent: PaymentIntent,
  { account, notifyUrl, shopName }: { account: MerchantAccount; notifyUrl: string; shopName: string },
): string {
  const fields: Fields = {
    appid: account.appid,
    mch_id: account.mchId,
    body: writeBody(shopName, intent.goods),
    out_trade_no: intent.outTradeNo,
    total_fee: String(intent.amountFen),
    fee_type: 'CNY',
    spbill_create_ip: intent.buyer.buyerAddress,
    time_start: writeTime(intent.createdAt),
    time_expire: writeTime(intent.expiresAt),
    notify_url: notifyUrl,
    trade_type: TRADE_TYPES[intent.channel],
  }
  const detail = writeDetail(intent.goods)
  if (detail !== null) fields.detail = detail
  if (account.signType !== 'MD5') fields.sign_type = account.signType
  if (intent.channel === 'native') fields.product_id = intent.goods[0].productId
  if (intent.channel === 'jsapi' && intent.buyer.openid !== null) fields.openid = intent.buyer.openid
  if (intent.channel === 'h5') {
    const site = { type: 'Wap', wap_url: new URL(notifyUrl).origin, wap_name: shopName }
    fields.scene_info = JSON.stringify({ h5_info: site })
  }
  return writeRequest(fields)
}

/** Whether a kept request was made for this buyer. WeChat compares the payer, or the address that opens the H5 link. */
export function isRequestFor(channel: Channel, request: string, { buyerAddress, openid }: Buyer): boolean {
  const fields = readRequest(request)
  if (channel === 'jsapi') return fields.openid === openid
  return channel !== 'h5' || fields.spbill_create_ip === buyerAddress
}

/** Shop and first product; `+2` for two more, which is read alike in every language. */
function writeBody(shopName: string, [first, ...others]: PaymentIntent['goods']): string {
  const more = others.length === 0 ? '' : ` +${others.length}`
  const named = cut(allowed(`${shopName}-${first.name}`), BODY_BYTES_MAX - more.length)
  return `${named}${more}`
}

/** All products of an order that has several, so that a phone can name them in its own language; null for others. */
function writeDetail(goods: PaymentIntent['goods']): string | null {
  if (goods.length === 1) return null
  const lines = goods.map(({ productId, name, quantity, priceFen }) => ({
    goods_id: productId,
    goods_name: cut(allowed(name), GOODS_NAME_BYTES_MAX),
    quantity,
    price: priceFen,
  }))
  const detail = JSON.stringify({ goods_detail: lines })
  // A part of the list would be a false list.
  return Buffer.byteLength(detail) <= DETAIL_BYTES_MAX ? detail : null
}
