import type { Fields, SignType } from '@/lib/wechat/v2/sign'
import type { Account } from '../accounts'
import type { Explanation, Sentence } from './explanation'

/** A call whose sender is proven. */
export type Call = {
  /** With the key that this call was signed with: the sandbox has its own. */
  account: Account
  fields: Fields
  signType: SignType
  /** Whether it came to one of the old sandbox's addresses. */
  isSandbox: boolean
  /** Address under which the caller reached this emulator, without a slash at its end. */
  baseUrl: string
}

export type Answer =
  /** `prepayId` is set if the buyer can pay from now on. */
  | { type: 'success'; fields: Fields; prepayId?: string }
  /** Done, and answered without a signature. */
  | { type: 'unsigned'; fields: Fields }
  | Refusal

export type Refusal =
  /** Understood and not done: signed, with one of the documented codes. */
  | { type: 'failure'; code: string; text: string; why: Explanation }
  /** Not understood: two fields without a signature. */
  | { type: 'rejection'; text: string; why: Explanation }

export type Refused = { ok: false; refusal: Refusal }

/** Refuses what was not understood, as WeChat says it, with the rule that was broken. */
export function refuse(text: string, problem: Explanation['problem'], rule: Sentence, field?: string): Refused {
  const why: Explanation = field === undefined ? { problem, rule } : { problem, field, rule }
  return { ok: false, refusal: { type: 'rejection', text, why } }
}
