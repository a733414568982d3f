import { createHash, createHmac } from 'node:crypto'
import type { SignatureMistake } from '@/lib/shop/gateway'
import { type Fields, isSignedWith, isSignType, type SignType } from '../sign'
import type { SignatureCause } from './causes'
import { type Draft, type Entry, KEY, MISTAKES, RIGHT_SIGN, rightText } from './mistakes'

/** The key that counts, and the one before it if there was one. */
type Keys = { current: string; previous: string | null }

/** Key of the samples in WeChat Pay's documentation of the signature. */
export const SAMPLE_KEY = '192006250b4c09247ec02edce69f6a2d'
/** Bounds the work on one message, in characters that are hashed: a second's fraction, and enough for all real ones. */
const CHARACTERS_MAX = 4 * 1024 * 1024
/** A part of a signature shorter than this proves nothing. */
const CUT_LENGTH_MIN = 16

/** One way from a text to a signature; `cause` is null for the right one. */
type Way = { cause: SignatureCause | null; key: string; hash: Hash }
/** `signType` is null for a hash that WeChat does not use. */
type Hash = { signType: SignType | null; bytes: number; digest: (text: string | Uint8Array, key: string) => Buffer }

const HASHES: readonly Hash[] = [
  { signType: 'MD5', bytes: 16, digest: (text) => createHash('md5').update(text).digest() },
  { signType: 'HMAC-SHA256', bytes: 32, digest: (text, key) => createHmac('sha256', key).update(text).digest() },
  { signType: null, bytes: 16, digest: (text, key) => createHmac('md5', key).update(text).digest() },
  { signType: null, bytes: 32, digest: (text) => createHash('sha256').update(text).digest() },
  { signType: null, bytes: 20, digest: (text) => createHash('sha1').update(text).digest() },
  { signType: null, bytes: 20, digest: (text, key) => createHmac('sha1', key).update(text).digest() },
]

/**
 * Finds out what the sender of a wrongly signed message did. Mistakes are made after, one by one, until one leads to
 * the signature that came: so what is named is proved, and nothing is named for a signature that nobody computed. Null
 * when no mistake fits, and when the signature is right. Neither a key nor a right signature is in the result.
 */
export function explainSign(fields: Fields, keys: Keys): SignatureMistake | null {
  const { sign: received = '' } = fields
  const said = fields.sign_type || 'MD5'
  if (received === '') return missingSign(fields)
  if (!isSignType(said)) return { cause: 'unknown_sign_type', field: 'sign_type', signedText: null }
  if (isSignedWith(fields, keys.current, said)) return null

  const entries = Object.entries(fields).filter(([name]) => name !== 'sign')
  const ways = waysOf(said, keys)
  const found = findRightText(entries, received, ways) ?? findMistake(entries, received, ways)
  if (found === null) return null
  const { cause, draft } = found
  return { cause, field: draft.field ?? null, signedText: hideKeys(draft.text, keys) }
}

/** Takes keys out of a text: also those that came in it. */
export function hideKeys(text: string, { current, previous }: Keys): string {
  return [KEY, RIGHT_SIGN, current, previous ?? ''].reduce(
    (it, secret) => (secret === '' ? it : it.replaceAll(secret, '***')),
    text,
  )
}

type Found = { cause: SignatureCause; draft: Draft }

function missingSign(fields: Fields): SignatureMistake {
  if (fields.sign === '') return { cause: 'sign_empty', field: 'sign', signedText: null }
  const other = Object.keys(fields).find((name) => /^(pay_?)?sign(ature)?$/i.test(name))
  return { cause: 'sign_missing', field: other ?? null, signedText: null }
}

/** All ways to sign. Where two of them are one, the first is named: that of the key that counts. */
function waysOf(said: SignType, { current, previous }: Keys): Way[] {
  const altered = [current.toLowerCase(), current.toUpperCase(), `${current}\n`, `${current} `, ` ${current}`]
  const keys: [SignatureCause | null, string | null][] = [
    [null, current],
    ['previous_key', previous],
    ['sample_key', SAMPLE_KEY],
    ...altered.map((key): [SignatureCause, string] => ['key_altered', key]),
  ]
  return keys.flatMap(([cause, key]) =>
    key === null ? [] : HASHES.map((hash) => ({ cause: cause ?? causeOfHash(hash, said), key, hash })),
  )
}

function causeOfHash({ signType }: Hash, said: SignType): SignatureCause | null {
  if (signType === said) return null
  return signType === null ? 'other_hash' : 'other_sign_type'
}

/** The text is right: then it is the key, the hash, or how the signature is written. */
function findRightText(entries: Entry[], received: string, ways: Way[]): Found | null {
  const draft = { text: rightText(entries) }
  for (const way of ways) {
    const form = formOf(received, digest(draft, way, entries))
    const cause = form === null ? null : (way.cause ?? form)
    if (cause !== null && cause !== 'right') return { cause, draft }
  }
  return null
}

/** The text is wrong: each mistake is made with the ways of WeChat that give a signature as long as the one that came. */
function findMistake(entries: Entry[], received: string, ways: Way[]): Found | null {
  let characters = 0
  const likely = ways.filter(({ cause, hash }) => cause !== 'key_altered' && hash.signType !== null)
  for (const way of likely.filter(({ hash }) => isLengthOf(hash, received.trim()))) {
    for (const [cause, drafts] of MISTAKES) {
      for (const draft of drafts(entries)) {
        characters += draft.text.length
        if (characters > CHARACTERS_MAX) return null
        if (formOf(received, digest(draft, way, entries)) !== null) return { cause, draft }
      }
    }
  }
  return null
}

/** The signature that a draft leads to; a text that its encoding cannot write is left in UTF-8. */
function digest({ text, encode }: Draft, { key, hash }: Way, entries: Entry[]): Buffer {
  const whole = text.includes(RIGHT_SIGN) ? text.replaceAll(RIGHT_SIGN, rightSign(entries, key, hash)) : text
  const keyed = whole.replaceAll(KEY, () => key)
  return hash.digest(encode?.(keyed) ?? keyed, key)
}

function rightSign(entries: Entry[], key: string, { digest }: Hash): string {
  return digest(
    rightText(entries).replaceAll(KEY, () => key),
    key,
  )
    .toString('hex')
    .toUpperCase()
}

/** How a received signature writes a digest: rightly, otherwise, or (null) not at all. */
function formOf(received: string, digest: Buffer): SignatureCause | 'right' | null {
  const hex = digest.toString('hex').toUpperCase()
  const text = received.trim()
  if (received === hex) return 'right'
  if (text === hex) return 'spaces_around_sign'
  if (text.toUpperCase() === hex) return 'lower_case_sign'
  if (text === digest.toString('base64')) return 'base64_sign'
  return text.length >= CUT_LENGTH_MIN && hex.includes(text.toUpperCase()) ? 'cut_sign' : null
}

function isLengthOf({ bytes }: Hash, sign: string): boolean {
  return sign.length === bytes * 2 || sign.length === Math.ceil(bytes / 3) * 4
}
