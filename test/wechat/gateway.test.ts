import { afterEach, expect, test, vi } from 'vitest'
import type { GatewayCall } from '@/lib/shop/gateway'
import type { Channel } from '@/lib/shop/payment'
import { isSignedWith } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import type { Asked } from './wire'
import { ACCOUNT, MONEY, NOW, NUMBER, openWire, paymentOf, respond, signed, signedAnswer, TRADE } from './wire'

afterEach(() => {
  vi.useRealTimers()
})

const PAYMENT = { apiVersion: 'v2', outTradeNo: NUMBER, signType: 'MD5' } as const
const HMAC = { ...ACCOUNT, signType: 'HMAC-SHA256' } as const
const CODE_URL = 'weixin://wxpay/bizpayurl?pr=Ab3dEf9zz'
const PREPAID = { prepay_id: 'wx201411101639507cbf6ffd8b0779950874', trade_type: 'NATIVE', code_url: CODE_URL }

type Answering = (asked: Asked) => Response | Promise<Response>
const query = (answer: Answering, msMax?: number) => openWire(answer).gateway.query(PAYMENT, msMax)
const close = (answer: Answering) => openWire(answer).gateway.close(PAYMENT)
const prepay = (answer: Answering, channel: Channel = 'native') => {
  const { gateway } = openWire(answer)
  return gateway.prepay(paymentOf(gateway, { channel }))
}
const saying = (fields: Record<string, string | null>) => () => respond(signedAnswer(fields))
const failing = (code: string) => saying({ result_code: 'FAIL', err_code: code, err_code_des: 'x' })
const paid = { ...MONEY, trade_state: 'SUCCESS' }

// What is asked

test.each([
  ['MD5', undefined],
  ['HMAC-SHA256', 'HMAC-SHA256'],
] as const)('a call signed with %s says so, and its signature is right', async (signType, said) => {
  const { gateway, asked } = openWire(() => new Response('', { status: 500 }), { account: { ...ACCOUNT, signType } })
  await gateway.prepay(paymentOf(gateway))
  await gateway.query({ ...PAYMENT, signType })
  await gateway.close({ ...PAYMENT, signType })

  expect(asked.map(({ path }) => path)).toEqual(['/pay/unifiedorder', '/pay/orderquery', '/pay/closeorder'])
  for (const { fields, contentType } of asked) {
    expect(fields).toMatchObject({ appid: ACCOUNT.appid, mch_id: ACCOUNT.mchId, out_trade_no: NUMBER })
    expect(fields.sign_type).toBe(said)
    expect(isSignedWith(fields, ACCOUNT.apiKey, signType)).toBe(true)
    expect(contentType).toContain('text/xml')
  }
})

test('a payment is asked about in the type it was made with, whatever the gateway uses now', async () => {
  const { gateway, asked } = openWire(() => respond(signedAnswer(paid, HMAC)))
  expect(await gateway.query({ ...PAYMENT, signType: 'HMAC-SHA256' })).toMatchObject({ type: 'paid' })
  expect(asked[0]?.fields.sign_type).toBe('HMAC-SHA256')
})

test('a payment of an unknown type is a mistake, and nothing is sent', async () => {
  const { gateway, asked } = openWire(() => new Response())
  await expect(gateway.query({ ...PAYMENT, signType: 'RSA' })).rejects.toThrow()
  expect(asked).toEqual([])
})

// What is believed

