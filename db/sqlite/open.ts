import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { Logger } from 'drizzle-orm'
import type { Access, Connection } from '../access'
import { openConnection, type RunStatement, statementsOf } from './connection'
import { bringUpToDate } from './migrate'
import { openReader } from './reader'
import { openWriter } from './writer'

/** Settings of each handle, and what reading them back must give. */
const PRAGMAS = {
  journal_mode: ['WAL', 'wal'],
  // What was acknowledged to WeChat must be there after a power cut; NORMAL loses commits then.
  synchronous: ['FULL', 2],
  foreign_keys: ['ON', 1],
  cell_size_check: ['ON', 1],
  trusted_schema: ['OFF', 0],
  // SQLite waits for a lock by standing still, and the whole process with it; the shop's own queue waits instead.
  busy_timeout: ['0', 0],
} as const

export type OpenedSqlite = Access & {
  /** For queries that are made elsewhere: each is a step of its own. */
  each: Connection
  /** The settings as they are read back. */
  settings: () => Record<string, unknown>
  /** Changes when another program has written to the file. */
  commitsOfOthers: () => number
  close: () => Promise<void>
}

/** A file with a handle that writes and one that reads. Throws when it cannot be opened; then nothing was changed. */
export async function openSqlite(path: string, logger?: Logger): Promise<OpenedSqlite> {
  const handles: Sqlite.Database[] = []
  const close = () => {
    for (const handle of handles) handle.close()
  }
  try {
    const writing = openHandle(path)
    handles.push(writing)
    await bringUpToDate(writing)
    const reading = openHandle(path)
    handles.push(reading)
    reading.pragma('query_only = on')
    return connect(writing, reading, close, logger)
  } catch (error) {
    close()
    throw error
  }
}

function connect(writing: Sqlite.Database, reading: Sqlite.Database, close: () => void, logger?: Logger): OpenedSqlite {
  const [runWriting, runReading] = [statementsOf(writing), statementsOf(reading)]
  const onBroken = () => {}
  const writer = openWriter(writing, openConnection(runWriting, logger), { afterCommit: () => {}, onBroken })
  const { read } = openReader(reading, openConnection(runReading, logger), onBroken)
  const runEach = (...[text, params]: Parameters<RunStatement>) =>
    /^select\b/i.test(text)
      ? read(async () => runReading(text, params))
      : writer.write(async () => runWriting(text, params))
  return {
    read,
    write: writer.write,
    each: openConnection(runEach, logger),
    settings: () => readPragmas(writing),
    commitsOfOthers: () => Number(writing.pragma('user_version', { simple: true })) - writer.commits(),
    close: async () => {
      await writer.stop()
      close()
    },
  }
}

/** The file is for this user only: it holds orders, sessions and keys. */
function openHandle(path: string): Sqlite.Database {
  const folder = dirname(path)
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const sqlite = new Sqlite(path, { timeout: 1_000 })
  try {
    // Also a file that was there, restored from a backup for example; what SQLite puts beside it follows its mode.
    chmodSync(path, 0o600)
    setPragmas(sqlite)
    return sqlite
  } catch (error) {
    sqlite.close()
    throw error
  }
}

function setPragmas(sqlite: Sqlite.Database): void {
  for (const [name, [value]] of Object.entries(PRAGMAS)) sqlite.pragma(`${name} = ${value}`)
  const actual = readPragmas(sqlite)
  for (const [name, [value, expected]] of Object.entries(PRAGMAS)) {
    if (actual[name] !== expected) throw new Error(`it does not keep ${name}=${value}, it says ${actual[name]}`)
  }
}

function readPragmas(sqlite: Sqlite.Database): Record<string, unknown> {
  return Object.fromEntries(Object.keys(PRAGMAS).map((name) => [name, sqlite.pragma(name, { simple: true })]))
}
