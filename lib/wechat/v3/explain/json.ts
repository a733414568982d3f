/** How a program writes JSON. */
type Style = { isSorted: boolean; layout: Layout; escaping: (text: string) => string }
type Layout = { indent: string; comma: string; colon: string }

/** Longer ones are left alone, and so are deep ones: WeChat's own are short and flat, and indenting grows with depth. */
const LENGTH_MAX = 8 * 1024
const DEPTH_MAX = 16

const COMPACT: Layout = { indent: '', comma: ',', colon: ':' }
const LAYOUTS: readonly Layout[] = [
  COMPACT,
  { indent: '', comma: ', ', colon: ': ' },
  { indent: '', comma: ',', colon: ': ' },
  { indent: '  ', comma: ',', colon: ': ' },
  { indent: '    ', comma: ',', colon: ': ' },
  { indent: '\t', comma: ',', colon: ': ' },
  { indent: '  ', comma: ',', colon: ' : ' },
]

const plain = (text: string) => text
const unicode = (text: string) =>
  text.replace(/[\u{80}-\u{ffff}]/gu, escapeUnit).replace(/[\u{10000}-\u{10ffff}]/gu, escapeBoth)
const slashes = (text: string) => text.replaceAll('/', '\\/')
const html = (text: string) => text.replace(/[<>&]/g, escapeUnit)
const upper = (text: string) => unicode(text).replace(/\\u[0-9a-f]{4}/g, (it) => `\\u${it.slice(2).toUpperCase()}`)

export type JsonCause =
  | 'body_keys_reordered'
  | 'body_blanks_changed'
  | 'body_unicode_escaped'
  | 'body_slashes_escaped'
  | 'body_html_escaped'
  | 'body_rewritten'

const ESCAPES: readonly (readonly [JsonCause | null, Style['escaping']])[] = [
  [null, plain],
  ['body_unicode_escaped', unicode],
  ['body_unicode_escaped', upper],
  ['body_slashes_escaped', slashes],
  ['body_html_escaped', html],
  ['body_rewritten', (text) => slashes(unicode(text))],
]

/** Ways to change JSON as a text, without reading it. */
const RAW: readonly (readonly [JsonCause, (text: string) => string])[] = [
  ['body_slashes_escaped', (text) => text.replaceAll('\\/', '/')],
  ['body_slashes_escaped', (text) => text.replace(/(?<!\\)\//g, '\\/')],
  ['body_unicode_escaped', (text) => text.replace(/\\u([0-9a-f]{4})/gi, unescapeUnit)],
  ['body_unicode_escaped', unicode],
  ['body_html_escaped', (text) => text.replace(/\\u(003c|003e|0026)/gi, unescapeUnit)],
]

/** What other programs make of a body of JSON when they read it and write it again, each once. */
export function* rewritingsOf(body: string): Iterable<readonly [JsonCause, string]> {
  if (body.length > LENGTH_MAX || !/^\s*[{[]/.test(body) || depthOf(body) > DEPTH_MAX) return
  const seen = new Set([body])
  for (const [cause, rewrite] of RAW) {
    const text = rewrite(body)
    if (!seen.has(text)) yield [cause, text]
    seen.add(text)
  }
  const data = parsed(body)
  if (data === undefined) return
  for (const [cause, style] of stylesFor(body, data)) {
    const text = write(data, style, '')
    if (!seen.has(text)) yield [cause, text]
    seen.add(text)
    const ended = `${text}\n`
    if (!seen.has(ended)) yield ['body_rewritten', ended]
    seen.add(ended)
  }
}

/** All styles, those that change one thing first; each with what it changes. */
function* stylesFor(body: string, data: unknown): Iterable<readonly [JsonCause, Style]> {
  const own = ownStyle(body, data)
  for (const layout of LAYOUTS) yield ['body_blanks_changed', { ...own, layout }]
  yield ['body_keys_reordered', { ...own, isSorted: true }]
  for (const [cause, escaping] of ESCAPES) yield [cause ?? own.cause ?? 'body_rewritten', { ...own, escaping }]
  for (const isSorted of [false, true]) {
    for (const layout of LAYOUTS) {
      for (const [, escaping] of ESCAPES) yield ['body_rewritten', { isSorted, layout, escaping }]
    }
  }
}

/** How the body itself is written, as far as one of the known styles tells. */
function ownStyle(body: string, data: unknown): Style & { cause: JsonCause | null } {
  for (const layout of LAYOUTS) {
    for (const [cause, escaping] of ESCAPES) {
      const style = { isSorted: false, layout, escaping, cause }
      if (write(data, style, '') === body) return style
    }
  }
  return { isSorted: false, layout: COMPACT, escaping: plain, cause: null }
}

function write(value: unknown, style: Style, at: string): string {
  if (typeof value === 'string') return style.escaping(JSON.stringify(value))
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const inner = at + style.layout.indent
  const parts = Array.isArray(value)
    ? value.map((it) => write(it, style, inner))
    : pairsOf(value, style).map(
        ([name, it]) => `${style.escaping(JSON.stringify(name))}${style.layout.colon}${write(it, style, inner)}`,
      )
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  if (parts.length === 0) return `${open}${close}`
  if (style.layout.indent === '') return `${open}${parts.join(style.layout.comma)}${close}`
  return `${open}\n${inner}${parts.join(`${style.layout.comma}\n${inner}`)}\n${at}${close}`
}

function pairsOf(value: object, { isSorted }: Style): [string, unknown][] {
  const pairs: [string, unknown][] = Object.entries(value)
  return isSorted ? pairs.sort(([a], [b]) => (a < b ? -1 : 1)) : pairs
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function depthOf(text: string): number {
  let [depth, most] = [0, 0]
  for (const character of text) {
    if (character === '{' || character === '[') depth += 1
    if (character === '}' || character === ']') depth -= 1
    most = Math.max(most, depth)
  }
  return most
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function escapeBoth(character: string): string {
  return character.split('').map(escapeUnit).join('')
}

function unescapeUnit(_: string, code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16))
}
