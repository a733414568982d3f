/**
 * Whether a request that changes something comes from the shop's own pages. Browsers say so in Sec-Fetch-Site; older
 * ones name the Origin. A request with neither is no browser's, and may not use cookies.
 */
export function isSameOrigin(request: Request, publicUrl: URL): boolean {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin' || site === 'none'
  return request.headers.get('origin') === publicUrl.origin
}

/** Header in which the shop's own server names the address of the connection; what a client puts there is overwritten. */
export const REMOTE_ADDRESS_HEADER = 'x-remote-address'

/** Address of whoever sent the request: the connection's, or what a trusted proxy says. */
export function remoteAddress(request: Request, trustedProxies: readonly string[]): string {
  const socket = (request.headers.get(REMOTE_ADDRESS_HEADER) ?? '').replace(/^::ffff:/, '')
  if (!trustedProxies.includes(socket)) return socket
  // Read from the right: each trusted proxy adds the address it saw, and only those entries are proven.
  const hops = (request.headers.get('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim())
  return hops.findLast((hop) => hop !== '' && !trustedProxies.includes(hop)) ?? socket
}
