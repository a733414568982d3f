import { createDecipheriv, createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Fields } from '@/lib/wechat/v2/sign'
import { readFlatXml } from '@/lib/wechat/v2/xml'
import { ACKNOWLEDGED, apiKey, appid, mchId, openWeChat, STARTED_AT } from './wechat'

const NUMBER = 'T20260105-0001'
const REFUND = 'R20260105-0001'
const ADDRESS = 'http://127.0.0.1:3000/api/wechat/notify/refund'
const FAIL = '<xml><return_code><![CDATA[FAIL]]></return_code></xml>'

type WeChat = ReturnType<typeof openWeChat>

/** A paid order, its notification acknowledged and forgotten, and a refund of 30 yuan. */
async function openRefunded(faults: object = {}, fields: Fields = {}, options: Parameters<typeof openWeChat>[0] = {}) {
  const wechat = openWeChat(options)
  await wechat.place({ sign_type: 'HMAC-SHA256' })
  await wechat.pay(NUMBER)
  await wechat.emulator.runDue()
  wechat.notifications.length = 0
  await wechat.setFaults(faults)
  expect((await wechat.refund({ refund_fee: '3000', ...fields })).result_code).toBe('SUCCESS')
  return wechat
}

const seconds = (wechat: WeChat, advanceSeconds: number) => wechat.control('clock', { advanceSeconds })
const noticesIn = async (wechat: WeChat) =>
  (await wechat.readState()).deliveries.filter((it) => it.out_refund_no !== null)

/** What Node's own cipher reads with the key that the documentation describes; null when it does not open. */
function open(reqInfo = ''): { text: string; fields: Fields } | null {
  const key = createHash('md5').update(apiKey).digest('hex')
  const decipher = createDecipheriv('aes-256-ecb', key, null)
  try {
    const text = Buffer.concat([decipher.update(reqInfo, 'base64'), decipher.final()]).toString()
    const document = readFlatXml(Buffer.from(text))
    return document.ok ? { text, fields: document.fields } : null
  } catch {
    return null
  }
}

test('five seconds after it was accepted the merchant is told, unsigned outside and all fields encrypted', async () => {
  const wechat = await openRefunded()
  await seconds(wechat, 4)
  expect(wechat.notifications).toEqual([])
  await seconds(wechat, 1)
  const [notice] = wechat.notifications
  expect(notice).toMatchObject({ at: STARTED_AT + 5_000, url: ADDRESS, contentType: 'text/xml' })
  expect(Object.keys(notice?.fields ?? {})).toEqual(['return_code', 'appid', 'mch_id', 'nonce_str', 'req_info'])
  expect(notice?.fields).toMatchObject({ return_code: 'SUCCESS', appid, mch_id: mchId })
  const opened = open(notice?.fields.req_info)
  expect(opened?.text).toMatch(/^<root>[\s\S]*<\/root>$/)
  const [refund] = (await wechat.readState()).refunds
  expect(opened?.fields).toEqual({
    transaction_id: refund?.transaction_id,
    out_trade_no: NUMBER,
    refund_id: refund?.refund_id,
    out_refund_no: REFUND,
    total_fee: '8800',
    refund_fee: '3000',
    settlement_total_fee: '8800',
    settlement_refund_fee: '3000',
    cash_refund_fee: '3000',
    refund_status: 'SUCCESS',
    success_time: '2026-01-05 12:00:05',
    refund_recv_accout: '支付用户零钱',
    refund_account: 'REFUND_SOURCE_UNSETTLED_FUNDS',
    refund_request_source: 'API',
  })
  expect(await noticesIn(wechat)).toMatchObject([
    { out_trade_no: NUMBER, out_refund_no: REFUND, attempt: 1, outcome: 'accepted' },
  ])
})

