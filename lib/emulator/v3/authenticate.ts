import { isSignedWith, requestText } from '@/lib/wechat/v3/sign'
import type { MerchantAccount } from '../accounts'
import type { Sentence } from '../explanation'
import type { MerchantKeys } from '../keys'
import type { IncomingCall } from '../protocol'
import type { WeChat } from '../wechat'
import { type Endpoint, type Refusal, refuse } from './call'
import { explainCallSignature } from './signature'

/** How far a request's timestamp may be from WeChat's clock (signing, common questions). */
const WINDOW_MS = 5 * 60_000
const SCHEME = 'WECHATPAY2-SHA256-RSA2048'
const PAIRS = ['mchid', 'nonce_str', 'signature', 'timestamp', 'serial_no'] as const

/** The values of an `Authorization` header. */
export type Authorization = Record<(typeof PAIRS)[number], string>

type Sender = { ok: true; mchId: string; accounts: MerchantAccount[]; keys: MerchantKeys }

/** The `Authorization` header: scheme, one blank, five pairs in any order without blanks; null for anything else. */
export function readAuthorization(header: string | null): Authorization | null {
  const [scheme, rest, ...more] = (header ?? '').split(' ')
  if (scheme !== SCHEME || rest === undefined || more.length > 0) return null
  const found = new Map<string, string>()
  for (const pair of rest.split(',')) {
    const [, name, value] = /^([a-z_]+)="([^"]+)"$/.exec(pair) ?? []
    if (name === undefined || value === undefined || found.has(name)) return null
    found.set(name, value)
  }
  const [mchid, nonce_str, signature, timestamp, serial_no] = PAIRS.map((name) => found.get(name))
  const isWhole = mchid && nonce_str && signature && timestamp && serial_no && found.size === PAIRS.length
  if (!isWhole || !/^\d{1,15}$/.test(timestamp)) return null
  return { mchid, nonce_str, signature, timestamp, serial_no }
}

/**
 * Whose call it is. The order of the checks and the four texts are those of the real service, seen in recorded calls:
 * the header's form, then the time, then the signature.
 */
export function authenticate(wechat: WeChat, call: IncomingCall, { family }: Endpoint): Sender | Refusal {
  // Documented for all calls; the orders' addresses were seen to do without.
  if (family !== 'pay' && (!call.headers.get('user-agent') || !call.headers.get('accept'))) {
    const why = { problem: 'transport' as const, rule: TWO_HEADERS }
    return refuse(400, 'INVALID_REQUEST', 'Http头缺少Accept或User-Agent', why)
  }
  const authorization = readAuthorization(call.headers.get('authorization'))
  const mchId = authorization?.mchid ?? ''
  const accounts = wechat.accounts.filter((it) => it.mchId === mchId)
  const keys = accounts.length === 0 ? null : wechat.keys.find(mchId)
  const refuseSigned = (message: string, rule: Sentence, field = 'Authorization') =>
    refuse(401, 'SIGN_ERROR', message, explainCallSignature(wechat, call, { keys, field, rule }))

  if (authorization === null) {
    return refuseSigned(family === 'pay' ? '签名信息错误，验签失败' : OTHER_FORM, HEADER)
  }
  const { timestamp, serial_no: serial } = authorization
  const sentAt = wechat.clock.fromMerchant(Number(timestamp) * 1_000)
  if (Math.abs(wechat.clock.now() - sentAt) > WINDOW_MS) return refuseSigned(TOO_OLD, windowOf(timestamp), 'timestamp')
  if (keys === null) return refuseSigned('签名错误', UNKNOWN_MERCHANT, 'mchid')
  if (serial.toUpperCase() !== keys.record.serial) {
    return refuseSigned('签名错误', serialOf(keys.record.serial), 'serial_no')
  }
  if (!isSignedBy(call, authorization, keys)) return refuseSigned('签名错误', FIVE_LINES, 'signature')
  return { ok: true, mchId, accounts, keys }
}

const OTHER_FORM = 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》'
const TOO_OLD = 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟'

/**
 * Whether the text was signed with the merchant's key. Where this emulator is mounted below a path, which WeChat never
 * is, that path may be left out of the text: libraries that write paths down themselves leave it out.
 */
function isSignedBy(call: IncomingCall, authorization: Authorization, { merchantKey }: MerchantKeys): boolean {
  const { timestamp, nonce_str: nonce, signature } = authorization
  const { method, target, path, search, bytes: body } = call
  return [...new Set([target, path + search])].some((it) =>
    isSignedWith(requestText({ method, target: it, timestamp, nonce, body }), signature, merchantKey),
  )
}

const FIVE_LINES: Sentence = {
  zh: 'signature 是方法、路径和查询串、时间戳、随机串、请求体五行（每行都以换行结尾）用商户私钥做 SHA256-RSA 签名、再做 Base64',
  en: "signature is, in Base64, the merchant's SHA256-RSA signature of five lines, each ended by a line feed: method, path with query, timestamp, nonce, body",
}
const TWO_HEADERS: Sentence = {
  zh: '请求要带 Accept 和 User-Agent 两个请求头',
  en: 'a request has the headers Accept and User-Agent',
}
const HEADER: Sentence = {
  zh: `Authorization 是 ${SCHEME}、一个空格和五个以逗号连接的 名="值"：${PAIRS.join('、')}；timestamp 只用数字`,
  en: `Authorization is ${SCHEME}, one blank, and five pairs name="value" joined by commas: ${PAIRS.join(', ')}; timestamp is digits only`,
}
const UNKNOWN_MERCHANT: Sentence = {
  zh: 'mchid 是启动模拟器时设定的商户之一',
  en: 'mchid is one of the merchants that this emulator was started with',
}

function serialOf(serial: string): Sentence {
  return {
    zh: `serial_no 是商户证书的序列号，这里应为 ${serial}`,
    en: `serial_no is the serial number of the merchant's certificate, which is ${serial} here`,
  }
}

function windowOf(timestamp: string): Sentence {
  const isMilliseconds = timestamp.length === 13
  return {
    zh: `timestamp 是秒数，与微信支付的时钟相差不超过五分钟${isMilliseconds ? '；这里看起来是毫秒' : ''}`,
    en: `timestamp is in seconds and at most five minutes from WeChat Pay's clock${isMilliseconds ? '; this looks like milliseconds' : ''}`,
  }
}
