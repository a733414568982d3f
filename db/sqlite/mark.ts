import { closeSync, existsSync, fsyncSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/*
 * A database that is gone must not be followed by an empty one: whoever asked WeChat for money would have forgotten it.
 * So a mark stands beside the file from its first day on. Its name begins otherwise, so that what deletes the file and
 * all that SQLite puts beside it leaves the mark.
 */

function markOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.expected`)
}

/** Throws when there is no database where one was; `mayBeNew` is the operator's word that it shall be an empty one. */
export function expectDatabase(path: string, mayBeNew: boolean): void {
  if (sizeOf(path) > 0) return
  const log = `${path}-wal`
  if (!mayBeNew && existsSync(markOf(path))) {
    throw new Error(
      `it was here and is gone, as ${markOf(path)} says. Put a backup in its place, or start with --new for an empty one`,
    )
  }
  if (!mayBeNew && sizeOf(log) > 0) {
    throw new Error(
      `it is gone, and ${log} is left of it. Put a backup in its place, or start with --new for an empty one`,
    )
  }
  // SQLite would delete it: it may be all that is left of somebody's orders.
  if (sizeOf(log) > 0) renameSync(log, `${log}.of-former-${Date.now()}`)
}

/** Says that there is a database from now on. */
export function markDatabase(path: string): void {
  const mark = markOf(path)
  if (existsSync(mark)) return
  const file = openSync(mark, 'w+', 0o600)
  try {
    writeSync(file, `${basename(path)} belongs beside this file. Without it the shop starts only with --new.\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  syncFolder(dirname(path))
}

/** After a power cut a file is there only if its folder had been synced as well. */
export function syncFolder(folder: string): void {
  const opened = openSync(folder, 'r')
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
