import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { isSignedWith } from '@/lib/wechat/v2/sign'
import { ACKNOWLEDGED, apiKey, appid, mchId, openWeChat, STARTED_AT } from './wechat'

const NUMBER = 'T20260105-0001'
const DAY_SECONDS = 24 * 60 * 60
const FAIL = '<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[again]]></return_msg></xml>'

async function openPaid(options: Parameters<typeof openWeChat>[0] = {}, fields = {}) {
  const wechat = openWeChat(options)
  await wechat.place(fields)
  await wechat.pay(NUMBER)
  return wechat
}

test('the merchant is told with the recorded fields, in the order of their names, signed', async () => {
  const wechat = await openPaid({}, { attach: 'shelf 7' })
  await wechat.emulator.runDue()
  const [notification] = wechat.notifications
  expect(notification?.url).toBe('http://127.0.0.1:3000/api/wechat/notify')
  expect(notification?.contentType).toBe('text/xml')
  expect(Object.keys(notification?.fields ?? {})).toEqual(
    'appid attach bank_type cash_fee fee_type is_subscribe mch_id nonce_str openid out_trade_no result_code return_code sign time_end total_fee trade_type transaction_id'.split(
      ' ',
    ),
  )
  expect(notification?.fields).toMatchObject({
    appid,
    mch_id: mchId,
    total_fee: '8800',
    time_end: '20260105120000',
    attach: 'shelf 7',
  })
  expect(notification?.fields.nonce_str).toMatch(/^[0-9a-f]{32}$/)
  expect(isSignedWith(notification?.fields ?? {}, apiKey, 'MD5')).toBe(true)
  const answer = await wechat.query({ out_trade_no: NUMBER })
  expect(answer.transaction_id).toBe(notification?.fields.transaction_id)
})

test('the amount stands bare, and everything else in CDATA, also what only looks like a number', async () => {
  const wechat = await openPaid()
  await wechat.emulator.runDue()
  const [bare, ...others] = (wechat.notifications[0]?.text ?? '').match(/<(\w+)>[^<]+<\/\1>/g) ?? []
  expect([bare, others]).toEqual(['<total_fee>8800</total_fee>', []])
  expect(wechat.notifications[0]?.text).toContain(`<mch_id><![CDATA[${mchId}]]></mch_id>`)
  expect(wechat.notifications[0]?.text).toContain('<cash_fee><![CDATA[8800]]></cash_fee>')
})

test('the notification is signed as the order was, and says so only when that is not MD5', async () => {
  const wechat = await openPaid({}, { sign_type: 'HMAC-SHA256' })
  await wechat.emulator.runDue()
  const fields = wechat.notifications[0]?.fields ?? {}
  expect(fields.sign_type).toBe('HMAC-SHA256')
  expect(isSignedWith(fields, apiKey, 'HMAC-SHA256')).toBe(true)
})

test('an acknowledgement ends it', async () => {
  const wechat = await openPaid()
  await wechat.emulator.runDue()
  await wechat.control('clock', { advanceSeconds: DAY_SECONDS * 2 })
  expect(wechat.notifications).toHaveLength(1)
  expect((await wechat.readState()).deliveries).toMatchObject([
    {
      out_trade_no: NUMBER,
      attempt: 1,
      at: STARTED_AT,
      outcome: 'accepted',
      reply: ACKNOWLEDGED,
      reply_code: 'SUCCESS',
    },
  ])
  expect(wechat.emulator.nextDueInMs()).toBeNull()
})

test('without an acknowledgement the same notification comes sixteen times, by the documented schedule', async () => {
  const wechat = await openPaid()
  wechat.merchant.answer = async () => new Response(FAIL)
  const { body } = await wechat.control('clock', { advanceSeconds: DAY_SECONDS * 2 })
  expect(body.now).toBe(STARTED_AT + DAY_SECONDS * 2000)

  const pauses = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600]
  expect(wechat.notifications).toHaveLength(1 + pauses.length)
  expect(
    wechat.notifications.slice(1).map((it, index) => (it.at - (wechat.notifications[index]?.at ?? 0)) / 1000),
  ).toEqual(pauses)
  expect(new Set(wechat.notifications.map((it) => it.text)).size).toBe(1)
  const { deliveries } = await wechat.readState()
  expect(deliveries.map((it) => it.attempt)).toEqual(deliveries.map((_, index) => index + 1))
  expect(new Set(deliveries.map((it) => it.outcome))).toEqual(new Set(['refused']))
  expect(wechat.emulator.nextDueInMs()).toBeNull()
})

test('an acknowledgement at a later attempt ends it there', async () => {
  const wechat = await openPaid()
  wechat.merchant.answer = async () => new Response(wechat.notifications.length < 4 ? FAIL : ACKNOWLEDGED)
  await wechat.control('clock', { advanceSeconds: DAY_SECONDS })
  expect((await wechat.readState()).deliveries.map((it) => it.outcome)).toEqual([
    'refused',
    'refused',
    'refused',
    'accepted',
  ])
})