const DISTRUSTED: [string, Answering, string][] = [
  ['no connection', () => Promise.reject(new TypeError('fetch failed')), 'no_connection'],
  [
    'a cut connection',
    () => new Response(new ReadableStream({ start: (it) => it.error(new Error()) })),
    'no_connection',
  ],
  ['HTTP 502', () => new Response(writeXml(signedAnswer(paid)), { status: 502 }), 'http_502'],
  ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.example' } }), 'http_302'],
  ['no content', () => new Response(null, { status: 204 }), 'http_204'],
  ['nothing', () => new Response(null), 'malformed: not_well_formed'],
  ['HTML', () => new Response('<html><body>busy</body></html>'), 'malformed: other_root'],
  ['a cut body', () => new Response(writeXml(signedAnswer(paid)).slice(0, -20)), 'malformed: not_well_formed'],
  ['a body of 64 KiB', () => new Response('x'.repeat(64 * 1024)), 'malformed: not_well_formed'],
  ['a body of 64 KiB and a byte', () => new Response('x'.repeat(64 * 1024 + 1)), 'too_large'],
  [
    'an endless body',
    () => new Response(new ReadableStream({ pull: (it) => it.enqueue(new Uint8Array(999)) })),
    'too_large',
  ],
  ['a failed transport', () => respond({ return_code: 'FAIL', return_msg: '签名错误' }), 'return_code_fail'],
  ['a signed failure of transport', saying({ ...paid, return_code: 'FAIL' }), 'return_code_fail'],
  ['no return code', saying({ ...paid, return_code: null }), 'return_code_fail'],
  ['no signature', () => respond({ ...signedAnswer(paid), sign: '' }), 'bad_signature'],
  ['a changed amount', () => respond({ ...signedAnswer(paid), total_fee: '1' }), 'bad_signature'],
  ['a field added', () => respond({ ...signedAnswer(paid), attach: 'x' }), 'bad_signature'],
  ['another key', () => respond(signedAnswer(paid, { ...ACCOUNT, apiKey: 'x'.repeat(32) })), 'bad_signature'],
  ['another type of signature', () => respond(signedAnswer(paid, HMAC)), 'bad_signature'],
  ['another appid', () => respond(signedAnswer(paid, { ...ACCOUNT, appid: 'wx0' })), 'not_ours'],
  ['another merchant', () => respond(signedAnswer(paid, { ...ACCOUNT, mchId: '1' })), 'not_ours'],
  ['no appid', saying({ ...paid, appid: null }), 'not_ours'],
  ['no result', saying({ ...paid, result_code: null }), 'no_err_code'],
  ['a failure without a code', saying({ ...paid, result_code: 'FAIL' }), 'no_err_code'],
  ['SYSTEMERROR', failing('SYSTEMERROR'), 'SYSTEMERROR'],
]

test.each(DISTRUSTED)('%s proves nothing, whatever was asked', async (_, answer, problem) => {
  const unknown = { type: 'unknown', evidence: { problem } }
  expect(await query(answer)).toMatchObject(unknown)
  expect(await close(answer)).toMatchObject(unknown)
  expect(await prepay(answer)).toMatchObject(unknown)
})

test('a fetch that throws at once is no connection either', async () => {
  const { gateway } = openWire(() => new Response(), {
    fetch: () => {
      throw new Error('no network')
    },
  })
  expect(await gateway.query(PAYMENT)).toMatchObject({ type: 'unknown', evidence: { problem: 'no_connection' } })
})

// How long is waited

const HANGING: [string, Answering][] = [
  ['an answer that never comes', () => new Promise(() => {})],
  ['a body that never ends', () => new Response(new ReadableStream({}))],
]

test.each(HANGING)('%s is given up after eight seconds, and no timer is left', async (_, answer) => {
  vi.useFakeTimers()
  const signals: AbortSignal[] = []
  let result: unknown = null
  const asking = query((asked) => {
    signals.push(asked.signal)
    return answer(asked)
  }).then((it) => {
    result = it
  })

  await vi.advanceTimersByTimeAsync(7_999)
  expect(result).toBeNull()
  await vi.advanceTimersByTimeAsync(1)
  await asking
  expect(result).toMatchObject({ type: 'unknown', evidence: { problem: 'timeout' } })
  expect(signals.map((it) => it.aborted)).toEqual([true])
  expect(vi.getTimerCount()).toBe(0)
})

test('a query inside a notification is given up when its caller says', async () => {
  vi.useFakeTimers()
  const asking = query(() => new Promise(() => {}), 3_000)
  await vi.advanceTimersByTimeAsync(3_000)
  expect(await asking).toMatchObject({ type: 'unknown', evidence: { problem: 'timeout' } })
})

test('a fetch that ends because of the time limit is a time-out too', async () => {
  vi.useFakeTimers()
  const asking = close(
    ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  )
  await vi.advanceTimersByTimeAsync(8_000)
  expect(await asking).toMatchObject({ type: 'unknown', evidence: { problem: 'timeout' } })
})

