import type { IncomingMessage, ServerResponse } from 'node:http'
import { PROBLEMS, type ProblemCode, problemText } from '@/lib/web/problem'
import { problemPage, wantsPage } from '@/lib/web/problem-page'

/** Where failures have their words already: the emulator's own pages. */
const EMULATOR = /^\/emulator(\/|$)/
const ROUTE_HANDLER = /^\/api\//

/**
 * What Next.js answers by itself when it cannot go on says nothing: a page that failed is an empty document that only a
 * script fills, a wrong method an empty body. In its place people get a page that tells them so, programs a problem.
 */
export function explainFailures(request: IncomingMessage, response: ServerResponse): void {
  const { url = '/', method, headers } = request
  // The router in the browser asks for parts of pages, and knows what to do without them.
  if (headers.rsc !== undefined || EMULATOR.test(url)) return
  const { writeHead, write, end, flushHeaders } = response
  let isReplaced = false

  const explain = (code: ProblemCode) => {
    isReplaced = true
    const refused = { url, headers: { get: (name: string) => [headers[name] ?? []].flat().join(', ') || null } }
    const isPage = wantsPage(refused.headers)
    const body = isPage ? problemPage(code, refused, null) : problemText(code)
    for (const name of OF_THE_BODY) response.removeHeader(name)
    response.setHeader('content-type', isPage ? 'text/html; charset=utf-8' : 'application/problem+json')
    response.setHeader('content-length', Buffer.byteLength(body))
    response.setHeader('cache-control', 'no-store')
    writeHead.call(response, PROBLEMS[code][0])
    end.call(response, method === 'HEAD' ? '' : body, 'utf8')
  }
  /** Whether somebody else's words went out, or are about to. */
  const isExplained = () => {
    if (!response.headersSent && response.statusCode >= 400) response.writeHead(response.statusCode)
    return isReplaced
  }
  Object.assign(response, {
    writeHead(status: number, ...rest: unknown[]) {
      if (isReplaced) return response
      response.statusCode = status
      const code = failureOf(url, response)
      if (code === null) return Reflect.apply(writeHead, response, [status, ...rest])
      explain(code)
      return response
    },
    write: (...args: unknown[]) => isExplained() || Reflect.apply(write, response, args),
    end: (...args: unknown[]) => (isExplained() ? response : Reflect.apply(end, response, args)),
    flushHeaders: () => isExplained() || Reflect.apply(flushHeaders, response, []),
  })
}

const OF_THE_BODY = ['content-length', 'content-encoding', 'transfer-encoding', 'etag', 'link']

const CODES: Record<number, ProblemCode> = { 400: 'invalid_body', 404: 'not_found', 405: 'method_not_allowed' }

/** What went wrong, where the answer does not say it, or says it with a page that only a script completes. */
function failureOf(url: string, response: ServerResponse): ProblemCode | null {
  const { statusCode } = response
  const code = statusCode >= 500 ? 'internal' : CODES[statusCode]
  if (code === undefined) return null
  const type = String(response.getHeader('content-type') ?? '')
  if (type === '' || type.startsWith('text/plain')) return code
  if (!type.startsWith('text/html')) return null
  return (ROUTE_HANDLER.test(url) ? statusCode === 404 : statusCode >= 500) ? code : null
}
