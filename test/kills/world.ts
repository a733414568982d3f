import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { openSwitch } from '../db/switch'
import { freePort, until } from '../processes/shop-process'
import { openChance } from '../storms/chance'
import { check, openWitness, type Witness } from '../storms/invariants'
import { entryOf, type Journal, openJournal } from '../storms/journal'
import type { Disks } from './disk'
import { takeKeys } from './keys'
import type { Programs } from './programs'
import { isOfServer, type ServerStrike, type Servers } from './servers'
import { forge, forgotten, type Market, pause, type Told, visit } from './shopper'
import { openSide } from './side'

/** The API in which payments are opened; `switch`: in v2 first, and after half of the strikes in v3. */
export const VERSIONS = ['v2', 'v3', 'switch'] as const
type Version = (typeof VERSIONS)[number]

/** How a process is struck: by a signal, or by the end of its machine's power. */
export type Strike = 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'cut' | ServerStrike

export type Tally = {
  orders: number
  payments: number
  refunds: number
  notifications: number
  /** Of WeChat's messages. */
  acknowledged: number
  /** After each strike of the database's servers, how long it took until the shop wrote something again. */
  servingMs: number[]
  violations: string[]
}

const SHOPPERS = 4
/** So many processes are one shop where its database is on servers. */
const INSTANCES = 2
/** Between two strikes customers get so many answers, however fast the machine is; at the very moment of an answer or not. */
const ANSWERS = [1, 40] as const
const THEN_MS_MAX = 30
/** The longest is longer than WeChat waits for a reply, and than the shop waits for an answer. */
const STANDSTILLS_MS = [20, 60, 150, 400, 6_000]
/** A signal to stand still has arrived everywhere after this. */
const HALT_MS = 25
/** How far both clocks go after a strike, so that WeChat repeats what was missed while customers go on. */
const STEPS_SECONDS = [0, 1, 16, 31]
/** How both clocks come to a day later: in small steps as long as something can be paid, which is five minutes. */
const LAST_STEPS_SECONDS = [15, 15, 30, ...Array(6).fill(60), ...Array(50).fill(1_800)]
/** Real time for what should be a matter of seconds. */
const PATIENCE_MS = 20_000

/**
 * A shop and WeChat as processes of their own. Customers keep coming while one or both are struck, again and again, and
 * come back on the files that are left. Gives what happened, and each invariant that was found broken.
 */
export async function runWorld(
  seed: number,
  strikes: Strike[],
  programs: Programs,
  disks: Disks,
  { servers = null, version = 'v2' }: { servers?: Servers | null; version?: Version } = {},
): Promise<Tally> {
  const world = await openWorld(seed, programs, disks, servers)
  if (version === 'v3') await world.goOver()
  try {
    const customers = world.letIn()
    for (const [index, strike] of strikes.entries()) {
      await world.quiet()
      if (version === 'switch' && index === Math.floor(strikes.length / 2)) await world.goOver()
      await (isOfServer(strike) ? world.strikeServers(strike) : world.strike(strike))
      if (await world.isBroken()) return world.tally()
    }
    await customers.leave()
    await world.settleDown()
    return world.tally()
  } finally {
    await world.close()
  }
}

