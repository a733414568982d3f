import type Sqlite from 'better-sqlite3'
import { getTableName } from 'drizzle-orm'
import { Client, TypeOverrides } from 'pg'
import { WORDS } from '@/db/words'

/** How a file keeps up with the server that it is a copy of. */
export type Mirror = {
  /** What is copied. */
  tables: string[]
  /** Brings the copy up to date, if anybody has committed anything since. */
  refresh: () => Promise<void>
  /** Changes something on the server, past the shop; the copy is made anew after that. */
  run: (text: string) => Promise<void>
  close: () => Promise<void>
}

/** Tables that no checker looks at: what was migrated, and words, which every start fills in. */
export const LEFT_OUT = ['__drizzle_migrations', ...WORDS.map(([list]) => getTableName(list))]

const TYPES = new TypeOverrides()
const [INT8, NUMERIC] = [20, 1700]
for (const type of [INT8, NUMERIC]) TYPES.setTypeParser(type, Number)

/**
 * A copy of a shop's database of PostgreSQL in a file of SQLite that has the same tables: so one checker, with one set of
 * invariants, judges both.
 */
export async function openMirror(url: string, db: Sqlite.Database): Promise<Mirror> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  // Tables are emptied one after the other, and nothing here is to last.
  db.pragma('foreign_keys = off')
  db.pragma('synchronous = off')
  db.exec('drop trigger if exists audit_never_shrinks')
  const found = db.prepare("select name from main.sqlite_master where type = 'table' and name not like 'sqlite_%'")
  const tables = found
    .pluck()
    .all()
    .map(String)
    .filter((name) => !LEFT_OUT.includes(name))
  const copies = tables.map((name) => copyOf(name, db))
  // One state of the whole database, in one message.
  const text = `begin isolation level repeatable read read only; ${copies.map(({ select }) => select).join('; ')}; commit`
  const write = db.transaction((results: { rows: unknown[][] }[]) => {
    for (const [n, { empty, insert }] of copies.entries()) {
      empty.run()
      // The first result is that of "begin".
      for (const row of results[n + 1]?.rows ?? []) insert.run(row)
    }
  })
  let seen = -1

  async function refresh(): Promise<void> {
    const { rows } = await client.query<{ commits: string }>('select count(*) as commits from commits')
    const commits = Number(rows[0]?.commits)
    if (commits === seen) return
    const results: unknown = await client.query({ text, rowMode: 'array', types: TYPES })
    // Several queries in one have several results.
    write(results as { rows: unknown[][] }[])
    seen = commits
  }

  return {
    tables,
    refresh,
    run: async (change) => {
      await client.query(change)
      seen = -1
      await refresh()
    },
    close: () => client.end(),
  }
}

function copyOf(name: string, db: Sqlite.Database) {
  const columns = db
    .prepare('select name from pragma_table_info(?)')
    .pluck()
    .all(name)
    .map((column) => `"${column}"`)
  return {
    select: `select ${columns} from "${name}"`,
    empty: db.prepare(`delete from main."${name}"`),
    insert: db.prepare(`insert into main."${name}" (${columns}) values (${columns.map(() => '?')})`),
  }
}
