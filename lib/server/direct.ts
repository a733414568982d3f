import type { IncomingMessage, ServerResponse } from 'node:http'
import { REMOTE_ADDRESS_HEADER } from '@/lib/web/origin'
import { WAITED_HEADER } from './received'

/** A route handler that needs nothing but the request. */
export type Handler = (request: Request) => Promise<Response>

/** Answers a request with a route handler, past Next.js. */
export async function answerDirectly(
  handler: Handler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  waitedMs: number,
) {
  const response = await handler(toRequest(incoming, waitedMs))
  const body = Buffer.from(await response.arrayBuffer())
  // An answer that has no body by its status has no length either.
  const length = response.status === 204 ? [] : ['content-length', String(body.length)]
  outgoing.writeHead(response.status, [...[...response.headers].flat(), ...length])
  outgoing.end(body)
}

/** The headers of a request that is not a `Request` yet. */
export function headersOf({ headers }: IncomingMessage): Pick<Headers, 'get'> {
  return { get: (name) => [headers[name] ?? []].flat().join(', ') || null }
}

function toRequest(incoming: IncomingMessage, waitedMs: number): Request {
  const { method = 'GET', url = '/', rawHeaders, socket } = incoming
  const headers = new Headers()
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  headers.set(REMOTE_ADDRESS_HEADER, socket.remoteAddress ?? '')
  headers.set(WAITED_HEADER, String(Math.round(waitedMs)))
  const init = { method, headers, body: bodyOf(incoming), duplex: 'half' }
  // Route handlers read only path and query; who was meant is in the header Host.
  return new Request(new URL(url, 'http://localhost'), init)
}

/**
 * The body as it comes in. When its reader has had enough, the connection stays open for the answer; a stream that is made
 * of the request itself would end it.
 */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      incoming.on('data', (chunk) => controller.enqueue(chunk))
      incoming.once('end', () => controller.close())
      incoming.once('error', (error) => controller.error(error))
    },
    cancel() {
      incoming.removeAllListeners('data').removeAllListeners('end').pause()
    },
  })
}
