import { isIP } from 'node:net'
import { isLoopback } from '@/lib/net/address'

/** Addresses of WeChat Pay itself; everything else belongs to the machine that the emulator runs on. */
const WECHAT_PATH = /^\/(pay|secapi|v3|sandboxnew|xdc)\//

/**
 * Whether a request for this path may come in. Phone, inspector and controls are for the own machine. Its address is not
 * enough: a hostile page can give its own name our address, but then its Host header is that name.
 *
 * @param remoteAddress undefined for a call as a function, which no network brought
 */
export function isAdmitted(request: Request, path: string, remoteAddress: string | undefined): boolean {
  if (WECHAT_PATH.test(path)) return true
  const isNear = remoteAddress === undefined || isLoopback(remoteAddress)
  return isNear && isOwnName(request.headers.get('host'))
}

function isOwnName(host: string | null): boolean {
  if (host === null) return true
  const name = URL.parse(`http://${host}`)?.hostname.replace(/^\[(.*)\]$/, '$1') ?? ''
  return isLoopback(name) || isIP(name) !== 0
}

/** Whether a form was sent from a page of this same server, as far as browsers tell. */
export function isSameSite(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null) return site === 'same-origin' || site === 'none'
  const origin = URL.parse(request.headers.get('origin') ?? '')
  return origin !== null && origin.host === hostOf(request)
}

/** The host under which a request reached this server, with its port. */
export function hostOf(request: Request): string {
  return request.headers.get('host') ?? new URL(request.url).host
}
