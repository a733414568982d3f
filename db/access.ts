import { getTableColumns, is, Param, Placeholder, type SQL, sql, type Table } from 'drizzle-orm'
import type { SqliteRemoteDatabase } from 'drizzle-orm/sqlite-proxy'
import * as authSchema from './auth-schema'
import { type RunStatement, runOf } from './connection'

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

/** A gap for each of these values, to be filled when a kept query runs. */
export function blanks<Name extends string>(...names: Name[]): Record<Name, Placeholder> {
  const gaps = names.map((name) => [name, sql.placeholder(name)])
  return Object.fromEntries(gaps)
}

/** A gap for each of these columns of a table, filled in the form that the column has. */
export function blanksOf<T extends Table, Name extends Extract<keyof T['_']['columns'], string>>(
  table: T,
  names: readonly Name[],
): Record<Name, SQL> {
  const columns = getTableColumns(table)
  const gaps = names.map((name) => [name, sql`${sql.param(sql.placeholder(name), columns[name])}`])
  return Object.fromEntries(gaps)
}

/** What drizzle makes of a query that is to be run often. */
type Built<Rows> = {
  execute: (values?: Values) => Promise<Rows>
  getQuery: () => { sql: string; params: unknown[] }
  mapResult: (rows: unknown[]) => unknown
}
type Values = Record<string, unknown>
type Kept<Rows> = { execute: (values: Values) => Promise<Rows> }

/**
 * A query that is built once, whatever connections it then runs on: building one takes many times longer than running it.
 * It goes straight to the connection, since what drizzle does around that takes longer than most queries, too.
 */
export function keptQuery<Rows>(build: (db: Connection) => Built<Rows>): (db: Connection) => Kept<Rows> {
  let kept: ReturnType<typeof keep<Rows>> | null = null
  return (db) => {
    kept ??= keep(build(db))
    const execute = kept
    return { execute: (values) => execute(runOf(db), values) }
  }
}

function keep<Rows>(built: Built<Rows>): (run: RunStatement, values: Values) => Promise<Rows> {
  const { sql: text, params } = built.getQuery()
  const gaps = params.map(gapOf)
  return async (run, values) => {
    const { rows } = await run(
      text,
      gaps.map((valueIn) => valueIn(values)),
    )
    // What drizzle's own `execute` gives for these rows.
    return built.mapResult(rows) as Rows
  }
}

/** A kept query for each set of columns that it is about. */
export function keptFor<Name extends string, Query>(make: (names: Name[]) => Query): (names: Name[]) => Query {
  const kept = new Map<string, Query>()
  return (names) => {
    const key = names.join()
    const known = kept.get(key)
    if (known !== undefined) return known
    const query = make(names)
    kept.set(key, query)
    return query
  }
}

/** How a gap of a query is filled: with what stands there, or with a given value in the form that its column has. */
function gapOf(param: unknown): (values: Values) => unknown {
  if (is(param, Placeholder)) return (values) => given(values, param.name)
  if (!is(param, Param) || !is(param.value, Placeholder)) return () => param
  const { value, encoder } = param
  return (values) => {
    const it = given(values, value.name)
    return it === null ? null : encoder.mapToDriverValue(it)
  }
}

function given(values: Values, name: string): unknown {
  if (!(name in values)) throw new Error(`no value for ${name}`)
  return values[name]
}
