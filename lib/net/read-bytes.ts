/**
 * All bytes of a body, or null as soon as there are more than `bytesMax`; the rest is neither read nor kept. Rejects when
 * the body breaks off or the signal aborts; the body is let go then.
 */
export async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  bytesMax: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (body === null) return new Uint8Array()
  const reader = body.getReader()
  // Never awaited: whoever sends too much, or nothing at all, may also never let go.
  const letGo = () => void reader.cancel().catch(() => undefined)
  signal?.addEventListener('abort', letGo)
  const parts: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      signal?.throwIfAborted()
      if (done) return Buffer.concat(parts)
      size += value.byteLength
      if (size > bytesMax) return null
      parts.push(value)
    }
  } finally {
    signal?.removeEventListener('abort', letGo)
    letGo()
  }
}
