import { expect, test } from 'vitest'
import { DEMO_KEYS, OTHER_MCHID } from '../wechat/v3/keys'
import { isVerified, openV3, readResource } from './v3'
import { mchId, order, STARTED_AT } from './wechat'

const NUMBER = 'T20260105-0001'

/** An emulator whose notifications are kept with their headers; the merchant answers with these statuses, then 204. */
function openListening(statuses: number[] = []) {
  const received: { headers: Headers; text: string; at: number }[] = []
  const wechat = openV3()
  wechat.merchant.answer = async (request) => {
    const text = await request.text()
    received.push({ headers: request.headers, text, at: (await wechat.readState()).now - STARTED_AT })
    const status = statuses.shift() ?? 204
    return new Response(status === 204 ? null : '{"code":"FAIL","message":"no"}', { status })
  }
  return Object.assign(wechat, {
    received,
    paid: async () => {
      await wechat.placeV3()
      await wechat.pay(NUMBER)
      await wechat.emulator.runDue()
      return received
    },
  })
}

test('a payment is notified in JSON, encrypted and signed, and acknowledged by the status', async () => {
  const wechat = openListening()
  const [first] = await wechat.paid()
  expect(first && isVerified(first.headers, first.text)).toBe(true)
  expect(JSON.parse(first?.text ?? '')).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    create_time: '2026-01-05T12:00:00+08:00',
    resource_type: 'encrypt-resource',
    event_type: 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    resource: {
      original_type: 'transaction',
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: expect.any(String),
      associated_data: 'transaction',
      nonce: expect.stringMatching(/^.{12}$/),
    },
  })
  expect(readResource(first?.text ?? '')).toEqual((await wechat.queryV3(NUMBER)).body)
  expect(first?.headers.get('content-type')).toBe('application/json')
  expect(first?.headers.get('wechatpay-serial')).toBe(DEMO_KEYS.platform.serial)
  await wechat.control('clock', { advanceSeconds: 25 * 3600 })
  expect(wechat.received.length).toBe(1)
  expect((await wechat.readState()).deliveries.map((it) => it.outcome)).toEqual(['accepted'])
})

test('a body of a program of ones own gets the headers of a notification, signed now or earlier', async () => {
  const wechat = openListening()
  const sign = async (how: object) => (await wechat.control('sign', { body: '{"any":1}', ...how })).body.headers
  const [now, earlier] = [await sign({}), await sign({ age_seconds: 600 })].map((it) => new Headers(it as HeadersInit))
  expect([now, earlier].map((it) => it !== undefined && isVerified(it, '{"any":1}'))).toEqual([true, true])
  const at = [now, earlier].map((it) => Number(it?.get('wechatpay-timestamp')))
  expect(at).toEqual([STARTED_AT / 1_000, STARTED_AT / 1_000 - 600])
  expect((await wechat.control('sign', { body: '', mch_id: 'nobody' })).status).toBe(404)
})

test('each retry is the same notification, signed afresh with the time at which it leaves', async () => {
  const wechat = openListening([500, 400, 301, 200])
  await wechat.paid()
  for (const seconds of [15, 15, 30]) {
    wechat.wait(seconds * 1_000)
    await wechat.emulator.runDue()
  }
  const { received } = wechat
  expect(received.map((it) => it.at)).toEqual([0, 15_000, 30_000, 60_000])
  expect(new Set(received.map((it) => it.text)).size).toBe(1)
  expect(received.every((it) => isVerified(it.headers, it.text))).toBe(true)
  const stamps = received.map((it) => Number(it.headers.get('wechatpay-timestamp')) - STARTED_AT / 1_000)
  expect(stamps).toEqual([0, 15, 30, 60])
  expect(new Set(received.map((it) => it.headers.get('wechatpay-nonce'))).size).toBe(4)
  expect((await wechat.readState()).deliveries.map((it) => it.outcome)).toEqual([
    'refused',
    'refused',
    'http_error',
    'accepted',
  ])
})

test('a clock that was pushed ahead sends timestamps of real time, which merchants compare with theirs', async () => {
  const wechat = openListening()
  await wechat.control('clock', { advanceSeconds: 3600 })
  const [first] = await wechat.paid()
  expect(first?.headers.get('wechatpay-timestamp')).toBe(String(STARTED_AT / 1_000))
  expect(JSON.parse(first?.text ?? '').create_time).toBe('2026-01-05T13:00:00+08:00')
})

