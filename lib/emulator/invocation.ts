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
  | 'wrong_signature'
export type Finding = { field: string; reason: FindingReason }

/** What WeChat knows of the prepay id that the phone received. */
export type ExpectedInvocation = {
  account: MerchantAccount
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
