import { createPublicKey } from 'node:crypto'
import openapiTS, { astToString } from 'openapi-typescript'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openApiDocument } from '@/app/api/contract/openapi'
import { isSignedWith } from '@/lib/wechat/v2/sign'
import { invocationText, isSignedWith as isSignedByRsa } from '@/lib/wechat/v3/sign'
import { DEMO_KEYS } from '../wechat/v3/keys'
import { openWorld, PUBLIC_URL, type World } from '../world'
import { openApp, type PayReq } from './client'

const API_KEY = '192006250b4c09247ec02edce69f6a2d'
const OPENID = 'oDemo_0penId-AbCdEfGhIjKlMnOp'
const KEY = 'an-installation-of-the-app-0001'

let world: World
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

/** The names that were signed, back from those of the SDK; its appid was registered beforehand. */
function signedSetOf({ partnerId, prepayId, packageValue, nonceStr, timeStamp, sign }: PayReq) {
  return {
    appid: world.config.account.appid,
    partnerid: partnerId,
    prepayid: prepayId,
    package: packageValue,
    noncestr: nonceStr,
    timestamp: timeStamp,
    sign,
  }
}

/** The phone: it takes what WeChat's SDK would take, and presses pay. */
function phone(outcome: 'success' | 'cancel', received: PayReq[] = []) {
  return async (request: PayReq) => {
    received.push(request)
    const set = Buffer.from(JSON.stringify(signedSetOf(request))).toString('base64url')
    // WeChat on the phone checks the second signature before it opens its cashier.
    expect((await world.fetch(`/emulator/phone?app=${set}`)).status).toBe(200)
    const open = (await world.weChat()).orders.find(({ trade_state }) => trade_state === 'NOTPAY')
    await world.phone.pay(String(open?.out_trade_no), outcome)
  }
}

test('the types of the mobile client are those of the contract', async () => {
  const types = astToString(await openapiTS(JSON.stringify(openApiDocument(PUBLIC_URL))))
  await expect(types).toMatchFileSnapshot('./schema.d.ts')
})

test('a mobile app buys on the app channel and learns from the shop that it paid', async () => {
  const received: PayReq[] = []
  const app = openApp(PUBLIC_URL, world.send, phone('success', received))
  const [tea] = await app.products()
  expect(await app.buy(String(tea?.id), 2, KEY)).toEqual({ bought: true, code: null })

  expect(received.map((request) => isSignedWith(signedSetOf(request), API_KEY, 'MD5'))).toEqual([true])
})

test('the same app buys from a shop that opens payments in API v3, and need not know it', async () => {
  await world.restart({ WXPAY_API_VERSION: 'v3' })
  const received: PayReq[] = []
  const app = openApp(PUBLIC_URL, world.send, phone('success', received))
  expect(await app.buy('tea-longjing', 1, KEY)).toEqual({ bought: true, code: null })

  const key = createPublicKey(DEMO_KEYS.merchant.privateKey)
  const isRight = received.map(({ nonceStr: nonce, timeStamp: timestamp, prepayId: last, sign }) => {
    return isSignedByRsa(invocationText({ appid: world.config.account.appid, timestamp, nonce, last }), sign, key)
  })
  expect(isRight).toEqual([true])
})

test('a page inside WeChat gets a set of either version, and only its signature differs', async () => {
  const sets = []
  for (const version of ['v2', 'v3']) {
    await world.restart({ WXPAY_API_VERSION: version })
    const made = await (await world.json('/api/orders', { items: [{ productId: 'tea-longjing', quantity: 1 }] })).json()
    const headers = { authorization: `Bearer ${made.token}` }
    const prepared = await world.json(`/api/orders/${made.id}/prepay`, { channel: 'jsapi', openid: OPENID }, headers)
    sets.push((await prepared.json()).jsapi)
  }
  const [v2, v3] = sets
  expect(Object.keys(v3)).toEqual(Object.keys(v2))
  expect([v2.signType, v3.signType, v2.paySign.length, v3.paySign.length]).toEqual(['MD5', 'RSA', 32, 344])
})

test('a buyer who cancels in WeChat has not bought, whatever the app believes', async () => {
  const app = openApp(PUBLIC_URL, world.send, phone('cancel'))
  expect(await app.buy('tea-longjing', 1, KEY)).toEqual({ bought: false, code: null })
})

test('a refusal reaches the app as a code to branch on', async () => {
  const app = openApp(PUBLIC_URL, world.send, phone('success'))
  expect(await app.buy('tea-longjing', 99, KEY)).toEqual({ bought: false, code: 'sold_out' })
  world.wire.isCut = true
  expect(await app.buy('tea-longjing', 1, KEY)).toEqual({ bought: false, code: 'wechat_unavailable' })
})
