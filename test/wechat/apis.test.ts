import { afterEach, expect, test, vi } from 'vitest'
import { openGateway } from '@/lib/wechat/gateway'
import { writeXml } from '@/lib/wechat/v2/xml'
import { INTENT, MONEY, NUMBER, openWire, paymentOf, respond, signed, signedAnswer } from './wire'

afterEach(() => {
  vi.useRealTimers()
})

const PAYMENT = { apiVersion: 'v2', outTradeNo: NUMBER, signType: 'MD5' } as const
const PREPAY = { prepayId: 'wx1', codeUrl: 'weixin://wxpay/bizpayurl?pr=1', mwebUrl: null, at: 0 }

test('a new payment is opened in the newest API, and each goes on in its own', async () => {
  const answers = [
    signedAnswer({ prepay_id: 'wx1', code_url: PREPAY.codeUrl }),
    signedAnswer({ ...MONEY, trade_state: 'SUCCESS' }),
    signedAnswer({}),
  ]
  const { gateway: v2, asked } = openWire(() => respond(answers.shift() ?? {}))
  const gateway = openGateway({ v2 })
  expect(gateway.draft(INTENT)).toEqual(v2.draft(INTENT))
  const payment = paymentOf(v2)
  expect(await gateway.prepay(payment)).toMatchObject({ type: 'prepaid', prepay: { prepayId: 'wx1' } })
  expect(await gateway.query(PAYMENT)).toMatchObject({ type: 'paid' })
  expect(await gateway.close(PAYMENT)).toMatchObject({ type: 'closed' })
  expect(asked.map(({ path }) => path)).toEqual(['/pay/unifiedorder', '/pay/orderquery', '/pay/closeorder'])
  expect(gateway.invocation({ ...payment, prepay: PREPAY }, 'https://shop.example')).toEqual({
    channel: 'native',
    codeUrl: PREPAY.codeUrl,
  })
  const h5 = paymentOf(v2, { channel: 'h5' })
  expect(gateway.isFor(h5, INTENT.buyer)).toBe(true)
  expect(gateway.isFor(h5, { ...INTENT.buyer, buyerAddress: '203.0.113.8' })).toBe(false)
})

test('refunds are asked for and about in the API of their payment', async () => {
  const { gateway: v2, asked } = openWire(
    () => respond(signedAnswer({ result_code: 'FAIL', err_code: 'REFUNDNOTEXIST' })),
    {
      certified: { fetch: () => Promise.reject(new Error('no connection')), whyOff: () => 'certificate_expired' },
    },
  )
  const gateway = openGateway({ v2 })
  expect(gateway.whyNoRefunds('v2')).toBe('certificate_expired')
  expect(await gateway.listRefunds(PAYMENT)).toMatchObject({ type: 'missing' })
  expect(asked.map(({ path }) => path)).toEqual(['/pay/refundquery'])
})

test('a query is given up when its caller says', async () => {
  vi.useFakeTimers()
  const { gateway: v2 } = openWire(() => new Promise(() => {}))
  const asking = openGateway({ v2 }).query(PAYMENT, 3_000)
  await vi.advanceTimersByTimeAsync(3_000)
  expect(await asking).toMatchObject({ type: 'unknown', evidence: { problem: 'timeout' } })
})

test('a message is read, explained and answered in the API at whose address it came', async () => {
  const { gateway: v2 } = openWire(() => new Response())
  const gateway = openGateway({ v2 })
  const fields = signed({ ...MONEY, appid: 'wxdemo0000000000a1', mch_id: '1900000109', return_code: 'SUCCESS' })
  const message = {
    apiVersion: 'v2',
    remoteAddress: '::1',
    receivedAt: 0,
    headers: {},
    body: Buffer.from(writeXml({ ...fields, result_code: 'SUCCESS' })),
  } as const
  expect(gateway.proofOf(message)).toBeNull()
  const right = Buffer.from(writeXml(fields))
  expect(gateway.proofOf({ ...message, body: right })).toBe(fields.sign)
  const signTypeOf = async () => 'MD5'
  expect(await gateway.verifyNotification(message, signTypeOf)).toMatchObject({ verdict: 'bad_signature' })
  expect(await gateway.explain({ ...message, body: right }, signTypeOf)).toMatchObject({ isRight: true })
  expect(gateway.writeReply('v2', 'acknowledge')).toEqual(v2.writeReply('acknowledge'))
  expect(gateway.writeReply('v2', 'retry')).toEqual(v2.writeReply('retry'))
})
