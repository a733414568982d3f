import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fen } from '@/lib/shop/money'
import { writeXml } from '@/lib/wechat/v2/xml'
import { ACCOUNT, INTENT, NUMBER, openWire, paymentOf, respond, signedAnswer } from './wire'

const { gateway } = openWire(() => new Response())
const draft = (changes: Partial<typeof INTENT> = {}) => JSON.parse(gateway.draft({ ...INTENT, ...changes }).request)

/** The goods of an intent, by their names. */
const named = (first: string, ...others: string[]): typeof INTENT.goods => {
  const goods = (name: string) => ({ productId: 'tea-longjing', name, quantity: 1, priceFen: fen(6800) })
  return [goods(first), ...others.map(goods)]
}

const COMMON = {
  appid: ACCOUNT.appid,
  mch_id: ACCOUNT.mchId,
  body: '演示商店-狮峰龙井',
  out_trade_no: NUMBER,
  total_fee: '6800',
  fee_type: 'CNY',
  spbill_create_ip: '203.0.113.7',
  time_start: '20260301100000',
  time_expire: '20260301103000',
  notify_url: 'https://shop.example.com/api/wechat/notify',
}

test('a QR code is asked for with the product’s mark', () => {
  expect(draft()).toEqual({ ...COMMON, trade_type: 'NATIVE', product_id: 'tea-longjing' })
})

test('an app’s payment needs nothing more', () => {
  expect(draft({ channel: 'app' })).toEqual({ ...COMMON, trade_type: 'APP' })
})

test('a phone’s browser is told which site it pays', () => {
  expect(draft({ channel: 'h5' })).toEqual({
    ...COMMON,
    trade_type: 'MWEB',
    scene_info: '{"h5_info":{"type":"Wap","wap_url":"https://shop.example.com","wap_name":"演示商店"}}',
  })
})

test('a page inside WeChat names its payer', () => {
  const openid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
  expect(draft({ channel: 'jsapi', buyer: { ...INTENT.buyer, openid } })).toEqual({
    ...COMMON,
    trade_type: 'JSAPI',
    openid,
  })
})

test('a payer is named nowhere else', () => {
  expect(draft({ buyer: { ...INTENT.buyer, openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' } })).not.toHaveProperty('openid')
})

test('the type of signature is said unless it is MD5', () => {
  const { gateway: other } = openWire(() => new Response(), { account: { ...ACCOUNT, signType: 'HMAC-SHA256' } })
  expect(JSON.parse(other.draft(INTENT).request).sign_type).toBe('HMAC-SHA256')
  expect(draft()).not.toHaveProperty('sign_type')
})

test.each([
  ['a title with emoji', ' 春茶🍵 新品👨‍👩‍👧 ', '演示商店- 春茶 新品'],
  ['a title with control characters', 'a\0b\u001bc\u200dd\ufeffe\ufffef', '演示商店-abcdef'],
  ['a title of broken characters', 'a\ud800b', '演示商店-ab'],
  ['no title', '', '演示商店-'],
])('%s becomes what WeChat takes', (_, title, body) => {
  expect(draft({ goods: named(title) }).body).toBe(body)
})

test('a long title is cut at a whole character within 127 bytes', () => {
  expect(draft({ goods: named('茶'.repeat(100)) }).body).toBe(`演示商店-${'茶'.repeat(38)}`)
  expect(draft({ goods: named('é'.repeat(100)) }).body).toBe(`演示商店-${'é'.repeat(57)}`)
})

test('of several products the first is named with the number of the others, and all are listed', () => {
  const several = draft({ goods: named('狮峰龙井', '白毫银针🍵', '祁门红茶') })
  expect(several.body).toBe('演示商店-狮峰龙井 +2')
  expect(JSON.parse(several.detail).goods_detail).toEqual(
    ['狮峰龙井', '白毫银针', '祁门红茶'].map((goods_name) => ({
      goods_id: 'tea-longjing',
      goods_name,
      quantity: 1,
      price: 6800,
    })),
  )
})

test('the number of the others survives a long name, and a list that is too long is left out', () => {
  expect(draft({ goods: named('茶'.repeat(100), 'b') }).body).toBe(`演示商店-${'茶'.repeat(37)} +1`)
  const long = draft({ goods: named('a', ...Array.from({ length: 19 }, () => '茶'.repeat(100))) })
  expect(long.body).toBe('演示商店-a +19')
  expect(long.detail).toBeUndefined()
})

test('any title gives a body of up to 127 bytes of characters WeChat takes, with nothing to trim', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (title) => {
      const { body } = draft({ goods: named(title) })
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(127)
      expect(body).not.toMatch(/[\u{10000}-\u{10ffff}\p{Cc}]/u)
      expect(body).toBe(body.trim())
    }),
  )
})

test('a repeated request differs from the first in nonce and signature only', async () => {
  const answer = signedAnswer({ prepay_id: 'wx01', code_url: 'weixin://wxpay/bizpayurl?pr=1' })
  const { gateway: wired, asked } = openWire(() => respond(answer))
  const payment = paymentOf(wired)
  await wired.prepay(payment)
  await wired.prepay(payment)

  const [first, second] = asked.map(({ fields: { nonce_str: _, sign: __, ...rest } }) => writeXml(rest))
  expect(first).toBe(second)
  expect(asked[0]?.fields.nonce_str).not.toBe(asked[1]?.fields.nonce_str)
})

test('a stored request that is none is a mistake, and nothing is sent', async () => {
  const { gateway: wired, asked } = openWire(() => new Response())
  for (const request of ['', '[]', '{"total_fee":6800}']) {
    await expect(wired.prepay({ ...paymentOf(wired), request })).rejects.toThrow()
  }
  expect(asked).toEqual([])
})
