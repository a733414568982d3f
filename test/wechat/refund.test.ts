import { expect, test } from 'vitest'
import { isSignedWith } from '@/lib/wechat/v2/sign'
import { ACCOUNT, type Asked, NUMBER, openWire, REFUND_NUMBER, refundOf, respond, signedAnswer, TRADE } from './wire'

const HMAC = { ...ACCOUNT, signType: 'HMAC-SHA256' } as const

type Answering = (asked: Asked) => Response | Promise<Response>
type Said = Record<string, string | null>

const ACCEPTED: Said = {
  transaction_id: TRADE.transactionId,
  out_trade_no: NUMBER,
  out_refund_no: REFUND_NUMBER,
  refund_id: '50300002026030212345678901',
  refund_channel: '',
  refund_fee: '3000',
  coupon_refund_fee: '0',
  total_fee: '6800',
  cash_fee: '6800',
  coupon_refund_count: '0',
  cash_refund_fee: '3000',
}

const saying = (fields: Said) => () => respond(signedAnswer(fields))
const failing = (code: string) => saying({ result_code: 'FAIL', err_code: code, err_code_des: 'x' })
const refund = (answer: Answering) => {
  const wired = openWire(answer)
  return wired.gateway.refund(refundOf(wired.gateway))
}

// What is asked

test.each([
  ['MD5', undefined],
  ['HMAC-SHA256', 'HMAC-SHA256'],
] as const)(
  'a refund signed with %s is asked for as it was kept, and again in the same words',
  async (signType, said) => {
    const wired = openWire(saying(ACCEPTED), { account: { ...ACCOUNT, signType } })
    const kept = refundOf(wired.gateway)
    await wired.gateway.refund(kept)
    await wired.gateway.refund(kept)

    const [first, second] = wired.asked
    const { nonce_str: nonce, sign, ...fields } = first?.fields ?? {}
    expect(first?.path).toBe('/secapi/pay/refund')
    expect(fields).toEqual({
      appid: ACCOUNT.appid,
      mch_id: ACCOUNT.mchId,
      transaction_id: TRADE.transactionId,
      out_trade_no: NUMBER,
      out_refund_no: REFUND_NUMBER,
      total_fee: '6800',
      refund_fee: '3000',
      refund_fee_type: 'CNY',
      refund_desc: '茶叶有异味',
      notify_url: 'https://shop.example.com/api/wechat/notify/refund',
      ...(said && { sign_type: said }),
    })
    expect(second?.fields).toMatchObject(fields)
    expect(second?.fields.nonce_str).not.toBe(nonce)
    expect(isSignedWith(first?.fields ?? {}, ACCOUNT.apiKey, signType)).toBe(true)
  },
)

test('what is kept is sent, whatever the gateway would write by now', async () => {
  const wired = openWire(saying(ACCEPTED))
  const kept = refundOf(wired.gateway)
  const later = openWire(saying(ACCEPTED), { refundNotifyUrl: 'https://elsewhere.example.com/', account: HMAC })
  await later.gateway.refund(kept)
  expect(later.asked[0]?.fields.notify_url).toBe('https://shop.example.com/api/wechat/notify/refund')
  expect(later.asked[0]?.fields.sign_type).toBe(undefined)
  expect(isSignedWith(later.asked[0]?.fields ?? {}, ACCOUNT.apiKey, 'MD5')).toBe(true)
})

test.each([
  ['茶'.repeat(27), '茶'.repeat(26)],
  [`${'x'.repeat(78)}茶`, 'x'.repeat(78)],
  ['  已坏\u0007🍵 ', '已坏'],
  ['🍵', undefined],
  ['', undefined],
])('of the reason "%s" WeChat is told as many whole characters as it shows', async (reason, told) => {
  const wired = openWire(saying(ACCEPTED))
  await wired.gateway.refund(refundOf(wired.gateway, { reason }))
  expect(wired.asked[0]?.fields.refund_desc).toBe(told)
})

// What is believed

test('what WeChat took on has its number', async () => {
  expect(await refund(saying(ACCEPTED))).toEqual({
    type: 'accepted',
    refundId: '50300002026030212345678901',
    evidence: { fields: expect.objectContaining({ refund_fee: '3000' }), problem: null },
  })
})

