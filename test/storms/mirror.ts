import type Sqlite from 'better-sqlite3'
import { Client, TypeOverrides } from 'pg'

/** What a checker looks at, and what a storm has to forget before the next one begins. */
export type Mirror = {
  /** Brings the copy up to date, if anybody has committed anything since. */
  refresh: () => Promise<void>
  /** Empties all tables, and fills the shop window. */
  renew: () => Promise<void>
  close: () => Promise<void>
}

const TYPES = new TypeOverrides()
const [INT8, NUMERIC] = [20, 1700]
for (const type of [INT8, NUMERIC]) TYPES.setTypeParser(type, Number)

/**
 * A copy of a shop's database of PostgreSQL in a file of SQLite that has the same tables: so one checker, with one set of
 * invariants, judges both.
 */
export async function openMirror(url: string, db: Sqlite.Database, tables: string[]): Promise<Mirror> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query('create table if not exists goods_at_first as select * from products')
  const copies = tables.map((name) => {
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
  })
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
    write(results as { rows: unknown[][] }[])
    seen = commits
  }

  return {
    refresh,
    renew: async () => {
      const goods = 'insert into products select * from goods_at_first'
      await client.query(`truncate ${[...tables, 'commits'].map((it) => `"${it}"`)} restart identity cascade; ${goods}`)
      seen = -1
      await refresh()
    },
    close: () => client.end(),
  }
}
