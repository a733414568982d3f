/** Who waits for events of which order. Lives in one process; events of other processes come through `wakeAll`. */
export type Watch = {
  /** Calls `wake` after each change of an order until the returned function is called. */
  watch: (orderId: string, wake: () => void) => () => void
  announce: (orderId: string) => void
  wakeAll: () => void
  /** Wakes everybody a last time; `isClosed` is true from then on. */
  close: () => void
  isClosed: () => boolean
  size: () => number
}

export function openWatch(): Watch {
  const watchers = new Map<string, Set<() => void>>()
  const wake = (orderId: string) => {
    for (const call of watchers.get(orderId) ?? []) call()
  }
  let isClosed = false
  const wakeAll = () => [...watchers.keys()].forEach(wake)
  return {
    watch(orderId, call) {
      const calls = watchers.get(orderId) ?? new Set()
      watchers.set(orderId, calls.add(call))
      return () => {
        calls.delete(call)
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
    size: () => [...watchers.values()].reduce((sum, calls) => sum + calls.size, 0),
  }
}