test('without a share, notifications are signed with the kind of key that the latest call asked for', async () => {
  const wechat = openListening()
  const headers = { 'wechatpay-serial': DEMO_KEYS.wechat.publicKeyId }
  await wechat.placeV3()
  await wechat.callV3('GET', `/v3/pay/transactions/out-trade-no/${NUMBER}?mchid=${mchId}`, undefined, { headers })
  await wechat.pay(NUMBER)
  await wechat.emulator.runDue()
  expect(wechat.received[0]?.headers.get('wechatpay-serial')).toBe(DEMO_KEYS.wechat.publicKeyId)
})

test('during a switch both kinds of key sign, as the share says, and all verify', async () => {
  const wechat = openListening(Array(16).fill(500))
  const set = await wechat.control('accounts', { public_key_percent: 50 }, 'PUT')
  expect(set.body.accounts).toMatchObject([{ mch_id: mchId, public_key_percent: 50 }])
  await wechat.paid()
  await wechat.control('clock', { advanceSeconds: 25 * 3600 })
  const { received } = wechat
  expect(received.length).toBe(16)
  expect(received.every((it) => isVerified(it.headers, it.text))).toBe(true)
  expect(new Set(received.map((it) => it.headers.get('wechatpay-serial'))).size).toBe(2)
  expect((await wechat.control('accounts', { public_key_percent: 101 }, 'PUT')).status).toBe(400)
  expect((await wechat.control('accounts', { mch_id: OTHER_MCHID, public_key_percent: 1 }, 'PUT')).status).toBe(404)
})

test.each([
  ['tamperAmount', true],
  ['otherMerchant', true],
  ['otherKey', true],
  ['otherEvent', true],
  ['truncateEncrypted', true],
  ['truncate', true],
  ['expiredTimestamp', true],
  ['tamperSignature', false],
  ['probeNotification', false],
  ['unknownSerial', false],
])('%s is the only thing that is wrong, and the retry is right', async (fault, isSigned) => {
  const wechat = openListening([500])
  await wechat.setFaults({ [fault]: 1 })
  const [first] = await wechat.paid()
  const text = first?.text ?? ''
  expect(first && isVerified(first.headers, text)).toBe(isSigned)
  const resource = fault === 'truncate' ? null : readResource(text)
  const age = STARTED_AT / 1_000 - Number(first?.headers.get('wechatpay-timestamp'))
  expect({
    ...{ amount: (resource?.amount as { total: number } | undefined)?.total, merchant: resource?.mchid },
    ...{ event: /"event_type":"([^"]+)"/.exec(text)?.[1], age },
    isProbe: first?.headers.get('wechatpay-signature')?.startsWith('WECHATPAY/SIGNTEST/'),
  }).toEqual({
    amount: ['otherKey', 'truncate', 'truncateEncrypted'].includes(fault)
      ? undefined
      : fault === 'tamperAmount'
        ? 8799
        : 8800,
    merchant: resource === null ? undefined : fault === 'otherMerchant' ? '1900000100' : mchId,
    event: fault === 'otherEvent' ? 'TRANSACTION.UNHEARD_OF' : 'TRANSACTION.SUCCESS',
    age: fault === 'expiredTimestamp' ? 600 : 0,
    isProbe: fault === 'probeNotification',
  })

  await wechat.control('clock', { advanceSeconds: 15 })
  const [, second] = wechat.received
  expect(second && isVerified(second.headers, second.text)).toBe(true)
  expect(readResource(second?.text ?? '')).toMatchObject({ mchid: mchId, amount: { total: 8800 } })
})

test('faults of v2 notifications that v3 has no form for happen to none', async () => {
  const wechat = openListening()
  await wechat.setFaults({ doctype: 1, signType: 1 })
  await wechat.paid()
  expect((await wechat.readState()).faults).toMatchObject({ doctype: 1, signType: 1 })
})

test('lost, doubled and late notifications are as in v2', async () => {
  const wechat = openListening()
  await wechat.setFaults({ lose: 1 })
  await wechat.paid()
  expect(wechat.received.length).toBe(0)
  await wechat.setFaults({ duplicate: 1 })
  await wechat.control('clock', { advanceSeconds: 15 })
  expect(wechat.received.length).toBe(2)
  expect(wechat.received.every((it) => isVerified(it.headers, it.text))).toBe(true)
})

test('an order is notified in the version that placed it', async () => {
  const wechat = openListening()
  await wechat.place(order())
  await wechat.queryV3(NUMBER)
  await wechat.pay(NUMBER)
  await wechat.emulator.runDue()
  expect(wechat.received[0]?.text).toContain('<return_code>')
})
