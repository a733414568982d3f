import Sqlite from 'better-sqlite3'
import { StoreUnavailable } from '@/lib/shop/store'

/** What SQLite said, without the query around it: that has the values in it, and those belong in no log. */
function sqliteError(error: unknown): { code: string; message: string } | null {
  if (error instanceof Sqlite.SqliteError) return error
  return error instanceof Error && error.cause !== undefined ? sqliteError(error.cause) : null
}

/** Whether another program holds the lock that was asked for. */
export function isBusy(error: unknown): boolean {
  return sqliteError(error)?.code.startsWith('SQLITE_BUSY') === true
}

/** Whether the file is damaged, or the disk failed: what was written before may be gone, and waiting mends nothing. */
export function isBroken(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(sqliteError(error)?.code ?? '')
}

/** The error as everybody else may see it. A broken constraint is a mistake in the code, anything else the store's state. */
export function storeError(error: unknown): unknown {
  const found = sqliteError(error)
  if (found === null) return error
  return found.code.startsWith('SQLITE_CONSTRAINT') ? new Error(found.message) : new StoreUnavailable(found.message)
}
