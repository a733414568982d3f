import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import Pay from 'wechatpay-node-v3'
import { PayRequest } from 'wechatpay-node-v3/dist/lib/pay-request'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { isSignedWith } from '@/lib/wechat/v3/sign'
import { DEMO_KEYS } from '../wechat/v3/keys'
import { type Delivered, openReceiver, startEmulator } from './server'

const { appid, mchId } = DEMO_ACCOUNT
const { merchant, v3Key } = DEMO_KEYS
const MERCHANT_KEY = new X509Certificate(merchant.certificate).publicKey
const NUMBER = 'T20260105-0001'
const REFUND = 'R20260105-0001'

/** The library as its users set it up. It knows one address only, so that its own requests are sent to another. */
function openClient(url: string): Pay {
  const client = new Pay({
    appid,
    mchid: mchId,
    publicKey: Buffer.from(merchant.certificate),
    privateKey: Buffer.from(merchant.privateKey),
    key: v3Key,
  })
  const own = new PayRequest()
  const at = (address: string) => address.replace('https://api.mch.weixin.qq.com', url)
  client.createHttp({
    get: (address, headers) => own.get(at(address), headers),
    post: (address, params, headers) => own.post(at(address), params, headers),
    upload: (address, params, headers) => own.upload(at(address), params, headers),
  })
  return client
}

/** What the library's own code makes of a delivery: verified with a certificate that it downloads, and opened. */
async function read(client: Pay, { headers, body }: Delivered) {
  const header = (name: string) => headers.get(`wechatpay-${name}`) ?? ''
  const { resource } = JSON.parse(body)
  const signed = { timestamp: header('timestamp'), nonce: header('nonce'), serial: header('serial') }
  return {
    isGenuine: await client.verifySign({ ...signed, body, signature: header('signature') }),
    content: client.decipher_gcm<Record<string, unknown>>(
      resource.ciphertext,
      resource.associated_data,
      resource.nonce,
    ),
  }
}

test('it orders, queries, closes, refunds and opens deliveries, all of API v3 by its own code', async () => {
  const emulator = await startEmulator()
  const client = openClient(emulator.url)
  const receiver = await openReceiver()
  const order = { description: '龙井茶 <春>', notify_url: receiver.url, amount: { total: 8800 } }
  const placed = await client.transactions_native({ ...order, out_trade_no: NUMBER })
  expect(placed).toMatchObject({ status: 200, data: { code_url: expect.stringMatching(/^weixin:\/\/wxpay\//) } })
  expect(await client.query({ out_trade_no: NUMBER })).toMatchObject({ data: { trade_state: 'NOTPAY' } })
  await client.transactions_native({ ...order, out_trade_no: 'T20260105-0002' })
  expect(await client.close('T20260105-0002')).toMatchObject({ status: 204 })
  expect(await client.query({ out_trade_no: 'T20260105-0002' })).toMatchObject({ data: { trade_state: 'CLOSED' } })

  await emulator.pay(NUMBER)
  await emulator.advance(60)
  const paid = await read(client, receiver.newest())
  expect(paid).toMatchObject({ isGenuine: true, content: { out_trade_no: NUMBER, trade_state: 'SUCCESS' } })
  const byId = await client.query({ transaction_id: String(paid.content.transaction_id) })
  expect(byId).toMatchObject({ status: 200, data: { trade_state: 'SUCCESS', amount: { total: 8800 } } })

  const amount = { refund: 3000, total: 8800, currency: 'CNY' }
  const wanted = { out_trade_no: NUMBER, out_refund_no: REFUND, notify_url: receiver.url, amount }
  expect(await client.refunds(wanted)).toMatchObject({ status: 200, data: { status: 'PROCESSING' } })
  await emulator.endRefund(REFUND, 'success')
  await emulator.advance(60)
  expect(await read(client, receiver.newest())).toMatchObject({
    isGenuine: true,
    content: { out_refund_no: REFUND, refund_status: 'SUCCESS' },
  })
  expect(await client.find_refunds(REFUND)).toMatchObject({ status: 200, data: { status: 'SUCCESS' } })
})

test('what it signs for an app and for a page is what the merchant’s certificate verifies', async () => {
  const client = openClient((await startEmulator()).url)
  const order = { description: '茶', notify_url: 'https://shop.example.com/v3', amount: { total: 1 } }
  const { data: app } = await client.transactions_app({ ...order, out_trade_no: 'T20260105-0003' })
  const payer = { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' }
  const { data: page } = await client.transactions_jsapi({ ...order, out_trade_no: 'T20260105-0004', payer })
  const isRight = (lines: string[], signature: string) =>
    isSignedWith(Buffer.from(lines.map((it) => `${it}\n`).join('')), signature, MERCHANT_KEY)
  expect(isRight([appid, app.timestamp, app.noncestr, app.prepayid], app.sign)).toBe(true)
  expect(isRight([appid, page.timeStamp, page.nonceStr, page.package], page.paySign)).toBe(true)
})
