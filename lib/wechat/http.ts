import { request as send } from 'undici'

/** How a gateway reaches WeChat Pay: over the network, or by a function call when the emulator is built in. */
export type Fetch = (request: Request) => Promise<Response>

/** No answer of WeChat's payment calls comes near this size. */
const ANSWER_BYTES_MAX = 64 * 1024

/**
 * The outgoing client: certificates are verified, redirects are not followed, nothing is decompressed, and an answer
 * beyond 64 KiB is an error. It ends when the request's signal does; whoever calls sets the time limit.
 */
export function openHttp(): Fetch {
  return async (request) => {
    const answer = await send(request.url, {
      method: request.method as 'POST' | 'GET',
      headers: Object.fromEntries(request.headers),
      body: new Uint8Array(await request.arrayBuffer()),
      signal: request.signal,
    })
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of answer.body) {
      size += chunk.length
      if (size > ANSWER_BYTES_MAX) throw new Error('the answer is too large')
      chunks.push(chunk)
    }
    return new Response(isBodyless(answer.statusCode) ? null : Buffer.concat(chunks), { status: answer.statusCode })
  }
}

function isBodyless(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}
