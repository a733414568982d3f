/**
 * Text of a stranger that does nothing but stand there: every control character, those that change the direction of
 * writing too, is shown as an escape. Line breaks and tabs stay.
 */
export function visibleText(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
}

/** Received bytes as such a text; what is no UTF-8 is shown byte by byte, not hidden behind a replacement character. */
export function visibleBytes(bytes: Uint8Array): string {
  try {
    return visibleText(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    const ascii = Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`))
    return visibleText(ascii.join(''))
  }
}
