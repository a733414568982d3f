import { BlockList, isIP, isIPv4 } from 'node:net'
import { parseAddress } from './address'

/** A set of addresses and networks that an address can be in. */
export type AddressSet = { has: (address: string) => boolean }

/** The set of all these, or the first text that is neither an address nor a network such as `10.0.0.0/8`. */
export function readAddressSet(texts: readonly string[]): { ok: true; set: AddressSet } | { ok: false; text: string } {
  const list = new BlockList()
  for (const text of texts) {
    const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
    const width = isIPv4(address) ? 32 : 128
    const prefix = bits === undefined ? width : Number(bits)
    // Without a single bit that counts it would be everybody.
    if (isIP(address) === 0 || address.includes('%') || prefix < 1 || prefix > width) return { ok: false, text }
    list.addSubnet(address, prefix, familyOf(address))
  }
  return { ok: true, set: { has: (address) => isIP(address) !== 0 && list.check(address, familyOf(address)) } }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6'
}

/** Networks that nobody reaches from elsewhere, and what no machine has as its address (IANA's special-purpose registries). */
const UNREACHABLE = readAddressSet([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/3'],
  ...['::', '::1', '64:ff9b:1::/48', '100::/64', '2001:db8::/32', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
])

/** Ends of names that mean something in one house only, or nothing at all (RFC 2606, 6761, 6762, 8375, 9476). */
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|lan|intranet|home\.arpa|test|example|invalid|alt|onion)\.?$/i

/** Whether machines elsewhere could come to a host, as far as its name or address tells. IPv6 stands in brackets. */
export function isPublicHost(host: string): boolean {
  const address = parseAddress(host)
  if (address !== null) return UNREACHABLE.ok && !UNREACHABLE.set.has(address)
  return /[^.]\.[^.]/.test(host) && !PRIVATE_NAME.test(host)
}
