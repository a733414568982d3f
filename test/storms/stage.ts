import { type Config, readConfig } from '@/lib/config'
import { createEmulator, type Emulator } from '@/lib/emulator/emulator'
import { openShop } from '@/lib/runtime'
import { handleNotification } from '@/lib/shop/handle-notification'
import type { ApiVersion } from '@/lib/shop/payment'
import type { Shop } from '@/lib/shop/shop'
import { StoreUnavailable } from '@/lib/shop/store'
import { tick } from '@/lib/shop/worker'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { FIXED_KEYS } from '../wechat/v3/keys'
import { type Agenda, openAgenda } from './agenda'
import { tickDays } from './bills'
import { type Chance, openChance } from './chance'
import type { Files } from './files'
import { witnessOf } from './invariants'
import { entryOf, openJournal } from './journal'
import { type SeamCall, wrapSeam } from './seam'
import { type Incoming, incoming, SHOP_KEYS } from './v3'
import { FAIR, type Weather } from './weather'
import { openWire } from './wire'

/** Sunday morning in Beijing. */
const STARTS_AT = Date.UTC(2026, 2, 1, 2, 0, 0)
const WORKER_PAUSE_MS = 1_000

/** Short, so that a storm is not mostly about questions to WeChat while nobody does anything. */
export const ORDER_TTL_MINUTES = 5

function configOf(version: ApiVersion): Config {
  const read = readConfig({
    PAYMENTS: 'emulator',
    DATABASE_URL: 'file:unused',
    EMULATOR_DATABASE_URL: 'file:unused-either',
    ORDER_TTL_MINUTES: String(ORDER_TTL_MINUTES),
    ORDER_HOLD_MINUTES: '1',
    WXPAY_API_VERSION: version,
  })
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return read.config
}
const CONFIGS: Record<ApiVersion, Config> = { v2: configOf('v2'), v3: configOf('v3') }

/** Whatever the shop tells nobody in a storm. */
const SILENT: Shop['log'] = { info: () => {}, warn: () => {}, error: () => {} }

/** Never goes on: what a dead process waits for. */
export const never = () => new Promise<never>(() => {})

class ConnectionLost extends Error {}

/** A running copy of the shop: its memory, its connection to the file, and its end. */
type Process = {
  shop: Shop
  /** What somebody outside waits for; rejects when the process dies first. */
  serve: <T>(work: (shop: Shop) => Promise<T>) => Promise<T>
  nextTickAt: number
  /** Fetches and compares the bills of all days that are over, with nothing in between. */
  reconcile: () => Promise<void>
  /** The process is gone. One that has not died leaves its connection to the next storm. */
  end: (how: 'dies' | 'leaves') => void
}

/** What stands between the rules and a call through one of their seams. */
type Meddle = (call: SeamCall, effect: () => Promise<unknown>) => Promise<unknown>

/** What the gateway answers by itself, at once. */
const PLAIN = ['draft', 'draftRefund', 'whyNoRefunds', 'isFor', 'invocation', 'proofOf', 'keepFresh', 'writeReply']
const isPlain = (method: string) => PLAIN.includes(method)

export type Stage = Awaited<ReturnType<typeof openStage>>

