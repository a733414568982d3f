import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { DDL, SCHEMA_VERSION } from './schema'

/**
 * Opens the ledger's file, made if it is not there, readable by its owner only.
 *
 * @param databaseUrl `file:` and a path, relative to the working directory
 * @throws if the file belongs to a newer version, or SQLite did not accept what durability needs
 */
export function openDatabase(databaseUrl: string): Database.Database {
  if (!databaseUrl.startsWith('file:')) throw new Error('the emulator keeps its ledger in a file: file:<path>')
  const path = resolve(databaseUrl.slice('file:'.length))
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // SQLite gives its side files the mode of the main one, so that must be right before SQLite sees it.
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)

  const client = new Database(path, { timeout: 1_000 })
  client.pragma('journal_mode = WAL')
  client.pragma('synchronous = FULL')
  client.pragma('foreign_keys = ON')
  client.pragma('trusted_schema = OFF')
  client.pragma('cell_size_check = ON')
  const accepted = ['journal_mode', 'synchronous', 'foreign_keys'].map((name) => client.pragma(name, { simple: true }))
  if (accepted.join() !== 'wal,2,1') throw new Error(`SQLite did not accept its settings: ${accepted.join()}`)

  const prepare = client.transaction(() => {
    const version = Number(client.pragma('user_version', { simple: true }))
    if (version > SCHEMA_VERSION) throw new Error(`${path} was written by a newer version of the emulator`)
    // Codes of version 1 did not say whose they are. They live for minutes, so none is missed.
    if (version < 2) client.exec('DROP TABLE IF EXISTS authorizations')
    client.exec(DDL)
  })
  prepare.immediate()
  return client
}
