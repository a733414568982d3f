import type { IncomingMessage } from 'node:http'

/** Route handlers and the emulator know their methods; all else is a page or a file. */
const WITH_METHODS = /^\/(api|emulator)(\/|\?|$)/
/** What Next.js asks of itself while pages are being written. */
const OF_DEVELOPMENT = /^\/(_next|__nextjs)/

/**
 * The status for a request whose first line makes no sense here, whatever follows; null for one that does. Next.js would
 * answer a POST to a page like a GET, or look for a server action and write a stack into the log; it fails at escapes
 * that are none, and follows a request for another host there.
 */
export function refusalOfLine(
  { method = '', url = '' }: Pick<IncomingMessage, 'method' | 'url'>,
  isDev: boolean,
): 404 | 405 | null {
  if (!url.startsWith('/') || !isDecodable(url.split('?', 1)[0] ?? '') || /%00/.test(url)) return 404
  if (WITH_METHODS.test(url) || (isDev && OF_DEVELOPMENT.test(url))) return null
  return method === 'GET' || method === 'HEAD' ? null : 405
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
