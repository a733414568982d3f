import type Sqlite from 'better-sqlite3'
import { StoreUnavailable } from '@/lib/shop/store'
import type { Access, Connection } from '../access'
import { isBroken, isBusy, storeError } from './errors'
import { LOCK_MS_MAX, pause } from './lock'

/**
 * Reads go through a handle of their own, so that they see one state of the file and wait for no writer. They take turns:
 * one that came in the middle of another would see what that one sees, and not what was written since.
 */
export function openReader(
  sqlite: Sqlite.Database,
  tx: Connection,
  onBroken: (error: unknown) => void,
): Pick<Access, 'read'> {
  const [begin, end] = [sqlite.prepare('begin'), sqlite.prepare('rollback')]
  let last: Promise<unknown> = Promise.resolve()

  async function readOnce<T>(work: (tx: Connection) => Promise<T>): Promise<T> {
    if (!sqlite.open) throw new StoreUnavailable('the database is closed')
    begin.run()
    try {
      return await work(tx)
    } finally {
      if (sqlite.open && sqlite.inTransaction) end.run()
    }
  }

  async function readWhenPossible<T>(work: (tx: Connection) => Promise<T>): Promise<T> {
    for (const end = performance.now() + LOCK_MS_MAX; ; ) {
      try {
        return await readOnce(work)
      } catch (error) {
        if (isBroken(error)) onBroken(error)
        if (!isBusy(error) || performance.now() >= end) throw storeError(error)
        // Another program repairs the file's log after a crash: the only time when reading has to wait.
        await pause()
      }
    }
  }

  return {
    read: (work) => {
      const turn = last.then(() => readWhenPossible(work))
      last = turn.catch(() => undefined)
      return turn
    },
  }
}
