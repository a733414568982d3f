import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { Aes, Formatter, Hash, Transformer, Wechatpay } from 'wechatpay-axios-plugin'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { listen, startEmulator } from './server'

const { appid, mchId, apiKey } = DEMO_ACCOUNT
const NUMBER = 'T20260105-0001'
const REFUND = 'R20260105-0001'
const SIGN_TYPES = ['MD5', 'HMAC-SHA256'] as const

/** The library wants the keys of API v3 too, and does not use them for v2. */
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const KEYS_FOR_V3 = {
  serial: 'merchant',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  certs: { platform: publicKey },
}

type Fields = Record<string, string>

/** The library as its users set it up, with one more setting: the emulator's address. */
function openClient(baseURL: string, secret: string = apiKey) {
  const client = new Wechatpay({ mchid: mchId, secret, baseURL, proxy: false, ...KEYS_FOR_V3 })
  const call = async (path: string, fields: Fields): Promise<Fields> =>
    (await client.chain(`v2/${path}`).post({ appid, mch_id: mchId, ...fields })).data
  return {
    place: (fields: Fields = {}) =>
      call('pay/unifiedorder', {
        body: '龙井茶 <春> & more',
        out_trade_no: NUMBER,
        total_fee: '8800',
        spbill_create_ip: '127.0.0.1',
        notify_url: 'http://127.0.0.1:9/notify',
        trade_type: 'NATIVE',
        product_id: 'tea-1',
        ...fields,
      }),
    query: (fields: Fields = {}) => call('pay/orderquery', { out_trade_no: NUMBER, ...fields }),
    close: () => call('pay/closeorder', { out_trade_no: NUMBER }),
    refund: (fields: Fields = {}) =>
      call('secapi/pay/refund', {
        out_trade_no: NUMBER,
        out_refund_no: REFUND,
        total_fee: '8800',
        refund_fee: '3000',
        refund_desc: '茶叶有异味',
        ...fields,
      }),
    queryRefund: (fields: Fields) => call('pay/refundquery', fields),
  }
}

/** What the library throws when WeChat Pay did not do what it was asked. */
async function refusalOf(answer: Promise<unknown>) {
  const error = await answer.then(
    () => null,
    (thrown) => thrown,
  )
  return { code: error?.code, fields: error?.response?.data }
}

