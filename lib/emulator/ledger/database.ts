import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { DDL, SCHEMA_VERSION, UPGRADES } from './schema'

const MEMORY = ':memory:'

/**
 * Opens the ledger's file, made if it is not there, readable by its owner only.
 *
 * @param databaseUrl `file:` and a path, relative to the working directory; `file::memory:` for a ledger without a file
 * @throws if the file belongs to a newer version, or SQLite did not accept what durability needs
 */
export function openDatabase(databaseUrl: string): Database.Database {
  if (!databaseUrl.startsWith('file:')) throw new Error('the emulator keeps its ledger in a file: file:<path>')
  const name = databaseUrl.slice('file:'.length)
  const path = name === MEMORY ? MEMORY : resolve(name)
  if (path !== MEMORY) makeFile(path)

  const client = new Database(path, { timeout: 1_000 })
  client.pragma('journal_mode = WAL')
  client.pragma('synchronous = FULL')
  client.pragma('foreign_keys = ON')
  client.pragma('trusted_schema = OFF')
  client.pragma('cell_size_check = ON')
  const accepted = ['journal_mode', 'synchronous', 'foreign_keys'].map((name) => client.pragma(name, { simple: true }))
  if (accepted.join() !== (path === MEMORY ? 'memory,2,1' : 'wal,2,1'))
    throw new Error(`SQLite did not accept its settings: ${accepted.join()}`)

  const prepare = client.transaction(() => {
    const version = Number(client.pragma('user_version', { simple: true }))
    if (version > SCHEMA_VERSION) throw new Error(`${path} was written by a newer version of the emulator`)
    for (let from = version; from > 0 && from < SCHEMA_VERSION; from += 1) client.exec(UPGRADES[from] ?? '')
    client.exec(DDL)
  })
  prepare.immediate()
  return client
}

function makeFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // SQLite gives its side files the mode of the main one, so that must be right before SQLite sees it.
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
}
