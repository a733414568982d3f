import { z } from 'zod'
import type { Emulator, RunningEmulator } from './public'
import { type Server, serveEmulator } from './server'

/*
 * One emulator for several processes of a shop: one of them plays it, the others pass on what they are asked. There can be
 * only one, since it makes deliveries by itself and has a clock.
 */

/** Header with what a request was before it was passed on. */
const CALL = 'x-shop-call'
const call = z.object({ url: z.string(), host: z.string().nullable(), caller: z.string().nullable() })

/** Headers that belong to one connection, and are made anew for the next. */
const OF_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect', 'host', 'upgrade']

/** Serves an emulator to the other processes of this shop, on a free port of this machine. */
export function shareEmulator(emulator: Pick<Emulator, 'fetch'>): Promise<Server> {
  return serveEmulator({
    fetch: async (request, info) => {
      const passedOn = request.headers.get(CALL)
      if (passedOn === null) return emulator.fetch(request, info)
      const { url, host, caller } = call.parse(JSON.parse(passedOn))
      const headers = new Headers(request.headers)
      headers.delete(CALL)
      if (host === null) headers.delete('host')
      else headers.set('host', host)
      const asItCame = new Request(url, { method: request.method, headers, ...bodyOf(request), signal: request.signal })
      return emulator.fetch(asItCame, caller === null ? undefined : { remoteAddress: caller })
    },
  })
}

/** The emulator that another process plays. Deliveries leave there. */
export function openShared(base: string): RunningEmulator {
  return {
    fetch: async (request, info) => {
      const { pathname, search } = new URL(request.url)
      const passedOn = { url: request.url, host: request.headers.get('host'), caller: info?.remoteAddress ?? null }
      const headers = withoutConnection(request.headers)
      headers.set(CALL, JSON.stringify(passedOn))
      headers.set('accept-encoding', 'identity')
      const answer = await fetch(new URL(pathname + search, base), {
        method: request.method,
        headers,
        ...bodyOf(request),
        redirect: 'manual',
        signal: request.signal,
      })
      return new Response(answer.body, { status: answer.status, headers: withoutConnection(answer.headers) })
    },
    makeKeys: async () => {},
    runDue: async () => {},
    nextDueInMs: () => null,
    start: () => {},
    stop: async () => {},
    close: () => {},
  }
}

function withoutConnection(headers: Headers): Headers {
  return new Headers([...headers].filter(([name]) => !OF_CONNECTION.includes(name)))
}

function bodyOf({ body }: Request): RequestInit {
  return body === null ? {} : ({ body, duplex: 'half' } as RequestInit)
}
