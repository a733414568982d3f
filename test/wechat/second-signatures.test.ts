import { expect, test } from 'vitest'
import { withRedirect } from '@/lib/wechat/h5'
import { appParameters, jsapiParameters } from '@/lib/wechat/v2/invocation'
import { isSignType, sign, textToSign } from '@/lib/wechat/v2/sign'
import published from '@/public/second-signatures.json'

test.each(published.vectors)('the published vector $id is what the shop signs', ({ channel, given, ...expected }) => {
  const type = given.sign_type
  if (!isSignType(type)) throw new Error(`no type of signature: ${type}`)
  const moment = { now: Number(given.seconds) * 1_000 + 999, nonce: given.nonce, apiKey: given.api_key }
  const { appid, prepay_id: prepayId } = given
  const parameters =
    channel === 'app'
      ? appParameters({ appid, mchId: 'mch_id' in given ? String(given.mch_id) : '', prepayId }, type, moment)
      : jsapiParameters({ appid, prepayId }, type, moment)
  expect(parameters).toEqual(expected.parameters)

  const { sign: appSign, paySign, ...signed } = parameters as Record<string, string>
  expect(textToSign(signed, given.api_key)).toBe(expected.text_to_sign)
  expect(sign(signed, given.api_key, type)).toBe(appSign ?? paySign)
  expect(Object.values(expected.mistakes)).not.toContain(appSign ?? paySign)
})

test('the way back is added to an H5 link, encoded and last', () => {
  const link = 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=1037687096'
  expect(withRedirect(link, 'https://shop.example.com/orders/1?from=wechat&状态=返回')).toBe(
    `${link}&redirect_url=https%3A%2F%2Fshop.example.com%2Forders%2F1%3Ffrom%3Dwechat%26%E7%8A%B6%E6%80%81%3D%E8%BF%94%E5%9B%9E`,
  )
})
