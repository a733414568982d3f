import type { PaymentIntent, RefundGateway, RefundIntent } from '@/lib/shop/gateway'
import { fen } from '@/lib/shop/money'
import type { Payment } from '@/lib/shop/payment'
import type { Refund } from '@/lib/shop/refund'
import type { Fetch } from '@/lib/wechat/http'
import type { MerchantAccount } from '@/lib/wechat/v2/call'
import { type GatewayOptions, openV2 } from '@/lib/wechat/v2/gateway'
import { type Fields, sign } from '@/lib/wechat/v2/sign'
import { readXml, writeXml } from '@/lib/wechat/v2/xml'
import { sampleRefund } from '../shop/refund-samples'

export const ACCOUNT: MerchantAccount = {
  appid: 'wxdemo0000000000a1',
  mchId: '1900000109',
  apiKey: 'DemoShopV2ApiKey0123456789abcdef',
  previousApiKey: 'DemoShopV2ApiKeyBefore0123456789',
  signType: 'MD5',
}
export const NUMBER = '20260301100000abcdefghijklmnopqr'
export const NOW = Date.UTC(2026, 2, 1, 2, 0, 0)

export const INTENT: PaymentIntent = {
  outTradeNo: NUMBER,
  channel: 'native',
  amountFen: fen(6800),
  goods: [{ productId: 'tea-longjing', name: '狮峰龙井', quantity: 1, priceFen: fen(6800) }],
  buyer: { buyerAddress: '203.0.113.7', openid: null },
  createdAt: NOW,
  expiresAt: NOW + 30 * 60_000,
}

/** A request as it arrived at the other end. */
export type Asked = { path: string; contentType: string | null; fields: Fields; signal: AbortSignal }

/** A gateway whose requests end in a function, which sees what was asked and says what comes back. */
export function openWire(
  answer: (asked: Asked) => Response | Promise<Response>,
  changes: Partial<GatewayOptions> = {},
) {
  const asked: Asked[] = []
  let nonces = 0
  const fetch: Fetch = async (request) => {
    const { pathname } = new URL(request.url)
    const document = readXml(new Uint8Array(await request.arrayBuffer()))
    if (!document.ok) throw new Error(`the gateway wrote bad XML: ${document.reason}`)
    const contentType = request.headers.get('content-type')
    asked.push({ path: pathname, contentType, fields: document.fields, signal: request.signal })
    return answer({ path: pathname, contentType, fields: document.fields, signal: request.signal })
  }
  const gateway = openV2({
    account: ACCOUNT,
    notifyUrl: 'https://shop.example.com/api/wechat/notify',
    refundNotifyUrl: 'https://shop.example.com/api/wechat/notify/refund',
    shopName: '演示商店',
    apiBase: 'https://wechat.invalid',
    now: () => NOW,
    newNonce: () => {
      nonces += 1
      return `nonce${nonces}`
    },
    fetch,
    certified: { fetch, whyOff: () => null },
    ...changes,
  })
  return { gateway, asked }
}

/** The payment that an intent makes, as the store keeps it. */
export function paymentOf(gateway: ReturnType<typeof openV2>, changes: Partial<PaymentIntent> = {}): Payment {
  const intent = { ...INTENT, ...changes }
  return {
    outTradeNo: intent.outTradeNo,
    orderId: 'order',
    channel: intent.channel,
    status: 'preparing',
    amountFen: intent.amountFen,
    currency: 'CNY',
    ...gateway.draft(intent),
    prepay: null,
    transactionId: null,
    createdAt: intent.createdAt,
    nextCheckAt: null,
    checks: 0,
    refundSeenAt: null,
    refundReviewedAt: null,
    version: 1,
  }
}

/** Fields with WeChat's signature. A field whose value is null is left out before signing. */
export function signed(fields: Record<string, string | null>, { apiKey, signType }: MerchantAccount = ACCOUNT): Fields {
  const given: Fields = {}
  for (const [name, value] of Object.entries(fields)) if (value !== null) given[name] = value
  return { ...given, sign: sign(given, apiKey, signType) }
}

/** An answer of the API: signed, and successful unless the fields say otherwise. */
export function signedAnswer(fields: Record<string, string | null>, account: MerchantAccount = ACCOUNT): Fields {
  const { appid, mchId } = account
  const head = { return_code: 'SUCCESS', return_msg: 'OK', appid, mch_id: mchId, nonce_str: 'IITRi8Iabbblz1Jc' }
  return signed({ ...head, result_code: 'SUCCESS', ...fields }, account)
}

/** HTTP as WeChat speaks it: the status says nothing, and the content type is no XML. */
export function respond(fields: Fields): Response {
  return new Response(writeXml(fields), { headers: { 'content-type': 'text/plain' } })
}

/** What an order query and a notification say of money. */
export const MONEY = {
  openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  trade_type: 'NATIVE',
  bank_type: 'OTHERS',
  total_fee: '6800',
  cash_fee: '6800',
  fee_type: 'CNY',
  transaction_id: '4200002026202603011234567890',
  out_trade_no: NUMBER,
  time_end: '20260301100105',
}
export const TRADE = {
  outTradeNo: NUMBER,
  transactionId: '4200002026202603011234567890',
  paidFen: 6800,
  currency: 'CNY',
  paidAt: Date.UTC(2026, 2, 1, 2, 1, 5),
}

export const REFUND_NUMBER = 'R20260302100000abcdefghijklmnopqr'

const REFUND_INTENT: RefundIntent = {
  outRefundNo: REFUND_NUMBER,
  outTradeNo: NUMBER,
  transactionId: TRADE.transactionId,
  amountFen: fen(3000),
  paidFen: fen(6800),
  reason: '茶叶有异味',
}

/** The refund that an intent makes, as the store keeps it. */
export function refundOf(gateway: RefundGateway, changes: Partial<RefundIntent> = {}): Refund {
  const intent = { ...REFUND_INTENT, ...changes }
  return sampleRefund({ ...intent, ...gateway.draftRefund('v2', intent) })
}
