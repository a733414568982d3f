import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Actor } from '@/lib/shop/audit'
import { cancelOrder, openPayment } from '@/lib/shop/checkout'
import type { Refund } from '@/lib/shop/refund'
import { refundOrder } from '@/lib/shop/refunds'
import { replayNotification } from '@/lib/shop/replay'
import { writeXml } from '@/lib/wechat/v2/xml'
import { refundNotice } from '../messages'
import { openWorld, type World } from '../world'

const ADMIN: Actor = { email: 'ada@example.com', role: 'operator', address: '::1' }
const V3 = { WXPAY_API_VERSION: 'v3' }
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const NOTIFY = '/api/wechat/notify/v3'

let world: World
beforeEach(async () => {
  world = await openWorld(V3)
})
afterEach(() => world.close())

const fault = (faults: object) => world.control('faults', faults, 'PUT')

async function paidOrder() {
  const { order, payment } = await world.order()
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  expect(await world.statusOf(order)).toBe('paid')
  return { order, payment }
}

async function refund(orderId: string, amountFen = 6_800) {
  const wanted = { amountFen, lines: [], reason: 'one cup came broken', returnsStock: false }
  const result = await refundOrder(world.shop, orderId, wanted, ADMIN)
  if (!result.ok) throw new Error(result.reason)
  return result.refund
}

/** For each entry of the log its verdict and the check in which it failed. */
async function judged() {
  const entries = await world.log()
  return entries.map(({ result }) => [result?.verdict, result?.checks.find(({ passed }) => !passed)?.name ?? null])
}

/** What WeChat tells of a refund in the form of v2. */
function noticeOf({ outRefundNo, outTradeNo, transactionId, amountFen, paidFen, refundId }: Refund): string {
  const inner: Record<string, string> = {
    out_refund_no: outRefundNo,
    out_trade_no: outTradeNo,
    transaction_id: transactionId,
    refund_id: refundId ?? '',
    refund_fee: String(amountFen),
    settlement_refund_fee: String(amountFen),
    total_fee: String(paidFen),
    refund_status: 'SUCCESS',
    success_time: '2026-03-01 10:00:07',
  }
  return refundNotice(writeXml(inner, undefined, 'root'))
}

const ANY_CALL = { number: null, path: null, isFailed: false }

const callsOf = async (path: string) => {
  const calls = await world.shop.store.listCalls({ ...ANY_CALL, path }, { beforeId: null, limit: 50 })
  return calls.length
}

test('an order is opened, paid and notified in API v3, and the same news again changes nothing', async () => {
  await fault({ duplicate: 1 })
  const { order, payment } = await world.order()
  expect(payment).toMatchObject({ apiVersion: 'v3', signType: 'WECHATPAY2-SHA256-RSA2048', status: 'open' })
  await world.phone.pay(payment.outTradeNo)
  await world.advance(30_000)
  expect(await world.statusOf(order)).toBe('paid')
  expect(new Set(await world.verdicts())).toEqual(new Set(['applied', 'already']))
  expect(world.warnings).toEqual([])
})

test('a notification that is lost is made up for by the order query', async () => {
  world.wire.loseNotifications = 99
  const { order, payment } = await world.order()
  await world.phone.pay(payment.outTradeNo)
  await world.advance(MINUTE)
  expect(await world.statusOf(order)).toBe('paid')
  expect(await world.verdicts()).toEqual([])
})

test('a reply that is lost makes WeChat come again, with a timestamp of then', async () => {
  world.wire.loseReplies = 1
  const { payment } = await world.order()
  await world.phone.pay(payment.outTradeNo)
  await world.advance(20_000)
  expect(await world.verdicts()).toEqual(['applied', 'already'])
  const [first, again] = await world.log()
  expect(first?.headers['wechatpay-timestamp']).not.toBe(again?.headers['wechatpay-timestamp'])
})

const FAULTS: [fault: string, verdict: string, check: string | null][] = [
  ['probeNotification', 'bad_signature', 'not_a_probe'],
  ['tamperSignature', 'bad_signature', 'signature'],
  ['unknownSerial', 'bad_signature', 'serial'],
  ['expiredTimestamp', 'expired', 'window'],
  ['truncate', 'malformed', 'well_formed'],
  ['otherKey', 'undecryptable', 'decrypts'],
  ['otherMerchant', 'not_ours', 'account'],
  ['tamperAmount', 'wrong_amount', 'amount'],
  ['otherEvent', 'unknown_event', null],
]

