import { expect, test } from 'vitest'
import { apiKey, appid, mchId, openWeChat } from './wechat'

const NUMBER = 'T20260105-0001'
const HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'

type WeChat = ReturnType<typeof openWeChat>

async function tapPhone(
  wechat: WeChat,
  prepayId: string,
  outcome: string,
  headers: Record<string, string> = {},
  fault = '',
  more: Record<string, string> = {},
) {
  const body = new URLSearchParams({ prepay_id: prepayId, outcome, fault, ...more })
  const request = new Request('http://127.0.0.1:4000/phone/pay', {
    method: 'POST',
    headers: { host: '127.0.0.1:4000', 'sec-fetch-site': 'same-origin', ...headers },
    body,
  })
  return wechat.emulator.fetch(request)
}

async function pageAt(wechat: WeChat, path: string, headers: Record<string, string> = {}): Promise<string> {
  return (await wechat.get(path, headers)).text()
}

test('the phone lists what can be paid, and nothing else', async () => {
  const wechat = openWeChat()
  expect(await pageAt(wechat, '/phone')).toContain('没有待付款的订单')
  for (const out_trade_no of ['WAITING-1', 'PAID-0001', 'CLOSED-01']) {
    await wechat.place({ out_trade_no, body: `goods of ${out_trade_no}` })
  }
  await wechat.pay('PAID-0001')
  await wechat.closeOrder('CLOSED-01')
  const page = await pageAt(wechat, '/phone')
  expect(page).toContain('goods of WAITING-1')
  expect(page).toContain('¥88.00')
  expect(page).not.toMatch(/goods of (PAID|CLOSED)/)
})

test('the list says the channel of each checkout, and who opens those that the phone cannot', async () => {
  const wechat = openWeChat()
  const native = await wechat.place()
  const app = await wechat.place({ trade_type: 'APP', out_trade_no: 'APP-00001' })
  const jsapi = await wechat.place({ trade_type: 'JSAPI', out_trade_no: 'JSAPI-001', openid: 'oAnyone' })
  const page = await pageAt(wechat, '/phone?lang=en')
  for (const text of ['NATIVE · ', 'APP · ', 'JSAPI · ', 'Opened by the merchant’s app']) expect(page).toContain(text)
  expect(page).toContain('Opened by its page inside WeChat')
  expect(page).toContain(`href="/phone?prepay_id=${native.prepay_id}"`)
  for (const { prepay_id } of [app, jsapi]) expect(page).not.toContain(`href="/phone?prepay_id=${prepay_id}"`)
})

test.each(['APP', 'JSAPI'])('a tap from outside pays a checkout of type %s by its number', async (trade_type) => {
  const wechat = openWeChat()
  await wechat.place({ trade_type, openid: 'oAnyone' })
  expect((await wechat.pay(NUMBER)).status).toBe(200)
  expect((await wechat.query({ out_trade_no: NUMBER })).trade_state).toBe('SUCCESS')
})

test('a scan shows the cashier, a tap pays, and the success is shown', async () => {
  const wechat = openWeChat()
  const { code_url = '', prepay_id = '' } = await wechat.place({ total_fee: '10001' })
  const cashier = await pageAt(wechat, `/phone?code_url=${encodeURIComponent(code_url)}`)
  expect(cashier).toContain('100.01')
  expect(cashier).toContain('立即支付')
  expect(cashier).toContain('付款给 商户 1900000109')

  const answer = await tapPhone(wechat, prepay_id, 'success')
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe(`/phone?prepay_id=${prepay_id}`)
  const done = await pageAt(wechat, answer.headers.get('location') ?? '')
  expect(done).toContain('支付成功')
  expect(done).not.toContain('立即支付')
  expect((await wechat.query({ out_trade_no: NUMBER })).trade_state).toBe('SUCCESS')
})

test('not enough money and cancel are said, and the order stays payable', async () => {
  const wechat = openWeChat()
  const { prepay_id = '' } = await wechat.place()
  const poor = await tapPhone(wechat, prepay_id, 'not_enough')
  expect(await pageAt(wechat, poor.headers.get('location') ?? '')).toContain('零钱余额不足，未扣款')
  const cancelled = await tapPhone(wechat, prepay_id, 'cancel')
  expect(await pageAt(wechat, cancelled.headers.get('location') ?? '')).toContain('已取消，订单仍可支付')
  expect((await wechat.query({ out_trade_no: NUMBER })).trade_state).toBe('NOTPAY')
})

