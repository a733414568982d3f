import { writeGbk } from '../../v2/explain/gbk'
import { rewritingsOf } from './json'
import { type Draft, lineText, rightText, type Subject, utf8, withLine } from './subject'

const MARK = '\ufeff'

const body = (subject: Subject) => lineText(subject, 'body')

function* withBodies(subject: Subject, others: (body: string) => Iterable<string | Uint8Array>): Iterable<Draft> {
  const own = body(subject)
  if (own === null) return
  for (const other of others(own)) if (other !== own) yield withLine(subject, 'body', other)
}

export function withoutBody(subject: Subject): Iterable<Draft> {
  return withBodies(subject, () => [''])
}

/** What programs put in place of a body that is not there. */
export function withBody(subject: Subject): Iterable<Draft> {
  return withBodies(subject, function* (own) {
    if (own !== '') return
    yield* ['{}', 'null', 'undefined', '""', '[]', 'None']
    const query = (lineText(subject, 'target') ?? '').split(/\?(.*)/s)[1]
    if (!query) return
    yield query
    yield JSON.stringify(Object.fromEntries(new URLSearchParams(query)))
  })
}

/** White space at the end that was sent and not signed. */
export function withEndTrimmed(subject: Subject): Iterable<Draft> {
  return withBodies(subject, (own) => (own.startsWith(MARK) ? [] : [own.trimEnd(), own.trim()]))
}

export function withEndAdded(subject: Subject): Iterable<Draft> {
  return withBodies(subject, (own) => (own === '' ? [] : [`${own} `, `${own}\n`, `${own}\r\n`, `${own}\0`]))
}

export function withMark(subject: Subject): Iterable<Draft> {
  return withBodies(subject, (own) => (own.startsWith(MARK) ? [own.slice(1)] : [MARK + own]))
}

export function withOtherLineBreaks(subject: Subject): Iterable<Draft> {
  return withBodies(subject, (own) => [
    own.replaceAll('\r\n', '\n'),
    own.replace(/\r?\n/g, '\r\n'),
    own.replace(/\r?\n/g, ''),
    own.replace(/\r?\n/g, '\\n'),
    own.replaceAll('\\n', '\n'),
  ])
}

/** Bodies read and written again; each says itself what was changed. */
export function* withJson(subject: Subject): Iterable<Draft> {
  const own = body(subject)
  if (own === null || own === '') return
  for (const [cause, text] of rewritingsOf(own)) yield { ...withLine(subject, 'body', text), cause }
  for (const text of ['[object Object]', JSON.stringify(own)]) yield withLine(subject, 'body', text)
}

export function* inOtherEncodings(subject: Subject): Iterable<Draft> {
  yield { bytes: Buffer.from(utf8(rightText(subject)) ?? '', 'utf16le') }
  yield* withBodies(subject, function* (own) {
    if (!/[^\0-\x7f]/.test(own)) return
    const bytes = Buffer.from(own)
    yield writeGbk(own) ?? own
    yield Buffer.from(own, 'latin1')
    yield bytes.toString('latin1')
    yield new TextDecoder('windows-1252').decode(bytes)
    yield new TextDecoder('gbk').decode(bytes)
    yield own.replace(/[^\0-\x7f]/gu, '?')
    yield own.replace(/[^\0-\x7f]/gu, '')
    yield own.replace(/[^\0-\x7f]/gu, '\ufffd')
    yield own.normalize('NFC')
    yield own.normalize('NFD')
    yield new TextDecoder().decode(Buffer.from(own, 'latin1'))
  })
}
