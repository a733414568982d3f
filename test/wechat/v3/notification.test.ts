import { expect, test } from 'vitest'
import { proofOf, verifyNotification } from '@/lib/wechat/v3/notification'
import { ACCOUNT, heldKeys, messageOf, NOW, notificationBody, PAID, SIGNERS, signedHeaders, V3_KEY } from './wire'

const read = (body: string, headers = signedHeaders(body), account = ACCOUNT, keys = heldKeys()) =>
  verifyNotification(account, keys, messageOf(body, headers))

const failedOf = ({ checks }: Awaited<ReturnType<typeof read>>) => checks.filter(({ passed }) => !passed)

test('a notification of money is read with every check passed, in the order of the documentation', async () => {
  const verified = await read(notificationBody(PAID))

  expect(verified).toMatchObject({
    authentic: true,
    kind: 'payment',
    outTradeNo: PAID.out_trade_no,
    transactionId: PAID.transaction_id,
    claimedFen: 8_800,
    expectedSign: null,
    event: { type: 'paid', trade: { paidFen: 8_800, currency: 'CNY', paidAt: NOW, outTradeNo: PAID.out_trade_no } },
  })
  expect(verified.checks.map(({ name, passed }) => `${name}:${passed ? 'yes' : 'no'}`)).toEqual([
    'headers:yes',
    'window:yes',
    'not_a_probe:yes',
    'serial:yes',
    'signature:yes',
    'well_formed:yes',
    'event:yes',
    'decrypts:yes',
    'inner_well_formed:yes',
    'account:yes',
    'complete:yes',
  ])
})

test('while WeChat goes over to the public key, a platform certificate counts as well', async () => {
  const body = notificationBody(PAID)
  expect(await read(body, signedHeaders(body, SIGNERS.certificate))).toMatchObject({ authentic: true })
})

const REFUND = {
  mchid: ACCOUNT.mchId,
  out_trade_no: PAID.out_trade_no,
  transaction_id: PAID.transaction_id,
  out_refund_no: 'r1',
  refund_id: '50000000382019052709732678859',
  refund_status: 'SUCCESS',
  success_time: '2026-03-01T10:15:30+08:00',
  user_received_account: '招商银行信用卡0403',
  amount: { total: 8_800, refund: 800, payer_total: 8_000, payer_refund: 700 },
}

test('a refund is read with the amount that goes back, not with what of it was the buyer\u2019s own', async () => {
  const found = {
    amountFen: 800,
    paidFen: 8_800,
    status: 'succeeded',
    succeededAt: NOW,
    receivedBy: '招商银行信用卡0403',
  }
  expect(await read(notificationBody(REFUND, { type: 'REFUND.SUCCESS' }))).toMatchObject({
    authentic: true,
    kind: 'refund',
    outRefundNo: 'r1',
    claimedFen: 800,
    event: { type: 'refund', found },
  })
  const { success_time: _, ...unended } = REFUND
  for (const [type, status] of [
    ['CLOSED', 'closed'],
    ['ABNORMAL', 'abnormal'],
  ] as const) {
    const body = notificationBody({ ...unended, refund_status: type }, { type: `REFUND.${type}` })
    expect(await read(body)).toMatchObject({ event: { type: 'refund', found: { status, succeededAt: null } } })
  }
})

test('an event that is not known is authentic, and tells of nothing to do', async () => {
  const body = notificationBody({ mchid: ACCOUNT.mchId, amount: { total: 1 } }, { type: 'TRANSACTION.PAY_BACK' })
  expect(await read(body)).toMatchObject({
    authentic: true,
    kind: null,
    event: { type: 'other', name: 'TRANSACTION.PAY_BACK' },
  })
})

const BODY = notificationBody(PAID)
const RIGHT = signedHeaders(BODY)
const without = (name: string) => Object.fromEntries(Object.entries(RIGHT).filter(([it]) => it !== name))
const probe = 'WECHATPAY/SIGNTEST/'

test.each([
  ['no timestamp', without('wechatpay-timestamp'), 'headers', 'bad_signature'],
  ['no nonce', without('wechatpay-nonce'), 'headers', 'bad_signature'],
  ['no serial', without('wechatpay-serial'), 'headers', 'bad_signature'],
  ['no signature', without('wechatpay-signature'), 'headers', 'bad_signature'],
  [
    'two signatures',
    { ...RIGHT, 'wechatpay-signature': `${RIGHT['wechatpay-signature']}, x` },
    'headers',
    'bad_signature',
  ],
  ['milliseconds', { ...RIGHT, 'wechatpay-timestamp': String(NOW) }, 'headers', 'bad_signature'],
  [
    'another algorithm',
    { ...RIGHT, 'wechatpay-signature-type': 'WECHATPAY2-SM2-WITH-SM3' },
    'headers',
    'bad_signature',
  ],
  ['five minutes ago', signedHeaders(BODY, SIGNERS.publicKey, NOW - 300_000), 'window', 'expired'],
  ['in five minutes', signedHeaders(BODY, SIGNERS.publicKey, NOW + 300_000), 'window', 'expired'],
  ['a probe that is no Base64', { ...RIGHT, 'wechatpay-signature': `${probe}x` }, 'not_a_probe', 'bad_signature'],
  ['a serial of nobody', { ...RIGHT, 'wechatpay-serial': 'F'.repeat(40) }, 'serial', 'bad_signature'],
  [
    'a serial of another key',
    { ...RIGHT, 'wechatpay-serial': SIGNERS.certificate.serial },
    'signature',
    'bad_signature',
  ],
  ['another body', signedHeaders(`${BODY} `), 'signature', 'bad_signature'],
])('a message with %s is refused where it fails', async (_, headers, check, verdict) => {
  const verified = await read(BODY, headers)
  expect(verified).toMatchObject({ authentic: false, verdict })
  expect(failedOf(verified).map(({ name }) => name)).toEqual([check])
  expect(proofOf(ACCOUNT, heldKeys(), messageOf(BODY, headers))).toBeNull()
})

