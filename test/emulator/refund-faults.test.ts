import { expect, test } from 'vitest'
import { NoAnswer } from '@/lib/emulator/emulator'
import { isSignedWith, sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { apiKey, openWeChat, refundOf, STARTED_AT } from './wechat'

const NUMBER = 'T20260105-0001'
const REFUND = 'R20260105-0001'

async function openPaid(faults: object, options: Parameters<typeof openWeChat>[0] = {}) {
  const wechat = openWeChat(options)
  await wechat.place()
  await wechat.pay(NUMBER)
  await wechat.emulator.runDue()
  await wechat.setFaults(faults)
  return wechat
}

test.each([
  ['notEnough', 'NOTENOUGH'],
  ['needRetry', 'BIZERR_NEED_RETRY'],
  ['orderNotReady', 'ORDER_NOT_READY'],
  ['frequencyLimited', 'FREQUENCY_LIMITED'],
  ['accountAbnormal', 'USER_ACCOUNT_ABNORMAL'],
  ['noAuth', 'NOAUTH'],
  ['certError', 'CERT_ERROR'],
  ['systemError', 'SYSTEMERROR'],
])(
  '%s refuses a refund with %s, signed, and nothing is done; the same number is accepted afterwards',
  async (name, code) => {
    const wechat = await openPaid({ [name]: 1 })
    const before = await wechat.readState()
    const answer = await wechat.refund()
    expect(answer).toMatchObject({ return_code: 'SUCCESS', result_code: 'FAIL', err_code: code })
    expect(isSignedWith(answer, apiKey, 'MD5')).toBe(true)
    expect(await wechat.readState()).toEqual({ ...before, faults: {} })
    expect((await wechat.refund()).result_code).toBe('SUCCESS')
  },
)

test('a fault of refunds waits for a refund that would be accepted, and leaves a known number alone', async () => {
  const wechat = await openPaid({})
  await wechat.refund({ refund_fee: '1' })
  await wechat.setFaults({ notEnough: 1 })
  expect((await wechat.refund({ refund_fee: '1' })).result_code).toBe('SUCCESS')
  expect((await wechat.refund({ out_refund_no: 'R-SECOND' })).err_code).toBe('INVALID_REQUEST')
  expect((await wechat.readState()).faults).toEqual({ seed: '0', notEnough: 1 })
})

test('a slow refund is processed so many seconds later', async () => {
  const wechat = await openPaid({ refundDelaySeconds: { value: 3600, count: 1 } })
  await wechat.refund()
  await wechat.control('clock', { advanceSeconds: 3604 })
  expect((await wechat.queryRefund({ out_refund_no: REFUND })).refund_status_0).toBe('PROCESSING')
  await wechat.control('clock', { advanceSeconds: 1 })
  expect((await wechat.queryRefund({ out_refund_no: REFUND })).refund_status_0).toBe('SUCCESS')
  expect((await wechat.readState()).refunds).toMatchObject([
    { faults: ['refundDelaySeconds'], ended_at: STARTED_AT + 3_605_000 },
  ])
})

test.each([
  ['refundClosed', 'REFUNDCLOSE', 'CLOSED', 8800],
  ['refundAbnormal', 'CHANGE', 'ABNORMAL', 0],
])('%s ends a refund at %s, in its time', async (name, word, status, balance) => {
  const wechat = await openPaid({ [name]: 1 })
  await wechat.refund()
  await wechat.control('clock', { advanceSeconds: 5 })
  expect((await wechat.queryRefund({ out_refund_no: REFUND })).refund_status_0).toBe(word)
  const state = await wechat.readState()
  expect(state.refunds).toMatchObject([{ status, faults: [name] }])
  expect(state.balances).toMatchObject([{ balance }])
  expect(wechat.notifications).toHaveLength(2)
})

test('a dropped request refunds nothing, a dropped answer refunds once however often it is repeated', async () => {
  const wechat = await openPaid({ dropRequests: 1 })
  await expect(wechat.refund()).rejects.toThrow(NoAnswer)
  expect((await wechat.queryRefund({ out_refund_no: REFUND })).err_code).toBe('REFUNDNOTEXIST')
  await wechat.setFaults({ dropAnswersAfterCommit: 1 })
  await expect(wechat.refund()).rejects.toThrow(NoAnswer)
  expect((await wechat.refund()).result_code).toBe('SUCCESS')
  expect((await wechat.readState()).refunds).toHaveLength(1)
  expect((await wechat.readState()).balances).toMatchObject([{ balance: 0 }])
})

test('answers to refunds and their queries can be signed wrongly and be slow', async () => {
  const slept: number[] = []
  const wechat = await openPaid({}, { sleep: async (ms) => void slept.push(ms) })
  await wechat.setFaults({ badAnswerSignature: 2, latencyMs: { value: 800, count: 2 } })
  expect(isSignedWith(await wechat.refund(), apiKey, 'MD5')).toBe(false)
  expect(isSignedWith(await wechat.queryRefund({ out_refund_no: REFUND }), apiKey, 'MD5')).toBe(false)
  expect(slept).toEqual([800, 800])
})

test('a fault of one order meets its refund calls, whichever of their numbers they name it by', async () => {
  const wechat = await openPaid({})
  const { refund_id = '', transaction_id = '' } = await wechat.refund({ refund_fee: '1' })
  const numbers = [{ refund_id }, { out_refund_no: REFUND }, { transaction_id }, { out_trade_no: NUMBER }]
  await wechat.setFaults({ orders: { [NUMBER]: { systemError: numbers.length } } })
  expect((await wechat.queryRefund({ out_trade_no: 'OTHER-1' })).err_code).toBe('REFUNDNOTEXIST')
  for (const by of numbers) expect((await wechat.queryRefund(by)).err_code).toBe('SYSTEMERROR')
  expect((await wechat.readState()).faults).toEqual({})
})

test('the reason of a refusal stands in the explain header, as a rule or as the fault that happened', async () => {
  const wechat = await openPaid({ needRetry: 1 })
  const explained = async () => {
    const fields = refundOf({ out_refund_no: 'R-SECOND', refund_fee: '1' })
    const body = writeXml({ ...fields, sign: sign(fields, apiKey, 'MD5') })
    const response = await wechat.send('/secapi/pay/refund', body)
    return JSON.parse(response.headers.get('x-emulator-explain') ?? '{}')
  }
  expect(await explained()).toEqual({ problem: 'fault', rule: 'the fault needRetry happened' })
  await wechat.refund()
  await wechat.control('clock', { advanceSeconds: 60 })
  expect(await explained()).toEqual({
    problem: 'state',
    field: 'refund_fee',
    rule: 'nothing of this order is left to be refunded',
  })
})
