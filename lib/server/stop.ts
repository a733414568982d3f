import type { Listener } from '@/lib/net/listener'
import { RETIRE } from './lead'
import type { ShopProcess } from './process'

/** After SIGTERM, what is being answered has this long: a call to WeChat may take eight seconds. */
export const ANSWERS_MS_MAX = 9_000
/** Then the process ends, whatever goes on. What is in the store is safe, as it is after a power cut. */
const STOP_MS_MAX = 10_000
/** A process in whose place there is another one answers for so long: those who use its connections are told to leave them. */
const RETIRE_MS = 1_000

/** What is needed of the process. */
type Program = {
  on: (event: 'SIGTERM' | 'SIGINT' | 'message', hear: (message?: unknown) => void) => unknown
  exit: (code: number) => void
}

/**
 * Ends in order: those who come are sent elsewhere for a while, then no new requests, no new work, what was asked is
 * answered, the store closes. Or not in order, but in time. Told twice, as a whole group of processes is, it ends once.
 */
export function stopOnSignals(
  listener: Pick<Listener, 'stop' | 'endAfterAnswers'>,
  own: ShopProcess,
  program: Program,
  drainMs: number,
): void {
  let isStopping = false
  const stop = async (sendAwayMs: number) => {
    if (isStopping) return
    isStopping = true
    setTimeout(() => program.exit(0), sendAwayMs + STOP_MS_MAX)
    listener.endAfterAnswers()
    if (sendAwayMs > 0) await new Promise((resolve) => setTimeout(resolve, sendAwayMs))
    await Promise.all([listener.stop(ANSWERS_MS_MAX), own.drain?.()])
    await own.close?.()
    program.exit(0)
  }
  const stopAlone = () => {
    own.isStopping = true
    void stop(drainMs)
  }
  program.on('SIGTERM', stopAlone)
  program.on('SIGINT', stopAlone)
  // The shop goes on at the same address, so health says nothing of it.
  program.on('message', (message) => {
    if (message === RETIRE) void stop(RETIRE_MS)
  })
}