async function openWorld(seed: number, programs: Programs, disks: Disks, servers: Servers | null) {
  const chance = openChance(seed)
  let aheadMs = 0
  const weChatPort = await freePort()
  const weChat = await openSide(disks.newDisk('wechat'), (disk) => programs.startWeChat(weChatPort, disk, aheadMs))
  const door = servers === null ? null : await openSwitch()
  const variables = servers !== null && {
    DATABASE_URL: await servers.newDatabase(),
    PUBLIC_URL: `http://127.0.0.1:${door?.port}`,
  }
  let chosen: Record<string, string> = {}
  const keys = mkdtempSync(join(tmpdir(), 'keys-'))
  const openShop = async (index: number) => {
    const port = await freePort()
    return openSide(disks.newDisk(`shop${index}`), (disk) =>
      programs.startShop(port, disk, {
        weChatUrl: weChat.url,
        aheadMs,
        variables: { ...(variables || {}), ...chosen },
      }),
    )
  }
  const shop = await openShop(0)
  const shops = [shop]
  while (servers !== null && shops.length < INSTANCES) shops.push(await openShop(shops.length))
  door?.lead(...shops.map(({ url }) => Number(new URL(url).port)))
  const told: Told = {
    ...{ orders: new Set(), paidOrders: new Set(), numbers: new Set(), paidNumbers: new Set(), refunds: new Set() },
  }
  const { isEverybodyPaying, hasOperator } = programs
  const urls = { shopUrl: variables ? variables.PUBLIC_URL : shop.url, weChatUrl: weChat.url }
  const kind = { hasOperator, isEverybodyPaying, hasServers: servers !== null }
  const market: Market = { ...urls, ...kind, journal: openJournal(), told, answers: 0 }
  const remembered: Witness['remembered'] = new Map()
  const violations: string[] = []
  const counts = { orders: 0, payments: 0, refunds: 0, notifications: 0, acknowledged: 0 }
  const servingMs: number[] = []

  /** Looks at both files as they are at this moment. */
  async function look<T>(see: (witness: Witness) => T): Promise<T> {
    const copy = await servers?.look()
    const files = { shop: copy ?? join(shop.folder, 'shop.db'), ledger: join(weChat.folder, 'emulator.db') }
    const witness = openWitness(files, market.journal, DEMO_ACCOUNT.apiKey)
    try {
      const journal = withDeliveries(witness, market)
      return see(Object.assign(witness, { journal, remembered, now: Date.now() + aheadMs }))
    } finally {
      witness.close()
    }
  }

  function inspect(when: 'always' | 'final'): Promise<void> {
    return look((witness) => {
      violations.push(...check(witness, when), ...forgotten(witness, told))
      Object.assign(counts, witness.all(COUNTS)[0])
    })
  }

  /** Both clocks go on; what falls due happens. */
  async function pass(seconds: number): Promise<void> {
    aheadMs += seconds * 1_000
    if (!programs.hasClock) return post(`${weChat.url}/_control/clock`, { advanceSeconds: seconds })
    // What is signed carries the time: first both clocks go, then what falls due happens.
    await post(`${weChat.url}/clock`, aheadMs)
    await Promise.all(shops.map(({ url }) => post(`${url}/clock`, aheadMs)))
    await post(`${weChat.url}/due`, null)
  }

  /** Whether an order can be written down; nobody pays for it. */
  const isWriting = async () => {
    const order = { items: [{ productId: 'tea-longjing', quantity: 1 }] }
    return post(`${market.shopUrl}/api/orders`, order, [201, 409]).then(
      () => true,
      () => false,
    )
  }

  const isAtRest = () => look((witness) => witness.rows(UNFINISHED).length === 0)

  return {
    chance,

    letIn: () => {
      let isOpen = true
      const come = async (index: number) => {
        const own = openChance(seed * SHOPPERS + index)
        while (isOpen) {
          await visit(market, own)
          if (own.happens(0.1)) await forge(market, own)
          await pause(own.below(60))
        }
      }
      const all = Promise.all(Array.from({ length: SHOPPERS }, (_, index) => come(index)))
      // Awaited when they leave; until then nobody listens to a visit that failed.
      all.catch(() => {})
      return {
        leave: async () => {
          isOpen = false
          await all.catch((error) => violations.push(`a customer gave up: ${error}`))
        },
      }
    },

    /** From now on new payments are opened in API v3, by shops that were asked to end and start anew. */
    goOver: async () => {
      chosen = { WXPAY_API_VERSION: 'v3', ...(await takeKeys(weChat.url, keys)) }
      for (const side of shops) await side.stop()
    },

    /** Some time in which customers come and pay. */
    quiet: async () => {
      const wanted = market.answers + chance.between(...ANSWERS)
      for (const end = Date.now() + PATIENCE_MS; market.answers < wanted && Date.now() < end; ) await pause(5)
      await pause(chance.below(THEN_MS_MAX))
    },

    strike: async (strike: Strike) => {
      const one = chance.pick(shops)
      const struck = chance.pick([[one], [one], [one], [weChat], [one, weChat]])
      if (strike === 'SIGSTOP') {
        for (const side of struck) side.pause()
        await pause(chance.pick(STANDSTILLS_MS))
        for (const side of struck) side.resume()
      } else if (strike === 'SIGTERM') {
        const codes = await Promise.all(struck.map((side) => side.stop()))
        if (codes.some((code) => code !== 0)) violations.push(`asked to end, it ended with ${codes}`)
      } else {
        // A chance of its own, since how much of it a disk needs depends on the size of its files.
        const own = openChance(chance.below(2 ** 31))
        await Promise.all(struck.map((side) => (strike === 'cut' ? side.cut(own) : side.kill())))
      }
      // Not waited for: as long as customers pay, WeChat has something to deliver. It may end with the next strike.
      pass(chance.pick(STEPS_SECONDS)).catch(() => {})
    },

    /** The database's servers are struck. Whatever they were asked meanwhile, customers go on as soon as they can. */
    strikeServers: async (strike: ServerStrike) => {
      const struck = await servers?.strike(strike, () => until(isWriting, Boolean, PATIENCE_MS).then(() => {}))
      servingMs.push(struck?.servingMs ?? 0)
      violations.push(...(struck?.violations ?? []))
      pass(chance.pick(STEPS_SECONDS)).catch(() => {})
    },

    /** Checks what has to hold at every instant. All stand still meanwhile, so that they are seen at the same one. */
    isBroken: async () => {
      for (const side of [...shops, weChat]) side.pause()
      await pause(HALT_MS)
      try {
        await inspect('always')
      } finally {
        for (const side of [...shops, weChat]) side.resume()
      }
      return violations.length > 0
    },

    /** Time goes on until nothing is due, and then everything has to be right. */
    settleDown: async () => {
      for (const seconds of LAST_STEPS_SECONDS) {
        await pass(seconds)
        if (await isAtRest()) break
      }
      for (const end = Date.now() + PATIENCE_MS; !(await isAtRest()) && Date.now() < end; ) await pause(50)
      const unfinished = await look((witness) => witness.rows(UNFINISHED))
      violations.push(...unfinished.map((line) => `still not at rest: ${line}`))
      await inspect('final')
      const output = [...shops, weChat].map((side) => side.output()).join('')
      if (output.includes(DEMO_ACCOUNT.apiKey)) violations.push('I23 secrets stay in: the key is in the output')
    },

    tally: (): Tally => ({ ...counts, servingMs, violations }),
    close: async () => {
      await Promise.all([...shops, weChat].map((side) => side.end()))
      await door?.close()
      rmSync(keys, { recursive: true, force: true })
    },
  }
}

