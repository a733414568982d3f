import type Sqlite from 'better-sqlite3'
import { StoreUnavailable } from '@/lib/shop/store'
import type { Access, Connection } from '../access'
import { isBroken, isBusy, storeError } from './errors'
import { LOCK_MS_MAX, pause } from './lock'

/** Reads that share one state of the file. More would keep that state for long. */
const GROUP_MAX = 32

type Reading = {
  work: (tx: Connection) => Promise<unknown>
  resolve: (value: unknown) => void
  reject: (reason: unknown) => void
  endsAt: number
}

/**
 * Reads go through a handle of their own, so that they see one state of the file and wait for no writer. Those that wait
 * together share one state, whose pages SQLite then reads once. They take turns: one that came in the middle of others
 * would see what those see, and not what was written since.
 */
export function openReader(
  sqlite: Sqlite.Database,
  tx: Connection,
  onBroken: (error: unknown) => void,
): Pick<Access, 'read'> {
  const [begin, end] = [sqlite.prepare('begin'), sqlite.prepare('rollback')]
  const queue: Reading[] = []
  let isDraining = false

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const busy = await readGroup(queue.splice(0, GROUP_MAX))
      // Another program repairs the file's log after a crash: the only time when reading has to wait.
      if (busy.length > 0) await pause()
      queue.unshift(...busy)
    }
    isDraining = false
  }

  /** Gives those back that somebody's lock kept from reading, and who may try again. */
  async function readGroup(group: Reading[]): Promise<Reading[]> {
    const busy: Reading[] = []
    if (sqlite.open) begin.run()
    for (const reading of group) {
      try {
        if (!sqlite.open) throw new StoreUnavailable('the database is closed')
        reading.resolve(await reading.work(tx))
      } catch (error) {
        if (isBroken(error)) onBroken(error)
        if (isBusy(error) && performance.now() < reading.endsAt) busy.push(reading)
        else reading.reject(storeError(error))
      }
    }
    if (sqlite.open && sqlite.inTransaction) end.run()
    return busy
  }

  return {
    read: <T>(work: (tx: Connection) => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        const endsAt = performance.now() + LOCK_MS_MAX
        queue.push({ work, resolve: (value) => resolve(value as T), reject, endsAt })
        if (isDraining) return
        isDraining = true
        // When everybody has asked who is about to.
        process.nextTick(drain)
      }),
  }
}
