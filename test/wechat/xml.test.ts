import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import { sign } from '@/lib/wechat/v2/sign'
import { readXml, writeXml, type XmlProblem } from '@/lib/wechat/v2/xml'

const read = (text: string) => readXml(new TextEncoder().encode(text))

/** The fields as another parser sees them, which knows XML but not WeChat; null when it finds the document broken. */
function readOtherwise(text: string): Record<string, string> | null {
  const fields: [string, string][] = []
  let [depth, value, hasError] = [0, '', false]
  const parser = new SaxesParser()
  parser.on('opentag', () => {
    depth += 1
    value = ''
  })
  parser.on('text', (part) => {
    value += part
  })
  parser.on('cdata', (part) => {
    value += part
  })
  parser.on('closetag', ({ name }) => {
    if (depth === 2) fields.push([name, value])
    depth -= 1
  })
  parser.on('error', () => {
    hasError = true
  })
  parser.write(text).close()
  return hasError ? null : Object.fromEntries(fields)
}

/** Whatever we read, the other parser reads too, and the same. */
function expectAgreement(text: string): void {
  const result = read(text)
  if (result.ok) expect({ ...result.fields }).toEqual(readOtherwise(text))
}

const fieldsOf = (count: number) => Array.from({ length: count }, (_, at) => `<f${at}>1</f${at}>`).join('')

