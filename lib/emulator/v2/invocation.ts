import { type Fields, maskedTextToSign, type SignType, sign } from '@/lib/wechat/v2/sign'
import {
  type ExpectedInvocation,
  type Finding,
  type FindingReason,
  type InvocationKind,
  writeValue,
} from '../invocation'

const NAMES = {
  app: ['appid', 'partnerid', 'prepayid', 'package', 'noncestr', 'timestamp', 'sign'],
  jsapi: ['appId', 'timeStamp', 'nonceStr', 'package', 'signType', 'paySign'],
} as const
const SIGNATURE = { app: 'sign', jsapi: 'paySign' } as const
const CAMEL: Record<string, string> = {
  appid: 'appId',
  partnerid: 'partnerId',
  prepayid: 'prepayId',
  noncestr: 'nonceStr',
  timestamp: 'timeStamp',
}

/** The text that the second signature has to be made of, its key masked. */
export function signedTextOf(kind: InvocationKind, received: Record<string, unknown>): string {
  return maskedTextToSign(signedFields(kind, respell(kind, received)))
}

/**
 * What is wrong with a received set, field by field; nothing when the cashier may open. The signature is checked only
 * when the values are right, since it cannot be otherwise (documentation, "invoke payment"; names as in `NAMES`). Names
 * that are spelled wrongly are taken as what they were meant to be: whoever spells them so often signs them so, too.
 */
export function checkInvocation(
  kind: InvocationKind,
  received: Record<string, unknown>,
  known: ExpectedInvocation,
): Finding[] {
  const meant = respell(kind, received)
  const findings = [...checkNames(kind, received), ...checkValues(kind, meant, known)]
  const isSignable = findings.every(({ reason }) => reason === 'other_spelling' || reason === 'unexpected')
  return isSignable ? [...findings, ...checkSignature(kind, meant, known)] : findings
}

/** The name that a field was meant to have; its own when that is right, or when it resembles none that is missing. */
function meantName(kind: InvocationKind, name: string, received: Record<string, unknown>): string {
  const names: readonly string[] = NAMES[kind]
  const meant = names.find((it) => it.toLowerCase() === name.toLowerCase())
  return meant === undefined || meant in received ? name : meant
}

function respell(kind: InvocationKind, received: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(received)
  return Object.fromEntries(entries.map(([name, value]) => [meantName(kind, name, received), value]))
}

function checkNames(kind: InvocationKind, received: Record<string, unknown>): Finding[] {
  const names: readonly string[] = NAMES[kind]
  const meant = respell(kind, received)
  const extra = Object.keys(received).filter((name) => !names.includes(name))
  const isSpelling = (name: string) => meantName(kind, name, received) !== name
  return [
    ...extra.map((field): Finding => ({ field, reason: isSpelling(field) ? 'other_spelling' : 'unexpected' })),
    ...names.filter((name) => !(name in meant)).map((field): Finding => ({ field, reason: 'missing' })),
  ]
}

function checkValues(
  kind: InvocationKind,
  received: Record<string, unknown>,
  { account, signType, prepay }: ExpectedInvocation,
): Finding[] {
  const [appid, time] = kind === 'app' ? ['appid', 'timestamp'] : ['appId', 'timeStamp']
  const prepayField = kind === 'app' ? 'prepayid' : 'package'
  const isPackage =
    kind === 'app' ? received.package === 'Sign=WXPay' : /^prepay_id=./.test(writeValue(received.package))
  const wrong: [boolean, string, FindingReason][] = [
    ...Object.keys(received).map((name): [boolean, string, FindingReason] => [
      // An app may hand over the number that WeChat's SDK for iOS wants; inside WeChat a number breaks iOS.
      typeof received[name] !== 'string' &&
        !(kind === 'app' && name === 'timestamp' && Number.isInteger(received[name])),
      name,
      'not_text',
    ]),
    [!/^\d{10}$/.test(writeValue(received[time])), time, 'not_ten_digits'],
    [!isPackage, 'package', 'wrong_package'],
    [received[appid] !== account.appid, appid, 'other_account'],
    [kind === 'app' && received.partnerid !== account.mchId, 'partnerid', 'other_account'],
    // Nobody knows how an order was signed that nobody knows.
    [kind === 'jsapi' && prepay !== 'unknown' && received.signType !== signType, 'signType', 'other_sign_type'],
    [prepay === 'unknown', prepayField, 'unknown_prepay'],
    [prepay === 'old', prepayField, 'old_prepay'],
    [prepay === 'other_trade_type', prepayField, 'other_trade_type'],
  ]
  return wrong.flatMap(([isWrong, field, reason]) => (isWrong && field in received ? [{ field, reason }] : []))
}

function checkSignature(
  kind: InvocationKind,
  received: Record<string, unknown>,
  { account, signType }: ExpectedInvocation,
): Finding[] {
  const field = SIGNATURE[kind]
  const fields = signedFields(kind, received)
  const isMadeOf = (it: Fields, type: SignType) => sign(it, account.apiKey, type) === received[field]
  if (isMadeOf(fields, signType)) return []

  const other: SignType = signType === 'MD5' ? 'HMAC-SHA256' : 'MD5'
  const { signType: _, ...withoutType } = fields
  const mistakes: [Fields, SignType, FindingReason][] = [
    [fields, other, 'signed_with_other_type'],
    ...(kind === 'app'
      ? ([
          [rename(fields, CAMEL), signType, 'camel_case_signed'],
          [{ ...fields, signType }, signType, 'sign_type_signed'],
        ] satisfies [Fields, SignType, FindingReason][])
      : ([
          [rename(fields, { appId: 'appid' }), signType, 'lower_case_signed'],
          [rename(fields, { timeStamp: 'timestamp' }), signType, 'lower_case_signed'],
          [
            rename(fields, { appId: 'appid', timeStamp: 'timestamp', nonceStr: 'noncestr' }),
            signType,
            'lower_case_signed',
          ],
          [withoutType, signType, 'sign_type_not_signed'],
        ] satisfies [Fields, SignType, FindingReason][])),
  ]
  const made = mistakes.find(([it, type]) => isMadeOf(it, type))
  return [{ field, reason: made?.[2] ?? 'wrong_signature' }]
}

function signedFields(kind: InvocationKind, received: Record<string, unknown>): Fields {
  const names = NAMES[kind].filter((name) => name !== SIGNATURE[kind] && name in received)
  return Object.fromEntries(names.map((name) => [name, writeValue(received[name])]))
}

function rename(fields: Fields, names: Record<string, string>): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [names[name] ?? name, value]))
}
