import { AsyncLocalStorage } from 'node:async_hooks'
import { existsSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { type Config, readConfig, secretsOf } from '@/lib/config'
import { type ListenerOptions, openListener } from '@/lib/net/listener'
import { build, isBuilt } from './build'
import { openFiles } from './files'
import { openFront } from './front'
import { openLog } from './log'
import { boundOutput } from './output'
import { type Started, shopProcess } from './process'
import { isFirst, isLed, leadProcesses, sharedEmulatorUrl } from './processes'
import { openRounds } from './rounds'
import { stopOnSignals } from './stop'
import { endOnUncaught } from './uncaught'

/** What the commands in package.json start: `demo`, `dev`, `build`, `start`. */
const command = process.argv[2] ?? 'start'

/** More would take memory that the shop needs; each that rests has a few kilobytes. */
const CONNECTIONS_MAX = 4_096
/** So many, since a whole company or town may share an address. */
const CONNECTIONS_PER_ADDRESS_MAX = 1_024

/** Whoever finds no place among those who are not let in yet knocks again after a second, and then after three. */
const BACKLOG = 2_048

process.umask(0o077)
process.env.NEXT_TELEMETRY_DISABLED = '1'
if (command === 'demo' || command === 'dev') process.env.PAYMENTS ||= 'emulator'

if (command === 'build') process.exit(build('shown').isBuilt ? 0 : 1)
const config = checkedConfig()
if (command === 'dev' && config.processes > 1) {
  console.error('PROCESSES means nothing to npm run dev, which runs one process: set it for npm start or npm run demo.')
  process.exit(1)
}
if (!isLed && command === 'demo' && !isBuilt() && !build('shown').isBuilt) process.exit(1)
await (config.processes > 1 && !isLed ? leadProcesses(config) : serve(config, command === 'dev'))

function checkedConfig(): Config {
  const read = readConfig(process.env)
  if (read.ok) return read.config
  console.error(`The shop cannot start; these settings are not right:\n  ${read.problems.join('\n  ')}`)
  return process.exit(1)
}

/** Listens. Nobody is let in before the shop runs, and nobody keeps it from ending. */
async function serve(config: Config, isDev: boolean): Promise<void> {
  const { host, port, hasRateLimits, keepAliveMs, trustedProxies, publicUrl } = config
  if (!isDev && !existsSync('.next/BUILD_ID')) {
    console.error('There is no build yet: run `npm run build` first.')
    process.exit(1)
  }
  Object.assign(process.env, { NODE_ENV: isDev ? 'development' : 'production', PORT: String(port) })
  const own = shopProcess()
  const answering = new AsyncLocalStorage<ServerResponse>()
  const mayBeNew = process.argv.includes('--new')
  Object.assign(own, {
    hasOwnServer: true,
    isDemo: command === 'demo' && !isLed,
    mayBeNew,
    answering,
    emulatorUrl: sharedEmulatorUrl(),
  })
  // Next.js calls `instrumentation.ts` in its own time.
  const started = new Promise<Started>((resolve) => {
    own.onStarted = resolve
  })

  let answer: ListenerOptions['answer'] = async (_, response) => void response.destroy()
  const listener = openListener({
    connectionsMax: CONNECTIONS_MAX,
    perAddressMax: hasRateLimits ? CONNECTIONS_PER_ADDRESS_MAX : CONNECTIONS_MAX,
    isShared: trustedProxies.has,
    keepAliveMs,
    hasUpgrades: isDev,
    answer: (request, response) => answer(request, response),
  })
  const rounds = openRounds()
  own.whenReady = rounds.next
  listener.server.on('connection', rounds.hear)
  const { default: createNext } = await import('next')
  // In development browsers hear of changes through a web socket. Built, it gets a server that never hears of anybody.
  const app = createNext({ dev: isDev, hostname: host, port, httpServer: isDev ? listener.server : createServer() })
  await app.prepare()
  // While the shop is being written, mistakes are shown where they are made.
  if (!isDev) endOnUncaught(process, secretsOf(config))
  const { welcome, limits, shownOn, forWeChat } = await started
  const next = app.getRequestHandler()
  const files = openFiles({ isBuilt: !isDev })
  answer = openFront({
    isDev,
    publicUrl,
    files,
    limits,
    shownOn: isDev ? async () => null : shownOn,
    rounds,
    trustedProxies,
    // While the shop is being written, Next.js has its newest code.
    forWeChat: isDev ? {} : forWeChat,
    next,
    answering,
  })

  listener.server.once('error', (error) => {
    console.error(`The shop cannot listen on ${host}:${port}: ${error.message}`)
    process.exit(1)
  })
  listener.server.listen({ port, host, backlog: BACKLOG }, () => {
    if (isLed) process.send?.({ type: 'ready', welcome })
    else console.log(['', ...welcome, ''].join('\n'))
    if (!isDev) boundOutputOf(config)
    if (isFirst) own.onListening?.()
  })
  stopOnSignals(listener, own, process, config.stopDrainMs)
}

/** From now on strangers decide how often something fails. */
function boundOutputOf(config: Config): void {
  const secrets = secretsOf(config)
  boundOutput({ output: console, log: openLog(config.logLevel, secrets), secrets, program: process })
  // Node.js writes its warnings past the console.
  process.removeAllListeners('warning').on('warning', (warning) => console.warn(warning))
}
