import { createPublicKey } from 'node:crypto'
import type { MessageExplanation, SignatureMistake } from '@/lib/shop/gateway'
import { masked } from '../../shown'
import type { MerchantAccount } from '../call'
import { isPublicKeyId, type WeChatKey } from '../keys'
import { SIGN_SCHEME } from '../sign'
import { hide, mistakeOf, shownText } from './explain'
import type { KnownKey } from './keys'
import { explainSealed, objectOf, type SealedKeys } from './sealed'
import { type Explained, explainMessage, type HeaderValues, type KnownKeys } from './signed'
import { utf8 } from './subject'

/** As much as the notify URL takes. */
const BODY_BYTES_MAX = 64 * 1024
/** A whole signature, and not much more of anything that is none. */
const SIGN_SHOWN_MAX = 400
/** So much of what is encrypted is shown as it came: it says nothing by itself. */
const SEALED_SHOWN_MAX = 64
const FIELDS_MAX = 100
const VALUE_SHOWN_MAX = 1_000
const DEPTH_MAX = 6
/** Fields that name a person, at the end of their path. */
const PERSON = /(^|\.)(sp_|sub_)?openid$/

export type Explainer = {
  keys: KnownKeys
  sealed: SealedKeys
  /** Texts that are shown to nobody. */
  secrets: readonly string[]
}

/** What a shop can explain with: its own key pair and WeChat's keys. Those of API v2 are recognised and never believed. */
export function explainerOf(
  { v3Key, serial, privateKey }: MerchantAccount,
  keys: readonly WeChatKey[],
  v2Keys: readonly string[],
): Explainer {
  const platform = keys.map((it): KnownKey => {
    const kind = isPublicKeyId(it.serial) ? 'public_key' : 'certificate'
    return { owner: 'platform', kind, serial: it.serial, key: it.key }
  })
  return {
    keys: { merchant: { owner: 'merchant', kind: 'certificate', serial, key: createPublicKey(privateKey) }, platform },
    sealed: { current: v3Key, v2: v2Keys },
    secrets: [v3Key, ...v2Keys],
  }
}

/** What a shop without the settings of API v3 explains with: the keys that come with the question. */
export const NO_KEYS: Explainer = {
  keys: { merchant: null, platform: [] },
  sealed: { current: '', v2: [] },
  secrets: [],
}

export type MessageToExplain = { headers: HeaderValues; body: Uint8Array; receivedAt?: number }

/** Takes a notification apart for people: its signature, what is encrypted in it, and what its sender did wrong. */
export function explainNotification(explainer: Explainer, message: MessageToExplain): MessageExplanation {
  const { headers, body, receivedAt = null } = message
  if (body.byteLength > BODY_BYTES_MAX) return unreadable('too_large', null)
  const text = utf8(body)
  if (text !== null && isXml(text)) return unreadable('no_object', 'v2_message')
  const explanation = explanationOf(explainMessage({ headers, body }, explainer.keys, receivedAt), explainer.secrets)
  const json = text === null ? null : objectOf(text)
  if (json === null) {
    const mistake = text !== null && isCut(text) ? bare('truncated_body') : explanation.mistake
    return { ...explanation, problem: text === null ? 'not_utf8' : 'no_object', isRight: false, mistake }
  }
  const resource = objectIn(json.resource)
  const sealed = explainSealed(resource, explainer.sealed, headers['wechatpay-nonce'] ?? '')
  const inner = Object.entries(sealed.plain ?? {}).map(([name, value]): [string, unknown] => [
    `resource.${name}`,
    value,
  ])
  const fields = [...fieldsOf(Object.entries(json)), ...fieldsOf(inner)].slice(0, FIELDS_MAX)
  // Who signs wrongly may seal wrongly too; the first thing that the shop checks is named.
  const mistake = explanation.mistake ?? (sealed.cause && { cause: sealed.cause, field: 'resource', signedText: null })
  return {
    ...explanation,
    fields: fields.map(([name, value]) => [name, hide(value, explainer.secrets)]),
    isRight: explanation.isRight && sealed.cause === null,
    mistake,
  }
}

/** What was found out about any signature, in the form in which pages show it. */
export function explanationOf(explained: Explained, secrets: readonly string[]): MessageExplanation {
  const { isRight, finding, text, signature } = explained
  return {
    apiVersion: 'v3',
    problem: null,
    fields: [],
    isSealed: false,
    signType: SIGN_SCHEME,
    signedText: text && shownText(text, secrets),
    receivedSign: signature === null ? null : hide(signature.slice(0, SIGN_SHOWN_MAX), secrets),
    isRight,
    mistake: mistakeOf(finding, secrets),
  }
}

function unreadable(problem: string, cause: string | null): MessageExplanation {
  const texts = { signType: SIGN_SCHEME, signedText: null, receivedSign: null }
  const mistake = cause === null ? null : bare(cause)
  return { apiVersion: 'v3', ...texts, problem, fields: [], isSealed: false, isRight: false, mistake }
}

function bare(cause: string): SignatureMistake {
  return { cause, field: null, signedText: null }
}

/** API v2 sends XML to an address that it was given, also where only the console has one. */
function isXml(text: string): boolean {
  return /^\ufeff?\s*<(\?xml|xml[\s>])/.test(text)
}

/** JSON that ends before its first bracket is closed. */
function isCut(text: string): boolean {
  if (!/^\s*\{\s*"/.test(text)) return false
  let [depth, isInText, isEscaped] = [0, false, false]
  for (const character of text) {
    if (isEscaped) isEscaped = false
    else if (character === '\\') isEscaped = isInText
    else if (character === '"') isInText = !isInText
    else if (!isInText && (character === '{' || character === '[')) depth += 1
    else if (!isInText && (character === '}' || character === ']')) depth -= 1
    if (depth < 0) return false
  }
  return depth > 0
}

/** All plain values with their paths, persons cut short and texts bounded. */
function fieldsOf(entries: readonly (readonly [string, unknown])[], depth = 0): [string, string][] {
  if (depth > DEPTH_MAX) return []
  return entries.slice(0, FIELDS_MAX).flatMap(([path, value]): [string, string][] => {
    const inner = objectIn(value)
    if (inner !== null)
      return fieldsOf(
        Object.entries(inner).map(([name, it]) => [`${path}.${name}`, it]),
        depth + 1,
      )
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
    if (PERSON.test(path)) return [[path, masked(text)]]
    return [[path, text.slice(0, path.endsWith('.ciphertext') ? SEALED_SHOWN_MAX : VALUE_SHOWN_MAX)]]
  })
}

function objectIn(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
}
