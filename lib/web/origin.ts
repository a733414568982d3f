import { isLoopback, parseAddress, subscriberOf } from '@/lib/net/address'
import type { AddressSet } from '@/lib/net/networks'

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

/** What is read of a request here; also of one that is not a `Request` yet. */
type Headed = { headers: Pick<Headers, 'get'> }

/**
 * Whether a request was made on this machine, as far as that is sure: what a proxy here passes on could be anybody's. Next.js
 * writes the address of the connection where a proxy would.
 */
export function isFromThisMachine(request: Headed, trustedProxies: AddressSet): boolean {
  const hops = (request.headers.get('x-forwarded-for') ?? '').split(',').filter((hop) => hop.trim() !== '')
  const isPassedOn = ['forwarded', 'via'].some((name) => request.headers.get(name) !== null)
  const isNear = (address: string) => isLoopback(parseAddress(address) ?? '')
  return !isPassedOn && [remoteAddress(request, trustedProxies), ...hops].every(isNear)
}

/** Whom a limit by address counts for. */
export function remoteSubscriber(request: Headed, trustedProxies: AddressSet): string {
  return subscriberOf(remoteAddress(request, trustedProxies))
}

/**
 * Address of whoever sent the request: the connection's, or what a trusted proxy says. Each proxy adds the address it saw
 * at the right, so only the entries up to the first address that is no proxy of ours are proven. Where a proxy does not
 * say whom it saw, nobody further away is believed.
 */
export function remoteAddress(request: Headed, trustedProxies: AddressSet): string {
  const told = request.headers.get(REMOTE_ADDRESS_HEADER) ?? ''
  const socket = parseAddress(told) ?? told
  let sender = socket
  for (const hop of (request.headers.get('x-forwarded-for') ?? '').split(',').reverse()) {
    if (!trustedProxies.has(sender)) break
    if (hop.trim() === '') continue
    const address = parseAddress(hop)
    if (address === null) return socket
    sender = address
  }
  return sender
}
