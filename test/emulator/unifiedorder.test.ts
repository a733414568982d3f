import { expect, test } from 'vitest'
import { type Fields, isSignedWith, sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { after, apiKey, appid, mchId, openWeChat, order } from './wechat'

const MINUTE = 60_000
const H5_SCENE = '{"h5_info":{"type":"Wap","wap_url":"https://shop.example","wap_name":"茶"}}'

test('a native order gets a prepay id and a code for two hours, signed with MD5', async () => {
  const answer = await openWeChat().place()
  expect(answer).toMatchObject({
    return_code: 'SUCCESS',
    return_msg: 'OK',
    result_code: 'SUCCESS',
    trade_type: 'NATIVE',
  })
  expect(answer).toMatchObject({ appid, mch_id: mchId })
  expect(answer.prepay_id).toMatch(/^wx20260105120000[0-9a-f]{20}$/)
  expect(answer.code_url).toMatch(/^weixin:\/\/wxpay\/bizpayurl\?pr=[\w-]{12}$/)
  expect(answer.mweb_url).toBeUndefined()
  expect(isSignedWith(answer, apiKey, 'MD5')).toBe(true)
})

test('an answer is signed as its request was', async () => {
  const answer = await openWeChat().place({ sign_type: 'HMAC-SHA256' })
  expect(answer.result_code).toBe('SUCCESS')
  expect(answer.sign).toHaveLength(64)
  expect(isSignedWith(answer, apiKey, 'HMAC-SHA256')).toBe(true)
})

test('a refusal is signed as its request was too', async () => {
  const wechat = openWeChat()
  await wechat.setFaults({ systemError: 1 })
  const answer = await wechat.place({ sign_type: 'HMAC-SHA256' })
  expect(answer).toMatchObject({ return_code: 'SUCCESS', result_code: 'FAIL', err_code: 'SYSTEMERROR' })
  expect(isSignedWith(answer, apiKey, 'HMAC-SHA256')).toBe(true)
})

test('APP, JSAPI and MWEB orders get what their client needs and no code', async () => {
  const wechat = openWeChat({ basePath: '/emulator' })
  const app = await wechat.place({ trade_type: 'APP', out_trade_no: 'APP-0001', product_id: '' })
  expect(app).toMatchObject({ result_code: 'SUCCESS', trade_type: 'APP' })
  const jsapi = await wechat.place({
    trade_type: 'JSAPI',
    out_trade_no: 'JSAPI-0001',
    openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  })
  expect(jsapi).toMatchObject({ result_code: 'SUCCESS', trade_type: 'JSAPI' })
  const h5 = await wechat.place({ trade_type: 'MWEB', out_trade_no: 'MWEB-0001', scene_info: H5_SCENE })
  expect(h5.mweb_url).toMatch(
    /^http:\/\/127\.0\.0\.1:4000\/emulator\/cgi-bin\/mmpayweb-bin\/checkmweb\?prepay_id=wx\w{34}&package=\d{10}$/,
  )
  for (const answer of [app, jsapi, h5]) expect(answer.code_url).toBeUndefined()
})

test('every answer is HTTP 200 and plain text', async () => {
  const wechat = openWeChat()
  for (const body of ['', 'no xml', writeXml(order()), writeXml({ ...order(), sign: 'X' })]) {
    const response = await wechat.send('unifiedorder', body)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain')
  }
})

test('what cannot be understood gets two fields without a signature', async () => {
  const wechat = openWeChat()
  const unsigned = (await wechat.get('/pay/unifiedorder')).text()
  expect(await unsigned).toBe(writeXml({ return_code: 'FAIL', return_msg: '请使用post方法' }))

  const invalidUtf8 = new Uint8Array([...Buffer.from('<xml><body>'), 0xff, ...Buffer.from('</body></xml>')])
  const bodies: [string | Uint8Array<ArrayBuffer>, string][] = [
    ['', 'post数据为空'],
    ['body=tea', 'XML格式错误'],
    ['<!DOCTYPE xml><xml><body>a</body></xml>', 'XML格式错误'],
    ['<xml><body>a</body><body>b</body></xml>', 'XML格式错误'],
    ['\ufeff<xml><body>a</body></xml>', 'XML格式错误'],
    ['<?xml version="1.0" encoding="gbk"?><xml><body>a</body></xml>', '编码格式错误'],
    [invalidUtf8, '编码格式错误'],
    [writeXml(order({ body: 'tea 🍵' })), '编码格式错误'],
  ]
  for (const [body, text] of bodies) {
    const answer = await (await wechat.send('unifiedorder', body)).text()
    expect(answer).toBe(writeXml({ return_code: 'FAIL', return_msg: text }))
  }
})

test('an unknown sender is refused before the signature is looked at', async () => {
  const other = { appid: 'wx0000000000000002', mchId: '1900000110', apiKey: 'b'.repeat(32) }
  const wechat = openWeChat({ accounts: [{ appid, mchId, apiKey }, other] })
  const refusal = async (fields: Fields) => (await wechat.place(fields)).return_msg
  expect(await refusal({ appid: '' })).toBe('缺少参数')
  expect(await refusal({ mch_id: '' })).toBe('缺少参数')
  expect(await refusal({ appid: 'w'.repeat(33) })).toBe('appid参数长度有误')
  expect(await refusal({ appid: 'wx0000000000000003' })).toBe('appid不存在')
  expect(await refusal({ mch_id: '1900000111' })).toBe('商户号mch_id或sub_mch_id不存在')
  expect(await refusal({ appid: other.appid })).toBe('商户号mch_id与appid不匹配')
})

test('a wrong signature, none, or one of another type is refused in two unsigned fields', async () => {
  const wechat = openWeChat()
  const refused = { return_code: 'FAIL', return_msg: '签名错误' }
  expect(await wechat.call('unifiedorder', order(), 'x'.repeat(32))).toEqual(refused)
  expect(await wechat.call('unifiedorder', { ...order(), sign: '' })).toEqual(refused)
  const mixed = { ...order(), sign: sign(order(), apiKey, 'HMAC-SHA256') }
  expect(await wechat.call('unifiedorder', mixed)).toEqual(refused)
  const lower = { ...order(), sign: sign(order(), apiKey, 'MD5').toLowerCase() }
  expect(await wechat.call('unifiedorder', lower)).toEqual(refused)
  expect((await wechat.place({ sign_type: 'SHA1' })).return_msg).toBe('invalid sign_type')
  expect((await wechat.readState()).orders).toEqual([])
})

test('a call that lacks a field is not understood, and only the header names it', async () => {
  const wechat = openWeChat()
  const always = ['nonce_str', 'body', 'out_trade_no', 'total_fee', 'spbill_create_ip', 'notify_url', 'trade_type']
  for (const name of always) {
    const fields = order({ [name]: '' })
    const response = await wechat.send('unifiedorder', writeXml({ ...fields, sign: sign(fields, apiKey, 'MD5') }))
    expect(JSON.parse(response.headers.get('x-emulator-explain') ?? '')).toMatchObject({ field: name })
    expect(await response.text()).toBe(writeXml({ return_code: 'FAIL', return_msg: '缺少参数' }))
  }
  const refused = { return_code: 'FAIL', return_msg: 'JSAPI支付必须传openid' }
  expect(await wechat.place({ trade_type: 'JSAPI' })).toEqual(refused)
})

test('a field that is too long is named', async () => {
  const wechat = openWeChat()
  const limits = { body: 127, attach: 127, nonce_str: 32, product_id: 32, device_info: 32, goods_tag: 32, detail: 6144 }
  for (const [name, most] of Object.entries(limits)) {
    expect(await wechat.place({ [name]: '茶'.repeat(most + 1) })).toEqual({
      return_code: 'FAIL',
      return_msg: `${name}参数长度有误`,
    })
    const fits = await wechat.place({ [name]: '茶'.repeat(most), out_trade_no: `fits-${name}` })
    expect(fits.result_code).toBe('SUCCESS')
  }
})

test.each([
  ['unifiedorder', { version: 32, fee_type: 16, total_fee: 10, spbill_create_ip: 64, time_start: 14, time_expire: 14 }],
  ['unifiedorder', { notify_url: 256, openid: 128, scene_info: 256, limit_pay: 32, receipt: 8, profit_sharing: 16 }],
  ['unifiedorder', { out_trade_no: 32, trade_type: 16 }],
  ['orderquery', { transaction_id: 32, out_trade_no: 32, nonce_str: 32 }],
  ['closeorder', { out_trade_no: 32, nonce_str: 32 }],
])('the limits of %s are those of its table: %j', async (path, limits) => {
  const wechat = openWeChat()
  for (const [name, most] of Object.entries(limits)) {
    const tooLong = { return_code: 'FAIL', return_msg: `${name}参数长度有误` }
    expect(await wechat.call(path, order({ [name]: '1'.repeat(most + 1) }))).toEqual(tooLong)
    expect((await wechat.call(path, order({ [name]: '1'.repeat(most) }))).return_msg).not.toBe(tooLong.return_msg)
  }
})

test('a value in the wrong form is named', async () => {
  const wechat = openWeChat()
  const wrong: [string, string[]][] = [
    ['total_fee', ['0', '-1', '1.5', '1e2', '01', ' 1', '0x10', '88 ']],
    ['fee_type', ['USD', 'cny']],
    ['trade_type', ['MICROPAY', 'native']],
    [
      'notify_url',
      ['/notify', 'ftp://a.example/', 'http://a.example/n?a=1', 'http://a.example/n?', 'http://a:b@c.example/'],
    ],
    ['spbill_create_ip', ['localhost', '1.2.3', '300.1.1.1']],
    ['out_trade_no', ['short', 'white space', 'number/1', '号码号码号码']],
    ['time_expire', ['20260230000000', '2026-01-05', '20260105T12000']],
    ['time_start', ['tomorrow']],
    ['limit_pay', ['no_debit']],
    ['version', ['2.0', '1']],
    ['receipt', ['N']],
    ['profit_sharing', ['yes']],
    ['scene_info', ['store', '[]', '{"store_info":1}', `{"store_info":{"id":"${'1'.repeat(33)}"}}`]],
  ]
  for (const [name, values] of wrong) {
    for (const value of values) {
      const answer = await wechat.place({ [name]: value })
      expect(answer, `${name}=${value}`).toEqual({ return_code: 'FAIL', return_msg: `invalid ${name}` })
    }
  }
  expect((await wechat.place({ spbill_create_ip: '2001:db8::1' })).result_code).toBe('SUCCESS')
})

test('a phone browser is told where it comes from, and every other channel may name its store', async () => {
  const wechat = openWeChat()
  const refused = { return_code: 'FAIL', return_msg: 'invalid scene_info' }
  for (const scene_info of [
    '{"h5_info":',
    '{"h5_info":null}',
    '{"h5_info":{"type":"__proto__"}}',
    '{"h5_info":{"type":"constructor"}}',
    '{"h5_info":{"type":"Web","wap_url":"https://shop.example","wap_name":"tea"}}',
    '{"h5_info":{"type":"Wap","wap_name":"tea"}}',
    '{"h5_info":{"type":"IOS","app_name":"tea","bundle_id":""}}',
    '{"store_info":{"id":"1"}}',
  ]) {
    expect(await wechat.place({ trade_type: 'MWEB', scene_info }), scene_info).toEqual(refused)
  }
  for (const [out_trade_no, info] of Object.entries({
    'IOS-0001': { type: 'IOS', app_name: 'tea', bundle_id: 'example.tea' },
    'ANDROID-1': { type: 'Android', app_name: 'tea', package_name: 'example.tea' },
  })) {
    const scene_info = JSON.stringify({ h5_info: info })
    expect((await wechat.place({ out_trade_no, trade_type: 'MWEB', scene_info })).result_code).toBe('SUCCESS')
  }
  const scene_info = '{"store_info":{"id":"1","name":"茶","area_code":"440305","address":"1 Tea Road"}}'
  expect((await wechat.place({ scene_info })).result_code).toBe('SUCCESS')
})

test.each([
  ['NATIVE', 5 * MINUTE],
  ['APP', 5 * MINUTE],
  ['MWEB', 5 * MINUTE],
  ['JSAPI', MINUTE],
])('an order of type %s needs at least %i ms to be paid', async (trade_type, shortest) => {
  const wechat = openWeChat()
  // Half a second is over already, and is not counted: times are written in whole seconds.
  wechat.wait(500)
  const fields = { trade_type, openid: 'oAnyone' }
  const tooShort = await wechat.place({ ...fields, time_expire: after(shortest - 1000) })
  expect(tooShort).toMatchObject({
    err_code: 'INVALID_REQUEST',
    err_code_des: 'time_expire时间过短，刷卡至少1分钟，其他5分钟',
  })
  expect((await wechat.place({ ...fields, time_expire: after(shortest) })).result_code).toBe('SUCCESS')
})

test('the same request again gets a new prepay id and a new code, and both lead to the one order', async () => {
  const wechat = openWeChat()
  const first = await wechat.place()
  const second = await wechat.place({ nonce_str: 'anotherNonce', attach: '' })
  expect(second.result_code).toBe('SUCCESS')
  expect(second.prepay_id).not.toBe(first.prepay_id)
  expect(second.code_url).not.toBe(first.code_url)
  expect((await wechat.readState()).orders).toHaveLength(1)

  const paid = await wechat.control('pay', { code_url: first.code_url, outcome: 'success' })
  expect(paid.body).toMatchObject({ out_trade_no: 'T20260105-0001', trade_state: 'SUCCESS' })
})

test('the same number with anything changed is refused', async () => {
  const wechat = openWeChat()
  await wechat.place()
  const changes: Fields[] = [
    { total_fee: '8801' },
    { body: '红茶' },
    { notify_url: 'http://127.0.0.1:3000/other' },
    { trade_type: 'APP' },
    { attach: 'new' },
    { time_expire: after(30 * MINUTE) },
    { sign_type: 'HMAC-SHA256' },
  ]
  for (const change of changes) {
    const answer = await wechat.place(change)
    expect(answer).toMatchObject({ err_code: 'INVALID_REQUEST', err_code_des: '201 商户订单号重复' })
  }
})

test('MD5 said and MD5 not said are the same request', async () => {
  const wechat = openWeChat()
  for (const sign_type of ['', 'MD5', '']) expect((await wechat.place({ sign_type })).result_code).toBe('SUCCESS')
  const other = { out_trade_no: 'OTHER-1' }
  for (const sign_type of ['MD5', '']) expect((await wechat.place({ ...other, sign_type })).result_code).toBe('SUCCESS')
})

test('a used number can be refused in the older words, and a closed one as a used one', async () => {
  const wechat = openWeChat()
  await wechat.place()
  await wechat.place({ out_trade_no: 'CLOSED-1' })
  await wechat.closeOrder('CLOSED-1')
  await wechat.setFaults({ outTradeNoUsed: 1, closedNumberUsed: 1 })
  const changed = await wechat.place({ total_fee: '8801' })
  expect(changed).toMatchObject({ err_code: 'OUT_TRADE_NO_USED', err_code_des: '商户订单号重复' })
  const closed = await wechat.place({ out_trade_no: 'CLOSED-1' })
  expect(closed).toMatchObject({ err_code: 'INVALID_REQUEST', err_code_des: '201 商户订单号重复' })
  expect((await wechat.place({ total_fee: '8801' })).err_code).toBe('INVALID_REQUEST')
  expect((await wechat.place({ out_trade_no: 'CLOSED-1' })).err_code).toBe('ORDERCLOSED')
})

test.each([
  ['NATIVE without product_id', { product_id: '' }, 'product_id has to be there with trade_type NATIVE'],
  ['MWEB without scene_info', { trade_type: 'MWEB' }, 'scene_info has to be there with trade_type MWEB'],
  [
    'an app for iOS named by a package',
    { trade_type: 'MWEB', scene_info: '{"h5_info":{"type":"IOS","app_name":"tea","package_name":"example.tea"}}' },
    'scene_info of type IOS names its app in bundle_id, not in package_name',
  ],
])('%s is accepted as by the real service, with a warning', async (_, changes, rule) => {
  const wechat = openWeChat()
  const fields = order(changes)
  const response = await wechat.send('unifiedorder', writeXml({ ...fields, sign: sign(fields, apiKey, 'MD5') }))
  expect(await response.text()).toContain('<result_code><![CDATA[SUCCESS]]></result_code>')
  const { warnings } = JSON.parse(response.headers.get('x-emulator-explain') ?? '')
  expect(warnings.map((it: { rule: string }) => it.rule)).toEqual([rule])
  expect(await (await wechat.get('/call?id=1&lang=en')).text()).toContain(rule)
})

test.each(['<root>', '<XML>', '<request>'])('a document whose root is %s is read', async (root) => {
  const wechat = openWeChat()
  const body = writeXml({ ...order(), sign: sign(order(), apiKey, 'MD5') })
  const [start, end] = [root, root.replace('<', '</')]
  const sent = body.replace('<xml>', start).replace('</xml>', end)
  const answer = await (await wechat.send('unifiedorder', sent)).text()
  expect(answer).toContain('<prepay_id>')
  expect(await (await wechat.get('/call?id=1')).text()).toContain('<dd>8800</dd>')
  expect(answer.startsWith('<xml>')).toBe(true)
})

test('a device is named in the answer when it was in the request, also in a refusal', async () => {
  const wechat = openWeChat()
  expect(await wechat.place()).not.toHaveProperty('device_info')
  const device = { device_info: 'WEB', out_trade_no: 'DEVICE-1' }
  expect((await wechat.place(device)).device_info).toBe('WEB')
  const refused = await wechat.place({ ...device, total_fee: '1' })
  expect(refused).toMatchObject({ err_code: 'INVALID_REQUEST', device_info: 'WEB' })
  expect(isSignedWith(refused, apiKey, 'MD5')).toBe(true)
})

test('a paid or closed number is used up', async () => {
  const wechat = openWeChat()
  await wechat.place()
  await wechat.pay('T20260105-0001')
  expect(await wechat.place()).toMatchObject({ err_code: 'ORDERPAID', err_code_des: '该订单已支付' })
  await wechat.place({ out_trade_no: 'CLOSED-1' })
  await wechat.closeOrder('CLOSED-1')
  expect(await wechat.place({ out_trade_no: 'CLOSED-1' })).toMatchObject({ err_code: 'ORDERCLOSED' })
})

test('an expired order can neither be paid nor asked for again, but stays NOTPAY', async () => {
  const wechat = openWeChat()
  const placed = { time_expire: after(30 * MINUTE) }
  await wechat.place(placed)
  wechat.wait(30 * MINUTE)
  expect(await wechat.pay('T20260105-0001')).toMatchObject({ status: 409, body: { error: 'order_expired' } })
  expect(await wechat.place(placed)).toMatchObject({ err_code: 'INVALID_REQUEST', err_code_des: '该订单已失效' })
  expect((await wechat.query({ out_trade_no: 'T20260105-0001' })).trade_state).toBe('NOTPAY')
})

test('a code is good for two hours, and the same request gives a new one', async () => {
  const wechat = openWeChat()
  const { code_url } = await wechat.place()
  wechat.wait(120 * MINUTE)
  expect((await wechat.control('pay', { code_url, outcome: 'success' })).body.error).toBe('order_expired')
  const again = await wechat.place()
  expect((await wechat.control('pay', { code_url, outcome: 'success' })).body.error).toBe('order_expired')
  expect((await wechat.control('pay', { code_url: again.code_url, outcome: 'success' })).status).toBe(200)
})

test('two merchants may use the same number', async () => {
  const other = { appid: 'wx0000000000000002', mchId: '1900000110', apiKey: 'b'.repeat(32) }
  const wechat = openWeChat({ accounts: [{ appid, mchId, apiKey }, other] })
  await wechat.place()
  const fields = order({ appid: other.appid, mch_id: other.mchId, total_fee: '1' })
  expect((await wechat.call('unifiedorder', fields, other.apiKey)).result_code).toBe('SUCCESS')
  expect((await wechat.readState()).orders.map((it) => it.total_fee)).toEqual([8800, 1])
})
