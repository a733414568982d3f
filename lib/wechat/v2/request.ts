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
