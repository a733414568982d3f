import { type Fields, isSignedWith, isSignType, type SignType, sign } from '@/lib/wechat/v2/sign'
import { readXml, writeXml } from '@/lib/wechat/v2/xml'
import type { Account } from './accounts'
import type { Answer, Call } from './call'
import { newNonce } from './chance'
import { closeorder, orderquery, unifiedorder } from './orders'
import { CLOSEORDER, type Fault, findFault, ORDERQUERY, type Rule, UNIFIEDORDER } from './rules'
import type { WeChat } from './wechat'

type Endpoint = { rules: Rule[]; answer: (wechat: WeChat, call: Call) => Answer }

export const ENDPOINTS: Record<string, Endpoint> = {
  '/pay/unifiedorder': { rules: UNIFIEDORDER, answer: unifiedorder },
  '/pay/orderquery': { rules: ORDERQUERY, answer: orderquery },
  '/pay/closeorder': { rules: CLOSEORDER, answer: closeorder },
}

export type Received = { method: string; bytes: Uint8Array; baseUrl: string }

/** Answers one call as WeChat Pay does. `outcome` is the answer in one word or sentence, for the books. */
export function answerCall(
  wechat: WeChat,
  endpoint: Endpoint,
  received: Received,
): { xml: string; outcome: string; outTradeNo: string | null } {
  const document = readXml(received.bytes)
  const outTradeNo = document.ok ? (document.fields.out_trade_no ?? null) : null
  const rejected = (text: string) => {
    return { xml: writeXml({ return_code: 'FAIL', return_msg: text }), outcome: text, outTradeNo }
  }

  if (received.method !== 'POST') return rejected('REQUIRE_POST_METHOD 请使用post方法')
  if (received.bytes.byteLength === 0) return rejected('POST_DATA_EMPTY post数据为空')
  if (!document.ok && document.reason !== 'not_utf8') return rejected('XML_FORMAT_ERROR XML格式错误')
  if (!document.ok || hasFourByteCharacter(document.fields)) return rejected('NOT_UTF8 编码格式错误')

  const sender = proveSender(wechat.accounts, document.fields)
  if (!sender.ok) return rejected(sender.text)

  const call: Call = { ...sender, fields: document.fields, baseUrl: received.baseUrl }
  const fault = findFault(endpoint.rules, call.fields)
  const answer = fault === null ? endpoint.answer(wechat, call) : answerFault(fault)
  if (answer.type === 'rejection') return rejected(answer.text)

  const xml = writeXml(signedFields(wechat, call, answer))
  return { xml, outcome: answer.type === 'success' ? 'SUCCESS' : answer.code, outTradeNo }
}

/** They are UTF-8, but WeChat Pay does not take them. */
function hasFourByteCharacter(fields: Fields): boolean {
  return Object.values(fields).some((value) => /[\u{10000}-\u{10ffff}]/u.test(value))
}

function proveSender(
  accounts: Account[],
  fields: Fields,
): { ok: true; account: Account; signType: SignType } | { ok: false; text: string } {
  const { appid = '', mch_id: mchId = '', sign_type: signType = 'MD5' } = fields
  for (const [name, value] of Object.entries({ appid, mch_id: mchId })) {
    if (value === '') return { ok: false, text: `LACK_PARAMS 缺少参数${name}` }
    if (value.length > 32) return { ok: false, text: `${name}参数长度有误` }
  }
  if (!accounts.some((it) => it.appid === appid)) return { ok: false, text: 'APPID_NOT_EXIST APPID不存在' }
  if (!accounts.some((it) => it.mchId === mchId)) return { ok: false, text: 'MCHID_NOT_EXIST MCHID不存在' }
  const account = accounts.find((it) => it.appid === appid && it.mchId === mchId)
  if (account === undefined) return { ok: false, text: 'APPID_MCHID_NOT_MATCH appid和mch_id不匹配' }

  // An empty sign_type says nothing, so it is the default too.
  const type = signType === '' ? 'MD5' : signType
  if (!isSignType(type)) return { ok: false, text: 'invalid sign_type' }
  return isSignedWith(fields, account.apiKey, type)
    ? { ok: true, account, signType: type }
    : { ok: false, text: '签名错误' }
}

function answerFault({ name, problem }: Fault): Answer {
  switch (problem) {
    case 'missing': {
      const text = name === 'openid' ? 'JSAPI支付必须传openid' : `缺少参数${name}`
      return { type: 'failure', code: 'LACK_PARAMS', text }
    }
    case 'too_long':
      return { type: 'rejection', text: `${name}参数长度有误` }
    case 'invalid':
      return { type: 'rejection', text: `invalid ${name}` }
  }
}

function signedFields(wechat: WeChat, call: Call, answer: Exclude<Answer, { type: 'rejection' }>): Fields {
  const { account, signType } = call
  const fields: Fields = {
    return_code: 'SUCCESS',
    return_msg: 'OK',
    appid: account.appid,
    mch_id: account.mchId,
    nonce_str: newNonce(wechat.random, 16),
    ...(answer.type === 'success'
      ? { result_code: 'SUCCESS', ...answer.fields }
      : { result_code: 'FAIL', err_code: answer.code, err_code_des: answer.text }),
  }
  return { ...fields, sign: sign(fields, account.apiKey, signType) }
}
