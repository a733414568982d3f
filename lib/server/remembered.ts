import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { CART_COOKIE } from '@/lib/web/cart'
import { requestLocale } from '@/lib/web/request-locale'
import { nonceOf } from './content-policy'
import { headersOf } from './direct'
import { takesCoding } from './files'
import { endPacked, hold } from './held'

/** All that a page shows and that may change, as one text; null for a page that shows more than that. */
export type ShownOn = (path: string) => Promise<string | null>

/** Pages of the shop window in two languages; a shop has some dozens of them. */
const PAGES_MAX = 200
const PAGE_BYTES_MAX = 512 * 1024

/** A page as it was made: its text around the nonces, and the headers it went out with. */
type Made = { headers: OutgoingHttpHeaders; parts: string[] }

/**
 * Pages that look the same to everybody who has nothing in the cart. Making one takes milliseconds, so it is kept, and
 * given out for as long as what it shows is what the store says at that moment.
 */
export function openRemembered(shownOn: ShownOn) {
  const pages = new Map<string, Made & { shown: string }>()
  const seenOn = (path: string) => shownOn(path).catch(() => null)

  function keep(key: string, shown: string, made: Made): void {
    pages.delete(key)
    pages.set(key, { ...made, shown })
    const [oldest] = pages.keys()
    if (pages.size > PAGES_MAX && oldest !== undefined) pages.delete(oldest)
  }

  /** Answers with the page that is kept, or with what `make` makes. */
  return async (request: IncomingMessage, response: ServerResponse, make: () => Promise<void>): Promise<void> => {
    const { url: path = '/', headers } = request
    const [key, nonce] = [keyOf(request), nonceOf(response)]
    const shown = key === null || nonce === null ? null : await seenOn(path)
    if (key === null || nonce === null || shown === null) return make()
    const isPacked = takesCoding(headers['accept-encoding'] ?? '', 'gzip')
    const page = pages.get(key)
    if (page?.shown === shown) return give(page, nonce, isPacked, response)

    // What is kept is text, with a gap for the nonce of each answer.
    delete headers['accept-encoding']
    const isMade = hold(response, async (bytes) => {
      const made = readMade(response, bytes, nonce)
      // What has changed meanwhile may be on the page or not.
      if (made !== null && (await seenOn(path)) === shown) keep(key, shown, made)
      if (made !== null) await give(made, nonce, isPacked, response)
      else response.end(bytes)
    })
    await make()
    await isMade()
  }
}

/** Whose page it is: of all who read the same language. Null for who may see something of their own. */
function keyOf(request: IncomingMessage): string | null {
  const { method, url = '/', headers } = request
  const { cookie = '' } = headers
  const isPlain = method === 'GET' && !Object.keys(headers).some((name) => OF_NEXT.test(name))
  // With underlines begin the cookies by which Next.js shows drafts.
  if (!isPlain || cookie.includes(CART_COOKIE) || cookie.includes('__')) return null
  // Of two cookies of one name each reader believes another one.
  const isClear = cookie.split('locale').length <= 2
  return isClear ? `${requestLocale({ headers: headersOf(request) })} ${url}` : null
}

/** With these Next.js gives something else than the page. */
const OF_NEXT = /^(rsc$|next-|x-next|x-middleware|x-prerender)/

/** A page that may be kept; null for any other answer. */
function readMade(response: ServerResponse, bytes: Buffer, nonce: string): Made | null {
  const isPage = response.statusCode === 200 && String(response.getHeader('content-type')).startsWith('text/html')
  if (!isPage || response.hasHeader('set-cookie') || bytes.length > PAGE_BYTES_MAX) return null
  const headers = response.getHeaders()
  for (const name of OF_ONE_ANSWER) delete headers[name]
  return { headers, parts: bytes.toString('utf8').split(nonce) }
}

const OF_ONE_ANSWER = ['content-security-policy', 'content-length', 'transfer-encoding', 'etag', 'date', 'connection']

async function give({ headers, parts }: Made, nonce: string, isPacked: boolean, response: ServerResponse) {
  for (const name of OF_ONE_ANSWER.slice(1)) response.removeHeader(name)
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value)
  response.statusCode = 200
  await endPacked(response, Buffer.from(parts.join(nonce)), isPacked)
}
