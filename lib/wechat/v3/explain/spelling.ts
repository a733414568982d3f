import type { SignatureCause } from './causes'

/** One way to read the bytes of a signature from the text that came; `cause` is null for the right one. */
export type Spelling = { cause: SignatureCause | null; bytes: Uint8Array }

/** Characters of a signature that are looked at: a 2048-bit one has 344, in hexadecimal 512, in Base64 twice 460. */
const LENGTH_MAX = 1_024

const STANDARD = /^[A-Za-z0-9+/]+={0,2}$/

const READINGS: readonly (readonly [SignatureCause | null, (text: string) => string | null])[] = [
  [null, (text) => (/^[A-Za-z0-9+/]{342}==$/.test(text) ? text : null)],
  ['base64_line_breaks', (text) => (/\s/.test(text) ? text.replace(/\s/g, '') : null)],
  ['base64_line_breaks', (text) => (text.includes('\\n') ? text.replace(/(\\r)?\\n/g, '') : null)],
  ['plus_became_blank', (text) => (text.includes(' ') ? text.trim().replaceAll(' ', '+') : null)],
  ['base64_url_safe', (text) => (/[-_]/.test(text) ? text.replaceAll('-', '+').replaceAll('_', '/') : null)],
  ['base64_padding_lost', (text) => (/^[A-Za-z0-9+/]{342}=?$/.test(text) ? text : null)],
  ['signature_percent_encoded', (text) => (text.includes('%') ? percentDecoded(text) : null)],
  ['signature_hex', (text) => (/^[0-9a-f]{512}$/i.test(text) ? Buffer.from(text, 'hex').toString('base64') : null)],
  ['base64_twice', (text) => (STANDARD.test(text) ? Buffer.from(text, 'base64').toString('latin1') : null)],
]

/** All ways to read a signature that lead to as many bytes as a 2048-bit key makes. */
export function spellingsOf(received: string): Spelling[] {
  if (received.length > LENGTH_MAX) return []
  return READINGS.flatMap(([cause, read]) => {
    const text = read(received)
    const bytes = text !== null && STANDARD.test(text) ? Buffer.from(text, 'base64') : null
    return bytes?.length === 256 ? [{ cause, bytes }] : []
  })
}

function percentDecoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
