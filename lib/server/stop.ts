import type { Listener } from '@/lib/net/listener'
import type { ShopProcess } from './process'

/** After SIGTERM, what is being answered has this long: a call to WeChat may take eight seconds. */
const ANSWERS_MS_MAX = 9_000
/** Then the process ends, whatever goes on. What is in the store is safe, as it is after a power cut. */
const STOP_MS_MAX = 10_000

/** What is needed of the process. */
type Program = { once: (signal: 'SIGTERM' | 'SIGINT', stop: () => void) => unknown; exit: (code: number) => void }

/** Ends in order: no new requests, no new work, what was asked is answered, the store closes. Or not in order, but in time. */
export function stopOnSignals(listener: Pick<Listener, 'stop'>, own: ShopProcess, program: Program): void {
  let isStopping = false
  const stop = async () => {
    if (isStopping) return
    isStopping = true
    setTimeout(() => program.exit(0), STOP_MS_MAX)
    await Promise.all([listener.stop(ANSWERS_MS_MAX), own.drain?.()])
    await own.close?.()
    program.exit(0)
  }
  program.once('SIGTERM', stop)
  program.once('SIGINT', stop)
}
