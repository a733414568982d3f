import { isIP } from 'node:net'
import { isLoopback } from '@/lib/net/address'

/** WeChat Pay's own addresses: merchants' servers call them from anywhere, by any name. */
const MERCHANT_PATH = /^\/(pay|secapi|v3|sandboxnew|xdc)\//
/** A merchant's server asks here too, with a secret that no page knows. */
const TOKEN_PATH = '/sns/oauth2/access_token'
const CONTROL_PATH = /^\/_control\//

export type AccessOptions = {
  /** Where the emulator is mounted, without a slash at its end. */
  base: string
  /** Whether phone, inspector and controls answer other machines too. */
  isOpen: boolean
  /** Names of this emulator, besides loopback and addresses written in digits. */
  hosts: string[]
  /** Origins that deliveries may reach. */
  origins: string[]
}

/** Why a request is not let in. */
export type AccessRefusal = 'other_machine' | 'unknown_host' | 'foreign_page'

export type Access = ReturnType<typeof createAccess>

/** Who may come in, and where the emulator may go. */
export function createAccess({ base, isOpen, hosts, origins }: AccessOptions) {
  const names = new Set(hosts.map((it) => it.toLowerCase()))

  /**
   * Whether this server is meant by a Host header. A hostile page can give its own name our address, but then its
   * requests carry that name; an address in digits cannot be taken over so.
   */
  const isOwnHost = (host: string): boolean => {
    const name = hostnameOf(`http://${host}`)
    return name !== null && (isLoopback(name) || isIP(name) !== 0 || names.has(name))
  }

  return {
    /**
     * Why a request for this path may not come in; null if it may.
     *
     * @param remoteAddress undefined for a call as a function, which no network brought
     */
    findRefusal: (request: Request, path: string, remoteAddress: string | undefined): AccessRefusal | null => {
      if (MERCHANT_PATH.test(path)) return null
      const isNear = remoteAddress === undefined || isLoopback(remoteAddress)
      if (!isNear && !isOpen) return 'other_machine'
      const host = request.headers.get('host')
      if (host !== null && !isOwnHost(host) && path !== TOKEN_PATH) return 'unknown_host'
      return CONTROL_PATH.test(path) && isFromForeignPage(request) ? 'foreign_page' : null
    },

    /**
     * The address under which a browser finds this emulator, without a slash at its end: the one that the caller used,
     * unless it is a name that phones are not answered by.
     */
    addressOf: (request: Request): string => {
      const { protocol } = new URL(request.url)
      const host = hostOf(request)
      const port = /:\d+$/.exec(host)?.[0] ?? ''
      return `${protocol}//${isOwnHost(host) ? host : `127.0.0.1${port}`}${base}`
    },

    /**
     * Whether a notification may be sent to this address. Whoever may place an order may name any, so this is what keeps
     * the emulator from being sent anywhere: to this machine, while only it can place orders that are paid, and to the
     * origins that were named.
     */
    mayReach: (address: string): boolean => {
      const url = URL.parse(address)
      if (url === null) return false
      if (origins.includes(url.origin)) return true
      if (!isLoopback(url.hostname)) return false
      return !isOpen || origins.some((it) => isSamePort(new URL(it), url))
    },

    /** Whether a browser may be sent back to this address with a code. A script has a host too if it wants one. */
    mayReturnTo: (url: URL): boolean =>
      /^https?:$/.test(url.protocol) && (isLoopback(url.hostname) || origins.includes(url.origin)),
  }
}

/** This machine has several names, so an origin on it is known by its port. */
function isSamePort(named: URL, url: URL): boolean {
  return isLoopback(named.hostname) && named.protocol === url.protocol && named.port === url.port
}

function hostnameOf(address: string): string | null {
  return URL.parse(address)?.hostname.replace(/^\[(.*)\]$/, '$1') ?? null
}

/** Whether a form was sent from a page of this same server, which is what every browser says in its own headers. */
export function isFromOwnPage(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  if (site === null && origin === null) return false
  return (site === null || site === 'same-origin') && (origin === null || isOwnOrigin(origin, request))
}

/** Whether a page of somebody else sent this. Programs are no pages, and say nothing of the kind. */
function isFromForeignPage(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  if (site !== null && site !== 'same-origin' && site !== 'none') return true
  return origin !== null && !isOwnOrigin(origin, request)
}

function isOwnOrigin(origin: string, request: Request): boolean {
  return URL.parse(origin)?.host === hostOf(request)
}

/** The host under which a request reached this server, with its port. */
function hostOf(request: Request): string {
  return request.headers.get('host') ?? new URL(request.url).host
}
