import { type PoolClient, type QueryResult, TypeOverrides } from 'pg'
import type { StatementResult } from '../connection'

/** So many statements are kept prepared by each connection; texts with lists of many lengths are too many to keep. */
const KEPT_MAX = 400

/** Whole numbers of 64 bits and sums come as texts, because they could be larger than any that the shop counts. */
const TYPES = new TypeOverrides()
const [INT8, NUMERIC] = [20, 1700]
for (const type of [INT8, NUMERIC]) TYPES.setTypeParser(type, Number)

type Text = { text: string; name: string | undefined }
const texts = new Map<string, Text>()

/**
 * The text of a query as PostgreSQL wants it: gaps have numbers; a row's own number, for which drizzle writes SQLite's
 * `null`, is left to the database by its word for that; and the columns of a conflict have no table before them.
 */
function textOf(query: string): Text {
  const known = texts.get(query)
  if (known !== undefined) return known
  let gaps = 0
  const text = query
    .replaceAll('?', () => `$${++gaps}`)
    .replace(/^insert into "\w+" \("id", .*/s, (insert) => insert.replaceAll('(null, ', '(default, '))
    .replace(/ on conflict \([^)]*\)/, (target) => target.replaceAll(/"\w+"\.(?=")/g, ''))
  const name = texts.size < KEPT_MAX ? `q${texts.size}` : undefined
  const made = { text, name }
  if (name !== undefined) texts.set(query, made)
  return made
}

/** Runs a query on a connection. */
export async function runStatement(
  client: Pick<PoolClient, 'query'>,
  query: string,
  params: unknown[],
): Promise<StatementResult> {
  const { text, name } = textOf(query)
  const values = params.map(sent)
  const config = { text, values, rowMode: 'array', types: TYPES, ...(name !== undefined && { name }) } as const
  const result: QueryResult<unknown[]> = await client.query(config)
  return { rows: result.rows, changes: result.command === 'SELECT' ? 0 : (result.rowCount ?? 0) }
}

/** PostgreSQL keeps no text with a zero in it; nothing that the shop makes has one. Flags are numbers, as in SQLite. */
function sent(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value)
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value
}
