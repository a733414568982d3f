import { z } from 'zod'
import type { Fields } from './sign'

/* What requests that are kept and repeated have in common. */

const stored = z.record(z.string(), z.string())

/** A request's parameters for the store, without nonce and signature: WeChat takes a number again only with the very same. */
export function writeRequest(fields: Fields): string {
  return JSON.stringify(fields)
}

/** The parameters as they were kept. Throws when the store holds something else: that is a mistake in the code. */
export function readRequest(request: string): Fields {
  return stored.parse(JSON.parse(request))
}

/** WeChat takes characters of up to three bytes only, and SDKs differ in trimming: neither may decide a signature. */
export function allowed(text: string): string {
  return text.replace(/[\u{10000}-\u{10ffff}\p{C}]/gu, '').trim()
}

/** As many whole characters as fit. */
export function cut(text: string, bytesMax: number): string {
  let kept = ''
  for (const character of text) {
    if (Buffer.byteLength(kept + character) > bytesMax) break
    kept += character
  }
  return kept.trim()
}
