import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { refuseForeignLog } from './log-file'
import { syncFolder } from './mark'
import { giveOtherIdentity } from './stamp'

/**
 * Writes a copy of one state of a database, also while shops work on it, and looks whether it is sound. Throws when it
 * cannot, or when there is a file of that name; then there is none, or still that one. Gives the copy's size.
 */
export async function backUpSqlite(path: string, copy: string): Promise<number> {
  if (!existsSync(path)) throw new Error(`there is no database ${path}`)
  if (existsSync(copy)) throw new Error(`${copy} is there already`)
  await refuseForeignLog(path)
  const part = `${copy}.part-${process.pid}`
  rmSync(part, { force: true })
  try {
    writeCopy(path, part)
    finishCopy(part)
    // Unlike renaming, this takes nobody's place.
    linkSync(part, copy)
  } finally {
    rmSync(part, { force: true })
  }
  syncFolder(dirname(copy))
  return statSync(copy).size
}

/** A lock is held for moments only while a shop runs: the five seconds for which SQLite's library waits are enough. */
function writeCopy(path: string, part: string): void {
  const source = new Sqlite(path, { fileMustExist: true })
  try {
    // One state of it, whoever writes meanwhile.
    source.prepare('vacuum into ?').run(part)
  } finally {
    source.close()
  }
}

/** A log that is left where the copy is put one day must not be taken for the copy's. */
function finishCopy(part: string): void {
  const db = new Sqlite(part, { fileMustExist: true })
  try {
    giveOtherIdentity(db)
    const found = db.pragma('integrity_check(1)', { simple: true })
    if (found !== 'ok') throw new Error(`the copy is not sound: ${found}`)
  } finally {
    db.close()
  }
  const file = openSync(part, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
