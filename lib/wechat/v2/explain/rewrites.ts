import type { SignatureCause } from './causes'
import { readGbk, writeGbk } from './gbk'

/** What a program may have made of a value between signing and sending; the value itself when it has nothing to change. */
export type Rewrite = (value: string) => string

/** Values that a program takes for numbers, none of them too large for one. */
const NUMBER = /^\d{1,40}(\.\d{1,20})?(e\+?\d{1,2})?$/i
const number =
  (write: (value: number, text: string) => string): Rewrite =>
  (value) =>
    NUMBER.test(value) ? write(Number(value), value) : value
const whole =
  (write: (text: string) => string): Rewrite =>
  (value) =>
    /^\d{1,40}$/.test(value) ? write(value) : value

/** JSON in a value (`detail`, `scene_info`) is short; what is longer is left alone, since deep nesting grows with it. */
const JSON_LENGTH_MAX = 2_000
const json =
  (write: (data: unknown, text: string) => string): Rewrite =>
  (value) => {
    if (!/^[{[]/.test(value) || value.length > JSON_LENGTH_MAX) return value
    return attempt(value, (text) => write(JSON.parse(text), text))
  }

const NOT_ASCII = /[\u{80}-\u{10ffff}]/gu

function hasMoreThanAscii(text: string): boolean {
  return text.search(NOT_ASCII) !== -1
}

function isLatin1(text: string): boolean {
  return Buffer.from(text, 'latin1').toString('latin1') === text
}

/** Mistakes in values, each with the ways in which it is made. */
export const REWRITES: readonly (readonly [SignatureCause, readonly Rewrite[]])[] = [
  ['values_trimmed', [(value) => value.trim()]],
  ['spaces_lost', [(value) => `${value} `, (value) => ` ${value}`, (value) => `${value}\n`, (value) => `${value}\r\n`]],
  [
    'line_breaks_changed',
    [
      (value) => value.replaceAll('\n', '\r\n'),
      (value) => value.replaceAll('\n', '\r'),
      (value) => value.replaceAll('\n', '\\n'),
      (value) => value.replaceAll('\\n', '\n'),
    ],
  ],
  [
    'number_reformatted',
    [
      (value) => value.replace(/^0+(?=\d)/, ''),
      number((it) => BigInt(Math.round(it)).toString()),
      number((it) => String(it).toUpperCase()),
      number((it) => it.toPrecision(14).toUpperCase()),
      number((it) => it.toExponential().replace('+', '')),
      number((it) => it.toExponential().toUpperCase().replace('+', '')),
      number((it) =>
        it
          .toExponential()
          .replace(/^(\d)E/i, '$1.0E')
          .toUpperCase()
          .replace('+', ''),
      ),
      number((it) => it.toExponential().replace(/\+(\d)$/, '+0$1')),
      number((it) => it.toFixed(2)),
      number((it) => (it / 100).toFixed(2)),
      number((it) => String(it / 100)),
      number((it) => String(Math.round(it * 100))),
      number((it) => it.toLocaleString('en')),
      whole((text) => `${text}.0`),
      ...[1, 2, 3, 4].map((zeros) => whole((text) => '0'.repeat(zeros) + text)),
    ],
  ],
  ['cdata_included', [(value) => (/^\d+$/.test(value) ? value : cdata(value)), cdata]],
  [
    'entities_changed',
    [
      (value) => escaped(value, { '&': '&amp;' }),
      (value) => escaped(value, { '&': '&amp;', '<': '&lt;', '>': '&gt;' }),
      (value) => escaped(value, { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }),
      (value) => escaped(value, { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }),
      (value) => escaped(value, { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }),
      (value) => escaped(value, { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' }),
      (value) => escaped(value, { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&#39;': "'" }),
    ],
  ],
  [
    'url_encoded',
    [
      encodeURIComponent,
      (value) => encodeURIComponent(value).replaceAll('%20', '+'),
      (value) => new URLSearchParams({ '': value }).toString().slice(1),
      (value) => encodeURIComponent(value).replace(/[!'()*]/g, percent),
      (value) => encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase()),
      encodeURI,
      (value) => attempt(value, decodeURIComponent),
      (value) => attempt(value.replaceAll('+', ' '), decodeURIComponent),
    ],
  ],
  [
    'json_rewritten',
    [
      json((data) => JSON.stringify(data)),
      json((data) => spaced(data)),
      json((_, text) => text.replaceAll('/', '\\/')),
      json((data) => JSON.stringify(data).replaceAll('/', '\\/')),
      json((_, text) => text.replaceAll('\\/', '/')),
    ],
  ],
  [
    'charset_changed',
    [
      (value) => Buffer.from(value).toString('latin1'),
      (value) => new TextDecoder('windows-1252').decode(Buffer.from(value)),
      (value) => new TextDecoder('gbk').decode(Buffer.from(value)),
      (value) => (isLatin1(value) ? new TextDecoder().decode(Buffer.from(value, 'latin1')) : value),
      (value) => (hasMoreThanAscii(value) ? new TextDecoder().decode(writeGbk(value) ?? Buffer.from(value)) : value),
      (value) => (isLatin1(value) ? (readGbk(Buffer.from(value, 'latin1')) ?? value) : value),
      (value) => value.replace(NOT_ASCII, '?'),
      (value) => value.replace(NOT_ASCII, ''),
      (value) => value.replace(NOT_ASCII, (it) => it.split('').map(unicodeEscape).join('')),
      (value) => value.replace(/\\u([0-9a-f]{4})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16))),
      (value) => value.normalize('NFC'),
      (value) => value.normalize('NFD'),
    ],
  ],
]

/** What a function makes of a value; the value itself when it cannot read it. */
function attempt(value: string, rewrite: Rewrite): string {
  try {
    return rewrite(value)
  } catch {
    return value
  }
}

function escaped(value: string, replacements: Record<string, string>): string {
  return value.replace(
    /&(?:amp|lt|gt|quot|apos|#39);|[&<>"']/g,
    (it) => replacements[it] ?? escapeEach(it, replacements),
  )
}

/** A reference is one thing to whoever decodes it, and a row of characters to whoever escapes. */
function escapeEach(text: string, replacements: Record<string, string>): string {
  return text.replace(/[&<>"']/g, (it) => replacements[it] ?? it)
}

function cdata(value: string): string {
  return `<![CDATA[${value}]]>`
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** JSON with a space after each colon and comma. */
function spaced(data: unknown): string {
  const lines = JSON.stringify(data, null, 1)
  return lines
    .replace(/([{[])\n */g, '$1')
    .replace(/\n *([}\]])/g, '$1')
    .replace(/,\n */g, ', ')
}
