/**
 * Received bytes as text that does nothing but stand there: what is no UTF-8 and every control character, those that
 * change the direction of writing too, are shown as escapes. Line breaks and tabs stay.
 */
export function visibleText(bytes: Uint8Array): string {
  return readable(bytes).replace(/[^\P{C}\n\t]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
}

function readable(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Byte by byte, so that nothing is hidden behind a replacement character.
    return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`)).join('')
  }
}