/** Shop, WeChat and the wire between them on one agenda and one chance; nothing happens on it by itself. */
export async function openStage(seed: number, files: Files, tell: (line: string) => void = () => {}) {
  await files.renew()
  const chance: Chance = openChance(seed)
  const agenda: Agenda = openAgenda(STARTS_AT, chance, (what) => tell(`${time()} ${what}`))
  const time = () => `+${((agenda.now() - STARTS_AT) / 1000).toFixed(3)}s`
  const journal = openJournal()
  const witness = witnessOf(files.db, journal, DEMO_ACCOUNT.apiKey)
  const counts = { steps: 0, faults: 0, restarts: 0, orders: 0, payments: 0, refunds: 0, notifications: 0, checks: 0 }
  const violations: string[] = []

  let weather: Weather = FAIR
  let version: ApiVersion = 'v2'
  let meddle: Meddle = (_, effect) => effect()
  let clockOffsetMs = 0
  let clockJumps = 0
  /** Programs that are down and will be started. */
  const pending = new Set<() => void>()
  let emulator: Emulator | null = null
  const processes = new Set<Process>()
  const shopNow = () => agenda.now() + clockOffsetMs

  const inject = <Kind extends string>(fault: Kind | null): Kind | null => {
    if (fault === null) return null
    counts.faults += 1
    tell(`${time()}   ! ${fault}`)
    return fault
  }
  const wire = openWire({ agenda, chance, journal, inject, weather: () => weather, emulator: () => emulator })

  /** One call of the store: waits for its turn, and may fail before anything is written, or after everything is. */
  async function callStore({ method, args, effect }: SeamCall): Promise<unknown> {
    const fault = inject(chance.strike(weather.store))
    const step = () => agenda.step(() => files.seen(effect()))
    if (fault === null) return step()
    if (fault === 'commit unclear') await step()
    else if (method === 'insertNotification') entryOf(journal, bodyOf(args[0])).unlogged += 1
    throw new StoreUnavailable(fault)
  }

  /** What somebody does at WeChat's side; false when that refuses, or is down. */
  async function control(path: string, body: object, method = 'POST'): Promise<boolean> {
    if (emulator === null) return false
    const url = `http://127.0.0.1:3000/emulator/_control/${path}`
    const headers = { 'content-type': 'application/json' }
    return (await emulator.fetch(new Request(url, { method, headers, body: JSON.stringify(body) }))).ok
  }

  /** A press on the buyer's phone, or one long ago whose money comes only now; false when WeChat does not take it. */
  async function press(outTradeNo: string, isLate = false): Promise<boolean> {
    const isPaid = await control('pay', { out_trade_no: outTradeNo, outcome: 'success', late: isLate })
    if (isPaid) counts.payments += 1
    return isPaid
  }

  const openProcess = () => agenda.hold(openOneProcess())

  async function openOneProcess(): Promise<void> {
    const database = await agenda.step(files.openShop)
    const owner = {}
    let isAlive = true
    let die = () => {}
    const death = new Promise<never>((_, reject) => {
      die = () => reject(new ConnectionLost('the shop died'))
    })
    death.catch(() => undefined)
    const turn = (what: string, ms = 0) => (isAlive ? agenda.wait(ms, what, owner) : never())

    const store = wrapSeam(database.store, async (call) => {
      await turn(`store.${call.method}`, chance.happens(weather.stalls) ? chance.between(1, 3_000) : 0)
      return meddle(call, () => callStore(call))
    })
    const fetch = wire.toWeChat(turn, async (path) => {
      if (/\/(secapi\/pay\/refund|v3\/refund\/domestic\/refunds)$/.test(path)) return lookAtRefund()
      if (!/\/(unifiedorder|v3\/pay\/transactions\/(native|app|h5|jsapi))$/.test(path)) return
      const [arrived] = witness.all<{ number: string; isKnown: number }>(`
        select r.out_trade_no number, exists (select 1 from payments p where p.out_trade_no = r.out_trade_no) isKnown
        from w.requests r where r.seq = (select max(seq) from w.requests)`)
      if (arrived === undefined) return
      if (!arrived.isKnown) journal.early.push(`${arrived.number} was asked for before it was written down`)
      if (chance.happens(weather.quickBuyers)) await press(arrived.number)
    })
    const outside = { now: shopNow, random: chance.bytes, log: SILENT, fetch, v3Keys: SHOP_KEYS, announce: () => {} }
    const whole = openShop(CONFIGS[version], store, outside)
    const gateway = wrapSeam(whole.gateway, (call) => meddle(call, call.effect), isPlain)
    const shop = { ...whole, gateway, strayRefundReason: weather.refundsStray ? 'money that paid nothing' : null }
    const process: Process = {
      shop,
      serve: (work) => Promise.race([work(shop), death]),
      nextTickAt: agenda.now(),
      reconcile: () => agenda.step(() => reconcileDays(database.store)),
      end: (how) => {
        isAlive = false
        processes.delete(process)
        agenda.forget(owner)
        if (how === 'dies') agenda.step(database.close)
        else files.keepShop(database)
        die()
      },
    }
    processes.add(process)
  }

  async function reconcileDays(store: Shop['store']): Promise<void> {
    const fetch = async (request: Request) =>
      emulator === null ? new Response(null, { status: 503 }) : emulator.fetch(request)
    const outside = { now: shopNow, random: chance.bytes, log: SILENT, fetch, announce: () => {} }
    await tickDays(openShop(CONFIGS[version], store, outside), shopNow())
  }

  /** Whether the refund that WeChat was just asked for was on the shop's disk by then. */
  function lookAtRefund(): void {
    const early = witness.all<{ number: string }>(`
      select r.out_refund_no number from w.requests r
      where r.seq = (select max(seq) from w.requests) and not exists (
        select 1 from refunds f where f.out_refund_no = r.out_refund_no and f.approved_at is not null)`)
    for (const { number } of early) journal.earlyRefunds.push(`${number} was asked for before it was written down`)
  }

  /** A running copy of the shop. Throws when there is none: the connection is refused. */
  function anyProcess(): Process {
    if (processes.size === 0) throw new ConnectionLost('no shop is running')
    return chance.pick([...processes])
  }

  /** What arrives at the notify URL, and what it is answered. */
  async function notify(given: Incoming | string): Promise<{ status: number; body: string }> {
    const { apiVersion, headers, body } = typeof given === 'string' ? incoming(given) : given
    const process = anyProcess()
    const entry = entryOf(journal, body)
    entry.sent += 1
    counts.notifications += 1
    const began = agenda.now()
    // A call that was held up when the storm ended still takes its time.
    const mayStall = weather.stalls > 0
    const message = { apiVersion, remoteAddress: '127.0.0.1', headers, body: Buffer.from(body) }
    const answer = await process.serve((shop) => handleNotification(shop, message))
    if (answer === 'busy') throw new Error('no storm has so many messages at once')
    if (answer === 'acknowledge') entry.acknowledged += 1
    else entry.refused += 1
    const took = agenda.now() - began
    if (took > 5_000 && !mayStall) journal.late.push(`${took} ms for ${body}`)
    return process.shop.gateway.writeReply(apiVersion, answer)
  }

  function openWeChat(): void {
    emulator = createEmulator({
      databaseUrl: `file:${files.ledger}`,
      accounts: [DEMO_ACCOUNT],
      basePath: '/emulator',
      now: agenda.now,
      random: chance.bytes,
      keyMaker: FIXED_KEYS,
      send: wire.toShop(notify),
      deliveryOrigins: [CONFIGS.v2.publicUrl.origin],
      isOpen: false,
    })
  }

  function killWeChat(): void {
    emulator?.close()
    emulator = null
  }

  const nextOfShop = (ofRefunds: 'all' | 'not abnormal' = 'all'): number => {
    const [due] = witness.all<{ at: number | null }>(`
      select min(at) at from (
        select min(next_check_at) at from payments
        union all select min(next_check_at) from refunds where ${ofRefunds === 'all'} or status <> 'abnormal'
        union all select min(seen_at) from transactions x where ${Number(weather.refundsStray)} and resolved_at is null
          and outcome in ('late', 'second') and not exists (
            select 1 from refunds r where r.transaction_id = x.transaction_id)
        union all select min(received_at) + 10001 from notifications where verdict is null
        union all select min(min(expires_at, ifnull(held_until, expires_at))) from orders o where status = 'pending' and not exists (
          select 1 from payments p where p.order_id = o.id and p.status in ('preparing', 'open')))`)
    return due?.at == null ? Number.POSITIVE_INFINITY : due.at - clockOffsetMs
  }
  const nextOfWeChat = (): number => {
    const dueInMs = emulator?.nextDueInMs() ?? null
    return dueInMs === null ? Number.POSITIVE_INFINITY : agenda.now() + dueInMs
  }
  const nextTickOf = (process: Process): number => Math.max(nextOfShop(), process.nextTickAt)

  function beginTick(process: Process): void {
    process.nextTickAt = Number.POSITIVE_INFINITY
    process
      .serve(tick)
      .catch(() => undefined)
      .finally(() => {
        process.nextTickAt = agenda.now() + WORKER_PAUSE_MS
      })
  }

  return {
    chance,
    agenda,
    journal,
    witness,
    counts,
    violations,
    wire,
    notify,
    shopNow,
    weather: () => weather,
    setWeather: (next: Weather) => {
      weather = next
    },
    /** In which API every process opens payments that is started from now on. */
    setVersion: (next: ApiVersion) => {
      version = next
    },
    /** How often the shop's clock has jumped. */
    clockJumps: () => clockJumps,
    /** Puts something between the rules and both of their seams. */
    setMeddle: (next: Meddle) => {
      meddle = next
    },
    jumpClock: (ms: number) => {
      clockOffsetMs = ms
      clockJumps += 1
      tell(`${time()}   ! the shop's clock is ${ms / 3_600_000} h off`)
    },
    tell: (line: string) => tell(`${time()} ${line}`),

    openProcess,
    openWeChat,
    processes,
    pending,
    /** Beside what goes on once a day until somebody settles it by hand. */
    isAnythingDue: () => Math.min(nextOfShop('not abnormal'), nextOfWeChat()) < Number.POSITIVE_INFINITY,
    isWeChatUp: () => emulator !== null,
    killProcess: (process: Process) => {
      counts.restarts += 1
      tell(`${time()}   ! the shop dies`)
      process.end('dies')
    },
    killWeChat: () => {
      counts.restarts += 1
      tell(`${time()}   ! WeChat dies`)
      killWeChat()
    },

    /** A request of a shopper to any running copy of the shop. */
    visit: <T>(work: (shop: Shop) => Promise<T>): Promise<T> => anyProcess().serve(work),
    reconcile: () => anyProcess().reconcile(),
    /** A call to WeChat that does not go over the shop's wire. */
    callWeChat: async (path: string, body: string): Promise<void> => {
      await emulator?.fetch(new Request(`http://127.0.0.1:3000/emulator${path}`, { method: 'POST', body }))
    },
    control,
    press,

    /** Lets time pass until an instant, or until nothing is due before it; worker and deliveries run when they are due. */
    run: (until: number, onStep: () => void = () => {}) =>
      agenda.run(until, {
        step: onStep,
        dueAt: () => Math.min(nextOfWeChat(), ...[...processes].map(nextTickOf)),
        due: () => {
          if (nextOfWeChat() <= agenda.now()) emulator?.runDue().catch(() => undefined)
          for (const process of [...processes]) if (nextTickOf(process) <= agenda.now()) beginTick(process)
        },
      }),
    close: () => {
      for (const process of [...processes]) process.end('leaves')
      killWeChat()
    },
  }
}

function bodyOf(message: unknown): string {
  if (typeof message === 'object' && message !== null && 'body' in message && message.body instanceof Uint8Array) {
    return Buffer.from(message.body).toString()
  }
  throw new Error('no message')
}
