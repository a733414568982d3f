import type { Attempt, AttemptFilter } from './public'

/** A test that takes none must not fill the memory with them. */
const KEPT_MAX = 1_000

type Waiting = { filter: AttemptFilter; give: (attempt: Attempt) => void }

/** Attempts to notify, each for one who waits for it: what comes before it is waited for is kept. */
export function createMailbox() {
  let kept: Attempt[] = []
  const waiting = new Set<Waiting>()

  return {
    add: (attempt: Attempt): void => {
      const first = [...waiting].find((it) => fits(attempt, it.filter))
      if (first === undefined) {
        kept = [...kept, attempt].slice(-KEPT_MAX)
        return
      }
      waiting.delete(first)
      first.give(attempt)
    },

    /** Rejects when none that fits came in time. */
    take: (filter: AttemptFilter, withinMs: number): Promise<Attempt> => {
      const found = kept.find((it) => fits(it, filter))
      if (found !== undefined) {
        kept = kept.filter((it) => it !== found)
        return Promise.resolve(found)
      }
      return new Promise((resolve, reject) => {
        const own: Waiting = {
          filter,
          give: (attempt) => {
            clearTimeout(timer)
            resolve(attempt)
          },
        }
        const timer = setTimeout(() => {
          waiting.delete(own)
          reject(new Error(nothingCame(filter, withinMs, kept)))
        }, withinMs)
        waiting.add(own)
      })
    },

    clear: (): void => {
      kept = []
    },
  }
}

function fits(attempt: Attempt, filter: AttemptFilter): boolean {
  const { out_trade_no: trade, out_refund_no: refund, attempt: count, outcome } = filter
  return (
    (trade === undefined || trade === attempt.out_trade_no) &&
    (refund === undefined || refund === attempt.out_refund_no) &&
    (count === undefined || count === attempt.attempt) &&
    (outcome === undefined || outcome === attempt.outcome)
  )
}

function nothingCame(filter: AttemptFilter, withinMs: number, kept: Attempt[]): string {
  const others = kept.map((it) => `${it.out_refund_no ?? it.out_trade_no} (${it.outcome})`)
  const instead = others.length === 0 ? 'nobody was notified' : `instead: ${others.join(', ')}`
  return `no notification like ${JSON.stringify(filter)} within ${withinMs} ms; ${instead}`
}
