import { createHash } from 'node:crypto'
import { decryptReqInfo, decryptWith, peekInto, reqInfoKey } from '../cipher'
import type { Fields } from '../sign'
import { readFlatXml, readXml } from '../xml'
import { readGbk } from './gbk'

/**
 * Why a refund notice does not open, or is not read: what its sender did, in the words of pages and translations. Each is
 * said only when the same mistake made again opens the notice; the last one when nothing does.
 */
export const SEALED_CAUSES = [
  // The right text under another key
  'sealed_previous_key',
  'sealed_sample_key',
  'sealed_plain_key',
  'sealed_raw_md5',
  'sealed_upper_md5',
  // The right key, and something else is wrong
  'sealed_rewritten',
  'sealed_cut',
  'sealed_padding',
  'sealed_charset',
  'sealed_other_root',
  'sealed_no_xml',
  // The newer API's, at this API's address
  'v3_message',
  'sealed_other_key',
] as const
type SealedCause = (typeof SEALED_CAUSES)[number]

/** The key that counts, and those that are recognised and never believed. */
type Keys = { current: string; previous: string | null; sample: string }

export type SealedFinding = { cause: SealedCause | null; problem: string | null; fields: Fields | null }

/** What became of a `req_info`, for people. `fields` are what is in it, also when another key opened it. */
export function explainSealed(sealed: string, keys: Keys): SealedFinding {
  const opened = decryptReqInfo(sealed, keys.current)
  if (opened.ok) return explainContent(opened.xml)
  const { reason } = opened
  const found =
    explainKey(sealed, keys) ??
    explainCharset(sealed, keys.current) ??
    explainRewritten(sealed, keys.current) ??
    explainEnd(sealed, keys.current)
  if (found !== null) return { ...found, problem: reason }
  // What is Base64 of whole blocks says nothing against itself.
  const isWhole = reason === 'bad_padding' || reason === 'not_utf8'
  return { cause: isWhole ? 'sealed_other_key' : null, problem: reason, fields: null }
}

function explainContent(xml: string): SealedFinding {
  const bytes = new TextEncoder().encode(xml)
  const read = readXml(bytes, 'root')
  if (read.ok) return { cause: null, problem: null, fields: read.fields }
  const flat = readFlatXml(bytes)
  const cause = flat.ok ? 'sealed_other_root' : 'sealed_no_xml'
  return { cause, problem: read.reason, fields: flat.ok ? flat.fields : null }
}

type Found = { cause: SealedCause; fields: Fields | null }

function explainKey(sealed: string, { current, previous, sample }: Keys): Found | null {
  const md5 = createHash('md5').update(current).digest()
  const others: [SealedCause, Uint8Array | null][] = [
    ['sealed_previous_key', previous === null ? null : reqInfoKey(previous)],
    ['sealed_sample_key', reqInfoKey(sample)],
    // Of a length that AES takes, like the next, so nothing fails where the mistake is made.
    ['sealed_plain_key', Buffer.from(current, 'latin1')],
    ['sealed_raw_md5', md5],
    ['sealed_upper_md5', Buffer.from(md5.toString('hex').toUpperCase(), 'ascii')],
  ]
  for (const [cause, key] of others) {
    const fields = key && fieldsOf(decryptWith(sealed, key))
    if (fields !== null) return { cause, fields }
  }
  return null
}

function fieldsOf(opened: ReturnType<typeof decryptWith>): Fields | null {
  const read = opened.ok ? readFlatXml(new TextEncoder().encode(opened.xml)) : null
  return read?.ok ? read.fields : null
}

/** A text in GBK under the right key. */
function explainCharset(sealed: string, key: string): Found | null {
  const opened = decryptReqInfo(sealed, key)
  if (opened.ok || opened.reason !== 'not_utf8') return null
  const plain = peekInto(sealed, reqInfoKey(key))
  const text = readGbk(plain.subarray(0, plain.length - (plain.at(-1) ?? 0)))
  const read = readFlatXml(new TextEncoder().encode(text ?? ''))
  return read.ok ? { cause: 'sealed_charset', fields: read.fields } : null
}

/** Base64 that was changed on its way: line breaks, the alphabet of addresses, `+` read as a space, `=` lost. */
function explainRewritten(sealed: string, key: string): Found | null {
  for (const text of [sealed.replace(/\s/g, ''), sealed.trim().replace(/ /g, '+')]) {
    const fields = fieldsOf(decryptReqInfo(Buffer.from(text, 'base64').toString('base64'), key))
    if (fields !== null) return { cause: 'sealed_rewritten', fields }
  }
  return null
}

/** A text that begins as it should, and ends too early or is filled up in another way. */
function explainEnd(sealed: string, key: string): Found | null {
  const text = peekInto(sealed, reqInfoKey(key)).toString('utf8')
  if (!/^\s*(<\?xml|<root)/.test(text)) return null
  return { cause: text.includes('</root>') ? 'sealed_padding' : 'sealed_cut', fields: null }
}
