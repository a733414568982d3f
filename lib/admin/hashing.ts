import { AsyncLocalStorage } from 'node:async_hooks'

export type Hashing = {
  /** Hashes in turn: who is known first, then strangers in the order in which they came. */
  run: <T>(hash: () => Promise<T>) => Promise<T>
  /** Does work of somebody known, whose hashes go before those of strangers. */
  ahead: <T>(work: () => Promise<T>) => Promise<T>
  /** Does work of a stranger; null, and nothing is done, while so many are at it that another one should come later. */
  admit: <T>(work: () => Promise<T>) => Promise<T | null>
}

/** Each hash takes a good deal of memory and time, so few run at once, and a crowd of strangers is not let in at all. */
export function openHashing({ atOnce, strangersMax }: { atOnce: number; strangersMax: number }): Hashing {
  const isAhead = new AsyncLocalStorage<boolean>()
  const waiting: { known: (() => void)[]; strangers: (() => void)[] } = { known: [], strangers: [] }
  let running = 0
  let strangers = 0

  const free = () => {
    const next = waiting.known.shift() ?? waiting.strangers.shift()
    if (next === undefined) running -= 1
    else next()
  }
  return {
    async run(hash) {
      const line = isAhead.getStore() === true ? waiting.known : waiting.strangers
      // Whoever ends hands its place on, so that nobody slips in between.
      if (running >= atOnce) await new Promise<void>((resolve) => line.push(resolve))
      else running += 1
      try {
        return await hash()
      } finally {
        free()
      }
    },
    ahead: (work) => isAhead.run(true, work),
    async admit(work) {
      if (strangers >= strangersMax) return null
      strangers += 1
      try {
        return await work()
      } finally {
        strangers -= 1
      }
    },
  }
}
