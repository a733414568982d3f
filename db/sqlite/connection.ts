import { type Placeholder, sql } from 'drizzle-orm'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import * as authSchema from '../auth-schema'
import * as logSchema from '../log-schema'
import * as shopSchema from '../schema'
import * as words from '../words'

export const schema = { ...shopSchema, ...logSchema, ...authSchema, ...words }
export { authSchema }

export type Database = BetterSQLite3Database<typeof schema>
/** The database inside a transaction, or outside. */
export type Connection = Pick<Database, 'select' | 'insert' | 'update' | 'delete' | 'run' | 'get' | 'all'>

/** Writers take the lock at once: one that reads first and writes later could fail in between, whatever it waits. */
export function atomically<T>(db: Database, work: (tx: Connection) => T): T {
  // The connection is in the transaction, whoever asks it; so queries that are kept for it work there too.
  return db.transaction(() => work(db), { behavior: 'immediate' })
}

/** Several reads of one and the same state. */
export function readTogether<T>(db: Database, work: (tx: Connection) => T): T {
  return db.transaction(() => work(db))
}

/** A gap for each of these columns, to be filled when a kept query runs. */
export function blanks<Name extends string>(...names: Name[]): Record<Name, Placeholder> {
  const gaps = names.map((name) => [name, sql.placeholder(name)])
  return Object.fromEntries(gaps)
}

/** A query that each connection builds once and keeps: building one takes many times longer than running it. */
export function keptQuery<Query>(build: (db: Connection) => Query): (db: Connection) => Query {
  const kept = new WeakMap<Connection, Query>()
  return (db) => {
    const known = kept.get(db)
    if (known !== undefined) return known
    const query = build(db)
    kept.set(db, query)
    return query
  }
}
