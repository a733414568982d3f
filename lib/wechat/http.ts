import { Agent, request as send } from 'undici'

/** How a gateway reaches WeChat Pay: over the network, or by a function call when the emulator is built in. */
export type Fetch = (request: Request) => Promise<Response>

/**
 * The outgoing client: certificates are verified whatever the environment says, no proxy is used, redirects are not
 * followed, nothing is decompressed. The answer's body is a stream, so that its reader can stop at a limit; all of it
 * ends when the request's signal does, and whoever calls sets the time limit.
 */
export function openHttp(): Fetch {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: true } })
  return async (request) => {
    const { statusCode: status, body } = await send(request.url, {
      dispatcher,
      method: request.method as 'POST' | 'GET',
      headers: Object.fromEntries(request.headers),
      body: new Uint8Array(await request.arrayBuffer()),
      signal: request.signal,
    })
    return new Response(isBodyless(status) ? null : ReadableStream.from(body), { status })
  }
}

function isBodyless(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}