const REFUSED: [string, string, XmlProblem][] = [
  ['nothing', '', 'not_well_formed'],
  ['plain text', 'SUCCESS', 'not_well_formed'],
  ['JSON', '{"xml":{}}', 'not_well_formed'],
  ['HTML', '<html><body>502 Bad Gateway</body></html>', 'other_root'],
  ['another root', '<root><a>1</a></root>', 'other_root'],
  ['a root in capitals', '<XML><a>1</a></XML>', 'other_root'],
  ['a byte order mark', '\ufeff<xml><a>1</a></xml>', 'byte_order_mark'],
  ['text before the root', 'x<xml><a>1</a></xml>', 'not_well_formed'],
  ['text after the root', '<xml><a>1</a></xml>SUCCESS', 'not_well_formed'],
  ['a section after the root', '<xml><a>1</a></xml><![CDATA[x]]>', 'not_well_formed'],
  ['text after a root in one tag', '<xml/>--', 'not_well_formed'],
  ['a space of another alphabet in a tag', '<xml\u00a0><a>1</a></xml>', 'not_allowed'],
  ['two roots', '<xml><a>1</a></xml><xml><b>1</b></xml>', 'not_well_formed'],
  ['text between fields', '<xml><a>1</a>x<b>1</b></xml>', 'not_flat'],
  ['a space of another alphabet between fields', '<xml>\u00a0<a>1</a></xml>', 'not_flat'],
  ['a section between fields', '<xml><![CDATA[x]]><a>1</a></xml>', 'not_flat'],
  ['an empty section between fields', '<xml><![CDATA[]]><a>1</a></xml>', 'not_flat'],
  ['nesting', '<xml><a><b>1</b></a></xml>', 'not_flat'],
  ['nesting beside text', '<xml><a>1<b/></a></xml>', 'not_flat'],
  ['deep nesting', `<xml>${'<a>'.repeat(2_000)}${'</a>'.repeat(2_000)}</xml>`, 'not_well_formed'],
  ['a field twice', '<xml><a>1</a><a>1</a></xml>', 'field_twice'],
  ['an empty field twice', '<xml><a/><b>1</b><a></a></xml>', 'field_twice'],
  ['401 fields', `<xml>${fieldsOf(401)}</xml>`, 'too_many_fields'],
  ['a cut document', '<xml><a>1</a>', 'not_well_formed'],
  ['a cut section', '<xml><a><![CDATA[1</a></xml>', 'not_well_formed'],
  ['crossed tags', '<xml><a><b>1</a></b></xml>', 'not_well_formed'],
  ['a wrong closing tag', '<xml><a>1</b></xml>', 'not_well_formed'],
  ['a field named __proto__', '<xml><__proto__>1</__proto__></xml>', 'not_well_formed'],
  ['a field named constructor', '<xml><constructor>1</constructor></xml>', 'not_well_formed'],
  ['a namespace', '<xml><a:b xmlns:a="urn:a">1</a:b></xml>', 'not_allowed'],
  ['a prefix', '<xml><a:b>1</a:b></xml>', 'other_name'],
  ['a name with a dot', '<xml><a.b>1</a.b></xml>', 'other_name'],
  ['a name with a dash', '<xml><a-b>1</a-b></xml>', 'other_name'],
  ['a Chinese name', '<xml><金额>1</金额></xml>', 'other_name'],
  ['a name of the parser', '<xml><#text>1</#text></xml>', 'not_well_formed'],
  ['an attribute of the root', '<xml a="1"><a>1</a></xml>', 'not_allowed'],
  ['a default namespace', '<xml xmlns="urn:a"><a>1</a></xml>', 'not_allowed'],
  ['an attribute of a field', '<xml><a b="1">1</a></xml>', 'not_allowed'],
  ['an attribute that hides markup', '<xml><a b="<![CDATA["><!DOCTYPE x>]]>1</a></xml>', 'not_allowed'],
  ['a comment', '<xml><!-- x --><a>1</a></xml>', 'not_allowed'],
  ['a comment in a value', '<xml><a>1<!-- x -->00</a></xml>', 'not_allowed'],
  ['a comment that hides a section', '<xml><!-- <![CDATA[ --><a>1</a><!-- ]]> --></xml>', 'not_allowed'],
  ['a processing instruction', '<xml><?php x ?><a>1</a></xml>', 'not_allowed'],
  ['a style sheet', '<?xml-stylesheet href="x"?><xml><a>1</a></xml>', 'not_allowed'],
  ['a declaration that is not at the start', ' <?xml version="1.0"?><xml><a>1</a></xml>', 'not_well_formed'],
  ['two declarations', '<?xml version="1.0"?><?xml version="1.0"?><xml><a>1</a></xml>', 'not_allowed'],
  ['another encoding', '<?xml version="1.0" encoding="GBK"?><xml><a>1</a></xml>', 'other_encoding'],
  ['another version', '<?xml version="1.1"?><xml><a>1</a></xml>', 'other_version'],
  ['quotes that do not match', `<?xml version="1.0'?><xml><a>1</a></xml>`, 'not_allowed'],
  ['a document type', '<!DOCTYPE xml><xml><a>1</a></xml>', 'not_allowed'],
  ['a document type in small letters', '<!doctype xml><xml><a>1</a></xml>', 'not_well_formed'],
  ['a document type inside', '<xml><!DOCTYPE xml><a>1</a></xml>', 'not_allowed'],
  ['an external document type', '<!DOCTYPE xml SYSTEM "http://192.0.2.1/x.dtd"><xml><a>1</a></xml>', 'not_allowed'],
  ['an entity that is declared', '<!DOCTYPE xml [<!ENTITY x "1">]><xml><a>&x;</a></xml>', 'not_allowed'],
  ['an entity that nobody knows', '<xml><a>&nbsp;</a></xml>', 'not_allowed'],
  ['an entity named like an inherited member', '<xml><a>&constructor;</a></xml>', 'not_allowed'],
  ['a bare ampersand', '<xml><a>1 & 2</a></xml>', 'not_well_formed'],
  ['an entity in two halves', '<xml><a>&am<![CDATA[x]]>p;</a></xml>', 'not_well_formed'],
  ['an ampersand between fields', '<xml>&amp;<a>1</a></xml>', 'not_flat'],
  ['a reference to NUL', '<xml><a>&#0;</a></xml>', 'not_allowed'],
  ['a reference to half a character', '<xml><a>&#xD800;</a></xml>', 'not_allowed'],
  ['a reference beyond Unicode', '<xml><a>&#x110000;</a></xml>', 'not_allowed'],
  ['a reference to U+FFFE', '<xml><a>&#xFFFE;</a></xml>', 'not_allowed'],
  ['NUL', '<xml><a>\0</a></xml>', 'control_character'],
  ['NUL in a section', '<xml><a><![CDATA[\0]]></a></xml>', 'control_character'],
  ['an escape character', '<xml><a>\u001b[31m</a></xml>', 'control_character'],
  ['U+FFFE', '<xml><a>\ufffe</a></xml>', 'control_character'],
  ['U+FFFF', '<xml><a>\uffff</a></xml>', 'control_character'],
  ['the end of a section in text', '<xml><a>x]]>y</a></xml>', 'not_allowed'],
]

