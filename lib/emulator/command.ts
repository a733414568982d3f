import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Authority, openAuthority } from './authority'
import { createEmulator } from './emulator'
import { type EmulatorEnvironment, readEnvironment } from './environment'
import type { Emulator, Server } from './public'
import { serveEmulator } from './server'
import { writeShellLines } from './shell-lines'

/** Then the emulator ends, whatever its clients do; the ledger is safe at every moment. */
const STOP_MS_MAX = 10_000

const OPTIONS = {
  port: { type: 'string' },
  seed: { type: 'string' },
  env: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

const helpOf = (name: string) => `${name} [--port 4000] [--seed FILE]
  plays WeChat Pay on this machine until it is stopped

${name} --env
  prints the lines for a shell whose programs have WeChat Pay's addresses in their code

Variables: EMULATOR_PORT, EMULATOR_SEED, EMULATOR_DATABASE_URL, EMULATOR_ACCOUNTS, EMULATOR_OPEN, EMULATOR_HOSTS,
EMULATOR_NOTIFY_ORIGINS, HOST, PUBLIC_URL, WXPAY_APPID, WXPAY_MCHID, WXPAY_API_KEY, WXPAY_APP_SECRET`

/**
 * The emulator as a program of its own, until it is told to stop.
 *
 * @param name how it is called in a shell
 */
export async function runCommand(name: string): Promise<void> {
  const { port, seed, env, help } = readOptions(name)
  if (help) return console.log(helpOf(name))
  const variables = {
    ...process.env,
    ...(port !== undefined && { EMULATOR_PORT: port }),
    ...(seed !== undefined && { EMULATOR_SEED: seed }),
  }
  const read = readEnvironment(variables)
  if (!read.ok) fail(['The emulator cannot start:', ...read.problems.map((it) => `  ${it}`)].join('\n'))
  const environment = read.value
  const authority = await openOwnAuthority(environment)
  if (env) return console.log(writeShellLines({ ...environment, ...authority }))
  const emulator = openEmulator(environment)
  await emulator.seed(environment.seed).catch((error) => fail(`The emulator cannot start: ${messageOf(error)}`))
  const server = await openServer(emulator, environment, authority)
  emulator.start()
  endOnSignal(emulator, server)
  // Last: whoever reads that it is ready may ask it to end.
  console.log(welcome(name, server.url, environment, authority))
  await emulator.makeKeys()
}

function readOptions(name: string) {
  try {
    return parseArgs({ options: OPTIONS }).values
  } catch (error) {
    return fail(`${messageOf(error)}\n\n${helpOf(name)}`)
  }
}

function endOnSignal(emulator: Emulator, server: Server): void {
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
  name: string,
  url: string,
  { accounts, isOpen, deliveryOrigins }: EmulatorEnvironment,
  { certificateFile }: Authority,
): string {
  const merchants = accounts.map(({ mchId, appid }) => `Account              ${mchId}, appid ${appid}`)
  const lines = [
    `WeChat Pay emulator  ${url}`,
    `Buyer's phone        ${url}/phone`,
    `Proxy                ${url} in WeChat Pay's place, for programs that trust ${certificateFile}`,
    `                     ${name} --env prints the lines for a shell`,
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
