import { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** A body as it comes in: a stream of the web's, or one of Node.js, which costs a tenth of that. */
export type BodyStream = ReadableStream<Uint8Array> | Readable

/**
 * All bytes of a body, or null as soon as there are more than `bytesMax`; the rest is neither read nor kept. Rejects when
 * the body breaks off or the signal aborts; the body is let go then.
 */
export function readBytes(
  body: BodyStream | null,
  bytesMax: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  if (body === null) return Promise.resolve(new Uint8Array())
  return body instanceof Readable ? readPieces(body, bytesMax, signal) : readStream(body, bytesMax, signal)
}

async function readStream(
  body: ReadableStream<Uint8Array>,
  bytesMax: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
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

function readPieces(body: Readable, bytesMax: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer> | null> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let size = 0
    const take = (part: Buffer) => {
      size += part.length
      if (size <= bytesMax) return void parts.push(part)
      resolve(null)
      letGo()
    }
    const end = () => {
      resolve(Buffer.concat(parts))
      leave()
    }
    const fail = (error: unknown) => {
      reject(error)
      letGo()
    }
    const close = () => fail(new Error('the body broke off'))
    const stop = () => fail(signal?.reason)
    const leave = () => {
      body.off('data', take).off('end', end).off('close', close)
      signal?.removeEventListener('abort', stop)
    }
    const letGo = () => {
      leave()
      // Of a request that comes in, the answer goes out on the same connection, which the end of its stream would end.
      if (body instanceof IncomingMessage) body.pause()
      else body.destroy()
    }
    if (signal?.aborted) return stop()
    if (body.destroyed) return close()
    // Stays: what is wrong with a body that was let go concerns nobody.
    body.on('error', fail)
    body.on('data', take).once('end', end).once('close', close)
    signal?.addEventListener('abort', stop)
  })
}