test.each(REFUSED)('%s is refused', (_, text, reason) => {
  expect(read(text)).toEqual({ ok: false, reason })
})

test.each([
  ['an invalid byte', [0x80]],
  ['a cut character', [0xe8, 0x8c]],
  ['an overlong form', [0xc0, 0xaf]],
  ['half a surrogate pair', [0xed, 0xa0, 0x80]],
  ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
])('%s is not UTF-8', (_, bytes) => {
  const text = new TextEncoder()
  const document = Buffer.concat([text.encode('<xml><a>'), Buffer.from(bytes), text.encode('</a></xml>')])
  expect(readXml(document)).toEqual({ ok: false, reason: 'not_utf8' })
})

test.each(['utf16le', 'ucs2'] as const)('%s is not UTF-8 either', (encoding) => {
  expect(readXml(Buffer.from('\ufeff<xml><a>1</a></xml>', encoding)).ok).toBe(false)
})

const SIZE = 64 * 1024
const RUBBISH = [
  'x',
  '<',
  '&',
  '<a>',
  '<a/>',
  '<a ',
  '</xml ',
  '<![CDATA[',
  ']]',
  '<!--',
  '<?',
  '<!DOCTYPE a [',
  '&#1;',
]

test.each(RUBBISH)('64 KiB of %j are refused, alone and in a document', (part) => {
  const rubbish = part.repeat(SIZE / part.length)
  for (const text of [rubbish, `<xml>${rubbish}`, `<xml><a>${rubbish}`, `<xml/>${rubbish}`, `<?xml ${rubbish}`]) {
    expect(read(text.slice(0, SIZE)).ok).toBe(false)
  }
})

test('a value that fills a message is read', () => {
  const value = '茶'.repeat(20_000)
  expect(read(writeXml({ value }))).toEqual({ ok: true, fields: { value } })
})

test('no bytes whatever make it throw', () => {
  const [head, tail] = ['<xml><a>', '</a></xml>'].map((text) => new TextEncoder().encode(text))
  const inside = (bytes: Uint8Array) => Buffer.concat([head ?? bytes, bytes, tail ?? bytes])
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(readXml(bytes).ok).toBe(false)
      expect(() => readXml(inside(bytes))).not.toThrow()
    }),
    { numRuns: 2_000 },
  )
})

test.each<[string, string, Record<string, string>]>([
  ['no field at all', '<xml></xml>', {}],
  ['a root in one tag', '<xml/>', {}],
  [
    '400 fields',
    `<xml>${fieldsOf(400)}</xml>`,
    Object.fromEntries([...Array(400).keys()].map((at) => [`f${at}`, '1'])),
  ],
  ['spaces around values', '<xml><a> 1 </a><b>\t\n</b></xml>', { a: ' 1 ', b: '\t\n' }],
  ['spaces in tags', '<xml ><a >1</a ><b /></xml >', { a: '1', b: '' }],
  ['spaces around the root', '\n <xml><a>1</a></xml>\n\n', { a: '1' }],
  ['text beside a section', '<xml><a>x <![CDATA[<y>]]> z</a></xml>', { a: 'x <y> z' }],
  ['brackets beside a section', '<xml><a>]]<![CDATA[x]]>></a></xml>', { a: ']]x>' }],
  ['references', '<xml><a>&#33590;&#x8336;&#x1F375;&#38;lt;</a></xml>', { a: '茶茶🍵&lt;' }],
  ['a reference in a section', '<xml><a><![CDATA[&#33590;&amp;]]></a></xml>', { a: '&#33590;&amp;' }],
  ['markup in a section', '<xml><a><![CDATA[<!DOCTYPE x><!-- -->]]></a></xml>', { a: '<!DOCTYPE x><!-- -->' }],
  [
    'names of inherited members',
    '<xml><toString>1</toString><valueOf>2</valueOf></xml>',
    { toString: '1', valueOf: '2' },
  ],
  ['names like the parser’s own', '<xml><text>1</text><cdata>2</cdata></xml>', { text: '1', cdata: '2' }],
  ['a declaration', `<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<xml><a>1</a></xml>`, { a: '1' }],
  ['lines of another system', '<xml>\r\n<a>1\r\n2\r3</a>\r\n</xml>', { a: '1\n2\n3' }],
])('%s can be read', (_, text, fields) => {
  expect(read(text)).toEqual({ ok: true, fields })
  expectAgreement(text)
})

