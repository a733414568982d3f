import type { CallExplanation, CallWarning } from '../explanation'
import type { Chances } from '../faults'
import type { RefundKey } from '../ledger/refund-schema'
import type { HeaderList } from '../ledger/schema'
import type { CallAnswer, IncomingCall, NamedNumbers, Protocol } from '../protocol'
import type { WeChat } from '../wechat'
import { authenticate, readAuthorization } from './authenticate'
import {
  type AuthenticCall,
  type Detail,
  type File,
  faultMet,
  type JsonObject,
  type Refusal,
  refuse,
  type Success,
  textAt,
} from './call'
import { readJson } from './decode'
import { describe } from './describe'
import { otherSignature, probe, requestId, signedHeaders } from './encode'
import { ENDPOINTS, findEndpoints } from './endpoints'
import { checkInvocation, signedTextOf } from './invocation'
import { NOTIFICATIONS } from './notification'
import { findViolation, findWarnings } from './rules'

/** WeChat Pay v3: JSON, signed with RSA over the bytes of a message and encrypted with the v3 key. */
export const V3: Protocol = {
  paths: ['/v3/*'],
  addresses: [...new Set(ENDPOINTS.map((it) => it.address))],
  prepare: prepareKeys,
  read: (call) => {
    const body = readJson(call.bytes)
    const named = findEndpoints(call.path)[0]?.path ?? {}
    return {
      numbers: numbersIn(call, named, 'type' in body ? {} : body.body),
      answer: (wechat, chances) => answerCall(wechat, call, body, chances),
    }
  },
  internalError: toAnswer(500, { code: 'SYSTEM_ERROR', message: '系统异常，请稍后重试' }, { outcome: 'SYSTEM_ERROR' }),
  describe,
  invocation: { check: checkInvocation, signedTextOf },
  notifications: NOTIFICATIONS,
}

/** Keys of a merchant that exists are made when it calls first. */
async function prepareKeys({ headers }: IncomingCall, { accounts, keys }: WeChat): Promise<void> {
  const mchId = readAuthorization(headers.get('authorization'))?.mchid
  if (mchId !== undefined && accounts.some((it) => it.mchId === mchId)) await keys.ensure(mchId)
}

function numbersIn({ headers }: IncomingCall, path: Record<string, string>, body: JsonObject): NamedNumbers {
  const numberOf = (name: string) => (path[name] ?? textAt(body, name)) || undefined
  return {
    mchId: readAuthorization(headers.get('authorization'))?.mchid ?? '',
    transactionId: numberOf('transaction_id'),
    outTradeNo: numberOf('out_trade_no'),
    refundId: numberOf('refund_id'),
    outRefundNo: numberOf('out_refund_no'),
  }
}

/** Answers one call as WeChat Pay does: address, sender, fields, and then what was asked. */
function answerCall(
  wechat: WeChat,
  call: IncomingCall,
  read: ReturnType<typeof readJson>,
  chances: Chances,
): CallAnswer {
  const found = findEndpoints(call.path)
  const { endpoint, path } = found.find((it) => it.endpoint.method === call.method) ?? {}
  if (endpoint === undefined || path === undefined) return found.length === 0 ? NOT_FOUND : NOT_ALLOWED

  const sender = authenticate(wechat, call, endpoint)
  if ('type' in sender) return toRefusal(wechat, sender, sender.status === 401 && endpoint.family === 'pay')
  const asked = call.headers.get('wechatpay-serial') ?? ''
  const isPublicKeyNamed = asked === sender.keys.record.publicKeyId
  wechat.keys.noteAsked(sender.mchId, isPublicKeyNamed)
  if ('type' in read) return toRefusal(wechat, read)

  const { headers, search, baseUrl } = call
  const fields = { path, query: new URLSearchParams(search), body: read.body }
  const authentic: AuthenticCall = { ...sender, ...fields, headers, baseUrl, chances }
  const violation = findViolation(endpoint.rules, authentic)
  if (violation !== null) return toRefusal(wechat, violation)
  if (chances.has('systemError')) return toRefusal(wechat, SYSTEM_ERROR)
  const answer = endpoint.answer(wechat, authentic)
  if (answer.type === 'file') return toFile(answer)
  if (answer.type === 'refusal') return toRefusal(wechat, answer)
  const warnings = [...findWarnings(endpoint.rules, authentic), ...(answer.warnings ?? [])]
  return toSuccess(wechat, authentic, { ...answer, warnings }, isPublicKeyNamed)
}

const SYSTEM_ERROR = refuse(500, 'SYSTEM_ERROR', '系统异常，请稍后重试', faultMet('systemError'))

/** An address that does not exist, and one that is called otherwise: no body, no headers of WeChat's (probed). */
const NOT_FOUND = emptyAnswer(404, {
  problem: 'transport',
  rule: {
    zh: '微信支付 v3 没有这个地址，或模拟器不支持它',
    en: 'API v3 has no such address, or this emulator does not',
  },
})
const NOT_ALLOWED = emptyAnswer(405, {
  problem: 'transport',
  rule: { zh: '这个地址不用这个请求方法', en: 'this address is not called with this method' },
})

function emptyAnswer(status: number, explanation: CallExplanation): CallAnswer {
  const outcome = String(status)
  return { status, contentType: null, headers: [], body: '', outcome, explanation, warnings: [] }
}

/** The hash in the signed answer that led here stands for it. */
function toFile({ bytes, file }: File): CallAnswer {
  const contentType = 'text/plain; charset=utf-8'
  return {
    status: 200,
    contentType,
    headers: [],
    body: file,
    bytes,
    outcome: 'SUCCESS',
    explanation: null,
    warnings: [],
  }
}

function toSuccess(
  wechat: WeChat,
  { mchId, chances }: AuthenticCall,
  { body, prepayId, refund, warnings = [] }: Success,
  isPublicKeyNamed: boolean,
): CallAnswer {
  const text = body === undefined ? '' : JSON.stringify(body)
  const change = chances.has('probeAnswer') ? probe : chances.has('badAnswerSignature') ? otherSignature : undefined
  const signer = wechat.keys.answerSigner(mchId, isPublicKeyNamed)
  const headers = [
    requestId(wechat.random),
    ...signedHeaders(text, wechat, { signer, ...(change !== undefined && { change }) }),
  ]
  return toAnswer(body === undefined ? 204 : 200, body, { outcome: 'SUCCESS', headers, prepayId, refund, warnings })
}

/** Failures are never signed, and those of the orders' signatures have no number either (probed). */
function toRefusal(
  { random }: WeChat,
  { status, code, message, detail, why }: Refusal,
  isWithoutNumber = false,
): CallAnswer {
  const headers = isWithoutNumber ? [] : [requestId(random)]
  return toAnswer(status, { code, message, ...(detail && { detail }) }, { outcome: code, headers, explanation: why })
}

type Rest = {
  outcome: string
  headers?: HeaderList
  explanation?: CallExplanation
  warnings?: CallWarning[]
  prepayId?: string | undefined
  refund?: RefundKey | undefined
}

type ErrorBody = { code: string; message: string; detail?: Detail }

function toAnswer(status: number, body: JsonObject | ErrorBody | undefined, rest: Rest): CallAnswer {
  const { headers = [], explanation = null, warnings = [], ...more } = rest
  const contentType = body === undefined ? null : 'application/json; charset=utf-8'
  const text = body === undefined ? '' : JSON.stringify(body)
  return { status, contentType, headers, body: text, explanation, warnings, ...more }
}
