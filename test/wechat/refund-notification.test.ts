import { expect, test } from 'vitest'
import { encryptReqInfo } from '@/lib/wechat/v2/cipher'
import type { Fields } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { ACCOUNT, NUMBER, openWire, signed } from './wire'

type Changes = Record<string, string | null>

/** Fields with changes; a field whose value is null is left out. */
function changed(fields: Fields, changes: Changes): Fields {
  const entries = Object.entries({ ...fields, ...changes })
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === null ? [] : [[name, value]])))
}

const CONTENT: Fields = {
  out_refund_no: 'R20260302100000abcdefghijklmnopqr',
  out_trade_no: NUMBER,
  refund_account: 'REFUND_SOURCE_RECHARGE_FUNDS',
  refund_fee: '3000',
  refund_id: '50300002026030212345678901',
  refund_recv_accout: '支付用户零钱',
  refund_request_source: 'API',
  refund_status: 'SUCCESS',
  settlement_refund_fee: '3000',
  settlement_total_fee: '6800',
  success_time: '2026-03-02 09:08:07',
  total_fee: '6800',
  transaction_id: '4200002026202603011234567890',
}
const FOUND = {
  outRefundNo: 'R20260302100000abcdefghijklmnopqr',
  refundId: '50300002026030212345678901',
  outTradeNo: NUMBER,
  transactionId: '4200002026202603011234567890',
  amountFen: 3000,
  paidFen: 6800,
  status: 'succeeded',
  succeededAt: Date.UTC(2026, 2, 2, 1, 8, 7),
  receivedBy: '支付用户零钱',
}

const inner = (changes: Changes = {}) => writeXml(changed(CONTENT, changes), () => false, 'root')
const sealed = (xml: string, key = ACCOUNT.apiKey) => encryptReqInfo(xml, key)
const notice = (changes: Changes = {}): Fields =>
  changed(
    {
      return_code: 'SUCCESS',
      appid: ACCOUNT.appid,
      mch_id: ACCOUNT.mchId,
      nonce_str: '7d2b6c2a8db53831f7eda20af46e531c',
      req_info: sealed(inner()),
    },
    changes,
  )
const containing = (changes: Changes) => notice({ req_info: sealed(inner(changes)) })

const { gateway } = openWire(() => new Response())
const messageOf = (fields: Fields) => ({
  apiVersion: 'v2' as const,
  remoteAddress: '203.0.113.1',
  receivedAt: 0,
  headers: {},
  body: new TextEncoder().encode(writeXml(fields)),
})
const read = (fields: Fields) => gateway.verifyNotification(messageOf(fields), async () => 'MD5')

const outcomes = ({ checks }: Awaited<ReturnType<typeof read>>) =>
  checks.map(({ name, passed }) => `${name}:${passed ? 'yes' : 'no'}`).join(' ')
const WELL = 'well_formed:yes return_code:yes account:yes decrypts:yes inner_well_formed:yes'

test('a refund notice is opened, and every check passes', async () => {
  const reading = await read(notice())
  expect(reading).toMatchObject({
    authentic: true,
    kind: 'refund',
    event: { type: 'refund', found: FOUND },
    outRefundNo: FOUND.outRefundNo,
    outTradeNo: NUMBER,
    transactionId: FOUND.transactionId,
    claimedFen: 3000,
    signedText: null,
    expectedSign: null,
    receivedSign: null,
  })
  expect(outcomes(reading)).toBe(`${WELL} complete:yes`)
  expect(JSON.stringify(reading)).not.toContain(ACCOUNT.apiKey)
  const { proofOf } = gateway
  expect(proofOf(messageOf(notice()))).toMatch(/^[\w+/]{43}=$/)
  expect(proofOf(messageOf({ ...notice(), nonce_str: 'another' }))).toBe(proofOf(messageOf(notice())))
})

test.each([
  ['SUCCESS', 'succeeded'],
  ['CHANGE', 'abnormal'],
  ['REFUNDCLOSE', 'closed'],
])('a notice of %s tells of a refund that is %s', async (said, status) => {
  const changes = said === 'SUCCESS' ? {} : { success_time: null }
  const reading = await read(containing({ refund_status: said, ...changes }))
  expect(reading).toMatchObject({ authentic: true, event: { found: { status } } })
})

test('a refund that was made in the console is told of in the same form', async () => {
  const reading = await read(containing({ out_refund_no: '10000000', refund_request_source: 'VENDOR_PLATFORM' }))
  expect(reading).toMatchObject({ authentic: true, outRefundNo: '10000000' })
})

