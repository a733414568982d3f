import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Client } from 'pg'
import { newDatabase } from './db/postgres'

type Row = Record<string, unknown>

/** The database of a world, and a way past the store to look into it. */
export type WorldDatabase = {
  url: string
  /** Rows of a query, or none of another statement. */
  sql: (text: string) => Promise<Row[]>
  /** All that it holds, as one text. */
  contents: () => Promise<string>
}

const isOnPostgres = () => process.env.WORLD_DATABASE === 'postgres'

/** A database for a world: a file in its folder, or one on the server where the tests run on PostgreSQL. */
export async function openWorldDatabase(folder: string): Promise<WorldDatabase> {
  const [url, sql, tables] = isOnPostgres() ? await onServer() : inFile(join(folder, 'shop.db'))
  const contents = async () => {
    const names = (await sql(tables)).map(({ name }) => String(name)).sort()
    const rows: [string, Row[]][] = []
    for (const name of names) rows.push([name, await sql(`select * from "${name}" order by 1`)])
    return JSON.stringify(rows)
  }
  return { url, sql, contents }
}

type Sql = WorldDatabase['sql']

function inFile(path: string): [string, Sql, string] {
  const sql: Sql = async (text) => {
    const db = new Sqlite(path)
    try {
      const statement = db.prepare(text)
      if (statement.reader) return statement.all() as Row[]
      statement.run()
      return []
    } finally {
      db.close()
    }
  }
  return [`file:${path}`, sql, "select name from sqlite_master where type = 'table'"]
}

async function onServer(): Promise<[string, Sql, string]> {
  const url = await newDatabase()
  const sql: Sql = async (text) => {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query<Row>(text)).rows
    } finally {
      await client.end()
    }
  }
  return [url, sql, "select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'commits'"]
}
