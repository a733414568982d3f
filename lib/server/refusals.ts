import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type ProblemCode, problem } from '@/lib/web/problem'
import { forPeople } from '@/lib/web/problem-page'
import { headersOf } from './direct'

/** Somebody who was refused is not heard for so long: to refuse again and again is work too. */
const REST_MS = 1_000

/** Sends somebody away before anything was done for them: people get a page, programs a problem. */
export async function refuse(
  code: Extract<ProblemCode, 'too_many_requests' | 'busy'>,
  request: IncomingMessage,
  response: ServerResponse,
  headers: Record<string, string>,
): Promise<void> {
  const refused = { url: request.url ?? '/', headers: headersOf(request) }
  const refusal = await forPeople(refused, problem(code, undefined, headers))
  const body = Buffer.from(await refusal.arrayBuffer())
  response.writeHead(refusal.status, { ...Object.fromEntries(refusal.headers), 'content-length': body.length })
  response.once('close', () => rest(request.socket))
  response.end(request.method === 'HEAD' ? undefined : body)
}

function rest(socket: Socket): void {
  if (socket.destroyed) return
  socket.pause()
  setTimeout(() => socket.resume(), REST_MS).unref()
}
