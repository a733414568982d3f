import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { type ConnectionLimits, openConnections } from './connections'

/** A request may take this long to arrive, its headers half of it: nobody holds a connection for minutes. */
const REQUEST_MS_MAX = 20_000
/** A client may take nothing of its answer for this long; longer than the pause between two signs of life of a stream. */
const STALLED_MS_MAX = 60_000
const CHECK_EVERY_MS = 1_000
/** Requests that were sent before the server stops are in its buffers by then. */
const LAST_REQUESTS_MS = 100
const CLOSE_IDLE_EVERY_MS = 100

/** Next.js answers any other method, TRACE for example, with an error of its own. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Browsers keep no more for one host. What Next.js does with a request's cookies takes time with the square of their number. */
const COOKIES_MAX = 180

export type ListenerOptions = ConnectionLimits & {
  /** How long a connection may rest between two requests. Longer than a proxy's, or it sends into a closed one. */
  keepAliveMs: number
  /** Whether somebody else answers those who want to leave HTTP, for a web socket for example. */
  hasUpgrades: boolean
  /**
   * Leads on a client that asks for another server (CONNECT): gives the connection inside its own, whose requests are
   * then answered here, or null when the client is refused. Without this all are.
   */
  tunnel?: (request: IncomingMessage, socket: Socket, head: Buffer) => Promise<Socket | null>
  /** Answers one request; whatever it throws ends the connection. */
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>
}

export type Listener = {
  server: Server
  /** Tells whoever is answered from now on that it is the last answer on their connection; new ones are still taken. */
  endAfterAnswers: () => void
  /** Takes no more connections, answers what was sent, and has ended all of them after `msMax` whatever they do. */
  stop: (msMax: number) => Promise<void>
}

/**
 * An HTTP server in which no client can take what others need: connections, requests and waiting are bounded, requests
 * of one connection are answered one after the other, and stopping has an end.
 */
export function openListener({ answer, keepAliveMs, hasUpgrades, tunnel, ...limits }: ListenerOptions): Listener {
  const connections = openConnections(limits, ({ request, response }) => {
    const refusal = refusalOf(request)
    if (refusal !== null) return void response.writeHead(refusal, { connection: 'close' }).end()
    answer(request, response).catch(() => response.destroy())
  })
  const server = createServer({
    requestTimeout: REQUEST_MS_MAX,
    headersTimeout: REQUEST_MS_MAX / 2,
    connectionsCheckingInterval: CHECK_EVERY_MS,
    keepAliveTimeout: keepAliveMs,
    noDelay: true,
  })
  server.timeout = STALLED_MS_MAX
  server.on('connection', connections.enter)
  server.on('request', (request, response) => connections.take({ request, response }))
  const dig = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const inner = tunnel && socket instanceof Socket ? await tunnel(request, socket, head) : null
    if (inner === null) return refuse(socket, tunnel ? 403 : 405)
    if (socket instanceof Socket) connections.leave(socket)
    server.emit('connection', inner)
  }
  server.on('connect', (request, socket, head) => void dig(request, socket, head).catch(() => socket.destroy()))
  server.on('upgrade', ({ socket }, stream) => (hasUpgrades ? connections.letGo(socket) : refuse(stream, 400)))

  return {
    server,
    endAfterAnswers: connections.endAfterAnswers,
    async stop(msMax) {
      connections.endAfterAnswers()
      const hurry = setTimeout(connections.endNow, msMax)
      await pause(LAST_REQUESTS_MS)
      await nextTurn()
      const isClosed = new Promise<void>((resolve) => server.close(() => resolve()))
      connections.endSilent()
      // A client that was promised an open connection before the server stopped would rest on it.
      const closeIdle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS)
      await isClosed
      clearTimeout(hurry)
      clearInterval(closeIdle)
    },
  }
}

/** The status for what no honest client sends; null for anything else. */
function refusalOf(request: IncomingMessage): number | null {
  if (hasTwoHosts(request)) return 400
  if ((request.headers.cookie ?? '').split(';').length > COOKIES_MAX) return 431
  return METHODS.has(request.method ?? '') ? null : 405
}

/** Node.js takes the first name and leaves out the others; a proxy in front may have taken another one (RFC 9112, 3.2). */
function hasTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === 'host').length > 1
}

/** An answer to somebody who wants to leave HTTP, on a connection that this server does not look after any more. */
function refuse(socket: Duplex, status: number): void {
  socket.on('error', () => {})
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    socket.destroy(),
  )
}
