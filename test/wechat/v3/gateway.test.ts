import { expect, test } from 'vitest'
import { readMessage } from '@/lib/wechat/v3/json'
import { INTENT, NUMBER, paymentOf, REFUND_NUMBER, refundOf, TRADE } from '../wire'
import { ACCOUNT, NOW, openWire, PUBLIC_KEY_ID, refusal, SIGNERS, signedAnswer } from './wire'

const CODE_URL = 'weixin://wxpay/bizpayurl/up?pr=NwY5Mz9&groupid=00'
const MONEY = {
  appid: ACCOUNT.appid,
  mchid: ACCOUNT.mchId,
  out_trade_no: NUMBER,
  transaction_id: TRADE.transactionId,
  trade_state: 'SUCCESS',
  success_time: '2026-03-01T10:01:05+08:00',
  payer: { openid: 'oDemo_0penId-AbCdEfGhIjKlMnOp' },
  amount: { total: 6_800, payer_total: 6_000, currency: 'CNY' },
}

test('an order is asked for with its stored text, and told where to send its answer\u2019s signature from', async () => {
  const { gateway, requests, calls } = openWire(() => signedAnswer({ code_url: CODE_URL }))
  const payment = paymentOf(gateway)
  const answer = await gateway.prepay(payment)

  expect(answer).toMatchObject({ type: 'prepaid', prepay: { codeUrl: CODE_URL, mwebUrl: null, at: NOW } })
  const [request] = requests
  expect(request).toMatchObject({ method: 'POST', target: '/v3/pay/transactions/native', body: payment.request })
  expect(request?.headers.get('wechatpay-serial')).toBe(PUBLIC_KEY_ID)
  expect(JSON.parse(payment.request)).toEqual({
    appid: ACCOUNT.appid,
    mchid: ACCOUNT.mchId,
    description: '演示商店-狮峰龙井',
    out_trade_no: NUMBER,
    time_expire: '2026-03-01T10:30:00+08:00',
    notify_url: 'https://shop.example.com/api/wechat/notify/v3',
    amount: { total: 6_800, currency: 'CNY' },
  })
  expect(calls).toMatchObject([{ path: '/v3/pay/transactions/native', outTradeNo: NUMBER, outcome: 'SUCCESS' }])
})

