import { constants, type KeyObject, publicDecrypt } from 'node:crypto'

/** What a private key signed: a digest and its algorithm; `null` for bytes that name none. */
export type Recovered = { hash: HashName | null; digest: Uint8Array }
type HashName = 'sha256' | 'sha1' | 'md5' | 'sha384' | 'sha512'

/** What stands before the digest in a signature of PKCS#1 v1.5: the name of the algorithm, in DER (RFC 8017, 9.2). */
const PREFIXES: readonly (readonly [HashName, string])[] = [
  ['sha256', '3031300d060960864801650304020105000420'],
  ['sha1', '3021300906052b0e03021a05000414'],
  ['md5', '3020300c06082a864886f70d020505000410'],
  ['sha384', '3041300d060960864801650304020205000430'],
  ['sha512', '3051300d060960864801650304020305000440'],
]

/**
 * The digest that a signature was made of; null when it was not made with this key's other half. So one RSA operation
 * tells whose signature it is, and every text that may have been signed costs one SHA-256.
 */
export function recover(signature: Uint8Array, key: KeyObject): Recovered | null {
  const plain = unpad(signature, key)
  if (plain === null) return null
  const hex = plain.toString('hex')
  const found = PREFIXES.find(([, prefix]) => hex.startsWith(prefix))
  if (found !== undefined) return { hash: found[0], digest: plain.subarray(found[1].length / 2) }
  // Bytes that are exactly a SHA-256 were signed without their algorithm's name. Any others prove nothing.
  return plain.length === 32 ? { hash: null, digest: plain } : null
}

function unpad(signature: Uint8Array, key: KeyObject): Buffer | null {
  try {
    return publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature)
  } catch {
    return null
  }
}
