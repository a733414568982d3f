import { isIP, isIPv4 } from 'node:net'

/** Whether a host name or address means the machine itself. IPv6 may stand in brackets, as in a URL. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true
  const address = parseAddress(host)
  return address !== null && (address === '::1' || /^127\./.test(address))
}

/**
 * The address in a text as servers and proxies write it: with a port, in brackets, with quotes, or IPv4 inside of IPv6.
 * Null when it names nobody, such as `unknown` or a name that a proxy made up (RFC 7239, section 6).
 */
export function parseAddress(text: string): string | null {
  const unquoted = text.trim().replace(/^"(.*)"$/, '$1')
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(unquoted) ?? []
  const [, beforePort] = /^([\d.]+):\d{1,5}$/.exec(unquoted) ?? []
  // A zone says on which of its networks this machine met the sender; to others it means nothing.
  const bare = (bracketed ?? beforePort ?? unquoted).replace(/%.*$/, '')
  if (isIP(bare) === 0 || (bracketed !== undefined && isIPv4(bare))) return null
  return isIPv4(bare) ? bare : canonical(bare)
}

/** One spelling for each IPv6 address; IPv4 inside of it comes out. */
function canonical(address: string): string {
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(short) ?? []
  if (high === undefined || low === undefined) return short
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return [a >> 8, a & 255, b >> 8, b & 255].join('.')
}

/** What one subscriber has, which is how senders are told apart: an IPv4 address, or the /64 around an IPv6 address. */
export function subscriberOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0')
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`
}
