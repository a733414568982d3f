/** Gives a turn back. May be called more than once. */
export type Done = () => void

type Caller = {
  /** It is the caller's turn; it lasts until `done` is called. */
  begin: (done: Done) => void
  /** There will be no turn: too many wait. */
  refuse: () => void
}

export type Turns = {
  /** Calls `begin` or `refuse`, now or later. The returned function takes a caller out again who went away meanwhile. */
  take: (who: string, caller: Caller) => () => void
}

/**
 * So many works at a time. Who waits is served in a round: one of each before the second of any, so that somebody with a
 * thousand requests waits for himself, and nobody for him. When there is no place to wait, whoever has most gives one up.
 */
export function openTurns({ atOnce, waitingMax }: { atOnce: number; waitingMax: number }): Turns {
  let running = 0
  let waiting = 0
  // The first line is served next; a line that was served goes to the end.
  const lines = new Map<string, Set<Caller>>()

  function begin(caller: Caller): void {
    running += 1
    let isDone = false
    caller.begin(() => {
      if (isDone) return
      isDone = true
      running -= 1
      serveNext()
    })
  }

  function serveNext(): void {
    const [next] = lines
    if (next === undefined || running >= atOnce) return
    const [who, line] = next
    const [caller] = line
    if (caller === undefined) return
    leave(who, caller)
    const rest = lines.get(who)
    if (rest !== undefined) {
      lines.delete(who)
      lines.set(who, rest)
    }
    begin(caller)
  }

  function leave(who: string, caller: Caller): void {
    const line = lines.get(who)
    if (line?.delete(caller) !== true) return
    waiting -= 1
    if (line.size === 0) lines.delete(who)
  }

  /** Sends away the newest of whoever has more waiting than the given one would have; false when nobody has. */
  function makePlace(who: string): boolean {
    const own = (lines.get(who)?.size ?? 0) + 1
    const [longest] = [...lines].sort(([, a], [, b]) => b.size - a.size)
    if (longest === undefined || longest[1].size <= own) return false
    const newest = [...longest[1]].at(-1)
    if (newest === undefined) return false
    leave(longest[0], newest)
    newest.refuse()
    return true
  }

  return {
    take(who, caller) {
      if (running < atOnce) begin(caller)
      else if (waiting >= waitingMax && !makePlace(who)) caller.refuse()
      else {
        lines.set(who, (lines.get(who) ?? new Set()).add(caller))
        waiting += 1
      }
      return () => leave(who, caller)
    },
  }
}
