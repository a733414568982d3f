import { statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { isBroken, isBusy } from './errors'

/** A log that is larger is emptied as soon as nobody reads what is in it; SQLite cuts it to this length then. */
export const LOG_BYTES_KEPT = 16 * 1024 * 1024
/** At so many pages of 4 KiB SQLite itself carries the log into the database: well before it is larger than that. */
export const LOG_PAGES_CARRIED = 3_000
/** Somebody reads for so long that the log cannot be emptied: health says so. */
export const LOG_BYTES_LARGE = 64 * 1024 * 1024
/** Nothing is written any more, so that a reader somewhere does not fill the disk. */
export const LOG_BYTES_MAX = 256 * 1024 * 1024

/** Free pages that wait to be used again; of more, some are given back to the disk at a time. */
const FREE_PAGES_KEPT = 512
const FREE_PAGES_AT_ONCE = 256

/** A small write may still find a place in files that are there; an order or a message would not. */
const FREE_BYTES_MIN = 1024 * 1024

export function isDiskFull(path: string): boolean {
  const { bavail, bsize } = statfsSync(dirname(path))
  return bavail * bsize < FREE_BYTES_MIN
}

/** Carries what is in the log into the database and begins it anew, if nobody reads it at the moment. */
export function emptyLog(sqlite: Sqlite.Database): void {
  try {
    sqlite.pragma('wal_checkpoint(truncate)')
  } catch (error) {
    if (!isBusy(error)) throw error
  }
}

/** Gives some of the pages that nothing is in back to the disk. Part of a step that writes. */
export function giveSpaceBack(sqlite: Sqlite.Database): void {
  const free = Number(sqlite.pragma('freelist_count', { simple: true }))
  if (free > FREE_PAGES_KEPT) sqlite.pragma(`incremental_vacuum(${FREE_PAGES_AT_ONCE})`)
}

/**
 * A database of a former version cannot give space back until it was written anew once, which takes room for two more of
 * it. Without room, or with another program on it, that is left to the next start; what is deleted is used again anyway.
 */
export function learnToGiveBack(sqlite: Sqlite.Database, path: string): void {
  if (Number(sqlite.pragma('auto_vacuum', { simple: true })) === 2) return
  const { bavail, bsize } = statfsSync(dirname(path))
  if (bavail * bsize < 3 * statSync(path).size) return
  try {
    sqlite.pragma('auto_vacuum = incremental')
    sqlite.exec('vacuum')
    emptyLog(sqlite)
  } catch (error) {
    if (isBroken(error)) throw error
  }
}

/** What SQLite finds wrong with a file when it reads all of it anew; null when nothing is. */
export function findDamage(path: string): string | null {
  const fresh = new Sqlite(path, { fileMustExist: true, timeout: 0 })
  try {
    const found = String(fresh.pragma('quick_check(1)', { simple: true }))
    return found === 'ok' ? null : found
  } catch (error) {
    return isBusy(error) ? null : String(error instanceof Error ? error.message : error)
  } finally {
    fresh.close()
  }
}
