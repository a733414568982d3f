import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mchId, openWeChat, STARTED_AT } from './wechat'

const NUMBER = 'T20260105-0001'

test('the state names orders, deliveries, the clock and the faults', async () => {
  const wechat = openWeChat()
  await wechat.place()
  await wechat.pay(NUMBER)
  const state = await wechat.readState()
  expect(state.now).toBe(STARTED_AT)
  expect(state.faults).toEqual({})
  expect(state.orders).toMatchObject(
    [
      { out_trade_no: NUMBER, trade_type: 'NATIVE', total_fee: 8800, trade_state: 'SUCCESS', transaction_id: /^42/ },
    ].map((it) => ({ ...it, transaction_id: expect.stringMatching(it.transaction_id) })),
  )
  expect(state.deliveries).toMatchObject([
    { out_trade_no: NUMBER, attempt: 1, at: STARTED_AT, outcome: 'waiting', reply: null },
  ])
})

test('a second tap does not pay a second time', async () => {
  const wechat = openWeChat()
  await wechat.place()
  const [first, second] = await Promise.all([wechat.pay(NUMBER), wechat.pay(NUMBER)])
  expect(first.status).toBe(200)
  expect(second).toMatchObject({ status: 409, body: { error: 'order_paid', message: expect.any(String) } })
  expect((await wechat.readState()).deliveries).toHaveLength(1)
})

test('not enough money and cancelling leave the order payable', async () => {
  const wechat = openWeChat()
  await wechat.place()
  for (const outcome of ['not_enough', 'cancel']) {
    expect(await wechat.pay(NUMBER, outcome)).toMatchObject({ status: 200, body: { trade_state: 'NOTPAY' } })
  }
  expect((await wechat.readState()).deliveries).toEqual([])
  expect((await wechat.pay(NUMBER)).body.trade_state).toBe('SUCCESS')
})

test('a late success pays an order that was closed or whose time is over, once', async () => {
  const wechat = openWeChat()
  await wechat.place()
  await wechat.closeOrder(NUMBER)
  expect(await wechat.pay(NUMBER)).toMatchObject({ status: 409, body: { error: 'order_closed' } })
  const late = () => wechat.control('pay', { out_trade_no: NUMBER, outcome: 'success', late: true })
  expect(await late()).toMatchObject({ status: 200, body: { trade_state: 'SUCCESS', closed_at: STARTED_AT } })
  expect(await late()).toMatchObject({ status: 409, body: { error: 'order_paid' } })
  const cancelled = await wechat.control('pay', { out_trade_no: NUMBER, outcome: 'cancel', late: true })
  expect(cancelled).toMatchObject({ status: 400, body: { error: 'invalid_body' } })
  await wechat.emulator.runDue()
  expect((await wechat.readState()).deliveries).toMatchObject([{ out_trade_no: NUMBER, outcome: 'accepted' }])
})

test('an order that stands at WeChat with another amount is paid, queried and notified with that', async () => {
  const wechat = openWeChat()
  await wechat.place()
  const paid = await wechat.control('pay', { out_trade_no: NUMBER, outcome: 'success', total_fee: 1 })
  expect(paid).toMatchObject({ status: 200, body: { trade_state: 'SUCCESS', total_fee: 1 } })
  await wechat.emulator.runDue()
  expect(wechat.notifications[0]?.fields).toMatchObject({ total_fee: '1', cash_fee: '1' })
  const cancelled = await wechat.control('pay', { out_trade_no: NUMBER, outcome: 'cancel', total_fee: 1 })
  expect(cancelled).toMatchObject({ status: 400, body: { error: 'invalid_body' } })
})

test('the calls about an order are listed, and those about others are not', async () => {
  const wechat = openWeChat()
  await wechat.place()
  await wechat.closeOrder(NUMBER)
  const list = async (number: string) => (await wechat.get(`/_control/calls?out_trade_no=${number}`)).json()
  expect((await list(NUMBER)).calls).toMatchObject([
    { path: '/pay/unifiedorder', out_trade_no: NUMBER, outcome: 'SUCCESS', answered: true },
    { path: '/pay/closeorder', out_trade_no: NUMBER },
  ])
  expect(await list('T-OTHER-1')).toEqual({ calls: [] })
})

