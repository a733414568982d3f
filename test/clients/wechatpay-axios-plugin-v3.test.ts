import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { Aes, Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { DEMO_KEYS } from '../wechat/v3/keys'
import { type Delivered, openReceiver, startEmulator } from './server'

const { appid, mchId } = DEMO_ACCOUNT
const { merchant, platform, wechat, v3Key } = DEMO_KEYS
const NUMBER = 'T20260105-0001'
const REFUND = 'R20260105-0001'

const BY_PUBLIC_KEY = { [wechat.publicKeyId]: wechat.publicKey }
const BY_CERTIFICATE = { [platform.serial]: platform.certificate }
const CERTS = { ...BY_PUBLIC_KEY, ...BY_CERTIFICATE }

/** The library as its users set it up, with one more setting: the emulator's address. It verifies every answer itself. */
function openClient(baseURL: string, certs: Record<string, string> = CERTS) {
  const keys = { serial: merchant.serial, privateKey: merchant.privateKey, certs }
  const client = new Wechatpay({ mchid: mchId, baseURL, proxy: false, ...keys })
  const dataOf = async (answer: Promise<{ data: unknown }>) => (await answer).data
  return {
    place: (notify_url: string, changes: object = {}) =>
      dataOf(
        client.chain('v3/pay/transactions/native').post({
          appid,
          mchid: mchId,
          description: '龙井茶 <春> & more / ½',
          out_trade_no: NUMBER,
          notify_url,
          amount: { total: 8800 },
          ...changes,
        }),
      ),
    query: (headers: Record<string, string> = {}) =>
      dataOf(client.chain(`v3/pay/transactions/out-trade-no/${NUMBER}`).get({ params: { mchid: mchId }, headers })),
    queryById: (id: string) => dataOf(client.chain(`v3/pay/transactions/id/${id}`).get({ params: { mchid: mchId } })),
    close: () => client.chain(`v3/pay/transactions/out-trade-no/${NUMBER}/close`).post({ mchid: mchId }),
    refund: (notify_url: string) =>
      dataOf(
        client.chain('v3/refund/domestic/refunds').post({
          out_trade_no: NUMBER,
          out_refund_no: REFUND,
          reason: '茶叶有异味',
          notify_url,
          amount: { refund: 3000, total: 8800, currency: 'CNY' },
        }),
      ),
    queryRefund: () => dataOf(client.chain(`v3/refund/domestic/refunds/${REFUND}`).get()),
    certificates: () => dataOf(client.chain('v3/certificates').get()),
  }
}

/** What the library's own code makes of a delivery: verified, and opened. */
function read({ headers, body }: Delivered) {
  const header = (name: string) => headers.get(`wechatpay-${name}`) ?? ''
  const text = Formatter.joinedByLineFeed(header('timestamp'), header('nonce'), body)
  const key = CERTS[header('serial')] ?? ''
  const { event_type, resource } = JSON.parse(body)
  const { ciphertext, nonce, associated_data } = resource
  return {
    isGenuine: Rsa.verify(text, header('signature'), key),
    event_type,
    content: JSON.parse(Aes.AesGcm.decrypt(ciphertext, v3Key, nonce, associated_data)),
  }
}

test('it orders, queries, is notified, refunds and is notified of that, all of API v3 by its own code', async () => {
  const emulator = await startEmulator()
  const client = openClient(emulator.url)
  const receiver = await openReceiver()
  expect(await client.place(receiver.url)).toEqual({ code_url: expect.stringMatching(/^weixin:\/\/wxpay\//) })
  expect(await client.query()).toMatchObject({ trade_state: 'NOTPAY', out_trade_no: NUMBER })

  await emulator.pay(NUMBER)
  await emulator.advance(60)
  const paid = read(receiver.newest())
  expect(paid).toMatchObject({
    isGenuine: true,
    event_type: 'TRANSACTION.SUCCESS',
    content: { out_trade_no: NUMBER, trade_state: 'SUCCESS', amount: { total: 8800, payer_total: 8800 } },
  })
  const known = await client.query({ 'Wechatpay-Serial': wechat.publicKeyId })
  expect(known).toMatchObject({ trade_state: 'SUCCESS', transaction_id: paid.content.transaction_id })
  expect(await client.queryById(paid.content.transaction_id)).toEqual(known)

  expect(await client.refund(receiver.url)).toMatchObject({ status: 'PROCESSING', amount: { refund: 3000 } })
  await emulator.endRefund(REFUND, 'success')
  await emulator.advance(60)
  expect(read(receiver.newest())).toMatchObject({
    isGenuine: true,
    event_type: 'REFUND.SUCCESS',
    content: { out_refund_no: REFUND, refund_status: 'SUCCESS', amount: { refund: 3000, total: 8800 } },
  })
  expect(await client.queryRefund()).toMatchObject({ status: 'SUCCESS', out_trade_no: NUMBER })
})

test('it closes, and downloads the certificates with which answers are verified', async () => {
  const client = openClient((await startEmulator()).url)
  await client.place('https://shop.example.com/api/wechat/notify/v3')
  expect((await client.close()).status).toBe(204)
  expect(await client.query()).toMatchObject({ trade_state: 'CLOSED' })

  const { data } = (await client.certificates()) as {
    data: { serial_no: string; encrypt_certificate: Record<'ciphertext' | 'nonce' | 'associated_data', string> }[]
  }
  const opened = data.map(({ serial_no, encrypt_certificate: { ciphertext, nonce, associated_data } }) => {
    const pem = Aes.AesGcm.decrypt(ciphertext, v3Key, nonce, associated_data)
    return [serial_no, new X509Certificate(pem).serialNumber]
  })
  expect(opened).toEqual([[platform.serial, platform.serial]])
})

test('it believes no answer that another key signed, and reads why an order was refused', async () => {
  const { url } = await startEmulator()
  await expect(openClient(url, BY_PUBLIC_KEY).place('https://shop.example.com/v3')).rejects.toMatchObject({
    code: 'EV3_RES_HEADER_PLATFORM_SERIAL',
  })
  await expect(openClient(url).place('https://shop.example.com/v3', { amount: { total: 0 } })).rejects.toMatchObject({
    response: { status: 400, data: { code: 'PARAM_ERROR', detail: { field: '/amount/total' } } },
  })
})
