import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type { Product } from '@/lib/shop/product'
import type { Store } from '@/lib/shop/store'
import { seedGoods } from './seed'
import { withRealTokens } from './session-tokens'
import { atomically, authSchema, type Database, schema } from './sqlite/connection'
import { openSqliteStore } from './store'
import { openTeam, type Team } from './team'
import { WORDS } from './words'

export type { Member, Team } from './team'
export { withRealTokens }

export type OpenedDatabase = {
  store: Store
  /** The tables of the admins' accounts and sessions, for the library that keeps them. */
  auth: { db: Database; schema: typeof authSchema; client: Sqlite.Database }
  team: Team
  /** A random key of this shop, 32 bytes in hex, made at first use and kept. */
  secret: (name: string) => string
  /** Changes when another connection has written to the file. */
  dataVersion: () => number
  close: () => void
}

/** Settings of each connection, and what reading them back must give. */
const PRAGMAS = {
  journal_mode: ['WAL', 'wal'],
  // What was acknowledged to WeChat must be there after a power cut; NORMAL loses commits then.
  synchronous: ['FULL', 2],
  busy_timeout: [1000, 1000],
  foreign_keys: ['ON', 1],
  cell_size_check: ['ON', 1],
  trusted_schema: ['OFF', 0],
} as const

/** Next.js bundles this file, so the folder is found from where the program was started. */
const MIGRATIONS = join(process.cwd(), 'db/sqlite/migrations')

/**
 * Opens the shop's database, brings its tables up to date and fills the shop window. Throws when the file cannot be
 * opened or a setting does not hold; then nothing was changed.
 */
export function openDatabase(url: string, { goods = [] }: { goods?: readonly Product[] } = {}): OpenedDatabase {
  const path = pathOf(url)
  const sqlite = openFile(path)
  try {
    setPragmas(sqlite)
    const db = drizzle(sqlite, { schema })
    bringUpToDate(sqlite, db)
    seedGoods(db, goods)
    return {
      store: openSqliteStore(db),
      auth: { db, schema: authSchema, client: sqlite },
      team: openTeam(db),
      secret: (name) => keptSecret(db, name),
      dataVersion: () => Number(sqlite.pragma('data_version', { simple: true })),
      close: () => sqlite.close(),
    }
  } catch (error) {
    sqlite.close()
    throw error
  }
}

function pathOf(url: string): string {
  if (!url.startsWith('file:'))
    throw new Error(`DATABASE_URL must be file:<path>; other databases are not supported yet`)
  return resolve(url.slice('file:'.length))
}

/** The file is for this user only: it holds orders, sessions and keys. */
function openFile(path: string): Sqlite.Database {
  const folder = dirname(path)
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 })
  try {
    const sqlite = new Sqlite(path)
    // Also a file that was there, restored from a backup for example; what SQLite puts beside it follows its mode.
    chmodSync(path, 0o600)
    return sqlite
  } catch (error) {
    throw new Error(`cannot open the database ${path}: ${error instanceof Error ? error.message : error}`)
  }
}

function setPragmas(sqlite: Sqlite.Database): void {
  for (const [name, [value, expected]] of Object.entries(PRAGMAS)) {
    sqlite.pragma(`${name} = ${value}`)
    const actual = sqlite.pragma(name, { simple: true })
    if (actual !== expected) throw new Error(`the database does not keep ${name}=${value}: it says ${actual}`)
  }
}

/**
 * Carries out the migrations that the file has not seen. What was done is read under the write lock, so that of two
 * programs that start at once on a new file, one makes the tables and the other finds them. The table of what was done
 * is the one that drizzle's own migrator keeps.
 */
function bringUpToDate(sqlite: Sqlite.Database, db: Database): void {
  const migrations = readMigrationFiles({ migrationsFolder: MIGRATIONS })
  // A table that is written anew would take what refers to it with it; the keys are checked at the end instead.
  sqlite.pragma('foreign_keys = off')
  atomically(db, (tx) => {
    tx.run(sql`create table if not exists __drizzle_migrations
      (id serial primary key, hash text not null, created_at numeric)`)
    const last = tx.get<{ at: number | null }>(sql`select max(created_at) as at from __drizzle_migrations`).at ?? 0
    const missing = migrations.filter((it) => it.folderMillis > last)
    for (const { sql: statements, hash, folderMillis } of missing) {
      for (const statement of statements) tx.run(sql.raw(statement))
      tx.run(sql`insert into __drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`)
    }
    for (const [list, words] of WORDS) {
      tx.insert(list)
        .values(words.map((word) => ({ word })))
        .onConflictDoNothing()
        .run()
    }
    const [broken] = missing.length === 0 ? [] : tx.all<{ table: string }>(sql`pragma foreign_key_check`)
    if (broken !== undefined) throw new Error(`a row of ${broken.table} refers to nothing`)
  })
  sqlite.pragma('foreign_keys = on')
}

function keptSecret(db: Database, name: string): string {
  return atomically(db, (tx) => {
    const kept = tx.select().from(schema.secrets).where(eq(schema.secrets.name, name)).get()
    if (kept !== undefined) return kept.value
    const value = randomBytes(32).toString('hex')
    tx.insert(schema.secrets).values({ name, value }).run()
    return value
  })
}
