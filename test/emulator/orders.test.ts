import { expect, test } from 'vitest'
import { isSignedWith } from '@/lib/wechat/v2/sign'
import { apiKey, appid, mchId, openWeChat } from './wechat'

const NUMBER = 'T20260105-0001'

test('an unpaid order is answered as recorded: no payer, no time', async () => {
  const wechat = openWeChat()
  await wechat.place()
  const { nonce_str, sign, ...answer } = await wechat.query({ out_trade_no: NUMBER })
  expect(answer).toEqual({
    return_code: 'SUCCESS',
    return_msg: 'OK',
    result_code: 'SUCCESS',
    appid,
    mch_id: mchId,
    device_info: '',
    trade_state: 'NOTPAY',
    total_fee: '8800',
    out_trade_no: NUMBER,
    trade_state_desc: '订单未支付',
  })
  expect(nonce_str).toHaveLength(16)
  expect(sign).toHaveLength(32)
})

test('a paid order tells who paid what and when, by either number', async () => {
  const wechat = openWeChat()
  await wechat.place({ attach: 'shelf 7', device_info: 'WEB' })
  wechat.wait(61_000)
  await wechat.pay(NUMBER)
  const answer = await wechat.query({ out_trade_no: NUMBER, sign_type: 'HMAC-SHA256' })
  expect(answer).toMatchObject({
    result_code: 'SUCCESS',
    trade_state: 'SUCCESS',
    trade_state_desc: '支付成功',
    trade_type: 'NATIVE',
    total_fee: '8800',
    cash_fee: '8800',
    fee_type: 'CNY',
    bank_type: 'OTHERS',
    is_subscribe: 'N',
    attach: 'shelf 7',
    device_info: 'WEB',
    out_trade_no: NUMBER,
    time_end: '20260105120101',
  })
  expect(answer.openid).toMatch(/^o[\w-]{27}$/)
  expect(answer.transaction_id).toMatch(/^4200000\d{3}20260105\d{10}$/)
  expect(isSignedWith(answer, apiKey, 'HMAC-SHA256')).toBe(true)

  const byTransaction = { transaction_id: answer.transaction_id ?? '', out_trade_no: 'is not looked at' }
  expect((await wechat.query(byTransaction)).out_trade_no).toBe(NUMBER)
})

test('a JSAPI order is paid by the openid that was named', async () => {
  const wechat = openWeChat()
  await wechat.place({ trade_type: 'JSAPI', openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' })
  await wechat.pay(NUMBER)
  expect((await wechat.query({ out_trade_no: NUMBER })).openid).toBe('oUpF8uMuAJO_M2pxb1Q9zNjWeS6o')
})

test('an unknown number, or none, is said so', async () => {
  const wechat = openWeChat()
  const unknown = { err_code: 'ORDERNOTEXIST', err_code_des: 'order not exist' }
  expect(await wechat.query({ out_trade_no: 'NOBODY-KNOWS' })).toMatchObject(unknown)
  expect(await wechat.query({ transaction_id: '4200000560202005168434734774' })).toMatchObject(unknown)
  expect(await wechat.closeOrder('NOBODY-KNOWS')).toMatchObject(unknown)
  const lacking = { return_code: 'FAIL', return_msg: '缺少参数' }
  expect(await wechat.query({})).toEqual(lacking)
  expect(await wechat.closeOrder('')).toEqual(lacking)
})

test('a merchant does not find the orders of another', async () => {
  const other = { appid, mchId: '1900000110', apiKey: 'b'.repeat(32) }
  const wechat = openWeChat({ accounts: [{ appid, mchId, apiKey }, other] })
  await wechat.place()
  const asked = { appid, mch_id: other.mchId, nonce_str: 'n', out_trade_no: NUMBER }
  expect((await wechat.call('orderquery', asked, other.apiKey)).err_code).toBe('ORDERNOTEXIST')
  expect((await wechat.call('closeorder', asked, other.apiKey)).err_code).toBe('ORDERNOTEXIST')
})

test('an order is closed once, and then never paid', async () => {
  const wechat = openWeChat()
  await wechat.place()
  const closed = await wechat.closeOrder(NUMBER)
  expect(closed).toMatchObject({ result_code: 'SUCCESS', result_msg: 'OK' })
  expect(isSignedWith(closed, apiKey, 'MD5')).toBe(true)
  expect((await wechat.closeOrder(NUMBER)).err_code).toBe('ORDERCLOSED')
  expect(await wechat.query({ out_trade_no: NUMBER })).toMatchObject({
    trade_state: 'CLOSED',
    trade_state_desc: '订单已关闭',
  })
  expect(await wechat.pay(NUMBER)).toMatchObject({ status: 409, body: { error: 'order_closed' } })
  expect((await wechat.readState()).deliveries).toEqual([])
})

test('a paid order cannot be closed', async () => {
  const wechat = openWeChat()
  await wechat.place()
  await wechat.pay(NUMBER)
  expect(await wechat.closeOrder(NUMBER)).toMatchObject({ err_code: 'ORDERPAID', err_code_des: 'order paid' })
  expect((await wechat.query({ out_trade_no: NUMBER })).trade_state).toBe('SUCCESS')
})
