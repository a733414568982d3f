import Payment from 'tenpay'
import { expect, test } from 'vitest'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { writeTime } from '@/lib/wechat/time'
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

test('its own reader takes the bills apart', async () => {
  const emulator = await startEmulator()
  const client = openClient(emulator.url, '')
  const order = { total_fee: '8800', body: '龙井茶, 明前', trade_type: 'NATIVE', product_id: 'tea-1' }
  await client.unifiedOrder({ ...order, out_trade_no: NUMBER })
  await emulator.pay(NUMBER)
  await client.refund({ out_trade_no: NUMBER, out_refund_no: REFUND, total_fee: '8800', refund_fee: '3000' })
  const bill_date = writeTime(Date.now()).slice(0, 8)
  await expect(client.downloadBill({ bill_date }, true)).rejects.toThrow('invalid bill_date')

  await emulator.advance(2 * 24 * 3600)
  const bill = await client.downloadBill({ bill_date }, true)
  const [paid, refunded] = bill.list_data.map((cells) =>
    Object.fromEntries(bill.list_title.map((name, place) => [name.replace('\ufeff', ''), cells[place]])),
  )
  expect(paid).toMatchObject({ 商户订单号: NUMBER, 订单金额: '88.00', 商品名称: '龙井茶\\  明前', 手续费: '0.53000' })
  expect(refunded).toMatchObject({ 商户退款单号: REFUND, 申请退款金额: '30.00', 退款状态: 'SUCCESS' })
  expect(bill.total_data).toEqual(['2', '88.00', '30.00', '0.00', '0.35000', '88.00', '30.00'])

  const flow = await client.downloadFundflow({ bill_date }, true)
  expect(flow.list_data.map((cells) => [cells[3], cells[4], cells[5], cells[6], cells[9]])).toEqual([
    ['交易', '交易', '收入', '88.00', ''],
    ['交易', '扣除交易手续费', '支出', '0.53', ''],
    ['退款', '退款', '支出', '29.82', '退款总金额30.00元;含手续费0.18元'],
  ])
  expect(flow.total_data).toEqual(['3', '1', '88.00', '2', '30.35'])
})
