import { expect, test } from 'vitest'
import { NoAnswer } from '@/lib/emulator/emulator'
import { isSignedWith } from '@/lib/wechat/v2/sign'
import { readXml } from '@/lib/wechat/v2/xml'
import { ACKNOWLEDGED, apiKey, mchId, openWeChat, STARTED_AT } from './wechat'

const NUMBER = 'T20260105-0001'
const FAIL = '<xml><return_code><![CDATA[FAIL]]></return_code></xml>'

async function openPaid(faults: object, fields: Record<string, string> = {}) {
  const wechat = openWeChat()
  await wechat.place(fields)
  await wechat.setFaults(faults)
  await wechat.pay(NUMBER)
  return wechat
}

test('faults are shown as they were set, replaced as a whole, and gone after a reset', async () => {
  const wechat = openWeChat()
  const settings = {
    seed: 'monday',
    lose: 2,
    duplicate: { probability: 0.3 },
    latencyMs: { value: 800, count: 3 },
    delaySeconds: { value: 20, probability: 1 },
    orders: { [NUMBER]: { tamperAmount: 1 } },
  }
  expect(await wechat.setFaults(settings)).toEqual({ status: 200, body: settings })
  expect(await (await wechat.get('/_control/faults')).json()).toEqual(settings)
  expect((await wechat.readState()).faults).toEqual(settings)
  expect((await wechat.setFaults({ latencyMs: 5 })).body).toEqual({
    seed: '0',
    latencyMs: { value: 5, probability: 1 },
  })
  expect((await wechat.setFaults({ lose: 0, duplicate: { probability: 0 }, latencyMs: 0 })).body).toEqual({})
  await wechat.setFaults(settings)
  await wechat.control('reset', {})
  expect((await wechat.readState()).faults).toEqual({})
})

test('settings that are not understood change nothing and say what is wrong', async () => {
  const wechat = openWeChat()
  await wechat.setFaults({ lose: 1 })
  const wrong: [object, string][] = [
    [{ loose: 1 }, 'loose'],
    [{ lose: -1 }, 'lose: '],
    [{ lose: 1.5 }, 'lose: '],
    [{ lose: true }, 'lose: must be a count, or { "probability": 0 to 1 }'],
    [{ duplicate: { probability: 2 } }, 'duplicate.probability: '],
    [{ lose: { count: 1, probability: 1 } }, 'lose: '],
    [{ latencyMs: 60_001 }, 'latencyMs: '],
    [{ latencyMs: '5' }, 'latencyMs: must be a whole number up to 60000'],
    [{ delaySeconds: { value: 1 } }, 'delaySeconds: must be a whole number up to 86400'],
    [{ orders: { T1: { seed: 'a' } } }, 'orders.T1'],
    [{ orders: { '': { lose: 1 } } }, 'orders'],
    [{ seed: '' }, 'seed'],
  ]
  for (const [settings, message] of wrong) {
    const answer = await wechat.setFaults(settings)
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_body' } })
    expect(answer.body.message).toContain(message)
  }
  expect((await wechat.readState()).faults).toEqual({ seed: '0', lose: 1 })
})

test('a lost notification comes again by the retry schedule', async () => {
  const wechat = await openPaid({ lose: 2 })
  await wechat.control('clock', { advanceSeconds: 60 })
  expect(wechat.notifications.map((it) => it.at)).toEqual([STARTED_AT + 30_000])
  expect((await wechat.readState()).deliveries).toMatchObject([
    { attempt: 1, outcome: 'lost', faults: ['lose'] },
    { attempt: 2, outcome: 'lost', faults: ['lose'] },
    { attempt: 3, outcome: 'accepted', faults: [] },
  ])
  expect((await wechat.readState()).faults).toEqual({})
})

test('a doubled notification comes twice at once, and only one of the two is retried', async () => {
  const wechat = await openPaid({ duplicate: 1 })
  wechat.merchant.answer = async () => new Response(wechat.notifications.length > 2 ? ACKNOWLEDGED : FAIL)
  await wechat.emulator.runDue()
  expect(wechat.notifications.map((it) => it.at)).toEqual([STARTED_AT, STARTED_AT])
  expect(wechat.notifications[1]?.text).toBe(wechat.notifications[0]?.text)
  await wechat.control('clock', { advanceSeconds: 600 })
  expect((await wechat.readState()).deliveries).toMatchObject([
    { attempt: 1, cause: 'schedule', outcome: 'refused' },
    { attempt: 1, cause: 'duplicate', outcome: 'refused' },
    { attempt: 2, cause: 'schedule', outcome: 'accepted' },
  ])
})

