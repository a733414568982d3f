import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'

/** Why a `req_info` does not open: the last two are what another key looks like. */
type ReqInfoProblem = 'too_long' | 'not_base64' | 'not_whole_blocks' | 'bad_padding' | 'not_utf8'

export type OpenedReqInfo = { ok: true; xml: string } | { ok: false; reason: ReqInfoProblem }

const CIPHER = 'aes-256-ecb'
const BLOCK_BYTES = 16
/** WeChat's own are near 1,000 characters. */
const REQ_INFO_MAX = 16 * 1024

/** The part of a refund notice that is encrypted, as WeChat writes it (refund notification, `req_info`). */
export function encryptReqInfo(xml: string, apiKey: string): string {
  const cipher = createCipheriv(CIPHER, reqInfoKey(apiKey), null)
  return Buffer.concat([cipher.update(xml, 'utf8'), cipher.final()]).toString('base64')
}

/** The XML inside a `req_info`: Base64 in one line, AES-256-ECB with PKCS#7 padding, UTF-8. Anything else is refused. */
export function decryptReqInfo(text: string, apiKey: string): OpenedReqInfo {
  return decryptWith(text, reqInfoKey(apiKey))
}

/** The same with a cipher's key, of 16 or 32 bytes, that some programs make another way. */
export function decryptWith(text: string, key: Uint8Array): OpenedReqInfo {
  if (text.length > REQ_INFO_MAX) return { ok: false, reason: 'too_long' }
  const sealed = Buffer.from(text, 'base64')
  // Node skips what is no Base64; only the real thing reads back as it was written.
  if (text === '' || sealed.toString('base64') !== text) return { ok: false, reason: 'not_base64' }
  if (sealed.length % BLOCK_BYTES !== 0) return { ok: false, reason: 'not_whole_blocks' }
  let plain: Buffer
  try {
    plain = decrypt(sealed, key, true)
  } catch {
    return { ok: false, reason: 'bad_padding' }
  }
  const xml = decodeUtf8(plain)
  return xml === null ? { ok: false, reason: 'not_utf8' } : { ok: true, xml }
}

/** The bytes of the whole blocks of a `req_info`, padding and all, whatever the rest is like: to be looked at, never believed. */
export function peekInto(text: string, key: Uint8Array): Buffer {
  const sealed = Buffer.from(text.slice(0, REQ_INFO_MAX), 'base64')
  return decrypt(sealed.subarray(0, sealed.length - (sealed.length % BLOCK_BYTES)), key, false)
}

function decrypt(sealed: Uint8Array, key: Uint8Array, hasPadding: boolean): Buffer {
  const decipher = createDecipheriv(key.length === 16 ? 'aes-128-ecb' : CIPHER, key, null)
  decipher.setAutoPadding(hasPadding)
  return Buffer.concat([decipher.update(sealed), decipher.final()])
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** The cipher's key: the API key's MD5 as 32 characters of lower-case hex, which are its 32 bytes. */
export function reqInfoKey(apiKey: string): Buffer {
  return Buffer.from(createHash('md5').update(apiKey, 'utf8').digest('hex'), 'ascii')
}