test.each([
  ['closed', 'REFUNDCLOSE', 'CLOSED'],
  ['abnormal', 'CHANGE', 'ABNORMAL'],
])('a refund that ends %s is told as %s, without a time of success', async (outcome, word, status) => {
  const wechat = await openRefunded()
  const { body } = await wechat.control('refund', { out_refund_no: REFUND, outcome })
  expect(body).toMatchObject({ out_refund_no: REFUND, status, ended_at: STARTED_AT })
  await seconds(wechat, 3600)
  expect(wechat.notifications).toHaveLength(1)
  const fields = open(wechat.notifications[0]?.fields.req_info)?.fields
  expect(fields?.refund_status).toBe(word)
  expect(fields).not.toHaveProperty('success_time')
})

test('without an acknowledgement the same notice comes sixteen times, by the schedule of payments', async () => {
  const wechat = await openRefunded()
  wechat.merchant.answer = async () => new Response(FAIL)
  await seconds(wechat, 2 * 24 * 60 * 60)
  const pauses = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600]
  const times = wechat.notifications.map((it) => it.at)
  expect(times.slice(1).map((at, index) => (at - (times[index] ?? 0)) / 1000)).toEqual(pauses)
  expect(new Set(wechat.notifications.map((it) => it.text)).size).toBe(1)
  expect(wechat.emulator.nextDueInMs()).toBeNull()
})

test('only one XML document that says SUCCESS acknowledges a refund notice too', async () => {
  const wechat = await openRefunded()
  const replies: [Response, string][] = [
    [new Response(FAIL), 'refused'],
    [new Response('SUCCESS'), 'malformed'],
    [new Response(ACKNOWLEDGED, { status: 500 }), 'http_error'],
    [new Response(ACKNOWLEDGED), 'accepted'],
  ]
  for (const [reply] of replies) {
    wechat.merchant.answer = async () => reply
    await seconds(wechat, (wechat.emulator.nextDueInMs() ?? 0) / 1000)
  }
  expect((await noticesIn(wechat)).map((it) => it.outcome)).toEqual(replies.map(([, outcome]) => outcome))
})

test('a refund without an address is told where the account says, and otherwise nowhere', async () => {
  const silent = await openRefunded({}, { notify_url: '' })
  await seconds(silent, 3600)
  expect(silent.notifications).toEqual([])
  expect(await silent.control('resend', { out_refund_no: REFUND })).toMatchObject({
    status: 409,
    body: { error: 'refund_not_notified' },
  })
  const refundNotifyUrl = 'http://127.0.0.1:3000/set-in-the-console'
  const accounts = [{ appid, mchId, apiKey, refundNotifyUrl }]
  const told = await openRefunded({}, { notify_url: '' }, { accounts })
  await seconds(told, 5)
  expect(told.notifications.map((it) => it.url)).toEqual([refundNotifyUrl])
})

test('a refund made in the console has a number of WeChat and says where it was made', async () => {
  const wechat = await openRefunded()
  await seconds(wechat, 5)
  wechat.notifications.length = 0
  const { status, body } = await wechat.control('console-refund', { out_trade_no: NUMBER, refund_fee: 800 })
  expect(status).toBe(200)
  expect(body).toMatchObject({ out_trade_no: NUMBER, refund_fee: 800, status: 'PROCESSING', source: 'console' })
  await seconds(wechat, 5)
  const [notice] = wechat.notifications
  expect(notice?.url).toBe('http://127.0.0.1:3000/api/wechat/notify')
  expect(open(notice?.fields.req_info)?.fields).toMatchObject({
    refund_request_source: 'VENDOR_PLATFORM',
    out_refund_no: body.out_refund_no,
    refund_fee: '800',
  })
  expect((await wechat.queryRefund({ out_trade_no: NUMBER })).refund_count).toBe('2')
})

test('a refund made in the console is told where the account says, and keeps no program waiting', async () => {
  const refundNotifyUrl = 'http://127.0.0.1:3000/set-in-the-console'
  const wechat = await openRefunded({}, {}, { accounts: [{ appid, mchId, apiKey, refundNotifyUrl }] })
  await seconds(wechat, 60)
  await wechat.control('console-refund', { out_trade_no: NUMBER, refund_fee: 800 })
  expect((await wechat.refund({ out_refund_no: 'R-SECOND', refund_fee: '1' })).result_code).toBe('SUCCESS')
  await seconds(wechat, 5)
  expect(wechat.notifications.map((it) => it.url)).toEqual([ADDRESS, refundNotifyUrl, ADDRESS])
})

