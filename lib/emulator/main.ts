import { serve } from '@hono/node-server'
import { createEmulator, type Emulator, NoAnswer } from './emulator'
import { type Environment, readEnvironment } from './environment'

/** A request that is still not complete after this many milliseconds is given up. */
const REQUEST_MS = 10_000

function main(): void {
  const read = readEnvironment(process.env)
  if (!read.ok) fail(['The emulator cannot start:', ...read.problems.map((it) => `  ${it}`)].join('\n'))
  const environment = read.value
  const { host, port, databaseUrl } = environment
  let emulator: Emulator
  try {
    emulator = createEmulator({ ...environment, log: (event, error) => console.error(event, error) })
  } catch (error) {
    fail(`The emulator cannot open ${databaseUrl}: ${error instanceof Error ? error.message : error}`)
  }

  const server = serve(
    {
      fetch: async (request, { incoming }) => {
        try {
          // An unknown address is nobody's own machine.
          return await emulator.fetch(request, { remoteAddress: incoming.socket.remoteAddress ?? 'unknown' })
        } catch (error) {
          if (!(error instanceof NoAnswer)) throw error
          incoming.socket.destroy()
          return new Response(null)
        }
      },
      hostname: host,
      port,
      serverOptions: { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    },
    () => {
      emulator.start()
      console.log(welcome(environment))
    },
  )
  server.on('error', (error) => fail(`The emulator cannot listen on ${host}:${port}: ${error.message}`))

  let isStopping = false
  const stop = async () => {
    if (isStopping) return
    isStopping = true
    const closed = new Promise((resolve) => server.close(resolve))
    if ('closeIdleConnections' in server) server.closeIdleConnections()
    await Promise.all([closed, emulator.stop()])
    emulator.close()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function welcome({ host, port, accounts }: Environment): string {
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const merchants = accounts.map(({ mchId, appid }) => `Account              ${mchId}, appid ${appid}`)
  return [`WeChat Pay emulator  ${url}`, `Buyer's phone        ${url}/phone`, ...merchants].join('\n')
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

main()