test('a late notification comes so many seconds later, once', async () => {
  const wechat = await openPaid({ delaySeconds: 20 })
  await wechat.control('clock', { advanceSeconds: 19 })
  expect(wechat.notifications).toEqual([])
  await wechat.control('clock', { advanceSeconds: 1 })
  expect(wechat.notifications.map((it) => it.at)).toEqual([STARTED_AT + 20_000])
  expect((await wechat.readState()).deliveries).toMatchObject([{ outcome: 'accepted', faults: ['delaySeconds'] }])
})

test('a notification is overtaken by the next, or comes after fifteen seconds if there is none', async () => {
  const wechat = openWeChat()
  for (const out_trade_no of ['FIRST-1', 'SECOND-1', 'THIRD-1']) await wechat.place({ out_trade_no })
  await wechat.setFaults({ orders: { 'FIRST-1': { reorder: 1 }, 'THIRD-1': { reorder: 1 } } })
  await wechat.pay('FIRST-1')
  await wechat.pay('SECOND-1')
  await wechat.emulator.runDue()
  expect(wechat.notifications.map((it) => it.fields.out_trade_no)).toEqual(['SECOND-1', 'FIRST-1'])
  await wechat.pay('THIRD-1')
  await wechat.control('clock', { advanceSeconds: 15 })
  expect(wechat.notifications.map((it) => it.at)).toEqual([STARTED_AT, STARTED_AT, STARTED_AT + 15_000])
})

test.each(['MD5', 'HMAC-SHA256'] as const)(
  'a notification tampered with under %s is wrong in one way only, and true the next time',
  async (type) => {
    const wechat = openWeChat()
    const faults = { tamperAmount: 1, tamperSignature: 1, otherMerchant: 1, truncate: 1, doctype: 1, signType: 1 }
    await wechat.place({ sign_type: type })
    await wechat.setFaults(faults)
    await wechat.pay(NUMBER)
    wechat.merchant.answer = async () => new Response(FAIL)
    await wechat.control('clock', { advanceSeconds: 4_000 })
    const texts = wechat.notifications.map((it) => it.text)
    const met = (await wechat.readState()).deliveries.map((it) => it.faults)
    expect(met.slice(0, 6)).toEqual(Object.keys(faults).map((it) => [it]))

    const [amount, signature, merchant, cut, doctype, otherType, honest] = texts.map((text) => {
      const read = readXml(Buffer.from(text))
      return read.ok ? read.fields : { reason: read.reason }
    })
    const isSigned = (fields = {}, by = type) => isSignedWith(fields, apiKey, by)
    expect(isSigned(honest)).toBe(true)
    expect(honest).toMatchObject({ total_fee: '8800', mch_id: mchId })
    expect(amount).toMatchObject({ total_fee: '8799', cash_fee: '8799' })
    expect(isSigned(amount)).toBe(true)
    expect({ ...signature, sign: honest?.sign }).toEqual(honest)
    expect(isSigned(signature)).toBe(false)
    expect(merchant?.mch_id).not.toBe(mchId)
    expect(isSigned(merchant)).toBe(true)
    expect(cut).toEqual({ reason: 'not_well_formed' })
    expect(doctype).toEqual({ reason: 'not_allowed' })
    expect(texts[4]?.endsWith(texts[6] ?? '-')).toBe(true)
    const other = type === 'MD5' ? 'HMAC-SHA256' : 'MD5'
    expect(otherType?.sign_type).toBe(other)
    expect(isSigned(otherType, other)).toBe(true)
  },
)

test('a quick buyer: the notification is there before the answer, which then comes all the same', async () => {
  const wechat = openWeChat()
  await wechat.setFaults({ beforeAnswer: 1 })
  const sent = wechat.holdReply()
  let isAnswered = false
  const answering = wechat.place().then((answer) => {
    isAnswered = true
    return answer
  })
  const { reply } = await sent
  expect(isAnswered).toBe(false)
  expect((await wechat.query({ out_trade_no: NUMBER })).trade_state).toBe('SUCCESS')
  reply(new Response(ACKNOWLEDGED))
  expect(await answering).toMatchObject({ result_code: 'SUCCESS', trade_type: 'NATIVE' })
  expect((await wechat.readState()).deliveries).toMatchObject([{ outcome: 'accepted' }])
})

test('a request that is dropped does nothing, an answer that is dropped comes after everything is done', async () => {
  const wechat = openWeChat()
  await wechat.setFaults({ dropRequests: 1, dropAnswersAfterCommit: 1 })
  await expect(wechat.place()).rejects.toThrow(NoAnswer)
  expect((await wechat.readState()).orders).toEqual([])
  await expect(wechat.place()).rejects.toThrow(NoAnswer)
  expect((await wechat.readState()).orders).toHaveLength(1)
  expect((await wechat.place()).result_code).toBe('SUCCESS')
})

