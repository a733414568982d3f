import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { Formatter } from 'wechatpay-axios-plugin'
import type { BillRow, FlowRow } from '@/lib/shop/bill'
import { readFundFlowBill, readTradeBill } from '@/lib/wechat/bill'
import { type Fields, sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { piecesOf } from '../wechat/bill-samples'
import { apiKey, appid, mchId, openWeChat, order, refundOf } from './wechat'

const DAY = '2026-01-05'
const asked: Fields = { appid, mch_id: mchId, nonce_str: '21df7dc9cd8616b56919f20d9f679233', bill_date: '20260105' }

type WeChat = ReturnType<typeof openWeChat>

async function download(wechat: WeChat, fields: Fields = {}, path = 'downloadbill'): Promise<Buffer> {
  const all = { ...asked, ...fields }
  const type = all.sign_type === 'HMAC-SHA256' ? 'HMAC-SHA256' : 'MD5'
  const response = await wechat.send(path, writeXml({ ...all, sign: sign(all, apiKey, type) }))
  return Buffer.from(await response.arrayBuffer())
}

const FLOW = { sign_type: 'HMAC-SHA256', account_type: 'Basic' }

async function read(bytes: Uint8Array) {
  const rows: BillRow[] = []
  const expected = { day: DAY, mchId }
  const reading = await readTradeBill(piecesOf(bytes), expected, async (batch) => void rows.push(...batch))
  return { reading, rows }
}

/** Two payments and a refund of the first day, seen from ten o'clock of the next. */
async function openDay(options = {}) {
  const wechat = openWeChat(options)
  for (const number of ['T20260105-0001', 'T20260105-0002']) {
    await wechat.call('unifiedorder', order({ out_trade_no: number }))
    await wechat.pay(number)
  }
  await wechat.call('/secapi/pay/refund', refundOf({ refund_fee: '3000' }))
  await wechat.control('clock', { advanceSeconds: 22 * 3600 })
  return wechat
}

test('a day is listed on the next one from nine, and what is asked for too early or too late is refused as recorded', async () => {
  const wechat = openWeChat()
  await wechat.place()
  await wechat.pay('T20260105-0001')
  const failure = (text: string, code: string) =>
    `<xml><return_code><![CDATA[FAIL]]></return_code>\n<return_msg><![CDATA[${text}]]></return_msg>\n${code}</xml>`
  const numbered = (code: string) => `<error_code><![CDATA[${code}]]></error_code>\n`
  expect(String(await download(wechat))).toBe(failure('invalid bill_date', numbered('20001')))
  await wechat.control('clock', { advanceSeconds: 12 * 3600 })
  expect(String(await download(wechat, { tar_type: 'GZIP' }))).toBe(failure('Bill Creating', ''))
  await wechat.control('clock', { advanceSeconds: 9 * 3600 })
  expect((await read(await download(wechat))).reading.ok).toBe(true)
  expect(String(await download(wechat, { bill_date: '20260104' }))).toBe(failure('No Bill Exist', numbered('20002')))
  await wechat.control('clock', { advanceSeconds: 93 * 24 * 3600 })
  expect(String(await download(wechat))).toContain('invalid bill_date')
})

test('the bill is the ledger to the fen, compressed or not, and other readers say the same', async () => {
  const wechat = await openDay({ accounts: [{ appid, mchId, apiKey, feeRate: 38 }] })
  const plain = await download(wechat)
  expect(gunzipSync(await download(wechat, { tar_type: 'GZIP' })).equals(plain)).toBe(true)
  const { reading, rows } = await read(plain)
  const { orders, refunds } = await wechat.readState()
  expect(rows.map((it) => [it.outTradeNo, it.transactionId, it.outRefundNo, it.amountFen, it.feeRate])).toEqual([
    ...orders.map((it) => [it.out_trade_no, it.transaction_id, null, it.total_fee, '0.38%']),
    ...refunds.map((it) => [it.out_trade_no, it.transaction_id, it.out_refund_no, it.refund_fee, '0.38%']),
  ])
  const totals = {
    rows: 3,
    payments: 2,
    paidFen: 17_600,
    refunds: 1,
    refundedFen: 3_000,
    feeMilliFen: (33 + 33 - 11) * 1_000,
  }
  expect(reading).toEqual({ ok: true, totals })
  const cast = Formatter.castCsvBill(plain) as { rows: Record<string, string>[]; summary: Record<string, string> }
  expect(cast.rows.map((it) => it.商户订单号)).toEqual(rows.map((it) => it.outTradeNo))
  expect(cast.summary).toMatchObject({ 总交易单数: '3', 订单总金额: '176.00', 申请退款总金额: '30.00' })
})

test('a bill of payments or of refunds alone has its own columns', async () => {
  const wechat = await openDay()
  const titleOf = async (bill_type: string) =>
    String(await download(wechat, { bill_type }))
      .split('\r\n')[0]
      ?.split(',')
  expect(await titleOf('SUCCESS')).toHaveLength(20)
  expect(await titleOf('REFUND')).toHaveLength(29)
  expect((await read(await download(wechat, { bill_type: 'SUCCESS' }))).rows).toHaveLength(2)
})

test('the fund flow wants the better signature, and comes to what the trade bill comes to', async () => {
  const wechat = await openDay()
  expect(String(await download(wechat, { account_type: 'Basic' }, 'downloadfundflow'))).toContain('FAIL')
  const bytes = await download(wechat, FLOW, 'downloadfundflow')
  const flows: FlowRow[] = []
  const reading = await readFundFlowBill(piecesOf(bytes), { day: DAY }, async (batch) => void flows.push(...batch))
  const fees = 53 + 53 - 18
  expect(reading.ok && reading.totals.incomeFen - reading.totals.expenseFen).toBe(17_600 - 3_000 - fees)
  const { orders, refunds } = await wechat.readState()
  // What comes back of a fee makes the refund's line less, as in recordings.
  expect(
    flows.map(({ type, isFee, wechatNumber, number, amountFen }) => [type, isFee, wechatNumber, number, amountFen]),
  ).toEqual([
    ...orders.flatMap((it) => [
      ['payment', false, it.transaction_id, it.out_trade_no, 8_800],
      ['payment', true, it.transaction_id, it.out_trade_no, -53],
    ]),
    ['refund', false, refunds[0]?.refund_id, refunds[0]?.out_refund_no, -3_000 + 18],
  ])
  expect(String(bytes)).toContain('`退款总金额30.00元;含手续费0.18元,`')
  const cast = Formatter.castCsvBill(bytes) as { rows: Record<string, string>[]; summary: Record<string, string> }
  expect(cast.rows.map((it) => it['收支金额(元)'])).toEqual(['88.00', '0.53', '88.00', '0.53', '29.82'])
  expect(cast.summary).toMatchObject({ 资金流水总笔数: '5', 收入金额: '176.00', 支出金额: '30.88' })
  const other = await download(wechat, { ...FLOW, account_type: 'Fees' }, 'downloadfundflow')
  expect(String(other)).toContain('<err_code><![CDATA[NO_BILL_EXIST]]>')
})

test("a shop's own text changes no cell, whatever stands in it", async () => {
  const wechat = openWeChat()
  await wechat.place({ body: '茶,`茶\n茶', attach: '1,2' })
  await wechat.pay('T20260105-0001')
  await wechat.control('clock', { advanceSeconds: 22 * 3600 })
  const text = String(await download(wechat))
  expect(text).toContain('茶\\ `茶\\n茶')
  expect((await read(Buffer.from(text))).rows).toHaveLength(1)
})

test.each([
  ['billRowMissing', { rows: 2, paidFen: 8_800 }],
  ['billRowTwice', { rows: 4, paidFen: 26_400 }],
  ['billAmountChanged', { rows: 3, paidFen: 17_700 }],
])('%s makes another bill that is well formed, once', async (name, totals) => {
  const wechat = await openDay()
  await wechat.setFaults({ [name]: 1 })
  expect((await read(await download(wechat))).reading).toMatchObject({ ok: true, totals })
  expect((await read(await download(wechat))).reading).toMatchObject({ ok: true, totals: { rows: 3, paidFen: 17_600 } })
  await wechat.setFaults({ orders: { 'T20260105-0002': { [name]: 1 } } })
  expect((await read(await download(wechat))).reading).toMatchObject({ ok: true, totals })
})

test('a late bill is not there, a wrong summary is noticed, and half of a compressed file opens to nothing', async () => {
  const wechat = await openDay()
  await wechat.setFaults({ billLate: 1, billWrongSummary: 1, billCutGzip: 1 })
  expect(String(await download(wechat))).toContain('Bill Creating')
  expect((await read(await download(wechat))).reading).toMatchObject({ ok: false, reason: 'summary_differs' })
  const cut = await download(wechat, { tar_type: 'GZIP' })
  expect(() => gunzipSync(cut)).toThrow('unexpected end of file')
  expect((await read(await download(wechat))).reading.ok).toBe(true)
})
