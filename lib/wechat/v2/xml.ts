import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { readPlainXml } from './plain-xml'
import { type Fields, newFields } from './sign'

/** Why a text is not a flat document of text fields. */
export type FlatXmlProblem =
  | 'not_utf8'
  | 'byte_order_mark'
  | 'control_character'
  | 'other_version'
  | 'other_encoding'
  | 'other_name'
  | 'not_allowed'
  | 'not_well_formed'
  | 'not_flat'
  | 'field_twice'
  | 'too_many_fields'

/** Why a text is not a message of WeChat. */
export type XmlProblem = FlatXmlProblem | 'other_root'

export type XmlResult<Problem = XmlProblem> = { ok: true; fields: Fields } | { ok: false; reason: Problem }

/** An answer of refundquery has a dozen fields for each of ten refunds, and more for coupons. */
const FIELDS_MAX = 400
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
/** A tag as WeChat writes it: a name and nothing else. */
const TAG = /<(?:\/[A-Za-z_][A-Za-z0-9_]*[ \t\n]*|[A-Za-z_][A-Za-z0-9_]*[ \t\n]*\/?)>/g
/** The same with a name that XML allows and WeChat does not use. */
const OTHER_TAG = /<\/?[^\s<>/!?="'&]+[ \t\n]*\/?>/g
/** A document that is one element with nothing but white space around it. */
const ROOT = /^[ \t\n]*<([^\s<>/]+)[ \t\n]*(?:\/>|>[\s\S]*<\/\1[ \t\n]*>)[ \t\n]*$/
const DECLARATION =
  /^<\?xml[ \t\n]+version=(["'])([\d.]+)\1(?:[ \t\n]+encoding=(["'])([\w.-]+)\3)?(?:[ \t\n]+standalone=(["'])(?:yes|no)\5)?[ \t\n]*\?>/
/** Whatever is not a character of XML 1.0 (its production 2). */
const NO_CHARACTER = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u
const CDATA = /<!\[CDATA\[([\s\S]*?)\]\]>/g
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));/g
const NAMED = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
])

type Node = Record<string, unknown>

/** Names that no element can have. */
const TEXT_NODE = '#text'
const CDATA_NODE = '#cdata'

/** Text and markup in the order in which they stand, and nothing changed: numbers, spaces and zeros stay as they are. */
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  cdataPropName: CDATA_NODE,
  textNodeName: TEXT_NODE,
  ignoreDeclaration: true,
  ignorePiTags: false,
  // Names such as `toString` stay as they are: our fields inherit nothing that they could replace.
  onDangerousProperty: (name) => name,
})

/**
 * Reads a message strictly: one flat `<xml>` document of text fields in UTF-8, no two of one name, no attributes, no
 * comments, nothing that could be expanded or fetched (WeChat Pay's advice on XML external entities of July 2018).
 * The caller has bounded the size. The encrypted part of a refund notice has `<root>` instead. Values come out as they were written: `0042` stays `0042`.
 */
export function readXml(bytes: Uint8Array, root: 'xml' | 'root' = 'xml'): XmlResult {
  const text = readText(bytes)
  if (!text.ok) return text
  const plain = readPlainXml(text.document, FIELDS_MAX)
  if (plain !== null) return plain.root === root ? { ok: true, fields: plain.fields } : refuse('other_root')
  const read = readDocument(text.document)
  if (!read.ok) return read
  return read.name === root ? readFields(read.children) : refuse('other_root')
}

/** The same for a document whose root has any name: WeChat's servers do not look at it. */
export function readFlatXml(bytes: Uint8Array): XmlResult<FlatXmlProblem> {
  const text = readText(bytes)
  if (!text.ok) return text
  const plain = readPlainXml(text.document, FIELDS_MAX)
  if (plain !== null) return { ok: true, fields: plain.fields }
  const read = readDocument(text.document)
  return read.ok ? readFields(read.children) : read
}

type Root = { ok: true; name: string; children: Node[] }
type Refused<Problem> = { ok: false; reason: Problem }

/** A document without its declaration. */
function readText(bytes: Uint8Array): { ok: true; document: string } | Refused<FlatXmlProblem> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return refuse('not_utf8')
  }
  if (NO_CHARACTER.test(text)) return refuse('control_character')
  // A byte order mark is a character like any other, but WeChat sends none, and the validator would skip it.
  if (text.startsWith('\ufeff')) return refuse('byte_order_mark')
  const document = text.replace(/\r\n?/g, '\n')
  const [declaration = '', , version = '1.0', , encoding = 'utf-8'] = DECLARATION.exec(document) ?? []
  if (version !== '1.0') return refuse('other_version')
  // Names of encodings know no capitals (XML 1.0, 4.3.3).
  if (encoding.toLowerCase() !== 'utf-8') return refuse('other_encoding')
  return { ok: true, document: document.slice(declaration.length) }
}

