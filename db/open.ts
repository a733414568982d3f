import { resolve } from 'node:path'
import type { LogLimits } from '@/lib/shop/notification-log'
import type { ListedProduct } from '@/lib/shop/price-list'
import type { Store } from '@/lib/shop/store'
import { type Accounts, openAccounts } from './accounts'
import { type Attempts, openAttempts } from './attempts'
import { openSecrets, type Secret } from './secrets'
import { seedGoods } from './seed'
import { openSqlite } from './sqlite/open'
import { openStore } from './store'
import { openTeam, type Team } from './team'

export type { Accounts } from './accounts'
export type { Attempts, Taken } from './attempts'
export type { Member, Team } from './team'

/** Everything that the shop keeps, by who uses it. What a method says is written survives a crash and a power cut. */
export type Database = {
  store: Store
  team: Team
  accounts: Accounts
  attempts: Attempts
  secret: Secret
  /** The settings on which promises rest, as the database says them. */
  settings: () => Record<string, unknown>
  /** Changes when another program has written to the database. */
  commitsOfOthers: () => number
  close: () => Promise<void>
}

type Options = {
  /** What the shop sells. */
  goods?: readonly ListedProduct[]
  logLimits?: LogLimits
}

const NO_LIMITS: LogLimits = { entriesMax: Number.MAX_SAFE_INTEGER, bytesMax: Number.MAX_SAFE_INTEGER }

/**
 * Opens the shop's database, brings its tables up to date and fills the shop window. Throws when the file cannot be
 * opened or a setting does not hold; then nothing was changed.
 */
export async function openDatabase(
  url: string,
  { goods = [], logLimits = NO_LIMITS }: Options = {},
): Promise<Database> {
  const path = pathOf(url)
  const sqlite = await openSqlite(path).catch((error: unknown) => {
    throw new Error(`The shop cannot use its database ${path}: ${error instanceof Error ? error.message : error}`)
  })
  try {
    await seedGoods(sqlite, goods)
  } catch (error) {
    await sqlite.close()
    throw error
  }
  return {
    store: openStore(sqlite, logLimits),
    team: openTeam(sqlite),
    accounts: openAccounts(sqlite.each),
    attempts: openAttempts(sqlite),
    secret: openSecrets(sqlite),
    settings: sqlite.settings,
    commitsOfOthers: sqlite.commitsOfOthers,
    close: sqlite.close,
  }
}

function pathOf(url: string): string {
  if (!url.startsWith('file:'))
    throw new Error(`DATABASE_URL must be file:<path>; other databases are not supported yet`)
  return resolve(url.slice('file:'.length))
}
