import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { moveDatabase } from '@/db/move'
import { build, isBuilt } from '@/lib/server/build'
import { type Sale, sell } from '../attack/sales'
import { startOwnServer } from '../db/postgres-server'
import { openDisks } from '../kills/disk'
import { freePort, type ShopProcess, startEmulator, startProcess, startShop, TSX } from '../processes/shop-process'
import type { Driven, Load } from './driver'

/** How long a sync takes on the slow disk. */
const SLOW_SYNC_MS = 5

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
  const ends: (() => unknown)[] = []
  const close = async () => {
    for (const end of ends.reverse()) await end()
  }
  try {
    return { ...(await startAll(count, (end) => ends.push(end))), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** @param atEnd hears how each thing that was begun is ended; the last is ended first */
async function startAll(count: number, atEnd: (end: () => unknown) => void) {
  const built = isBuilt() ? { isBuilt: true, output: '' } : build('kept')
  if (!built.isBuilt) throw new Error(built.output)
  const [folder, memory] = [newFolder(tmpdir(), atEnd), newFolder(existsSync(MEMORY) ? MEMORY : tmpdir(), atEnd)]
  const [fast, slow, ofExpress] = ['fast', 'slow', 'express'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  for (const path of [fast, ofExpress]) mkdirSync(path)
  const { sales } = await sell(fast, count)
  leaveToDriver(fast)
  cpSync(fast, slow, { recursive: true })
  cpSync(join(fast, 'emulator.db'), join(memory, 'emulator.db'))
  const postgres = await startOwnServer(tmpdir())
  atEnd(postgres.stop)
  await moveDatabase(`file:${fast}/shop.db`, postgres.url)
  prepareExpress(join(ofExpress, 'express.db'), sales)

  const started = async (process: Promise<ShopProcess>) => {
    const it = await process
    atEnd(() => it.end('SIGKILL'))
    return it
  }
  const weChat = await started(startEmulator(memory, await freePort()))
  const start = async (variables: Record<string, string> = {}) =>
    started(startShop(fast, await freePort(), { WXPAY_API_BASE: weChat.url, ...variables }))
  const disks = openDisks()
  atEnd(disks.remove)
  const slowDisk = disks.slowDisk(slow, SLOW_SYNC_MS)
  const sides: Sides = {
    sqlite: await start(),
    postgres: await start({ DATABASE_URL: postgres.url }),
    slow: slowDisk && (await start({ DATABASE_URL: `file:${slow}/shop.db`, ...slowDisk })),
    express: await started(startExpress(join(ofExpress, 'express.db'), weChat.url)),
    next: await started(startNext(newFolder('.', atEnd))),
  }
  const driver = fork(join(import.meta.dirname, 'driver.ts'), { execArgv: TSX })
  atEnd(() => driver.kill())
  return { sides, sales, drive: (load: Load) => drive(driver, load) }
}

/** WeChat's own disk is not the question. */
const MEMORY = '/dev/shm'

function newFolder(place: string, atEnd: (end: () => unknown) => void): string {
  const path = mkdtempSync(join(place, '.bench-'))
  atEnd(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Neither WeChat nor the shop's own scheduled checks bring the news of these sales: the driver does. */
function leaveToDriver(folder: string): void {
  const [shop, ledger] = [new Sqlite(join(folder, 'shop.db')), new Sqlite(join(folder, 'emulator.db'))]
  shop.exec(`update payments set next_check_at = next_check_at + 86400000 where next_check_at is not null;
    update orders set expires_at = expires_at + 86400000`)
  ledger.exec(`delete from deliveries where outcome = 'waiting'`)
  for (const file of [shop, ledger]) file.close()
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

/**
 * A Next.js with next to nothing in it, built here and started as its makers mean it to be. The folder lies below this one,
 * so that it finds the same Next.js, and is hidden, so that no build of the shop counts it.
 */
async function startNext(folder: string): Promise<ShopProcess> {
  cpSync(join(import.meta.dirname, 'next-app'), folder, { recursive: true })
  const built = build('kept', folder)
  if (!built.isBuilt) throw new Error(built.output)
  const port = await freePort()
  const program = createRequire(import.meta.url).resolve('next/dist/bin/next')
  const process = await startProcess([program, 'start', folder, '-p', String(port), '-H', '127.0.0.1'], 'Ready', {})
  return { ...process, url: `http://127.0.0.1:${port}` }
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
