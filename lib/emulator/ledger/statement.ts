import { getTableColumns, type Placeholder, sql } from 'drizzle-orm'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'

/** The ledger as its parts ask it. */
export type LedgerDatabase = BetterSQLite3Database<Record<string, never>>

// Every statement is translated to SQL once, when the ledger opens: doing it at each call would cost more than the call.

/** A gap in a statement, filled when it runs. */
export function blank<Name extends string>(name: Name): Placeholder<Name> {
  return sql.placeholder(name)
}

/** A gap for each column of a row. */
export function blankRow<T extends SQLiteTable>(table: T): Record<keyof T['$inferSelect'], Placeholder> {
  const names = Object.keys(getTableColumns(table)).map((name) => [name, sql.placeholder(name)])
  return Object.fromEntries(names)
}
