import { createPrivateKey, X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { readCertificate } from '@/lib/wechat/certificate'
import { open } from '@/lib/wechat/v3/cipher'
import { DEMO_KEYS } from '../wechat/v3/keys'
import { isVerified, openV3, orderV3 } from './v3'
import { mchId } from './wechat'

const ORDER = '/v3/pay/transactions/native'
const CERTIFICATES = '/v3/certificates'
const FORMAT = 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》'

test('an order is placed, its answer signed with the platform certificate, or with the key that the call names', async () => {
  const wechat = openV3()
  const first = await wechat.placeV3()
  expect(first.status).toBe(200)
  expect(first.body.code_url).toMatch(/^weixin:\/\/wxpay\/bizpayurl/)
  expect(first.headers.get('wechatpay-serial')).toBe(DEMO_KEYS.platform.serial)
  expect(isVerified(first.headers, first.text)).toBe(true)

  const { publicKeyId } = DEMO_KEYS.wechat
  const headers = { 'wechatpay-serial': publicKeyId }
  const second = await wechat.callV3('POST', ORDER, orderV3(), { headers })
  expect(second.headers.get('wechatpay-serial')).toBe(publicKeyId)
  expect(isVerified(second.headers, second.text)).toBe(true)
  expect(second.headers.get('wechatpay-nonce')).not.toBe(first.headers.get('wechatpay-nonce'))
})

test('the four texts of a signature that is none', async () => {
  const wechat = openV3()
  const said = async (path: string, changes: Parameters<typeof wechat.callV3>[3]) => {
    const answer = await wechat.callV3(
      path === ORDER ? 'POST' : 'GET',
      path,
      path === ORDER ? orderV3() : undefined,
      changes,
    )
    return [answer.status, answer.body.code, answer.body.message, [...answer.headers.keys()].includes('request-id')]
  }
  const none = { headers: { authorization: null } }
  expect(await said(ORDER, none)).toEqual([401, 'SIGN_ERROR', '签名信息错误，验签失败', false])
  expect(await said(ORDER, { headers: { authorization: 'Bearer x' } })).toEqual(await said(ORDER, none))
  expect(await said(CERTIFICATES, none)).toEqual([401, 'SIGN_ERROR', FORMAT, true])
  const old = [401, 'SIGN_ERROR', 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟']
  expect(await said(CERTIFICATES, { offBySeconds: -301, signedTarget: '/other' })).toEqual([...old, true])
  expect(await said(ORDER, { timestamp: String(wechat.now()) })).toEqual([...old, false])
  expect(await said(ORDER, { offBySeconds: 301 })).toEqual([...old, false])
  expect((await wechat.callV3('POST', ORDER, orderV3(), { offBySeconds: 300 })).status).toBe(200)
  const wrong = [401, 'SIGN_ERROR', '签名错误', true]
  expect(await said(CERTIFICATES, { signedTarget: '/v3/other' })).toEqual(wrong)
  expect(await said(CERTIFICATES, { serial: DEMO_KEYS.platform.serial })).toEqual(wrong)
  expect(await said(CERTIFICATES, { mchId: '1900009999' })).toEqual(wrong)
})

test('the header is one scheme, one blank and five pairs in any order', async () => {
  const wechat = openV3()
  const with_ = async (authorization: (it: string) => string) => {
    const answer = await wechat.callV3('GET', CERTIFICATES, undefined, { authorization })
    return answer.status === 200 ? 200 : answer.body.message
  }
  const [scheme, pairs] = ['WECHATPAY2-SHA256-RSA2048', /^\S+ (.*)$/]
  const turned = (it: string) => `${scheme} ${(pairs.exec(it)?.[1] ?? '').split(',').toReversed().join(',')}`
  expect(await with_((it) => it)).toBe(200)
  expect(await with_(turned)).toBe(200)
  expect(await with_((it) => it.replace(scheme, 'WECHATPAY2-SM2-WITH-SM3'))).toBe(FORMAT)
  expect(await with_((it) => it.replaceAll(',', ', '))).toBe(FORMAT)
  expect(await with_((it) => it.replace(' ', '  '))).toBe(FORMAT)
  expect(await with_((it) => it.replaceAll('"', "'"))).toBe(FORMAT)
  expect(await with_((it) => `${it},mchid="${mchId}"`)).toBe(FORMAT)
  expect(await with_((it) => it.replace(/nonce_str="[^"]*",/, ''))).toBe(FORMAT)
})

test('a call that is not as it was signed is refused, and the header says why', async () => {
  const wechat = openV3()
  const query = `/v3/pay/transactions/out-trade-no/T20260105-0001?mchid=${mchId}`
  const other = createPrivateKey(DEMO_KEYS.platform.privateKey)
  const json = JSON.stringify(orderV3())
  for (const [cause, method, path, body, changes] of [
    ['query_left_out', 'GET', query, undefined, { signedTarget: query.split('?')[0] ?? '' }],
    ['body_blanks_changed', 'POST', ORDER, json, { signedBody: JSON.stringify(orderV3(), null, 2) }],
    ['platform_key', 'POST', ORDER, json, { key: other }],
    ['other_text', 'POST', ORDER, json, { signedBody: JSON.stringify(orderV3({ attach: 'x' })) }],
    ['platform_serial', 'POST', ORDER, json, { serial: DEMO_KEYS.platform.serial }],
    ['base64_padding_lost', 'POST', ORDER, json, { authorization: (it: string) => it.replace('==', '') }],
  ] as const) {
    const answer = await wechat.callV3(method, path, body, changes)
    expect([answer.status, answer.body.message]).toEqual([401, '签名错误'])
    expect(answer.headers.get('wechatpay-signature')).toBe(null)
    const explained = JSON.parse(answer.headers.get('x-emulator-explain') ?? '')
    expect(explained).toMatchObject({ problem: 'signature', signature: { signType: 'RSA', cause } })
    expect(explained.signature.text).toContain(`${method}\\n\n${path}`)
  }
})

test('certificates and refunds want Accept and User-Agent before they look at the signature; orders do not', async () => {
  const wechat = openV3()
  for (const name of ['user-agent', 'accept']) {
    const headers = { [name]: null, authorization: null }
    for (const path of [CERTIFICATES, '/v3/refund/domestic/refunds/R1']) {
      const answer = await wechat.callV3('GET', path, undefined, { headers })
      expect([answer.status, answer.body]).toEqual([
        400,
        { code: 'INVALID_REQUEST', message: 'Http头缺少Accept或User-Agent' },
      ])
    }
    expect((await wechat.callV3('POST', ORDER, orderV3(), { headers: { [name]: null } })).status).toBe(200)
  }
})

test('an unknown address and another method are answered with nothing', async () => {
  const wechat = openV3()
  for (const [method, path, status] of [
    ['GET', '/v3/nothing', 404],
    ['POST', '/v3/pay/transactions/facepay', 404],
    ['GET', ORDER, 405],
    ['POST', CERTIFICATES, 405],
    ['DELETE', '/v3/refund/domestic/refunds/R1', 405],
  ] as const) {
    const answer = await wechat.callV3(method, path)
    expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([status, '', null])
    expect([...answer.headers.keys()].filter((it) => /^(wechatpay|request-id)/.test(it))).toEqual([])
  }
})

test('the accounts hand out all that a client needs, the same after a reset and a restart', async () => {
  const wechat = openV3()
  const read = async () => (await (await wechat.get('/_control/accounts')).json()).accounts
  const [account] = await read()
  expect(account).toMatchObject({ mch_id: mchId, v3_key: DEMO_KEYS.v3Key, serial: DEMO_KEYS.merchant.serial })
  expect(account.public_key_id).toMatch(/^PUB_KEY_ID_\d+$/)
  expect(account.public_key).toContain('BEGIN PUBLIC KEY')
  expect(new X509Certificate(account.certificate).checkPrivateKey(createPrivateKey(account.private_key))).toBe(true)
  expect(new X509Certificate(account.certificate).serialNumber).toBe(account.serial)
  expect(new X509Certificate(account.platform_certificate).serialNumber).toBe(account.platform_serial)
  const p12 = readCertificate(Buffer.from(account.p12_base64, 'base64'), mchId)
  expect(p12).toMatchObject({ ok: true, certificate: { mchId } })

  await wechat.control('reset', {})
  wechat.restart()
  expect(await read()).toEqual([account])
})

test('platform certificates come encrypted; a new one stands beside the old one and signs a day later', async () => {
  const wechat = openV3()
  const download = async () => {
    const { body } = await wechat.callV3('GET', CERTIFICATES)
    return (
      body.data as { serial_no: string; effective_time: string; encrypt_certificate: Record<string, string> }[]
    ).map(({ serial_no: serial, effective_time: from, encrypt_certificate: it }) => {
      const sealed = {
        nonce: it.nonce ?? '',
        associatedData: it.associated_data ?? '',
        ciphertext: it.ciphertext ?? '',
      }
      const opened = Buffer.from(open(sealed, DEMO_KEYS.v3Key) ?? []).toString()
      expect(from).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/)
      return [serial, new X509Certificate(opened).serialNumber]
    })
  }
  const { serial } = DEMO_KEYS.platform
  expect(await download()).toEqual([[serial, serial]])
  const { body } = await wechat.control('platform-certificate', {})
  const next = String(body.serial)
  expect(await download()).toEqual([
    [serial, serial],
    [next, next],
  ])
  expect((await wechat.placeV3()).headers.get('wechatpay-serial')).toBe(serial)
  await wechat.control('clock', { advanceSeconds: 24 * 3600 })
  expect((await wechat.placeV3()).headers.get('wechatpay-serial')).toBe(next)

  await wechat.control('accounts', { has_platform_certificates: false }, 'PUT')
  const none = await wechat.callV3('GET', CERTIFICATES)
  expect([none.status, none.body.code]).toEqual([404, 'RESOURCE_NOT_EXISTS'])
  expect((await wechat.placeV3()).headers.get('wechatpay-serial')).toBe(DEMO_KEYS.wechat.publicKeyId)
})

test('an answer can be lost, wrongly signed, a probe, or a system error without a signature', async () => {
  const wechat = openV3()
  await wechat.setFaults({ badAnswerSignature: 1, seed: 'x' })
  const bad = await wechat.placeV3()
  expect([bad.status, isVerified(bad.headers, bad.text)]).toEqual([200, false])
  await wechat.setFaults({ probeAnswer: 1 })
  const probe = await wechat.placeV3()
  expect(probe.headers.get('wechatpay-signature')).toMatch(/^WECHATPAY\/SIGNTEST\//)
  const again = await wechat.placeV3()
  expect(isVerified(again.headers, again.text)).toBe(true)
  await wechat.setFaults({ systemError: 1 })
  const failed = await wechat.placeV3()
  expect([failed.status, failed.body.code, failed.headers.get('wechatpay-signature')]).toEqual([
    500,
    'SYSTEM_ERROR',
    null,
  ])
  await wechat.setFaults({ dropAnswersAfterCommit: 1 })
  await expect(wechat.closeV3('T20260105-0001')).rejects.toThrow('no answer')
  expect((await wechat.queryV3('T20260105-0001')).body.trade_state).toBe('CLOSED')
})
