import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { MIGRATIONS } from './migrations-folder'
import { copyOldRows, OLD_VERSION_MAX, setOldTablesAside } from './old-ledger'

const MEMORY = ':memory:'

/**
 * Opens the ledger's file, made if it is not there, readable by its owner only, and brings its tables up to date.
 *
 * @param databaseUrl `file:` and a path, relative to the working directory; `file::memory:` for a ledger without a file
 * @throws if the file belongs to a newer version, or SQLite did not accept what durability needs
 */
export function openDatabase(databaseUrl: string): Sqlite.Database {
  if (!databaseUrl.startsWith('file:')) throw new Error('the emulator keeps its ledger in a file: file:<path>')
  const name = databaseUrl.slice('file:'.length)
  const path = name === MEMORY ? MEMORY : resolve(name)
  if (path !== MEMORY) makeFile(path)

  const client = new Sqlite(path, { timeout: 1_000 })
  try {
    client.pragma('journal_mode = WAL')
    client.pragma('synchronous = FULL')
    client.pragma('trusted_schema = OFF')
    client.pragma('cell_size_check = ON')
    // A migration may copy a table that others refer to; they are checked before it counts.
    client.pragma('foreign_keys = OFF')
    client.transaction(() => bringUpToDate(client, path)).immediate()
    client.pragma('foreign_keys = ON')
    const accepted = ['journal_mode', 'synchronous', 'foreign_keys'].map((it) => client.pragma(it, { simple: true }))
    if (accepted.join() !== (path === MEMORY ? 'memory,2,1' : 'wal,2,1'))
      throw new Error(`SQLite did not accept its settings: ${accepted.join()}`)
    return client
  } catch (error) {
    client.close()
    throw error
  }
}

/** Carries out the migrations that the file has not seen; the table of those that it has is drizzle's own. */
function bringUpToDate(client: Sqlite.Database, path: string): void {
  const migrations = readMigrationFiles({ migrationsFolder: MIGRATIONS })
  const oldVersion = Number(client.pragma('user_version', { simple: true }))
  client.exec(`create table if not exists __drizzle_migrations
    (id serial primary key, hash text not null, created_at numeric)`)
  const last = Number(client.prepare('select max(created_at) from __drizzle_migrations').pluck().get() ?? 0)
  if (oldVersion > OLD_VERSION_MAX || last > (migrations.at(-1)?.folderMillis ?? 0)) {
    throw new Error(`${path} was written by a newer version of the emulator`)
  }

  if (oldVersion > 0) setOldTablesAside(client, oldVersion)
  const note = client.prepare('insert into __drizzle_migrations (hash, created_at) values (?, ?)')
  for (const { sql, hash, folderMillis } of migrations.filter((it) => it.folderMillis > last)) {
    for (const statement of sql) client.exec(statement)
    note.run(hash, folderMillis)
    // Old rows fit the tables of the first migration; the later ones change them like all others.
    if (oldVersion > 0 && folderMillis === migrations[0]?.folderMillis) copyOldRows(client)
  }
  const [broken] = client.prepare('pragma foreign_key_check').all()
  if (broken !== undefined) throw new Error(`${path} has rows that refer to nothing: ${JSON.stringify(broken)}`)
}

function makeFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // SQLite gives its side files the mode of the main one, so that must be right before SQLite sees it.
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
}