test('the console refunds what is left and no more, and nothing that was not paid', async () => {
  const wechat = await openRefunded()
  await wechat.place({ out_trade_no: 'UNPAID-1' })
  const attempt = async (out_trade_no: string, refund_fee: unknown) => {
    const { status, body } = await wechat.control('console-refund', { out_trade_no, refund_fee })
    return [status, body.error]
  }
  expect(await attempt(NUMBER, 5801)).toEqual([409, 'more_than_left'])
  expect(await attempt('UNPAID-1', 1)).toEqual([409, 'order_not_paid'])
  expect(await attempt('NOBODY-1', 1)).toEqual([404, 'unknown_order'])
  for (const wrong of [0, -1, 0.5, '1', null]) expect(await attempt(NUMBER, wrong)).toEqual([400, 'invalid_body'])
  await wechat.control('balance', { balance: 5799 }, 'PUT')
  expect(await attempt(NUMBER, 5800)).toEqual([409, 'balance_too_small'])
  await wechat.control('balance', { balance: 5800 }, 'PUT')
  expect(await attempt(NUMBER, 5800)).toEqual([200, undefined])
  expect(await attempt(NUMBER, 1)).toEqual([409, 'refunded'])
})

test('only a refund that is processing is ended, and an abnormal one is given back by hand', async () => {
  const wechat = await openRefunded()
  const end = async (out_refund_no: string, outcome: string) => {
    const { status, body } = await wechat.control('refund', { out_refund_no, outcome })
    return [status, body.error ?? body.status]
  }
  expect(await end('R-NOBODY', 'success')).toEqual([404, 'unknown_refund'])
  expect(await end(REFUND, 'never')).toEqual([400, 'invalid_body'])
  expect(await end(REFUND, 'abnormal')).toEqual([200, 'ABNORMAL'])
  expect(await end(REFUND, 'closed')).toEqual([409, 'refund_ended'])
  expect(await end(REFUND, 'success')).toEqual([200, 'SUCCESS'])
  for (const outcome of ['success', 'closed', 'abnormal'])
    expect(await end(REFUND, outcome)).toEqual([409, 'refund_ended'])
  await wechat.emulator.runDue()
  expect(wechat.notifications.map((it) => open(it.fields.req_info)?.fields.refund_status)).toEqual([
    'CHANGE',
    'SUCCESS',
  ])
})

test('a refund notice is sent once more by hand, and that of the payment stays its own', async () => {
  const wechat = await openRefunded()
  expect((await wechat.control('resend', { out_refund_no: REFUND })).status).toBe(409)
  await seconds(wechat, 5)
  const { body } = await wechat.control('resend', { out_refund_no: REFUND })
  expect(body).toMatchObject({ cause: 'resend', attempt: 1, outcome: 'accepted', out_refund_no: REFUND })
  expect(wechat.notifications[1]?.text).toBe(wechat.notifications[0]?.text)
  const payment = await wechat.control('resend', { out_trade_no: NUMBER })
  expect(payment.body).toMatchObject({ cause: 'resend', out_refund_no: null })
  expect(wechat.notifications[2]?.fields.time_end).toBe('20260105120000')
  expect((await wechat.control('resend', { out_refund_no: 'R-NOBODY' })).body.error).toBe('unknown_refund')
  for (const wrong of [{}, { out_trade_no: NUMBER, out_refund_no: REFUND }]) {
    expect((await wechat.control('resend', wrong)).status).toBe(400)
  }
})

test('a refund that was accepted is processed by itself once the emulator runs', async () => {
  const wechat = await openRefunded()
  expect(wechat.emulator.nextDueInMs()).toBe(5_000)
  wechat.wait(5_000)
  await wechat.emulator.runDue()
  expect(wechat.notifications).toHaveLength(1)
})

