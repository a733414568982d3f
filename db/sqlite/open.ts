import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { StoreUnavailable } from '@/lib/shop/store'
import type { Access } from '../access'
import { openConnection, type RunStatement } from '../connection'
import type { Opened } from '../opened'
import { statementsOf } from './connection'
import { storeError } from './errors'
import { refuseForeignLog } from './log-file'
import { expectDatabase, markDatabase } from './mark'
import { bringUpToDate } from './migrate'
import { openReader } from './reader'
import {
  emptyLog,
  findDamage,
  giveSpaceBack,
  isDiskFull,
  LOG_BYTES_KEPT,
  LOG_BYTES_LARGE,
  LOG_BYTES_MAX,
  LOG_PAGES_CARRIED,
  learnToGiveBack,
} from './upkeep'
import { openFileWatch, StoreLost } from './watch'
import { openWriter } from './writer'

/** Settings of each handle, and what reading them back must give. */
const PRAGMAS = {
  journal_mode: ['WAL', 'wal'],
  // What was acknowledged to WeChat must be there after a power cut; NORMAL loses commits then.
  synchronous: ['FULL', 2],
  foreign_keys: ['ON', 1],
  cell_size_check: ['ON', 1],
  trusted_schema: ['OFF', 0],
  journal_size_limit: [String(LOG_BYTES_KEPT), LOG_BYTES_KEPT],
  // Pages that many commits write are carried into the database once for all of them; each time takes two syncs.
  wal_autocheckpoint: [String(LOG_PAGES_CARRIED), LOG_PAGES_CARRIED],
  // What a savepoint needs to undo a step is kept in memory; in a file it would be most of what is written.
  temp_store: ['MEMORY', 2],
  // SQLite waits for a lock by standing still, and the whole process with it; the shop's own queue waits instead.
  busy_timeout: ['0', 0],
} as const

export type OpenOptions = {
  /** The operator's word that there shall be an empty database where there was one. */
  mayBeNew: boolean
  /** Called once, when nothing that is written can be relied on any more. */
  onLost: (why: string) => void
}

/** A file with a handle that writes and one that reads. Throws when it cannot be opened; then nothing was changed. */
export async function openSqlite(path: string, options: OpenOptions): Promise<Opened> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  expectDatabase(path, options.mayBeNew)
  await refuseForeignLog(path)
  const handles: Sqlite.Database[] = []
  try {
    const writing = openHandle(path)
    handles.push(writing)
    await bringUpToDate(writing)
    learnToGiveBack(writing, path)
    // From now on the database differs from any copy that was made before: the log that begins now is not for those.
    emptyLog(writing)
    const reading = openHandle(path)
    handles.push(reading)
    reading.pragma('query_only = on')
    markDatabase(path)
    return connect(path, writing, reading, options)
  } catch (error) {
    for (const handle of handles) handle.close()
    throw error
  }
}

function connect(path: string, writing: Sqlite.Database, reading: Sqlite.Database, options: OpenOptions): Opened {
  const [runWriting, runReading] = [statementsOf(writing), statementsOf(reading)]
  const watch = openFileWatch(path)
  let lost: StoreLost | null = null

  function lose(error: unknown): void {
    if (lost !== null) return
    // What SQLite said, without the query and its values.
    const cause = storeError(error)
    lost = cause instanceof StoreLost ? cause : new StoreLost(cause instanceof Error ? cause.message : String(cause))
    options.onLost(lost.message)
  }
  /** Whatever finds that the files are lost says so to everybody. */
  function losing<T>(look: () => T): T {
    try {
      return look()
    } catch (error) {
      if (error instanceof StoreLost) lose(error)
      throw error
    }
  }

  const writer = openWriter(writing, openConnection(runWriting), {
    afterCommit: () => losing(watch.look),
    onBroken: lose,
  })
  const reader = openReader(reading, openConnection(runReading), lose)
  const read: Access['read'] = (work) => (lost === null ? reader.read(work) : Promise.reject(lost))
  const whyNoWrite = () => {
    if (lost !== null) return lost
    if (watch.logBytes() < LOG_BYTES_MAX) return null
    return new StoreUnavailable('somebody reads the database for so long that its log cannot be emptied')
  }
  const unlessRefused =
    (to: Access['write']): Access['write'] =>
    (work) => {
      const refusal = whyNoWrite()
      return refusal === null ? to(work) : Promise.reject(refusal)
    }
  const write = unlessRefused(writer.write)
  const runEach: RunStatement = (text, params) =>
    /^select\b/i.test(text) ? read(async () => runReading(text, params)) : write(async () => runWriting(text, params))

  return {
    read,
    write,
    writeQuietly: unlessRefused(writer.writeQuietly),
    each: openConnection(runEach),
    settings: async () => readPragmas(writing),
    commits: writer.commits,
    newsOfOthers: (told) => {
      const { quiet, news } = writer.commits()
      return Number(writing.pragma('user_version', { simple: true })) - quiet - news - told.quiet
    },
    hears: () => 'poll',
    keepUp: async (hasJustWritten) => {
      if (losing(() => watch.inspect(hasJustWritten)) === 'suspect') losing(() => confirm(path))
      if (watch.logBytes() > LOG_BYTES_KEPT) emptyLog(writing)
      losing(watch.look)
      if (watch.logBytes() < LOG_BYTES_MAX) await writer.writeQuietly(async () => giveSpaceBack(writing))
      return { isLogLarge: watch.logBytes() > LOG_BYTES_LARGE, isDiskFull: isDiskFull(path) }
    },
    close: async () => {
      await writer.stop()
      if (!writing.open) return
      for (const handle of [reading, writing]) handle.close()
      watch.close()
    },
  }
}

/** Throws when a page that cannot be one is indeed none. */
function confirm(path: string): void {
  const damage = findDamage(path)
  if (damage !== null) throw new StoreLost(`${path} is damaged: ${damage}`)
}

/** The file is for this user only: it holds orders, sessions and keys. */
function openHandle(path: string): Sqlite.Database {
  const sqlite = new Sqlite(path, { timeout: 1_000 })
  try {
    // Also a file that was there, restored from a backup for example; what SQLite puts beside it follows its mode.
    chmodSync(path, 0o600)
    if (Number(sqlite.pragma('page_count', { simple: true })) === 0) sqlite.pragma('auto_vacuum = incremental')
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
