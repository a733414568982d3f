import { afterEach, beforeEach, expect, test } from 'vitest'
import { orderChange } from '@/lib/shop/change'
import { explainNotification } from '@/lib/shop/handle-notification'
import { isSettled, VERDICTS, type Verdict } from '@/lib/shop/notification'
import { settle } from '@/lib/shop/settle'
import { signedNotification } from '../messages'
import { nameOf, openWorld, type World } from '../world'

const ACKNOWLEDGED = '<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function lastEntry() {
  const entry = (await world.log()).at(-1)
  if (entry?.result === null || entry === undefined) throw new Error('nothing was processed')
  return { ...entry, result: entry.result }
}

/** What WeChat really says of a payment, as the fields of a notification that agrees with it. */
async function truthOf(outTradeNo: string) {
  const trade = (await world.weChat()).orders.find((it) => it.out_trade_no === outTradeNo)
  if (trade?.transaction_id === null || trade === undefined) throw new Error('not paid')
  const fee = String(trade.total_fee)
  return { total_fee: fee, cash_fee: fee, transaction_id: trade.transaction_id }
}

test('a payment at the phone makes the order paid, and WeChat is acknowledged once', async () => {
  const { order, payment } = await world.order()
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)

  expect(await world.statusOf(order)).toBe('paid')
  const { result, headers, bodySha256 } = await lastEntry()
  expect(result).toMatchObject({ verdict: 'applied', reply: 'acknowledge', orderId: order.id })
  expect(result.checks.map(({ name, passed }) => `${name}:${passed}`)).toEqual([
    'well_formed:true',
    'return_code:true',
    'account:true',
    'sign_type:true',
    'signature:true',
    'known_payment:true',
    'outcome:true',
    'amount:true',
    'query:true',
    'settled:true',
  ])
  expect(result.queryAnswer?.fields.trade_state).toBe('SUCCESS')
  expect(headers['content-type']).toContain('text/xml')
  expect(bodySha256).toMatch(/^[0-9a-f]{64}$/)

  await world.advance(60_000)
  const { deliveries } = await world.weChat()
  expect(deliveries.filter((it) => it.out_trade_no === payment.outTradeNo)).toHaveLength(1)
})

test('a reply lost on its way makes WeChat repeat, and the order is paid once', async () => {
  const { order, payment } = await world.order()
  world.wire.loseReplies = 1
  await world.phone.pay(payment.outTradeNo)
  await world.advance(20_000)

  expect(await world.statusOf(order)).toBe('paid')
  expect(await world.verdicts()).toEqual(['applied', 'already'])
  expect((await world.shop.store.listOrderEvents(order.id)).map((it) => it.to)).toEqual(['pending', 'paid'])
})

test('two copies of a notification at the same instant settle once', async () => {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 1
  await world.phone.pay(payment.outTradeNo)
  const body = signedNotification(payment.outTradeNo, await truthOf(payment.outTradeNo))
  const replies = await Promise.all([world.notify(body), world.notify(body)])

  expect(replies).toEqual([ACKNOWLEDGED, ACKNOWLEDGED])
  expect((await world.verdicts()).sort()).toEqual(['already', 'applied'])
  expect(await world.statusOf(order)).toBe('paid')
  expect(await world.shop.store.listOrderEvents(order.id)).toHaveLength(2)
})

test('fifty copies at once pay once, and each is answered', async () => {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 1
  await world.phone.pay(payment.outTradeNo)
  const body = signedNotification(payment.outTradeNo, await truthOf(payment.outTradeNo))
  const replies = await Promise.all(Array.from({ length: 50 }, () => world.notify(body)))

  expect(replies.filter((it) => it === ACKNOWLEDGED).length).toBeGreaterThanOrEqual(32)
  expect((await world.verdicts()).filter((it) => it === 'applied')).toHaveLength(1)
  expect(await world.statusOf(order)).toBe('paid')
})

test('what WeChat denies is contradicted, however well it is signed', async () => {
  const { order, payment } = await world.order()
  const reply = await world.notify(signedNotification(payment.outTradeNo, { total_fee: String(payment.amountFen) }))

  expect(reply).toContain('FAIL')
  expect((await lastEntry()).result.verdict).toBe('contradicted')
  expect(await world.statusOf(order)).toBe('pending')
})

