import { constants, createHash, createVerify } from 'node:crypto'
import type { SignatureMistake } from '@/lib/shop/gateway'
import { isSignedWith } from '../sign'
import type { SignatureCause } from './causes'
import { causeOfKey, type KnownKey, SAMPLE_KEY } from './keys'
import { MISTAKES } from './mistakes'
import { type Recovered, recover } from './recover'
import { type Spelling, spellingsOf } from './spelling'
import { type Draft, rightText, type Subject } from './subject'

/** Bounds the work on one message, in bytes that are hashed: tens of milliseconds, and enough for all real ones. */
const HASHED_BYTES_MAX = 8 * 1024 * 1024
/** Keys that are tried at most: each costs one RSA operation for each way to read the signature. */
const KEYS_MAX = 16

export type Question = {
  subject: Subject
  signature: string
  /** The serial or id that the message names. */
  named: string
  /** The key of that name; null when there is none. */
  expected: KnownKey | null
  /** Keys that are recognised and not believed. */
  others: readonly KnownKey[]
}

export type Finding = { cause: SignatureCause; field: string | null; bytes: Uint8Array | null }

/** Whether the signature is right: made with the key that is named, over the very text. */
export function isRightlySigned({ subject, signature, expected }: Question): boolean {
  return expected !== null && isSignedWith(rightText(subject), signature, expected.key)
}

/**
 * Finds out what the sender of a wrong signature did. One RSA operation tells whether a key made it and over which
 * digest; then mistakes are made after, one by one, until one leads to that digest. So what is named is proved, and
 * nothing is named for a signature that no known key made. Null also for a right one.
 */
export function explainSignature(question: Question): Finding | null {
  if (isRightlySigned(question)) return null
  const { subject, named, expected } = question
  const keys = [...(expected === null ? [] : [expected]), ...question.others, SAMPLE_KEY].slice(0, KEYS_MAX)
  const spellings = spellingsOf(question.signature)
  const made = findMaker(spellings, keys)
  if (made === null)
    return isPadded(subject, spellings, keys) ? { cause: 'other_padding', field: null, bytes: null } : null
  const { maker, spelling, recovered } = made
  const draft = findText(subject, recovered)
  const cause =
    (maker === expected ? null : causeOfKey(subject.kind, { named, expected, maker })) ??
    causeOfHash(recovered, draft) ??
    spelling.cause ??
    draft?.cause
  if (cause !== undefined) return { cause, field: draft?.field ?? null, bytes: draft?.bytes ?? null }
  return recovered.hash === null ? null : { cause: 'other_text', field: null, bytes: null }
}

type Made = { maker: KnownKey; spelling: Spelling; recovered: Recovered }

function findMaker(spellings: readonly Spelling[], keys: readonly KnownKey[]): Made | null {
  for (const spelling of spellings) {
    for (const maker of keys) {
      const recovered = recover(spelling.bytes, maker.key)
      if (recovered !== null) return { maker, spelling, recovered }
    }
  }
  return null
}

/** A digest without its algorithm's name proves something only together with its text. */
function causeOfHash({ hash }: Recovered, draft: Found | null): SignatureCause | null {
  if (hash === null) return draft === null ? null : 'other_padding'
  return hash === 'sha256' ? null : 'other_hash'
}

type Found = { cause: SignatureCause | undefined; field: string | null; bytes: Uint8Array }

/** The text that leads to a digest; it has no cause when it is the right one. */
function findText(subject: Subject, { hash, digest }: Recovered): Found | null {
  const leadsTo = ({ bytes }: Draft) =>
    createHash(hash ?? 'sha256')
      .update(bytes)
      .digest()
      .equals(digest)
  const right = rightText(subject)
  if (leadsTo({ bytes: right })) return { cause: undefined, field: null, bytes: right }
  let hashed = 0
  for (const [cause, drafts] of MISTAKES) {
    for (const draft of drafts(subject)) {
      hashed += draft.bytes.length
      if (hashed > HASHED_BYTES_MAX) return null
      if (leadsTo(draft)) return { cause: draft.cause ?? cause, field: draft.field ?? null, bytes: draft.bytes }
    }
  }
  return null
}

/** The right text signed with the newer padding of RSA, which WeChat Pay does not use. */
function isPadded(subject: Subject, spellings: readonly Spelling[], keys: readonly KnownKey[]): boolean {
  const text = rightText(subject)
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return spellings.some(({ bytes }) =>
    keys.some(({ key }) => createVerify('RSA-SHA256').update(text).verify({ key, padding }, bytes)),
  )
}

/** A text for people, its line ends to be seen; secrets that came in it are taken out. */
export function shownText(bytes: Uint8Array, secrets: readonly string[]): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  return hide(text, secrets).replaceAll('\r', '\\r').replaceAll('\n', '\\n\n')
}

export function hide(text: string, secrets: readonly string[]): string {
  return secrets.reduce((it, secret) => (secret === '' ? it : it.replaceAll(secret, '***')), text)
}

/** A finding in the words of the shop. */
export function mistakeOf(finding: Finding | null, secrets: readonly string[]): SignatureMistake | null {
  if (finding === null) return null
  const { cause, field, bytes } = finding
  return { cause, field, signedText: bytes && shownText(bytes, secrets) }
}
