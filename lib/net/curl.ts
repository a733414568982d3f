import { visibleText } from './visible-text'

type Exchange = { method: string; url: string; body: Uint8Array; headers?: [name: string, value: string][] }

/** Goes on in the next line of a shell. */
const NEXT_LINE = ' \\\n  '

/** Longer arguments than this many bytes are refused by some systems (Linux: 128 KiB, and a quote takes four). */
const ARGUMENT_BYTES_MAX = 30_000

/**
 * A command for a POSIX shell that sends the very same bytes once more. Text stays readable; whatever a terminal or a
 * clipboard could change (control characters, tabs, bytes that are no UTF-8) is written in octal and made by `printf`.
 */
export function writeCurl({ method, url, body, headers = [] }: Exchange): string {
  // -g: brackets in an address are no pattern.
  const start = `curl -gsS -X ${quote(method)}`
  const parts = [quote(url), ...headers.map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`)]
  if (body.byteLength === 0) return `${start} ${parts.join(NEXT_LINE)}`
  const text = readableText(body)
  // Not --data: it would send a file if the text began with an at sign.
  if (text !== null) return `${start} ${[...parts, `--data-raw ${quote(text)}`].join(NEXT_LINE)}`
  return `printf '${octal(body)}' |${NEXT_LINE}${start} ${[...parts, '--data-binary @-'].join(NEXT_LINE)}`
}

/** Between single quotes a shell changes nothing, and only the single quote itself has to stand outside. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** The body as text that can be copied and pasted unharmed, else null. */
function readableText(bytes: Uint8Array): string | null {
  if (bytes.byteLength > ARGUMENT_BYTES_MAX) return null
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return visibleText(text) === text && !text.includes('\t') ? text : null
  } catch {
    return null
  }
}

/** A format of `printf` that makes these bytes: three octal digits each, so that a digit behind cannot join in. */
function octal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte)
    if (/[\x20-\x7e]/.test(character) && !/['\\%]/.test(character)) return character
    return `\\${byte.toString(8).padStart(3, '0')}`
  }).join('')
}
