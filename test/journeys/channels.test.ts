import { afterEach, beforeEach, expect, test } from 'vitest'
import { cancelOrder, confirmOrder, openPayment } from '@/lib/shop/checkout'
import { CHANNELS, type Channel } from '@/lib/shop/payment'
import { channelFor } from '@/lib/web/channel'
import { isSignedWith, sign } from '@/lib/wechat/v2/sign'
import { nameOf, openWorld, type World } from '../world'

const KEY = '192006250b4c09247ec02edce69f6a2d'
const MINUTE = 60_000
const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function newOrder(also: Record<string, string> = {}) {
  const response = await world.json('/api/orders', { items: [{ productId: 'tea-longjing', quantity: 1 }] })
  const { id, token } = (await response.json()) as { id: string; token: string }
  const headers = { authorization: `Bearer ${token}`, ...also }
  return {
    id,
    prepay: (body: unknown) => world.json(`/api/orders/${id}/prepay`, body, headers),
    status: async () => (await (await world.fetch(`/api/orders/${id}`, { headers })).json()) as { status: string },
  }
}

async function bodyOf(response: Response) {
  expect(response.status).toBe(200)
  return (await response.json()) as Record<string, string> & {
    app: Record<string, string>
    jsapi: Record<string, string>
  }
}

test('an app gets seven lower-case fields, signed over exactly those names', async () => {
  const order = await newOrder()
  const { channel, app, outTradeNo } = await bodyOf(await order.prepay({ channel: 'app' }))
  expect(channel).toBe('app')
  expect(Object.keys(app)).toEqual(['appid', 'partnerid', 'prepayid', 'package', 'noncestr', 'timestamp', 'sign'])
  expect(app).toMatchObject({ package: 'Sign=WXPay', partnerid: '1900000109', timestamp: String(world.now() / 1_000) })
  expect(isSignedWith(app, KEY, 'MD5')).toBe(true)

  await world.phone.pay(String(outTradeNo))
  await world.advance(1_000)
  expect((await order.status()).status).toBe('paid')
})

test('asked again, an app gets the same payment, freshly signed', async () => {
  const order = await newOrder()
  const first = await bodyOf(await order.prepay({ channel: 'app' }))
  const second = await bodyOf(await order.prepay({ channel: 'app' }))
  expect(second.outTradeNo).toBe(first.outTradeNo)
  expect(second.app.prepayid).toBe(first.app.prepayid)
  expect(second.app.noncestr).not.toBe(first.app.noncestr)
  expect(isSignedWith(second.app, KEY, 'MD5')).toBe(true)
})

test('HMAC-SHA256 signs the second time as it did the first', async () => {
  await world.close()
  world = await openWorld({ WXPAY_SIGN_TYPE: 'HMAC-SHA256' })
  const { app } = await bodyOf(await (await newOrder()).prepay({ channel: 'app' }))
  expect(app.sign).toHaveLength(64)
  expect(isSignedWith(app, KEY, 'HMAC-SHA256')).toBe(true)
})

test('a page inside WeChat gets its own set, whose type of signature is signed as well', async () => {
  const { jsapi } = await bodyOf(await (await newOrder()).prepay({ channel: 'jsapi', openid: OPENID }))
  const { paySign, ...signed } = jsapi
  expect(Object.keys(jsapi)).toEqual(['appId', 'timeStamp', 'nonceStr', 'package', 'signType', 'paySign'])
  expect(jsapi).toMatchObject({ signType: 'MD5', package: expect.stringMatching(/^prepay_id=wx/) })
  expect(sign(signed, KEY, 'MD5')).toBe(paySign)
})

test('a phone browser gets a link that comes back to the order', async () => {
  const order = await newOrder()
  const { mwebUrl } = await bodyOf(await order.prepay({ channel: 'h5' }))
  const back = new URL(String(mwebUrl)).searchParams.get('redirect_url')
  expect(back).toBe(`http://127.0.0.1:3000/orders/${order.id}?from=wechat`)
})

test('the H5 link is renewed after some minutes, under the same number', async () => {
  const order = await newOrder()
  const first = await bodyOf(await order.prepay({ channel: 'h5' }))
  const again = await bodyOf(await order.prepay({ channel: 'h5' }))
  expect(again.mwebUrl).toBe(first.mwebUrl)
  await world.advance(5 * MINUTE)
  const renewed = await bodyOf(await order.prepay({ channel: 'h5' }))
  expect(renewed.outTradeNo).toBe(first.outTradeNo)
  expect(renewed.mwebUrl).not.toBe(first.mwebUrl)
})

test.each([
  ['en', 'Longjing, first spring picking'],
  ['zh', '明前龙井'],
])('WeChat is told the goods in the language of who opens the payment: %s', async (language, name) => {
  const order = await newOrder({ 'accept-language': language })
  const { outTradeNo } = await bodyOf(await order.prepay({ channel: 'app' }))
  expect((await world.shop.store.findPayment(String(outTradeNo)))?.request).toContain(name)
})

