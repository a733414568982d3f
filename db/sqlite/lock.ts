import type Sqlite from 'better-sqlite3'
import { StoreUnavailable } from '@/lib/shop/store'
import { isBusy } from './errors'

/** How often, and how long each time, somebody waits for a lock that another program holds: about a second in all. */
export const TRIES_MAX = 100
const PAUSE_MS = 10

/** Waits a moment; nobody else has to wait with it. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
}

export function heldLock(): StoreUnavailable {
  return new StoreUnavailable('another program holds the lock of the database')
}

/** Begins a transaction that may write. */
export async function begin(sqlite: Sqlite.Database): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      sqlite.exec('begin immediate')
      return
    } catch (error) {
      if (!isBusy(error)) throw error
      if (tries === TRIES_MAX) throw heldLock()
    }
    await pause()
  }
}
