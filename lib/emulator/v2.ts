import { type Fields, isSignedWith, isSignType, type SignType, sign } from '@/lib/wechat/v2/sign'
import { readXml, writeXml, type XmlResult } from '@/lib/wechat/v2/xml'
import type { Account } from './accounts'
import type { Answer, Call } from './call'
import { findBill, press } from './cashier'
import { newNonce } from './chance'
import { otherEnd } from './falsify'
import { type Chances, drawChances } from './faults'
import { closeorder, orderquery, unifiedorder } from './orders'
import { CLOSEORDER, type Fault, findFault, ORDERQUERY, type Rule, UNIFIEDORDER } from './rules'
import type { Trade } from './schema'
import type { WeChat } from './wechat'

type Endpoint = { rules: Rule[]; answer: (wechat: WeChat, call: Call) => Answer }

export const ENDPOINTS: Record<string, Endpoint> = {
  '/pay/unifiedorder': { rules: UNIFIEDORDER, answer: unifiedorder },
  '/pay/orderquery': { rules: ORDERQUERY, answer: orderquery },
  '/pay/closeorder': { rules: CLOSEORDER, answer: closeorder },
}

export type Received = { method: string; path: string; bytes: Uint8Array; baseUrl: string }

/** What became of a call: `xml` is null if no answer leaves, `news` is what has to be told before it does. */
export type Taken = { xml: string | null; latencyMs: number; news: Trade | null }

/** Takes one call to WeChat Pay: what it changes, the faults it meets and the line in the books are one step. */
export function takeCall(wechat: WeChat, endpoint: Endpoint, received: Received): Taken {
  const { method, path, bytes } = received
  const document = readXml(bytes)
  const outTradeNo = document.ok ? (document.fields.out_trade_no ?? null) : null
  return wechat.ledger.atomically(() => {
    const chances = drawChances(wechat.ledger, outTradeNo)
    const latencyMs = chances.amountOf('latencyMs')
    const isHeard = !chances.has('dropRequests')
    const said = isHeard ? answerCall(wechat, endpoint, { ...received, document, chances }) : SILENCE
    const isAnswered = isHeard && !chances.has('dropAnswersAfterCommit')
    const news = said.prepayId && chances.has('beforeAnswer') ? payAtOnce(wechat, said.prepayId) : null
    wechat.ledger.insertRequest({
      at: wechat.clock.now(),
      method,
      path,
      outTradeNo,
      body: Buffer.from(bytes),
      outcome: said.outcome,
      answer: said.xml,
      answered: isAnswered,
      explanation: null,
      faults: chances.met,
    })
    return { xml: isAnswered ? said.xml : null, latencyMs, news }
  })
}

/** An answer as it is written. `outcome` is the same in one word or sentence, for the books. */
type Said = { xml: string; outcome: string; prepayId?: string | undefined }

const SILENCE: Said = { xml: '', outcome: 'NOT_HEARD' }

/** A buyer who is so quick that the news overtakes the answer. */
function payAtOnce(wechat: WeChat, prepayId: string): Trade | null {
  const bill = findBill(wechat, { prepayId })
  const pressed = bill && press(wechat, bill, 'success')
  return pressed?.ok ? pressed.trade : null
}

type Heard = Received & { document: XmlResult; chances: Chances }

/** Answers one call as WeChat Pay does. */
function answerCall(wechat: WeChat, endpoint: Endpoint, { method, bytes, baseUrl, document, chances }: Heard): Said {
  if (method !== 'POST') return rejection('REQUIRE_POST_METHOD 请使用post方法')
  if (bytes.byteLength === 0) return rejection('POST_DATA_EMPTY post数据为空')
  if (!document.ok && document.reason !== 'not_utf8') return rejection('XML_FORMAT_ERROR XML格式错误')
  if (!document.ok || hasFourByteCharacter(document.fields)) return rejection('NOT_UTF8 编码格式错误')

  const sender = proveSender(wechat.accounts, document.fields)
  if (!sender.ok) return rejection(sender.text)

  const call: Call = { ...sender, isSandbox: false, fields: document.fields, baseUrl }
  const answer = judgeCall(wechat, endpoint, call, chances)
  if (answer.type === 'rejection') return rejection(answer.text)

  const fields = signedFields(wechat, call, answer)
  if (chances.has('badAnswerSignature')) fields.sign = otherEnd(fields.sign ?? '')
  const xml = writeXml(fields)
  if (answer.type === 'failure') return { xml, outcome: answer.code }
  return { xml, outcome: 'SUCCESS', prepayId: answer.prepayId }
}

function judgeCall(wechat: WeChat, endpoint: Endpoint, call: Call, chances: Chances): Answer {
  const fault = findFault(endpoint.rules, call.fields)
  if (fault !== null) return answerFault(fault)
  if (chances.has('systemError')) return { type: 'failure', code: 'SYSTEMERROR', text: '系统错误' }
  return endpoint.answer(wechat, call)
}

/** Not understood: two fields and no signature. */
function rejection(text: string): Said {
  return { xml: writeXml({ return_code: 'FAIL', return_msg: text }), outcome: text }
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
