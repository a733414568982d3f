import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { decryptReqInfo } from '@/lib/wechat/v2/cipher'
import { type Fields, isSignedWith, sign } from '@/lib/wechat/v2/sign'
import { readFlatXml, readXml, writeXml } from '@/lib/wechat/v2/xml'

const { appid, mchId, apiKey } = DEMO_ACCOUNT

export type Order = {
  outTradeNo: string
  totalFee: number
  status: 'pending' | 'paid' | 'closed'
  transactionId: string | null
}

/** What of a merchant's program can be weak. */
export type Merchant = {
  /** Answers in the program's place; null lets the notification through to it. */
  guard: (request: Request) => Response | null
  read: (body: string) => Promise<Fields | null>
  isSigned: (fields: Fields) => boolean
  isOurs: (fields: Fields) => boolean
  isAmount: (order: Order, totalFee: string) => boolean
  /** What WeChat says of an order that a notification tells of; null when it says nothing that counts. */
  confirm: (notified: Fields, query: () => Promise<Fields | null>) => Promise<Fields | null>
  /** Whether money that comes for the order makes it paid. */
  isPayable: (order: Order) => boolean
  /** What is answered to news of an order that it does not know. */
  unknown: 'SUCCESS' | 'FAIL'
  /** What is answered to news that is known. */
  repeated: 'SUCCESS' | 'FAIL'
  /** Whether it answers first and does its work afterwards. */
  isHasty: boolean
  /** Work between storing and answering. */
  finish: () => Promise<void>
  reply: (code: 'SUCCESS' | 'FAIL') => Response
}

const readStrictly = async (body: string): Promise<Fields | null> => {
  const read = readXml(Buffer.from(body))
  return read.ok ? read.fields : null
}

/** A small program that does everything right. Each weak one differs from it in one part. */
export const SOUND: Merchant = {
  guard: () => null,
  read: readStrictly,
  isSigned: (fields) => isSignedWith(fields, apiKey, fields.sign_type === 'HMAC-SHA256' ? 'HMAC-SHA256' : 'MD5'),
  isOurs: (fields) => fields.appid === appid && fields.mch_id === mchId,
  isAmount: (order, totalFee) => totalFee === String(order.totalFee),
  confirm: (_, query) => query(),
  isPayable: (order) => order.status === 'pending',
  unknown: 'FAIL',
  repeated: 'SUCCESS',
  isHasty: false,
  finish: async () => {},
  reply: (code) =>
    new Response(writeXml({ return_code: code, return_msg: code === 'SUCCESS' ? 'OK' : 'refused' }), {
      headers: { 'content-type': 'text/xml' },
    }),
}

type Fetch = (request: Request) => Promise<Response>

/** Where the programs answer, whoever carries their requests. */
export const MERCHANT_URL = 'http://127.0.0.1:8080'

/** The program, with `weChat` as its WeChat Pay. */
export function openMerchant(merchant: Merchant, weChat: Fetch, url = MERCHANT_URL) {
  const orders = new Map<string, Order>()

  async function call(path: string, fields: Fields): Promise<Fields | null> {
    const all = { appid, mch_id: mchId, nonce_str: 'n', ...fields }
    const body = writeXml({ ...all, sign: sign(all, apiKey, 'MD5') })
    const response = await weChat(new Request(`https://api.mch.weixin.qq.com${path}`, { method: 'POST', body }))
    const answer = await readStrictly(await response.text())
    const isGood = answer?.result_code === 'SUCCESS' && isSignedWith(answer, apiKey, 'MD5')
    return isGood ? answer : null
  }

  async function settle(order: Order, notified: Fields): Promise<boolean> {
    const trade = await merchant.confirm(notified, () => call('/pay/orderquery', { out_trade_no: order.outTradeNo }))
    if (trade === null || trade.trade_state !== 'SUCCESS') return false
    if (!merchant.isAmount(order, trade.total_fee ?? '')) return false
    order.transactionId = trade.transaction_id ?? null
    if (merchant.isPayable(order)) order.status = 'paid'
    return true
  }

  async function handle(request: Request): Promise<'SUCCESS' | 'FAIL'> {
    const fields = await merchant.read(await request.text())
    if (fields === null || !merchant.isSigned(fields) || !merchant.isOurs(fields)) return 'FAIL'
    if (fields.return_code !== 'SUCCESS') return 'FAIL'
    if (fields.result_code !== 'SUCCESS') return 'SUCCESS'
    const order = orders.get(fields.out_trade_no ?? '')
    if (order === undefined) return merchant.unknown
    if (order.transactionId === fields.transaction_id) return merchant.repeated
    if (!merchant.isAmount(order, fields.total_fee ?? '')) return 'FAIL'
    if (merchant.isHasty) {
      void settle(order, fields)
      return 'SUCCESS'
    }
    const isSettled = await settle(order, fields)
    if (isSettled) await merchant.finish()
    return isSettled ? 'SUCCESS' : 'FAIL'
  }

  async function handleRefund(request: Request): Promise<'SUCCESS' | 'FAIL'> {
    const fields = await readStrictly(await request.text())
    const opened = fields && decryptReqInfo(fields.req_info ?? '', apiKey)
    return opened?.ok === true && readFlatXml(Buffer.from(opened.xml)).ok ? 'SUCCESS' : 'FAIL'
  }

  let count = 0
  async function place(totalFee: number): Promise<string> {
    count += 1
    const outTradeNo = `T${new URL(url).port}-${String(count).padStart(4, '0')}`
    // Before WeChat is called: its notification may be quicker than its answer.
    orders.set(outTradeNo, { outTradeNo, totalFee, status: 'pending', transactionId: null })
    const order = { out_trade_no: outTradeNo, body: 'tea', total_fee: String(totalFee), trade_type: 'NATIVE' }
    await call('/pay/unifiedorder', {
      ...order,
      product_id: '1',
      spbill_create_ip: '127.0.0.1',
      notify_url: `${url}/notify`,
    })
    return outTradeNo
  }

  return {
    fetch: async (request: Request): Promise<Response> => {
      const guarded = merchant.guard(request)
      if (guarded !== null) return guarded
      const { pathname } = new URL(request.url)
      return merchant.reply(pathname === '/refunded' ? await handleRefund(request) : await handle(request))
    },
    notifyUrl: `${url}/notify`,
    place,
    close: async (outTradeNo: string) => {
      await call('/pay/closeorder', { out_trade_no: outTradeNo })
      const order = orders.get(outTradeNo)
      if (order?.status === 'pending') order.status = 'closed'
    },
    refund: async (outTradeNo: string, fee: number) => {
      const totalFee = String(orders.get(outTradeNo)?.totalFee ?? 0)
      const refund = { out_trade_no: outTradeNo, out_refund_no: `R${outTradeNo}`, total_fee: totalFee }
      await call('/secapi/pay/refund', { ...refund, refund_fee: String(fee), notify_url: `${url}/refunded` })
    },
    isPaid: async (outTradeNo: string) => orders.get(outTradeNo)?.status === 'paid',
  }
}
