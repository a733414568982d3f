import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import * as authSchema from './auth-schema'
import * as shopSchema from './schema'

export const schema = { ...shopSchema, ...authSchema }
export { authSchema }

export type Database = BetterSQLite3Database<typeof schema>
/** The database inside a transaction, or outside. */
export type Connection = Pick<Database, 'select' | 'insert' | 'update' | 'delete' | 'run' | 'get' | 'all'>

/** Writers take the lock at once: one that reads first and writes later could fail in between, whatever it waits. */
export function atomically<T>(db: Database, work: (tx: Connection) => T): T {
  return db.transaction(work, { behavior: 'immediate' })
}
