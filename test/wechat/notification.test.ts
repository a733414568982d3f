import { expect, test } from 'vitest'
import { appParameters, jsapiParameters } from '@/lib/wechat/v2/invocation'
import { type Fields, maskedTextToSign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { ACCOUNT, MONEY, NOW, NUMBER, openWire, signed, TRADE } from './wire'

const HMAC = { ...ACCOUNT, signType: 'HMAC-SHA256' } as const
const NOTIFICATION = {
  return_code: 'SUCCESS',
  result_code: 'SUCCESS',
  appid: ACCOUNT.appid,
  mch_id: ACCOUNT.mchId,
  nonce_str: '7d2b6c2a8db53831f7eda20af46e531c',
  is_subscribe: 'N',
  ...MONEY,
}

const { gateway } = openWire(() => new Response())

/** Reads a message as the gateway does, in a shop where the payment has a type of signature, or does not exist. */
function read(body: string | Fields, signType: string | null = 'MD5') {
  const text = typeof body === 'string' ? body : writeXml(body)
  const message = {
    apiVersion: 'v2' as const,
    remoteAddress: '203.0.113.1',
    receivedAt: 0,
    headers: {},
    body: new TextEncoder().encode(text),
  }
  return gateway.verifyNotification(message, async ({ outTradeNo }) => (outTradeNo === NUMBER ? signType : null))
}

const outcomes = ({ checks }: Awaited<ReturnType<typeof read>>) =>
  checks.map(({ name, passed }) => `${name}:${passed ? 'yes' : 'no'}`)

test('a notification of money is read with every check passed', async () => {
  const notification = signed(NOTIFICATION)
  const reading = await read(notification)
  expect(reading).toMatchObject({ authentic: true, event: { type: 'paid', trade: TRADE } })
  expect(outcomes(reading)).toEqual(
    ['well_formed', 'return_code', 'account', 'sign_type', 'signature'].map((it) => `${it}:yes`),
  )
  expect(reading).toMatchObject({
    outTradeNo: NUMBER,
    transactionId: TRADE.transactionId,
    signedText: maskedTextToSign(notification),
    expectedSign: notification.sign,
    receivedSign: notification.sign,
  })
  expect(reading.signedText).toMatch(/&key=\*\*\*$/)
  expect(JSON.stringify(reading)).not.toContain(ACCOUNT.apiKey)
})

test('fields that nobody knows yet are signed like others', async () => {
  expect(await read(signed({ ...NOTIFICATION, future_field_2027: 'x y z' }))).toMatchObject({ authentic: true })
})

test('a message says what it tells of, whatever becomes of it', async () => {
  expect((await read(signed(NOTIFICATION))).kind).toBe('payment')
  expect((await read({ ...NOTIFICATION })).kind).toBe('payment')
  const { return_code, appid, mch_id, nonce_str } = NOTIFICATION
  expect(await read({ return_code, appid, mch_id, nonce_str, req_info: 'c2VjcmV0' })).toMatchObject({
    kind: 'refund',
    verdict: 'undecryptable',
  })
  expect((await read('')).kind).toBeNull()
})

test.each([null, ''])('money without a currency (%s) is yuan', async (currency) => {
  expect(await read(signed({ ...NOTIFICATION, fee_type: currency }))).toMatchObject({
    event: { trade: { currency: 'CNY' } },
  })
})

test('a notification of failure carries its code', async () => {
  const failed = signed({ ...NOTIFICATION, result_code: 'FAIL', err_code: 'NOTENOUGH', total_fee: null })
  expect(await read(failed)).toMatchObject({ authentic: true, event: { type: 'failed', code: 'NOTENOUGH' } })
})

test.each([
  ['nothing', ''],
  ['plain text', 'SUCCESS'],
  ['HTML', '<html></html>'],
  ['a document type', `<!DOCTYPE xml>${writeXml(signed(NOTIFICATION))}`],
  ['a cut message', writeXml(signed(NOTIFICATION)).slice(0, -10)],
])('%s is malformed, and nothing is read from it', async (_, body) => {
  const reading = await read(body)
  expect(reading).toMatchObject({ authentic: false, verdict: 'malformed', outTradeNo: null, signedText: null })
  expect(outcomes(reading)).toEqual(['well_formed:no'])
})

test.each([
  ['a failed transport', { return_code: 'FAIL', return_msg: '签名错误' }],
  ['a failed transport that is signed', signed({ ...NOTIFICATION, return_code: 'FAIL' })],
  ['a message without return code', signed({ ...NOTIFICATION, return_code: null })],
  ['an empty message', {}],
])('%s is believed in nothing', async (_, fields) => {
  const reading = await read(fields)
  expect(reading).toMatchObject({ authentic: false, verdict: 'failed_transport' })
  expect(outcomes(reading)).toEqual(['well_formed:yes', 'return_code:no'])
})

test.each([
  ['another appid', { appid: 'wx0000000000000000' }],
  ['another merchant', { mch_id: '1600000001' }],
  ['no appid', { appid: null }],
])('a message for %s is not ours, however well it is signed', async (_, changes) => {
  const reading = await read(signed({ ...NOTIFICATION, ...changes }))
  expect(reading).toMatchObject({ authentic: false, verdict: 'not_ours' })
  expect(outcomes(reading)).toEqual(expect.arrayContaining(['account:no', 'signature:yes']))
})

test('a forged message for somebody else is not ours, and its signature was looked at', async () => {
  const reading = await read({ ...signed(NOTIFICATION), appid: 'wx0000000000000000' })
  expect(reading).toMatchObject({ verdict: 'not_ours' })
  expect(outcomes(reading)).toContain('signature:no')
})

const FORGED: [string, Fields][] = [
  ['a changed amount', { ...signed(NOTIFICATION), total_fee: '1' }],
  ['an added field', { ...signed(NOTIFICATION), attach: 'x' }],
  ['another key', signed(NOTIFICATION, { ...ACCOUNT, apiKey: 'x'.repeat(32) })],
  ['no signature', { ...NOTIFICATION }],
  ['an empty signature', { ...NOTIFICATION, sign: '' }],
  ['a signature in small letters', { ...NOTIFICATION, sign: signed(NOTIFICATION).sign?.toLowerCase() ?? '' }],
  ['a long signature', { ...NOTIFICATION, sign: 'A'.repeat(5_000) }],
  ['no signature, in a notification of failure', { ...NOTIFICATION, result_code: 'FAIL', err_code: 'NOTENOUGH' }],
]

test.each(FORGED)('a message with %s is a forgery', async (_, fields) => {
  const reading = await read(fields)
  expect(reading).toMatchObject({ authentic: false, verdict: 'bad_signature' })
  expect(outcomes(reading).at(-1)).toBe('signature:no')
})

test.each(FORGED)('the right signature for %s is not kept', async (_, { sign: __, ...fields }) => {
  const right = signed(fields).sign ?? ''
  const reading = await read({ ...fields, sign: 'A'.repeat(32) })
  expect(reading.expectedSign).toBe(`${right.slice(0, 6)}…`)
  expect(JSON.stringify(reading)).not.toContain(right)
})

test('a received signature is kept up to 128 characters', async () => {
  expect((await read({ ...NOTIFICATION, sign: 'A'.repeat(5_000) })).receivedSign).toBe('A'.repeat(128))
  expect((await read({ ...NOTIFICATION })).receivedSign).toBeNull()
})

const typed = { ...NOTIFICATION, sign_type: 'HMAC-SHA256' }
test.each<[string, Fields, string | null, boolean]>([
  ['HMAC-SHA256 for such a payment', signed(typed, HMAC), 'HMAC-SHA256', true],
  ['MD5 said aloud', signed({ ...NOTIFICATION, sign_type: 'MD5' }), 'MD5', true],
  ['an empty type, which is MD5', signed({ ...NOTIFICATION, sign_type: '' }), 'MD5', true],
  ['the gateway’s own type for an unknown payment', signed(NOTIFICATION), null, true],
  ['another type for an unknown payment', signed(typed, HMAC), null, false],
  ['HMAC-SHA256 for a payment of MD5', signed(typed, HMAC), 'MD5', false],
  ['MD5 for a payment of HMAC-SHA256', signed(NOTIFICATION), 'HMAC-SHA256', false],
  ['HMAC-SHA256 that is not announced', signed(NOTIFICATION, HMAC), 'HMAC-SHA256', false],
  ['HMAC-SHA256 announced, MD5 used', signed(typed), 'HMAC-SHA256', false],
  ['MD5 announced, HMAC-SHA256 used', signed({ ...NOTIFICATION, sign_type: 'MD5' }, HMAC), 'MD5', false],
  ['a type that does not exist', signed({ ...NOTIFICATION, sign_type: 'NONE' }), 'MD5', false],
  ['a payment of another protocol', signed({ ...NOTIFICATION, sign_type: 'RSA' }), 'RSA', false],
])('%s: authentic or not', async (_, fields, signType, authentic) => {
  const reading = await read(fields, signType)
  expect(reading).toMatchObject(authentic ? { authentic } : { authentic, verdict: 'bad_signature' })
})

test.each([
  ['out_trade_no', ''],
  ['out_trade_no', 'x'.repeat(33)],
  ['transaction_id', ''],
  ['transaction_id', '4'.repeat(33)],
  ['total_fee', ''],
  ['total_fee', '68.00'],
  ['total_fee', '1e2'],
  ['time_end', ''],
  ['time_end', '20260230100105'],
])('an authentic message whose %s is "%s" is malformed', async (name, value) => {
  const reading = await read(signed({ ...NOTIFICATION, [name]: value }))
  expect(reading).toMatchObject({ authentic: false, verdict: 'malformed' })
  expect(reading.checks.at(-1)).toEqual({ name: 'complete', passed: false, detail: name })
})

test('a number that is too long is looked up nowhere, not even its beginning', async () => {
  const asked: string[] = []
  const fields = signed({ ...NOTIFICATION, out_trade_no: `${NUMBER}0` })
  const message = {
    apiVersion: 'v2' as const,
    remoteAddress: '',
    receivedAt: 0,
    headers: {},
    body: new TextEncoder().encode(writeXml(fields)),
  }
  const reading = await gateway.verifyNotification(message, async ({ outTradeNo }) => {
    asked.push(outTradeNo)
    return null
  })
  expect(asked).toEqual([])
  expect(reading.outTradeNo).toBeNull()
})

test.each<[string | null, number | null]>([
  ['6800', 6800],
  ['0', 0],
  ['9'.repeat(12), 999_999_999_999],
  ['9'.repeat(13), null],
  ['x6800', null],
  ['6800x', null],
  ['', null],
  [null, null],
])('of an amount written "%s" a message claims %s fen', async (text, claimed) => {
  expect((await read(signed({ ...NOTIFICATION, total_fee: text }))).claimedFen).toBe(claimed)
})

test('each check says what it found, cut short', async () => {
  const details = async (fields: Fields) => (await read(fields)).checks.map(({ detail }) => detail)
  expect(await details(signed(NOTIFICATION))).toEqual([null, 'SUCCESS', null, 'MD5', null])
  expect(await details(signed({ ...NOTIFICATION, return_code: null }))).toEqual([null, null])
  expect(await details(signed({ ...NOTIFICATION, return_code: 'F'.repeat(300) }))).toEqual([null, 'F'.repeat(100)])
  const other = await read(signed(typed, HMAC), 'MD5')
  expect(outcomes(other).slice(-2)).toEqual(['sign_type:no', 'signature:yes'])
})

test('news of failure without a code has an empty one', async () => {
  const failed = signed({ ...NOTIFICATION, result_code: 'FAIL' })
  expect(await read(failed)).toMatchObject({ authentic: true, event: { type: 'failed', code: '' } })
})

test('of a type that does not exist there is a text that was signed, and no right signature', async () => {
  const reading = await read(signed({ ...NOTIFICATION, sign_type: 'NONE' }))
  expect(reading).toMatchObject({
    expectedSign: null,
    signedText: expect.stringMatching(/sign_type=NONE.*&key=\*\*\*$/),
  })
  expect(outcomes(reading).at(-1)).toBe('signature:no')
})

test('the reply is what WeChat’s documentation prints', () => {
  expect(gateway.writeReply('acknowledge')).toEqual({
    status: 200,
    contentType: 'text/xml; charset=utf-8',
    body: '<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>',
  })
  expect(gateway.writeReply('retry').status).toBe(200)
  expect(gateway.writeReply('retry').body).toMatch(
    /^<xml><return_code><!\[CDATA\[FAIL\]\]><\/return_code><return_msg><!\[CDATA\[\w+\]\]><\/return_msg><\/xml>$/,
  )
})

const messageOf = (fields: Fields) => ({
  apiVersion: 'v2' as const,
  remoteAddress: '203.0.113.1',
  receivedAt: 0,
  headers: {},
  body: new TextEncoder().encode(writeXml(fields)),
})

test('what a buyer was given signed to pay with does not go before other messages, as WeChat’s own do', () => {
  const { appid, mchId, apiKey } = ACCOUNT
  const moment = { now: NOW, nonce: 'nonce', apiKey }
  const { paySign, ...jsapi } = jsapiParameters({ appid, prepayId: 'wx2016' }, 'MD5', moment)
  const app = appParameters({ appid, mchId, prepayId: 'wx2016' }, 'MD5', moment)
  expect(gateway.proofOf(messageOf(signed(NOTIFICATION)))).toBe(signed(NOTIFICATION).sign)
  expect([app, { ...jsapi, sign: paySign }].map((it) => gateway.proofOf(messageOf(it)))).toEqual([null, null])
})

test.each([{ return_code: 'FAIL' }, { appid: 'wx1' }, { mch_id: '1' }])(
  'a signature on what is no message to this account puts it before nobody: %j',
  (change) => expect(gateway.proofOf(messageOf(signed({ ...NOTIFICATION, ...change })))).toBeNull(),
)
