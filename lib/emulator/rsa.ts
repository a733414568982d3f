import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { PemConverter } from '@peculiar/x509'

/** RSA of 2048 bits with SHA-256 and PKCS#1 v1.5, the only kind that API v3 has outside the national standard. */
export const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
}

/** A pair as the signer takes it, and as PEM. Takes a good part of a second. */
export type Pair = { keys: webcrypto.CryptoKeyPair; privateKey: string; publicKey: string }

export async function newPair(): Promise<Pair> {
  const keys = await webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify'])
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
    webcrypto.subtle.exportKey('spki', keys.publicKey),
  ])
  return { keys, privateKey: writePem('PRIVATE KEY', privateKey), publicKey: writePem('PUBLIC KEY', publicKey) }
}

/** @throws if it is no private key of this kind as PEM (PKCS#8) */
export function readPrivateKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [bytes] = PemConverter.decode(pem)
  if (bytes === undefined) throw new Error('a private key cannot be read')
  return webcrypto.subtle.importKey('pkcs8', bytes, RSA, false, ['sign'])
}

function writePem(label: string, bytes: ArrayBuffer): string {
  return `${PemConverter.encode(bytes, label)}\n`
}
