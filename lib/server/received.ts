import { shopProcess } from './process'

/**
 * The headers of a request as its sender sent them. Next.js adds some of its own on the way to a route handler, and the
 * shop's server the address of the connection.
 */
export function receivedHeaders(request: Request): [name: string, value: string][] {
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
