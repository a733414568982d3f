import type { IncomingMessage, ServerResponse } from 'node:http'
import { REMOTE_ADDRESS_HEADER } from '@/lib/web/origin'
import { type ReceivedRequest, WAITED_HEADER } from './received'

/** A route handler that needs nothing but the request. */
export type Handler = (request: ReceivedRequest) => Promise<Response>

/**
 * Answers a request with a route handler, past Next.js, and past the web's `Request` and streams: to make those of what is
 * here takes longer than to read a message.
 */
export async function answerDirectly(
  handler: Handler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  waitedMs: number,
) {
  incoming.headers[REMOTE_ADDRESS_HEADER] = incoming.socket.remoteAddress ?? ''
  incoming.headers[WAITED_HEADER] = String(Math.round(waitedMs))
  const response = await handler({ headers: headersOf(incoming), body: incoming })
  const body = Buffer.from(await response.arrayBuffer())
  // An answer that has no body by its status has no length either.
  const length = response.status === 204 ? [] : ['content-length', String(body.length)]
  outgoing.writeHead(response.status, [...[...response.headers].flat(), ...length])
  outgoing.end(body)
}

/** The headers of a request that is no `Request`. */
export function headersOf({ headers }: IncomingMessage): ReceivedRequest['headers'] {
  const get = (name: string) => [headers[name] ?? []].flat().join(', ') || null
  return {
    get,
    *[Symbol.iterator]() {
      for (const name of Object.keys(headers)) yield [name, get(name) ?? '']
    },
  }
}
