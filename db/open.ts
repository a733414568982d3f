import type { LogLimits } from '@/lib/shop/notification-log'
import type { ListedProduct } from '@/lib/shop/price-list'
import type { Store, StoreProblem } from '@/lib/shop/store'
import { type Accounts, openAccounts } from './accounts'
import { type Attempts, openAttempts } from './attempts'
import { addressOf, type DatabaseAddress } from './database-url'
import { checkHealth } from './health'
import { type LimitUses, openLimitUses } from './limit-uses'
import { keepWithin } from './notifications'
import type { Opened } from './opened'
import { openPostgres } from './postgres/open'
import { openPressAnswers, type PressAnswers } from './presses'
import { openPulse } from './pulse'
import { openSavedFilters, type SavedFilters } from './saved-filters'
import { openSecrets, type Secret } from './secrets'
import { seedGoods } from './seed'
import { type OpenOptions, openSqlite } from './sqlite/open'
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
  savedFilters: SavedFilters
  attempts: Attempts
  secret: Secret
  /** The settings on which promises rest, as the database says them. */
  settings: () => Promise<Record<string, unknown>>
  /** Changes when another program has changed something in the database. */
  changesOfOthers: () => Promise<number>
  /** The name of this process among the others, which database they share, and how it hears of them. */
  about: () => { instance: string; type: DatabaseAddress['type']; news: 'listen' | 'poll' }
  /** How many processes are at work on it, this one included. */
  countProcesses: () => Promise<number>
  limitUses: LimitUses
  presses: PressAnswers
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
 * Opens the shop's database, brings its tables up to date and fills the shop window. Throws when it cannot be opened or a
 * setting does not hold; then nothing was changed.
 */
export async function openDatabase(url: string, options: Options = {}): Promise<Database> {
  const { goods = [], logLimits = NO_LIMITS, mayBeNew = false, onLost = () => {} } = options
  const address = addressOf(url)
  const lost = (why: string) => onLost(`The shop's database is lost: ${why}`)
  try {
    return await furnish(await openAddress(address, { mayBeNew, onLost: lost }), address.type, goods, logLimits)
  } catch (error) {
    const place = address.type === 'sqlite' ? address.path : address.shown
    throw new Error(`The shop cannot use its database ${place}: ${error instanceof Error ? error.message : error}.`)
  }
}

/** A database that is up to date, and nothing else: without goods, limits or anybody who uses it. */
export function openAddress(address: DatabaseAddress, options: OpenOptions): Promise<Opened> {
  return address.type === 'sqlite' ? openSqlite(address.path, options) : openPostgres(address.url)
}

async function furnish(
  opened: Opened,
  type: DatabaseAddress['type'],
  goods: readonly ListedProduct[],
  limits: LogLimits,
): Promise<Database> {
  try {
    await seedGoods(opened, goods)
    // They may be smaller than those of the last time.
    await keepWithin(opened, limits)
  } catch (error) {
    await opened.close()
    throw error
  }
  const pulse = openPulse(opened)
  return {
    store: openStore(opened, limits),
    team: openTeam(opened),
    accounts: openAccounts(opened.each),
    savedFilters: openSavedFilters(opened),
    attempts: openAttempts(opened),
    secret: openSecrets(opened),
    settings: opened.settings,
    changesOfOthers: async () => opened.newsOfOthers(await pulse.ofOthers()),
    about: () => ({ instance: pulse.instance.toString(36), type, news: opened.hears() }),
    countProcesses: pulse.count,
    limitUses: openLimitUses(opened, pulse.instance),
    presses: openPressAnswers(opened),
    check: () => checkHealth(opened, pulse),
    close: opened.close,
  }
}