test('four minutes and fifty-nine seconds are in time, either way', async () => {
  for (const off of [-299_000, 299_000]) {
    expect(await read(BODY, signedHeaders(BODY, SIGNERS.publicKey, NOW + off))).toMatchObject({ authentic: true })
  }
})

test.each([
  ['the key of v2', notificationBody(PAID, { key: '192006250b4c09247ec02edce69f6a2d' }), 'decrypts', 'undecryptable'],
  [
    'other associated data',
    notificationBody(PAID, { resource: { associated_data: 'refund' } }),
    'decrypts',
    'undecryptable',
  ],
  ['another algorithm', notificationBody(PAID, { resource: { algorithm: 'AEAD_SM4_GCM' } }), 'decrypts', 'malformed'],
  ['a nonce of 13 bytes', notificationBody(PAID, { resource: { nonce: 'fdasflkja4841' } }), 'decrypts', 'malformed'],
  ['no ciphertext', notificationBody(PAID, { resource: { ciphertext: '' } }), 'decrypts', 'malformed'],
  ['XML inside', notificationBody('<xml/>'), 'inner_well_formed', 'malformed'],
  [
    'an amount twice inside',
    notificationBody(JSON.stringify(PAID).replace('"mchid"', '"amount":{"total":1},"mchid"')),
    'inner_well_formed',
    'malformed',
  ],
  ['another merchant', notificationBody({ ...PAID, mchid: '1900000110' }), 'account', 'not_ours'],
  ['another appid', notificationBody({ ...PAID, appid: 'wxother' }), 'account', 'not_ours'],
  ['no appid', notificationBody({ ...PAID, appid: undefined }), 'account', 'not_ours'],
  ['an amount as text', notificationBody({ ...PAID, amount: { total: '8800' } }), 'complete', 'malformed'],
  ['half a fen', notificationBody(JSON.stringify(PAID).replace('8800', '8800.5')), 'complete', 'malformed'],
  ['an exponent', notificationBody(JSON.stringify(PAID).replace('8800', '88e2')), 'complete', 'malformed'],
  ['2^53', notificationBody(JSON.stringify(PAID).replace('8800', '9007199254740993')), 'complete', 'malformed'],
  ['less than nothing', notificationBody({ ...PAID, amount: { total: -1 } }), 'complete', 'malformed'],
  ['no state of money', notificationBody({ ...PAID, trade_state: 'NOTPAY' }), 'complete', 'malformed'],
  ['an event that contradicts it', notificationBody(REFUND, { type: 'REFUND.CLOSED' }), 'complete', 'malformed'],
  [
    'more refunded than paid',
    notificationBody({ ...REFUND, amount: { total: 1, refund: 2 } }, { type: 'REFUND.SUCCESS' }),
    'complete',
    'malformed',
  ],
  ['no event', '{}', 'event', 'malformed'],
  ['a list', '[]', 'well_formed', 'malformed'],
  ['deep nesting', '['.repeat(30_000), 'well_formed', 'malformed'],
  ['a key of its prototype', '{"__proto__":{"x":1.5}}', 'event', 'malformed'],
])('WeChat\u2019s signature does not help a message with %s', async (_, body, check, verdict) => {
  const verified = await read(body)
  expect(verified).toMatchObject({ authentic: false, verdict })
  expect(failedOf(verified).map(({ name }) => name)).toEqual([check])
  expect(Object.prototype).not.toHaveProperty('x')
})

test('what proves a message is its signature, unless what is sealed is for somebody else', () => {
  expect(proofOf(ACCOUNT, heldKeys(), messageOf(BODY, RIGHT))).toBe(RIGHT['wechatpay-signature'])
  const other = notificationBody(PAID, { key: V3_KEY.toLowerCase() })
  expect(proofOf(ACCOUNT, heldKeys(), messageOf(other, signedHeaders(other)))).toBeNull()
})

test('a serial that is new is asked for once a minute, whoever sends how many of them', async () => {
  let downloads = 0
  const keys = heldKeys(async () => {
    downloads += 1
    return []
  })
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      read(BODY, { ...RIGHT, 'wechatpay-serial': String(n).padStart(40, 'A') }, ACCOUNT, keys),
    ),
  )
  await read(BODY, { ...RIGHT, 'wechatpay-serial': 'B'.repeat(40) }, ACCOUNT, keys)
  expect(downloads).toBe(1)
})

test('text that no store can keep is not kept as text', async () => {
  const body = '{"a":"\\u0000"}'
  expect((await read(body)).signedText).toBeNull()
  expect((await read(BODY)).signedText).toContain(BODY)
})
