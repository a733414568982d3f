import { expect, onTestFinished, test, vi } from 'vitest'
import { type Fields, newFields } from '@/lib/wechat/v2/sign'
import { ACCOUNT, type Asked, NUMBER, openWire, REFUND_NUMBER, respond, signed, signedAnswer, TRADE } from './wire'

const HMAC = { ...ACCOUNT, signType: 'HMAC-SHA256' } as const

type Answering = (asked: Asked) => Response | Promise<Response>
type Said = Record<string, string | null>

const saying = (fields: Said) => () => respond(signedAnswer(fields))
const failing = (code: string) => saying({ result_code: 'FAIL', err_code: code, err_code_des: 'x' })

const PAYMENT_REFUND = { apiVersion: 'v2', outRefundNo: REFUND_NUMBER, signType: 'MD5' } as const
const PAYMENT = { apiVersion: 'v2', outTradeNo: NUMBER, signType: 'MD5' } as const

/** The n-th refund of an answer. */
const nth = (n: number, changes: Said = {}): Said => ({
  [`out_refund_no_${n}`]: n === 0 ? REFUND_NUMBER : `R${n}`,
  [`refund_id_${n}`]: `5030000202603021234567890${n}`,
  [`refund_channel_${n}`]: 'ORIGINAL',
  [`refund_fee_${n}`]: '3000',
  [`refund_status_${n}`]: 'SUCCESS',
  [`refund_account_${n}`]: 'REFUND_SOURCE_UNSETTLED_FUNDS',
  [`refund_recv_accout_${n}`]: '支付用户零钱',
  [`refund_success_time_${n}`]: '2026-03-02 09:08:07',
  ...changes,
})
const HEAD: Said = {
  transaction_id: TRADE.transactionId,
  out_trade_no: NUMBER,
  total_fee: '6800',
  cash_fee: '6800',
  refund_fee: '3000',
  refund_count: '1',
}
const FOUND = {
  outRefundNo: REFUND_NUMBER,
  refundId: '50300002026030212345678900',
  outTradeNo: NUMBER,
  transactionId: TRADE.transactionId,
  amountFen: 3000,
  paidFen: 6800,
  status: 'succeeded',
  succeededAt: Date.UTC(2026, 2, 2, 1, 8, 7),
  receivedBy: '支付用户零钱',
}
const query = (answer: Answering) => openWire(answer).gateway.queryRefund(PAYMENT_REFUND)

test.each([
  ['MD5', undefined, ACCOUNT],
  ['HMAC-SHA256', 'HMAC-SHA256', HMAC],
] as const)('a refund signed with %s is queried by its number', async (signType, said, account) => {
  const { gateway, asked } = openWire(() => respond(signedAnswer({ ...HEAD, ...nth(0) }, account)))
  expect(await gateway.queryRefund({ ...PAYMENT_REFUND, signType })).toMatchObject({ type: 'found', refunds: [FOUND] })
  const { path, fields } = asked[0] ?? { path: null, fields: newFields() }
  expect(path).toBe('/pay/refundquery')
  expect([fields.out_refund_no, fields.out_trade_no, fields.sign_type]).toEqual([REFUND_NUMBER, undefined, said])
})

test.each([
  ['PROCESSING', 'processing'],
  ['SUCCESS', 'succeeded'],
  ['REFUNDCLOSE', 'closed'],
  ['FAIL', 'closed'],
  ['CHANGE', 'abnormal'],
])('%s means %s', async (said, status) => {
  const answer = saying({ ...HEAD, ...nth(0, { refund_status_0: said }) })
  expect(await query(answer)).toMatchObject({ type: 'found', refunds: [{ ...FOUND, status }] })
})

test.each([1, 6800])('a refund of %d of 6800 fen is read', async (amountFen) => {
  const answer = saying({ ...HEAD, ...nth(0, { refund_fee_0: String(amountFen) }) })
  expect(await query(answer)).toMatchObject({ type: 'found', refunds: [{ ...FOUND, amountFen }] })
})

