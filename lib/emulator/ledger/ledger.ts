import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/better-sqlite3'
import { openAuthorizations } from './authorizations'
import { openBills } from './bills'
import { openDatabase } from './database'
import { openDeliveries } from './deliveries'
import { openFaults } from './faults'
import { openInspection } from './inspection'
import { keySettings } from './key-schema'
import { openKeys } from './keys'
import { openNotifications } from './notifications'
import { balances, refunds } from './refund-schema'
import { openRefunds } from './refunds'
import { openRequests } from './requests'
import { openRoom } from './room'
import { authorizations, deliveries, faults, notifications, prepays, requests, settings, trades } from './schema'
import { openTrades } from './trades'

/** All tables that a reset empties, each before those that it refers to. */
const TABLES = [
  ...[deliveries, notifications, refunds, prepays, authorizations, requests],
  ...[trades, balances, faults, settings, keySettings],
]

export type Ledger = ReturnType<typeof openLedger>

/**
 * WeChat Pay's ledger in a SQLite file of its own. Every method is done, and on disk, when it returns, unless it is
 * part of a larger step. Beyond `bytesMax` the oldest is forgotten.
 */
export function openLedger(databaseUrl: string, bytesMax = Number.POSITIVE_INFINITY) {
  const client = openDatabase(databaseUrl)
  const db = drizzle(client)

  const step = client.transaction((work: () => unknown) => work())

  const isClockOffset = eq(settings.name, 'clock_offset_ms')
  const findClockOffset = db.select().from(settings).where(isClockOffset).prepare()

  return {
    ...openTrades(db),
    ...openRefunds(db),
    ...openBills(db),
    ...openNotifications(db),
    ...openDeliveries(db),
    ...openFaults(db),
    ...openRequests(db),
    ...openAuthorizations(db),
    ...openKeys(db),
    ...openInspection(db),
    ...openRoom(client, bytesMax),

    /** Runs `work` as one step: all of it, or nothing if it throws. */
    atomically: <T>(work: () => T): T => step.immediate(work) as T,

    isOpen: () => client.open,

    close: () => {
      client.close()
    },

    clockOffsetMs: () => findClockOffset.get()?.value ?? 0,

    setClockOffsetMs: (value: number) => {
      const set = db.insert(settings).values({ name: 'clock_offset_ms', value })
      set.onConflictDoUpdate({ target: settings.name, set: { value } }).run()
    },

    /** Forgets everything but the keys, also how far the clock was moved and which faults were to come. */
    reset: () => {
      step.immediate(() => {
        for (const table of TABLES) db.delete(table).run()
      })
    },
  }
}
