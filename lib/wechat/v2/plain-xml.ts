import { type Fields, newFields } from './sign'

const NAME = '([A-Za-z_][A-Za-z0-9_]*)'
const OPENING = new RegExp(`^[ \\t\\n]*<${NAME}>`)
/** A field with nothing in it but one CDATA section, or text without a space or any character that means something. */
const FIELD = new RegExp(
  `[ \\t\\n]*<${NAME}>(?:<!\\[CDATA\\[([^\\]]*(?:\\](?!\\]>)[^\\]]*)*)\\]\\]>|([^\\s<>&\\]]+))</\\1>`,
  'y',
)
const CLOSING = new RegExp(`[ \\t\\n]*</${NAME}>[ \\t\\n]*$`, 'y')

/**
 * The fields of a document as WeChat writes every one of its own: nothing but fields, each by itself. Null for any other
 * document, right or wrong, which a real parser has to look at; that takes ten times as long.
 */
export function readPlainXml(document: string, fieldsMax: number): { root: string; fields: Fields } | null {
  const opening = OPENING.exec(document)
  if (opening === null) return null
  const fields = newFields()
  FIELD.lastIndex = opening[0].length
  let at = FIELD.lastIndex
  for (let count = 0; ; count += 1) {
    const field = FIELD.exec(document)
    if (field === null) break
    const [, name = '', inSection, bare = ''] = field
    if (count === fieldsMax || Object.hasOwn(fields, name) || isInherited(name)) return null
    fields[name] = inSection ?? bare
    at = FIELD.lastIndex
  }
  CLOSING.lastIndex = at
  const closing = CLOSING.exec(document)
  const [, root = ''] = opening
  return closing?.[1] === root && !isInherited(root) ? { root, fields } : null
}

/** Names such as `constructor`, of which the parser refuses some. */
function isInherited(name: string): boolean {
  return name in {}
}
