import type Sqlite from 'better-sqlite3'
import type { StatementResult } from '../connection'

/** So many statements are kept for each handle; the ones that were not used for longest go first. */
const STATEMENTS_MAX = 300

/** Runs the text of a statement on a handle. */
type RunOnHandle = (text: string, params: unknown[]) => StatementResult

/** SQLite compiles each statement, which takes longer than running most of them; so they are kept by their text. */
export function statementsOf(sqlite: Sqlite.Database): RunOnHandle {
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
