import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { dataFolder, freePort, type ShopProcess, startEmulator, startShop } from '../processes/shop-process'
import type { Order } from './attacker'
import { PATHS } from './attacks'
import { type Heard, notifyAtOnce, notifySteadily, quantile } from './genuine'
import { messageOf, type Sale, sell } from './sales'

/** What came of one attack, as the table shows it. */
export type Outcome = {
  attack: string
  tried: string
  genuine: number
  acknowledged: number
  p99: number
  slowest: number
  memory: string
}

/** A built shop with its limits on, beside a WeChat, both processes; `count` payments are made there and not known here. */
export async function layTo(count: number, variables: Record<string, string> = {}) {
  const folder = dataFolder()
  const { sales, order } = await sell(folder.path, count)
  const weChat = await startEmulator(folder.path, await freePort())
  const port = await freePort()
  const shop = await startShop(folder.path, port, {
    RATE_LIMITS: 'on',
    WXPAY_API_BASE: weChat.url,
    ...variables,
  })
  // With the real WeChat Pay every page is loaded at the start; with the emulator when it is first asked for.
  for (const path of PATHS) await (await fetch(`${shop.url}${path}`)).arrayBuffer()
  const [seen] = sales
  const target = { port, orderId: order.id, token: order.token, message: seen === undefined ? '' : messageOf(seen) }

  const setLatency = (ms: number) =>
    fetch(`${weChat.url}/_control/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(ms === 0 ? {} : { latencyMs: ms }),
    })

  /** So many notifications a second while an attack goes on; and how much memory it took. */
  async function attack(
    name: string,
    { connections = 500, seconds = 10, everyMs = 250, restMs = 2_000 } = {},
  ): Promise<Outcome> {
    const before = memoryOf(shop)
    const attacker = await begin({ attack: name, target, connections })
    const peak = watchMemory(shop)
    // The first moments are the attack's own: then everything has begun.
    await new Promise((resolve) => setTimeout(resolve, 500))
    const heard = await notifySteadily(port, sales, seconds * 1_000, everyMs)
    const counts = await end(attacker)
    // What the attack took is given back in a moment of rest.
    await new Promise((resolve) => setTimeout(resolve, restMs))
    return {
      attack: name,
      tried: Object.entries(counts)
        .map(([what, many]) => `${many} ${what}`)
        .join(', '),
      ...summary(heard),
      memory: `${before} → ${peak()} → ${memoryOf(shop)} MB`,
    }
  }

  /** Many genuine messages at once, until each is acknowledged or WeChat's first retries are over. */
  async function burst(messages: number, connections: number): Promise<Outcome> {
    const before = memoryOf(shop)
    const peak = watchMemory(shop)
    const begin = performance.now()
    const some = sales.splice(0, messages)
    const whenPaid = until(() => paidOf(folder.path, some) === some.length, 180_000).then(
      () => Math.round((performance.now() - begin) / 100) / 10,
    )
    const rounds = await notifyAtOnce(port, some, connections)
    const seconds = await whenPaid
    const all = rounds.flat()
    return {
      attack: 'burst',
      tried: `${messages} at once on ${connections} connections, ${paidOf(folder.path, some)} paid after ${seconds} s; ${rounds.length} rounds, answered ${statuses(all)}`,
      ...summary(all),
      memory: `${before} → ${peak()} → ${memoryOf(shop)} MB`,
    }
  }

  return {
    shop,
    setLatency,
    attack,
    burst,
    begin: (attack: string, connections: number) => begin({ attack, target, connections }),
    end,
    close: async () => {
      await Promise.all([shop.end('SIGKILL'), weChat.end('SIGKILL')])
      folder.remove()
    },
  }
}

async function begin(order: Order): Promise<ChildProcess> {
  const attacker = fork(join(import.meta.dirname, 'attacker.ts'), { execArgv: ['--import', 'tsx'] })
  attacker.send(order)
  return attacker
}

/** Ends an attack; gives what came of it. */
async function end(attacker: ChildProcess): Promise<Record<string, number>> {
  const told = once(attacker, 'message')
  attacker.send('stop')
  const [counts] = (await told) as [Record<string, number>]
  return counts
}

function summary(heard: Heard[]) {
  const times = heard.map(({ ms }) => ms)
  return {
    genuine: heard.length,
    acknowledged: heard.filter((it) => it.isAcknowledged).length,
    p99: Math.round(quantile(times, 0.99)),
    slowest: Math.round(Math.max(...times)),
  }
}

function statuses(heard: Heard[]): string {
  const many = new Map<string, number>()
  for (const { status, isAcknowledged } of heard) {
    const what = status === 200 ? (isAcknowledged ? 'SUCCESS' : 'FAIL') : String(status ?? 'nothing')
    many.set(what, (many.get(what) ?? 0) + 1)
  }
  return [...many].map(([what, times]) => `${what} ${times}`).join(', ')
}

/** How many of these sales the shop knows to be paid. */
function paidOf(folder: string, sales: Sale[]): number {
  const database = new Database(join(folder, 'shop.db'), { readonly: true })
  try {
    const rows = database.prepare<[], { number: string }>(
      `select out_trade_no number from payments where status = 'paid'`,
    )
    const paid = new Set(rows.all().map(({ number }) => number))
    return sales.filter(({ outTradeNo }) => paid.has(outTradeNo)).length
  } finally {
    database.close()
  }
}

async function until(isSo: () => boolean, msMax: number): Promise<void> {
  for (const end = performance.now() + msMax; performance.now() < end && !isSo(); ) {
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** Megabytes that a process has in memory; not a number where the system does not tell. */
function memoryOf({ pid }: ShopProcess): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)
  } catch {
    return Number.NaN
  }
}

/** Looks at the memory from time to time; gives the most that it was. */
function watchMemory(shop: ShopProcess): () => number {
  let most = memoryOf(shop)
  const timer = setInterval(() => {
    most = Math.max(most, memoryOf(shop))
  }, 100)
  return () => {
    clearInterval(timer)
    return most
  }
}