test('an answer in time leaves no timer behind', async () => {
  vi.useFakeTimers()
  expect(await query(saying(paid))).toMatchObject({ type: 'paid' })
  expect(vi.getTimerCount()).toBe(0)
})

// unifiedorder

test('a QR code is what WeChat gave, as it is', async () => {
  expect(await prepay(saying(PREPAID))).toMatchObject({
    type: 'prepaid',
    prepay: { prepayId: PREPAID.prepay_id, codeUrl: CODE_URL, mwebUrl: null, at: NOW },
  })
})

test('an app and a page inside WeChat need the prepay id only', async () => {
  const prepaid = { type: 'prepaid', prepay: { prepayId: 'wx01', codeUrl: null, mwebUrl: null, at: NOW } }
  expect(await prepay(saying({ prepay_id: 'wx01' }), 'app')).toMatchObject(prepaid)
  expect(await prepay(saying({ prepay_id: 'wx01' }), 'jsapi')).toMatchObject(prepaid)
})

test('a phone’s browser gets its link', async () => {
  const mwebUrl = 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx01&package=1'
  const answer = saying({ prepay_id: 'wx01', mweb_url: mwebUrl })
  expect(await prepay(answer, 'h5')).toMatchObject({ type: 'prepaid', prepay: { mwebUrl, codeUrl: null } })
})

test.each([
  ['no prepay id', { ...PREPAID, prepay_id: '' }, 'native', 'no_prepay_id'],
  ['no QR code', { prepay_id: 'wx01', code_url: '' }, 'native', 'no_code_url'],
  ['no link', { prepay_id: 'wx01' }, 'h5', 'no_mweb_url'],
  ['a text that no QR code holds', { prepay_id: 'wx01', code_url: 'w'.repeat(3_000) }, 'native', 'no_code_url'],
  ['a script for a link', { prepay_id: 'wx01', mweb_url: 'javascript:alert(1)//' }, 'h5', 'no_mweb_url'],
  ['half a link', { prepay_id: 'wx01', mweb_url: '/checkmweb' }, 'h5', 'no_mweb_url'],
] as const)('%s: nothing was prepared', async (_, fields, channel, problem) => {
  expect(await prepay(saying(fields), channel)).toMatchObject({ type: 'unknown', evidence: { problem } })
})

test.each(['ORDERPAID', 'ORDERCLOSED', 'OUT_TRADE_NO_USED', 'INVALID_REQUEST'])(
  '%s: the number is used, and only a query tells how',
  async (code) => {
    expect(await prepay(failing(code))).toMatchObject({ type: 'number_used', evidence: { fields: { err_code: code } } })
  },
)

test.each(['NOAUTH', 'NOTENOUGH', 'APPID_NOT_EXIST', 'LACK_PARAMS', 'SIGNERROR', 'NEW_IN_2027', 'constructor'])(
  '%s: WeChat will not, and says why',
  async (code) => {
    expect(await prepay(failing(code))).toMatchObject({ type: 'refused', code })
  },
)

test('what a failure leaves in its body is never read', async () => {
  const leftovers = {
    ...PREPAID,
    mweb_url: 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=&package=1',
  }
  const answer = saying({ ...leftovers, result_code: 'FAIL', err_code: 'INVALID_REQUEST' })
  expect(await prepay(answer, 'h5')).toEqual({ type: 'number_used', evidence: expect.anything() })
})

// orderquery

test.each([
  ['SUCCESS', false],
  ['REFUND', true],
])('%s: there is money', async (state, isRefunded) => {
  const answer = await query(saying({ ...paid, trade_state: state }))
  expect(answer).toMatchObject({ type: 'paid', trade: TRADE, isRefunded })
})

test('REFUND without the money that was paid: it went back, and no more is known', async () => {
  const answer = await query(saying({ out_trade_no: NUMBER, trade_state: 'REFUND' }))
  expect(answer).toMatchObject({ type: 'refunded', evidence: { fields: { trade_state: 'REFUND' }, problem: null } })
})

