import type { SignType } from '@/lib/wechat/v2/sign'

/** Why a call was refused, for the developer who made it. WeChat Pay itself says less. */
export type Explanation = {
  /** What is wrong, in one word that stays the same. */
  problem:
    | 'method'
    | 'empty'
    | 'encoding'
    | 'xml'
    | 'account'
    | 'signature'
    | 'missing'
    | 'too_long'
    | 'invalid'
    | 'other_request'
    | 'state'
    | 'fault'
  /** The field at fault, when it is one. */
  field?: string
  /** The rule that was broken, as a sentence. */
  rule: string
  /** What the emulator signed, the key masked, and how. */
  signedText?: string
  signType?: SignType
  /** What most likely went wrong with a signature. */
  cause?: string
}