function readDocument(document: string): Root | Refused<FlatXmlProblem> {
  let root: Node[]
  try {
    if (XMLValidator.validate(document) !== true) return refuse('not_well_formed')
    const forbidden = forbiddenMarkup(document)
    if (forbidden !== null) return refuse(forbidden)
    root = parser.parse(document)
  } catch {
    return refuse('not_well_formed')
  }
  const nodes = root.filter((node) => !isBlank(node))
  const [only] = nodes
  // The validator overlooks text after a root in one tag.
  if (only === undefined || nodes.length > 1 || !ROOT.test(document)) return refuse('not_well_formed')
  const name = nameOf(only)
  return { ok: true, name, children: childrenOf(only, name) }
}

function readFields(nodes: Node[]): XmlResult<FlatXmlProblem> {
  const fields = newFields()
  let count = 0
  for (const node of nodes) {
    if (isBlank(node)) continue
    const name = nameOf(node)
    if (name === TEXT_NODE || name === CDATA_NODE) return refuse('not_flat')
    if (Object.hasOwn(fields, name)) return refuse('field_twice')
    count += 1
    if (count > FIELDS_MAX) return refuse('too_many_fields')
    const value = readValue(childrenOf(node, name))
    if (value === null) return refuse('not_flat')
    fields[name] = value
  }
  return { ok: true, fields }
}

/** The text of a field, character references decoded outside CDATA only; null when there is more than text. */
function readValue(nodes: Node[]): string | null {
  let value = ''
  for (const node of nodes) {
    if (TEXT_NODE in node) value += decode(textOf(node))
    else if (CDATA_NODE in node) value += childrenOf(node, CDATA_NODE).map(textOf).join('')
    else return null
  }
  return value
}

function decode(text: string): string {
  return text.replace(REFERENCE, (_, decimal, hex, name) => characterOf(decimal, hex, name) ?? '')
}

/** What a reference stands for; null when that is no character of XML. */
function characterOf(decimal?: string, hex?: string, name?: string): string | null {
  if (name !== undefined) return NAMED.get(name) ?? null
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
  if (code > 0x10ffff) return null
  const character = String.fromCodePoint(code)
  return NO_CHARACTER.test(character) ? null : character
}

/** What the validator lets through and XML or WeChat does not: everything here is looked for outside CDATA. */
function forbiddenMarkup(document: string): 'not_allowed' | 'other_name' | null {
  // The gap stays visible, so that the text before a section and the text after it cannot grow together.
  const outside = document.replace(CDATA, '\0')
  if (outside.includes(']]>') || outside.replace(REFERENCE, '').includes('&')) return 'not_allowed'
  const isNoCharacter = ([, decimal, hex, name]: RegExpMatchArray) => characterOf(decimal, hex, name) === null
  if ([...outside.matchAll(REFERENCE)].some(isNoCharacter)) return 'not_allowed'
  const rest = outside.replace(TAG, '')
  if (!rest.includes('<')) return null
  return rest.replace(OTHER_TAG, '').includes('<') ? 'not_allowed' : 'other_name'
}

function isBlank(node: Node): boolean {
  return TEXT_NODE in node && /^[ \t\n]*$/.test(textOf(node))
}

function textOf(node: Node): string {
  return String(node[TEXT_NODE] ?? '')
}

function nameOf(node: Node): string {
  return Object.keys(node)[0] ?? ''
}

function childrenOf(node: Node, name: string): Node[] {
  const children = node[name]
  return Array.isArray(children) ? children : []
}

function refuse<Problem extends XmlProblem>(reason: Problem): Refused<Problem> {
  return { ok: false, reason }
}

/** Whether a value is written without CDATA. */
type IsBare = (value: string, name: string) => boolean

const isWhole: IsBare = (value) => /^(0|[1-9]\d{0,14})$/.test(value)

/** A message as WeChat writes it: one element per line, bare what `isBare` says, everything else in CDATA. */
export function writeXml(fields: Fields, isBare: IsBare = isWhole, root: 'xml' | 'root' = 'xml'): string {
  const lines = Object.entries(fields).map(([name, value]) => {
    if (!NAME.test(name)) throw new Error(`not a field name: ${name}`)
    return `<${name}>${isBare(value, name) ? value : cdata(value)}</${name}>`
  })
  return `<${root}>${lines.join('\n')}\n</${root}>`
}

/** `]]>` would end the section, so it is divided between two. */
function cdata(value: string): string {
  return `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}