test('a refund notice tampered with is wrong in one way only, and true the next time', async () => {
  const names = 'tamperAmount tamperSignature otherMerchant truncate doctype otherKey truncateEncrypted'.split(' ')
  const wechat = await openRefunded(Object.fromEntries(names.map((it) => [it, 1])))
  wechat.merchant.answer = async () => new Response(FAIL)
  await seconds(wechat, 8_000)
  const met = (await noticesIn(wechat)).map((it) => it.faults)
  expect(met.slice(0, 8)).toEqual([...names.map((it) => [it]), []])

  const [amount, garbled, merchant, cut, doctype, otherKey, half, honest] = wechat.notifications
  const genuine = open(honest?.fields.req_info)?.fields
  expect(genuine?.refund_fee).toBe('3000')
  expect(open(amount?.fields.req_info)?.fields).toEqual({
    ...genuine,
    refund_fee: '2999',
    settlement_refund_fee: '2999',
    cash_refund_fee: '2999',
  })
  expect(open(garbled?.fields.req_info)).toBeNull()
  expect(merchant?.fields).toEqual({ ...honest?.fields, mch_id: expect.not.stringMatching(mchId) })
  expect(cut?.text).toBe(honest?.text.slice(0, (honest.text.length || 0) / 2))
  expect(doctype?.text.startsWith('<!DOCTYPE xml')).toBe(true)
  expect(doctype?.text.endsWith(honest?.text ?? '-')).toBe(true)
  expect(otherKey?.fields.req_info).toHaveLength(honest?.fields.req_info?.length ?? 0)
  expect(open(otherKey?.fields.req_info)).toBeNull()
  expect(honest?.fields.req_info?.startsWith(half?.fields.req_info || '-')).toBe(true)
  expect(open(half?.fields.req_info)).toBeNull()
})

test('the faults of one kind of notification leave the other alone', async () => {
  const wechat = await openRefunded({ signType: 1 })
  await seconds(wechat, 5)
  expect((await wechat.readState()).faults).toEqual({ seed: '0', signType: 1 })
  await wechat.setFaults({ otherKey: 1, truncateEncrypted: 1 })
  await wechat.place({ out_trade_no: 'OTHER-1' })
  await wechat.pay('OTHER-1')
  await wechat.emulator.runDue()
  expect((await wechat.readState()).faults).toEqual({ seed: '0', otherKey: 1, truncateEncrypted: 1 })
})

test('refund notices get lost, come twice, late and after the next one, as those of payments do', async () => {
  const lost = await openRefunded({ lose: 1 })
  await seconds(lost, 20)
  expect(lost.notifications.map((it) => it.at)).toEqual([STARTED_AT + 20_000])
  const twice = await openRefunded({ duplicate: 1 })
  await seconds(twice, 5)
  expect(twice.notifications.map((it) => it.at)).toEqual([STARTED_AT + 5_000, STARTED_AT + 5_000])
  const late = await openRefunded({ delaySeconds: { value: 20, count: 1 } })
  await seconds(late, 25)
  expect(late.notifications.map((it) => it.at)).toEqual([STARTED_AT + 25_000])
  const overtaken = await openRefunded({ reorder: 1 })
  await overtaken.place({ out_trade_no: 'OTHER-1' })
  await seconds(overtaken, 5)
  await overtaken.pay('OTHER-1')
  await overtaken.emulator.runDue()
  expect(overtaken.notifications.map((it) => it.fields.out_trade_no)).toEqual(['OTHER-1', undefined])
})

test('a quick bank: the notice is there before the answer, which then comes all the same', async () => {
  const wechat = openWeChat()
  await wechat.place()
  await wechat.pay(NUMBER)
  await wechat.emulator.runDue()
  await wechat.setFaults({ beforeAnswer: 1 })
  const sent = wechat.holdReply()
  let isAnswered = false
  const answering = wechat.refund().then((answer) => {
    isAnswered = true
    return answer
  })
  const { reply } = await sent
  expect(isAnswered).toBe(false)
  expect((await wechat.queryRefund({ out_refund_no: REFUND })).refund_status_0).toBe('SUCCESS')
  reply(new Response(ACKNOWLEDGED))
  expect((await answering).result_code).toBe('SUCCESS')
})
