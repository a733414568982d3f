import { createEmulator, type Emulator } from './emulator'
import { type Environment, readEnvironment } from './environment'
import { type Server, serveEmulator } from './server'

async function main(): Promise<void> {
  const read = readEnvironment(process.env)
  if (!read.ok) fail(['The emulator cannot start:', ...read.problems.map((it) => `  ${it}`)].join('\n'))
  const environment = read.value
  const emulator = openEmulator(environment)
  const server = await openServer(emulator, environment)
  emulator.start()

  let isStopping = false
  const stop = async () => {
    if (isStopping) return
    isStopping = true
    await Promise.all([server.stop(), emulator.stop()])
    emulator.close()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  // Last: whoever reads that it is ready may ask it to end.
  console.log(welcome(server.url, environment))
}

function openEmulator(environment: Environment): Emulator {
  try {
    return createEmulator({ ...environment, log: (event, error) => console.error(event, error) })
  } catch (error) {
    return fail(`The emulator cannot open ${environment.databaseUrl}: ${messageOf(error)}`)
  }
}

async function openServer(emulator: Emulator, { host, port }: Environment): Promise<Server> {
  try {
    return await serveEmulator(emulator, { host, port })
  } catch (error) {
    return fail(`The emulator cannot listen on ${host}:${port}: ${messageOf(error)}`)
  }
}

function welcome(url: string, { accounts }: Environment): string {
  const merchants = accounts.map(({ mchId, appid }) => `Account              ${mchId}, appid ${appid}`)
  return [`WeChat Pay emulator  ${url}`, `Buyer's phone        ${url}/phone`, ...merchants].join('\n')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

await main()
