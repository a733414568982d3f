import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { openDatabase } from '@/db/open'
import { openCluster } from '../db/cluster'
import { sampleAudit } from '../db/samples'
import { openMirror } from '../storms/mirror'
import { pause } from './shopper'

/** What happens to the servers of the shop's database: a restart, a crash, or the primary is gone for good. */
export type ServerStrike = 'restart' | 'crash' | 'failover'

export const isOfServer = (strike: string): strike is ServerStrike => ['restart', 'crash', 'failover'].includes(strike)

/** A server that was lost and comes back has this long to acknowledge something. */
const BACK_MS = 1_500

type Struck = { servingMs: number; violations: string[] }

export type Servers = Awaited<ReturnType<typeof openServers>>

/** A primary and a standby, and a file in which a checker sees what is in the shop's database on them. */
export async function openServers(bin?: string) {
  const cluster = await openCluster(bin)
  const folder = mkdtempSync(join(tmpdir(), 'mirror-'))
  const file = join(folder, 'shop.db')
  await (await openDatabase(`file:${file}`)).close()
  const db = new Sqlite(file)
  const late: Promise<unknown>[] = []
  let url = ''

  /** The one that was lost believes that it is the primary still. It must not say of anything that it is done. */
  async function tempt(port: number): Promise<string[]> {
    const address = Object.assign(new URL(url), { port: String(port) }).href
    let isAcknowledged = false
    const written = writeOnce(address).then(() => {
      isAcknowledged = true
    })
    // It waits for a standby that never comes, longer than anybody waits here.
    late.push(written.catch(() => {}))
    await pause(BACK_MS)
    return isAcknowledged ? ['I3 acknowledged means on disk: a server without a standby acknowledged'] : []
  }

  async function failOver(isServing: () => Promise<void>): Promise<Struck> {
    const { lost, lostAt } = await cluster.failOver()
    await isServing()
    const servingMs = performance.now() - lostAt
    const violations: string[] = []
    await cluster.whileBack(lost, async (port) => void violations.push(...(await tempt(port))))
    await cluster.renewStandby(lost)
    return { servingMs, violations }
  }

  return {
    newDatabase: async () => {
      url = await cluster.newDatabase()
      return url
    },
    /** The file, as the database is at this moment. */
    look: async () => {
      const mirror = await openMirror(url, db)
      await mirror.refresh()
      await mirror.close()
      return file
    },
    /** The database is run by somebody who does not want to wait for the standby. */
    stopWaiting: cluster.stopWaiting,
    /** Strikes; `isServing` settles when the shop has written something again. Gives what was wrong, and how long it took. */
    strike: async (strike: ServerStrike, isServing: () => Promise<void>): Promise<Struck> => {
      if (strike === 'failover') return failOver(isServing)
      const began = performance.now()
      await cluster.restart(HOW[strike])
      await isServing()
      return { servingMs: performance.now() - began, violations: [] }
    },
    close: async () => {
      await Promise.all(late)
      await cluster.close()
      db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function writeOnce(url: string): Promise<void> {
  const database = await openDatabase(url)
  await database.store.insertAudit(sampleAudit()).finally(database.close)
}

/** A server that is asked to end says good-bye to everybody; one that crashes says nothing. */
const HOW = { restart: 'SIGINT', crash: 'SIGQUIT' } as const
