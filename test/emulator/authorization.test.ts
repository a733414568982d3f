import { expect, test } from 'vitest'
import { DEMO_ACCOUNT } from '@/lib/emulator/accounts'
import { sign } from '@/lib/wechat/v2/sign'
import { apiKey, appid, mchId, openWeChat } from './wechat'

const BACK = 'http://127.0.0.1:3000/api/wechat/openid'

const ask = (changes: Record<string, string> = {}) => {
  const query = { appid, redirect_uri: BACK, response_type: 'code', scope: 'snsapi_base', state: 'order_1', ...changes }
  return `/connect/oauth2/authorize?${new URLSearchParams(query)}`
}
const trade = (code: string, changes: Record<string, string> = {}) => {
  const query = { appid, secret: String(DEMO_ACCOUNT.appSecret), code, grant_type: 'authorization_code', ...changes }
  return `/sns/oauth2/access_token?${new URLSearchParams(query)}`
}

async function newCode(weChat: ReturnType<typeof openWeChat>): Promise<string> {
  const answer = await weChat.get(ask())
  expect(answer.status).toBe(302)
  const back = new URL(String(answer.headers.get('location')))
  expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([BACK, 'order_1'])
  return String(back.searchParams.get('code'))
}

test('a code leads to the openid of the buyer, once', async () => {
  const weChat = openWeChat()
  const code = await newCode(weChat)
  const first = await (await weChat.get(trade(code))).json()
  expect(first).toMatchObject({ expires_in: 7200, scope: 'snsapi_base', openid: expect.stringMatching(/^o[\w-]{27}$/) })
  expect(await (await weChat.get(trade(code))).json()).toEqual({ errcode: 40163, errmsg: 'code been used' })
  const second = await (await weChat.get(trade(await newCode(weChat)))).json()
  expect(second.openid).toBe(first.openid)
})

test('a code survives a restart, and not five minutes', async () => {
  const weChat = openWeChat()
  const [one, two] = [await newCode(weChat), await newCode(weChat)]
  weChat.restart()
  expect(await (await weChat.get(trade(one))).json()).toHaveProperty('openid')
  await weChat.control('clock', { advanceSeconds: 300 })
  expect(await (await weChat.get(trade(two))).json()).toEqual({ errcode: 40029, errmsg: 'invalid code' })
})

test.each([
  [{ appid: 'wx0' }, 40013],
  [{ secret: 'wrong' }, 40125],
  [{ code: 'never-given' }, 40029],
  [{ grant_type: 'password' }, 40029],
])('asked with %j the answer is error %i', async (changes, errcode) => {
  const weChat = openWeChat()
  const code = await newCode(weChat)
  expect(await (await weChat.get(trade(code, changes as Record<string, string>))).json()).toMatchObject({ errcode })
})

test.each([
  { appid: 'wx0' },
  { response_type: 'token' },
  { scope: 'snsapi_userinfo' },
  { state: '' },
  { state: '<script>' },
  { redirect_uri: 'https://elsewhere.example/' },
  { redirect_uri: 'nonsense' },
])('an authorization with %j leads nowhere', async (changes) => {
  const answer = await openWeChat().get(ask(changes))
  expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
})

async function appSet(weChat: ReturnType<typeof openWeChat>) {
  const placed = await weChat.place({ trade_type: 'APP' })
  const fields = {
    appid,
    partnerid: mchId,
    prepayid: String(placed.prepay_id),
    package: 'Sign=WXPay',
    noncestr: 'abc',
    timestamp: '1767585600',
  }
  return { ...fields, sign: sign(fields, apiKey, 'MD5') }
}

const receive = (kind: 'app' | 'jsapi', value: unknown) =>
  `/phone?${kind}=${Buffer.from(JSON.stringify(value)).toString('base64url')}&lang=en`

test('what an app hands over rightly opens the cashier, and is paid there', async () => {
  const weChat = openWeChat()
  const page = await weChat.get(receive('app', await appSet(weChat)))
  expect(page.status).toBe(200)
  const text = await page.text()
  expect(text).toContain('value="success"')
  expect(text).toContain('Sign=WXPay')
})

test('what an app hands over wrongly is shown with the field that is wrong, and never with the right signature', async () => {
  const weChat = openWeChat()
  const set = await appSet(weChat)
  const page = await weChat.get(receive('app', { ...set, sign: 'F'.repeat(32), noncestr: '<b>' }))
  const text = await page.text()
  expect(page.status).toBe(400)
  expect(text).toContain('is wrong: key, values or order differ')
  expect(text).toContain('&lt;b&gt;')
  expect(text).not.toContain(set.sign)
  expect(text).not.toContain(apiKey)
})

test.each(['', '!!!', 'W10', 'bm9uc2Vuc2U', 'e'.repeat(5_000)])(
  'rubbish in place of a set is refused kindly',
  async (text) => {
    const page = await openWeChat().get(`/phone?jsapi=${text}&lang=en`)
    expect(page.status).toBe(400)
    expect(await page.text()).toContain('The phone cannot read this')
  },
)