test('fields inherit nothing', () => {
  const result = read('<xml><a>1</a></xml>')
  expect(result.ok && Object.getPrototypeOf(result.fields)).toBeNull()
})

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,15}$/).filter((it) => !(it in {}) || it === 'toString')
const character = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...']]><![CDATA[&amp;#10 \t\n"\'/=茶🍵\u00a0\ufeff') },
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 1 })
    .filter((it) => /^[\u{20}-\u{d7ff}\u{e000}-\u{fffd}]$/u.test(it)),
)
const value = fc.oneof(
  fc.array(character, { maxLength: 40 }).map((it) => it.join('')),
  fc.nat().map(String),
  fc.stringMatching(/^[0-9]{1,30}$/),
)

test('whatever is written reads back, character by character', () => {
  fc.assert(
    fc.property(fc.dictionary(name, value, { maxKeys: 20 }), (fields) => {
      const text = writeXml(fields)
      expect(read(text)).toEqual({ ok: true, fields })
      expectAgreement(text)
    }),
    { numRuns: 500 },
  )
})

test('WeChat’s form: one element per line, strings in sections, whole numbers bare', () => {
  expect(writeXml({ return_code: 'SUCCESS', total_fee: '100', attach: '', zero: '0', padded: '007', end: ']]>' })).toBe(
    `<xml><return_code><![CDATA[SUCCESS]]></return_code>
<total_fee>100</total_fee>
<attach><![CDATA[]]></attach>
<zero>0</zero>
<padded><![CDATA[007]]></padded>
<end><![CDATA[]]]]><![CDATA[>]]></end>
</xml>`,
  )
})

test.each(['', '1a', 'a b', 'a>', 'a/', '金额', 'a-b', 'a:b'])('"%s" is not written as a name', (wrong) => {
  expect(() => writeXml({ [wrong]: '1' })).toThrow('not a field name')
})

/** Splinters of XML, good and bad, from which documents are thrown together. */
const splinters =
  `<xml> </xml> <xml/> <a> </a> </a/> <a/> <b> </b> < > / = " <![CDATA[ ]]> ]] & &amp; &#65; &#x0; &x; ; <!-- --> --
  <? ?> <!DOCTYPE [ ]> <!ENTITY x 1 茶 : - . \u00a0 \ufeff \ufffe`.split(/[ \n]+/)
const piece = fc.constantFrom(...splinters, ' ', '\n', '<a b="1">', "<a b='<'>", '<a b>', '<?xml version="1.0"?>')

test('nothing is read that another parser finds broken', () => {
  const anything = fc.array(piece, { maxLength: 12 }).map((it) => it.join(''))
  const nearly = anything.map((inner) => `<xml>${inner}</xml>`)
  const nearer = anything.map((inner) => `<xml><c>${inner}</c></xml>`)
  fc.assert(
    fc.property(fc.oneof(anything, nearly, nearer), (text) => {
      expectAgreement(text)
    }),
    { numRuns: 10_000 },
  )
})

test('a document with one character changed is read as the other parser sees it, or refused', () => {
  const document = writeXml({ return_code: 'SUCCESS', total_fee: '100', attach: 'a]]>b&<茶' })
  const change = fc.tuple(fc.nat(document.length), fc.nat(2), piece)
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const text = changes.reduce((it, [at, cut, put]) => it.slice(0, at) + put + it.slice(at + cut), document)
      expectAgreement(text)
    }),
    { numRuns: 5_000 },
  )
})

