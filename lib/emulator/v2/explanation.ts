import { explainSign, hideKeys } from '@/lib/wechat/v2/explain/explain'
import { type Fields, isSignedWith, maskedTextToSign, type SignType } from '@/lib/wechat/v2/sign'
import { type Account, sandboxKey } from '../accounts'
import type { Locale } from '../words'

/** Most characters of an explanation in a header: proxies and clients refuse much longer ones. */
const HEADER_MAX = 2_000

/** A sentence in each language of the pages. */
export type Sentence = Record<Locale, string>

/** Why a call was refused, for the developer who made it. WeChat Pay itself says less. */
export type Explanation = {
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

/** Neither a key nor the right signature is in it. */
type SignatureExplanation = {
  signType: SignType
  /** The text that has to be signed, the key masked. */
  text: string
  /** The mistake that leads to the very signature that came; null when none that is known does. */
  cause: NonNullable<ReturnType<typeof explainSign>>['cause'] | 'live_key' | 'sandbox_key' | null
  /** The field that the mistake was made with. */
  field: string | null
  /** The text that was signed instead, the key masked; null when it is the same or not known. */
  yourText: string | null
}

/** Explains a signature that is not right for this key. */
export function explainSignature(
  fields: Fields,
  account: Account,
  { signType, isSandbox }: { signType: SignType; isSandbox: boolean },
): Explanation {
  const [live, sandbox] = [account.apiKey, sandboxKey(account)]
  const [current, other] = isSandbox ? [sandbox, live] : [live, sandbox]
  const mistake = explainSign(fields, { current, previous: null })
  const isOtherKey = isSignedWith(fields, other, signType)
  const cause = isOtherKey ? (isSandbox ? 'live_key' : 'sandbox_key') : (mistake?.cause ?? null)
  const text = hideKeys(maskedTextToSign(fields), { current, previous: other })
  return {
    problem: 'signature',
    field: 'sign',
    rule: {
      zh: `sign 是所有非空字段按字段名字节序拼接、再接密钥之后的 ${signType} 值`,
      en: `sign is the ${signType} of all fields that are not empty, in the byte order of their names, and the key`,
    },
    signature: {
      signType,
      text,
      cause,
      field: mistake?.field ?? null,
      yourText: mistake === null || mistake.signedText === text ? null : mistake.signedText,
    },
  }
}

/**
 * An explanation as the value of a header: one line of JSON in ASCII, its rule in English. What is too long for one loses the middle of its
 * texts; the books keep them whole.
 */
export function writeExplanation(explanation: Explanation): string {
  for (let charactersMax = 1_600; ; charactersMax = Math.floor(charactersMax / 2)) {
    const text = writeAscii(explanation, charactersMax)
    if (text.length <= HEADER_MAX) return text
  }
}

function writeAscii(explanation: Explanation, charactersMax: number): string {
  const shorten = (_: string, value: unknown) => (typeof value === 'string' ? cut(value, charactersMax) : value)
  const json = JSON.stringify({ ...explanation, rule: explanation.rule.en }, shorten)
  return json.replace(/[^\x20-\x7e]/g, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text
  const half = Math.floor(charactersMax / 2)
  return `${text.slice(0, half)}…${text.slice(text.length - half)}`
}
