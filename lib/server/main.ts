import { AsyncLocalStorage } from 'node:async_hooks'
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Config, readConfig } from '@/lib/config'
import { REMOTE_ADDRESS_HEADER } from '@/lib/web/origin'
import { build, isBuilt } from './build'
import { setContentPolicy } from './content-policy'
import { explainFailures } from './failures'
import { shopProcess } from './process'
import { setTransportSecurity } from './transport-security'

/** What the commands in package.json start: `demo`, `dev`, `build`, `start`. */
const command = process.argv[2] ?? 'start'

/** A body may take this long, headers half of it: nobody holds a connection for minutes. */
const REQUEST_MS_MAX = 20_000
/** How long open requests may take to finish after SIGTERM. */
const STOP_MS_MAX = 5_000

/** Next.js answers any other method, TRACE for example, with an error of its own. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

process.umask(0o077)
process.env.NEXT_TELEMETRY_DISABLED = '1'
if (command === 'demo' || command === 'dev') process.env.PAYMENTS ||= 'emulator'

if (command === 'build') process.exit(build('shown').isBuilt ? 0 : 1)
const config = checkedConfig()
if (command === 'demo' && !isBuilt() && !build('shown').isBuilt) process.exit(1)
await serve(config, command === 'dev')

function checkedConfig(): Config {
  const read = readConfig(process.env)
  if (read.ok) return read.config
  console.error(`The shop cannot start; these settings are not right:\n  ${read.problems.join('\n  ')}`)
  return process.exit(1)
}

/** Listens, and hands every request to Next.js with the one thing Next.js does not know for sure: who is connected. */
async function serve({ host, port, publicUrl }: Config, isDev: boolean): Promise<void> {
  if (!isDev && !existsSync('.next/BUILD_ID')) {
    console.error('There is no build yet: run `npm run build` first.')
    process.exit(1)
  }
  Object.assign(process.env, { NODE_ENV: isDev ? 'development' : 'production', PORT: String(port) })
  const own = shopProcess()
  own.hasOwnServer = true
  const answering = new AsyncLocalStorage<ServerResponse>()
  own.answering = answering
  // Next.js calls `instrumentation.ts` in its own time; nobody is let in before the shop runs.
  const started = new Promise<string[]>((resolve) => {
    own.onStarted = resolve
  })

  const server = createServer({ requestTimeout: REQUEST_MS_MAX, headersTimeout: REQUEST_MS_MAX / 2 })
  const { default: createNext } = await import('next')
  const app = createNext({ dev: isDev, hostname: host, port, httpServer: server })
  await app.prepare()
  const welcome = await started
  const handle = app.getRequestHandler()
  server.on('request', (request, response) => {
    if (!METHODS.has(request.method ?? '')) return void response.writeHead(405, { connection: 'close' }).end()
    nameSender(request)
    setContentPolicy(request, response, isDev)
    setTransportSecurity(response, publicUrl)
    // While the shop is being written, Next.js shows what failed and where.
    if (!isDev) explainFailures(request, response)
    // A server that stops tells busy clients to ask somewhere else next time.
    if (!server.listening) response.shouldKeepAlive = false
    answering.run(response, () => handle(request, response)).catch(() => response.destroy())
  })
  server.once('error', (error) => {
    console.error(`The shop cannot listen on ${host}:${port}: ${error.message}`)
    process.exit(1)
  })
  server.listen(port, host, () => console.log(['', ...welcome, ''].join('\n')))
  stopOnSignals(server)
}

function nameSender(request: IncomingMessage): void {
  request.headers[REMOTE_ADDRESS_HEADER] = request.socket.remoteAddress ?? ''
}

/** Ends in order: no new requests, no new work, open requests finish, the store closes. */
function stopOnSignals(server: Server): void {
  const own = shopProcess()
  const stop = async () => {
    const isClosed = new Promise<void>((resolve) => server.close(() => resolve()))
    const hurry = setTimeout(() => server.closeAllConnections(), STOP_MS_MAX)
    await own.drain?.()
    server.closeIdleConnections()
    await isClosed
    clearTimeout(hurry)
    await own.close?.()
    process.exit(0)
  }
  process.once('SIGTERM', () => void stop())
  process.once('SIGINT', () => void stop())
}