test('of where the money went so much is kept as a page shows', async () => {
  const answer = saying({ ...HEAD, ...nth(0, { refund_recv_accout_0: `${'招'.repeat(64)}x` }) })
  expect(await query(answer)).toMatchObject({ refunds: [{ receivedBy: '招'.repeat(64) }] })
})

test('what WeChat does not say of a refund is not made up', async () => {
  const changes = { refund_success_time_0: '', refund_recv_accout_0: null, refund_status_0: 'PROCESSING' }
  expect(await query(saying({ ...HEAD, ...nth(0, changes) }))).toMatchObject({
    refunds: [{ status: 'processing', succeededAt: null, receivedBy: null }],
  })
})

test('fields that nobody has read about change nothing', async () => {
  const more = {
    ...{ refund_fee_type: 'CNY', coupon_refund_fee_0: '0', coupon_refund_fee_7: '0', refund_fee_limit_7: '9' },
    ...{ coupon_refund_id_0_1: '1', refund_id_7_0: '1' },
  }
  expect(await query(saying({ ...HEAD, ...nth(0), ...more }))).toMatchObject({ type: 'found', refunds: [FOUND] })
})

test.each<[string, Said, string]>([
  ['another refund', { out_refund_no_0: 'R2' }, 'another_number'],
  ['two refunds for one number', { refund_count: '2', ...nth(1) }, 'another_number'],
  [
    'the same one twice',
    { refund_count: '2', ...nth(1), out_refund_no_1: REFUND_NUMBER },
    'unreadable: out_refund_no_1',
  ],
  ['no count', { refund_count: null }, 'unreadable: refund_count'],
  ['a count of none', { refund_count: '0' }, 'unreadable: refund_count'],
  ['a count of eleven', { refund_count: '11' }, 'unreadable: refund_count'],
  ['a count written otherwise', { refund_count: '01' }, 'unreadable: refund_count'],
  ['a count below its refunds', nth(1), 'unreadable: out_refund_no_1'],
  ['a count above its refunds', { refund_count: '2' }, 'unreadable: out_refund_no_1'],
  ['an index with a zero before it', { refund_fee_00: '3000' }, 'unreadable: refund_fee_00'],
  ['a total below its count', { total_refund_count: '0' }, 'unreadable: total_refund_count'],
  ['a long number', { out_refund_no_0: 'x'.repeat(65) }, 'unreadable: out_refund_no_0'],
  ['no number of its own', { refund_id_0: null }, 'unreadable: refund_id_0'],
  ['no transaction', { transaction_id: null }, 'unreadable: transaction_id'],
  ['no payment', { out_trade_no: null }, 'unreadable: out_trade_no'],
  ['no sum', { total_fee: null }, 'unreadable: total_fee'],
  ['a fraction', { refund_fee_0: '30.00' }, 'unreadable: refund_fee_0'],
  ['nothing', { refund_fee_0: '0' }, 'unreadable: refund_fee_0'],
  ['less than nothing', { refund_fee_0: '-3000' }, 'unreadable: refund_fee_0'],
  ['more than was paid', { refund_fee_0: '6801' }, 'unreadable: refund_fee_0'],
  ['an unknown state', { refund_status_0: 'DONE' }, 'unreadable: refund_status_0'],
  ['a moment that never was', { refund_success_time_0: '2026-02-30 09:08:07' }, 'unreadable: refund_success_time_0'],
  ['a time of another form', { refund_success_time_0: '20260302090807' }, 'unreadable: refund_success_time_0'],
])('a query answered with %s proves nothing', async (_, changes, problem) => {
  const answer = saying({ ...HEAD, ...nth(0), ...changes })
  expect(await query(answer)).toMatchObject({ type: 'unknown', evidence: { problem } })
})

