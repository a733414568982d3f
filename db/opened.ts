import type { Access, Connection } from './access'

/** A database that is open and up to date, whichever it is. */
export type Opened = Access & {
  /** For queries that are made elsewhere: each is a step of its own. */
  each: Connection
  /** The settings on which promises rest, as they are read back. */
  settings: () => Promise<Record<string, unknown>>
  /** How many commits the database has seen, as far as this program knows, and how many of them it made. */
  commits: () => { all: number; own: number }
  /** Looks whether the database is well, and does what it needs now and then. Says what of the disk it takes too much of. */
  keepUp: (hasJustWritten: boolean) => Promise<{ isLogLarge: boolean; isDiskFull: boolean }>
  close: () => Promise<void>
}
