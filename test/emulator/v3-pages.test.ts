import { createPrivateKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { sign } from '@/lib/wechat/v3/sign'
import { DEMO_KEYS } from '../wechat/v3/keys'
import { openV3 } from './v3'
import { appid, mchId } from './wechat'

const NUMBER = 'T20260105-0001'

async function read(wechat: ReturnType<typeof openV3>, path: string): Promise<string> {
  const response = await wechat.get(`${path}${path.includes('?') ? '&' : '?'}lang=en`)
  expect([path, response.status]).toEqual([path, 200])
  return (await response.text()).replaceAll('&quot;', '"').replaceAll('&#39;', "'")
}

test('the page of a call shows its five lines, the signed answer, and a command that sends it again', async () => {
  const wechat = openV3()
  await wechat.placeV3()
  await wechat.queryV3(NUMBER)
  const page = await read(wechat, '/call?id=2')
  const target = `/v3/pay/transactions/out-trade-no/${NUMBER}?mchid=${mchId}`
  expect(page).toContain(`GET\n${target}\n`)
  expect(page).toContain('wechatpay-signature: ')
  expect(page).toContain(`-H 'authorization: WECHATPAY2-SHA256-RSA2048 mchid="${mchId}"`)
  expect(page).toContain(`curl -gsS -X 'GET' 'http://127.0.0.1:4000${target}'`)
  for (const secret of [DEMO_KEYS.v3Key, 'PRIVATE KEY']) expect(page).not.toContain(secret)

  await wechat.callV3('GET', target, undefined, { signedTarget: target.split('?')[0] ?? '' })
  expect(await read(wechat, '/call?id=3')).toContain('The second line is the path with its query')
})

test('the page of a delivery shows what was encrypted and what was signed', async () => {
  const wechat = openV3()
  await wechat.placeV3()
  await wechat.pay(NUMBER)
  await wechat.emulator.runDue()
  const page = await read(wechat, '/delivery?id=1')
  expect(page).toContain('Decrypted')
  expect(page).toContain('payer.openid')
  expect(page).toContain('TRANSACTION.SUCCESS')
  expect(page).toContain("-H 'wechatpay-serial: ")
  expect(page).not.toContain(DEMO_KEYS.v3Key)
  expect(await read(wechat, `/order?mch_id=${mchId}&out_trade_no=${NUMBER}`)).toContain('RSA')
})

test('what an app or a page hands to the phone is checked as v3 signs it', async () => {
  const wechat = openV3()
  const { body: app } = await wechat.placeV3({ out_trade_no: 'APP-0001' }, 'app')
  const { body: jsapi } = await wechat.placeV3({ out_trade_no: 'JS-00001', payer: { openid: 'oUpF8uMuAJO' } }, 'jsapi')
  const signed = (lines: unknown[], end = '\n') =>
    sign(Buffer.from(lines.join('\n') + end), createPrivateKey(DEMO_KEYS.merchant.privateKey))
  const [timestamp, nonce] = ['1767585600', '593BEC0C930BF1AF']
  const ofApp = (sign: string) => ({
    ...{ appid, partnerid: mchId, prepayid: app.prepay_id, package: 'Sign=WXPay' },
    ...{ noncestr: nonce, timestamp, sign },
  })
  const packed = `prepay_id=${jsapi.prepay_id}`
  const ofPage = (paySign: string, signType = 'RSA') => {
    return { appId: appid, timeStamp: timestamp, nonceStr: nonce, package: packed, signType, paySign }
  }
  const open = async (kind: string, set: object) => {
    const handed = Buffer.from(JSON.stringify(set)).toString('base64url')
    const response = await wechat.get(`/phone?${kind}=${handed}&lang=en`)
    return [response.status, await response.text()] as const
  }
  expect((await open('app', ofApp(signed([appid, timestamp, nonce, app.prepay_id]))))[0]).toBe(200)
  expect((await open('jsapi', ofPage(signed([appid, timestamp, nonce, packed]))))[0]).toBe(200)
  for (const [kind, set, why] of [
    ['app', ofApp(signed([appid, timestamp, nonce, `prepay_id=${app.prepay_id}`])), 'another fourth line'],
    ['jsapi', ofPage(signed([appid, timestamp, nonce, jsapi.prepay_id])), 'another fourth line'],
    ['jsapi', ofPage(signed([appid, timestamp, nonce, packed], '')), 'without the line feed'],
    ['jsapi', ofPage(signed([appid, timestamp, nonce, packed]), 'MD5'), 'differs from the type'],
    ['app', ofApp(signed([appid, timestamp, 'x', app.prepay_id])), 'is wrong'],
  ] as const) {
    const [status, page] = await open(kind, set)
    expect([status, page.includes(why)]).toEqual([400, true])
  }
})
