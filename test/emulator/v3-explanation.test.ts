import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { expect, test } from 'vitest'
import { requestText, sign } from '@/lib/wechat/v3/sign'
import { DEMO_KEYS, OTHER_MCHID } from '../wechat/v3/keys'
import { openV3, orderV3 } from './v3'
import { appid, mchId } from './wechat'

const ORDER = '/v3/pay/transactions/native'
const QUERY = `/v3/pay/transactions/out-trade-no/T20260105-0001?mchid=${mchId}`
const CLOSED = `${QUERY.split('?')[0]}/close`
const merchantKey = createPrivateKey(DEMO_KEYS.merchant.privateKey)

type WeChat = ReturnType<typeof openV3>
type Sent = Awaited<ReturnType<WeChat['callV3']>>
const explained = ({ headers }: Sent) => JSON.parse(headers.get('x-emulator-explain') ?? 'null')
const place = (wechat: WeChat, changes: Parameters<WeChat['callV3']>[3]) =>
  wechat.callV3('POST', ORDER, orderV3(), changes)
const text = JSON.stringify(orderV3())
/** A header whose signature is over a text that is made of the right parts. */
const signedOver = (change: (parts: { timestamp: string; nonce: string }) => string, key: KeyObject = merchantKey) => ({
  authorization: (header: string) => {
    const [, nonce = ''] = /nonce_str="([^"]*)"/.exec(header) ?? []
    const [, timestamp = ''] = /timestamp="([^"]*)"/.exec(header) ?? []
    return header.replace(/signature="[^"]*"/, `signature="${sign(Buffer.from(change({ timestamp, nonce })), key)}"`)
  },
})
const lines = ({ timestamp, nonce }: { timestamp: string; nonce: string }) =>
  Buffer.from(requestText({ method: 'POST', target: ORDER, timestamp, nonce, body: text })).toString()

const CASES: [cause: string, field: string | null, call: (wechat: WeChat) => Promise<Sent>][] = [
  ['authorization_missing', 'Authorization', (it) => place(it, { headers: { authorization: null } })],
  ['scheme_other', 'Bearer', (it) => place(it, { authorization: () => 'Bearer x' })],
  ['authorization_quotes', 'mchid', (it) => place(it, { authorization: (header) => header.replaceAll('"', '') })],
  [
    'authorization_separators',
    'nonce_str',
    (it) => place(it, { authorization: (header) => header.replaceAll('",', '", ') }),
  ],
  [
    'authorization_fields',
    'mchid',
    (it) => place(it, { authorization: (header) => header.replace('mchid', 'mch_id') }),
  ],
  ['platform_serial', 'serial_no', (it) => place(it, { serial: DEMO_KEYS.platform.serial })],
  ['wrong_serial', 'serial_no', (it) => place(it, { serial: 'A'.repeat(40) })],
  [
    'last_newline_missing',
    null,
    (it) =>
      place(
        it,
        signedOver((parts) => lines(parts).slice(0, -1)),
      ),
  ],
  [
    'method_lower_case',
    'method',
    (it) =>
      place(
        it,
        signedOver((parts) => lines(parts).replace('POST', 'post')),
      ),
  ],
  ['absolute_url', 'target', (it) => place(it, { signedTarget: `https://api.mch.weixin.qq.com${ORDER}` })],
  ['query_left_out', 'target', (it) => it.callV3('GET', QUERY, undefined, { signedTarget: QUERY.replace(/\?.*/, '') })],
  ['body_left_out', 'body', (it) => it.callV3('POST', CLOSED, { mchid: mchId }, { signedBody: '' })],
  ['body_blanks_changed', 'body', (it) => place(it, { signedBody: JSON.stringify(orderV3(), null, 2) })],
  ['other_text', null, (it) => place(it, { signedBody: text.replace('8800', '1') })],
  ['timestamp_milliseconds', 'timestamp', (it) => place(it, { timestamp: `${Math.floor(it.now() / 1000)}123` })],
]

test.each(CASES)('the cause %s is found beside the answer', async (cause, field, call) => {
  const answer = await call(openV3())
  expect([answer.status, answer.body.code]).toEqual([401, 'SIGN_ERROR'])
  expect(explained(answer)).toMatchObject({ problem: 'signature', signature: { signType: 'RSA', cause, field } })
})

test('another merchant’s key is recognised, and one that nobody has is not', async () => {
  const other = { appid: 'wx0000000000000002', mchId: OTHER_MCHID, apiKey: 'x'.repeat(32) }
  const wechat = openV3({ accounts: [{ appid: appid, mchId, apiKey: 'y'.repeat(32) }, other] })
  const keys = await wechat.get('/_control/accounts')
  const { accounts } = (await keys.json()) as { accounts: { mch_id: string; private_key: string }[] }
  const foreign = createPrivateKey(accounts.find((it) => it.mch_id === OTHER_MCHID)?.private_key ?? '')
  expect(explained(await place(wechat, { key: foreign })).signature.cause).toBe('other_key')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  expect(explained(await place(wechat, { key: privateKey })).signature.cause).toBeNull()
})

test('the text that has to be signed and the one that was are told, and no key is', async () => {
  const wechat = openV3()
  const answer = await place(wechat, { signedTarget: ORDER.slice(1) })
  const { signature } = explained(answer)
  expect(signature.text).toMatch(/^POST\\n\n\/v3\/pay\/transactions\/native\\n\n\d{10}\\n\nnonce1\\n\n\{.*\}\\n\n$/s)
  expect(signature.yourText).toContain('POST\\n\nv3/pay')
  const page = await (await wechat.get('/')).text()
  const told = JSON.stringify([...answer.headers]) + answer.text + page
  const { merchant, platform, wechat: own, v3Key } = DEMO_KEYS
  for (const secret of [merchant.privateKey, platform.privateKey, own.privateKey].map((pem) => pem.slice(40, 100))) {
    expect(told).not.toContain(secret)
  }
  expect(told).not.toContain(v3Key)
})

test('a clock that is wrong is no wrong signature', async () => {
  const { signature, rule } = explained(await place(openV3(), { offBySeconds: -301 }))
  expect(signature).toBeUndefined()
  expect(rule).toContain('five minutes')
})
