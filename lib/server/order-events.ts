/** Who waits for events of which order. Lives in one process; events of other processes come through `wakeAll`. */
export type Watch = {
  /** Calls `wake` after each change of an order until the returned function is called. `owner` is whoever watches. */
  watch: (orderId: string, owner: string, wake: () => void) => () => void
  announce: (orderId: string) => void
  wakeAll: () => void
  /** Wakes everybody a last time; `isClosed` is true from then on. */
  close: () => void
  isClosed: () => boolean
  /** How many watch anything, this order, and how many of them are this owner's. */
  count: (orderId: string, owner: string) => { all: number; ofOrder: number; ofOwner: number }
}

export function openWatch(): Watch {
  const watchers = new Map<string, Set<() => void>>()
  const owners = new Map<string, number>()
  let all = 0
  let isClosed = false

  const wake = (orderId: string) => {
    for (const call of watchers.get(orderId) ?? []) call()
  }
  const wakeAll = () => [...watchers.keys()].forEach(wake)
  const count = (owner: string, more: 1 | -1) => {
    all += more
    const many = (owners.get(owner) ?? 0) + more
    if (many === 0) owners.delete(owner)
    else owners.set(owner, many)
  }
  return {
    watch(orderId, owner, call) {
      const calls = watchers.get(orderId) ?? new Set()
      watchers.set(orderId, calls.add(call))
      count(owner, 1)
      return () => {
        if (!calls.delete(call)) return
        count(owner, -1)
        if (calls.size === 0 && watchers.get(orderId) === calls) watchers.delete(orderId)
      }
    },
    announce: wake,
    wakeAll,
    close() {
      isClosed = true
      wakeAll()
    },
    isClosed: () => isClosed,
    count: (orderId, owner) => ({
      all,
      ofOrder: watchers.get(orderId)?.size ?? 0,
      ofOwner: owners.get(owner) ?? 0,
    }),
  }
}
