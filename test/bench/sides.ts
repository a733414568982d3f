import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { moveDatabase } from '@/db/move'
import { build, isBuilt } from '@/lib/server/build'
import { type Sale, sell } from '../attack/sales'
import { startOwnServer } from '../db/postgres-server'
import { openDisks } from '../kills/disk'
import {
  dataFolder,
  freePort,
  type ShopProcess,
  startEmulator,
  startProcess,
  startShop,
  TSX,
} from '../processes/shop-process'
import type { Driven, Load } from './driver'

/** How long a sync takes on the slow disk. */
export const SLOW_SYNC_MS = 5

/** What is measured: each a process of its own, beside one emulator and the driver. */
export type Sides = {
  sqlite: ShopProcess
  postgres: ShopProcess
  /** On SQLite, on a slow disk; null where none can be made. */
  slow: ShopProcess | null
  express: ShopProcess
  next: ShopProcess
}

/** Builds and starts everything; `sales` are known to all of them, paid at WeChat, and news to all of them. */
export async function openSides(count: number) {
  const built = isBuilt() ? { isBuilt: true, output: '' } : build('kept')
  if (!built.isBuilt) throw new Error(built.output)
  const folder = dataFolder()
  const postgres = await startOwnServer(tmpdir())
  const disks = openDisks()
  const path = (name: string) => join(folder.path, name)
  mkdirSync(path('fast'))
  const { sales } = await sell(path('fast'), count)
  cpSync(path('fast'), path('slow'), { recursive: true })
  await moveDatabase(`file:${path('fast')}/shop.db`, postgres.url)
  prepareExpress(path('express.db'), sales)

  const weChat = await startEmulator(path('fast'), await freePort())
  const start = async (variables: Record<string, string> = {}) =>
    startShop(path('fast'), await freePort(), { WXPAY_API_BASE: weChat.url, ...variables })
  const slowDisk = disks.slowDisk(path('slow'), SLOW_SYNC_MS)
  const next = await startNext()
  const sides: Sides = {
    sqlite: await start(),
    postgres: await start({ DATABASE_URL: postgres.url }),
    slow: slowDisk && (await start({ DATABASE_URL: `file:${path('slow')}/shop.db`, ...slowDisk })),
    express: await startExpress(path('express.db'), weChat.url),
    next: next.process,
  }
  const driver = fork(join(import.meta.dirname, 'driver.ts'), { execArgv: TSX })
  return {
    sides,
    sales,
    drive: (load: Load) => drive(driver, load),
    close: async () => {
      driver.kill()
      const all = [...Object.values(sides), weChat].filter((it) => it !== null)
      await Promise.all(all.map((it) => it.end('SIGKILL')))
      await postgres.stop()
      next.remove()
      disks.remove()
      folder.remove()
    },
  }
}

async function drive(driver: ChildProcess, load: Load): Promise<Driven> {
  const told = once(driver, 'message')
  driver.send(load)
  const [driven] = (await told) as [Driven]
  return driven
}

/** The peer's own tables, with the same orders. */
function prepareExpress(file: string, sales: Sale[]): void {
  const db = new Sqlite(file)
  db.exec(`
    create table orders (id integer primary key, out_trade_no text not null unique, amount_fen integer not null,
      status text not null, transaction_id text unique, paid_at integer) strict;
    create table order_events (id integer primary key, order_id integer not null references orders (id), at integer not null,
      what text not null) strict;
    create table notifications (id integer primary key, received_at integer not null, body text not null, verdict text) strict;`)
  const insert = db.prepare(`insert into orders (out_trade_no, amount_fen, status) values (?, ?, 'pending')`)
  db.transaction(() => {
    for (const { outTradeNo, amountFen } of sales) insert.run(outTradeNo, amountFen)
  })()
  db.close()
}

async function startExpress(file: string, weChatUrl: string): Promise<ShopProcess> {
  const port = await freePort()
  return startProcess([...TSX, join(import.meta.dirname, 'peer.ts')], `http://127.0.0.1:${port}`, {
    PORT: String(port),
    DATABASE_FILE: file,
    WECHAT_URL: weChatUrl,
  })
}

/** A Next.js with next to nothing in it, built here and started as its makers mean it to be. */
async function startNext(): Promise<{ process: ShopProcess; remove: () => void }> {
  // Below this folder, so that it finds the same Next.js; hidden, so that no build of the shop counts it.
  const folder = mkdtempSync('.bench-')
  const remove = () => rmSync(folder, { recursive: true, force: true })
  cpSync(join(import.meta.dirname, 'next-app'), folder, { recursive: true })
  const built = build('kept', folder)
  if (!built.isBuilt) {
    remove()
    throw new Error(built.output)
  }
  const port = await freePort()
  const program = createRequire(import.meta.url).resolve('next/dist/bin/next')
  const args = [program, 'start', folder, '-p', String(port), '-H', '127.0.0.1']
  const process = await startProcess(args, 'Ready', {})
  return { process: { ...process, url: `http://127.0.0.1:${port}` }, remove }
}

/** Milliseconds of processor that a process has used; not a number where the system does not tell. */
export function processorMs({ pid }: ShopProcess): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // After the name, which may hold anything, in brackets.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * MS_A_TICK
  } catch {
    return Number.NaN
  }
}

const MS_A_TICK = 10

/** Megabytes that a process has in memory; not a number where the system does not tell. */
export function memoryOf({ pid }: ShopProcess): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)
  } catch {
    return Number.NaN
  }
}