test('what is wrong with a notification has its own verdict or check, moves nothing, and the order is paid nevertheless', async () => {
  const seen: typeof FAULTS = []
  for (const [name] of FAULTS) {
    const { order, payment } = await world.order()
    await fault({ [name]: 1 })
    const before = (await world.log()).length
    await world.phone.pay(payment.outTradeNo)
    await world.advance(1_000)
    const [verdict, check] = (await judged())[before] ?? []
    seen.push([name, verdict ?? '', check ?? null])
    // An amount that is not ours makes the shop query at once.
    expect(await world.statusOf(order)).toBe(name === 'tamperAmount' ? 'paid' : 'pending')
    await fault({})
    await world.advance(45_000)
    expect(await world.statusOf(order)).toBe('paid')
  }
  expect(seen).toEqual(FAULTS)
})

test('an answer with a signature probe is asked for again at once, and one that is signed wrongly is none', async () => {
  await fault({ probeAnswer: 1 })
  expect((await world.order()).payment.status).toBe('open')
  const calls = await world.shop.store.listCalls(ANY_CALL, { beforeId: null, limit: 9 })
  expect(calls.map(({ outcome }) => outcome)).toEqual(['SUCCESS', 'not_a_probe'])
  await fault({ badAnswerSignature: 1 })
  await expect(world.order()).rejects.toThrow('wechat_unavailable')
})

test('while WeChat goes over to the public key, notifications of either kind count, and a new certificate is fetched', async () => {
  await world.control('accounts', { public_key_percent: 0 }, 'PUT')
  await paidOrder()
  expect(await callsOf('/v3/certificates')).toBe(1)
  await world.control('platform-certificate', {})
  await world.advance(DAY + MINUTE)
  await paidOrder()
  await world.control('accounts', { public_key_percent: 100 }, 'PUT')
  await paidOrder()
  expect(new Set(await world.verdicts())).toEqual(new Set(['applied']))
  const serials = (await world.log()).map(({ headers }) => headers['wechatpay-serial'] ?? '')
  expect(new Set(serials).size).toBe(3)
})

test('an order that is cancelled is closed at WeChat, unless it was paid meanwhile', async () => {
  const { order } = await world.order()
  await cancelOrder(world.shop, order.id)
  expect(await world.statusOf(order)).toBe('closed')
  world.wire.loseNotifications = 99
  const late = await world.order()
  await world.phone.pay(late.payment.outTradeNo)
  await cancelOrder(world.shop, late.order.id)
  expect(await world.statusOf(late.order)).toBe('paid')
})

test('an order that runs out of time is closed at WeChat first', async () => {
  const { order } = await world.order()
  await world.advance(31 * MINUTE)
  expect(await world.statusOf(order)).toBe('closed')
  expect((await world.weChat()).orders).toMatchObject([{ trade_state: 'CLOSED' }])
})

test('a refund is taken on and told of in API v3', async () => {
  const { order } = await paidOrder()
  const made = await refund(order.id, 800)
  expect(made).toMatchObject({ apiVersion: 'v3', status: 'processing' })
  await world.advance(10_000)
  expect(await world.verdicts()).toEqual(['applied', 'refund_applied'])
  expect(await world.refundsOf(order)).toMatchObject([{ status: 'succeeded', amountFen: 800 }])
  // The order query says REFUND from now on, which our own refund explains.
  await world.confirm(order)
  expect((await world.paymentsOf(order))[0]).toMatchObject({ refundSeenAt: null })
})

test('a refund that is answered with 429 was taken on nevertheless, once', async () => {
  const { order } = await paidOrder()
  await fault({ limitedButAccepted: 1 })
  expect(await refund(order.id)).toMatchObject({ status: 'processing' })
  await fault({})
  await world.advance(10_000)
  expect((await world.weChat()).refunds).toMatchObject([{ status: 'SUCCESS', refund_fee: 6_800 }])
  expect(await world.refundsOf(order)).toMatchObject([{ status: 'succeeded' }])
})

