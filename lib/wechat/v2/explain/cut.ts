import type { Fields } from '../sign'
import { readXml } from '../xml'

const SECTION = '<![CDATA['
const SECTION_END = ']]>'
const FIELD_END = /<\/\w+\s*>|<\w+\s*\/>/g

/**
 * The complete fields of a message that ends too early, as when a connection broke or a buffer was too small; null for
 * everything else, whatever else is wrong with it.
 */
export function readCutXml(bytes: Uint8Array): Fields | null {
  const text = decode(bytes)
  const start = /^\s*(<\?xml [^>]*\?>\s*)?<xml\s*>/.exec(text)?.[0].length
  if (start === undefined) return null
  const outside = hideSections(text)
  const open = outside.indexOf(SECTION)
  const tags = open === -1 ? outside : outside.slice(0, open)
  const last = [...tags.matchAll(FIELD_END)].at(-1)
  const end = last === undefined ? start : last.index + last[0].length
  if (!isCutField(outside.slice(end))) return null
  const read = readXml(new TextEncoder().encode(`${text.slice(0, end)}</xml>`))
  return read.ok ? read.fields : null
}

/** The text of bytes that may end inside a character; nothing when they are no UTF-8 otherwise. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true })
  } catch {
    return ''
  }
}

/** The same text, as long as before, with what stands in complete sections hidden. */
function hideSections(text: string): string {
  let hidden = ''
  for (let at = 0; ; ) {
    const start = text.indexOf(SECTION, at)
    const end = start === -1 ? -1 : text.indexOf(SECTION_END, start)
    if (end === -1) return hidden + text.slice(at)
    const next = end + SECTION_END.length
    hidden += text.slice(at, start) + 'x'.repeat(next - start)
    at = next
  }
}

/** Whether a text is the beginning of a field, or of the end of the document. */
function isCutField(text: string): boolean {
  if (/^\s*(<\/?\w*\s*)?$/.test(text)) return true
  const match = /^\s*<\w+\s*>[^<]*(<[\s\S]*)?$/.exec(text)
  if (match === null) return false
  const [, end = ''] = match
  return end.startsWith(SECTION) || SECTION.startsWith(end) || /^<\/\w*\s*$/.test(end)
}
