let bytesOf: Map<string, number> | null = null

/**
 * A text in GBK, which Node.js reads and does not write; null when GBK has no bytes for one of its characters. The
 * table is the reader's own, turned round.
 */
export function writeGbk(text: string): Buffer | null {
  bytesOf ??= readTable()
  const bytes: number[] = []
  for (const character of text) {
    const code = character.charCodeAt(0) < 0x80 ? character.charCodeAt(0) : bytesOf.get(character)
    if (code === undefined) return null
    if (code > 0xff) bytes.push(code >> 8, code & 0xff)
    else bytes.push(code)
  }
  return Buffer.from(bytes)
}

/** A text that was written in GBK; null when it was not. */
export function readGbk(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('gbk', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

function readTable(): Map<string, number> {
  const table = new Map<string, number>()
  for (let first = 0x81; first <= 0xfe; first += 1) {
    for (let second = 0x40; second <= 0xfe; second += 1) {
      const character = readGbk(Uint8Array.of(first, second))
      if (character !== null) table.set(character, (first << 8) | second)
    }
  }
  return table
}
