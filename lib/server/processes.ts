import cluster from 'node:cluster'
import { type Config, secretsOf } from '@/lib/config'
import { lead, type Member, RETIRE, type Ready } from './lead'
import { ANSWERS_MS_MAX } from './stop'
import { endOnUncaught } from './uncaught'

/** How the processes find the emulator that whoever leads them plays. */
const EMULATOR_AT = 'SHOP_EMULATOR_AT'
/** A process ends by itself within its time; a second more, and it hangs. */
const PATIENCE_MS = 2_000

/** Whether this process is led by another. */
export const isLed = cluster.isWorker

/** Whether this process does what is done once at a start: of several, the one that was started first. */
export const isFirst = !isLed || cluster.worker?.id === 1

/** Where the emulator of all processes is; null when there is none, or it is this process's own. */
export const sharedEmulatorUrl = (): string | null => (isLed ? (process.env[EMULATOR_AT] ?? null) : null)

/**
 * Serves one port with several processes. This one answers nobody: it starts them, starts another one for one that ended,
 * and plays the emulator for all of them, of which there can only be one.
 */
export async function leadProcesses(config: Config): Promise<void> {
  endOnUncaught(process, secretsOf(config))
  const emulator = config.emulator !== null && config.apiBase === null ? await playEmulator(config) : null
  const args = process.argv.slice(2)
  // Each takes its connections itself. Handed over by this process, those on their way to one that is killed would hang.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  lead({
    count: config.processes,
    fork: (isFirst) => {
      cluster.setupPrimary({ args: args.filter((it) => isFirst || it !== '--new') })
      return memberOf(emulator === null ? {} : { [EMULATOR_AT]: emulator.url })
    },
    program: {
      on: (signal, hear) => process.on(signal, hear),
      exit: async (code) => {
        await emulator?.stop()
        process.exit(code)
      },
    },
    welcome: (lines) => console.log(['', ...lines, processesLine(config), ''].join('\n')),
    tell: (sentence) => console.error(sentence),
    stopMsMax: config.stopDrainMs + ANSWERS_MS_MAX + PATIENCE_MS,
  })
}

async function playEmulator(config: Config): Promise<{ url: string; stop: () => Promise<void> }> {
  const { shareOwnEmulator } = await import('@/lib/runtime')
  try {
    return await shareOwnEmulator(config)
  } catch (error) {
    console.error(`The shop cannot start its emulator: ${error instanceof Error ? error.message : error}`)
    return process.exit(1)
  }
}

function memberOf(variables: Record<string, string>): Member {
  const worker = cluster.fork(variables)
  return {
    pid: worker.process.pid,
    onReady: (hear) => worker.once('message', (ready: Ready) => hear(ready)),
    onExit: (hear) => worker.once('exit', (code, signal) => hear(signal ?? String(code))),
    retire: () => void worker.send(RETIRE),
    kill: (signal) => void worker.process.kill(signal),
  }
}

function processesLine({ processes }: Config): string {
  return `Processes   ${processes}; kill -USR2 ${process.pid} replaces them one after the other`
}
