import { createHash } from 'node:crypto'
import { getTableName, is, type SQL, sql, sum } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Connection } from './access'
import * as authSchema from './auth-schema'
import * as billSchema from './bill-schema'
import { addressOf } from './database-url'
import * as logSchema from './log-schema'
import { openAddress } from './open'
import type { Opened } from './opened'
import { pulse } from './process-schema'
import * as refundSchema from './refund-schema'
import * as shopSchema from './schema'
import { WORDS } from './words'

const { counters } = logSchema

/** What was copied of one table. */
export type Moved = { table: string; rows: number }

/** Rows that are read and written at a time, and values in one statement; SQLite takes 32,766 of those. */
const ROWS_AT_ONCE = 500
const VALUES_MAX = 30_000
/** A running shop beats once a second. */
const LISTEN_MS = 2_500

type Table = { name: string; columns: string[]; key: string[]; isCounted: boolean; before: string[] }

/**
 * Copies a shop that is stopped from one database into another, which is empty: all of it or nothing. Every table is
 * read again from the new database and compared, by the number of its rows and by what is in them, before anything of it
 * counts. The old one stays as it is. Throws one sentence when it cannot be done; then the new one is still empty.
 */
export async function moveDatabase(from: string, to: string, listenMs = LISTEN_MS): Promise<Moved[]> {
  if (from === to) throw new Error('both addresses are the same')
  const source = await opened(from)
  try {
    await refuseRunning(source, listenMs)
    const target = await opened(to)
    try {
      return await copyAll(source, target, addressOf(to).type === 'postgres')
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

function opened(url: string): Promise<Opened> {
  return openAddress(addressOf(url), { mayBeNew: false, onLost: () => {} })
}

async function refuseRunning({ read }: Opened, listenMs: number): Promise<void> {
  const beats = () => read(async (tx) => (await tx.select({ beats: sum(pulse.beats) }).from(pulse))[0]?.beats ?? null)
  const before = await beats()
  await new Promise((resolve) => setTimeout(resolve, listenMs))
  if ((await beats()) !== before) throw new Error('a shop still runs on the old database; stop it first')
}

async function copyAll(source: Opened, target: Opened, isPostgres: boolean): Promise<Moved[]> {
  const tables = inOrder()
  return source.read((old) =>
    target.write(async (fresh) => {
      await refuseFilled(fresh, tables)
      await fresh.delete(counters)
      const moved: Moved[] = []
      for (const table of tables) {
        const [there, here] = [await copy(table, old, fresh), await summed(table, fresh)]
        if (there.rows !== here.rows || there.content !== here.content) {
          throw new Error(`${table.name} came out different: ${there.rows} rows there, ${here.rows} here`)
        }
        if (isPostgres && table.isCounted) await goOnCounting(table, fresh)
        moved.push({ table: table.name, rows: here.rows })
      }
      return moved
    }),
  )
}

/** All tables but those that every start fills by itself, and what running processes tell each other; each after those that it refers to. */
function inOrder(): Table[] {
  const left = new Set<string>(WORDS.map(([list]) => getTableName(list)))
  const all: unknown[] = [shopSchema, refundSchema, billSchema, logSchema, authSchema].flatMap((it) =>
    Object.values(it),
  )
  const waiting = all
    .filter((it) => is(it, SQLiteTable))
    .map(describe)
    .filter(({ name }) => !left.has(name))
  const tables: Table[] = []
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ name, before }) =>
      before.every((it) => it === name || !waiting.some((other) => other.name === it)),
    )
    tables.push(...waiting.splice(next === -1 ? 0 : next, 1))
  }
  return tables
}

function describe(table: SQLiteTable): Table {
  const { name, columns, primaryKeys, foreignKeys } = getTableConfig(table)
  const [composed] = primaryKeys
  const own = columns.filter(({ primary }) => primary)
  return {
    name,
    columns: columns.map((it) => it.name),
    key: (composed?.columns ?? own).map((it) => it.name),
    isCounted: own.some((it) => 'autoIncrement' in it && it.autoIncrement === true),
    before: foreignKeys.map((it) => getTableName(it.reference().foreignTable)),
  }
}

async function refuseFilled(fresh: Connection, tables: Table[]): Promise<void> {
  for (const { name } of tables) {
    // A new file has some that say nothing.
    if (name === getTableName(counters)) continue
    const found = await fresh.values(sql`select 1 from ${sql.identifier(name)} limit 1`)
    if (found.length > 0) throw new Error(`the new database is not empty: it has rows in ${name}`)
  }
}

/** How many rows there are, and the sum of what is in them, in whatever order. */
type Sum = { rows: number; content: bigint }

async function copy(table: Table, old: Connection, fresh: Connection): Promise<Sum> {
  const perStatement = Math.floor(VALUES_MAX / table.columns.length)
  return eachPage(table, old, async (rows) => {
    for (let n = 0; n < rows.length; n += perStatement) {
      const values = rows.slice(n, n + perStatement).map((row) => sql`(${list(row.map((it) => sql.param(it)))})`)
      const columns = list(table.columns.map((it) => sql.identifier(it)))
      await fresh.values(sql`insert into ${sql.identifier(table.name)} (${columns}) values ${list(values)}`)
    }
  })
}

function summed(table: Table, tx: Connection): Promise<Sum> {
  return eachPage(table, tx, async () => {})
}

async function eachPage(table: Table, tx: Connection, use: (rows: unknown[][]) => Promise<void>): Promise<Sum> {
  const key = list(table.key.map((it) => sql.identifier(it)))
  const places = table.key.map((it) => table.columns.indexOf(it))
  const columns = list(table.columns.map((it) => sql.identifier(it)))
  let sum: Sum = { rows: 0, content: 0n }
  for (let last: unknown[] | null = null; ; ) {
    const after: SQL = last === null ? sql`` : sql`where (${key}) > (${list(last.map((it) => sql.param(it)))})`
    const page: unknown[][] = await tx.values(
      sql`select ${columns} from ${sql.identifier(table.name)} ${after} order by ${key} limit ${ROWS_AT_ONCE}`,
    )
    await use(page)
    sum = page.reduce(added, sum)
    const end = page.at(-1)
    if (end === undefined || page.length < ROWS_AT_ONCE) return sum
    last = places.map((place) => end[place])
  }
}

function added({ rows, content }: Sum, row: unknown[]): Sum {
  const text = JSON.stringify(row.map((it) => (Buffer.isBuffer(it) ? it.toString('base64') : it)))
  return { rows: rows + 1, content: content + BigInt(`0x${createHash('sha256').update(text).digest('hex')}`) }
}

/** PostgreSQL counts on from the last number that it gave itself. */
async function goOnCounting({ name }: Table, fresh: Connection): Promise<void> {
  const sequence = sql`pg_get_serial_sequence(${name}, 'id')`
  await fresh.values(sql`select setval(${sequence}, coalesce(max(id), 0) + 1, false) from ${sql.identifier(name)}`)
}

function list(parts: Parameters<typeof sql.join>[0]): SQL {
  return sql.join(parts, sql`, `)
}
