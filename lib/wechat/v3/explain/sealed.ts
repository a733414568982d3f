import { createDecipheriv, createHash } from 'node:crypto'
import { open, type Sealed } from '../cipher'
import { utf8 } from './subject'

/**
 * Why an encrypted resource does not open, or is not read: what its sender did, in the words of pages and translations.
 * Each is said only when it is evident, or when the same mistake made again opens it; the last one when nothing does.
 */
export const SEALED_CAUSES = [
  'sealed_missing',
  'sealed_algorithm',
  // The right text under another key
  'sealed_v2_key',
  'sealed_key_decoded',
  // The right key, and something else is wrong
  'sealed_base64',
  'sealed_nonce_length',
  'sealed_nonce_of_header',
  'sealed_associated_data',
  'sealed_tag',
  'sealed_no_json',
  'sealed_other_key',
] as const
export type SealedCause = (typeof SEALED_CAUSES)[number]

/** The key that counts, empty where none is configured, and those that are recognised and never believed. */
export type SealedKeys = { current: string; v2: readonly string[] }

export type SealedFinding = { cause: SealedCause | null; plain: Record<string, unknown> | null }

const ALGORITHM = 'AEAD_AES_256_GCM'
const STANDARD = /^[A-Za-z0-9+/]+={0,2}$/
/** What real messages and samples have as associated data. */
const ASSOCIATED_DATA = ['', 'transaction', 'refund', 'certificate', 'null', 'undefined', 'encrypt-resource']

/** What came of a resource, for people. `plain` is what is in it when it opened, rightly or not. */
export function explainSealed(
  resource: Record<string, unknown> | null,
  keys: SealedKeys,
  headerNonce: string,
): SealedFinding {
  const text = (name: string) => (typeof resource?.[name] === 'string' ? String(resource[name]) : null)
  const [ciphertext, nonce] = [text('ciphertext'), text('nonce')]
  if (ciphertext === null || nonce === null) return { cause: 'sealed_missing', plain: null }
  if (keys.current === '') return { cause: null, plain: null }
  const sealed: Sealed = { nonce, associatedData: text('associated_data') ?? '', ciphertext }
  if (text('algorithm') !== ALGORITHM) return { cause: 'sealed_algorithm', plain: null }
  const opened = openWith(sealed, keys.current)
  // Node also reads what is not quite Base64.
  if (opened !== null)
    return STANDARD.test(ciphertext) ? contentOf(opened) : { ...contentOf(opened), cause: 'sealed_base64' }
  for (const [cause, other, key] of attempts(sealed, keys, {
    headerNonce,
    originalType: text('original_type') ?? '',
  })) {
    const found = openWith(other, key)
    if (found !== null) return { ...contentOf(found), cause }
  }
  if (Buffer.byteLength(nonce) !== 12) return { cause: 'sealed_nonce_length', plain: null }
  return { cause: isJsonUnverified(sealed, keys.current) ? 'sealed_tag' : 'sealed_other_key', plain: null }
}

function* attempts(
  sealed: Sealed,
  keys: SealedKeys,
  { headerNonce, originalType }: { headerNonce: string; originalType: string },
): Iterable<readonly [SealedCause, Sealed, string | Uint8Array]> {
  const { current } = keys
  for (const key of keys.v2) yield ['sealed_v2_key', sealed, key]
  const md5 = createHash('md5').update(current).digest('hex')
  yield ['sealed_key_decoded', sealed, md5]
  yield ['sealed_key_decoded', sealed, createHash('sha256').update(current).digest()]
  yield ['sealed_key_decoded', sealed, current.toUpperCase()]
  yield ['sealed_key_decoded', sealed, current.toLowerCase()]
  for (const ciphertext of respelled(sealed.ciphertext)) yield ['sealed_base64', { ...sealed, ciphertext }, current]
  yield ['sealed_nonce_of_header', { ...sealed, nonce: headerNonce }, current]
  yield ['sealed_nonce_of_header', { ...sealed, nonce: headerNonce.slice(0, 12) }, current]
  for (const associatedData of [...ASSOCIATED_DATA, originalType]) {
    yield ['sealed_associated_data', { ...sealed, associatedData }, current]
  }
}

/** Spellings that Node does not read by itself. */
function respelled(ciphertext: string): string[] {
  const hex = /^[0-9a-f]+$/i.test(ciphertext) ? [Buffer.from(ciphertext, 'hex').toString('base64')] : []
  return [...hex, ciphertext.replaceAll(' ', '+'), Buffer.from(ciphertext, 'base64').toString('latin1')]
}

function openWith(sealed: Sealed, key: string | Uint8Array): Uint8Array | null {
  try {
    return open(sealed, key)
  } catch {
    return null
  }
}

function contentOf(bytes: Uint8Array): SealedFinding {
  const data = objectOf(utf8(bytes) ?? '')
  return { cause: data === null ? 'sealed_no_json' : null, plain: data }
}

/** Whether key and nonce are right all the same: then the tag or the associated data is not. The text is not believed. */
function isJsonUnverified({ nonce, ciphertext }: Sealed, key: string): boolean {
  const bytes = Buffer.from(ciphertext, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
  return /^\s*\{"\w/.test(decipher.update(bytes.subarray(0, 16)).toString('latin1'))
}

export function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}
