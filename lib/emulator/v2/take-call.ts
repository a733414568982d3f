import { type Fields, sign } from '@/lib/wechat/v2/sign'
import { readXml, type XmlResult } from '@/lib/wechat/v2/xml'
import { findCheckout, tap } from '../api/cashier'
import { newNonce } from '../chance'
import { type Chances, drawChances } from '../faults'
import type { FaultName, Trade } from '../ledger/schema'
import type { WeChat } from '../wechat'
import { authenticate } from './authenticate'
import type { Answer, Call, Refusal } from './call'
import { readMessage } from './decode'
import { writeAnswer } from './encode'
import { ENDPOINTS, type Endpoint } from './endpoints'
import type { Explanation } from './explanation'
import { findViolation, type Violation } from './rules'
import { otherEnd } from './tamper'

export type Received = { method: string; path: string; bytes: Uint8Array; baseUrl: string }

/** What became of a call: `xml` is null if no answer leaves, `news` is what has to be told before it does. */
export type Taken = { xml: string | null; explanation: Explanation | null; latencyMs: number; news: Trade | null }

/** Takes one call to WeChat Pay: what it changes, the faults it meets and the line in the books are one step. */
export function takeCall(wechat: WeChat, received: Received): Taken {
  const { ledger, clock } = wechat
  const { method, path, bytes } = received
  const document = readXml(bytes)
  const outTradeNo = document.ok ? (document.fields.out_trade_no ?? null) : null
  return ledger.atomically(() => {
    const chances = drawChances(ledger, outTradeNo)
    const latencyMs = chances.amountOf('latencyMs')
    const isHeard = !chances.has('dropRequests')
    const said = isHeard ? answerCall(wechat, { ...received, document, chances }) : SILENCE
    const isAnswered = isHeard && !chances.has('dropAnswersAfterCommit')
    const news = said.prepayId && chances.has('beforeAnswer') ? payAtOnce(wechat, said.prepayId) : null
    const { explanation } = said
    ledger.insertRequest({
      at: clock.now(),
      method,
      path,
      outTradeNo,
      body: Buffer.from(bytes),
      outcome: said.outcome,
      answer: said.xml,
      answered: isAnswered,
      explanation,
      faults: chances.met,
    })
    return { xml: isAnswered ? said.xml : null, explanation, latencyMs, news }
  })
}

/** An answer as it is written. `outcome` is the same in one word or sentence, for the books. */
type Said = { xml: string; outcome: string; explanation: Explanation | null; prepayId?: string | undefined }

const SILENCE: Said = {
  xml: '',
  outcome: 'NOT_HEARD',
  explanation: faultMet('dropRequests'),
}

/** A buyer who is so quick that the news overtakes the answer. */
function payAtOnce(wechat: WeChat, prepayId: string): Trade | null {
  const checkout = findCheckout(wechat, { prepayId })
  const tapped = checkout && tap(wechat, checkout, 'success')
  return tapped?.ok ? tapped.trade : null
}

type Heard = Received & { document: XmlResult; chances: Chances }

/** Answers one call as WeChat Pay does. */
function answerCall(wechat: WeChat, { method, path, bytes, baseUrl, document, chances }: Heard): Said {
  const endpoint = ENDPOINTS.get(path)
  if (endpoint === undefined) throw new Error(`no endpoint ${path}`)
  const message = readMessage(method, bytes, document)
  if (!message.ok) return reject(message.refusal)
  const sender = authenticate(wechat.accounts, message.fields, endpoint)
  if (!sender.ok) return reject(sender.refusal)

  const { account, signType } = sender
  const call: Call = { account, signType, isSandbox: endpoint.isSandbox, fields: message.fields, baseUrl }
  const answer = handleCall(wechat, endpoint, call, chances)
  if (answer.type === 'rejection') return reject(answer)

  const fields = answerFields(wechat, call, answer)
  if (fields.sign !== undefined && chances.has('badAnswerSignature')) fields.sign = otherEnd(fields.sign)
  const xml = writeAnswer(fields)
  if (answer.type === 'failure') return { xml, outcome: answer.code, explanation: answer.why }
  const prepayId = answer.type === 'success' ? answer.prepayId : undefined
  return { xml, outcome: 'SUCCESS', explanation: null, prepayId }
}

function handleCall(wechat: WeChat, endpoint: Endpoint, call: Call, chances: Chances): Answer {
  const violation = findViolation(endpoint.rules, call.fields)
  if (violation !== null) return refuseViolation(violation)
  if (!chances.has('systemError')) return endpoint.answer(wechat, call)
  return { type: 'failure', code: 'SYSTEMERROR', text: '系统错误', why: faultMet('systemError') }
}

function faultMet(name: FaultName): Explanation {
  return { problem: 'fault', rule: { zh: `故障 ${name} 发生了`, en: `the fault ${name} happened` } }
}

function refuseViolation({ name, problem, rule }: Violation): Refusal {
  const why = { problem, field: name, rule }
  switch (problem) {
    case 'missing': {
      const text = name === 'openid' ? 'JSAPI支付必须传openid' : `缺少参数${name}`
      return { type: 'failure', code: 'LACK_PARAMS', text, why }
    }
    case 'too_long':
      return { type: 'rejection', text: `${name}参数长度有误`, why }
    case 'invalid':
      return { type: 'rejection', text: `invalid ${name}`, why }
  }
}

/** Not understood: two fields and no signature. */
function reject({ text, why }: Refusal): Said {
  return { xml: writeAnswer({ return_code: 'FAIL', return_msg: text }), outcome: text, explanation: why }
}

function answerFields(wechat: WeChat, call: Call, answer: Exclude<Answer, { type: 'rejection' }>): Fields {
  if (answer.type === 'unsigned') return { return_code: 'SUCCESS', return_msg: 'OK', ...answer.fields }
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
