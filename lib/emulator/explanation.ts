import type { explainSign } from '@/lib/wechat/v2/explain/explain'
import type { SignType } from '@/lib/wechat/v2/sign'
import type { SignatureCause } from '@/lib/wechat/v3/explain/causes'
import type { Locale } from './locale'

/** Most characters of an explanation in a header: proxies and clients refuse much longer ones. */
const HEADER_MAX = 2_000

/** A sentence in each language of the pages. */
export type Sentence = Record<Locale, string>

/** Why a call was refused, for the developer who made it. WeChat Pay itself says less. */
export type CallExplanation = {
  /** What kind of mistake it is, in one word that stays the same. */
  problem:
    | 'transport'
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
  /** The rule that was broken. */
  rule: Sentence
  signature?: SignatureExplanation
}

/** What the service was seen to accept, although its documentation asks for something else. */
export type CallWarning = { field: string; rule: Sentence }

export type CallSignatureCause =
  | NonNullable<ReturnType<typeof explainSign>>['cause']
  | 'live_key'
  | 'sandbox_key'
  | SignatureCause

/** Neither a key nor the right signature is in it. */
type SignatureExplanation = {
  /** RSA in v3. */
  signType: SignType | 'RSA'
  /** The text that has to be signed, the key masked. */
  text: string
  /** The mistake that leads to the very signature that came; null when none that is known does. */
  cause: CallSignatureCause | null
  /** The field that the mistake was made with. */
  field: string | null
  /** The text that was signed instead, the key masked; null when it is the same or not known. */
  yourText: string | null
}

/**
 * Why a call was refused, or else what is doubtful about one that was accepted, as the value of a header: one line of
 * JSON in ASCII, its rules in English. What is too long for one loses the middle of its texts; the ledger keeps them
 * whole. Null when there is nothing to say.
 */
export function writeExplanation(explanation: CallExplanation | null, warnings: CallWarning[]): string | null {
  if (explanation === null && warnings.length === 0) return null
  const inEnglish =
    explanation === null
      ? { warnings: warnings.map((it) => ({ ...it, rule: it.rule.en })) }
      : { ...explanation, rule: explanation.rule.en }
  for (let charactersMax = 1_600; ; charactersMax = Math.floor(charactersMax / 2)) {
    const text = writeAscii(inEnglish, charactersMax)
    if (text.length <= HEADER_MAX) return text
  }
}

function writeAscii(value: object, charactersMax: number): string {
  const shorten = (_: string, it: unknown) => (typeof it === 'string' ? cut(it, charactersMax) : it)
  const json = JSON.stringify(value, shorten)
  return json.replace(/[^\x20-\x7e]/g, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text
  const half = Math.floor(charactersMax / 2)
  return `${text.slice(0, half)}…${text.slice(text.length - half)}`
}