test('a shop goes over to v3 and back while orders and refunds are open, and loses none of them', async () => {
  await world.restart({ WXPAY_API_VERSION: 'v2' })
  const old = await world.order()
  const refunded = await paidOrder()
  await fault({ refundDelaySeconds: 3_600 })
  await refund(refunded.order.id, 100)
  await world.advance(2 * MINUTE)
  await world.restart(V3)
  const young = await world.order()
  expect([old.payment.apiVersion, young.payment.apiVersion]).toEqual(['v2', 'v3'])
  // The same payment is opened again as it began.
  const again = await openPayment(world.shop, old.order.id, {
    channel: 'native',
    buyer: { buyerAddress: '127.0.0.1', openid: null },
  })
  expect(again).toMatchObject({ ok: true, payment: { outTradeNo: old.payment.outTradeNo, apiVersion: 'v2' } })
  await world.phone.pay(old.payment.outTradeNo)
  await refund(refunded.order.id, 200)
  await world.advance(5_000)
  await world.restart({ WXPAY_API_VERSION: 'v2' })
  await world.phone.pay(young.payment.outTradeNo)
  await world.advance(2 * 60 * MINUTE)

  for (const { order } of [old, young]) expect(await world.statusOf(order)).toBe('paid')
  const refunds = await world.refundsOf(refunded.order)
  expect(refunds.map(({ apiVersion, status }) => [apiVersion, status])).toEqual([
    ['v2', 'succeeded'],
    ['v2', 'succeeded'],
  ])
  expect((await world.log()).map(({ apiVersion }) => apiVersion).sort()).toEqual(['v2', 'v2', 'v2', 'v2', 'v3'])
})

test('a message is judged by when it came, also when it is replayed a day later', async () => {
  await paidOrder()
  const [entry] = await world.log()
  await world.advance(DAY)
  const replayed = await replayNotification(world.shop, entry?.id ?? 0, ADMIN)
  expect(replayed).toMatchObject({ ok: true, verdict: 'already' })
  // The same bytes from anybody else are too old.
  const { body = new Uint8Array(), headers = {} } = entry ?? {}
  const sent = await world.fetch(NOTIFY, { method: 'POST', body: Buffer.from(body), headers })
  expect(sent.status).toBe(500)
  expect((await judged()).at(-1)).toEqual(['expired', 'window'])
})

test('a notice of a refund that comes in the form of v2 is handled as one, and answered in XML', async () => {
  const { order } = await paidOrder()
  const made = await refund(order.id)
  world.wire.loseNotifications = 9
  await world.advance(6_000)
  const response = await world.fetch(NOTIFY, { method: 'POST', body: noticeOf(made) })
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('SUCCESS')])
  expect((await world.log()).at(-1)).toMatchObject({ apiVersion: 'v2', result: { outRefundNo: made.outRefundNo } })
  expect(await world.refundsOf(order)).toMatchObject([{ status: 'succeeded' }])
})

test('the reply is 204 or an error with JSON, and other methods are told so', async () => {
  const { payment } = await world.order()
  world.wire.loseNotifications = 1
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  const wrong = await world.fetch(NOTIFY, { method: 'POST', body: '{}' })
  expect([wrong.status, await wrong.json()]).toEqual([500, { code: 'FAIL', message: 'AGAIN' }])
  expect((await world.fetch(NOTIFY, { method: 'GET' })).status).toBe(405)
  const large = await world.fetch(NOTIFY, { method: 'POST', body: 'x'.repeat(64 * 1024 + 1) })
  expect([large.status, large.headers.get('connection')]).toEqual([413, 'close'])
})

test('forged messages with serials of nobody cost WeChat one question a minute', async () => {
  const headers = (n: number) => ({
    'wechatpay-timestamp': String(world.now() / 1_000),
    'wechatpay-nonce': 'n',
    'wechatpay-serial': String(n).padStart(40, 'A'),
    'wechatpay-signature': 'x'.repeat(344),
  })
  for (let n = 0; n < 9; n += 1) await world.fetch(NOTIFY, { method: 'POST', body: '{}', headers: headers(n) })
  expect(await callsOf('/v3/certificates')).toBe(1)
  await world.advance(MINUTE)
  await world.fetch(NOTIFY, { method: 'POST', body: '{}', headers: headers(10) })
  expect(await callsOf('/v3/certificates')).toBe(2)
})
