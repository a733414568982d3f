import { join } from 'node:path'
import type Sqlite from 'better-sqlite3'
import { getTableName } from 'drizzle-orm'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { WORDS } from '../words'
import { begin } from './lock'
import { countCommit, giveIdentity } from './stamp'

/** Next.js bundles this file, so the folder is found from where the program was started. */
const MIGRATIONS = join(process.cwd(), 'db/sqlite/migrations')

/**
 * Carries out the migrations that the file has not seen, all or none: after a failure the handle has to be closed, which
 * undoes them. What was done is read under the write lock, so that of two programs that start at once on a new file, one
 * makes the tables and the other finds them. The table of what was done is the one that drizzle's own migrator keeps.
 */
export async function bringUpToDate(sqlite: Sqlite.Database): Promise<void> {
  // A table that is written anew would take what refers to it with it; the keys are checked at the end instead.
  sqlite.pragma('foreign_keys = off')
  await begin(sqlite)
  migrate(sqlite)
  sqlite.exec('commit')
  sqlite.pragma('foreign_keys = on')
}

function migrate(sqlite: Sqlite.Database): void {
  sqlite.exec(`create table if not exists __drizzle_migrations
    (id serial primary key, hash text not null, created_at numeric)`)
  const last = Number(sqlite.prepare('select max(created_at) from __drizzle_migrations').pluck().get() ?? 0)
  const known = readMigrationFiles({ migrationsFolder: MIGRATIONS })
  if (last > Math.max(...known.map(({ folderMillis }) => folderMillis))) {
    throw new Error('it was written by a newer version of the shop')
  }
  const missing = known.filter(({ folderMillis }) => folderMillis > last)
  for (const { sql, hash, folderMillis } of missing) {
    for (const statement of sql) sqlite.exec(statement)
    sqlite.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)').run(hash, folderMillis)
  }
  for (const [list, words] of WORDS) {
    const insert = sqlite.prepare(`insert into ${getTableName(list)} (word) values (?) on conflict do nothing`)
    for (const word of words) insert.run(word)
  }
  if (missing.length > 0) checkKeys(sqlite)
  giveIdentity(sqlite)
  countCommit(sqlite)
}

function checkKeys(sqlite: Sqlite.Database): void {
  const [table] = sqlite.prepare('select "table" from pragma_foreign_key_check limit 1').pluck().all()
  if (table !== undefined) throw new Error(`a row of ${table} refers to nothing`)
}
