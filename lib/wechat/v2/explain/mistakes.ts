import { newFields, textToSign } from '../sign'
import type { SignatureCause } from './causes'
import { writeGbk } from './gbk'
import { REWRITES, type Rewrite } from './rewrites'

/** Stands for the key in a text that is to be signed: no character of XML, so no value can hold it. */
export const KEY = '\0'
/** Stands for the signature that the message should have had, in a text that was signed twice. */
export const RIGHT_SIGN = '\u0001'

export type Entry = readonly [name: string, value: string]

/** A text as a sender may have signed it, its encoding unless it is UTF-8, and the field at fault if it is one. */
export type Draft = { text: string; field?: string; encode?: (text: string) => Uint8Array | null }

type Mistake = readonly [SignatureCause, (entries: readonly Entry[]) => Iterable<Draft>]

/** The text that has to be signed, with a gap for the key. */
export function rightText(entries: readonly Entry[]): string {
  return textToSign(newFields(entries), KEY)
}

/**
 * What senders do wrong when they make the text to be signed, and the texts to which that leads for the fields of a
 * message, all but `sign`, in the order in which they came. Where two mistakes lead to one text, the first is named.
 */
export const MISTAKES: readonly Mistake[] = [
  ['empty_included', withEmptyFields],
  [
    'key_missing',
    (entries) => ['', '&', '&key=', '&key=null', '&key=undefined'].map((end) => ({ text: bare(entries) + end })),
  ],
  ['key_first', (entries) => [`key=${KEY}&`, KEY].map((start) => ({ text: start + bare(entries) }))],
  ['key_sorted_in', (entries) => [{ text: write(sorted([...filled(entries), ['key', KEY]])) }]],
  ['key_misnamed', (entries) => KEY_ENDS.map((end) => ({ text: bare(entries) + end + KEY }))],
  ['sign_included', withSign],
  ['sorted_otherwise', (entries) => ORDERS.map((order) => ({ text: withKey(filled(entries).sort(order)) }))],
  ['fields_unsorted', (entries) => [{ text: withKey(filled(entries)) }]],
  ['names_changed', (entries) => RENAMES.map((rename) => ({ text: rightText(renamed(entries, rename)) }))],
  ['joined_otherwise', (entries) => JOINTS.map((join) => ({ text: join([...sorted(filled(entries)), ['key', KEY]]) }))],
  ...REWRITES.map(([cause, rewrites]): Mistake => [cause, (entries) => withValues(entries, rewrites)]),
  ['charset_changed', inOtherEncodings],
  [
    'field_added',
    (entries) => entries.map((it) => ({ text: rightText(entries.filter((other) => other !== it)), field: it[0] })),
  ],
  ['field_changed', withOtherValue],
  ['field_removed', withFieldMore],
]

/** How the key is joined to the fields instead of by `&key=`. */
const KEY_ENDS = [
  '',
  '&',
  '&KEY=',
  '&Key=',
  '&api_key=',
  '&apiKey=',
  '&apikey=',
  '&paySignKey=',
  '&secret=',
  'key=',
  '?key=',
]

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const byLocale = new Intl.Collator('en')
const byNumber = new Intl.Collator('en', { numeric: true })

/** Orders of fields that look like the order of bytes for most names. */
const ORDERS: readonly ((a: Entry, b: Entry) => number)[] = [
  ([a], [b]) => byText(a.toLowerCase(), b.toLowerCase()),
  ([a], [b]) => byText(a.toUpperCase(), b.toUpperCase()),
  ([a], [b]) => byLocale.compare(a, b),
  ([a], [b]) => byNumber.compare(a, b),
  (a, b) => byText(a.join('='), b.join('=')),
  ([, a], [, b]) => byText(a, b),
  ([a], [b]) => byText(b, a),
]

const camel = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase())
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Names as other languages spell them, and back. */
const RENAMES: readonly ((name: string) => string)[] = [
  camel,
  (name) => camel(name).replace(/^(app|open)id$/, '$1Id'),
  (name) => snake(name).replace(/^(app|open)_id$/, '$1id'),
  (name) => camel(name).replace(/^./, (letter) => letter.toUpperCase()),
  (name) => name.replaceAll('_', '').toLowerCase(),
  (name) => name.toLowerCase(),
  (name) => name.toUpperCase(),
]

const quoted = (entries: readonly Entry[]) => entries.map(([name, value]) => `${name}="${value}"`).join('&')

