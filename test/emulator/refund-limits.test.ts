import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { createBillLinks } from '@/lib/emulator/api/bill-links'
import { findCheckout, tap } from '@/lib/emulator/api/cashier'
import { placeOrder } from '@/lib/emulator/api/orders'
import { createRefundRates } from '@/lib/emulator/api/refund-rates'
import { requestRefund } from '@/lib/emulator/api/refunds'
import { createClock } from '@/lib/emulator/clock'
import { createKeys } from '@/lib/emulator/keys'
import { openLedger } from '@/lib/emulator/ledger/ledger'
import { V2 } from '@/lib/emulator/v2/protocol'
import { V3 } from '@/lib/emulator/v3/protocol'
import { FIXED_KEYS } from '../wechat/v3/keys'
import { apiKey, appid, mchId, openWeChat, STARTED_AT } from './wechat'

const NUMBER = 'T20260105-0001'
const YEAR_SECONDS = 365 * 24 * 60 * 60

async function openPaid(options: Parameters<typeof openWeChat>[0] = {}) {
  const wechat = openWeChat(options)
  await wechat.place()
  await wechat.pay(NUMBER)
  return wechat
}

const minute = (wechat: ReturnType<typeof openWeChat>) => wechat.control('clock', { advanceSeconds: 60 })
test('refunds of one order are a minute apart, those of others need not wait', async () => {
  const wechat = await openPaid()
  await wechat.place({ out_trade_no: 'OTHER-1' })
  await wechat.pay('OTHER-1')
  await wechat.refund({ refund_fee: '100' })
  await wechat.control('clock', { advanceSeconds: 59 })
  const second = { out_refund_no: 'R-SECOND', refund_fee: '100' }
  expect(await wechat.refund(second)).toMatchObject({ result_code: 'FAIL', err_code: 'FREQUENCY_LIMITED' })
  expect((await wechat.refund({ ...second, out_trade_no: 'OTHER-1', out_refund_no: 'R-OTHER' })).result_code).toBe(
    'SUCCESS',
  )
  await wechat.control('clock', { advanceSeconds: 1 })
  expect((await wechat.refund(second)).result_code).toBe('SUCCESS')
})

test('an order has at most fifty partial refunds', async () => {
  const wechat = await openPaid()
  for (let n = 1; n <= 50; n += 1) {
    expect((await wechat.refund({ out_refund_no: `R-${n}`, refund_fee: '1' })).result_code).toBe('SUCCESS')
    await minute(wechat)
  }
  expect(await wechat.refund({ out_refund_no: 'R-51', refund_fee: '1' })).toMatchObject({
    err_code: 'INVALID_REQUEST',
    err_code_des: '部分退款次数超过50次',
  })
})

test('an order can be refunded for one year after it was paid', async () => {
  const wechat = await openPaid()
  await wechat.control('clock', { advanceSeconds: YEAR_SECONDS })
  expect((await wechat.refund({ refund_fee: '1' })).result_code).toBe('SUCCESS')
  await minute(wechat)
  expect(await wechat.refund({ out_refund_no: 'R-SECOND', refund_fee: '1' })).toMatchObject({
    result_code: 'FAIL',
    err_code: 'TRADE_OVERDUE',
  })
})

test('a merchant sends at most 150 refunds in a second', async () => {
  const wechat = await openPaid()
  for (let n = 1; n <= 150; n += 1) expect((await wechat.refund()).result_code).toBe('SUCCESS')
  expect((await wechat.refund()).err_code).toBe('FREQUENCY_LIMITED')
  await wechat.control('clock', { advanceSeconds: 1 })
  expect((await wechat.refund()).result_code).toBe('SUCCESS')
})

test('whoever is wrong more than six times in a second is shut out for a minute', async () => {
  const wechat = await openPaid()
  for (let n = 1; n <= 7; n += 1)
    expect((await wechat.refund({ total_fee: '8801' })).err_code).toBe('REFUND_FEE_MISMATCH')
  expect((await wechat.refund()).err_code).toBe('INVALID_REQ_TOO_MUCH')
  await wechat.control('clock', { advanceSeconds: 59 })
  expect((await wechat.refund()).err_code).toBe('INVALID_REQ_TOO_MUCH')
  await wechat.control('clock', { advanceSeconds: 1 })
  expect((await wechat.refund()).result_code).toBe('SUCCESS')
})

test('refunds of orders older than a month are 5000 in a minute, of others as many as come', async () => {
  const ledger = openLedger('file::memory:')
  onTestFinished(ledger.close)
  let now = STARTED_AT
  const refundRates = createRefundRates()
  const chances = { has: () => false, amountOf: () => 0, met: [] }
  const clock = createClock(ledger, () => now)
  const wechat = {
    accounts: [{ appid, mchId, apiKey }],
    ledger,
    clock,
    random: randomBytes,
    keys: createKeys({ ledger, clock, random: randomBytes, make: async () => FIXED_KEYS }),
    refundRates,
    billLinks: createBillLinks(),
    protocols: { v2: V2, v3: V3 },
    sleep: async () => undefined,
  }
  const refund = (outRefundNo: string, outTradeNo: string) => {
    const request = { mchId, order: { outTradeNo }, outRefundNo, apiVersion: 'v2', totalFee: 8800 } as const
    return requestRefund(
      wechat,
      { ...request, refundFee: 1, funds: 'unsettled', description: '', notifyUrl: null },
      chances,
    )
  }
  const pay = (outTradeNo: string) => {
    const asked = { ...ORDER_REQUEST, mchId, appid, outTradeNo }
    expect(placeOrder(wechat, asked).ok).toBe(true)
    const checkout = findCheckout(wechat, { outTradeNo })
    expect(checkout !== null && tap(wechat, checkout, 'success').ok).toBe(true)
  }
  pay('OLD-1')
  now += 31 * 24 * 60 * 60 * 1000
  pay('NEW-1')
  for (let n = 1; n <= 5_000; n += 1) expect(refundRates.takeOldOrder(mchId, now)).toBe(true)
  expect(refund('R-OLD', 'OLD-1')).toEqual({ ok: false, reason: 'too_often' })
  expect(refund('R-NEW', 'NEW-1').ok).toBe(true)
  now += 60_000
  expect(refund('R-OLD', 'OLD-1').ok).toBe(true)
})

const ORDER_REQUEST = {
  apiVersion: 'v2',
  tradeType: 'NATIVE',
  totalFee: 8800,
  body: '龙井茶',
  detail: '',
  attach: '',
  deviceInfo: '',
  openid: null,
  signType: 'MD5',
  notifyUrl: 'http://127.0.0.1:3000/api/wechat/notify',
  expiresAt: null,
  isSandbox: false,
  parameters: {},
} as const