test('a notification that cannot be confirmed is retried, and the worker queries by itself', async () => {
  const { order, payment } = await world.order()
  world.wire.isCut = true
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  expect((await lastEntry()).result).toMatchObject({ verdict: 'query_failed', reply: 'retry' })
  expect(await world.statusOf(order)).toBe('pending')

  world.wire.isCut = false
  await world.advance(40_000)
  expect(await world.statusOf(order)).toBe('paid')
})

test.each([
  ['one fen less', { total_fee: '1' }],
  ['dollars', { fee_type: 'USD' }],
])('%s is a wrong amount: kept, flagged, not acknowledged, and the order does not move', async (_, change) => {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 1
  await world.phone.pay(payment.outTradeNo)
  const truth = await truthOf(payment.outTradeNo)
  const reply = await world.notify(signedNotification(payment.outTradeNo, { ...truth, ...change }))

  expect(reply).toContain('FAIL')
  expect((await lastEntry()).result.verdict).toBe('wrong_amount')
  expect(await world.statusOf(order)).toBe('pending')
  expect(await world.shop.store.findTransaction(truth.transaction_id)).toMatchObject({ outcome: 'mismatch' })

  // WeChat itself knows the right amount, and the worker asks it.
  await world.advance(30_000)
  expect(await world.statusOf(order)).toBe('paid')
  expect(await world.shop.store.findTransaction(truth.transaction_id)).toMatchObject({ outcome: 'applied' })
})

test('money for a number that is not ours is kept and flagged', async () => {
  const reply = await world.notify(signedNotification('20260301000000unknown'))
  expect(reply).toContain('FAIL')
  expect((await lastEntry()).result.verdict).toBe('unknown_payment')
  expect(await world.shop.store.findTransaction('4200002026202603011234567890')).toMatchObject({
    outcome: 'unknown_order',
    orderId: null,
  })
})

test.each([
  ['another appid', { appid: 'wx0000000000000000' }],
  ['another merchant', { mch_id: '1600000001' }],
])('a message for %s is not ours', async (_, change) => {
  const { payment } = await world.order()
  expect(await world.notify(signedNotification(payment.outTradeNo, change))).toContain('FAIL')
  expect((await lastEntry()).result.verdict).toBe('not_ours')
})

test('a notification of a payment that failed is acknowledged and changes nothing', async () => {
  const { order, payment } = await world.order()
  const body = signedNotification(payment.outTradeNo, { result_code: 'FAIL', err_code: 'NOTENOUGH' })
  expect(await world.notify(body)).toBe(ACKNOWLEDGED)
  expect((await lastEntry()).result.verdict).toBe('payment_failed')
  expect(await world.statusOf(order)).toBe('pending')
})

