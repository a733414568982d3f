import type { LogLimits } from '@/lib/shop/notification-log'
import type { ListedProduct } from '@/lib/shop/price-list'
import type { Store, StoreProblem } from '@/lib/shop/store'
import { type Accounts, openAccounts } from './accounts'
import { type Attempts, openAttempts } from './attempts'
import { pathOf } from './database-url'
import { checkHealth } from './health'
import { keepWithin } from './notifications'
import { openPulse } from './pulse'
import { openSecrets, type Secret } from './secrets'
import { seedGoods } from './seed'
import { type OpenedSqlite, type OpenOptions, openSqlite } from './sqlite/open'
import { openStore } from './store'
import { openTeam, type Team } from './team'

export type { Accounts } from './accounts'
export type { Attempts, Consumed, Demand } from './attempts'
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
  /** Changes when another program has changed something in the database. */
  changesOfOthers: () => Promise<number>
  /** Tries what the shop needs, and does what the database needs now and then. Called once a second. */
  check: () => Promise<StoreProblem[]>
  close: () => Promise<void>
}

type Options = Partial<OpenOptions> & {
  /** What the shop sells. */
  goods?: readonly ListedProduct[]
  logLimits?: LogLimits
}

const NO_LIMITS: LogLimits = { entriesMax: Number.MAX_SAFE_INTEGER, bytesMax: Number.MAX_SAFE_INTEGER }

/**
 * Opens the shop's database, brings its tables up to date and fills the shop window. Throws when the file cannot be
 * opened or a setting does not hold; then nothing was changed.
 */
export async function openDatabase(url: string, options: Options = {}): Promise<Database> {
  const { goods = [], logLimits = NO_LIMITS, mayBeNew = false, onLost = () => {} } = options
  const path = pathOf(url)
  try {
    const sqlite = await openSqlite(path, { mayBeNew, onLost: (why) => onLost(`The shop's database is lost: ${why}`) })
    return await furnish(sqlite, goods, logLimits)
  } catch (error) {
    throw new Error(`The shop cannot use its database ${path}: ${error instanceof Error ? error.message : error}.`)
  }
}

async function furnish(sqlite: OpenedSqlite, goods: readonly ListedProduct[], limits: LogLimits): Promise<Database> {
  try {
    await seedGoods(sqlite, goods)
    // They may be smaller than those of the last time.
    await keepWithin(sqlite, limits)
  } catch (error) {
    await sqlite.close()
    throw error
  }
  const pulse = openPulse(sqlite)
  return {
    store: openStore(sqlite, limits),
    team: openTeam(sqlite),
    accounts: openAccounts(sqlite.each),
    attempts: openAttempts(sqlite),
    secret: openSecrets(sqlite),
    settings: sqlite.settings,
    changesOfOthers: async () => {
      // Every program beats once a second, and that is no change.
      const [beats, commits] = [await pulse.count(), sqlite.commits()]
      return commits.all - commits.own - (beats.all - beats.own)
    },
    check: () => checkHealth(sqlite, pulse),
    close: sqlite.close,
  }
}
