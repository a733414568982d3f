import type Sqlite from 'better-sqlite3'
import type { Logger } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/sqlite-proxy'
import { type Connection, schema } from '../access'

/** So many statements are kept for each handle; the ones that were not used for longest go first. */
const STATEMENTS_MAX = 300

type StatementResult = { rows: unknown[]; changes: number }

/** Runs the text of a statement on a handle. Rows come as arrays, as drizzle wants them. */
export type RunStatement = (text: string, params: unknown[]) => StatementResult

/** SQLite compiles each statement, which takes longer than running most of them; so they are kept by their text. */
export function statementsOf(sqlite: Sqlite.Database): RunStatement {
  const kept = new Map<string, Sqlite.Statement>()
  return (text, params) => {
    const statement = kept.get(text) ?? sqlite.prepare(text)
    kept.delete(text)
    kept.set(text, statement)
    const [oldest] = kept.keys()
    if (kept.size > STATEMENTS_MAX && oldest !== undefined) kept.delete(oldest)
    if (!statement.reader) return { rows: [], changes: statement.run(...params).changes }
    return { rows: statement.raw().all(...params), changes: 0 }
  }
}

/** A handle, or several behind `run`, as what queries are built with. */
export function openConnection(
  run: (...call: Parameters<RunStatement>) => StatementResult | Promise<StatementResult>,
  logger?: Logger,
): Connection {
  return drizzle(
    async (text, params, method) => {
      const { rows, ...rest } = await run(text, params)
      return { ...rest, rows: method === 'get' ? firstOf(rows) : rows }
    },
    { schema, ...(logger && { logger }) },
  )
}

/** drizzle takes no row at all for "none". */
function firstOf(rows: unknown[]): unknown[] {
  const [first] = rows
  return first as unknown[]
}
