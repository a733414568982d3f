import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import { StoreUnavailable } from '@/lib/shop/store'
import { isLogHeader, LOG_HEADER_BYTES } from './log-file'
import { isPlausible, PAGES_AT_ONCE } from './page'

/** SQLite's files: the database, its log, and the index of the log that all programs on it share. */
const SUFFIXES = ['', '-wal', '-shm'] as const
const HEADER_BYTES = 100
const MAPPED_AT = 52
const MAGIC = 'SQLite format 3\0'

/** Says that what was written to the database is gone, or cannot be relied on. */
export class StoreLost extends StoreUnavailable {}

export type FileWatch = {
  /** Throws when a path does not lead any more to the file that is open. Cheap enough for every commit. */
  look: () => void
  /**
   * Looks at what is in the files, at all of a database after some time; throws when it is not SQLite's, and says whether
   * a page has to be looked at more closely. Right after a commit there must be a log.
   */
  inspect: (hasJustWritten: boolean) => 'sound' | 'suspect'
  logBytes: () => number
  close: () => void
}

/**
 * Watches over the files that are open: somebody may delete, replace or overwrite them, and a program that has them open
 * would go on writing to what nobody will find. Opened after SQLite has opened them, and closed after it: whoever closes
 * a descriptor of a database gives up the locks that the whole program has on it.
 */
export function openFileWatch(path: string): FileWatch {
  const files = SUFFIXES.map((suffix) => ({ name: `${path}${suffix}`, id: idOf(`${path}${suffix}`) }))
  const database = openSync(path, 'r')
  const pageBytes = pageBytesOf(database)
  let [logBytes, nextPage, emptyLogs] = [0, 1, 0]

  function look(): void {
    for (const { name, id } of files) {
      const found = idOf(name)
      if (found === null) throw new StoreLost(`${name} is gone`)
      if (found.ino !== id?.ino || found.dev !== id.dev)
        throw new StoreLost(`another file was put in the place of ${name}`)
      if (name.endsWith('-wal')) logBytes = Number(found.size)
    }
  }

  function inspectLog(): void {
    const header = Buffer.alloc(LOG_HEADER_BYTES)
    const log = openSync(`${path}-wal`, 'r')
    const read = readSync(log, header, 0, LOG_HEADER_BYTES, 0)
    closeSync(log)
    // Another program may have emptied it a moment ago; the next commit begins it anew.
    emptyLogs = read === 0 ? emptyLogs + 1 : 0
    if (emptyLogs > 1 || (read > 0 && !isLogHeader(header))) throw new StoreLost(`${path}-wal was overwritten`)
  }

  function inspectPart(): 'sound' | 'suspect' {
    const pages = Math.floor(fstatSync(database).size / pageBytes)
    // Only a database that can give pages back has a map of them.
    const hasMap = readAt(database, 1, HEADER_BYTES).readUInt32BE(MAPPED_AT) !== 0
    const file = { pages, mapPage: hasMap ? (map: number) => readAt(database, map, pageBytes) : null }
    const part = Buffer.alloc(PAGES_AT_ONCE * pageBytes)
    const read = readSync(database, part, 0, part.length, (nextPage - 1) * pageBytes)
    const isSound = Array.from({ length: Math.floor(read / pageBytes) }).every((_, n) => {
      const page = part.subarray(n * pageBytes, (n + 1) * pageBytes)
      return isPlausible(page, nextPage + n, file)
    })
    nextPage = read < part.length ? 1 : nextPage + PAGES_AT_ONCE
    return isSound ? 'sound' : 'suspect'
  }

  return {
    look,
    inspect: (hasJustWritten) => {
      look()
      if (pageBytesOf(database) !== pageBytes) throw new StoreLost(`${path} was overwritten`)
      if (hasJustWritten) inspectLog()
      return inspectPart()
    },
    logBytes: () => logBytes,
    close: () => closeSync(database),
  }
}

function idOf(name: string) {
  return statSync(name, { bigint: true, throwIfNoEntry: false }) ?? null
}

/** The size of a database's pages as its header has it; 0 when it has no such header. */
function pageBytesOf(database: number): number {
  const header = readAt(database, 1, HEADER_BYTES)
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) return 0
  return header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16)
}

function readAt(file: number, page: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes)
  readSync(file, buffer, 0, bytes, (page - 1) * bytes)
  return buffer
}