const COUNTS = `
  select (select count(*) from orders) orders, (select count(*) from notifications) notifications,
    (select count(*) from w.trades where paid_at is not null) payments, (select count(*) from w.refunds) refunds,
    (select count(*) from w.deliveries where outcome = 'accepted') acknowledged`

const UNFINISHED = `
  select 'order' what, id from orders where status = 'pending'
  union all select 'payment', out_trade_no from payments where next_check_at is not null
  union all select 'refund', out_refund_no from refunds
    where approved_at is not null and status in ('requested', 'processing')
  union all select 'refund there', out_refund_no from w.refunds where status = 'PROCESSING'
  union all select 'notification', id from notifications where verdict is null
  union all select 'delivery', id from w.deliveries where outcome in ('waiting', 'sending')`

/** The journal with WeChat's own messages in it: the ledger knows what was sent, and what came back. */
function withDeliveries(witness: Witness, { journal, hasServers }: Market): Journal {
  const bodies = new Map([...journal.bodies].map(([sha, entry]) => [sha, { ...entry }]))
  const all = { ...journal, bodies }
  const sent = `select body, outcome from w.deliveries where outcome not in ('waiting', 'refused_address')`
  for (const { body, outcome } of witness.all<{ body: string; outcome: string }>(sent)) {
    const entry = entryOf(all, body)
    entry.sent += 1
    if (outcome === 'accepted') entry.acknowledged += 1
    if (outcome === 'refused' && !hasServers) entry.refused += 1
  }
  return all
}

async function post(url: string, body: unknown, expected = [200]): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!expected.includes(answer.status)) throw new Error(`${url} answered with ${answer.status}`)
}