/** A value in any of the ways in which XML can write it, all mixed. */
const written = value.chain((text) =>
  fc.tuple(fc.constant(text), fc.array(fc.constantFrom('plain', 'section', 'decimal', 'hex'), { minLength: 1 })),
)
const WRITERS: Record<string, (character: string) => string> = {
  plain: (it) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' })[it] ?? it,
  section: (it) => `<![CDATA[${it}]]>`,
  decimal: (it) => `&#${it.codePointAt(0)};`,
  hex: (it) => `&#x${it.codePointAt(0)?.toString(16)};`,
}
const gap = fc.stringMatching(/^[ \t\n]{0,3}$/)
const declaration = fc.constantFrom(
  '',
  '<?xml version="1.0"?>',
  "<?xml version='1.0' encoding='utf-8' standalone='no'?>",
)

test('a value is the same however XML writes it, and so is its signature', () => {
  const document = fc.record({ fields: fc.dictionary(name, written, { maxKeys: 8 }), gap, declaration })
  fc.assert(
    fc.property(document, ({ fields, gap, declaration }) => {
      const elements = Object.entries(fields).map(([name, [text, ways]]) => {
        const inner = [...text].map((it, at) => WRITERS[ways[at % ways.length] ?? 'plain']?.(it))
        return `<${name}${gap}>${inner.join('')}</${name}${gap}>`
      })
      const text = `${declaration}${gap}<xml${gap}>${gap}${elements.join(gap)}</xml>${gap}`
      const values = Object.fromEntries(Object.entries(fields).map(([name, [text]]) => [name, text]))
      const result = read(text)
      expect(result).toEqual({ ok: true, fields: values })
      expectAgreement(text)
      if (!result.ok) return
      expect(read(writeXml(result.fields))).toEqual(result)
      expect(sign(result.fields, 'key', 'MD5')).toBe(sign(values, 'key', 'MD5'))
    }),
    { numRuns: 500 },
  )
})

test('a message with some of its bytes changed is UTF-8 and read as the other parser sees it, or refused', () => {
  const document = Buffer.from(writeXml({ return_code: 'SUCCESS', total_fee: '100', attach: '茶🍵 & <x>' }))
  const change = fc.record({ at: fc.nat(document.length), cut: fc.nat(3), put: fc.uint8Array({ maxLength: 3 }) })
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const bytes = changes.reduce(
        (it, { at, cut, put }) => Buffer.concat([it.subarray(0, at), put, it.subarray(at + cut)]),
        document,
      )
      if (!readXml(bytes).ok) return
      expect(Buffer.from(bytes.toString('utf8')).equals(bytes)).toBe(true)
      expectAgreement(bytes.toString('utf8'))
    }),
    { numRuns: 5_000 },
  )
})

test('a document of WeChat’s plain form is read as the same one in another form, with a space in its last tag', () => {
  const piece = fc.constantFrom(
    '1',
    '68',
    'a',
    ' ',
    '\n',
    '\t',
    ']',
    ']]',
    '>',
    '茶',
    '&amp;',
    '&',
    '<',
    '<a>',
    '-',
    '',
  )
  const value = fc.array(piece, { maxLength: 4 }).map((parts) => parts.join(''))
  const name = fc.constantFrom('a', 'b', 'toString', 'constructor', '__proto__', 'xml', '1', 'a-b')
  const element = fc
    .tuple(name, value, fc.constantFrom('', '\n', ' ', 'x'), fc.boolean())
    .map(([name, value, after, isInSection]) => {
      return `<${name}>${isInSection ? `<![CDATA[${value}]]>` : value}</${name}>${after}`
    })
  const body = fc.array(element, { maxLength: 4 }).map((elements) => elements.join(''))
  const property = fc.property(body, fc.constantFrom('xml', 'xml', 'root'), (body, root) => {
    expect(read(`<${root}>${body}</${root}>`)).toEqual(read(`<${root}>${body}</${root} >`))
  })
  fc.assert(property, { numRuns: 2_000 })
})

test('a document of the plain form has no more fields than any other', () => {
  expect(read(`<xml>${fieldsOf(400)}</xml>`)).toMatchObject({ ok: true })
  expect(read(`<xml>${fieldsOf(401)}</xml>`)).toEqual({ ok: false, reason: 'too_many_fields' })
})
