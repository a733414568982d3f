import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { BILL_BYTES_MAX } from '@/lib/shop/bill'

/** How long a bill may take to come. */
export const BILL_MS_MAX = 5 * 60_000
/** What is said instead of a bill has some hundred bytes. */
const TEXT_BYTES_MAX = 64 * 1024

export type ReceivedBill =
  | { type: 'file'; sha256: string; sha1: string; bytes: number }
  /** A text that begins like XML, JSON or HTML, and so is no bill. */
  | { type: 'text'; bytes: Uint8Array }
  | { type: 'failed'; problem: 'too_large' | 'broken_gzip' | 'no_connection' | 'empty' }

class TooLarge extends Error {}

/** Thrown by whoever takes the bytes, as against the network; it goes through to the caller. */
class NotTaken extends Error {}

/**
 * Hands over the bytes of a bill as they come, uncompressed whether it is compressed or not; no more than the limit is
 * ever read or opened, however much is sent. What `take` fails with goes through to the caller.
 */
export async function receiveBill(
  body: ReadableStream<Uint8Array> | null,
  take: (bytes: Uint8Array) => Promise<void>,
  { bytesMax = BILL_BYTES_MAX, signal }: { bytesMax?: number; signal?: AbortSignal } = {},
): Promise<ReceivedBill> {
  if (body === null) return { type: 'failed', problem: 'empty' }
  // Whoever waits for more bytes is let go as soon as anything is wrong with those that came.
  const stop = new AbortController()
  const end = () => stop.abort()
  // What is wrong first is why; that nobody reads on any more comes of it.
  let failure: unknown = null
  const fail = (error: unknown) => {
    failure ??= error
    end()
  }
  signal?.addEventListener('abort', end)
  const source = readOn(body, bytesMax, stop.signal)
  try {
    const first = await beginningOf(source)
    if (first.length === 0) return { type: 'failed', problem: 'empty' }
    if (isText(first)) return { type: 'text', bytes: await allOf(first, source) }
    const isPacked = first[0] === 0x1f && first[1] === 0x8b
    const whole = Readable.from(beginningWith(first, source))
    const hashes = { sha256: createHash('sha256'), sha1: createHash('sha1') }
    let size = 0
    const handOver = async (bytes: Uint8Array) => {
      size += bytes.byteLength
      if (size > bytesMax) throw new TooLarge()
      hashes.sha256.update(bytes)
      hashes.sha1.update(bytes)
      await take(bytes).catch((error) => {
        throw new NotTaken('not taken', { cause: error })
      })
    }
    const hand = async (parts: AsyncIterable<Uint8Array>) => {
      for await (const bytes of parts) {
        await handOver(bytes).catch((error) => {
          fail(error)
          throw error
        })
      }
    }
    await (isPacked ? pipeline(whole, createGunzip().on('error', fail), hand) : pipeline(whole, hand))
    return { type: 'file', sha256: hashes.sha256.digest('hex'), sha1: hashes.sha1.digest('hex'), bytes: size }
  } catch (thrown) {
    const error = failure ?? thrown
    if (error instanceof NotTaken) throw error.cause
    if (error instanceof TooLarge) return { type: 'failed', problem: 'too_large' }
    const isGzip = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')
    return { type: 'failed', problem: isGzip ? 'broken_gzip' : 'no_connection' }
  } finally {
    signal?.removeEventListener('abort', end)
    end()
  }
}

/** The bytes of a body until the limit, which ends them. The body is let go in any case. */
async function* readOn(
  body: ReadableStream<Uint8Array>,
  bytesMax: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  const reader = body.getReader()
  // Never awaited: whoever sends too much, or nothing at all, may also never let go.
  const letGo = () => void reader.cancel().catch(() => undefined)
  signal.addEventListener('abort', letGo)
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      signal.throwIfAborted()
      if (done) return
      size += value.byteLength
      if (size > bytesMax) throw new TooLarge()
      if (value.byteLength > 0) yield value
    }
  } finally {
    signal.removeEventListener('abort', letGo)
    letGo()
  }
}

/** The first bytes, as many as tell what they are; none of an empty body. */
async function beginningOf(source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for (let size = 0; size < 2; ) {
    const { done, value } = await source.next()
    if (done) break
    parts.push(value)
    size += value.byteLength
  }
  return Buffer.concat(parts)
}

async function* beginningWith(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first
  yield* rest
}

/** A bill begins with a byte order mark, a Chinese character, or as gzip does. */
function isText(first: Uint8Array): boolean {
  return first[0] === 0x3c || first[0] === 0x7b
}

async function allOf(first: Uint8Array, rest: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts = [first]
  let size = first.byteLength
  for await (const bytes of rest) {
    size += bytes.byteLength
    if (size > TEXT_BYTES_MAX) break
    parts.push(bytes)
  }
  return Buffer.concat(parts).subarray(0, TEXT_BYTES_MAX)
}
