import { createPublicKey, type KeyObject } from 'node:crypto'
import type { SignatureCause } from './causes'
import type { SubjectKind } from './subject'

/** A public key that is known here, whose it is, and the serial or id by which headers name it. */
export type KnownKey = {
  owner: 'merchant' | 'platform' | 'sample' | 'other'
  kind: 'certificate' | 'public_key'
  serial: string
  key: KeyObject
}

/** Ids of WeChat Pay's public keys begin so; all other names are serials of certificates. */
export const PUBLIC_KEY_ID = 'PUB_KEY_ID_'

/** The key pair of the samples in WeChat Pay's documentation; its private half is published (merchant 1900007291). */
const SAMPLE_PEM = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAptpm+qvIDCh/9wjU26SQ
CK26ogYkBhDrYxnAaw2JbbBsp1oDbHKk+1r381NeBUG2HEFAuU+Fr72u5ot3yKdz
oF/FajAzQNKnm569/D3upKoi8mYBaST15Uig8j8qoUW1U217LL0jEHlSnHV3lcaD
TXqDpTRR4Bfz9IqOgJgFZ8/oTfEomSrjrLYef81Eyxr7ZIMQXEKKEK7V4UXKS0+/
fDsiG/cXidhzt8UbTL9vqXqxM2+IDImyO+FAc/tkBG55LmzxPto1Nq0WbnZzRM/w
Tzrd0I/8NlevxtFbphg4evlHjFNI7+GrqR87ViEwuAJJ9Je5QQjct5YJfFRWiZ5C
MQIDAQAB
-----END PUBLIC KEY-----
`

export const SAMPLE_KEY: KnownKey = {
  owner: 'sample',
  kind: 'public_key',
  serial: '',
  key: createPublicKey(SAMPLE_PEM),
}

/** What it means that another key made the signature than the one that was named. */
export function causeOfKey(
  kind: SubjectKind,
  { named, expected, maker }: { named: string; expected: KnownKey | null; maker: KnownKey },
): SignatureCause {
  if (maker.owner === 'sample') return 'sample_key'
  if (maker.owner === 'other') return 'other_key'
  const isOfMerchant = maker.owner === 'merchant'
  if (kind !== 'message') return isOfMerchant ? 'wrong_serial' : 'platform_key'
  if (isOfMerchant) return 'merchant_key'
  if (expected === null && isSameSerial(named, maker.serial)) return 'serial_spelled'
  const kinds = [maker.kind, expected?.kind]
  const isId = named.startsWith(PUBLIC_KEY_ID)
  if (isId && kinds.includes('certificate')) return 'certificate_for_public_key'
  if (!isId && kinds.includes('public_key')) return 'public_key_for_certificate'
  return 'wrong_serial'
}

/** One serial in two spellings: small letters, colons between bytes, leading zeros lost, or a decimal number. */
export function isSameSerial(a: string, b: string): boolean {
  return a !== b && digitsOf(a) === digitsOf(b)
}

function digitsOf(serial: string): string {
  const text = serial.replace(/[\s:]/g, '').replace(/^0x/i, '')
  const hex = /^\d{45,49}$/.test(text) ? BigInt(text).toString(16) : text
  return hex.toUpperCase().replace(/^0+/, '')
}
