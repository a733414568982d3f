import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { pause } from './lock'
import { distance, STAMPED_BYTES, type Stamp, stampOf } from './stamp'

/*
 * What SQLite has not yet carried into the database stands in its log, the file `-wal`. SQLite takes any log that is
 * sound in itself for that of the database beside it. After a backup was put in the place of a database whose log is
 * still there, it would write pages of the one over pages of the other. The stamps of the commits tell: a log belongs to a
 * database if it goes on where that one stands.
 */

export const LOG_HEADER_BYTES = 32
const FRAME_HEADER_BYTES = 24

/** While another program works on the file, both change under whoever looks: then it looks again. */
const LOOKS_MAX = 20
const LOOK_AGAIN_MS = 10

/** Throws when the log beside a database belongs to another one, or to another time of it. */
export async function refuseForeignLog(path: string): Promise<void> {
  for (let looks = 1; !isOwnLog(path); looks += 1) {
    if (looks === LOOKS_MAX) {
      throw new Error(
        `the log ${path}-wal is not that of the database beside it, and would damage it. If a backup was put here, ` +
          `remove ${path}-wal and ${path}-shm; otherwise bring back the database that the log belongs to`,
      )
    }
    await pause(LOOK_AGAIN_MS)
  }
}

function isOwnLog(path: string): boolean {
  if (!existsSync(path) || !existsSync(`${path}-wal`)) return true
  const database = stampOfDatabase(path)
  const log = stampsOfLog(`${path}-wal`)
  const [first, last] = [log[0], log.at(-1)]
  // Without a stamp it has no commit, or is of a program that knows none.
  if (database === null || first === undefined || last === undefined) return true
  // The commit that gives a database its identity is in the log before it is in the database.
  if (database.identity === 0 && database.commits === 0 && first.commits === 0) return true
  if (log.some(({ identity }) => identity !== database.identity)) return false
  // The log was begun after the commit before its first; since then, any part of it may have been carried over.
  const before = first.commits - 1
  return distance(before, database.commits) <= distance(before, last.commits)
}

function stampOfDatabase(path: string): Stamp | null {
  const header = Buffer.alloc(STAMPED_BYTES)
  return withFile(path, (file) =>
    readSync(file, header, 0, STAMPED_BYTES, 0) < STAMPED_BYTES ? null : stampOf(header),
  )
}

/** The stamps of the commits that SQLite would take over, in their order. */
function stampsOfLog(path: string): Stamp[] {
  return withFile(path, (file) => {
    const header = Buffer.alloc(LOG_HEADER_BYTES)
    if (readSync(file, header, 0, LOG_HEADER_BYTES, 0) < LOG_HEADER_BYTES) return []
    const sum = openSum(header)
    if (sum === null) return []
    const pageBytes = header.readUInt32BE(8)
    const frame = Buffer.alloc(FRAME_HEADER_BYTES + pageBytes)
    const stamps: Stamp[] = []
    let unfinished: Stamp[] = []
    for (let at = LOG_HEADER_BYTES; readSync(file, frame, 0, frame.length, at) === frame.length; at += frame.length) {
      const page = frame.subarray(FRAME_HEADER_BYTES)
      const isOfThisLog = frame.compare(header, 16, 24, 8, 16) === 0
      if (!isOfThisLog || !sum.goesOn([frame.subarray(0, 8), page], frame.subarray(16, 24))) break
      if (frame.readUInt32BE(0) === 1) unfinished.push(stampOf(page))
      const isCommit = frame.readUInt32BE(4) !== 0
      if (!isCommit) continue
      stamps.push(...unfinished)
      unfinished = []
    }
    return stamps
  })
}

/** Whether a log begins as SQLite's do. */
export function isLogHeader(header: Buffer): boolean {
  return openSum(header) !== null
}

/** SQLite's checksum over a log, from its header on; null when that is none. */
function openSum(header: Buffer): { goesOn: (parts: Buffer[], expected: Buffer) => boolean } | null {
  const magic = header.readUInt32BE(0)
  if (magic !== 0x377f0682 && magic !== 0x377f0683) return null
  const read = (part: Buffer, at: number) => (magic === 0x377f0682 ? part.readUInt32LE(at) : part.readUInt32BE(at))
  let [a, b] = [0, 0]
  const goesOn = (parts: Buffer[], expected: Buffer) => {
    for (const part of parts) {
      for (let at = 0; at < part.length; at += 8) {
        a = (a + read(part, at) + b) >>> 0
        b = (b + read(part, at + 4) + a) >>> 0
      }
    }
    return a === expected.readUInt32BE(0) && b === expected.readUInt32BE(4)
  }
  return goesOn([header.subarray(0, 24)], header.subarray(24, 32)) ? { goesOn } : null
}

function withFile<T>(path: string, work: (file: number) => T): T {
  const file = openSync(path, 'r')
  try {
    return work(file)
  } finally {
    closeSync(file)
  }
}
