import { Readable } from 'node:stream'
import { Agent, request as send } from 'undici'
import { readBytes } from '@/lib/net/read-bytes'
import type { MerchantCertificate } from './certificate'

/** How a gateway reaches WeChat Pay: over the network, or by a function call when the emulator is built in. */
export type Fetch = (request: Request) => Promise<Response>

/** No answer of WeChat's payment calls comes near this size. */
const ANSWER_BYTES_MAX = 64 * 1024

export class AnswerTooLarge extends Error {}

export type HttpOptions = {
  /** Shown to whoever demands one. */
  certificate?: Pick<MerchantCertificate, 'chain' | 'privateKey'> | undefined
  /** Whom to trust instead of the well-known authorities, as PEM: for a server on this machine. */
  authority?: string
}

/**
 * The outgoing client: certificates are verified whatever the environment says, no proxy is used, redirects are not
 * followed, nothing is decompressed. Throws whatever the network fails with. It ends when the request's signal does;
 * whoever calls sets the time limit, and how much of the body is read.
 */
export function openHttp({ certificate, authority }: HttpOptions = {}): Fetch {
  const shown = certificate && { cert: certificate.chain, key: certificate.privateKey }
  const dispatcher = new Agent({
    connect: { rejectUnauthorized: true, ...shown, ...(authority !== undefined && { ca: authority }) },
  })
  return async (request) => {
    const {
      statusCode: status,
      headers,
      body,
    } = await send(request.url, {
      dispatcher,
      method: request.method as 'POST' | 'GET',
      headers: Object.fromEntries(request.headers),
      body: request.method === 'GET' ? null : new Uint8Array(await request.arrayBuffer()),
      signal: request.signal,
    })
    const answer = { status, headers: toHeaders(headers) }
    if (!isBodyless(status)) return new Response(Readable.toWeb(body) as ReadableStream<Uint8Array>, answer)
    await body.dump()
    return new Response(null, answer)
  }
}

/** A header that comes twice has both values, by a comma. */
function toHeaders(received: Record<string, string | string[] | undefined>): Headers {
  const headers = new Headers()
  for (const [name, value = []] of Object.entries(received)) {
    for (const one of [value].flat()) headers.append(name, one)
  }
  return headers
}

/** All bytes of an answer. Throws `AnswerTooLarge` as soon as there are more than 64 KiB; the rest is not read. */
export async function readAnswer(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readBytes(body, ANSWER_BYTES_MAX)
  if (bytes === null) throw new AnswerTooLarge()
  return bytes
}

function isBodyless(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}
