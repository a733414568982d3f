import { createHash } from 'node:crypto'

/**
 * The full name of a cookie of this shop. Browsers send a host's cookies to all its ports, so the name says which shop is
 * meant: otherwise two on one machine would overwrite each other's. With https browsers take such a cookie from this very
 * host only, and with Secure.
 */
export function cookieName(name: string, publicUrl: URL): string {
  const shop = createHash('sha256').update(publicUrl.origin).digest('hex').slice(0, 8)
  return `${publicUrl.protocol === 'https:' ? '__Host-' : ''}${name}-${shop}`
}

/** A request, or what is known of one before there is any. */
type WithHeaders = { headers: Pick<Headers, 'get'> }

/** A cookie of this shop that a request brings. */
export function readCookie(request: WithHeaders, name: string, publicUrl: URL): string | undefined {
  return readAnyCookie(request, cookieName(name, publicUrl))
}

/** A cookie by its full name. */
export function readAnyCookie(request: WithHeaders, fullName: string): string | undefined {
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    // Strangers send thousands of pairs; what is not ours is not even taken apart.
    const text = pair.trimStart()
    if (!text.startsWith(fullName)) continue
    const [key, ...value] = text.split('=')
    if (key?.trim() === fullName) return decode(value.join('=').trim())
  }
  return undefined
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}

/** A cookie of this shop that scripts cannot read; `maxAgeSeconds` 0 deletes it. */
export function writeCookie(name: string, value: string, maxAgeSeconds: number, publicUrl: URL): string {
  return writeAnyCookie(cookieName(name, publicUrl), value, maxAgeSeconds, publicUrl)
}

/** The same by its full name, which other shops on this host know too. */
export function writeAnyCookie(fullName: string, value: string, maxAgeSeconds: number, { protocol }: URL): string {
  const secure = protocol === 'https:' ? '; Secure' : ''
  return `${fullName}=${encodeURIComponent(value)}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`
}