test('another address on H5, or another payer inside WeChat, is another payment', async () => {
  const { order } = await world.order()
  const buyer = { buyerAddress: '203.0.113.7', openid: OPENID }
  for (const channel of ['h5', 'jsapi'] as const) {
    const first = await openPayment(world.shop, order.id, { channel, buyer })
    const same = await openPayment(world.shop, order.id, { channel, buyer })
    const changed = channel === 'h5' ? { ...buyer, buyerAddress: '203.0.113.8' } : { ...buyer, openid: 'oOther' }
    const other = await openPayment(world.shop, order.id, { channel, buyer: changed })
    if (!first.ok || !same.ok || !other.ok) throw new Error('refused')
    expect(same.payment.outTradeNo).toBe(first.payment.outTradeNo)
    expect(other.payment.outTradeNo).not.toBe(first.payment.outTradeNo)
  }
  const states = (await world.weChat()).orders.map(({ trade_state }) => trade_state)
  expect(states.filter((state) => state === 'NOTPAY')).toHaveLength(1)
})

test.each([
  [{ channel: 'cash' }, 400, 'unknown_channel'],
  [{ channel: 7 }, 400, 'unknown_channel'],
  [{}, 400, 'invalid_body'],
  [{ channel: 'app', price: 1 }, 400, 'invalid_body'],
  [{ channel: 'jsapi' }, 400, 'openid_required'],
  [{ channel: 'jsapi', openid: '<b>' }, 400, 'invalid_body'],
  ['{"channel":"app","channel":"native"}', 400, 'repeated_key'],
  ['{"channel":', 400, 'malformed_json'],
])('prepay with %j is refused with %i %s, and WeChat hears nothing', async (body, status, code) => {
  const order = await newOrder()
  const response = await order.prepay(body)
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code])
  expect((await world.weChat()).orders).toEqual([])
})

test('changing the channel closes the former payment at WeChat first', async () => {
  const order = await newOrder()
  const native = await bodyOf(await order.prepay({ channel: 'native' }))
  const app = await bodyOf(await order.prepay({ channel: 'app' }))
  const states = new Map((await world.weChat()).orders.map((it) => [it.out_trade_no, it.trade_state]))
  expect(states.get(String(native.outTradeNo))).toBe('CLOSED')
  expect(states.get(String(app.outTradeNo))).toBe('NOTPAY')
})

test('changing the channel of an order that was just paid finds it paid', async () => {
  const order = await newOrder()
  const native = await bodyOf(await order.prepay({ channel: 'native' }))
  world.wire.loseNotifications = 100
  await world.phone.pay(String(native.outTradeNo))
  const response = await order.prepay({ channel: 'app' })
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([409, 'order_paid'])
  expect((await order.status()).status).toBe('paid')
})

test('while WeChat is away the channel stays, and the order payable', async () => {
  const order = await newOrder()
  const native = await bodyOf(await order.prepay({ channel: 'native' }))
  world.wire.isCut = true
  const response = await order.prepay({ channel: 'app' })
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([502, 'wechat_unavailable'])
  world.wire.isCut = false
  expect((await bodyOf(await order.prepay({ channel: 'native' }))).outTradeNo).toBe(native.outTradeNo)
})

/** What the shop may be doing at the moment when the buyer presses pay. */
const ADMIN_ACTIONS = {
  switch: (id: string) => openPayment(world.shop, id, { channel: 'app', buyer: { buyerAddress: '::1', openid: null } }),
  cancel: (id: string) => cancelOrder(world.shop, id),
  confirm: (id: string) => confirmOrder(world.shop, id),
}

test.each(
  CHANNELS.flatMap((channel) =>
    (['switch', 'cancel', 'confirm'] as const).flatMap((act) =>
      [0, 1, 2, 3, 4].map((step) => [channel, act, step] as [Channel, keyof typeof ADMIN_ACTIONS, number]),
    ),
  ),
)(
  'paid on %s while the shop is to %s, before its call number %i: one payment pays, or money shows as stray',
  async (channel, act, step) => {
    const { order } = await world.order()
    const buyer = { buyerAddress: '127.0.0.1', openid: OPENID }
    const opened = await openPayment(world.shop, order.id, { channel, buyer })
    if (!opened.ok) throw new Error(opened.reason)
    let calls = 0
    world.wire.beforeRequest = async () => {
      if (calls === step) await world.phone.pay(opened.payment.outTradeNo)
      calls += 1
    }
    await ADMIN_ACTIONS[act](order.id)
    if (calls <= step) await world.phone.pay(opened.payment.outTradeNo)
    world.wire.beforeRequest = null
    await world.advance(40 * MINUTE)

    const weChat = (await world.weChat()).orders
    const taken = weChat.filter(({ trade_state }) => trade_state === 'SUCCESS')
    const payments = await world.paymentsOf(order)
    const kept = payments.filter(({ status }) => status === 'paid' || status === 'stray')
    expect(kept.map(({ outTradeNo }) => outTradeNo).sort()).toEqual(
      taken.map(({ out_trade_no }) => out_trade_no).sort(),
    )
    expect(payments.filter(({ status }) => status === 'paid').length).toBe(
      (await world.statusOf(order)) === 'paid' ? 1 : 0,
    )
    expect(weChat.filter(({ trade_state }) => trade_state === 'NOTPAY')).toEqual([])
    expect(payments.some(({ status }) => status === 'open' || status === 'preparing')).toBe(false)
  },
)

