import { createCipheriv, createDecipheriv } from 'node:crypto'

const TAG_BYTES = 16
const NONCE_BYTES = 12

/** An encrypted part of a message. `associatedData` is passed on exactly as received, and is empty when missing. */
export type Sealed = { nonce: string; associatedData: string; ciphertext: string }

/**
 * The bytes of an encrypted resource (API v3, AEAD_AES_256_GCM); null when it does not open with this key, whatever the reason. `key` is the API v3
 * key, whose 32 characters are the 32 bytes of the cipher's key.
 */
export function open({ nonce, associatedData, ciphertext }: Sealed, key: string | Uint8Array): Uint8Array | null {
  const sealed = Buffer.from(ciphertext, 'base64')
  if (sealed.length <= TAG_BYTES || Buffer.byteLength(nonce) !== NONCE_BYTES) return null
  // Without a fixed length Node takes a tag of four bytes, which can be guessed.
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  decipher.setAAD(Buffer.from(associatedData))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
  } catch {
    return null
  }
}

/** Encrypts as WeChat does; the ciphertext ends with the tag. */
export function seal(plain: string, { nonce, associatedData }: Omit<Sealed, 'ciphertext'>, key: string): Sealed {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(associatedData))
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { nonce, associatedData, ciphertext: sealed.toString('base64') }
}