test('a tap on nothing is said to be one', async () => {
  const wechat = openWeChat()
  expect(await wechat.pay('NOBODY-KNOWS')).toMatchObject({ status: 404, body: { error: 'unknown_order' } })
  const scanned = await wechat.control('pay', { code_url: 'weixin://wxpay/bizpayurl?pr=x', outcome: 'success' })
  expect(scanned.status).toBe(404)
})

test('a control with anything missing, wrong or unknown changes nothing and says why', async () => {
  const wechat = openWeChat()
  const wrong: [string, unknown][] = [
    ['pay', { outcome: 'success' }],
    ['pay', { out_trade_no: NUMBER }],
    ['pay', { out_trade_no: NUMBER, code_url: 'weixin://', outcome: 'success' }],
    ['pay', { out_trade_no: NUMBER, outcome: 'free' }],
    ['pay', { out_trade_no: NUMBER, outcome: 'success', amount: 1 }],
    ['pay', { out_trade_no: 1, outcome: 'success' }],
    ['clock', {}],
    ['clock', { advanceSeconds: -1 }],
    ['clock', { advanceSeconds: '60' }],
    ['clock', { advanceSeconds: 1e12 }],
    ['reset', { all: true }],
    ['reset', []],
  ]
  for (const [path, body] of wrong) {
    const answer = await wechat.control(path, body)
    expect(answer, JSON.stringify(body)).toMatchObject({
      status: 400,
      body: { error: 'invalid_body', message: expect.any(String) },
    })
  }
  expect((await wechat.readState()).now).toBe(STARTED_AT)
})

test('controls take JSON and nothing that a form could send', async () => {
  const { emulator } = openWeChat()
  const post = (headers: Record<string, string>, body: string) =>
    emulator.fetch(new Request('http://127.0.0.1:4000/_control/reset', { method: 'POST', headers, body }))
  expect((await post({}, '{}')).status).toBe(415)
  expect((await post({ 'content-type': 'application/x-www-form-urlencoded' }, 'a=b')).status).toBe(415)
  expect((await post({ 'content-type': 'application/json' }, '{')).status).toBe(400)
  expect((await post({ 'content-type': 'application/json; charset=utf-8' }, '{}')).status).toBe(200)
})

test('a reset forgets everything, also what is on its way', async () => {
  const wechat = openWeChat()
  await wechat.place()
  await wechat.pay(NUMBER)
  const sent = wechat.holdReply()
  const underway = wechat.emulator.runDue()
  const { reply } = await sent
  await wechat.control('reset', {})
  reply(new Response('<xml><return_code>FAIL</return_code></xml>'))
  await underway
  expect(await wechat.readState()).toEqual({
    now: STARTED_AT,
    orders: [],
    refunds: [],
    balances: [{ mch_id: mchId, balance: 0 }],
    deliveries: [],
    faults: {},
  })
  expect((await wechat.place()).result_code).toBe('SUCCESS')
})

test('a merchant keeps its half hour, however far the clock was pushed', async () => {
  const wechat = openWeChat()
  await wechat.control('clock', { advanceSeconds: 24 * 60 * 60 })
  const { writeTime } = await import('@/lib/wechat/time')
  const placed = await wechat.place({ time_expire: writeTime(STARTED_AT + 30 * 60_000) })
  expect(placed.result_code).toBe('SUCCESS')
  await wechat.control('clock', { advanceSeconds: 29 * 60 })
  expect((await wechat.pay(NUMBER, 'cancel')).status).toBe(200)
  await wechat.control('clock', { advanceSeconds: 60 })
  expect((await wechat.pay(NUMBER)).body.error).toBe('order_expired')
})

test('more than 64 KiB are not read', async () => {
  const wechat = openWeChat()
  const response = await wechat.send('unifiedorder', ' '.repeat(64 * 1024 + 1))
  expect(response.status).toBe(413)
  expect(response.headers.get('connection')).toBe('close')
  expect((await wechat.send('unifiedorder', ' '.repeat(64 * 1024))).status).toBe(200)
})

test('the ledger is for its owner only', () => {
  const { databaseUrl } = openWeChat()
  for (const suffix of ['', '-wal', '-shm']) {
    expect(statSync(databaseUrl.slice('file:'.length) + suffix).mode & 0o777).toBe(0o600)
  }
})