test.each([
  ['', ['accepted'], []],
  ['lost', ['lost', 'waiting'], ['lose']],
  ['never', ['lost', 'waiting'], ['lose']],
  ['twice', ['accepted', 'accepted'], ['duplicate']],
  ['late', ['waiting'], ['delaySeconds']],
  ['wrong_amount', ['accepted'], ['tamperAmount']],
  ['wrong_signature', ['accepted'], ['tamperSignature']],
  ['nothing of the kind', ['accepted'], []],
])('the switch %j on the cashier goes with this payment only', async (fault, outcomes, faults) => {
  const wechat = openWeChat()
  const { prepay_id = '' } = await wechat.place()
  const other = await wechat.place({ out_trade_no: 'OTHER-1' })
  const cashier = await pageAt(wechat, `/phone?prepay_id=${prepay_id}`)
  if (faults.length > 0) expect(cashier).toContain(`<option value="${fault}">`)
  expect((await tapPhone(wechat, prepay_id, 'not_enough', {}, fault)).status).toBe(303)
  expect((await wechat.readState()).faults).toEqual({})
  await tapPhone(wechat, prepay_id, 'success', {}, fault)
  await wechat.emulator.runDue()
  const { deliveries } = await wechat.readState()
  expect(deliveries.map((it) => it.outcome)).toEqual(outcomes)
  expect(deliveries[0]?.faults).toEqual(faults)
  await tapPhone(wechat, other.prepay_id ?? '', 'success')
  await wechat.emulator.runDue()
  expect((await wechat.readState()).deliveries.at(-1)).toMatchObject({ out_trade_no: 'OTHER-1', outcome: 'accepted' })
})

const NAME = { zh: '山岚茶舍', en: 'Shanlan Tea' }
const DETAIL = JSON.stringify({
  goods_detail: ['明前龙井', '白毫银针', '祁门红茶'].map((goods_name) => ({ goods_name })),
})

test('a merchant with a name is paid by its name, in the language of the page', async () => {
  const wechat = openWeChat({ accounts: [{ appid, mchId, apiKey, name: NAME }] })
  const { prepay_id } = await wechat.place({ body: '山岚茶舍-明前龙井' })
  for (const path of ['/phone', `/phone?prepay_id=${prepay_id}`]) {
    const [zh, en] = [
      await pageAt(wechat, path),
      await pageAt(wechat, `${path}${path.includes('?') ? '&' : '?'}lang=en`),
    ]
    expect(zh).toContain('山岚茶舍')
    expect(en).toContain('Shanlan Tea')
    for (const page of [zh, en]) {
      expect(page).toContain('>明前龙井<')
      expect(page).not.toContain(mchId)
    }
  }
  const plain = openWeChat({ accounts: [{ appid, mchId, apiKey, name: 'Tea' }] })
  const { prepay_id: other } = await plain.place()
  expect(await pageAt(plain, `/phone?prepay_id=${other}`)).toContain('付款给 Tea')
})

test.each([
  ['several goods', DETAIL, '明前龙井 等3种', '明前龙井 and 2 more'],
  ['one of the list', '{"goods_detail":[{"goods_name":"明前龙井"}]}', '>明前龙井<', '>明前龙井<'],
  ['a text that is no list', '{"goods_detail":[]', '山岚茶舍-明前龙井 +2', '山岚茶舍-明前龙井 +2'],
  ['an empty list', '{"goods_detail":[]}', '山岚茶舍-明前龙井 +2', '山岚茶舍-明前龙井 +2'],
])('the phone names %s in the language of the page', async (_, detail, zh, en) => {
  const wechat = openWeChat()
  const { prepay_id } = await wechat.place({ body: '山岚茶舍-明前龙井 +2', detail })
  const path = `/phone?prepay_id=${prepay_id}`
  expect(await pageAt(wechat, path)).toContain(zh)
  expect(await pageAt(wechat, `${path}&lang=en`)).toContain(en)
})

