import type { Delivery, TradeKey } from '../ledger/schema'

/** One merchant that is slow must not hold up the others. */
const AT_ONCE_MAX = 16
/** The longest time that a timer understands. */
const TIMER_MAX_MS = 2 ** 31 - 1
const RETRY_AFTER_FAILURE_MS = 1_000

/** What is scheduled. */
type Work = {
  /** Takes at most so many deliveries whose time has come. */
  claimDue: (capacity: number) => Delivery[]
  /** Makes one of them. */
  attempt: (delivery: Delivery) => Promise<void>
  /** Milliseconds until the next one is due, 0 if it is already, null if none waits. */
  nextDueInMs: () => number | null
  onError: (error: unknown) => void
}

/** Makes deliveries when they are due, several at once; once started, by itself. */
export function createScheduler({ claimDue, attempt, nextDueInMs, onError }: Work) {
  const underway = new Map<Promise<void>, Delivery>()
  let isStarted = false
  let timer: NodeJS.Timeout | undefined

  function launchDue(): void {
    const capacity = AT_ONCE_MAX - underway.size
    if (capacity <= 0) return
    for (const delivery of claimDue(capacity)) {
      const run: Promise<void> = attempt(delivery)
        .catch(onError)
        .finally(() => {
          underway.delete(run)
          wake()
        })
      underway.set(run, delivery)
    }
  }

  function onTimer(): void {
    try {
      launchDue()
      wake()
    } catch (error) {
      onError(error)
      timer = setTimeout(onTimer, RETRY_AFTER_FAILURE_MS).unref()
    }
  }

  /** Sets the timer to the next delivery; to be called whenever there may be a new one. */
  function wake(): void {
    clearTimeout(timer)
    if (!isStarted || underway.size >= AT_ONCE_MAX) return
    const dueInMs = nextDueInMs()
    if (dueInMs !== null) timer = setTimeout(onTimer, Math.min(dueInMs, TIMER_MAX_MS)).unref()
  }

  return {
    wake,

    /** Makes all deliveries that are due, each once, and waits for those on their way. */
    runDue: async (): Promise<void> => {
      launchDue()
      while (underway.size > 0) {
        await Promise.race(underway.keys())
        launchDue()
      }
    },

    /** Makes what is due now and waits for what concerns one trade, not for the others. */
    runDueOf: async ({ mchId, outTradeNo }: TradeKey): Promise<void> => {
      launchDue()
      const own = [...underway].filter(([, it]) => it.mchId === mchId && it.outTradeNo === outTradeNo)
      await Promise.all(own.map(([run]) => run))
    },

    start: (): void => {
      isStarted = true
      wake()
    },

    /** Starts nothing more and waits for what is on its way. */
    stop: async (): Promise<void> => {
      isStarted = false
      clearTimeout(timer)
      await Promise.all(underway.keys())
    },
  }
}
