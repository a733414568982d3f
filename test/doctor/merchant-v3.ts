import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { open } from '@/lib/wechat/v3/cipher'
import { type Sealing, sealing } from '@/lib/wechat/v3/sealed'
import { isSignedWith, messageText, requestText, sign, writeAuthorization } from '@/lib/wechat/v3/sign'
import { DEMO_KEYS } from '../wechat/v3/keys'
import { MERCHANT_URL, type Order } from './merchant'

const { appid, mchId } = DEMO_ACCOUNT
const merchantKey = createPrivateKey(DEMO_KEYS.merchant.privateKey)
const { serial: platformSerial, certificate } = DEMO_KEYS.platform
export const PLATFORM_KEY = new X509Certificate(certificate).publicKey

const notification = z.object({ event_type: z.string(), resource: sealing })
const transaction = z.object({
  appid: z.string(),
  mchid: z.string(),
  out_trade_no: z.string(),
  transaction_id: z.string().optional(),
  trade_state: z.string(),
  amount: z.object({ total: z.number() }).optional(),
})
type Transaction = z.infer<typeof transaction>
type Signed = { timestamp: string; nonce: string; signature: string; serial: string; body: string }

/** What of a program of v3 can be weak. */
export type MerchantV3 = {
  isFresh: (timestamp: number) => boolean
  findKey: (serial: string) => KeyObject | null
  isSigned: (signed: Signed, key: KeyObject) => boolean
  open: (resource: Sealing) => Uint8Array | null
  isOurs: (transaction: Transaction) => boolean
  isAmount: (order: Order, total: number | undefined) => boolean
  confirm: (notified: Transaction, query: () => Promise<Transaction | null>) => Promise<Transaction | null>
  repeated: boolean
  isHasty: boolean
  reply: (isGood: boolean) => Response
}

/** A small program that does everything right. Each weak one differs from it in one part. */
export const SOUND_V3: MerchantV3 = {
  isFresh: (timestamp) => Math.abs(Date.now() / 1_000 - timestamp) < 300,
  findKey: (serial) => (serial === platformSerial ? PLATFORM_KEY : null),
  isSigned: (signed, key) => isSignedWith(messageText(signed), signed.signature, key),
  open: (resource) => open(resource, DEMO_KEYS.v3Key),
  isOurs: (transaction) => transaction.appid === appid && transaction.mchid === mchId,
  isAmount: (order, total) => total === order.totalFee,
  confirm: (_, query) => query(),
  repeated: true,
  isHasty: false,
  reply: (isGood) =>
    isGood ? new Response(null, { status: 204 }) : Response.json({ code: 'FAIL', message: 'refused' }, { status: 400 }),
}

type Fetch = (request: Request) => Promise<Response>

export function openMerchantV3(merchant: MerchantV3, weChat: Fetch) {
  const orders = new Map<string, Order>()
  const notifyUrl = `${MERCHANT_URL}/notify`

  async function call(method: string, target: string, content?: object): Promise<unknown> {
    const body = content === undefined ? '' : JSON.stringify(content)
    const signed = { method, target, timestamp: String(Math.floor(Date.now() / 1_000)), nonce: 'n', body }
    const signature = sign(requestText(signed), merchantKey)
    const authorization = writeAuthorization({ ...signed, mchId, serial: DEMO_KEYS.merchant.serial, signature })
    const headers = {
      authorization,
      accept: 'application/json',
      'user-agent': 'shop',
      'content-type': 'application/json',
    }
    const init = { method, headers, ...(body !== '' && { body }) }
    const answer = await weChat(new Request(`https://api.mch.weixin.qq.com${target}`, init))
    const text = await answer.text()
    return answer.ok && text !== '' ? JSON.parse(text) : null
  }

  async function query(outTradeNo: string): Promise<Transaction | null> {
    const path = `/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=${mchId}`
    return transaction.safeParse(await call('GET', path)).data ?? null
  }

  /** What a notification says; null when it is not WeChat's. */
  async function read(request: Request): Promise<{ event: string; content: unknown } | null> {
    const header = (name: string) => request.headers.get(`wechatpay-${name}`)
    const [timestamp, nonce, signature, serial] = ['timestamp', 'nonce', 'signature', 'serial'].map(header)
    const body = await request.text()
    if (!timestamp || !nonce || !signature || !serial || !merchant.isFresh(Number(timestamp))) return null
    const key = merchant.findKey(serial)
    if (key === null || !merchant.isSigned({ timestamp, nonce, signature, serial, body }, key)) return null
    try {
      const { event_type: event, resource } = notification.parse(JSON.parse(body))
      const opened = merchant.open(resource)
      return opened && { event, content: JSON.parse(Buffer.from(opened).toString()) }
    } catch {
      return null
    }
  }

  async function settle(order: Order, notified: Transaction): Promise<boolean> {
    const trade = await merchant.confirm(notified, () => query(order.outTradeNo))
    if (trade?.trade_state !== 'SUCCESS' || !merchant.isAmount(order, trade.amount?.total)) return false
    order.transactionId = trade.transaction_id ?? null
    if (order.status === 'pending') order.status = 'paid'
    return true
  }

  async function handle(request: Request): Promise<boolean> {
    const news = await read(request)
    if (news === null) return false
    // Refunds, and what does not exist yet: noted, and nothing to be done.
    if (news.event !== 'TRANSACTION.SUCCESS') return true
    const paid = transaction.safeParse(news.content).data
    if (paid === undefined || !merchant.isOurs(paid)) return false
    if (paid.trade_state !== 'SUCCESS') return true
    const order = orders.get(paid.out_trade_no)
    if (order === undefined) return false
    if (order.transactionId === paid.transaction_id) return merchant.repeated
    if (!merchant.isAmount(order, paid.amount?.total)) return false
    if (!merchant.isHasty) return settle(order, paid)
    void settle(order, paid)
    return true
  }

  let count = 0
  return {
    notifyUrl,
    fetch: async (request: Request) => merchant.reply(await handle(request)),
    place: async (totalFee: number) => {
      count += 1
      const outTradeNo = `V20260105-${String(count).padStart(4, '0')}`
      orders.set(outTradeNo, { outTradeNo, totalFee, status: 'pending', transactionId: null })
      const order = { appid, mchid: mchId, description: 'tea', out_trade_no: outTradeNo, notify_url: notifyUrl }
      await call('POST', '/v3/pay/transactions/native', { ...order, amount: { total: totalFee, currency: 'CNY' } })
      return outTradeNo
    },
    close: async (outTradeNo: string) => {
      await call('POST', `/v3/pay/transactions/out-trade-no/${outTradeNo}/close`, { mchid: mchId })
      const order = orders.get(outTradeNo)
      if (order?.status === 'pending') order.status = 'closed'
    },
    refund: async (outTradeNo: string, refund: number) => {
      const amount = { refund, total: orders.get(outTradeNo)?.totalFee, currency: 'CNY' }
      const number = { out_trade_no: outTradeNo, out_refund_no: `R${outTradeNo}`, notify_url: notifyUrl }
      await call('POST', '/v3/refund/domestic/refunds', { ...number, amount })
    },
    isPaid: async (outTradeNo: string) => orders.get(outTradeNo)?.status === 'paid',
  }
}
