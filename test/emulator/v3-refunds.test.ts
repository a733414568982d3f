import { constants, createPublicKey, publicEncrypt } from 'node:crypto'
import { expect, test } from 'vitest'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { DEMO_KEYS } from '../wechat/v3/keys'
import { isVerified, openV3, readResource } from './v3'
import { mchId, order, refundOf } from './wechat'

const [NUMBER, REFUND] = ['T20260105-0001', 'R20260105-0001']
const CONSOLE_URL = 'http://127.0.0.1:3000/api/wechat/notify/refund'

/** An emulator with a paid order. */
async function openPaid(options: Parameters<typeof openV3>[0] = {}) {
  const wechat = openV3(options)
  const received: { url: string; headers: Headers; text: string }[] = []
  wechat.merchant.answer = async (request) => {
    received.push({ url: request.url, headers: request.headers, text: await request.text() })
    return new Response(null, { status: 204 })
  }
  await wechat.placeV3()
  await wechat.pay(NUMBER)
  await wechat.emulator.runDue()
  received.length = 0
  return Object.assign(wechat, { received, advance: (s: number) => wechat.control('clock', { advanceSeconds: s }) })
}

test('a refund is accepted, processed and notified; the order is a refunded one', async () => {
  const wechat = await openPaid()
  const accepted = await wechat.refundV3({ amount: { refund: 100, total: 8800, currency: 'CNY' }, reason: '退货' })
  expect(isVerified(accepted.headers, accepted.text)).toBe(true)
  expect(accepted.body).toMatchObject({
    ...{ out_refund_no: REFUND, out_trade_no: NUMBER, status: 'PROCESSING', channel: 'ORIGINAL' },
    ...{ funds_account: 'UNSETTLED', create_time: '2026-01-05T12:00:00+08:00' },
    amount: { total: 8800, refund: 100, payer_total: 8800, payer_refund: 100, currency: 'CNY' },
  })
  expect(accepted.body.success_time).toBe(undefined)
  expect((await wechat.refundV3({ amount: { refund: 100, total: 8800, currency: 'CNY' } })).body.refund_id).toBe(
    accepted.body.refund_id,
  )
  await wechat.advance(5)
  const [news] = wechat.received
  expect(news && isVerified(news.headers, news.text)).toBe(true)
  expect(JSON.parse(news?.text ?? '')).toMatchObject({
    event_type: 'REFUND.SUCCESS',
    resource: { original_type: 'refund', associated_data: 'refund' },
  })
  expect(readResource(news?.text ?? '')).toEqual({
    ...{ mchid: mchId, out_trade_no: NUMBER, transaction_id: accepted.body.transaction_id, out_refund_no: REFUND },
    ...{ refund_id: accepted.body.refund_id, refund_status: 'SUCCESS', success_time: '2026-01-05T12:00:05+08:00' },
    ...{ user_received_account: '支付用户零钱' },
    amount: { total: 8800, refund: 100, payer_total: 8800, payer_refund: 100 },
  })
  expect((await wechat.queryRefundV3(REFUND)).body).toMatchObject({
    status: 'SUCCESS',
    success_time: '2026-01-05T12:00:05+08:00',
  })
  expect((await wechat.queryV3(NUMBER)).body.trade_state).toBe('REFUND')
})

test('what a refund is refused with', async () => {
  const wechat = await openPaid()
  const said = async (changes: Record<string, unknown>) => {
    const { status, body, headers } = await wechat.refundV3(changes)
    expect(headers.get('wechatpay-signature')).toBe(null)
    await wechat.advance(61)
    return [status, body.code]
  }
  const amount = { refund: 8800, total: 8800, currency: 'CNY' }
  expect(await said({ out_trade_no: undefined })).toEqual([400, 'PARAM_ERROR'])
  expect(await said({ amount: { ...amount, currency: undefined } })).toEqual([400, 'PARAM_ERROR'])
  expect(await said({ amount: { ...amount, refund: 8801 } })).toEqual([400, 'PARAM_ERROR'])
  expect(await said({ out_refund_no: '退款' })).toEqual([400, 'PARAM_ERROR'])
  expect(await said({ out_trade_no: 'NOBODYS-1' })).toEqual([404, 'RESOURCE_NOT_EXISTS'])
  expect(await said({ amount: { ...amount, total: 9000 } })).toEqual([400, 'REFUND_FEE_MISMATCH'])
  await wechat.control('balance', { balance: 1 }, 'PUT')
  expect(await said({})).toEqual([403, 'NOT_ENOUGH'])
  for (const [fault, ...answer] of [
    ['notEnough', 403, 'NOT_ENOUGH'],
    ['frequencyLimited', 429, 'FREQUENCY_LIMITED'],
    ['accountAbnormal', 403, 'USER_ACCOUNT_ABNORMAL'],
    ['noAuth', 403, 'NO_AUTH'],
    ['systemError', 500, 'SYSTEM_ERROR'],
  ] as const) {
    await wechat.setFaults({ [fault]: 1 })
    expect(await said({})).toEqual(answer)
  }
  const unknown = await wechat.queryRefundV3('NOBODYS-1')
  expect([unknown.status, unknown.body.code]).toEqual([404, 'RESOURCE_NOT_EXISTS'])
  await wechat.placeV3({ out_trade_no: 'UNPAID-01' })
  expect(await said({ out_trade_no: 'UNPAID-01' })).toEqual([404, 'RESOURCE_NOT_EXISTS'])
})