test.each([
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50',
    'jsapi',
  ],
  ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/132 MicroMessenger/7.0.20 WindowsWechat', 'jsapi'],
  ['Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36', 'h5'],
  ['Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1', 'h5'],
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36', 'native'],
  ['Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 MicroMessenger/7.0.1 wxwork/4.1.32 Mobile/15E148', 'native'],
  ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 MicroMessenger/8.0.50 miniProgram/wx1234', 'native'],
  ['', 'native'],
  [null, 'native'],
])('the browser %s pays by %s', (userAgent, channel) => {
  expect(channelFor(userAgent)).toBe(channel)
})

test.each([
  ['Mozilla/5.0 (Linux; Android 15) Chrome/131.0 Mobile Safari/537.36', 'h5'],
  ['Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0', 'native'],
  ['Mozilla/5.0 (iPhone) MicroMessenger/8.0.50', null],
])('checkout in %s opens %s', async (userAgent, channel) => {
  const ordered = await world.form('/api/orders', { item: 'tea-longjing:1' }, { 'user-agent': String(userAgent) })
  const cookie = ordered.headers
    .getSetCookie()
    .map((it) => it.split(';')[0])
    .join('; ')
  const seen = await world.fetch(`/api${ordered.headers.get('location')}`, { headers: { cookie } })
  expect(((await seen.json()) as { channel: string | null }).channel).toBe(channel)
})

test('inside WeChat the page asks who is there, and pays in their name', async () => {
  const agent = { 'user-agent': 'Mozilla/5.0 (iPhone) MicroMessenger/8.0.50' }
  const ordered = await world.form('/api/orders', { item: 'tea-longjing:1' }, agent)
  const page = String(ordered.headers.get('location'))
  const id = String(page.split('/').at(-1))
  const orders = String(ordered.headers.getSetCookie()[0]?.split(';')[0])

  const left = await world.fetch(`/api/wechat/openid?order=${id}`, { headers: { cookie: orders } })
  const asked = await world.fetch(String(left.headers.get('location')).replace(/^https?:\/\/[^/]+/, ''))
  expect(asked.status).toBe(302)
  const back = new URL(String(asked.headers.get('location')))
  expect(back.pathname).toBe('/api/wechat/openid')

  const returned = await world.fetch(back.pathname + back.search, { headers: { cookie: orders } })
  expect(returned.headers.get('location')).toBe(page)
  const payer = String(returned.headers.getSetCookie()[0]?.split(';')[0])
  const opened = await world.form(
    `/api${page}/prepay`,
    { channel: 'jsapi' },
    { ...agent, cookie: `${orders}; ${payer}` },
  )
  expect(opened.headers.get('location')).toBe(page)
  const payments = (await world.shop.store.findOrder(id))?.payments ?? []
  expect(payments.map(({ channel, status }) => [channel, status])).toEqual([['jsapi', 'open']])

  // WeChat came back and did not say who is there.
  back.searchParams.delete('code')
  const silent = await world.fetch(back.pathname + back.search, { headers: { cookie: orders } })
  expect(silent.headers.get('location')).toBe(`${page}?problem=openid_required`)
  back.searchParams.set('code', 'used')

  const again = await world.fetch(back.pathname + back.search, { headers: { cookie: orders } })
  expect(again.headers.get('location')).toBe(`${page}?problem=openid_required`)
})

test('nobody can choose who they are inside WeChat, or ask for an order of somebody else', async () => {
  const ordered = await world.form('/api/orders', { item: 'tea-longjing:1' })
  const page = String(ordered.headers.get('location'))
  const id = String(page.split('/').at(-1))
  const orders = String(ordered.headers.getSetCookie()[0]?.split(';')[0])
  const forged = `${orders}; ${nameOf('payer')}=${OPENID}.forged`
  const opened = await world.form(`/api${page}/prepay`, { channel: 'jsapi' }, { cookie: forged })
  expect(opened.headers.get('location')).toBe(`${page}?problem=openid_required`)

  for (const query of [`order=${id}`, `code=x&state=${id}_forged`, 'code=x', '']) {
    const cookie = query.startsWith('order') ? `${nameOf('orders')}=nothing` : orders
    expect((await world.fetch(`/api/wechat/openid?${query}`, { headers: { cookie } })).status).toBe(404)
  }
})
