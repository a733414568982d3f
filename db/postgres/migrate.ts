import { join } from 'node:path'
import { getTableName } from 'drizzle-orm'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type { ClientBase } from 'pg'
import { WORDS } from '../words'

/** Next.js bundles this file, so the folder is found from where the program was started. */
const MIGRATIONS = join(process.cwd(), 'db/postgres/migrations')

/** A row of the list that is no migration: whoever writes it keeps others from going on until they are through. */
const TURN = `insert into migrations (created_at, hash) values (0, 'the turn of one program')
  on conflict (created_at) do update set hash = excluded.hash`

/**
 * Carries out the migrations that the database has not seen, all or none. Of two programs that start at once, the first
 * holds a row of the list of what was done until it is through, and the other finds all of it. A lock of the whole table
 * would do as well, but databases that only speak like PostgreSQL have none.
 */
export async function bringUpToDate(client: ClientBase): Promise<void> {
  await makeList(client)
  await client.query('begin')
  try {
    await client.query(TURN)
    await migrate(client)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

/** Of two that make it at the same moment PostgreSQL refuses one; by then it is there. */
async function makeList(client: ClientBase): Promise<void> {
  const text = 'create table if not exists migrations (created_at bigint primary key, hash text not null)'
  await client.query(text).catch(() => client.query(text))
}

async function migrate(client: ClientBase): Promise<void> {
  const done = await client.query<{ last: string | null }>('select max(created_at) as last from migrations')
  const last = Number(done.rows[0]?.last ?? 0)
  const known = readMigrationFiles({ migrationsFolder: MIGRATIONS })
  if (last > Math.max(...known.map(({ folderMillis }) => folderMillis))) {
    throw new Error('it was written by a newer version of the shop')
  }
  for (const { sql, hash, folderMillis } of known.filter((it) => it.folderMillis > last)) {
    for (const statement of sql) await client.query(statement)
    await client.query('insert into migrations (created_at, hash) values ($1, $2)', [folderMillis, hash])
  }
  for (const [list, words] of WORDS) {
    const rows = 'select unnest($1::text[]) on conflict do nothing'
    await client.query(`insert into ${getTableName(list)} (word) ${rows}`, [words])
  }
}
