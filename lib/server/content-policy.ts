import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

const HEADER = 'content-security-policy'

/**
 * Pages that show what strangers sent, one message or the list, run nothing but one file of the shop, which
 * `received-bytes.ts` puts there; it may ask the shop whether there is more.
 */
const RECEIVED_BYTES = /^\/admin\/notifications(\/[^/]+)?$/
const WITHOUT_SCRIPT = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Whether a page shows what strangers sent. */
export function showsReceivedBytes(url: string): boolean {
  return RECEIVED_BYTES.test(pathOf(url))
}

/** The emulator brings its own policy, and ours must not loosen it. */
const EMULATOR = /^\/emulator(\/|$)/
/** Route handlers write no inline script, and what they log of a request is what really came. */
const ROUTE_HANDLER = /^\/api\//

/**
 * Says what a page may load and run: files of the shop, and of the scripts inside a page only those that carry the
 * nonce of this one answer. Next.js puts it on each script that it writes when it finds it in this header of the
 * request, so it goes there too, over whatever a client wrote into it.
 */
export function setContentPolicy(request: IncomingMessage, response: ServerResponse, isDev: boolean): void {
  const path = pathOf(request.url ?? '/')
  if (EMULATOR.test(path)) return
  if (showsReceivedBytes(path)) {
    // Next.js is not told of the nonce, so none of its scripts has it.
    return void response.setHeader(HEADER, `${WITHOUT_SCRIPT}; script-src 'nonce-${newNonce()}'`)
  }
  if (ROUTE_HANDLER.test(path)) return void response.setHeader(HEADER, policy("'self'", isDev))
  const ours = policy(`'self' 'nonce-${newNonce()}'`, isDev)
  request.headers[HEADER] = ours
  response.setHeader(HEADER, ours)
}

function newNonce(): string {
  return randomBytes(16).toString('base64')
}

/** The nonce of an answer; null when it has none. */
export function nonceOf(response: ServerResponse): string | null {
  return /'nonce-([^']+)'/.exec(String(response.getHeader(HEADER) ?? ''))?.[1] ?? null
}

function policy(scripts: string, isDev: boolean): string {
  return [
    "default-src 'self'",
    // What reloads a page while it is being written builds functions from text, and talks over a socket.
    `script-src ${scripts}${isDev ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    `connect-src 'self'${isDev ? ' ws:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** The path as Next.js looks it up: decoded, without a slash at its end. */
function pathOf(url: string): string {
  const path = (url.split(/[?#]/)[0] ?? '').replace(/\/+$/, '')
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