test('a system error is signed and nothing is done', async () => {
  const wechat = openWeChat()
  await wechat.setFaults({ systemError: 1 })
  const answer = await wechat.place()
  expect(answer).toMatchObject({ return_code: 'SUCCESS', result_code: 'FAIL', err_code: 'SYSTEMERROR' })
  expect(isSignedWith(answer, apiKey, 'MD5')).toBe(true)
  expect((await wechat.readState()).orders).toEqual([])
})

test('an answer can carry a wrong signature', async () => {
  const wechat = openWeChat()
  await wechat.setFaults({ badAnswerSignature: 1 })
  const answer = await wechat.place()
  expect(answer.result_code).toBe('SUCCESS')
  expect(isSignedWith(answer, apiKey, 'MD5')).toBe(false)
  expect(isSignedWith(await wechat.place(), apiKey, 'MD5')).toBe(true)
})

test('an answer can take its time', async () => {
  const slept: number[] = []
  const wechat = openWeChat({ sleep: async (ms) => void slept.push(ms) })
  await wechat.setFaults({ latencyMs: { value: 800, count: 1 }, orders: { 'OTHER-1': { latencyMs: 70 } } })
  await wechat.place()
  await wechat.place()
  await wechat.place({ out_trade_no: 'OTHER-1' })
  expect(slept).toEqual([800, 70])
})

test('a fault of one order leaves the others alone, and goes before one of all', async () => {
  const wechat = openWeChat()
  await wechat.place()
  await wechat.place({ out_trade_no: 'OTHER-1' })
  await wechat.setFaults({ lose: 1, orders: { [NUMBER]: { lose: 1 } } })
  await wechat.pay(NUMBER)
  await wechat.emulator.runDue()
  expect((await wechat.readState()).faults).toEqual({ seed: '0', lose: 1 })
  await wechat.setFaults({ orders: { [NUMBER]: { lose: 1 } } })
  await wechat.pay('OTHER-1')
  await wechat.emulator.runDue()
  expect(wechat.notifications.map((it) => it.fields.out_trade_no)).toEqual(['OTHER-1'])
})

test('counts and draws outlive a restart', async () => {
  const wechat = openWeChat()
  await wechat.setFaults({ systemError: 2 })
  await wechat.place()
  wechat.restart()
  expect((await wechat.place()).err_code).toBe('SYSTEMERROR')
  expect((await wechat.place()).result_code).toBe('SUCCESS')
})

test('equal seeds and equal calls have equal faults, also across a restart', async () => {
  const run = async (seed: string, restartsAt: number) => {
    const wechat = openWeChat()
    await wechat.setFaults({ seed, systemError: { probability: 0.5 } })
    const codes: string[] = []
    for (let index = 0; index < 24; index += 1) {
      if (index === restartsAt) wechat.restart()
      codes.push((await wechat.query({ out_trade_no: NUMBER })).err_code ?? '')
    }
    return codes
  }
  const first = await run('monday', -1)
  expect(await run('monday', 11)).toEqual(first)
  expect(await run('tuesday', -1)).not.toEqual(first)
  expect(new Set(first)).toEqual(new Set(['SYSTEMERROR', 'ORDERNOTEXIST']))
})

test('the notification of an order is sent once more by hand, outside the schedule', async () => {
  const wechat = openWeChat()
  await wechat.place()
  expect(await wechat.control('resend', { out_trade_no: NUMBER })).toMatchObject({
    status: 409,
    body: { error: 'order_not_paid' },
  })
  expect((await wechat.control('resend', { out_trade_no: 'NOBODY-1' })).status).toBe(404)
  expect((await wechat.control('resend', {})).status).toBe(400)
  await wechat.pay(NUMBER)
  wechat.merchant.answer = async () => new Response(FAIL, { headers: { 'x-shop': 'closed' } })
  await wechat.emulator.runDue()
  wechat.wait(5_000)
  const resent = await wechat.control('resend', { out_trade_no: NUMBER })
  expect(resent.body).toMatchObject({ cause: 'resend', attempt: 1, outcome: 'refused', at: STARTED_AT + 5_000 })
  expect(resent.body.reply_headers).toContainEqual(['x-shop', 'closed'])
  expect(resent.body.request_headers).toContainEqual(['content-type', 'text/xml'])
  expect(wechat.notifications[1]?.text).toBe(wechat.notifications[0]?.text)
  expect(wechat.emulator.nextDueInMs()).toBe(10_000)
})
