import type { IncomingMessage, ServerResponse } from 'node:http'
import { nonceOf } from './content-policy'
import { takesCoding } from './files'
import { endPacked, hold } from './held'

/** The only script of pages that show what strangers sent: keys, copying, and looking for more. */
const OWN = '/admin/ledger.js'

/** With these the router in the browser asks for a part of a page, to put it into a document with a looser policy. */
const OF_THE_ROUTER = [
  'rsc',
  'next-router-state-tree',
  'next-router-prefetch',
  'next-router-segment-prefetch',
  'next-url',
]

/**
 * Answers with a page that shows what strangers sent: always as a document of its own, and without the scripts that
 * Next.js writes into every page. Its policy would block them, and each one would be an error in the console.
 */
export async function showReceivedBytes(
  request: IncomingMessage,
  response: ServerResponse,
  make: () => Promise<void>,
): Promise<void> {
  const { headers } = request
  const isPacked = takesCoding(headers['accept-encoding'] ?? '', 'gzip')
  for (const name of ['accept-encoding', ...OF_THE_ROUTER]) delete headers[name]
  const isMade = hold(response, async (bytes) => {
    const isPage = String(response.getHeader('content-type')).startsWith('text/html')
    if (!isPage) return void response.end(bytes)
    for (const name of ['content-length', 'etag', 'link']) response.removeHeader(name)
    const own = `<script type="module" src="${OWN}" nonce="${nonceOf(response)}"></script></head>`
    const page = withoutScripts(bytes.toString('utf8')).replace('</head>', own)
    await endPacked(response, Buffer.from(request.method === 'HEAD' ? '' : page), isPacked)
  })
  await make()
  await isMade()
}

/** What was received stands in a page with every `<` written as `&lt;`, so a tag is always one of Next.js. */
function withoutScripts(html: string): string {
  return html.replace(/<script\b[^>]*>[\s\S]*?<\/script>|<link\b[^>]*\bas="script"[^>]*>/g, '')
}