test.each<[string, Answering, object]>([
  ['REFUNDNOTEXIST', failing('REFUNDNOTEXIST'), { type: 'missing' }],
  ['SYSTEMERROR', failing('SYSTEMERROR'), { type: 'unknown', evidence: { problem: 'SYSTEMERROR' } }],
  ['a code of later years', failing('NEW'), { type: 'unknown', evidence: { problem: 'NEW' } }],
  [
    'a refusal that nobody signed',
    () => respond({ return_code: 'FAIL', return_msg: 'REFUNDNOTEXIST' }),
    { type: 'unknown', evidence: { problem: 'return_code_fail' } },
  ],
  [
    'a signature with the key before',
    () =>
      respond(
        signed(
          { ...signedAnswer({ ...HEAD, ...nth(0) }), sign: null },
          { ...ACCOUNT, apiKey: ACCOUNT.previousApiKey ?? '' },
        ),
      ),
    { type: 'unknown', evidence: { problem: 'bad_signature' } },
  ],
])('%s to a refund query says so much', async (_, answer, meaning) => {
  expect(await query(answer)).toMatchObject(meaning)
})

// All refunds of a payment

/** WeChat with so many refunds of the payment: ten with each answer, and how many there are when they are more. */
const having =
  (count: number): Answering =>
  ({ fields }) => {
    const offset = Number(fields.offset ?? 0)
    const page = Array.from({ length: Math.min(10, count - offset) }, (_, n) => ({
      ...nth(n),
      [`out_refund_no_${n}`]: `R${offset + n}`,
      [`refund_fee_${n}`]: '100',
    }))
    const total = count > 10 ? { total_refund_count: String(count) } : {}
    return respond(signedAnswer(Object.assign({ ...HEAD, refund_count: String(page.length), ...total }, ...page)))
  }

const asked = (fields: Fields): Asked => ({
  path: '/pay/refundquery',
  contentType: null,
  fields,
  signal: new AbortController().signal,
})

test.each([1, 10, 11, 20, 50])('all %d refunds of a payment are found, ten by ten', async (count) => {
  const { gateway, asked } = openWire(having(count))
  const answer = await gateway.listRefunds(PAYMENT)
  expect(answer.type === 'found' && answer.refunds.map((it) => it.outRefundNo)).toEqual(
    Array.from({ length: count }, (_, n) => `R${n}`),
  )
  expect(asked.map(({ fields }) => [fields.out_trade_no, fields.offset])).toEqual(
    Array.from({ length: Math.ceil(count / 10) }, (_, page) => [NUMBER, page === 0 ? undefined : String(page * 10)]),
  )
})

test.each<[string, Answering, object]>([
  ['no refund at all', failing('REFUNDNOTEXIST'), { type: 'missing' }],
  ['no second page', (it) => (it.fields.offset ? failing('SYSTEMERROR')() : having(11)(it)), { type: 'unknown' }],
  [
    'fewer than it counted',
    (it) => (it.fields.offset ? failing('REFUNDNOTEXIST')() : having(11)(it)),
    { type: 'unknown', evidence: { problem: 'REFUNDNOTEXIST' } },
  ],
  [
    'the first page again',
    (it) => having(12)({ ...it, fields: {} }),
    { type: 'unknown', evidence: { problem: 'page_repeated' } },
  ],
  [
    'its last refund before the page again',
    ({ fields }) => having(12)(fields.offset ? asked({ offset: '9' }) : asked({})),
    { type: 'unknown', evidence: { problem: 'page_repeated' } },
  ],
  ['more than there can be', having(60), { type: 'unknown', evidence: { problem: 'too_many_refunds' } }],
  [
    "another payment's refunds",
    saying({ ...HEAD, ...nth(0), out_trade_no: 'other' }),
    { type: 'unknown', evidence: { problem: 'another_payment' } },
  ],
])('a payment of which WeChat has %s', async (_, answer, meaning) => {
  expect(await openWire(answer).gateway.listRefunds(PAYMENT)).toMatchObject(meaning)
})

test('all answers of a list share the time that its caller gives it', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const slowly: Answering = (it) => new Promise((resolve) => setTimeout(() => resolve(having(11)(it)), 2_000))
  const list = (msMax: number) => openWire(slowly).gateway.listRefunds(PAYMENT, msMax)
  const [inTime, late] = [list(4_001), list(3_999)]
  await vi.advanceTimersByTimeAsync(4_001)
  expect(await inTime).toMatchObject({ type: 'found' })
  expect(await late).toMatchObject({ type: 'unknown', evidence: { problem: 'timeout' } })
})