test.each(['NOTPAY', 'USERPAYING', 'PAYERROR', 'ACCEPT'])('%s: nobody has paid yet', async (state) => {
  expect(await query(saying({ out_trade_no: NUMBER, trade_state: state, device_info: '' }))).toMatchObject({
    type: 'unpaid',
  })
})

test.each(['CLOSED', 'REVOKED'])('%s: nobody ever will', async (state) => {
  expect(await query(saying({ out_trade_no: NUMBER, trade_state: state }))).toMatchObject({ type: 'closed' })
})

test('a number that WeChat does not know is missing', async () => {
  expect(await query(failing('ORDERNOTEXIST'))).toMatchObject({ type: 'missing' })
})

test.each<[string, Record<string, string | null>, string]>([
  ['another number', { out_trade_no: 'another' }, 'another_number'],
  ['no number', { out_trade_no: null }, 'another_number'],
  ['another number that is not paid', { out_trade_no: 'another', trade_state: 'CLOSED' }, 'another_number'],
  ['a new state', { trade_state: 'SETTLING' }, 'unknown_state'],
  ['no state', { trade_state: null }, 'unknown_state'],
  ['an inherited state', { trade_state: 'constructor' }, 'unknown_state'],
  ['no transaction', { transaction_id: '' }, 'unreadable: transaction_id'],
  ['a long transaction', { transaction_id: '4'.repeat(33) }, 'unreadable: transaction_id'],
  ['no amount', { total_fee: null }, 'unreadable: total_fee'],
  ['a fraction', { total_fee: '68.00' }, 'unreadable: total_fee'],
  ['an exponent', { total_fee: '68e2' }, 'unreadable: total_fee'],
  ['hexadecimal digits', { total_fee: '0x1A90' }, 'unreadable: total_fee'],
  ['a space', { total_fee: ' 6800' }, 'unreadable: total_fee'],
  ['a sign', { total_fee: '-6800' }, 'unreadable: total_fee'],
  ['digits of another script', { total_fee: '６８００' }, 'unreadable: total_fee'],
  ['an amount beyond numbers', { total_fee: '9'.repeat(20) }, 'unreadable: total_fee'],
  ['no time', { time_end: null }, 'unreadable: time_end'],
  ['a day that does not exist', { time_end: '20260230100105' }, 'unreadable: time_end'],
])('money with %s is not believed', async (_, changes, problem) => {
  expect(await query(saying({ ...paid, ...changes }))).toMatchObject({ type: 'unknown', evidence: { problem } })
})

test.each([null, ''])('money without a currency (%s) is yuan', async (currency) => {
  expect(await query(saying({ ...paid, fee_type: currency }))).toMatchObject({
    type: 'paid',
    trade: { currency: 'CNY' },
  })
})

test('money of another currency says so', async () => {
  expect(await query(saying({ ...paid, fee_type: 'USD' }))).toMatchObject({ type: 'paid', trade: { currency: 'USD' } })
})

test('coupons do not change the amount of the order', async () => {
  const answer = saying({ ...paid, cash_fee: '0', coupon_fee: '6800', coupon_count: '1', settlement_total_fee: '0' })
  expect(await query(answer)).toMatchObject({ type: 'paid', trade: { paidFen: 6800 } })
})

// closeorder

test.each([
  ['success', saying({ result_msg: 'OK' }), 'closed'],
  ['ORDERCLOSED', failing('ORDERCLOSED'), 'closed'],
  ['ORDERPAID', failing('ORDERPAID'), 'paid'],
  ['ORDERNOTEXIST', failing('ORDERNOTEXIST'), 'missing'],
  ['TRADE_STATE_ERROR', failing('TRADE_STATE_ERROR'), 'unknown'],
  ['a new code', failing('NEW_IN_2027'), 'unknown'],
])('%s to a close means: %s', async (_, answer, type) => {
  expect(await close(answer)).toMatchObject({ type })
})

// Evidence

test('evidence keeps every field, but neither signature, person nor key', async () => {
  const fields = signedAnswer({ ...paid, future_field: 'x' })
  const { evidence } = await query(() => respond(fields))
  const { sign = '', openid, ...others } = fields
  expect(evidence.problem).toBeNull()
  expect(evidence.fields).toEqual({ ...others, openid: `${openid?.slice(0, 6)}…`, sign: `${sign.slice(0, 6)}…` })
  expect(JSON.stringify(evidence)).not.toContain(ACCOUNT.apiKey)
})