test('it orders, asks and closes, and takes every answer for genuine', async () => {
  const client = openClient((await startEmulator()).url)
  expect(await client.place()).toMatchObject({
    result_code: 'SUCCESS',
    trade_type: 'NATIVE',
    code_url: expect.stringMatching(/^weixin:\/\/wxpay\//),
  })
  expect(await client.query()).toMatchObject({ trade_state: 'NOTPAY', out_trade_no: NUMBER, total_fee: '8800' })
  expect(await client.close()).toMatchObject({ result_code: 'SUCCESS' })
  expect(await client.query()).toMatchObject({ trade_state: 'CLOSED' })
})

test('it reads why something was not done', async () => {
  const client = openClient((await startEmulator()).url)
  expect(await refusalOf(client.query())).toMatchObject({
    code: 'EV2_RES_STATUS_CODE_NOT_SUCESS',
    fields: {
      return_code: 'SUCCESS',
      result_code: 'FAIL',
      err_code: 'ORDERNOTEXIST',
      err_code_des: expect.any(String),
    },
  })
  await client.place()
  await client.close()
  expect((await refusalOf(client.place())).fields).toMatchObject({ err_code: 'ORDERCLOSED' })
  expect((await refusalOf(client.close())).fields).toMatchObject({ err_code: 'ORDERCLOSED' })
})

test('with a wrong key it reads the two fields without a signature', async () => {
  const client = openClient((await startEmulator()).url, '0'.repeat(32))
  const { code, fields } = await refusalOf(client.place())
  expect(code).toBe('EV2_RES_STATUS_CODE_NOT_SUCESS')
  expect(fields).toEqual({ return_code: 'FAIL', return_msg: expect.stringContaining('签名错误') })
})

test.each(SIGN_TYPES)(
  'it takes a delivery signed with %s for genuine, and its acknowledgement ends the retries',
  async (signType) => {
    const emulator = await startEmulator()
    const client = openClient(emulator.url)
    const bodies: string[] = []
    const merchant = await listen(async (request) => {
      bodies.push(await request.text())
      return new Response(Transformer.toXml({ return_code: 'SUCCESS', return_msg: 'OK' }))
    })
    await client.place({ notify_url: `${merchant}/notify`, attach: 'shelf 7', sign_type: signType })
    await emulator.pay(NUMBER)
    await emulator.advance(3600)

    expect(bodies).toHaveLength(1)
    const { sign = '', ...notification } = { ...Transformer.toObject(bodies[0] ?? '') } as Fields
    expect(Hash.equals(Hash.sign(signType, notification, apiKey), sign)).toBe(true)
    expect(Hash.equals(Hash.sign(signType, { ...notification, total_fee: '1' }, apiKey), sign)).toBe(false)
    const paid = {
      out_trade_no: NUMBER,
      transaction_id: notification.transaction_id,
      total_fee: '8800',
      attach: 'shelf 7',
    }
    expect(notification).toMatchObject(paid)
    expect(await client.query({ sign_type: signType })).toMatchObject({ ...paid, trade_state: 'SUCCESS' })
  },
)

test.each(SIGN_TYPES)('the phone accepts the set that it signs for an app with %s', async (signType) => {
  const emulator = await startEmulator()
  const client = openClient(emulator.url)
  const { prepay_id: prepayId } = await client.place({ trade_type: 'APP', sign_type: signType })
  const set = {
    appid,
    partnerid: mchId,
    prepayid: prepayId,
    package: 'Sign=WXPay',
    noncestr: Formatter.nonce(),
    timestamp: String(Formatter.timestamp()),
  }
  const show = async (sign: string) => {
    const received = Buffer.from(JSON.stringify({ ...set, sign })).toString('base64url')
    return (await fetch(`${emulator.url}/phone?app=${received}`)).status
  }
  expect(await show(Hash.sign(signType, set, apiKey))).toBe(200)
  expect(await show(Hash.sign(signType, set, '0'.repeat(32)))).toBe(400)
})

test.each(SIGN_TYPES)(
  'it refunds a part, signed with %s, opens the notice with its own code, and queries the end',
  async (signType) => {
    const emulator = await startEmulator()
    const client = openClient(emulator.url)
    const bodies: string[] = []
    const merchant = await listen(async (request) => {
      bodies.push(await request.text())
      return new Response(Transformer.toXml({ return_code: 'SUCCESS', return_msg: 'OK' }))
    })
    await client.place({ sign_type: signType })
    await emulator.pay(NUMBER)
    const refund = { sign_type: signType, notify_url: `${merchant}/refunded` }
    const accepted = await client.refund(refund)
    expect(accepted).toMatchObject({
      result_code: 'SUCCESS',
      out_trade_no: NUMBER,
      out_refund_no: REFUND,
      refund_fee: '3000',
      total_fee: '8800',
    })
    expect((await client.refund(refund)).refund_id).toBe(accepted.refund_id)
    const query = () => client.queryRefund({ out_refund_no: REFUND, sign_type: signType })
    expect(await query()).toMatchObject({ refund_count: '1', refund_status_0: 'PROCESSING' })

    await emulator.endRefund(REFUND, 'success')
    await emulator.advance(3600)
    const notices = bodies.map((body) => ({ ...Transformer.toObject(body) }) as Fields)
    expect(notices).toEqual([expect.objectContaining({ return_code: 'SUCCESS', appid, mch_id: mchId })])
    const opened = Aes.AesEcb.decrypt(notices[0]?.req_info ?? '', Hash.md5(apiKey))
    expect({ ...Transformer.toObject(opened) }).toMatchObject({
      out_refund_no: REFUND,
      refund_id: accepted.refund_id,
      refund_fee: '3000',
      total_fee: '8800',
      refund_status: 'SUCCESS',
    })
    expect(Aes.AesEcb.decrypt(notices[0]?.req_info ?? '', Hash.md5('0'.repeat(32)))).not.toContain('refund')
    expect(await query()).toMatchObject({ refund_status_0: 'SUCCESS', refund_id_0: accepted.refund_id })
  },
)

test('it reads why a refund was not accepted', async () => {
  const emulator = await startEmulator()
  const client = openClient(emulator.url)
  await client.place()
  await emulator.pay(NUMBER)
  expect((await refusalOf(client.queryRefund({ out_refund_no: REFUND }))).fields).toMatchObject({
    err_code: 'REFUNDNOTEXIST',
  })
  await client.refund()
  expect((await refusalOf(client.refund({ refund_fee: '3001' }))).fields).toMatchObject({
    err_code: 'REFUND_FEE_MISMATCH',
  })
})
