import { expect, test } from 'vitest'
import { isVerified, openV3, orderV3 } from './v3'
import { appid, mchId, order, STARTED_AT } from './wechat'

const NUMBER = 'T20260105-0001'
const minute = 60_000

/** A moment as v3 writes it, counted from the start of the test. */
const at = (ms: number) => `${new Date(STARTED_AT + ms + 8 * 60 * minute).toISOString().slice(0, 19)}+08:00`

test('each kind of order answers with its own link', async () => {
  const wechat = openV3()
  const scene_info = { payer_client_ip: '203.0.113.7', h5_info: { type: 'Wap' } }
  const app = await wechat.placeV3({ out_trade_no: 'APP-0001' }, 'app')
  const h5 = await wechat.placeV3({ out_trade_no: 'H5-00001', scene_info }, 'h5')
  const jsapi = await wechat.placeV3({ out_trade_no: 'JS-00001', payer: { openid: 'oUpF8uMuAJO' } }, 'jsapi')
  expect(Object.keys(app.body)).toEqual(['prepay_id'])
  expect(Object.keys(jsapi.body)).toEqual(['prepay_id'])
  expect(h5.body.h5_url).toMatch(/^http:\/\/127\.0\.0\.1:4000\/cgi-bin\/mmpayweb-bin\/checkmweb\?prepay_id=wx/)
  const { orders } = await wechat.readState()
  expect(orders.map((it) => it.trade_type)).toEqual(['APP', 'MWEB', 'JSAPI'])
  const opened = await wechat.get(String(h5.body.h5_url).slice('http://127.0.0.1:4000'.length))
  expect(opened.status).toBe(200)
})

test('a body that breaks a rule is refused with the field that is wrong', async () => {
  const wechat = openV3()
  const issue = '值低于最小值 1'
  const zero = await wechat.placeV3({ amount: { total: 0 } })
  expect([zero.status, zero.body]).toEqual([
    400,
    {
      code: 'PARAM_ERROR',
      message: `输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败，${issue}`,
      detail: { location: 'body', value: 0, field: '/amount/total', issue },
    },
  ])
  const fieldOf = async (changes: Record<string, unknown>, kind = 'native') => {
    const { status, body, headers } = await wechat.placeV3(changes, kind)
    expect([status, body.code, headers.get('wechatpay-signature')]).toEqual([400, 'PARAM_ERROR', null])
    return (body.detail as { field: string }).field
  }
  expect(await fieldOf({ description: undefined })).toBe('/description')
  expect(await fieldOf({ description: 'x'.repeat(128) })).toBe('/description')
  expect(await fieldOf({ out_trade_no: 'T1' })).toBe('/out_trade_no')
  expect(await fieldOf({ out_trade_no: 'T20260105@1' })).toBe('/out_trade_no')
  expect(await fieldOf({ amount: { total: '8800' } })).toBe('/amount/total')
  expect(await fieldOf({ amount: { total: 2 ** 53 } })).toBe('/amount/total')
  expect(await fieldOf({ amount: { total: 88, currency: 'USD' } })).toBe('/amount/currency')
  expect(await fieldOf({ amount: 8800 })).toBe('/amount')
  expect(await fieldOf({ notify_url: 'http://shop.example/notify?v=3' })).toBe('/notify_url')
  expect(await fieldOf({ time_expire: '20260105200000' })).toBe('/time_expire')
  expect(await fieldOf({ time_expire: '2026-02-30T00:00:00+08:00' })).toBe('/time_expire')
  expect(await fieldOf({ limit_pay: ['cash'] })).toBe('/limit_pay')
  expect(await fieldOf({ detail: { invoice_id: 'x'.repeat(6200) } })).toBe('/detail')
  expect(await fieldOf({}, 'jsapi')).toBe('/payer')
  expect(await fieldOf({ payer: {} }, 'jsapi')).toBe('/payer/openid')
  expect(await fieldOf({}, 'h5')).toBe('/scene_info')
  expect(await fieldOf({ scene_info: { payer_client_ip: '203.0.113.7' } }, 'h5')).toBe('/scene_info/h5_info')
  expect(await fieldOf({ mchid: '1900009999' })).toBe('/mchid')
  const other = await wechat.placeV3({ appid: 'wx0000000000000000' })
  expect([other.status, other.body.code]).toEqual([400, 'APPID_MCHID_NOT_MATCH'])
  expect((await wechat.readState()).orders).toEqual([])
})

test('a body that is no JSON object, or nests without end, is refused and breaks nothing', async () => {
  const wechat = openV3()
  for (const body of ['', '[]', '{', '<xml/>', '1', `{"a":${'['.repeat(60_000)}`, '{"a":"\\']) {
    const answer = await wechat.callV3('POST', '/v3/pay/transactions/native', body)
    expect([answer.status, answer.body.code]).toEqual([400, 'PARAM_ERROR'])
  }
  expect((await wechat.placeV3({ description: '[[[[[[[[[[[[[[[[[[[[[[[["\\"' })).status).toBe(200)
})

test('an address of plain http is taken, with a warning that the real service takes https only', async () => {
  const wechat = openV3()
  const warned = (await wechat.placeV3()).headers.get('x-emulator-explain')
  expect(JSON.parse(warned ?? '')).toMatchObject({ warnings: [{ field: '/notify_url' }] })
  const https = await wechat.placeV3({ out_trade_no: 'HTTPS-01', notify_url: 'https://shop.example/notify' })
  expect(https.headers.get('x-emulator-explain')).toBe(null)
})