test('the key is in nothing that is sent, and in no evidence of anything', async () => {
  const answers = [...DISTRUSTED.map(([, answer]) => answer), saying(paid), saying(PREPAID), failing('NOAUTH')]
  for (const answer of answers) {
    const { gateway, asked } = openWire(answer)
    const payment = paymentOf(gateway)
    const said = [await gateway.prepay(payment), await gateway.query(payment), await gateway.close(payment)]
    expect(asked).toHaveLength(3)
    expect(JSON.stringify([said, asked.map(({ fields }) => fields), payment])).not.toContain(ACCOUNT.apiKey)
  }
})

test('the signature that a forged answer should have had is nowhere', async () => {
  const forged = { ...signedAnswer(paid), total_fee: '1' }
  const answer = await query(() => respond(forged))
  expect(JSON.stringify(answer)).not.toContain(signed({ ...forged, sign: null }).sign)
})

// What is told of each call

test.each<[string, Answering, string, boolean]>([
  ['a success', saying(paid), 'SUCCESS', true],
  ['a failure', failing('ORDERNOTEXIST'), 'ORDERNOTEXIST', true],
  ['a page', () => new Response('<html></html>'), 'malformed: other_root', false],
  ['an error of HTTP', () => new Response('', { status: 502 }), 'http_502', false],
  ['no connection', () => Promise.reject(new Error('refused')), 'no_connection', false],
  ['a wrong signature', () => respond({ ...signedAnswer(paid), sign: 'A'.repeat(32) }), 'bad_signature', false],
])('a call answered with %s is told with its outcome and how long it took', async (_, answer, outcome, isAnswered) => {
  const told: GatewayCall[] = []
  let clock = NOW
  const { gateway } = openWire(
    (asked) => {
      clock += 250
      return answer(asked)
    },
    { now: () => clock, onCall: async (call) => void told.push(call) },
  )
  await gateway.query(PAYMENT)
  expect(told).toMatchObject([
    { at: NOW, durationMs: 250, path: '/pay/orderquery', outTradeNo: NUMBER, outcome, isAnswered },
  ])
  expect(told[0]?.request).toEqual({
    appid: ACCOUNT.appid,
    mch_id: ACCOUNT.mchId,
    out_trade_no: NUMBER,
    nonce_str: 'nonce1',
  })
  const isRead = isAnswered || outcome === 'bad_signature'
  expect(told[0]?.answer.sign).toEqual(isRead ? expect.stringMatching(/^[0-9A-F]{6}…$/) : undefined)
})

test('of an answer that is longer than any real one only its beginning is told', async () => {
  const told: GatewayCall[] = []
  const onCall = async (call: GatewayCall) => void told.push(call)
  const long = 'x'.repeat(20_000)
  const many = Object.fromEntries(Array.from({ length: 80 }, (_, n) => [`field_${n}`, 'y'.repeat(500)]))
  for (const fields of [{ err_code: long, err_code_des: long }, many]) {
    await openWire(saying({ result_code: 'FAIL', ...fields }), { onCall }).gateway.query(PAYMENT)
  }
  expect(told[0]?.outcome).toBe('x'.repeat(64))
  expect(told[0]?.answer.err_code_des).toBe(`${'x'.repeat(1_000)}…`)
  for (const { answer } of told) expect(JSON.stringify(answer).length).toBeLessThan(10_000)
})

test.each([
  ['123456', '123456'],
  ['1234567', '123456…'],
])('who pays (%s) is told as %s', async (openid, told) => {
  const answer = await query(saying({ ...paid, openid }))
  expect(answer.evidence.fields.openid).toBe(told)
})

test('a clock that was set back makes no call end before it began', async () => {
  const told: GatewayCall[] = []
  const clock = [NOW, NOW - 60_000]
  const { gateway } = openWire(saying(paid), {
    now: () => clock.shift() ?? NOW,
    onCall: async (call) => void told.push(call),
  })
  await gateway.query(PAYMENT)
  expect(told).toMatchObject([{ at: NOW, durationMs: 0 }])
})
