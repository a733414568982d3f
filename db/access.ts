import { type Placeholder, sql } from 'drizzle-orm'
import type { SqliteRemoteDatabase } from 'drizzle-orm/sqlite-proxy'
import * as authSchema from './auth-schema'

export { authSchema }

/** What a query is made with, inside a step of the store. Queries are awaited, whatever database is behind it. */
export type Connection = Pick<SqliteRemoteDatabase, 'select' | 'insert' | 'update' | 'delete' | 'values'>

/** How the parts of the store reach the database. What `work` awaits are queries, and nothing else. */
export type Access = {
  /** Reads one state of the database; waits for no writer. */
  read: <T>(work: (tx: Connection) => Promise<T>) => Promise<T>
  /** Writes all of it or nothing. When it is through, it is on the disk. */
  write: <T>(work: (tx: Connection) => Promise<T>) => Promise<T>
  /** The same for what is no news to other processes: no page that is open anywhere looks again because of it. */
  writeQuietly: <T>(work: (tx: Connection) => Promise<T>) => Promise<T>
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