test.each<[string, Said, string]>([
  ['another refund', { out_refund_no: 'R2' }, 'another_number'],
  ['no refund', { out_refund_no: null }, 'another_number'],
  ['another payment', { out_trade_no: 'other' }, 'another_payment'],
  ['another transaction', { transaction_id: '4200000000000000000000000001' }, 'another_payment'],
  ['another amount', { refund_fee: '3001' }, 'another_amount'],
  ['an amount written otherwise', { refund_fee: '3e3' }, 'another_amount'],
  ['no amount', { refund_fee: '' }, 'another_amount'],
  ['another sum', { total_fee: '3000' }, 'another_amount'],
  ['another currency', { fee_type: 'USD' }, 'another_amount'],
  ['no number of its own', { refund_id: null }, 'no_refund_id'],
  ['a number that is none', { refund_id: '<script>' }, 'no_refund_id'],
])('an acceptance with %s proves nothing', async (_, changes, problem) => {
  expect(await refund(saying({ ...ACCEPTED, ...changes }))).toMatchObject({ type: 'unknown', evidence: { problem } })
})

const CERTIFICATE_PAGE = '<html><head><title>400 No required SSL certificate was sent</title></head></html>'

test.each<[string, Answering, string]>([
  ['a failed transport', () => respond({ return_code: 'FAIL', return_msg: 'invalid refund_fee' }), 'return_code_fail'],
  ['an unsigned acceptance', () => respond({ ...signedAnswer(ACCEPTED), sign: '' }), 'bad_signature'],
  ['a changed acceptance', () => respond({ ...signedAnswer(ACCEPTED), refund_fee: '1' }), 'bad_signature'],
  [
    'an unsigned refusal',
    () => respond({ ...signedAnswer({ result_code: 'FAIL', err_code: 'ERROR' }), sign: '' }),
    'bad_signature',
  ],
  ['no connection', () => Promise.reject(new TypeError('fetch failed')), 'no_connection'],
  ['HTML', () => new Response('<html></html>'), 'malformed: other_root'],
  ['no certificate', () => new Response(CERTIFICATE_PAGE, { status: 400 }), 'certificate_refused'],
  ['an unusable one', () => new Response('400 The SSL certificate error', { status: 400 }), 'certificate_refused'],
  ['another page with 400', () => new Response('<html>busy</html>', { status: 400 }), 'http_400'],
  ['SYSTEMERROR', failing('SYSTEMERROR'), 'SYSTEMERROR'],
])('%s neither takes a refund on nor refuses it', async (_, answer, problem) => {
  expect(await refund(answer)).toMatchObject({ type: 'unknown', evidence: { problem } })
})

test.each(['USER_ACCOUNT_ABNORMAL', 'TRADE_OVERDUE', 'ERROR', 'INVALID_REQUEST', 'ORDERNOTEXIST'])(
  '%s refuses for good',
  async (code) => {
    expect(await refund(failing(code))).toMatchObject({ type: 'refused', code })
  },
)

test.each([
  ['BIZERR_NEED_RETRY', 'time'],
  ['FREQUENCY_LIMITED', 'time'],
  ['ORDER_NOT_READY', 'time'],
  ['INVALID_REQ_TOO_MUCH', 'time'],
  ['NOTENOUGH', 'operator'],
  ['CERT_ERROR', 'operator'],
  ['NOAUTH', 'operator'],
  ['REFUND_FEE_MISMATCH', 'developer'],
  ['INVALID_TRANSACTIONID', 'developer'],
  ['PARAM_ERROR', 'developer'],
  ['APPID_NOT_EXIST', 'developer'],
  ['MCHID_NOT_EXIST', 'developer'],
  ['REQUIRE_POST_METHOD', 'developer'],
  ['SIGNERROR', 'developer'],
  ['XML_FORMAT_ERROR', 'developer'],
  ['A_NEW_ONE', 'developer'],
])('%s waits for %s, and the request stays', async (code, waitsFor) => {
  expect(await refund(failing(code))).toMatchObject({ type: 'delayed', code, waitsFor })
})

test('while refunds are off nothing is sent', async () => {
  const { gateway, asked } = openWire(saying(ACCEPTED), {
    certified: { fetch: () => Promise.reject(new Error('sent')), whyOff: () => 'certificate_expired' },
  })
  expect(gateway.whyNoRefunds('v2')).toBe('certificate_expired')
  expect(await gateway.refund(refundOf(gateway))).toMatchObject({
    type: 'delayed',
    code: 'certificate_expired',
    waitsFor: 'operator',
    evidence: { fields: {}, problem: 'certificate_expired' },
  })
  expect(asked).toEqual([])
})

test('only the refund itself goes the way of the certificate', async () => {
  const certified: string[] = []
  const wired = openWire(failing('SYSTEMERROR'), {
    certified: {
      fetch: async (request) => {
        certified.push(new URL(request.url).pathname)
        return new Response()
      },
      whyOff: () => null,
    },
  })
  await wired.gateway.refund(refundOf(wired.gateway))
  await wired.gateway.queryRefund(refundOf(wired.gateway))
  expect(certified).toEqual(['/secapi/pay/refund'])
  expect(wired.asked.map(({ path }) => path)).toEqual(['/pay/refundquery'])
})
