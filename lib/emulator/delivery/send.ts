import { Readable } from 'node:stream'
import { request as httpRequest } from 'undici'
import type { SendRequest } from '../public'

/** The real thing: no redirects, no proxies, no decoding. */
export const sendOverHttp: SendRequest = async (request) => {
  const answer = await httpRequest(request.url, {
    method: 'POST',
    headers: Object.fromEntries(request.headers),
    body: Buffer.from(await request.arrayBuffer()),
    signal: request.signal,
  })
  // A Response may not have a body with these, whatever came over the wire.
  const isBodiless = [204, 205, 304].includes(answer.statusCode)
  if (isBodiless) await answer.body.dump()
  const body = isBodiless ? null : (Readable.toWeb(answer.body) as ReadableStream<Uint8Array>)
  return new Response(body, { status: answer.statusCode, headers: readHeaders(answer.headers) })
}

/** Headers as they came, except those that a Response cannot have. */
function readHeaders(received: Record<string, string | string[] | undefined>): [string, string][] {
  return Object.entries(received)
    .flatMap(([name, values = []]) => [values].flat().map((value): [string, string] => [name, value]))
    .filter(([, value]) => /^[\t\x20-\x7e\x80-\xff]*$/.test(value))
}
