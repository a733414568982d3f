import { dirname, resolve } from 'node:path'
import { type Authority, openAuthority } from './authority'
import { createEmulator, type Emulator } from './emulator'
import { type EmulatorEnvironment, readEnvironment } from './environment'
import { type Server, serveEmulator } from './server'
import { writeShellLines } from './shell-lines'

/** Then the emulator ends, whatever its clients do; the ledger is safe at every moment. */
const STOP_MS_MAX = 10_000

async function main(): Promise<void> {
  const read = readEnvironment(process.env)
  if (!read.ok) fail(['The emulator cannot start:', ...read.problems.map((it) => `  ${it}`)].join('\n'))
  const environment = read.value
  const authority = await openOwnAuthority(environment)
  if (process.argv.includes('--env')) return console.log(writeShellLines({ ...environment, ...authority }))
  const emulator = openEmulator(environment)
  const server = await openServer(emulator, environment, authority)
  emulator.start()

  let isStopping = false
  const stop = async () => {
    if (isStopping) return
    isStopping = true
    setTimeout(() => process.exit(0), STOP_MS_MAX)
    await Promise.all([server.stop(), emulator.stop()])
    emulator.close()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  // Last: whoever reads that it is ready may ask it to end.
  console.log(welcome(server.url, environment, authority))
  await emulator.makeKeys()
}

/** The authority lives beside the ledger, or where that would be by default. */
async function openOwnAuthority({ databaseUrl }: EmulatorEnvironment): Promise<Authority> {
  const folder = resolve(databaseUrl === 'file::memory:' ? 'data' : dirname(databaseUrl.slice('file:'.length)))
  try {
    return await openAuthority(folder, Date.now)
  } catch (error) {
    return fail(`The emulator cannot open its certificate authority in ${folder}: ${messageOf(error)}`)
  }
}

function openEmulator(environment: EmulatorEnvironment): Emulator {
  try {
    return createEmulator({ ...environment, log: (event, error) => console.error(event, error) })
  } catch (error) {
    return fail(`The emulator cannot open ${environment.databaseUrl}: ${messageOf(error)}`)
  }
}

async function openServer(
  emulator: Emulator,
  { host, port }: EmulatorEnvironment,
  authority: Authority,
): Promise<Server> {
  try {
    return await serveEmulator(emulator, { host, port, authority })
  } catch (error) {
    return fail(`The emulator cannot listen on ${host}:${port}: ${messageOf(error)}`)
  }
}

function welcome(
  url: string,
  { accounts, isOpen, deliveryOrigins }: EmulatorEnvironment,
  { certificateFile }: Authority,
): string {
  const merchants = accounts.map(({ mchId, appid }) => `Account              ${mchId}, appid ${appid}`)
  const lines = [
    `WeChat Pay emulator  ${url}`,
    `Buyer's phone        ${url}/phone`,
    `Proxy                ${url} in WeChat Pay's place, for programs that trust ${certificateFile}`,
    '                     npm run -s emulator -- --env prints the lines for a shell',
    ...merchants,
    `Keys of API v3       ${url}/_control/accounts`,
  ]
  if (isOpen && deliveryOrigins.length === 0) {
    lines.push('Notifications        none: EMULATOR_OPEN=1 needs EMULATOR_NOTIFY_ORIGINS, as http://127.0.0.1:3000')
  }
  return lines.join('\n')
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

await main()
