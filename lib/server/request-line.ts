import type { IncomingMessage } from 'node:http'
import type { ProblemCode } from '@/lib/web/problem'

/** Route handlers and the emulator know their methods; all else is a page or a file. */
const WITH_METHODS = /^\/(api|emulator)(\/|\?|$)/
/** What Next.js asks of itself while pages are being written. */
const OF_DEVELOPMENT = /^\/(_next|__nextjs)/

/**
 * Why the first line of a request makes no sense here, whatever follows; null for one that does. Next.js would answer a
 * POST to a page like a GET, or look for a server action and write a stack into the log; it fails at escapes that are
 * none, and follows a request for another host there.
 */
export function problemOfLine(
  { method = '', url = '' }: Pick<IncomingMessage, 'method' | 'url'>,
  isDev: boolean,
): Extract<ProblemCode, 'malformed_address' | 'method_not_allowed'> | null {
  if (!url.startsWith('/') || !isDecodable(url.split('?', 1)[0] ?? '') || /%00/.test(url)) return 'malformed_address'
  if (WITH_METHODS.test(url) || (isDev && OF_DEVELOPMENT.test(url))) return null
  return method === 'GET' || method === 'HEAD' ? null : 'method_not_allowed'
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
