import { expect, test } from 'vitest'
import { type Fields, sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { apiKey, appid, mchId, openWeChat, order } from './wechat'

const NUMBER = 'T20260105-0001'

type WeChat = ReturnType<typeof openWeChat>

/** What stands beside an answer; null when nothing does. */
async function explain(wechat: WeChat, path: string, fields: Fields, key = apiKey) {
  const signed = 'sign' in fields ? fields : { ...fields, sign: sign(fields, key, 'MD5') }
  return explanationOf(await wechat.send(path, writeXml(signed)))
}

function explanationOf({ headers }: Response) {
  const header = headers.get('x-emulator-explain')
  return header === null ? null : JSON.parse(header)
}

test('a wrong signature is explained beside the answer: the text, how it is signed, and what went wrong', async () => {
  const wechat = openWeChat()
  const fields = order({ attach: '' })
  const lower = { ...fields, sign: sign(fields, apiKey, 'MD5').toLowerCase() }
  const response = await wechat.send('unifiedorder', writeXml(lower))
  expect(await response.text()).toBe(writeXml({ return_code: 'FAIL', return_msg: '签名错误' }))
  const explanation = explanationOf(response)
  expect(explanation).toMatchObject({ problem: 'signature', field: 'sign', signature: { cause: 'lower_case_sign' } })
  expect(explanation.signature.text).toMatch(/^appid=.*&body=龙井茶&.*&trade_type=NATIVE&key=\*\*\*$/)
  expect(explanation.signature.signType).toBe('MD5')
})

test.each<[string, Fields, string]>([
  ['field_added', { ...order(), attach: 'late', sign: sign(order(), apiKey, 'MD5') }, 'attach'],
  ['other_sign_type', { ...order(), sign: sign(order(), apiKey, 'HMAC-SHA256') }, ''],
  ['sign_missing', order(), ''],
])('the cause %s is found', async (cause, fields, field) => {
  const wechat = openWeChat()
  const explanation = explanationOf(await wechat.send('unifiedorder', writeXml(fields)))
  expect(explanation.signature).toMatchObject({ cause, ...(field !== '' && { field }) })
})

test('neither the key nor the right signature of a wrong message is told or kept', async () => {
  const wechat = openWeChat()
  const right = sign(order(), apiKey, 'MD5')
  const response = await wechat.send('unifiedorder', writeXml({ ...order(), sign: 'F'.repeat(32) }))
  const told = JSON.stringify([...response.headers]) + (await response.text())
  const page = await (await wechat.get('/')).text()
  for (const secret of [apiKey, right]) expect(told + page).not.toContain(secret)
  expect(explanationOf(response).signature.cause).toBeNull()
})

test('an explanation is one line of ASCII, at most 2000 characters, whatever was sent', async () => {
  const wechat = openWeChat()
  const hostile = {
    body: '茶\r\nx-evil: 1',
    detail: '"\u0007茶'.repeat(2_000).replaceAll('\u0007', '\\'),
    sign: 'wrong',
  }
  const response = await wechat.send('unifiedorder', writeXml({ ...order(), ...hostile }))
  const header = response.headers.get('x-emulator-explain') ?? ''
  expect(header).toMatch(/^[\x20-\x7e]{500,2000}$/)
  expect(response.headers.has('x-evil')).toBe(false)
  expect(JSON.parse(header).signature.text).toMatch(/^appid=.*key=\*\*\*$/s)
})

test('every refusal says which field broke which rule', async () => {
  const wechat = openWeChat()
  const refusals: [Fields, object][] = [
    [{ appid: 'wx0' }, { problem: 'account', field: 'appid' }],
    [{ mch_id: '' }, { problem: 'missing', field: 'mch_id', rule: 'mch_id has to be there' }],
    [{ sign_type: 'SHA1' }, { problem: 'invalid', field: 'sign_type' }],
    [{ body: '🍵' }, { problem: 'transport', field: 'body' }],
    [{ trade_type: 'JSAPI' }, { problem: 'missing', rule: 'openid has to be there with trade_type JSAPI' }],
    [{ attach: 'a'.repeat(128) }, { problem: 'too_long', rule: 'attach has at most 127 characters, not 128' }],
    [{ total_fee: '1.5' }, { problem: 'invalid', rule: 'total_fee is a whole number of fen, at least 1, digits only' }],
    [{ fee_type: 'USD' }, { problem: 'invalid', rule: 'fee_type is CNY, spelled exactly so' }],
    [{ time_expire: '20260105120459' }, { problem: 'state', field: 'time_expire' }],
  ]
  for (const [fields, expected] of refusals) {
    expect(await explain(wechat, 'unifiedorder', order(fields))).toMatchObject(expected)
  }
  const raw = async (body: string) => explanationOf(await wechat.send('unifiedorder', body))
  const one = '<xml><a>1</a></xml>'
  for (const [body, rule] of [
    [`\ufeff${one}`, 'the document begins with <, without a byte order mark before it'],
    [`<?xml version="1.0" encoding="gbk"?>${one}`, 'the XML declaration names the encoding UTF-8'],
    [`<?xml version="1.1"?>${one}`, 'the XML declaration names version 1.0'],
    ['<xml><total-fee>1</total-fee></xml>', 'names of elements consist of letters, digits and underscores'],
    [`<?xml version="1.0" encoding="Utf-8"?>${one}`, 'appid has to be there'],
  ] as const) {
    expect(await raw(body)).toMatchObject({ rule })
  }
  expect(await raw('')).toMatchObject({ problem: 'transport', rule: 'the body is one XML document' })
  expect(await raw('<!DOCTYPE xml><xml/>')).toMatchObject({ rule: expect.stringContaining('no DOCTYPE') })
  expect(explanationOf(await wechat.get('/pay/orderquery'))).toMatchObject({ rule: 'the method is POST' })
})

test('a number that was used before is explained with what changed, or with what became of it', async () => {
  const wechat = openWeChat()
  expect(await explain(wechat, 'unifiedorder', order())).toBeNull()
  expect(await explain(wechat, 'unifiedorder', order({ total_fee: '1', attach: 'new' }))).toEqual({
    problem: 'other_request',
    field: 'total_fee',
    rule: 'a number is asked for again with the same parameters only; these are not the same: total_fee, attach',
  })
  await wechat.pay(NUMBER)
  expect(await explain(wechat, 'unifiedorder', order())).toMatchObject({ problem: 'state', field: 'out_trade_no' })
  const asked = { appid, mch_id: mchId, nonce_str: 'n', out_trade_no: 'NOBODY-1' }
  expect(await explain(wechat, 'orderquery', asked)).toMatchObject({ problem: 'state', field: 'out_trade_no' })
})

test('what a fault refused says so', async () => {
  const wechat = openWeChat()
  await wechat.setFaults({ systemError: 1 })
  expect(await explain(wechat, 'unifiedorder', order())).toEqual({
    problem: 'fault',
    rule: 'the fault systemError happened',
  })
})
