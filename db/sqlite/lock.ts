import type Sqlite from 'better-sqlite3'
import { StoreUnavailable } from '@/lib/shop/store'
import { isBusy } from './errors'

/** So long somebody waits for a lock that another program holds, and looks again after each pause. */
export const LOCK_MS_MAX = 1_000
/** Short: another process of the shop leaves the lock free for a few of these after each of its commits. */
const PAUSE_MS = 1

/** Waits a moment; nobody else has to wait with it. */
export function pause(ms = PAUSE_MS): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

export function heldLock(): StoreUnavailable {
  return new StoreUnavailable('another program holds the lock of the database')
}

/** Begins a transaction that may write. */
export async function begin(sqlite: Sqlite.Database): Promise<void> {
  for (const end = performance.now() + LOCK_MS_MAX; ; ) {
    try {
      sqlite.exec('begin immediate')
      return
    } catch (error) {
      if (!isBusy(error)) throw error
      if (performance.now() >= end) throw heldLock()
    }
    await pause()
  }
}
