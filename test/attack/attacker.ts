import { ATTACKS, type Target } from './attacks'
import type { Counts } from './sockets'

/*
 * The attacker, a process of its own, so that what it does takes no time from those whose waiting is measured. Told what
 * to do by its parent; tells what came of it when it is asked to stop.
 */

export type Order = { attack: string; target: Target; connections: number }

const counts: Counts = new Map()
const over = new AbortController()

process.on('message', (order: Order | 'stop') => {
  if (order !== 'stop') {
    ATTACKS[order.attack]?.run(order.target, { counts, signal: over.signal, connections: order.connections })
    return
  }
  process.send?.(Object.fromEntries(counts), () => process.exit(0))
})