test('a forged signature is refused, and the right one is told to nobody', async () => {
  const { order, payment } = await world.order()
  const right = signedNotification(payment.outTradeNo).match(/<sign><!\[CDATA\[(\w+)/)?.[1] ?? 'missing'
  const reply = await world.notify(
    signedNotification(payment.outTradeNo, {}, { key: 'some-other-key-of-32-characters-' }),
  )

  const entry = await lastEntry()
  expect(entry.result.verdict).toBe('bad_signature')
  expect(entry.result.signedText).toMatch(/&key=\*\*\*$/)
  expect(JSON.stringify(entry) + reply).not.toContain(right)
  expect(await world.statusOf(order)).toBe('pending')
})

test.each([
  ['no signature', (no: string) => signedNotification(no).replace(/<sign>.*<\/sign>\n?/, '')],
  ['an empty signature', (no: string) => signedNotification(no).replace(/<sign>.*<\/sign>/, '<sign></sign>')],
  [
    'another type than the payment was made with',
    (no: string) => signedNotification(no, { sign_type: 'HMAC-SHA256' }, { type: 'HMAC-SHA256' }),
  ],
  ['a changed amount', (no: string) => signedNotification(no).replace('<total_fee>6800', '<total_fee>6801')],
  ['an added field', (no: string) => signedNotification(no).replace('</xml>', '<attach>x</attach></xml>')],
])('a message with %s is a bad signature', async (_, bodyOf) => {
  const { order, payment } = await world.order()
  expect(await world.notify(bodyOf(payment.outTradeNo))).toContain('FAIL')
  expect((await lastEntry()).result.verdict).toBe('bad_signature')
  expect(await world.statusOf(order)).toBe('pending')
})

test.each([
  ['nothing', ''],
  ['no XML', 'paid!'],
  ['JSON', '{"return_code":"SUCCESS"}'],
  ['another root', '<html><body>400</body></html>'],
  ['an entity', '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><a>&x;</a></xml>'],
  ['a field twice', '<xml><total_fee>1</total_fee><total_fee>6800</total_fee></xml>'],
  ['a cut document', '<xml><return_code><![CDATA[SUCCESS]]></return_code><result_code>'],
  ['control characters', '<xml><return_code>\u0001</return_code></xml>'],
])('a body of %s is malformed', async (_, body) => {
  expect(await world.notify(body)).toContain('FAIL')
  expect((await lastEntry()).result.verdict).toBe('malformed')
})

test('bytes that are no UTF-8 are kept as they came and are malformed', async () => {
  const body = new Uint8Array([0x3c, 0x78, 0x6d, 0x6c, 0x3e, 0xff, 0xfe, 0x3c, 0x2f, 0x78, 0x6d, 0x6c, 0x3e])
  await world.notify(body)
  const entry = await lastEntry()
  expect(entry.result.verdict).toBe('malformed')
  expect(Buffer.from(entry.body).equals(Buffer.from(body))).toBe(true)
})

test('a message that says the transport failed is believed in nothing, signed or not', async () => {
  const { payment } = await world.order()
  await world.notify('<xml><return_code><![CDATA[FAIL]]></return_code><return_msg>x</return_msg></xml>')
  await world.notify(signedNotification(payment.outTradeNo, { return_code: 'FAIL' }))
  expect(await world.verdicts()).toEqual(['failed_transport', 'failed_transport'])
})

test('the same forgery again is counted and not kept again', async () => {
  for (let n = 0; n < 5; n += 1) await world.notify('<xml><a>forged</a></xml>')
  const log = await world.log()
  expect(log).toHaveLength(1)
  expect(log[0]?.times).toBe(5)
})

test('authentic money for a closed order is stray: kept, flagged, acknowledged', async () => {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 1
  // The buyer pays while the shop believes that the order could be closed: an answer that is not true.
  await world.phone.pay(payment.outTradeNo)
  const situation = await world.shop.store.findSituation(payment.outTradeNo, null)
  if (situation?.payment === null || situation === null) throw new Error('no payment')
  await world.shop.store.commit({
    payment: {
      before: situation.payment,
      after: { ...situation.payment, status: 'closed', nextCheckAt: null, version: situation.payment.version + 1 },
    },
    order: orderChange(
      situation.order,
      { ...situation.order, status: 'closed', closedAt: world.now() },
      { kind: 'worker', id: payment.outTradeNo },
      world.now(),
    ),
  })
  await world.advance(20_000)

  expect(await world.verdicts()).toEqual(['stray'])
  expect((await lastEntry()).result.reply).toBe('acknowledge')
  expect(await world.statusOf(order)).toBe('closed')
  expect((await world.paymentsOf(order))[0]?.status).toBe('stray')
  expect(world.warnings).toContain('money_needs_a_look')
})

test('a message whose handler died is processed from the log, and its order is paid', async () => {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 1
  await world.phone.pay(payment.outTradeNo)
  const body = signedNotification(payment.outTradeNo, await truthOf(payment.outTradeNo))
  await world.shop.store.insertNotification({
    apiVersion: 'v2',
    remoteAddress: '127.0.0.1',
    headers: {},
    body: new TextEncoder().encode(body),
    receivedAt: world.now(),
    replayOf: null,
  })
  expect(await world.verdicts()).toEqual([undefined])
  await world.restart()
  world.wire.loseNotifications = 1
  await world.advance(12_000)

  expect(await world.statusOf(order)).toBe('paid')
  expect(['applied', 'already']).toContain((await world.verdicts())[0])
})

test('a body beyond 64 KiB is not read, and neither is another method answered', async () => {
  const big = await world.fetch('/api/wechat/notify', { method: 'POST', body: 'x'.repeat(64 * 1024 + 1) })
  expect(big.status).toBe(413)
  expect(big.headers.get('connection')).toBe('close')
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    expect((await world.fetch('/api/wechat/notify', { method })).status).toBe(405)
  }
  expect(await world.verdicts()).toEqual([])
})

test('a body of exactly 64 KiB is kept whole', async () => {
  const body = `<xml><a>${'x'.repeat(64 * 1024 - 18)}</a></xml>`
  expect(body).toHaveLength(64 * 1024)
  await world.notify(body)
  expect((await lastEntry()).body).toHaveLength(64 * 1024)
})

test('what opens routes is not written down with a message', async () => {
  await world.notify('<xml/>', { cookie: `${nameOf('orders')}=secret`, authorization: 'Bearer secret' })
  expect(JSON.stringify((await lastEntry()).headers)).not.toContain('secret')
})

test('HMAC-SHA256 carries a payment to its end as well', async () => {
  await world.close()
  world = await openWorld({ WXPAY_SIGN_TYPE: 'HMAC-SHA256' })
  const { order, payment } = await world.order()
  await world.phone.pay(payment.outTradeNo)
  await world.advance(1_000)
  expect(await world.verdicts()).toEqual(['applied'])
  expect(await world.statusOf(order)).toBe('paid')
})

test('WeChat is acknowledged for eight verdicts only', () => {
  const acknowledged: Verdict[] = VERDICTS.filter(isSettled)
  const ofRefunds = ['refund_applied', 'refund_already', 'unknown_refund']
  expect(acknowledged).toEqual(['applied', 'already', 'stray', 'payment_failed', ...ofRefunds, 'unknown_event'])
})

test('a message that lacks what WeChat always sends is malformed, however well it is signed', async () => {
  const { payment } = await world.order()
  await world.notify(signedNotification(payment.outTradeNo, { transaction_id: '' }))
  expect((await lastEntry()).result.verdict).toBe('malformed')
})

test('a message signed with the key before ours moves nothing, and the log can say so', async () => {
  await world.close()
  const key = 'the-key-of-32-characters-before-'
  world = await openWorld({ WXPAY_PREVIOUS_API_KEY: key })
  const { order, payment } = await world.order()
  await world.notify(signedNotification(payment.outTradeNo, {}, { key }))
  const entry = await lastEntry()
  expect(entry.result.verdict).toBe('bad_signature')
  expect(await world.statusOf(order)).toBe('pending')
  const { mistake } = await explainNotification(world.shop, entry)
  expect(mistake).toEqual({ cause: 'previous_key', field: null, signedText: entry.result.signedText })
})

test('a signed message that gives a payment’s money another number does not keep it from its order', async () => {
  const { order, payment } = await world.order()
  world.wire.loseNotifications = 1
  await world.phone.pay(payment.outTradeNo)
  const truth = await truthOf(payment.outTradeNo)
  await world.notify(signedNotification('20260301000000unknown', truth))
  expect(await world.shop.store.findTransaction(truth.transaction_id)).toMatchObject({ outcome: 'unknown_order' })

  expect(await world.notify(signedNotification(payment.outTradeNo, truth))).toBe(ACKNOWLEDGED)
  expect(await world.statusOf(order)).toBe('paid')
  expect(await world.shop.store.findTransaction(truth.transaction_id)).toMatchObject({
    outcome: 'applied',
    outTradeNo: payment.outTradeNo,
  })
})

test('what WeChat itself said of money is not written over by a message', async () => {
  const { payment } = await world.order()
  world.wire.loseNotifications = 1
  await world.phone.pay(payment.outTradeNo)
  const { transaction_id } = await truthOf(payment.outTradeNo)
  const { outTradeNo } = payment
  const said = { transactionId: transaction_id, outTradeNo, paidFen: 1, currency: 'CNY', paidAt: world.now() }
  await settle(world.shop, { trade: said, isRefunded: false }, { kind: 'worker', id: payment.outTradeNo })
  const record = await world.shop.store.findTransaction(transaction_id)
  expect(record).toMatchObject({ outcome: 'mismatch', seenBy: 'query' })

  await world.notify(signedNotification('20260301000000unknown', { transaction_id }))
  await world.notify(signedNotification(payment.outTradeNo, { transaction_id, total_fee: '2' }))
  expect(await world.verdicts()).toEqual(['unknown_payment', 'wrong_amount'])
  expect(await world.shop.store.findTransaction(transaction_id)).toEqual(record)
})