test('fields of later years and empty ones change nothing', async () => {
  const reading = await read(containing({ cash_refund_fee: '3000', refund_recv_accout: '', later: 'x' }))
  expect(reading).toMatchObject({ authentic: true, event: { found: { receivedBy: null } } })
  expect(await read(containing({ refund_recv_accout: null }))).toMatchObject({ authentic: true })
})

test.each<[string, Fields, string, string]>([
  ['no success', notice({ return_code: 'FAIL' }), 'failed_transport', 'well_formed:yes return_code:no'],
  [
    'another appid',
    notice({ appid: 'wx0' }),
    'not_ours',
    'well_formed:yes return_code:yes account:no decrypts:yes inner_well_formed:yes',
  ],
  [
    'another merchant',
    notice({ mch_id: '1' }),
    'not_ours',
    'well_formed:yes return_code:yes account:no decrypts:yes inner_well_formed:yes',
  ],
  [
    'no merchant, and nothing to open',
    notice({ mch_id: null, req_info: '' }),
    'not_ours',
    'well_formed:yes return_code:yes account:no decrypts:no',
  ],
  [
    'nothing to open',
    notice({ req_info: '' }),
    'undecryptable',
    'well_formed:yes return_code:yes account:yes decrypts:no',
  ],
  [
    'another key',
    notice({ req_info: sealed(inner(), 'x'.repeat(32)) }),
    'undecryptable',
    'well_formed:yes return_code:yes account:yes decrypts:no',
  ],
  [
    'the key before, which is never believed',
    notice({ req_info: sealed(inner(), ACCOUNT.previousApiKey ?? '') }),
    'undecryptable',
    'well_formed:yes return_code:yes account:yes decrypts:no',
  ],
  [
    'no XML in it',
    notice({ req_info: sealed('{"refund_fee":3000}') }),
    'malformed',
    'well_formed:yes return_code:yes account:yes decrypts:yes inner_well_formed:no',
  ],
  [
    'another root in it',
    notice({ req_info: sealed(writeXml(CONTENT)) }),
    'malformed',
    'well_formed:yes return_code:yes account:yes decrypts:yes inner_well_formed:no',
  ],
  [
    'a signature, of which nobody asks',
    { ...containing({ refund_fee: '0' }), sign: 'x' },
    'malformed',
    `${WELL} complete:no`,
  ],
])('a notice with %s is not believed', async (_, fields, verdict, checks) => {
  const reading = await read(fields)
  expect(reading).toMatchObject({ authentic: false, kind: 'refund', verdict })
  expect(outcomes(reading)).toBe(checks)
  expect(reading.receivedSign === null || verdict === 'failed_transport').toBe(true)
})

test('the reason why a notice does not open is written down', async () => {
  const { checks } = await read(notice({ req_info: '茶' }))
  expect(checks.at(-1)).toEqual({ name: 'decrypts', passed: false, detail: 'not_base64' })
})

test.each([
  ['out_trade_no', null],
  ['out_trade_no', 'x'.repeat(33)],
  ['transaction_id', null],
  ['transaction_id', '4200 0020'],
  ['out_refund_no', null],
  ['out_refund_no', 'x'.repeat(65)],
  ['out_refund_no', 'R1;DROP'],
  ['refund_id', ''],
  ['total_fee', null],
  ['total_fee', '68.00'],
  ['total_fee', '06800'],
  ['refund_fee', null],
  ['refund_fee', '0'],
  ['refund_fee', '-3000'],
  ['refund_fee', '30.5'],
  ['refund_fee', '3e3'],
  ['refund_fee', ' 3000'],
  ['refund_fee', '6801'],
  ['refund_status', null],
  ['refund_status', 'PROCESSING'],
  ['refund_status', 'success'],
  ['success_time', '2026-02-30 09:08:07'],
  ['success_time', '20260302090807'],
])('a notice whose %s is %s says nothing for certain', async (field, value) => {
  const reading = await read(containing({ [field]: value }))
  expect(reading).toMatchObject({ authentic: false, verdict: 'malformed' })
  expect(reading.checks.at(-1)).toEqual({ name: 'complete', passed: false, detail: field })
})

test('what is read of a long number is nothing, for cut short it might be another one', async () => {
  const { outRefundNo, outTradeNo } = await read(containing({ out_refund_no: 'x'.repeat(65) }))
  expect([outRefundNo, outTradeNo]).toEqual([null, NUMBER])
})

test.each<[string, Fields]>([
  ['for another merchant', notice({ mch_id: '1' })],
  ['under another key', notice({ req_info: sealed(inner(), 'x'.repeat(32)) })],
  ['that failed', notice({ return_code: 'FAIL' })],
  ['with the signature of a payment and nothing to open', signed(notice({ req_info: 'eA==' }))],
])('a notice %s does not go before others', (_, fields) => {
  expect(gateway.proofOf(messageOf(fields))).toBeNull()
})