test('"done" leads back to where the buyer came from, also after other screens and languages', async () => {
  const wechat = openWeChat({ basePath: '/emulator' })
  const { code_url = '', prepay_id = '' } = await wechat.place()
  const from = 'http://127.0.0.1:4000/orders/abc'
  const back = `redirect_url=${encodeURIComponent(from)}`
  const cashier = await pageAt(wechat, `/phone?code_url=${encodeURIComponent(code_url)}`, { referer: from })
  expect(cashier).toContain(`name="redirect_url" value="${from}"`)
  expect(cashier).toMatch(/href="\?code_url=[^"]*&amp;redirect_url=[^"]*&amp;lang=en"/)

  const tapped = async (outcome: string) => {
    const body = new URLSearchParams({ prepay_id, outcome, redirect_url: from })
    const headers = { origin: 'http://127.0.0.1:4000' }
    const request = new Request('http://127.0.0.1:4000/emulator/phone/pay', { method: 'POST', headers, body })
    return (await wechat.emulator.fetch(request)).headers.get('location')
  }
  expect(await tapped('not_enough')).toBe(`/emulator/phone?prepay_id=${prepay_id}&${back}&notice=not_enough`)
  expect(await tapped('cancel')).toBe(`/emulator/phone?${back}&notice=cancel`)
  expect(await pageAt(wechat, `/phone?${back}&notice=cancel`)).toContain(
    `<a class="leave" href="${from}" target="_top">返回商家</a>`,
  )
  expect(await tapped('success')).toBe(`/emulator/phone?prepay_id=${prepay_id}&${back}`)
  const own = { referer: 'http://127.0.0.1:4000/emulator/phone?prepay_id=x' }
  const done = await pageAt(wechat, `/phone?prepay_id=${prepay_id}&${back}`, own)
  expect(done).toContain(`<a class="leave" href="${from}" target="_top">完成</a>`)
  for (const referer of [own.referer, 'http://127.0.0.1:4000/emulator', 'javascript:alert(1)', 'nonsense']) {
    expect(await pageAt(wechat, `/phone?prepay_id=${prepay_id}`, { referer })).toContain('href="/emulator/phone">完成<')
  }
})

test.each(['closed', 'expired'])('a payment that was under way succeeds late on an order that is %s', async (state) => {
  const wechat = openWeChat()
  const { prepay_id = '' } = await wechat.place()
  if (state === 'closed') await wechat.closeOrder(NUMBER)
  else wechat.wait(2 * 60 * 60_000)
  expect(await pageAt(wechat, `/phone?prepay_id=${prepay_id}`)).toContain('付款其实已在途中')
  await tapPhone(wechat, prepay_id, 'success')
  expect((await wechat.readState()).deliveries).toEqual([])
  await tapPhone(wechat, prepay_id, 'success', {}, '', { late: '1' })
  await wechat.emulator.runDue()
  expect((await wechat.query({ out_trade_no: NUMBER })).trade_state).toBe('SUCCESS')
  expect(wechat.notifications.map((it) => it.fields.out_trade_no)).toEqual([NUMBER])
  expect((await wechat.closeOrder(NUMBER)).err_code).toBe('ORDERPAID')
})

test('the way to WeChat shows no sign of success', async () => {
  const wechat = openWeChat()
  const { mweb_url = '' } = await wechat.place({ trade_type: 'MWEB' })
  const page = await pageAt(wechat, mweb_url.slice('http://127.0.0.1:4000'.length))
  expect(page).toContain('正在打开微信支付')
  expect(page).not.toContain('sign good')
})

test('closed, expired and unknown codes are told apart', async () => {
  const wechat = openWeChat()
  const closed = await wechat.place({ out_trade_no: 'CLOSED-01' })
  await wechat.closeOrder('CLOSED-01')
  const late = await wechat.place()
  wechat.wait(2 * 60 * 60_000)
  const after = async (prepayId = '') => pageAt(wechat, `/phone?prepay_id=${prepayId}`)
  expect(await after(closed.prepay_id)).toContain('订单已关闭')
  expect(await after(late.prepay_id)).toContain('订单已过期')
  const unknown = await wechat.get('/phone?code_url=https%3A%2F%2Fshop.example%2F')
  expect(unknown.status).toBe(404)
  expect(await unknown.text()).toContain('无法识别的二维码')
})

test('the language comes from the address, the cookie or the browser, else it is Chinese', async () => {
  const wechat = openWeChat()
  const inEnglish = 'Waiting to be paid'
  expect(await pageAt(wechat, '/phone')).toContain('lang="zh-CN"')
  expect(await pageAt(wechat, '/phone', { 'accept-language': 'fr, en;q=0.8, zh;q=0.5' })).toContain(inEnglish)
  expect(await pageAt(wechat, '/phone', { cookie: 'a=b; locale=en', 'accept-language': 'zh' })).toContain(inEnglish)
  expect(await pageAt(wechat, '/phone?lang=zh', { cookie: 'locale=en' })).not.toContain(inEnglish)
  const chosen = await wechat.get('/phone?lang=en')
  expect(await chosen.text()).toContain(inEnglish)
  expect(chosen.headers.get('set-cookie')).toMatch(/^locale=en; Path=\/;/)
  expect((await wechat.get('/phone')).headers.get('set-cookie')).toBeNull()
})