test('only one XML document that says SUCCESS acknowledges', async () => {
  const wechat = await openPaid()
  const replies: [Response | Error, string][] = [
    [new Response(FAIL), 'refused'],
    [new Response('<xml><return_code>success</return_code></xml>'), 'refused'],
    [new Response('<xml><return_msg>OK</return_msg></xml>'), 'refused'],
    [new Response('SUCCESS'), 'malformed'],
    [new Response(`${ACKNOWLEDGED}SUCCESS`), 'malformed'],
    [new Response(`\ufeff${ACKNOWLEDGED}`), 'malformed'],
    [new Response(`<!DOCTYPE xml>${ACKNOWLEDGED}`), 'malformed'],
    [new Response(null), 'malformed'],
    [new Response(`<xml>${' '.repeat(70_000)}</xml>`), 'malformed'],
    [new Response(ACKNOWLEDGED, { status: 500 }), 'http_error'],
    [new Response(null, { status: 302, headers: { location: 'http://127.0.0.1/' } }), 'http_error'],
    [new Error('connection refused'), 'unreachable'],
  ]
  for (const [reply] of replies) {
    wechat.merchant.answer = async () => {
      if (reply instanceof Error) throw reply
      return reply
    }
    await wechat.control('clock', { advanceSeconds: (wechat.emulator.nextDueInMs() ?? 0) / 1000 })
  }
  const outcomes = (await wechat.readState()).deliveries.map((it) => it.outcome)
  expect(outcomes).toEqual([...replies.map(([, outcome]) => outcome), 'waiting'])
})

test('a reply after five seconds is none', async () => {
  const wechat = await openPaid()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const sent = wechat.holdReply()
  const done = wechat.emulator.runDue()
  const { request } = await sent
  await vi.advanceTimersByTimeAsync(4_999)
  expect((await wechat.readState()).deliveries[0]?.outcome).toBe('sending')
  expect(request.signal.aborted).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  await done
  expect(request.signal.aborted).toBe(true)
  expect((await wechat.readState()).deliveries.map((it) => it.outcome)).toEqual(['timeout', 'waiting'])
})

test('one merchant that does not answer holds up no other', async () => {
  const wechat = await openPaid()
  const sent = wechat.holdReply()
  const first = wechat.emulator.runDue()
  const { reply } = await sent

  await wechat.place({ out_trade_no: 'SECOND-1' })
  await wechat.pay('SECOND-1')
  const second = wechat.emulator.runDue()
  await vi.waitFor(async () => expect((await wechat.readState()).deliveries[1]?.outcome).toBe('accepted'))
  reply(new Response(ACKNOWLEDGED))
  await Promise.all([first, second])
  expect(wechat.notifications).toHaveLength(2)
  expect((await wechat.readState()).deliveries.map((it) => it.outcome)).toEqual(['accepted', 'accepted'])
})

test('after a restart what waited goes on, and what was on its way is sent again', async () => {
  const wechat = await openPaid()
  wechat.restart()
  wechat.merchant.answer = async () => new Response(FAIL)
  await wechat.emulator.runDue()
  expect(wechat.notifications).toHaveLength(1)

  wechat.wait(15_000)
  const sent = wechat.holdReply()
  // The process of before gives up after five seconds, and its ledger is closed by then.
  wechat.emulator.runDue().catch(() => undefined)
  await sent
  wechat.restart()
  wechat.merchant.answer = async () => new Response(ACKNOWLEDGED)
  await wechat.control('clock', { advanceSeconds: 15 })
  expect((await wechat.readState()).deliveries.map((it) => it.outcome)).toEqual(['refused', 'interrupted', 'accepted'])
})

test('the moved clock outlives a restart', async () => {
  const wechat = openWeChat()
  await wechat.control('clock', { advanceSeconds: 3600 })
  wechat.restart()
  expect((await wechat.readState()).now).toBe(STARTED_AT + 3_600_000)
})

test('an address that is neither loopback nor configured is never called', async () => {
  for (const url of [
    'http://shop.example/n',
    'http://10.0.0.1/n',
    'http://127.0.0.1.example/n',
    'https://shop.example:8443/n',
  ]) {
    const wechat = await openPaid({}, { notify_url: url })
    await wechat.control('clock', { advanceSeconds: DAY_SECONDS })
    expect(wechat.notifications).toEqual([])
    expect((await wechat.readState()).deliveries.map((it) => it.outcome)).toEqual(['refused_address'])
  }
  for (const url of ['https://shop.example/n', 'http://localhost/n', 'http://[::1]:3000/n', 'http://127.8.8.8/n']) {
    const wechat = await openPaid({}, { notify_url: url })
    await wechat.emulator.runDue()
    expect(wechat.notifications.map((it) => it.url)).toEqual([url])
  }
})

test('once started, a tap on the phone makes the delivery leave by itself, over HTTP without redirects', async () => {
  const server = createServer((request, response) => {
    const isRedirect = request.url === '/moved'
    response
      .writeHead(isRedirect ? 302 : 200, isRedirect ? { location: '/notify' } : {})
      .end(isRedirect ? '' : ACKNOWLEDGED)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { sendOverHttp } = await import('@/lib/emulator/delivery/send')

  const wechat = openWeChat({ send: sendOverHttp })
  wechat.emulator.start()
  const outcomes = async () => (await wechat.readState()).deliveries.map((it) => it.outcome)
  await wechat.place({ notify_url: `${origin}/notify` })
  await wechat.pay(NUMBER)
  await vi.waitFor(async () => expect(await outcomes()).toEqual(['accepted']))
  await wechat.place({ out_trade_no: 'MOVED-1', notify_url: `${origin}/moved` })
  await wechat.pay('MOVED-1')
  await vi.waitFor(async () => expect(await outcomes()).toEqual(['accepted', 'http_error', 'waiting']))
  await wechat.emulator.stop()
  server.close()
})
