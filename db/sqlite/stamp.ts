import { randomInt } from 'node:crypto'
import type Sqlite from 'better-sqlite3'

/*
 * Every commit of a shop leaves two numbers in the header of the file, on its first page: which database it is, drawn once
 * and anew for each backup, and how many commits it has seen. They stand where SQLite keeps numbers for programs:
 * `application_id` and `user_version`.
 */

export type Stamp = { identity: number; commits: number }

/** As much of the first page as has the stamp in it. */
export const STAMPED_BYTES = 100
const COMMITS_AT = 60
const IDENTITY_AT = 68

/** The count begins anew here. */
const COMMITS_MAX = 2 ** 31

export function stampOf(page: Buffer): Stamp {
  return { identity: page.readInt32BE(IDENTITY_AT), commits: page.readInt32BE(COMMITS_AT) }
}

/** How many commits lie between two counts. */
export function distance(from: number, to: number): number {
  return (((to - from) % COMMITS_MAX) + COMMITS_MAX) % COMMITS_MAX
}

/** Part of each transaction that changes something. Gives the count with this one. */
export function countCommit(sqlite: Sqlite.Database): number {
  const count = (Number(sqlite.pragma('user_version', { simple: true })) + 1) % COMMITS_MAX
  sqlite.pragma(`user_version = ${count}`)
  return count
}

/** Tells this database from any other. */
export function giveIdentity(sqlite: Sqlite.Database): void {
  if (Number(sqlite.pragma('application_id', { simple: true })) === 0) giveOtherIdentity(sqlite)
}

export function giveOtherIdentity(sqlite: Sqlite.Database): void {
  sqlite.pragma(`application_id = ${randomInt(1, COMMITS_MAX)}`)
}
