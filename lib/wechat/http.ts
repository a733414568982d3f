import { Agent, request as send } from 'undici'
import { repeatOnce } from './repeat'

/** How a gateway reaches WeChat Pay: over the network, or by a function call when the emulator is built in. */
export type Fetch = (request: Request) => Promise<Response>

/** No answer of WeChat's payment calls comes near this size. */
const ANSWER_BYTES_MAX = 64 * 1024

export class AnswerTooLarge extends Error {}

const CONNECT = { rejectUnauthorized: true }

/**
 * How long a connection waits for the next call: shorter than WeChat's front, which says `Keep-Alive: timeout=8`, also
 * when it names a longer time, because something on the way may close sooner.
 */
const IDLE_MS = { keepAliveTimeout: 4_000, keepAliveMaxTimeout: 6_000, keepAliveTimeoutThreshold: 2_000 }

/**
 * The outgoing client: certificates are verified whatever the environment says, no proxy is used, redirects are not
 * followed, nothing is decompressed. Throws `AnswerTooLarge` beyond 64 KiB, and whatever the network fails with, a
 * connection that was lost before an answer only when it happens twice. It ends when the request's signal does; whoever
 * calls sets the time limit.
 */
export function openHttp(): Fetch {
  // Without pipelining undici keeps no connection, so a repeated call never meets another one that is dead.
  const fresh = new Agent({ connect: CONNECT, pipelining: 0 })
  const dispatcher = new Agent({ connect: CONNECT, ...IDLE_MS }).compose(repeatOnce(fresh))
  return async (request) => {
    const { statusCode: status, body } = await send(request.url, {
      dispatcher,
      method: request.method as 'POST' | 'GET',
      headers: Object.fromEntries(request.headers),
      body: new Uint8Array(await request.arrayBuffer()),
      signal: request.signal,
    })
    const bytes = await readAnswer(body)
    return new Response(isBodyless(status) ? null : bytes, { status })
  }
}

/** All bytes of an answer. Throws `AnswerTooLarge` as soon as there are more than 64 KiB; the rest is not read. */
export async function readAnswer(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of chunks) {
    size += part.byteLength
    if (size > ANSWER_BYTES_MAX) throw new AnswerTooLarge()
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function isBodyless(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}
