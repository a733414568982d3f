import type { Access, Connection } from './access'
import type { Told } from './pulse'

/** A database that is open and up to date, whichever it is. */
export type Opened = Access & {
  /** For queries that are made elsewhere: each is a step of its own. */
  each: Connection
  /** The settings on which promises rest, as they are read back. */
  settings: () => Promise<Record<string, unknown>>
  /** How many commits this process has made: those that were no news, and the others. */
  commits: () => Told
  /** Changes when another process has written news; `told` is what the others say of their commits. */
  newsOfOthers: (told: Told) => number
  /** Whether others tell of news at once, or have to be looked after. */
  hears: () => 'listen' | 'poll'
  /** Looks whether the database is well, and does what it needs now and then. Says what of the disk it takes too much of. */
  keepUp: (hasJustWritten: boolean) => Promise<{ isLogLarge: boolean; isDiskFull: boolean }>
  close: () => Promise<void>
}
