/** Names under which secrets go about. */
export const SECRET_NAMES = [
  'key',
  'apiKey',
  'api_key',
  'sign',
  'paySign',
  'authorization',
  'cookie',
  'password',
  'token',
  'openid',
  'req_info',
  'contactEmail',
  'contactPhone',
  'deliveryAddress',
  'buyerNote',
]

const MASK = '***'

/** A name, perhaps the end of a longer one, and what stands after it: in quotes, in a tag, or up to where a value ends. */
const NAMED = new RegExp(
  `\\b([\\w-]{0,32}?(?:${SECRET_NAMES.join('|')})["']?(?: ?[:=] ?|>))` +
    `("[^"\\n]*"|'[^'\\n]*'|(?:<!\\[CDATA\\[)?[^\\s"'<>&,;)}\\]]+)`,
  'gi',
)
/** These have blanks and semicolons in them, and end with their line. */
const WHOLE_LINE = /\b((?:set-|proxy-)?(?:authorization|cookie):[ \t]*)(?!["' \t])[^\n]+/gi

/** A text of somebody else's making without what stands in it under the name of a secret. */
export function maskNamed(text: string): string {
  return text.replace(WHOLE_LINE, `$1${MASK}`).replace(NAMED, `$1${MASK}`)
}

/** A function that takes these secrets out of a text or a line of JSON, whatever name they stand under. */
export function masker(secrets: readonly string[]): (line: string) => string {
  const spellings = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
  const written = [...new Set(spellings)].filter((it) => it !== '')
  return (line) => written.reduce((text, secret) => text.replaceAll(secret, MASK), line)
}
