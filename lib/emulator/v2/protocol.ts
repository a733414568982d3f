import { type Fields, maskedTextToSign, sign } from '@/lib/wechat/v2/sign'
import { type FlatXmlProblem, readFlatXml, type XmlResult } from '@/lib/wechat/v2/xml'
import { newNonce } from '../chance'
import type { CallExplanation, CallWarning } from '../explanation'
import type { FaultName } from '../fault-names'
import type { Chances } from '../faults'
import type { CallAnswer, DescribedMessage, IncomingCall, NamedNumbers, Protocol, WireMessage } from '../protocol'
import type { WeChat } from '../wechat'
import { authenticate } from './authenticate'
import type { AuthenticCall, Endpoint, EndpointAnswer, Refusal } from './call'
import { CERTIFICATE_OF_ANOTHER, isOfAnother, refuseUncertified, WANTS_CERTIFICATE } from './certificate'
import { checkDocument } from './decode'
import { otherEnd, writeAnswer } from './encode'
import { ENDPOINTS } from './endpoints'
import { checkInvocation, signedTextOf } from './invocation'
import { NOTIFICATIONS } from './notification'
import { openNotice } from './refund-notification'
import { findViolation, findWarnings, refusalOf } from './rules'

/** WeChat Pay v2: XML that is signed with the merchant's key. */
export const V2: Protocol = {
  paths: [...ENDPOINTS.keys()],
  addresses: [...ENDPOINTS.keys()],
  prepare: async () => {},
  read: (call) => {
    const document = readFlatXml(call.bytes)
    return { numbers: numbersIn(document), answer: (wechat, chances) => answerCall(wechat, call, document, chances) }
  },
  internalError: toAnswer({ return_code: 'FAIL', return_msg: '系统错误' }, '系统错误'),
  describe,
  invocation: { check: checkInvocation, signedTextOf },
  notifications: NOTIFICATIONS,
}

function describe({ bytes }: WireMessage, { accounts }: WeChat): DescribedMessage | null {
  const document = readFlatXml(bytes)
  if (!document.ok) return null
  const { fields } = document
  const { mch_id: merchant = '', sign_type: signType, sign: signature = '' } = fields
  const described = { fields, signedText: maskedTextToSign(fields), merchant, signType: signType || 'MD5', signature }
  return fields.req_info === undefined ? described : { ...described, sealed: openNotice(fields.req_info, accounts) }
}

function numbersIn(document: XmlResult<FlatXmlProblem>): NamedNumbers {
  if (!document.ok) return { mchId: '' }
  const { mch_id: mchId = '', transaction_id, out_trade_no, refund_id, out_refund_no } = document.fields
  return {
    mchId,
    transactionId: transaction_id,
    outTradeNo: out_trade_no,
    refundId: refund_id,
    outRefundNo: out_refund_no,
  }
}

/** Answers one call as WeChat Pay does. */
function answerCall(
  wechat: WeChat,
  { method, path, bytes, certificate, baseUrl }: IncomingCall,
  document: XmlResult<FlatXmlProblem>,
  chances: Chances,
): CallAnswer {
  const endpoint = ENDPOINTS.get(path)
  if (endpoint === undefined) throw new Error(`no endpoint ${path}`)
  const uncertified = endpoint.wantsCertificate ? refuseUncertified(certificate) : null
  if (uncertified !== null) return uncertified
  const message = checkDocument(method, bytes, document)
  if (!message.ok) return toRefusal(message.refusal)
  const { fields } = message
  const sender = authenticate(wechat.accounts, fields, endpoint)
  if (!sender.ok) return toRefusal(sender.refusal)

  const { account, signType } = sender
  const call: AuthenticCall = { account, signType, isSandbox: endpoint.isSandbox, fields, baseUrl, chances }
  const isAnothers = endpoint.wantsCertificate === true && isOfAnother(certificate, account.mchId)
  const answer = isAnothers ? CERTIFICATE_OF_ANOTHER : answerAuthentic(wechat, endpoint, call)
  if (answer.type === 'rejection') return toRefusal(answer)
  if (answer.type === 'file') return toFile(answer, findWarnings(endpoint.rules, fields))
  if (answer.type === 'no_file') return toAnswer(answer.fields, answer.code, { explanation: answer.why })

  const answered = answerFields(wechat, call, answer)
  if (answered.sign !== undefined && chances.has('badAnswerSignature')) answered.sign = otherEnd(answered.sign)
  if (answer.type === 'failure') return toAnswer(answered, answer.code, { explanation: answer.why })
  const found = findWarnings(endpoint.rules, fields)
  if (answer.type === 'unsigned') return toAnswer(answered, 'SUCCESS', { warnings: found })
  const wantsWarning = endpoint.wantsCertificate && certificate.type === 'unseen'
  const warnings = [...found, ...(answer.warnings ?? []), ...(wantsWarning ? [WANTS_CERTIFICATE] : [])]
  return toAnswer(answered, 'SUCCESS', { prepayId: answer.prepayId, refund: answer.refund, warnings })
}

function answerAuthentic(wechat: WeChat, { rules, answer }: Endpoint, call: AuthenticCall): EndpointAnswer {
  const violation = findViolation(rules, call.fields)
  if (violation !== null) return refusalOf(violation)
  if (!call.chances.has('systemError')) return answer(wechat, call)
  return { type: 'failure', code: 'SYSTEMERROR', text: '系统错误', why: faultMet('systemError') }
}

function faultMet(name: FaultName): CallExplanation {
  return { problem: 'fault', rule: { zh: `故障 ${name} 发生了`, en: `the fault ${name} happened` } }
}

/** Not understood: two fields and no signature. */
function toRefusal({ text, why }: Refusal): CallAnswer {
  return toAnswer({ return_code: 'FAIL', return_msg: text }, text, { explanation: why })
}

function toFile(
  { bytes, file, headers }: Extract<EndpointAnswer, { type: 'file' }>,
  warnings: CallWarning[],
): CallAnswer {
  return { ...toAnswer({}, 'SUCCESS', { warnings }), body: file, bytes, headers: Object.entries(headers) }
}

/** WeChat Pay always answers 200 and calls its XML plain text. */
function toAnswer(
  fields: Fields,
  outcome: string,
  more: Partial<Pick<CallAnswer, 'explanation' | 'warnings' | 'prepayId' | 'refund'>> = {},
): CallAnswer {
  const body = writeAnswer(fields)
  return {
    status: 200,
    contentType: 'text/plain',
    headers: [],
    body,
    outcome,
    explanation: null,
    warnings: [],
    ...more,
  }
}

function answerFields(
  wechat: WeChat,
  { account, signType, fields: asked }: AuthenticCall,
  answer: Exclude<EndpointAnswer, { type: 'rejection' | 'file' | 'no_file' }>,
): Fields {
  if (answer.type === 'unsigned') return { return_code: 'SUCCESS', return_msg: 'OK', ...answer.fields }
  const fields: Fields = {
    return_code: 'SUCCESS',
    return_msg: 'OK',
    appid: account.appid,
    mch_id: account.mchId,
    ...(asked.device_info && { device_info: asked.device_info }),
    nonce_str: newNonce(wechat.random, 16),
    ...(answer.type === 'success'
      ? { result_code: 'SUCCESS', ...answer.fields }
      : { result_code: 'FAIL', err_code: answer.code, err_code_des: answer.text }),
  }
  return { ...fields, sign: sign(fields, account.apiKey, signType) }
}
