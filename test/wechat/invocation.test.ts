import { expect, test } from 'vitest'
import type { Buyer, Invocation } from '@/lib/shop/gateway'
import type { Channel } from '@/lib/shop/payment'
import { appParameters, jsapiParameters } from '@/lib/wechat/v2/invocation'
import { isRequestFor } from '@/lib/wechat/v2/order-request'
import type { SignType } from '@/lib/wechat/v2/sign'
import { ACCOUNT, INTENT, NOW, openWire, paymentOf } from './wire'

const PREPAY = {
  prepayId: 'wx01',
  codeUrl: 'weixin://pay?pr=1',
  mwebUrl: 'https://wx.invalid/h5?prepay_id=wx01',
  at: NOW,
}
const RETURN_URL = 'https://shop.example.com/orders/1'
const HERE = '203.0.113.7'
const { appid, mchId, apiKey } = ACCOUNT

/** What a device gets for a payment on a channel whose order WeChat answered so. */
function invoked(channel: Channel, prepay: Partial<typeof PREPAY> | null, signType: SignType = 'MD5') {
  const { gateway } = openWire(() => new Response(), { account: { ...ACCOUNT, signType } })
  const payment = paymentOf(gateway, { channel, buyer: { buyerAddress: HERE, openid: 'oMe' } })
  return gateway.invocation({ ...payment, prepay: prepay && { ...PREPAY, ...prepay } }, RETURN_URL)
}

const moment = { now: NOW, nonce: 'nonce1', apiKey }
test.each<[Channel, SignType, Invocation]>([
  ['native', 'MD5', { channel: 'native', codeUrl: PREPAY.codeUrl }],
  ['h5', 'MD5', { channel: 'h5', mwebUrl: `${PREPAY.mwebUrl}&redirect_url=${encodeURIComponent(RETURN_URL)}` }],
  ['app', 'MD5', { channel: 'app', app: appParameters({ appid, mchId, prepayId: 'wx01' }, 'MD5', moment) }],
  ['jsapi', 'MD5', { channel: 'jsapi', jsapi: jsapiParameters({ appid, prepayId: 'wx01' }, 'MD5', moment) }],
  [
    'jsapi',
    'HMAC-SHA256',
    { channel: 'jsapi', jsapi: jsapiParameters({ appid, prepayId: 'wx01' }, 'HMAC-SHA256', moment) },
  ],
])('a device on %s gets what it needs to begin paying, signed with %s', (channel, signType, expected) => {
  expect(invoked(channel, {}, signType)).toEqual(expected)
})

test.each<Channel>(['native', 'h5', 'app', 'jsapi'])('nothing begins on %s before WeChat prepared it', (channel) => {
  expect(invoked(channel, null)).toBeNull()
})

test('without a code there is no QR code, and without a link no H5 page', () => {
  const { gateway } = openWire(() => new Response())
  const bare = { prepayId: 'wx01', codeUrl: null, mwebUrl: null, at: NOW }
  expect(gateway.invocation({ ...paymentOf(gateway), prepay: bare }, RETURN_URL)).toBeNull()
  expect(gateway.invocation({ ...paymentOf(gateway, { channel: 'h5' }), prepay: bare }, RETURN_URL)).toBeNull()
})

test.each<[Channel, Partial<Buyer>, boolean]>([
  ['native', { buyerAddress: '198.51.100.1' }, true],
  ['app', { openid: 'oYou' }, true],
  ['h5', {}, true],
  ['h5', { openid: 'oYou' }, true],
  ['h5', { buyerAddress: '198.51.100.1' }, false],
  ['jsapi', { buyerAddress: '198.51.100.1' }, true],
  ['jsapi', { openid: 'oYou' }, false],
  ['jsapi', { openid: null }, false],
])('a request on %s serves a buyer with %j: %s', (channel, other, serves) => {
  const buyer = { buyerAddress: HERE, openid: 'oMe' }
  const { gateway } = openWire(() => new Response())
  const { request } = gateway.draft({ ...INTENT, channel, buyer })
  expect(isRequestFor(channel, request, { ...buyer, ...other })).toBe(serves)
})