test('a number is asked for again with the same parameters, in whatever order, and with no others', async () => {
  const wechat = openV3()
  const first = await wechat.placeV3({ attach: 'a' })
  const turned = Object.fromEntries(Object.entries(orderV3({ attach: 'a' })).reverse())
  const again = await wechat.callV3('POST', '/v3/pay/transactions/native', turned)
  expect(again.status).toBe(200)
  expect(again.body.code_url).not.toBe(first.body.code_url)
  for (const answer of [
    await wechat.placeV3({ attach: 'b' }),
    await wechat.placeV3({ attach: 'a', amount: { total: 8801, currency: 'CNY' } }),
    await wechat.placeV3({ attach: 'a' }, 'app'),
  ]) {
    expect([answer.status, answer.body]).toEqual([403, { code: 'OUT_TRADE_NO_USED', message: '201 商户订单号重复' }])
  }
  await wechat.pay(NUMBER)
  const paid = await wechat.placeV3({ attach: 'a' })
  expect([paid.status, paid.body.code]).toEqual([400, 'ORDER_PAID'])
})

test('an order is queried by either number, unpaid by its own alone', async () => {
  const wechat = openV3()
  await wechat.placeV3({ attach: '券' })
  const unpaid = await wechat.queryV3(NUMBER)
  expect(isVerified(unpaid.headers, unpaid.text)).toBe(true)
  expect(unpaid.body).toEqual({
    ...{ appid, mchid: mchId, out_trade_no: NUMBER, attach: '券' },
    ...{ trade_state: 'NOTPAY', trade_state_desc: '订单未支付' },
  })
  await wechat.pay(NUMBER)
  const [{ transaction_id: transactionId } = { transaction_id: '' }] = (await wechat.readState()).orders
  const paid = await wechat.queryV3(NUMBER)
  expect(paid.body).toMatchObject({
    ...{ trade_state: 'SUCCESS', trade_type: 'NATIVE', transaction_id: transactionId, bank_type: 'OTHERS' },
    ...{ success_time: at(0), payer: { openid: expect.stringMatching(/^o/) } },
    amount: { total: 8800, payer_total: 8800, currency: 'CNY', payer_currency: 'CNY' },
  })
  const byId = await wechat.callV3('GET', `/v3/pay/transactions/id/${transactionId}?mchid=${mchId}`)
  expect(byId.body).toEqual(paid.body)

  for (const path of [`out-trade-no/NOBODYS-1?mchid=${mchId}`, `id/4200000000000000000000000000?mchid=${mchId}`]) {
    const missing = await wechat.callV3('GET', `/v3/pay/transactions/${path}`)
    expect([missing.status, missing.body.code]).toEqual([404, 'ORDER_NOT_EXIST'])
  }
  const nobody = await wechat.callV3('GET', `/v3/pay/transactions/out-trade-no/${NUMBER}`)
  expect(nobody.body).toMatchObject({ code: 'PARAM_ERROR', detail: { location: 'query', field: 'mchid' } })
})

test('closing answers with nothing, signed; twice is fine, paid is not, and the number is used up', async () => {
  const wechat = openV3()
  await wechat.placeV3()
  const closed = await wechat.closeV3(NUMBER)
  expect([closed.status, closed.text, isVerified(closed.headers, '')]).toEqual([204, '', true])
  expect((await wechat.closeV3(NUMBER)).status).toBe(204)
  const again = await wechat.placeV3()
  expect([again.status, again.body.code]).toEqual([400, 'ORDER_CLOSED'])

  await wechat.placeV3({ out_trade_no: 'PAID-0001' })
  await wechat.pay('PAID-0001')
  const paid = await wechat.closeV3('PAID-0001')
  expect([paid.status, paid.body.code]).toEqual([400, 'ORDER_PAID'])
  expect((await wechat.closeV3('NOBODYS-1')).body.code).toBe('ORDER_NOT_EXIST')
})

test('too little time to pay becomes a minute, and too much is refused', async () => {
  const wechat = openV3()
  await wechat.placeV3({ time_expire: at(1_000) })
  await wechat.control('clock', { advanceSeconds: 59 })
  expect((await wechat.pay(NUMBER)).status).toBe(200)
  expect((await wechat.placeV3({ out_trade_no: 'LONG-0001', time_expire: at(8 * 24 * 60 * minute) })).status).toBe(400)
  const app = await wechat.placeV3({ out_trade_no: 'LONG-0002', time_expire: at(8 * 24 * 60 * minute) }, 'app')
  expect(app.status).toBe(200)
})

test('an order that v2 placed is queried and closed by v3, and the other way round', async () => {
  const wechat = openV3()
  await wechat.place(order({ attach: 'a' }))
  expect((await wechat.queryV3(NUMBER)).body).toMatchObject({ attach: 'a', trade_state: 'NOTPAY' })
  expect((await wechat.closeV3(NUMBER)).status).toBe(204)
  expect((await wechat.query({ out_trade_no: NUMBER })).trade_state).toBe('CLOSED')

  await wechat.placeV3({ out_trade_no: 'T20260105-0002' })
  expect(await wechat.query({ out_trade_no: 'T20260105-0002' })).toMatchObject({
    result_code: 'SUCCESS',
    trade_state: 'NOTPAY',
    total_fee: '8800',
  })
  await wechat.pay('T20260105-0002')
  expect((await wechat.closeOrder('T20260105-0002')).err_code).toBe('ORDERPAID')
  expect((await wechat.place(order({ out_trade_no: 'T20260105-0002' }))).err_code).toBe('ORDERPAID')
})
