import { expect, test } from 'vitest'
import { decryptReqInfo } from '@/lib/wechat/v2/cipher'
import { type Fields, isSignedWith, sign } from '@/lib/wechat/v2/sign'
import { readXml, writeXml } from '@/lib/wechat/v2/xml'
import { apiKey, mchId, openWeChat, order, refundOf } from './wechat'

const NUMBER = 'T20260105-0001'
const KEY_PATHS = ['/sandboxnew/pay/getsignkey', '/xdc/apiv2getsignkey/sign/getsignkey']

type WeChat = ReturnType<typeof openWeChat>

async function call(
  { emulator }: WeChat,
  path: string,
  fields: Fields,
  key: string,
): Promise<{ fields: Fields; explanation: string }> {
  const body = writeXml({ ...fields, sign: sign(fields, key, 'MD5') })
  // Also somebody else's machine may call WeChat Pay.
  const info = { remoteAddress: '192.168.1.20' }
  const response = await emulator.fetch(new Request(`http://127.0.0.1:4000${path}`, { method: 'POST', body }), info)
  const document = readXml(Buffer.from(await response.arrayBuffer()))
  if (!document.ok) throw new Error(document.reason)
  return { fields: document.fields, explanation: response.headers.get('x-emulator-explain') ?? '' }
}

async function queryKey(wechat: WeChat, path = KEY_PATHS[0] ?? ''): Promise<string> {
  const { fields } = await call(wechat, path, { mch_id: mchId, nonce_str: 'n' }, apiKey)
  return fields.sandbox_signkey ?? ''
}

test('the sandbox gives out one key for a merchant, to whoever has the real one', async () => {
  const wechat = openWeChat()
  for (const path of KEY_PATHS) {
    const { fields } = await call(wechat, path, { mch_id: mchId, nonce_str: 'n' }, apiKey)
    expect(fields).toEqual({
      return_code: 'SUCCESS',
      return_msg: 'OK',
      mch_id: mchId,
      sandbox_signkey: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    const refused = await call(wechat, path, { mch_id: mchId, nonce_str: 'n' }, 'x'.repeat(32))
    expect(refused.fields).toEqual({ return_code: 'FAIL', return_msg: '签名错误' })
    expect((await call(wechat, path, { nonce_str: 'n' }, apiKey)).fields.return_msg).toBe('缺少参数')
  }
  expect(await queryKey(wechat, KEY_PATHS[1])).toBe(await queryKey(wechat))
  expect(await queryKey(wechat)).not.toBe(apiKey)
})

test.each(['/sandboxnew', '/xdc/apiv2sandbox'])('below %s everything is signed with that key', async (prefix) => {
  const wechat = openWeChat()
  const key = await queryKey(wechat)
  const placed = await call(wechat, `${prefix}/pay/unifiedorder`, order(), key)
  expect(placed.fields.result_code).toBe('SUCCESS')
  expect(isSignedWith(placed.fields, key, 'MD5')).toBe(true)
  await wechat.pay(NUMBER)
  await wechat.emulator.runDue()
  expect(isSignedWith(wechat.notifications[0]?.fields ?? {}, key, 'MD5')).toBe(true)
  const { appid = '', mch_id = '' } = order()
  const asked = { appid, mch_id, nonce_str: 'n', out_trade_no: NUMBER }
  expect((await call(wechat, `${prefix}/pay/orderquery`, asked, key)).fields.trade_state).toBe('SUCCESS')
  expect((await call(wechat, `${prefix}/pay/closeorder`, asked, key)).fields.err_code).toBe('ORDERPAID')

  const refunded = await call(wechat, `${prefix}/secapi/pay/refund`, refundOf(), key)
  expect(refunded.fields.result_code).toBe('SUCCESS')
  const found = await call(wechat, `${prefix}/pay/refundquery`, asked, key)
  expect(found.fields.refund_status_0).toBe('PROCESSING')
  await wechat.control('clock', { advanceSeconds: 5 })
  expect(decryptReqInfo(wechat.notifications[1]?.fields.req_info ?? '', key).ok).toBe(true)
})

test('the key of the other side is refused and called by its name', async () => {
  const wechat = openWeChat()
  const key = await queryKey(wechat)
  const live = await call(wechat, '/sandboxnew/pay/unifiedorder', order(), apiKey)
  expect(live.fields).toEqual({ return_code: 'FAIL', return_msg: '签名错误' })
  expect(JSON.parse(live.explanation).signature.cause).toBe('live_key')
  const sandbox = await call(wechat, '/pay/unifiedorder', order(), key)
  expect(JSON.parse(sandbox.explanation).signature.cause).toBe('sandbox_key')
})
