import type { SignType } from '@/lib/wechat/v2/sign'
import type { MerchantAccount } from './accounts'

/** What reaches the phone: from an app through WeChat's SDK, or from a page inside WeChat or a mini-program. */
export type InvocationKind = 'app' | 'jsapi'

export type FindingReason =
  | 'missing'
  | 'unexpected'
  | 'other_spelling'
  | 'not_text'
  | 'not_ten_digits'
  | 'wrong_package'
  | 'unknown_prepay'
  | 'old_prepay'
  | 'other_trade_type'
  | 'other_account'
  | 'other_sign_type'
  | 'camel_case_signed'
  | 'lower_case_signed'
  | 'sign_type_signed'
  | 'sign_type_not_signed'
  | 'signed_with_other_type'
  | 'package_mixed_up'
  | 'line_feed_missing'
  | 'signed_as_v2'
  | 'wrong_signature'
export type Finding = { field: string; reason: FindingReason }

/** What WeChat knows of the prepay id that the phone received. */
export type ExpectedInvocation = {
  account: MerchantAccount
  /** How v2 signed the order; v3 knows one way only. */
  signType: SignType
  prepay: 'good' | 'old' | 'unknown' | 'other_trade_type'
}

/** The prepay id that a received set names, however it spells its fields; empty when it names none. */
export function prepayIdOf(kind: InvocationKind, received: Record<string, unknown>): string {
  const name = kind === 'app' ? 'prepayid' : 'package'
  const found = name in received ? name : Object.keys(received).find((it) => it.toLowerCase() === name)
  const value = found === undefined ? '' : writeValue(received[found])
  return kind === 'app' ? value : value.replace(/^prepay_id=/, '')
}

/** A received value as text. Text stays as it is, and anything else is shown as the JSON that it came in. */
export function writeValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The fields of a set, the same in both versions (documentation, "invoke payment"). */
export const INVOCATION_NAMES = {
  app: ['appid', 'partnerid', 'prepayid', 'package', 'noncestr', 'timestamp', 'sign'],
  jsapi: ['appId', 'timeStamp', 'nonceStr', 'package', 'signType', 'paySign'],
} as const
export const INVOCATION_SIGNATURE = { app: 'sign', jsapi: 'paySign' } as const
/** The name that a field was meant to have; its own when that is right, or when it resembles none that is missing. */
function meantName(kind: InvocationKind, name: string, received: Record<string, unknown>): string {
  const names: readonly string[] = INVOCATION_NAMES[kind]
  const meant = names.find((it) => it.toLowerCase() === name.toLowerCase())
  return meant === undefined || meant in received ? name : meant
}

/** A set with the names that its fields were meant to have. */
export function respell(kind: InvocationKind, received: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(received)
  return Object.fromEntries(entries.map(([name, value]) => [meantName(kind, name, received), value]))
}

/** What is wrong with the names of a set. */
export function checkNames(kind: InvocationKind, received: Record<string, unknown>): Finding[] {
  const names: readonly string[] = INVOCATION_NAMES[kind]
  const meant = respell(kind, received)
  const extra = Object.keys(received).filter((name) => !names.includes(name))
  const isSpelling = (name: string) => meantName(kind, name, received) !== name
  return [
    ...extra.map((field): Finding => ({ field, reason: isSpelling(field) ? 'other_spelling' : 'unexpected' })),
    ...names.filter((name) => !(name in meant)).map((field): Finding => ({ field, reason: 'missing' })),
  ]
}

/** What is wrong with the values of a set, its signature aside. */
export function checkValues(
  kind: InvocationKind,
  received: Record<string, unknown>,
  { account, signType, prepay }: Pick<ExpectedInvocation, 'account' | 'prepay'> & { signType: string },
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
