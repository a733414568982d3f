import type { Fields, SignType } from '@/lib/wechat/v2/sign'
import type { MerchantAccount } from '../accounts'
import type { CallExplanation, CallWarning, Sentence } from '../explanation'
import type { Chances } from '../faults'
import type { RefundKey } from '../ledger/refund-schema'
import type { WeChat } from '../wechat'
import type { Rule } from './rules'

/** A call whose sender is proven. */
export type AuthenticCall = {
  /** With the key that this call was signed with: the sandbox has its own. */
  account: MerchantAccount
  fields: Fields
  signType: SignType
  /** Whether it came to one of the old sandbox's addresses. */
  isSandbox: boolean
  /** Address at which a browser finds this emulator, without a slash at its end. */
  baseUrl: string
  /** What may go wrong with it. */
  chances: Chances
}

/** One of WeChat Pay's addresses. */
export type Endpoint = {
  rules: Rule[]
  answer: (wechat: WeChat, call: AuthenticCall) => EndpointAnswer
  /** Whether calls are signed with the sandbox's key. */
  isSandbox: boolean
  /** Whether the real service answers only who has a client certificate. */
  wantsCertificate?: boolean
}

export type EndpointAnswer =
  /** `prepayId` is set if the buyer can pay from now on, `refund` if one was accepted. */
  | { type: 'success'; fields: Fields; prepayId?: string; refund?: RefundKey; warnings?: CallWarning[] }
  /** Done, and answered without a signature. */
  | { type: 'unsigned'; fields: Fields }
  /** A bill, as it leaves and as it can be read. */
  | { type: 'file'; bytes: Uint8Array; file: string; headers: Record<string, string> }
  /** No bill, and why not, without a signature. */
  | { type: 'no_file'; code: string; fields: Fields; why: CallExplanation }
  | Refusal

export type Refusal =
  /** Understood and not done: signed, with one of the documented codes. */
  | { type: 'failure'; code: string; text: string; why: CallExplanation }
  /** Not understood: two fields without a signature. */
  | { type: 'rejection'; text: string; why: CallExplanation }

export type Refused = { ok: false; refusal: Refusal }

/** Refuses what was not understood, as WeChat says it, with the rule that was broken. */
export function reject(text: string, problem: CallExplanation['problem'], rule: Sentence, field?: string): Refused {
  const why: CallExplanation = field === undefined ? { problem, rule } : { problem, field, rule }
  return { ok: false, refusal: { type: 'rejection', text, why } }
}
