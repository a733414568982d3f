/** Most bytes of any body, received or replied. */
const BYTES_MAX = 64 * 1024

/** Reads a whole body, or null if it has more than `BYTES_MAX` bytes; what is more is neither read nor kept. */
export async function readBytes(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array | null> {
  if (body === null) return new Uint8Array()
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks)
    size += value.byteLength
    if (size > BYTES_MAX) {
      // Not awaited: whoever sends too much may also never let go.
      reader.cancel().catch(() => undefined)
      return null
    }
    chunks.push(value)
  }
}
