/** Work waits so long for whoever is still connecting; then it goes on beside them. */
const HOLD_MS_MAX = 50

export type Rounds = {
  /** Somebody has connected. */
  hear: () => void
  /** Calls back in the next round of the process's loop in which nobody connects any more. */
  next: (call: () => void) => void
}

/**
 * Node.js lets one connection in at each round of its loop, so everybody who connects waits for the work of as many
 * rounds as there are others before. Therefore work stands back while connections come in: a round without work is a
 * hundred times as short.
 */
export function openRounds(): Rounds {
  let calls: (() => void)[] = []
  let hasHeard = false
  let since = 0

  function spin(): void {
    if (hasHeard && performance.now() - since < HOLD_MS_MAX) {
      hasHeard = false
      setImmediate(spin)
      return
    }
    const due = calls
    calls = []
    for (const call of due) call()
  }
  return {
    hear() {
      hasHeard = true
    },
    next(call) {
      if (calls.push(call) > 1) return
      since = performance.now()
      setImmediate(spin)
    },
  }
}
