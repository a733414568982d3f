import type { Bodied } from '@/lib/web/body'
import { shopProcess } from './process'

/** What route handlers of WeChat's messages look at: of a `Request`, or of what this process's own server has instead. */
export type ReceivedRequest = Bodied & { headers: Iterable<[name: string, value: string]> }

/** Header in which the shop's own server says how long a request has waited; what a client puts there is overwritten. */
export const WAITED_HEADER = 'x-waited-ms'

/** For how many milliseconds a request has been here before its route handler heard of it. */
export function waitedMs({ headers }: ReceivedRequest): number {
  return Math.max(0, Number(headers.get(WAITED_HEADER)) || 0)
}

/**
 * The headers of a request as its sender sent them. Next.js adds some of its own on the way to a route handler, and the
 * shop's server the address of the connection.
 */
export function receivedHeaders(request: ReceivedRequest): [name: string, value: string][] {
  const raw = shopProcess().answering?.getStore()?.req.rawHeaders
  if (raw === undefined) return [...request.headers]
  const headers = new Map<string, string>()
  for (let at = 0; at < raw.length; at += 2) {
    const [name = '', value = ''] = [raw[at]?.toLowerCase(), raw[at + 1]]
    const former = headers.get(name)
    headers.set(name, former === undefined ? value : `${former}, ${value}`)
  }
  return [...headers]
}
