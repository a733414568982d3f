import { expect, test } from 'vitest'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { type SignType, sign } from '@/lib/wechat/v2/sign'
import { apiKey, appid, mchId, openWeChat } from './wechat'

const BACK = 'http://127.0.0.1:3000/api/wechat/openid'

const ask = (changes: Record<string, string> = {}) => {
  const query = { appid, redirect_uri: BACK, response_type: 'code', scope: 'snsapi_base', state: 'order_1', ...changes }
  return `/connect/oauth2/authorize?${new URLSearchParams(query)}`
}
const trade = (code: string, changes: Record<string, string> = {}) => {
  const query = { appid, secret: DEMO_ACCOUNT.appSecret, code, grant_type: 'authorization_code', ...changes }
  return `/sns/oauth2/access_token?${new URLSearchParams(query)}`
}

async function newCode(weChat: ReturnType<typeof openWeChat>, cookie = ''): Promise<string> {
  const answer = await weChat.get(ask(), { cookie })
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
})

test('a browser is the same person each time, and another browser is another', async () => {
  const weChat = openWeChat({ basePath: '/emulator' })
  const [set = ''] = (await weChat.get(ask())).headers.getSetCookie()
  expect(set).toMatch(/^emulator_buyer=[\w-]{22}; Max-Age=\d+; Path=\/emulator; HttpOnly; SameSite=Lax$/)
  const mine = set.slice(0, set.indexOf(';'))
  const openidOf = async (cookie: string) =>
    (await (await weChat.get(trade(await newCode(weChat, cookie)))).json()).openid
  const openid = await openidOf(mine)
  weChat.restart()
  expect(await openidOf(mine)).toBe(openid)
  for (const cookie of ['', 'emulator_buyer=<b>', 'emulator_buyer=']) expect(await openidOf(cookie)).not.toBe(openid)
})

test('a request that leads nowhere gives a browser no mark', async () => {
  expect((await openWeChat().get(ask({ state: '' }))).headers.getSetCookie()).toEqual([])
})

test('page authorization is for the own machine, unless the emulator is open', async () => {
  for (const [isOpen, statuses] of [
    [false, [404, 404]],
    [true, [302, 200]],
  ] as const) {
    const { emulator } = openWeChat({ isOpen })
    const asked = [ask(), trade('x')].map((path) =>
      emulator.fetch(new Request(`http://127.0.0.1:4000${path}`), { remoteAddress: '203.0.113.7' }),
    )
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(statuses)
  }
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
  { redirect_uri: 'javascript://localhost/%0aalert(1)' },
  { redirect_uri: 'ftp://127.0.0.1/' },
  { state: 'x'.repeat(129) },
])('an authorization with %j leads nowhere', async (changes) => {
  const answer = await openWeChat().get(ask(changes))
  expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
})

async function appSet(weChat: ReturnType<typeof openWeChat>, type: SignType = 'MD5') {
  const placed = await weChat.place({ trade_type: 'APP', out_trade_no: 'APP-00001', sign_type: type })
  const fields = {
    appid,
    partnerid: mchId,
    prepayid: String(placed.prepay_id),
    package: 'Sign=WXPay',
    noncestr: 'abc',
    timestamp: '1767585600',
  }
  return { ...fields, sign: sign(fields, apiKey, type) }
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

test('a page hands over rightly what was ordered with HMAC-SHA256, and only a set of its own channel', async () => {
  const weChat = openWeChat()
  const openid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
  const placed = await weChat.place({ trade_type: 'JSAPI', openid, sign_type: 'HMAC-SHA256' })
  const fields = {
    appId: appid,
    timeStamp: '1767585600',
    nonceStr: 'abc',
    package: `prepay_id=${placed.prepay_id}`,
    signType: 'HMAC-SHA256',
  }
  const set = { ...fields, paySign: sign(fields, apiKey, 'HMAC-SHA256') }
  expect((await weChat.get(receive('jsapi', set))).status).toBe(200)
  const bought = await appSet(weChat)
  const asApp = await weChat.get(receive('app', { ...bought, prepayid: placed.prepay_id }))
  expect(await asApp.text()).toContain('belongs to another channel')
  const asPage = await weChat.get(receive('jsapi', { ...set, package: `prepay_id=${bought.prepayid}` }))
  expect(await asPage.text()).toContain('belongs to another channel')
})

test('the classic mistake is told at every field: the names of the SDK, in the set and under its signature', async () => {
  const weChat = openWeChat()
  const { prepayid, partnerid, ...others } = await appSet(weChat, 'HMAC-SHA256')
  const { sign: _, appid: appId, noncestr: nonceStr, timestamp: timeStamp, ...rest } = others
  const camel = { ...rest, appId, partnerId: partnerid, prepayId: prepayid, nonceStr, timeStamp }
  const page = await weChat.get(receive('app', { ...camel, sign: sign(camel, apiKey, 'HMAC-SHA256') }))
  const text = await page.text()
  expect(text.match(/is spelled with other capitals/g)).toHaveLength(5)
  expect(text).toContain('was made over camelCase names')
  expect(text).toContain(`&amp;partnerid=${mchId}&amp;prepayid=${prepayid}&amp;timestamp=1767585600&amp;key=***`)
})

test('a prepay id is good for two hours', async () => {
  const weChat = openWeChat()
  const set = await appSet(weChat)
  weChat.wait(2 * 60 * 60_000 - 1)
  expect((await weChat.get(receive('app', set))).status).toBe(200)
  weChat.wait(1)
  expect(await (await weChat.get(receive('app', set))).text()).toContain('has expired')
})

test('a trade is processed with the account that it was ordered with, when a merchant has several', async () => {
  const accounts = [{ ...DEMO_ACCOUNT, appid: 'wx0000000000000001' }, DEMO_ACCOUNT]
  const weChat = openWeChat({ accounts })
  expect((await weChat.get(receive('app', await appSet(weChat)))).status).toBe(200)
})

test.each([
  '',
  '!!!',
  'W10',
  'bm9uc2Vuc2U',
  'e'.repeat(5_000),
  `${Buffer.from('{}').toString('base64url')}!`,
  Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('base64url'),
])('rubbish in place of a set is refused kindly', async (text) => {
  const page = await openWeChat().get(`/phone?jsapi=${text}&lang=en`)
  expect(page.status).toBe(400)
  expect(await page.text()).toContain('The phone cannot read this')
})

test.each([
  { prepayid: { toString: 1, valueOf: 1 } },
  { sign: null, package: ['Sign=WXPay'] },
  { constructor: { toString: null } },
  JSON.parse('{"__proto__":{"toString":1}}'),
])('a set with something else than text in it, as %j, is shown too', async (value) => {
  const page = await openWeChat().get(receive('app', value))
  expect(page.status).toBe(400)
  expect(await page.text()).toContain('must be text')
})
