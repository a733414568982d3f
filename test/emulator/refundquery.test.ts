import { expect, test } from 'vitest'
import { isSignedWith } from '@/lib/wechat/v2/sign'
import { apiKey, openWeChat } from './wechat'

const NUMBER = 'T20260105-0001'
const REFUND = 'R20260105-0001'

async function openRefunded() {
  const wechat = openWeChat()
  await wechat.place()
  await wechat.pay(NUMBER)
  const answer = await wechat.refund({ refund_fee: '3000' })
  return { wechat, refundId: answer.refund_id ?? '', transactionId: answer.transaction_id ?? '' }
}

test('a refund is found by each of the four numbers, with every field of the table, signed', async () => {
  const { wechat, refundId, transactionId } = await openRefunded()
  const expected = {
    transaction_id: transactionId,
    out_trade_no: NUMBER,
    total_fee: '8800',
    settlement_total_fee: '8800',
    fee_type: 'CNY',
    cash_fee: '8800',
    refund_fee: '3000',
    refund_count: '1',
    out_refund_no_0: REFUND,
    refund_id_0: refundId,
    refund_channel_0: 'ORIGINAL',
    refund_fee_0: '3000',
    refund_status_0: 'PROCESSING',
    refund_account_0: 'REFUND_SOURCE_UNSETTLED_FUNDS',
    refund_recv_accout_0: '支付用户零钱',
  }
  const numbers = [
    { refund_id: refundId },
    { out_refund_no: REFUND },
    { transaction_id: transactionId },
    { out_trade_no: NUMBER },
  ]
  for (const by of numbers) {
    const answer = await wechat.queryRefund(by)
    expect(answer).toMatchObject(expected)
    expect(Object.keys(answer)).not.toContain('total_refund_count')
    expect(Object.keys(answer)).not.toContain('refund_success_time_0')
    expect(isSignedWith(answer, apiKey, 'MD5')).toBe(true)
  }
})

test('of several numbers the first of refund_id, out_refund_no, transaction_id and out_trade_no counts', async () => {
  const { wechat, refundId, transactionId } = await openRefunded()
  const wrong = { out_refund_no: 'R-NOBODY', transaction_id: 'T-NOBODY', out_trade_no: 'NOBODY-1' }
  expect((await wechat.queryRefund({ ...wrong, refund_id: refundId })).out_refund_no_0).toBe(REFUND)
  expect((await wechat.queryRefund({ ...wrong, out_refund_no: REFUND })).out_refund_no_0).toBe(REFUND)
  const { out_trade_no } = wrong
  expect((await wechat.queryRefund({ out_trade_no, transaction_id: transactionId })).out_refund_no_0).toBe(REFUND)
})

test('what is unknown, asked for wrongly, or not there is refused by its own code', async () => {
  const { wechat } = await openRefunded()
  await wechat.place({ out_trade_no: 'WITHOUT-1' })
  await wechat.pay('WITHOUT-1')
  for (const by of [
    { refund_id: `50${'0'.repeat(26)}` },
    { out_refund_no: 'R-NOBODY' },
    { transaction_id: `42${'0'.repeat(26)}` },
    { out_trade_no: 'NOBODY-1' },
    { out_trade_no: 'WITHOUT-1' },
  ]) {
    expect(await wechat.queryRefund(by)).toMatchObject({ result_code: 'FAIL', err_code: 'REFUNDNOTEXIST' })
  }
  expect((await wechat.queryRefund({ transaction_id: '42' })).err_code).toBe('INVALID_TRANSACTIONID')
  expect((await wechat.queryRefund({ out_trade_no: NUMBER, offset: '1' })).err_code).toBe('PARAM_ERROR')
  expect(await wechat.queryRefund({})).toEqual({ return_code: 'FAIL', return_msg: '缺少参数' })
  const bad = { out_trade_no: NUMBER, offset: '-1' }
  expect(await wechat.queryRefund(bad)).toEqual({ return_code: 'FAIL', return_msg: 'invalid offset' })
})

test('it stands at PROCESSING, and at SUCCESS with the time of Beijing after five seconds', async () => {
  const { wechat } = await openRefunded()
  await wechat.control('clock', { advanceSeconds: 4 })
  expect((await wechat.queryRefund({ out_refund_no: REFUND })).refund_status_0).toBe('PROCESSING')
  // Real time passes, and nothing makes the emulator look at it but the query.
  wechat.wait(1_000)
  expect(await wechat.queryRefund({ out_refund_no: REFUND })).toMatchObject({
    refund_status_0: 'SUCCESS',
    refund_success_time_0: '2026-01-05 12:00:05',
  })
})

test.each([
  ['closed', 'REFUNDCLOSE'],
  ['abnormal', 'CHANGE'],
])('a refund that ended %s stands at %s, without a time of success', async (outcome, status) => {
  const { wechat } = await openRefunded()
  await wechat.control('refund', { out_refund_no: REFUND, outcome })
  await wechat.control('clock', { advanceSeconds: 3600 })
  const answer = await wechat.queryRefund({ out_trade_no: NUMBER })
  expect(answer.refund_status_0).toBe(status)
  expect(answer).not.toHaveProperty('refund_success_time_0')
})

test('an order with more than ten refunds is read ten at a time, oldest first, and each is found by its own number', async () => {
  const { wechat } = await openRefunded()
  for (let n = 1; n <= 21; n += 1) {
    await wechat.control('clock', { advanceSeconds: 60 })
    await wechat.refund({ out_refund_no: `R-${n}`, refund_fee: String(n) })
  }
  const first = await wechat.queryRefund({ out_trade_no: NUMBER })
  expect(await (await wechat.get('/call?id=24&lang=en')).text()).toContain('more than 20 refunds')
  expect(first).toMatchObject({ refund_count: '10', total_refund_count: '22', refund_fee: '3045' })
  expect(first).toMatchObject({ out_refund_no_0: REFUND, out_refund_no_9: 'R-9', refund_fee_9: '9' })
  const last = await wechat.queryRefund({ out_trade_no: NUMBER, offset: '20' })
  expect(last).toMatchObject({ refund_count: '2', total_refund_count: '22', out_refund_no_0: 'R-20' })
  expect(last.out_refund_no_1).toBe('R-21')
  const one = await wechat.queryRefund({ out_refund_no: 'R-21' })
  expect(one).toMatchObject({ refund_count: '1', out_refund_no_0: 'R-21' })
  expect(one).not.toHaveProperty('total_refund_count')
  expect((await wechat.queryRefund({ out_trade_no: NUMBER, offset: '22' })).err_code).toBe('PARAM_ERROR')
})