test.each([
  ['app', { prepay_id: 'wx26112221580621e9b071c00d9e093b0000' }, {}],
  ['jsapi', { prepay_id: 'wx26112221580621e9b071c00d9e093b0000' }, { payer: { openid: 'oPayer' } }],
  ['h5', { h5_url: 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=1' }, {}],
] as const)('an order for %s has its own path and its own answer', async (channel, given, more) => {
  const { gateway, requests } = openWire(() => signedAnswer(given))
  const buyer = { buyerAddress: '203.0.113.7', openid: channel === 'jsapi' ? 'oPayer' : null }
  const payment = paymentOf(gateway, { channel, buyer })
  expect(await gateway.prepay(payment)).toMatchObject({ type: 'prepaid' })
  expect(requests[0]?.target).toBe(`/v3/pay/transactions/${channel}`)
  expect(JSON.parse(payment.request)).toMatchObject(more)
  expect(gateway.isFor(payment, buyer)).toBe(true)
  expect(gateway.isFor(payment, { buyerAddress: '::1', openid: 'oOther' })).toBe(channel === 'app')
  const other = openWire(() => signedAnswer({})).gateway
  expect(await other.prepay(payment)).toMatchObject({ type: 'unknown' })
})

test('an order is queried with the merchant in the signed line, and what was paid is its total', async () => {
  const { gateway, requests } = openWire(() => signedAnswer(MONEY))
  const answer = await gateway.query(paymentOf(gateway))
  expect(requests[0]?.target).toBe(`/v3/pay/transactions/out-trade-no/${NUMBER}?mchid=${ACCOUNT.mchId}`)
  expect(answer).toMatchObject({ type: 'paid', isRefunded: false, trade: { ...TRADE, paidFen: 6_800 } })
  expect(JSON.stringify(answer.evidence)).not.toContain(MONEY.payer.openid)
})

test('an order whose money is known is queried by WeChat\u2019s number, and is still asked to be ours', async () => {
  const { gateway, requests, calls } = openWire(() => signedAnswer(MONEY))
  const paid = { ...paymentOf(gateway), transactionId: TRADE.transactionId }
  expect(await gateway.query(paid)).toMatchObject({ type: 'paid', trade: TRADE })
  expect(requests[0]?.target).toBe(`/v3/pay/transactions/id/${TRADE.transactionId}?mchid=${ACCOUNT.mchId}`)
  expect(calls[0]).toMatchObject({ path: '/v3/pay/transactions/id/{transaction_id}', outTradeNo: NUMBER })
  for (const [changes, problem] of [
    [{ out_trade_no: 'another' }, 'another_number'],
    [{ transaction_id: '4200000000' }, 'another_transaction'],
    [{ mchid: '1900000110' }, 'not_ours'],
  ] as const) {
    const other = openWire(() => signedAnswer({ ...MONEY, ...changes })).gateway
    expect(await other.query(paid)).toMatchObject({ type: 'unknown', evidence: { problem } })
  }
  const missing = openWire(() => refusal(404, 'ORDER_NOT_EXIST')).gateway
  expect(await missing.query(paid)).toMatchObject({ type: 'missing' })
})

test.each([
  [{ trade_state: 'NOTPAY' }, 'unpaid'],
  [{ trade_state: 'CLOSED' }, 'closed'],
  [{ trade_state: 'REFUND' }, 'paid'],
  [{ trade_state: 'REFUND', amount: undefined }, 'refunded'],
  [{ trade_state: 'SUCCESS', amount: { total: 68.5 } }, 'unknown'],
  [{ trade_state: 'NEW_STATE' }, 'unknown'],
  [{ mchid: '1900000110' }, 'unknown'],
  [{ appid: 'wxother' }, 'unknown'],
  [{ out_trade_no: 'another' }, 'unknown'],
])('an answer with %j means %s', async (changes, type) => {
  const { gateway } = openWire(() => signedAnswer({ ...MONEY, ...changes }))
  expect((await gateway.query(paymentOf(gateway))).type).toBe(type)
})

test.each([
  ['a query', 404, 'ORDER_NOT_EXIST', 'missing'],
  ['a query', 400, 'ORDER_NOT_EXIST', 'unknown'],
  ['a query', 500, 'SYSTEM_ERROR', 'unknown'],
  ['a query', 401, 'SIGN_ERROR', 'unknown'],
  ['an order', 400, 'ORDER_CLOSED', 'number_used'],
  ['an order', 400, 'ORDER_PAID', 'number_used'],
  ['an order', 403, 'OUT_TRADE_NO_USED', 'number_used'],
  ['an order', 403, 'NO_AUTH', 'refused'],
  ['an order', 400, 'PARAM_ERROR', 'refused'],
  ['an order', 500, 'SYSTEM_ERROR', 'unknown'],
  ['an order', 429, 'NEVER_HEARD_OF', 'unknown'],
  ['a close', 400, 'ORDER_PAID', 'paid'],
  ['a close', 400, 'ORDER_CLOSED', 'closed'],
  ['a close', 404, 'ORDER_NOT_EXIST', 'missing'],
  ['a close', 403, 'TRADE_ERROR', 'unknown'],
])('a refusal of %s with %i %s, which nobody signs, means %s', async (what, status, code, type) => {
  const { gateway } = openWire(() => refusal(status, code))
  const payment = paymentOf(gateway)
  const answer = await (what === 'a query'
    ? gateway.query(payment)
    : what === 'a close'
      ? gateway.close(payment)
      : gateway.prepay(payment))
  expect(answer.type).toBe(type)
  expect(answer.evidence.fields).toMatchObject({ http: status, code })
})

test('a close names the merchant in its body, and is confirmed by a signature over nothing', async () => {
  const { gateway, requests } = openWire(() => signedAnswer(null, 204))
  expect(await gateway.close(paymentOf(gateway))).toMatchObject({ type: 'closed' })
  expect(requests[0]).toMatchObject({
    target: `/v3/pay/transactions/out-trade-no/${NUMBER}/close`,
    body: `{"mchid":"${ACCOUNT.mchId}"}`,
  })
})

const answers: [string, () => Response, string][] = [
  ['no signature', () => new Response(JSON.stringify(MONEY)), 'headers'],
  ['a signature of five minutes ago', () => signedAnswer(MONEY, 200, SIGNERS.publicKey, NOW - 300_000), 'window'],
  [
    'a signature of the merchant',
    () => signedAnswer(MONEY, 200, { serial: PUBLIC_KEY_ID, privateKey: ACCOUNT.privateKey }),
    'bad_signature',
  ],
  ['an unknown public key', () => signedAnswer(MONEY, 200, { ...SIGNERS.publicKey, serial: 'PUB_KEY_ID_1' }), 'serial'],
  ['a page of a proxy', () => new Response('<html>', { status: 502 }), 'http_502'],
  ['JSON of a machine on the way', () => new Response('{"code":404}', { status: 404 }), 'http_404'],
  ['a redirect', () => new Response(null, { status: 302 }), 'http_302'],
  ['an empty success', () => new Response('', { status: 200 }), 'headers'],
]
test.each(answers)('%s is no answer', async (_, respond, problem) => {
  const { gateway } = openWire(respond)
  expect(await gateway.query(paymentOf(gateway))).toMatchObject({ type: 'unknown', evidence: { problem } })
})

test('a signature probe is refused, and the request goes out once more', async () => {
  const probing = () => {
    const answer = signedAnswer(MONEY)
    answer.headers.set('wechatpay-signature', 'WECHATPAY/SIGNTEST/x')
    return answer
  }
  const once = openWire((_, count) => (count === 1 ? probing() : signedAnswer(MONEY)))
  expect(await once.gateway.query(paymentOf(once.gateway))).toMatchObject({ type: 'paid' })
  expect(once.calls.map(({ outcome }) => outcome)).toEqual(['not_a_probe', 'SUCCESS'])

  const always = openWire(probing)
  expect(await always.gateway.query(paymentOf(always.gateway))).toMatchObject({ type: 'unknown' })
  expect(always.requests).toHaveLength(2)
})

const REFUND = {
  refund_id: '50000000382019052709732678859',
  out_refund_no: REFUND_NUMBER,
  transaction_id: TRADE.transactionId,
  out_trade_no: NUMBER,
  channel: 'ORIGINAL',
  user_received_account: '支付用户零钱',
  create_time: '2026-03-02T10:00:00+08:00',
  status: 'PROCESSING',
  amount: { total: 6_800, refund: 3_000, payer_total: 6_000, payer_refund: 2_600, currency: 'CNY' },
}

test('a refund goes out as an ordinary signed call with its own notify URL', async () => {
  const { gateway, requests } = openWire(() => signedAnswer(REFUND))
  const refund = refundOf(gateway)
  expect(gateway.whyNoRefunds('v3')).toBeNull()
  expect(await gateway.refund(refund)).toMatchObject({ type: 'accepted', refundId: REFUND.refund_id })
  expect(requests[0]).toMatchObject({ target: '/v3/refund/domestic/refunds', body: refund.request })
  expect(JSON.parse(refund.request)).toEqual({
    transaction_id: TRADE.transactionId,
    out_refund_no: REFUND_NUMBER,
    reason: '茶叶有异味',
    notify_url: 'https://shop.example.com/api/wechat/notify/v3',
    amount: { refund: 3_000, total: 6_800, currency: 'CNY' },
  })
})

test('an abnormal refund is rerouted by its number at WeChat to the merchant\u2019s card, with no card in it', async () => {
  const { gateway, requests, calls } = openWire(() => signedAnswer(REFUND))
  const refund = { ...refundOf(gateway), refundId: REFUND.refund_id }
  expect(await gateway.rerouteRefund(refund)).toMatchObject({ type: 'accepted', refundId: REFUND.refund_id })
  const path = '/v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund'
  expect(requests[0]).toMatchObject({ method: 'POST', target: path.replace('{refund_id}', REFUND.refund_id) })
  expect(requests[0]?.body).toBe(`{"out_refund_no":"${REFUND_NUMBER}","type":"MERCHANT_BANK_CARD"}`)
  expect(calls[0]).toMatchObject({ path, outRefundNo: REFUND_NUMBER })
  const answered = async (answer: Response) => (await openWire(() => answer).gateway.rerouteRefund(refund)).type
  expect(await answered(refusal(400, 'INVALID_REQUEST'))).toBe('refused')
  expect(await answered(refusal(429, 'FREQUENCY_LIMITED'))).toBe('delayed')
  expect(await answered(new Response('<html>', { status: 502 }))).toBe('unknown')
  expect(await answered(signedAnswer({ ...REFUND, out_refund_no: 'other' }))).toBe('unknown')
})

test.each([
  [{ out_refund_no: 'other' }, 'another_number'],
  [{ out_trade_no: 'other' }, 'another_payment'],
  [{ amount: { total: 6_800, refund: 1 } }, 'another_amount'],
  [{ amount: { total: 6_800, refund: '3000' } }, 'unreadable: amount.refund'],
  [{ refund_id: undefined }, 'unreadable: refund_id'],
])('a refund that is confirmed with %j is not believed', async (changes, problem) => {
  const { gateway } = openWire(() => signedAnswer({ ...REFUND, ...changes }))
  expect(await gateway.refund(refundOf(gateway))).toMatchObject({ type: 'unknown', evidence: { problem } })
})

test.each([
  [403, 'NOT_ENOUGH', { type: 'delayed', waitsFor: 'operator' }],
  [401, 'SIGN_ERROR', { type: 'delayed', waitsFor: 'operator' }],
  [400, 'PARAM_ERROR', { type: 'delayed', waitsFor: 'developer' }],
  [403, 'USER_ACCOUNT_ABNORMAL', { type: 'refused', code: 'USER_ACCOUNT_ABNORMAL' }],
  [400, 'NEVER_HEARD_OF', { type: 'delayed', waitsFor: 'developer' }],
])('a refund that is refused with %i %s', async (status, code, expected) => {
  const { gateway, requests } = openWire(() => refusal(status, code))
  expect(await gateway.refund(refundOf(gateway))).toMatchObject(expected)
  expect(requests).toHaveLength(1)
})

test.each([
  ['429', () => refusal(429, 'FREQUENCY_LIMITED')],
  ['500', () => refusal(500, 'SYSTEM_ERROR')],
  ['202', () => new Response(null, { status: 202 })],
  ['502 of a proxy', () => new Response('<html>', { status: 502 })],
])('a refund answered with %s may have been taken on: the query says', async (_, ambiguous) => {
  const taken = openWire(({ method }) => (method === 'POST' ? ambiguous() : signedAnswer(REFUND)))
  expect(await taken.gateway.refund(refundOf(taken.gateway))).toMatchObject({
    type: 'accepted',
    refundId: REFUND.refund_id,
  })
  expect(taken.requests.map(({ target }) => target)).toEqual([
    '/v3/refund/domestic/refunds',
    `/v3/refund/domestic/refunds/${REFUND_NUMBER}`,
  ])
  const lost = openWire(({ method }) => (method === 'POST' ? ambiguous() : refusal(404, 'RESOURCE_NOT_EXISTS')))
  expect(['delayed', 'unknown']).toContain((await lost.gateway.refund(refundOf(lost.gateway))).type)
})

test('a refund is queried by its number; a refund of another number is not it', async () => {
  const found = openWire(() =>
    signedAnswer({ ...REFUND, status: 'SUCCESS', success_time: '2026-03-02T10:00:05+08:00' }),
  )
  const refund = refundOf(found.gateway)
  expect(await found.gateway.queryRefund(refund)).toMatchObject({
    type: 'found',
    refunds: [{ outRefundNo: REFUND_NUMBER, status: 'succeeded', amountFen: 3_000, receivedBy: '支付用户零钱' }],
  })
  const other = openWire(() => signedAnswer({ ...REFUND, out_refund_no: 'other' })).gateway
  expect(await other.queryRefund(refund)).toMatchObject({ type: 'unknown' })
  const missing = openWire(() => refusal(404, 'RESOURCE_NOT_EXISTS')).gateway
  expect(await missing.queryRefund(refund)).toMatchObject({ type: 'missing' })
  expect(await missing.listRefunds(paymentOf(missing))).toEqual({ type: 'unlisted' })
})

test('the buyer\u2019s device gets what the merchant\u2019s key signed, under the names that v2 has too', () => {
  const { gateway } = openWire(() => new Response())
  const prepay = { prepayId: 'wx1', codeUrl: null, mwebUrl: null, at: NOW }
  const app = gateway.invocation({ ...paymentOf(gateway, { channel: 'app' }), prepay }, 'https://shop.example.com/')
  expect(app).toMatchObject({
    channel: 'app',
    app: { partnerid: ACCOUNT.mchId, prepayid: 'wx1', package: 'Sign=WXPay' },
  })
  const page = gateway.invocation(
    { ...paymentOf(gateway, { channel: 'jsapi', buyer: { ...INTENT.buyer, openid: 'o' } }), prepay },
    '',
  )
  expect(page).toMatchObject({ channel: 'jsapi', jsapi: { package: 'prepay_id=wx1', signType: 'RSA' } })
})

test('an order of several goods names them all, and its text fits', () => {
  const { gateway } = openWire(() => new Response())
  const [first] = INTENT.goods
  const { request } = paymentOf(gateway, { goods: [first, { ...first, name: '茶'.repeat(80) }, first] })
  const body = readMessage(Buffer.from(request))
  expect(body).toMatchObject({ ok: true, json: { description: '演示商店-狮峰龙井 +2' } })
  expect(JSON.parse(request).detail.goods_detail).toHaveLength(3)
})
