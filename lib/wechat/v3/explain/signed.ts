import { isProbe } from '../sign'
import { readAuthorization } from './authorization'
import type { SignatureCause } from './causes'
import { explainSignature, type Finding, isRightlySigned, type Question } from './explain'
import { isSameSerial, type KnownKey, PUBLIC_KEY_ID } from './keys'
import { newLine, rightText, type Subject } from './subject'

/** What is known of a signature after it was looked at. `text` is what has to be signed; null when a part of it is missing. */
export type Explained = { isRight: boolean; finding: Finding | null; text: Uint8Array | null; signature: string | null }

/** Names are in small letters; values are as they came. */
export type HeaderValues = Readonly<Record<string, string>>
export type SignedRequest = { method: string; target: string; headers: HeaderValues; body: Uint8Array }
export type SignedMessage = { headers: HeaderValues; body: Uint8Array }

/** The keys that are known here. `others` are those of other merchants, where they are known. */
export type KnownKeys = { merchant: KnownKey | null; platform: readonly KnownKey[]; others?: readonly KnownKey[] }

/** A clock may differ by less than that (API v3, verification of answers and notifications). */
const WINDOW_SECONDS = 300

/** Why a request of a merchant is not signed as it should be. */
export function explainRequest(request: SignedRequest, { merchant, platform, others = [] }: KnownKeys): Explained {
  const { method, target, headers, body } = request
  const read = readAuthorization(headers.authorization)
  if (!read.ok) return evident(read.cause, read.field)
  const { mchid, nonce_str: nonce, signature, timestamp, serial_no: named } = read.values
  const subject: Subject = {
    kind: 'request',
    lines: [
      newLine('method', method),
      newLine('target', target),
      newLine('timestamp', timestamp),
      newLine('nonce', nonce),
      newLine('body', body),
    ],
    others: { ...unsignedOf(headers), mchid },
  }
  const question = { subject, signature, named, expected: merchant, others: [...platform, ...others] }
  const wrong = merchant === null || named === merchant.serial ? null : causeOfSerial(named, merchant, platform)
  return conclude(question, timestamp, wrong === null ? null : found(wrong, 'serial_no'))
}

/** Why an answer or a notification of WeChat Pay's is not signed as it should be. `at` is when it came; null when that is not known. */
export function explainMessage(message: SignedMessage, keys: KnownKeys, at: number | null): Explained {
  const { headers, body } = message
  const value = (name: string) => headers[`wechatpay-${name}`] ?? ''
  const [timestamp, nonce, signature, named] = [value('timestamp'), value('nonce'), value('signature'), value('serial')]
  const shown = signature === '' ? null : signature
  const names = ['Wechatpay-Timestamp', 'Wechatpay-Nonce', 'Wechatpay-Signature', 'Wechatpay-Serial']
  const missing = names.find((name) => !headers[name.toLowerCase()])
  if (missing !== undefined) return evident('header_missing', missing, shown)
  // Node joins the values of a header that came twice.
  const doubled = names.find((name) => headers[name.toLowerCase()]?.includes(', '))
  if (doubled !== undefined) return evident('header_doubled', doubled, shown)
  const lines = [newLine('timestamp', timestamp), newLine('nonce', nonce), newLine('body', body)]
  const subject: Subject = { kind: 'message', lines, others: unsignedOf(headers) }
  const text = rightText(subject)
  if (isProbe(signature)) return { ...evident('signature_probe', null, shown), text }
  const { merchant, platform, others = [] } = keys
  const expected = platform.find(({ serial }) => serial === named) ?? null
  const rest = [...platform.filter((it) => it !== expected), ...(merchant === null ? [] : [merchant]), ...others]
  const question = { subject, signature, named, expected, others: rest }
  const unknown = expected === null ? found('unknown_serial', 'Wechatpay-Serial') : outside(timestamp, at)
  return conclude(question, timestamp, unknown)
}

/** What a phone is handed: the values that are signed, in their order, and those that are not. */
export type SignedInvocation = {
  appid: string
  timestamp: string
  nonce: string
  package: string
  signature: string
  others: HeaderValues
}

/** Why the set that a phone is handed is not signed as it should be. */
export function explainInvocation(set: SignedInvocation, { merchant, platform, others = [] }: KnownKeys): Explained {
  const { appid, timestamp, nonce, signature } = set
  const lines = [
    newLine('appid', appid),
    newLine('timestamp', timestamp),
    newLine('nonce', nonce),
    newLine('package', set.package),
  ]
  const subject: Subject = { kind: 'invocation', lines, others: set.others }
  const question = { subject, signature, named: '', expected: merchant, others: [...platform, ...others] }
  return conclude(question, timestamp, null)
}

/** A signature is wrong by itself, or right and something that is evident beside it is wrong. */
function conclude(question: Question, timestamp: string, beside: Finding | null): Explained {
  const { subject, signature } = question
  const text = rightText(subject)
  if (isRightlySigned(question)) {
    const finding = /^\d{13}$/.test(timestamp) ? found('timestamp_milliseconds', 'timestamp') : beside
    return { isRight: finding === null, finding, text, signature }
  }
  if (/^([0-9A-F]{32}|[0-9A-F]{64})$/i.test(signature)) {
    return { isRight: false, finding: found('v2_signature', null), text, signature }
  }
  const named = beside?.cause === 'timestamp_outside_window' ? null : beside
  return { isRight: false, finding: explainSignature(question) ?? named, text, signature }
}

function causeOfSerial(named: string, merchant: KnownKey, platform: readonly KnownKey[]): SignatureCause {
  if (named.startsWith(PUBLIC_KEY_ID) || platform.some(({ serial }) => serial === named)) return 'platform_serial'
  return isSameSerial(named, merchant.serial) ? 'serial_spelled' : 'wrong_serial'
}

function outside(timestamp: string, at: number | null): Finding | null {
  if (at === null || Math.abs(at / 1_000 - Number(timestamp)) < WINDOW_SECONDS) return null
  return found('timestamp_outside_window', 'Wechatpay-Timestamp')
}

/** What came along and may have been signed by mistake: not the signature itself. */
function unsignedOf(headers: HeaderValues): Record<string, string> {
  const left = ['authorization', 'wechatpay-signature']
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !left.includes(name)))
}

function found(cause: SignatureCause, field: string | null): Finding {
  return { cause, field, bytes: null }
}

function evident(cause: SignatureCause, field: string | null, signature: string | null = null): Explained {
  return { isRight: false, finding: found(cause, field), text: null, signature }
}