test('what a merchant writes is text on every page of the phone, and none could run a script', async () => {
  const wechat = openWeChat()
  const { prepay_id } = await wechat.place({ body: HOSTILE, attach: HOSTILE })
  wechat.merchant.answer = async () => new Response(HOSTILE)
  const pages = ['/phone', `/phone?prepay_id=${prepay_id}`]
  for (const path of pages) {
    const response = await wechat.get(path)
    expect(await response.text()).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self'/)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  }
  await wechat.pay(NUMBER)
  await wechat.emulator.runDue()
  for (const path of [...pages, `/phone?code_url=${encodeURIComponent(HOSTILE)}&lang=en`]) {
    expect(await pageAt(wechat, path)).not.toMatch(/<script|<img/)
  }
})

test('pages of the same server may show the phone, nobody may show the inspector, and a script runs at the cashier alone', async () => {
  const wechat = openWeChat()
  const { prepay_id } = await wechat.place()
  const policyOf = async (path: string) => (await wechat.get(path)).headers.get('content-security-policy')
  expect(await policyOf('/phone')).toMatch(/; frame-ancestors 'self'$/)
  expect(await policyOf(`/phone?prepay_id=${prepay_id}`)).toMatch(/; frame-ancestors 'self'; script-src 'self'; /)
  expect(await policyOf('/')).toMatch(/; frame-ancestors 'none'; script-src 'self'; /)
  expect(await pageAt(wechat, `/phone?prepay_id=${prepay_id}`)).toContain('<script src="/phone.js" defer></script>')
  const script = await wechat.get('/phone.js')
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  await wechat.pay(NUMBER)
  expect(await policyOf(`/phone?prepay_id=${prepay_id}`)).not.toContain('script-src')
})

test('a form from another site taps nothing', async () => {
  const wechat = openWeChat()
  const { prepay_id = '' } = await wechat.place()
  const foreign: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://127.0.0.1:4000' },
  ]
  for (const headers of foreign) expect((await tapPhone(wechat, prepay_id, 'success', headers)).status).toBe(403)

  const older = async (origin?: string) => {
    const headers = { host: '127.0.0.1:4000', ...(origin && { origin }) }
    const body = new URLSearchParams({ prepay_id, outcome: 'success' })
    return (
      await wechat.emulator.fetch(new Request('http://127.0.0.1:4000/phone/pay', { method: 'POST', headers, body }))
    ).status
  }
  for (const origin of ['http://attacker.example', 'null', undefined]) expect(await older(origin)).toBe(403)
  expect((await wechat.query({ out_trade_no: NUMBER })).trade_state).toBe('NOTPAY')
  expect(await older('http://127.0.0.1:4000')).toBe(303)
})

test('a link for a phone browser leads to the cashier for five minutes, unless it was altered', async () => {
  const wechat = openWeChat({ basePath: '/emulator' })
  const scene_info = '{"h5_info":{"type":"Wap","wap_url":"https://shop.example","wap_name":"茶"}}'
  const { mweb_url = '', prepay_id } = await wechat.place({ trade_type: 'MWEB', scene_info })
  const path = mweb_url.slice('http://127.0.0.1:4000/emulator'.length)
  const shop = encodeURIComponent('https://shop.example/orders/1')
  const page = await pageAt(wechat, `${path}&redirect_url=${shop}`)
  expect(page).toContain(`href="/emulator/phone?prepay_id=${prepay_id}&amp;redirect_url=${shop}"`)
  expect(await pageAt(wechat, `${path}&redirect_url=javascript:alert(1)`)).toContain(
    `href="/emulator/phone?prepay_id=${prepay_id}"`,
  )
  expect(await pageAt(wechat, `${path}0`)).toContain('商家参数格式有误，请联系商家解决')

  await wechat.pay(NUMBER)
  const done = await pageAt(wechat, `/phone?prepay_id=${prepay_id}&redirect_url=${shop}`)
  expect(done).toContain('href="https://shop.example/orders/1"')
  wechat.wait(5 * 60_000)
  expect(await pageAt(wechat, path)).toContain('支付请求已失效，请重新发起支付')
})

test('style sheets are served where the pages look for them', async () => {
  const wechat = openWeChat({ basePath: '/emulator' })
  for (const [path, css] of [
    ['/phone', '/phone.css'],
    ['', '/inspector.css'],
  ] as const) {
    expect(await pageAt(wechat, path)).toContain(`href="/emulator${css}"`)
    const response = await wechat.get(css)
    expect(response.headers.get('content-type')).toBe('text/css; charset=utf-8')
    expect((await response.text()).length).toBeGreaterThan(500)
  }
})
