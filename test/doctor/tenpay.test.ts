import express from 'express'
import Payment from 'tenpay'
import { expect, onTestFinished, test } from 'vitest'
import { examine } from '@/lib/doctor/examine'
import { sendOverHttp } from '@/lib/emulator/delivery/send'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { startEmulator } from '../clients/server'
import { openExamination } from './examine'

const { appid, mchId, apiKey } = DEMO_ACCOUNT

/** A shop as the library's own documentation has it: its middleware verifies, and the shop believes what comes out. */
async function openShop(emulatorUrl: string) {
  const orders = new Map<string, { totalFee: string; isPaid: boolean }>()
  const client = new Payment({ appid, mchid: mchId, partnerKey: apiKey })
  for (const [name, address] of Object.entries(client.urls)) {
    client.urls[name] = address.replace('https://api.mch.weixin.qq.com', emulatorUrl)
  }
  const app = express()
  app.post('/notify', express.text({ type: '*/*' }), client.middlewareForExpress('pay'), (request, response) => {
    const order = orders.get(request.weixin?.out_trade_no ?? '')
    if (order?.totalFee !== request.weixin?.total_fee) return response.reply('another order')
    if (order !== undefined) order.isPaid = true
    return response.reply()
  })
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const notifyUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/notify`
  return {
    notifyUrl,
    fetch: sendOverHttp,
    place: async (totalFee: number) => {
      const outTradeNo = `T20260105-${String(orders.size).padStart(4, '0')}`
      const order = { out_trade_no: outTradeNo, total_fee: String(totalFee), notify_url: notifyUrl }
      orders.set(outTradeNo, { totalFee: order.total_fee, isPaid: false })
      await client.unifiedOrder({ ...order, body: 'tea', trade_type: 'NATIVE', product_id: '1' })
      return outTradeNo
    },
    close: async () => {},
    isPaid: async (outTradeNo: string) => orders.get(outTradeNo)?.isPaid === true,
  }
}

test('a shop that believes what the middleware of tenpay lets through does not query, and its values are trimmed', async () => {
  const emulator = await startEmulator()
  const shop = await openShop(emulator.url)
  const { results, weaknesses } = await examine(await openExamination(shop, emulator))
  expect(results.filter((it) => it.outcome === 'failed').map((it) => it.name)).toEqual([
    'contradicted',
    'space at the end',
  ])
  expect(weaknesses).toEqual(['trusts_notice', 'trims_values'])
})