/** Texts that are not `name=value` joined by `&`, of all fields and the key. */
const JOINTS: readonly ((entries: Entry[]) => string)[] = [
  (entries) => `${write(entries)}&`,
  (entries) => `${write(entries)}\n`,
  (entries) => `?${write(entries)}`,
  (entries) => entries.map((it) => it.join('=')).join(''),
  (entries) => entries.map((it) => it.join('=')).join(','),
  (entries) => entries.map((it) => it.join('')).join(''),
  (entries) => entries.map(([, value]) => value).join(''),
  (entries) => quoted(entries),
  (entries) => `${quoted(entries.slice(0, -1))}&key=${KEY}`,
  (entries) => JSON.stringify(Object.fromEntries(entries.slice(0, -1))) + KEY,
]

/** Values of fields that senders forget to send, or add too late. */
const USUAL: readonly Entry[] = [
  ['sign_type', 'MD5'],
  ['sign_type', 'HMAC-SHA256'],
  ['fee_type', 'CNY'],
  ['device_info', 'WEB'],
  ['limit_pay', 'no_credit'],
  ['is_subscribe', 'N'],
  ['is_subscribe', 'Y'],
  ['return_code', 'SUCCESS'],
  ['return_msg', 'OK'],
  ['result_code', 'SUCCESS'],
  ['trade_type', 'NATIVE'],
  ['trade_type', 'JSAPI'],
  ['trade_type', 'APP'],
  ['trade_type', 'MWEB'],
]

function write(entries: readonly Entry[]): string {
  return entries.map(([name, value]) => `${name}=${value}`).join('&')
}

function withKey(entries: readonly Entry[]): string {
  return write([...entries, ['key', KEY]])
}

function filled(entries: readonly Entry[]): Entry[] {
  return entries.filter(([, value]) => value !== '')
}

function sorted(entries: readonly Entry[]): Entry[] {
  return entries.toSorted(([a], [b]) => byText(a, b))
}

/** The right text without its key. */
function bare(entries: readonly Entry[]): string {
  return write(sorted(filled(entries)))
}

function renamed(entries: readonly Entry[], rename: (name: string) => string): Entry[] {
  return entries.map(([name, value]) => [rename(name), value])
}

function* withEmptyFields(entries: readonly Entry[]): Iterable<Draft> {
  const empty = entries.filter(([, value]) => value === '')
  const [only] = empty.length === 1 ? empty : []
  for (const word of ['', 'null', 'undefined', 'None']) {
    const all = sorted(entries.map(([name, value]) => [name, value || word]))
    yield { text: withKey(all), ...(only && { field: only[0] }) }
  }
  for (const it of empty) {
    yield { text: withKey(sorted(entries.filter((other) => other === it || other[1] !== ''))), field: it[0] }
  }
}

function* withSign(entries: readonly Entry[]): Iterable<Draft> {
  for (const value of [RIGHT_SIGN, '', 'null', 'undefined']) {
    yield { text: withKey(sorted([...filled(entries), ['sign', value]])), field: 'sign' }
  }
}

/** Each rewriting of all values at once, and of each value alone. */
function* withValues(entries: readonly Entry[], rewrites: readonly Rewrite[]): Iterable<Draft> {
  for (const rewrite of rewrites) {
    const rewritten = entries.map(([name, value]): Entry => [name, value === '' ? '' : rewrite(value)])
    const changed = rewritten.filter((it, at) => it[1] !== entries[at]?.[1])
    const [only] = changed.length === 1 ? changed : []
    if (changed.length > 0) yield { text: rightText(rewritten), ...(only && { field: only[0] }) }
    for (const it of changed) yield { text: rightText([...entries, it]), field: it[0] }
  }
}

function* inOtherEncodings(entries: readonly Entry[]): Iterable<Draft> {
  const text = rightText(entries)
  yield { text, encode: (it) => Buffer.from(it, 'utf16le') }
  yield { text, encode: writeGbk }
  yield { text, encode: (it) => Buffer.from(it, 'latin1') }
}

/** Tampering that leaves a trace: an amount of which another field still tells, an outcome turned round. */
function* withOtherValue(entries: readonly Entry[]): Iterable<Draft> {
  const amounts = entries.filter(([name]) => /_fee$/.test(name) && name !== 'coupon_fee')
  for (const [name] of amounts) {
    for (const [, value] of amounts) yield { text: rightText([...entries, [name, value]]), field: name }
  }
  for (const [name, value] of entries) {
    if (value === 'SUCCESS') yield { text: rightText([...entries, [name, 'FAIL']]), field: name }
    for (const [usual, other] of USUAL) {
      if (usual === name) yield { text: rightText([...entries, [name, other]]), field: name }
    }
  }
}

function* withFieldMore(entries: readonly Entry[]): Iterable<Draft> {
  const known = newFields(entries)
  for (const [name, value] of USUAL) {
    if (!known[name]) yield { text: rightText([...entries, [name, value]]), field: name }
  }
}
