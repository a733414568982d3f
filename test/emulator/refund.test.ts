import { expect, test } from 'vitest'
import { type Fields, isSignedWith, sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { apiKey, appid, mchId, openWeChat, order, refundOf, STARTED_AT } from './wechat'

const NUMBER = 'T20260105-0001'
const REFUND = 'R20260105-0001'
const MISMATCH = '订单金额或退款金额与之前请求不一致，请核实后再试'

async function openPaid(options: Parameters<typeof openWeChat>[0] = {}) {
  const wechat = openWeChat(options)
  await wechat.place()
  await wechat.pay(NUMBER)
  return wechat
}

const minute = (wechat: ReturnType<typeof openWeChat>) => wechat.control('clock', { advanceSeconds: 60 })
const transactionOf = async (wechat: ReturnType<typeof openWeChat>) =>
  (await wechat.readState()).orders[0]?.transaction_id ?? ''

test('a refund is accepted with every field of the table, signed, its integers bare', async () => {
  const wechat = await openPaid()
  const response = await wechat.send('/secapi/pay/refund', writeXml(signed({ refund_fee: '100' })))
  const text = await response.text()
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain')
  expect(text).toContain('<refund_channel><![CDATA[]]></refund_channel>')
  for (const bare of ['refund_fee>100', 'total_fee>8800', 'cash_fee>8800', 'coupon_refund_count>0']) {
    expect(text).toContain(`<${bare}<`)
  }
  const answer = await wechat.refund({ refund_fee: '100' })
  expect(answer).toMatchObject({
    return_code: 'SUCCESS',
    result_code: 'SUCCESS',
    appid,
    mch_id: mchId,
    transaction_id: await transactionOf(wechat),
    out_trade_no: NUMBER,
    out_refund_no: REFUND,
    refund_fee: '100',
    settlement_refund_fee: '100',
    total_fee: '8800',
    settlement_total_fee: '8800',
    fee_type: 'CNY',
    cash_fee: '8800',
    cash_refund_fee: '100',
    coupon_refund_fee: '0',
    coupon_refund_count: '0',
  })
  expect(answer.refund_id).toMatch(/^50\d{26}$/)
  expect(isSignedWith(answer, apiKey, 'MD5')).toBe(true)
})

test('plain HTTP is answered without a client certificate, and the header warns that the real service demands one', async () => {
  const wechat = await openPaid()
  const response = await wechat.send('/secapi/pay/refund', writeXml(signed({})))
  const explained = JSON.parse(response.headers.get('x-emulator-explain') ?? '{}')
  expect(explained.warnings).toEqual([{ field: 'apiclient_cert', rule: expect.stringContaining('client certificate') }])
})

test('the same number with the same amounts refunds once and is answered the same, also after the end', async () => {
  const wechat = await openPaid()
  const first = await wechat.refund({ refund_fee: '5000' })
  const again = await wechat.refund({ refund_fee: '5000' })
  await minute(wechat)
  const afterEnd = await wechat.refund({ refund_fee: '5000' })
  for (const answer of [again, afterEnd]) {
    expect(answer).toEqual({ ...first, nonce_str: answer.nonce_str, sign: answer.sign })
  }
  const state = await wechat.readState()
  expect(state.refunds).toHaveLength(1)
  expect(state.balances).toEqual([{ mch_id: mchId, balance: 3800 }])
})

test('a number that ended closed stays closed, however often it is sent; another number refunds', async () => {
  const wechat = await openPaid()
  await wechat.refund()
  await wechat.control('refund', { out_refund_no: REFUND, outcome: 'closed' })
  await minute(wechat)
  expect((await wechat.refund()).result_code).toBe('SUCCESS')
  expect((await wechat.queryRefund({ out_refund_no: REFUND })).refund_status_0).toBe('REFUNDCLOSE')
  expect((await wechat.refund({ out_refund_no: 'R-SECOND' })).result_code).toBe('SUCCESS')
})

test('transaction_id wins over out_trade_no', async () => {
  const wechat = await openPaid()
  const transaction = await transactionOf(wechat)
  const answer = await wechat.refund({ transaction_id: transaction, out_trade_no: 'SOMETHING-ELSE' })
  expect(answer).toMatchObject({ result_code: 'SUCCESS', out_trade_no: NUMBER, transaction_id: transaction })
})

/** Each is tried on a paid order of 88 yuan of which 60 yuan are refunded by `R20260105-0001`, a minute later. */
const REFUSED: [string, Fields, code: string, text: string][] = [
  ['an unknown order', { out_trade_no: 'NOBODY-1' }, 'ORDERNOTEXIST', '订单不存在'],
  ['an unpaid order', { out_trade_no: 'UNPAID-1' }, 'ORDERNOTEXIST', '订单不存在'],
  ['a closed order', { out_trade_no: 'CLOSED-1' }, 'ORDERNOTEXIST', '订单不存在'],
  ['an unknown transaction', { transaction_id: `42${'0'.repeat(26)}` }, 'ORDERNOTEXIST', '订单不存在'],
  ['a bad transaction id', { transaction_id: '4200000' }, 'INVALID_TRANSACTIONID', '无效transaction_id'],
  ['another total', { total_fee: '8801' }, 'REFUND_FEE_MISMATCH', MISMATCH],
  [
    'another amount under a known number',
    { out_refund_no: REFUND, refund_fee: '5999' },
    'REFUND_FEE_MISMATCH',
    MISMATCH,
  ],
  [
    'a number of another order',
    { out_trade_no: 'OTHER-1', out_refund_no: REFUND, refund_fee: '6000' },
    'REFUND_FEE_MISMATCH',
    MISMATCH,
  ],
  ['more than is left', { refund_fee: '2801' }, 'INVALID_REQUEST', 'refund_fee大于可退金额'],
]

test.each(REFUSED)('%s is refused by its own code, signed, and nothing changes', async (_, fields, code, text) => {
  const wechat = await openPaid()
  await wechat.place({ out_trade_no: 'UNPAID-1' })
  await wechat.place({ out_trade_no: 'CLOSED-1' })
  await wechat.closeOrder('CLOSED-1')
  await wechat.place({ out_trade_no: 'OTHER-1' })
  await wechat.pay('OTHER-1')
  await wechat.refund({ refund_fee: '6000' })
  await minute(wechat)
  const before = await wechat.readState()
  const answer = await wechat.refund({ out_refund_no: 'R-SECOND', refund_fee: '2000', ...fields })
  expect(answer).toMatchObject({ return_code: 'SUCCESS', result_code: 'FAIL', err_code: code, err_code_des: text })
  expect(isSignedWith(answer, apiKey, 'MD5')).toBe(true)
  expect(await wechat.readState()).toEqual(before)
})

test('an order that is fully refunded says so', async () => {
  const wechat = await openPaid()
  await wechat.refund()
  await minute(wechat)
  expect(await wechat.refund({ out_refund_no: 'R-SECOND', refund_fee: '1' })).toMatchObject({
    err_code: 'ERROR',
    err_code_des: '订单已全额退款',
  })
})

/** Not understood, so answered with two fields and no signature. */
const REJECTED: [string, Fields, text: string][] = [
  ['more than the total', { refund_fee: '8801' }, 'invalid refund_fee'],
  ['nothing', { refund_fee: '0' }, 'invalid refund_fee'],
  ['less than nothing', { refund_fee: '-1' }, 'invalid refund_fee'],
  ['half a fen', { refund_fee: '0.5' }, 'invalid refund_fee'],
  ['a total that is no number', { total_fee: '88元' }, 'invalid total_fee'],
  ['no amount', { refund_fee: '' }, '缺少参数'],
  ['no total', { total_fee: '' }, '缺少参数'],
  ['no refund number', { out_refund_no: '' }, '缺少参数'],
  ['no order', { out_trade_no: '' }, '缺少参数'],
  ['a refund number with a space', { out_refund_no: 'R 1' }, 'invalid out_refund_no'],
  ['a refund number of 65 characters', { out_refund_no: 'R'.repeat(65) }, 'out_refund_no参数长度有误'],
  ['a reason of 81 characters', { refund_desc: '好'.repeat(81) }, 'refund_desc参数长度有误'],
  ['other funds', { refund_account: 'MY_FUNDS' }, 'invalid refund_account'],
  ['another currency', { refund_fee_type: 'USD' }, 'invalid refund_fee_type'],
  ['a notify_url with a query', { notify_url: 'http://127.0.0.1:3000/n?a=1' }, 'invalid notify_url'],
  ['a relative notify_url', { notify_url: '/n' }, 'invalid notify_url'],
  ['a notify_url of 257 characters', { notify_url: `http://127.0.0.1/${'n'.repeat(240)}` }, 'notify_url参数长度有误'],
  ['a wrong signature', { sign: 'A'.repeat(32) }, '签名错误'],
]

test.each(REJECTED)('%s is not understood: %o', async (_, fields, text) => {
  const wechat = await openPaid()
  const before = await wechat.readState()
  expect(await wechat.refund(fields)).toEqual({ return_code: 'FAIL', return_msg: text })
  expect(await wechat.readState()).toEqual(before)
})

test('a balance that is too small refuses the refund, and the same number is accepted after a top-up', async () => {
  const wechat = await openPaid()
  expect((await wechat.control('balance', { balance: 8799 }, 'PUT')).body).toEqual({
    balances: [{ mch_id: mchId, balance: 8799 }],
  })
  expect(await wechat.refund()).toMatchObject({
    err_code: 'NOTENOUGH',
    err_code_des: '基本账户余额不足，请充值后重新发起',
  })
  expect((await wechat.queryRefund({ out_refund_no: REFUND })).err_code).toBe('REFUNDNOTEXIST')
  await wechat.control('balance', { mch_id: mchId, balance: 8800 }, 'PUT')
  expect((await wechat.refund()).result_code).toBe('SUCCESS')
  expect((await wechat.readState()).balances).toEqual([{ mch_id: mchId, balance: 0 }])
})

test('each merchant has its own numbers, balance and refunds', async () => {
  const other = { appid: 'wx0000000000000002', mchId: '1900000002', apiKey: 'b'.repeat(32) }
  const wechat = await openPaid({ accounts: [{ appid, mchId, apiKey }, other] })
  const who = { appid: other.appid, mch_id: other.mchId }
  await wechat.call('unifiedorder', order({ ...who, out_trade_no: 'OTHER-1', total_fee: '500' }), other.apiKey)
  await wechat.pay('OTHER-1')
  const theirs = { ...who, out_trade_no: 'OTHER-1', total_fee: '500', refund_fee: '200' }
  expect((await wechat.refund()).result_code).toBe('SUCCESS')
  const refund = (fields: Fields) => wechat.call('/secapi/pay/refund', refundOf(fields), other.apiKey)
  expect((await refund(theirs)).result_code).toBe('SUCCESS')
  expect((await refund({ ...theirs, out_trade_no: NUMBER, out_refund_no: 'R-STOLEN' })).err_code).toBe('ORDERNOTEXIST')
  const query = { ...who, nonce_str: 'n', refund_id: (await wechat.readState()).refunds[0]?.refund_id ?? '' }
  expect((await wechat.call('refundquery', query, other.apiKey)).err_code).toBe('REFUNDNOTEXIST')
  expect((await wechat.readState()).balances).toEqual([
    { mch_id: mchId, balance: 0 },
    { mch_id: other.mchId, balance: 300 },
  ])
  expect((await wechat.control('balance', { mch_id: other.mchId, balance: 7 }, 'PUT')).status).toBe(200)
  expect((await wechat.readState()).balances[1]?.balance).toBe(7)
  expect((await wechat.control('balance', { mch_id: 'nobody', balance: 7 }, 'PUT')).status).toBe(404)
  for (const balance of [-1, 0.5, '1']) expect((await wechat.control('balance', { balance }, 'PUT')).status).toBe(400)
})

test('the balance is what was paid, less what was refunded and not closed', async () => {
  const wechat = await openPaid()
  const balance = async () => (await wechat.readState()).balances[0]?.balance
  expect(await balance()).toBe(8800)
  await wechat.refund({ refund_fee: '3000' })
  expect(await balance()).toBe(5800)
  await wechat.control('refund', { out_refund_no: REFUND, outcome: 'closed' })
  expect(await balance()).toBe(8800)
  await minute(wechat)
  await wechat.refund({ out_refund_no: 'R-SECOND' })
  await wechat.control('refund', { out_refund_no: 'R-SECOND', outcome: 'abnormal' })
  expect(await balance()).toBe(0)
})

test('an order with a refund is in state REFUND for ever, with all that a paid one has, and is neither paid nor closed again', async () => {
  const wechat = await openPaid()
  const paid = await wechat.query({ out_trade_no: NUMBER })
  await wechat.refund({ refund_fee: '1' })
  await wechat.control('refund', { out_refund_no: REFUND, outcome: 'closed' })
  const refunded = await wechat.query({ out_trade_no: NUMBER })
  expect({ ...refunded, nonce_str: '', sign: '' }).toEqual({
    ...paid,
    nonce_str: '',
    sign: '',
    trade_state: 'REFUND',
    trade_state_desc: '订单发生过退款，退款详情请查询退款单',
  })
  expect((await wechat.readState()).orders[0]?.trade_state).toBe('REFUND')
  expect((await wechat.closeOrder(NUMBER)).err_code).toBe('ORDERPAID')
  expect((await wechat.place()).err_code).toBe('ORDERPAID')
  expect((await wechat.pay(NUMBER)).body.error).toBe('order_paid')
})

test('refunds, balances and what is due outlive a restart', async () => {
  const wechat = await openPaid()
  await wechat.refund()
  const before = await wechat.readState()
  wechat.restart()
  expect(await wechat.readState()).toEqual(before)
  await wechat.control('clock', { advanceSeconds: 5 })
  expect((await wechat.readState()).refunds[0]).toMatchObject({ status: 'SUCCESS', ended_at: STARTED_AT + 5_000 })
})

function signed(fields: Fields): Fields {
  const all = refundOf(fields)
  return { ...all, sign: sign(all, apiKey, 'MD5') }
}