test('429 may mean that it is accepted: the same number then finds it, and no money goes twice', async () => {
  const wechat = await openPaid()
  await wechat.setFaults({ limitedButAccepted: 1 })
  const limited = await wechat.refundV3()
  expect([limited.status, limited.body.code]).toEqual([429, 'FREQUENCY_LIMITED'])
  expect((await wechat.queryRefundV3(REFUND)).body.status).toBe('PROCESSING')
  expect((await wechat.refundV3()).status).toBe(200)
  expect((await wechat.readState()).refunds.length).toBe(1)
})

test('a refund that is closed, and one that is abnormal until it is settled otherwise', async () => {
  const wechat = await openPaid()
  await wechat.setFaults({ refundClosed: 1 })
  await wechat.refundV3()
  await wechat.advance(60)
  expect(JSON.parse(wechat.received[0]?.text ?? '').event_type).toBe('REFUND.CLOSED')

  await wechat.setFaults({ refundAbnormal: 1 })
  const { body } = await wechat.refundV3({ out_refund_no: 'R2' })
  await wechat.advance(5)
  expect(JSON.parse(wechat.received[1]?.text ?? '').event_type).toBe('REFUND.ABNORMAL')
  expect(readResource(wechat.received[1]?.text ?? '')).toMatchObject({ refund_status: 'ABNORMAL' })

  const path = `/v3/refund/domestic/refunds/${body.refund_id}/apply-abnormal-refund`
  const publicKey = createPublicKey(DEMO_KEYS.wechat.publicKey)
  const encrypted = (text: string) =>
    publicEncrypt(
      { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
      Buffer.from(text),
    ).toString('base64')
  const card = { out_refund_no: 'R2', type: 'USER_BANK_CARD', bank_type: 'ICBC_DEBIT' }
  const plain = await wechat.callV3('POST', path, { ...card, bank_account: '6222', real_name: '张三' })
  expect([plain.status, plain.body.code]).toEqual([400, 'PARAM_ERROR'])
  const names = { bank_account: encrypted('6222'), real_name: encrypted('张三') }
  const headers = { 'wechatpay-serial': DEMO_KEYS.wechat.publicKeyId }
  const settled = await wechat.callV3('POST', path, { ...card, ...names }, { headers })
  expect([settled.status, settled.body.status]).toEqual([200, 'PROCESSING'])
  await wechat.advance(5)
  expect((await wechat.queryRefundV3('R2')).body.status).toBe('SUCCESS')
  const again = await wechat.callV3('POST', path, { out_refund_no: 'R2', type: 'MERCHANT_BANK_CARD' })
  expect([again.status, again.body.code]).toEqual([400, 'INVALID_REQUEST'])
})

test('a refund without notify_url is told of at the console’s address, in v2, or nowhere', async () => {
  const silent = await openPaid()
  await silent.refundV3({ notify_url: undefined })
  await silent.advance(5)
  expect(silent.received).toEqual([])

  const wechat = await openPaid({ accounts: [{ ...DEMO_ACCOUNT, refundNotifyUrl: CONSOLE_URL }] })
  await wechat.refundV3({ notify_url: undefined })
  await wechat.advance(5)
  expect(wechat.received).toMatchObject([{ url: CONSOLE_URL, text: expect.stringContaining('<req_info>') }])
})

test('an order of v2 is refunded by v3 and one of v3 by v2; each refund is notified as it was asked for', async () => {
  const wechat = await openPaid()
  expect((await wechat.refund(refundOf({ refund_fee: '100' }))).result_code).toBe('SUCCESS')
  await wechat.advance(60)
  expect(wechat.received[0]?.text).toContain('<req_info>')
  expect((await wechat.queryRefundV3(REFUND)).body).toMatchObject({ status: 'SUCCESS', amount: { refund: 100 } })

  await wechat.place(order({ out_trade_no: 'T20260105-0002' }))
  await wechat.pay('T20260105-0002')
  await wechat.emulator.runDue()
  await wechat.refundV3({ out_trade_no: 'T20260105-0002', out_refund_no: 'R2' })
  await wechat.advance(5)
  expect(JSON.parse(wechat.received.at(-1)?.text ?? '').event_type).toBe('REFUND.SUCCESS')
  expect((await wechat.queryRefund({ out_refund_no: 'R2' })).refund_status_0).toBe('SUCCESS')
})
