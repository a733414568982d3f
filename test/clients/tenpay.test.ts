import Payment from 'tenpay'
import { expect, test } from 'vitest'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { listen, startEmulator } from './server'

const { appid, mchId, apiKey } = DEMO_ACCOUNT
const NUMBER = 'T20260105-0001'
const REFUND = 'R20260105-0001'

type Context = Parameters<ReturnType<Payment['middleware']>>[0]

/** The library as its users set it up, its addresses led to the emulator. */
function openClient(url: string, refundUrl: string) {
  const notify_url = 'http://127.0.0.1:9/notify'
  const client = new Payment({ appid, mchid: mchId, partnerKey: apiKey, notify_url, refund_url: refundUrl })
  for (const [name, address] of Object.entries(client.urls)) {
    client.urls[name] = address.replace('https://api.mch.weixin.qq.com', url)
  }
  return client
}

test.each(['MD5', 'HMAC-SHA256'])(
  'it refunds, signed with %s, and its own code opens the notice and acknowledges it',
  async (signType) => {
    const emulator = await startEmulator()
    const heard: unknown[] = []
    const merchant = await listen(async (request) => {
      const context: Context = { request: { body: await request.text() } }
      await openClient(emulator.url, '').middleware('refund')(context, async () => {
        heard.push(context.request.weixin)
        context.reply?.()
      })
      return new Response(context.body)
    })
    const client = openClient(emulator.url, `${merchant}/refunded`)
    const order = { out_trade_no: NUMBER, total_fee: '8800', sign_type: signType }
    await client.unifiedOrder({ ...order, body: '龙井茶', trade_type: 'NATIVE', product_id: 'tea-1' })
    await emulator.pay(NUMBER)
    const accepted = await client.refund({ ...order, out_refund_no: REFUND, refund_fee: '8800' })
    expect(accepted).toMatchObject({ result_code: 'SUCCESS', out_refund_no: REFUND, refund_fee: '8800' })

    await emulator.endRefund(REFUND, 'success')
    await emulator.advance(3600)
    const content = {
      out_refund_no: REFUND,
      refund_id: accepted.refund_id,
      refund_fee: '8800',
      refund_status: 'SUCCESS',
    }
    expect(heard).toEqual([expect.objectContaining({ req_info: expect.objectContaining(content) })])
    expect(await client.refundQuery({ out_refund_no: REFUND, sign_type: signType })).toMatchObject({
      refund_status_0: 'SUCCESS',
      refund_id_0: accepted.refund_id,
    })
  },
)
