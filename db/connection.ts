import { drizzle } from 'drizzle-orm/sqlite-proxy'
import type { Connection } from './access'

/** Rows come as arrays, as drizzle wants them. */
export type StatementResult = { rows: unknown[]; changes: number }

/** Runs the text of a statement, with a value for each of its gaps. */
export type RunStatement = (text: string, params: unknown[]) => StatementResult | Promise<StatementResult>

/** How the statements of each connection are run. */
const runs = new WeakMap<Connection, RunStatement>()

/** A handle of a database, or several behind `run`, as what queries are built with. */
export function openConnection(run: RunStatement): Connection {
  const connection: Connection = drizzle(async (text, params, method) => {
    const { rows, ...rest } = await run(text, params)
    return { ...rest, rows: method === 'get' ? firstOf(rows) : rows }
  })
  runs.set(connection, run)
  return connection
}

export function runOf(connection: Connection): RunStatement {
  const run = runs.get(connection)
  if (run === undefined) throw new Error('a connection that nobody opened')
  return run
}

/** drizzle takes no row at all for "none". */
function firstOf(rows: unknown[]): unknown[] {
  const [first] = rows
  return first as unknown[]
}
