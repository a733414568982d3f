import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '@/lib/config'
import { keptRuntime, openRuntime, type Runtime } from '@/lib/runtime'
import { confirmOrder, createOrder, openPayment } from '@/lib/shop/checkout'
import { EVERY_NOTIFICATION, type Verdict } from '@/lib/shop/notification'
import type { Order } from '@/lib/shop/order'
import type { Payment } from '@/lib/shop/payment'
import type { Shop } from '@/lib/shop/shop'
import { tick } from '@/lib/shop/worker'
import { cookieName } from '@/lib/web/cookie'
import { REMOTE_ADDRESS_HEADER } from '@/lib/web/origin'
import { routeTo } from './routes'
import { FIXED_KEYS } from './wechat/v3/keys'
import { openWorldDatabase } from './world-database'

/** Sunday morning in Beijing; every world begins then. */
const START = Date.UTC(2026, 2, 1, 2, 0, 0)

const BUYER = { buyerAddress: '127.0.0.1', openid: null }

export const PUBLIC_URL = 'http://127.0.0.1:3000'

/** The full name of one of the world's cookies. */
export const nameOf = (cookie: string) => cookieName(cookie, new URL(PUBLIC_URL))

/** What goes wrong on the wire between the shop and WeChat; counts run out, the rest holds until changed. */
export type Wire = {
  /** Requests to WeChat fail before they arrive. */
  isCut: boolean
  /** So many requests arrive, and their answers do not. */
  loseAnswers: number
  /** So many notifications never arrive. */
  loseNotifications: number
  /** So many notifications arrive, and the shop's replies do not. */
  loseReplies: number
  /** Changes an answer of WeChat on its way. */
  tamperAnswer: ((path: string, body: string) => string) | null
  /** Runs before a request goes to WeChat. */
  beforeRequest: ((path: string) => Promise<void>) | null
}

export type World = Awaited<ReturnType<typeof openWorld>>

/**
 * A whole shop and a whole WeChat on real files, with time that only moves when told to. The shop's routes are the real
 * route handlers; WeChat's notifications come in through them.
 */
export async function openWorld(variables: Record<string, string> = {}, seed: string | null = null) {
  const folder = mkdtempSync(join(tmpdir(), 'shop-'))
  const database = await openWorldDatabase(folder)
  const configOf = (given: Record<string, string>) => {
    const own = { DATABASE_URL: database.url, EMULATOR_DATABASE_URL: `file:${folder}/emulator.db` }
    const read = readConfig({ PAYMENTS: 'emulator', ...own, RATE_LIMITS: 'off', ...given })
    if (!read.ok) throw new Error(read.problems.join('\n'))
    return read.config
  }
  let config = configOf(variables)

  let now = START
  const wire: Wire = {
    isCut: false,
    loseAnswers: 0,
    loseNotifications: 0,
    loseReplies: 0,
    tamperAnswer: null,
    beforeRequest: null,
  }
  const warnings: string[] = []
  const random = seededBytes(seed ?? folder)

  const open = async (): Promise<Runtime> => {
    const runtime = await openRuntime(config, {
      now: () => now,
      random,
      log: quietLog(warnings),
      end: (why) => void warnings.push(why),
      toShop: (request) => deliver(request, wire),
      keyMaker: FIXED_KEYS,
      toWeChat: (emulator) => async (request) => {
        if (emulator === null) throw new Error('this world has no WeChat')
        return throughWire(wire, request, (it) => emulator.fetch(it))
      },
    })
    keptRuntime().runtime = Promise.resolve(runtime)
    return runtime
  }
  let runtime = await open()
  const twins: Runtime[] = []
  const askAt = (it: Runtime) => {
    keptRuntime().runtime = Promise.resolve(it)
  }

  const advance = async (ms: number) => {
    const step = ms <= 180_000 ? 1_000 : 15_000
    for (const end = now + ms; now < end; ) {
      now = Math.min(now + step, end)
      await runtime.emulator?.runDue()
      await tick(runtime.shop)
    }
  }

  return {
    get config() {
      return config
    },
    folder,
    wire,
    warnings,
    /** Past the store, to look into the database. */
    database,
    get runtime() {
      return runtime
    },
    get shop() {
      return runtime.shop
    },
    now: () => now,
    /** Moves time on; the worker ticks and WeChat delivers on the way. */
    advance,
    /** Moves the shop's time without anything happening meanwhile, as while the shop is down. */
    sleep: (ms: number) => {
      now += ms
    },
    /** The process dies and a new one opens the same files, with other settings if there are any. */
    restart: async (changes: Record<string, string> = {}) => {
      await runtime.close()
      config = configOf({ ...variables, ...changes })
      runtime = await open()
    },
    /** Another process of the same shop. It answers nothing before somebody asks at it. */
    openTwin: async (): Promise<Runtime> => {
      const twin = await open()
      twins.push(twin)
      askAt(runtime)
      return twin
    },
    /** From now on this one answers. */
    askAt,

    /** A pending order of one product, with an open payment. */
    order: async (items = [{ productId: 'tea-longjing', quantity: 1 }]) => {
      const order = await made(runtime.shop, items)
      const payment = await opened(runtime.shop, order)
      return { order, payment }
    },
    phone: {
      pay: (outTradeNo: string, outcome = 'success') => tapPhone(runtime, { out_trade_no: outTradeNo, outcome }),
      /** Money of a payment that was under way when its order was closed or its time was over. */
      payLate: (outTradeNo: string) => tapPhone(runtime, { out_trade_no: outTradeNo, outcome: 'success', late: true }),
    },
    /** Tells WeChat's side to do something, such as `refund` or `faults`. */
    control: (path: string, body: object, method = 'POST') => tellWeChat(runtime, path, body, method),
    refundsOf: (order: Order) => runtime.shop.store.listRefundsOf(order.id),
    confirm: (order: Order) => confirmOrder(runtime.shop, order.id),
    statusOf: async (order: Order) => (await runtime.shop.store.findOrder(order.id))?.order.status,
    paymentsOf: async (order: Order) => (await runtime.shop.store.findOrder(order.id))?.payments ?? [],
    stockOf: async (productId: string) => (await runtime.shop.store.listProductsById([productId]))[0]?.stock,
    /** Verdicts of the log, oldest first. */
    verdicts: async (): Promise<(Verdict | undefined)[]> => (await logOf(runtime)).map((it) => it.result?.verdict),
    log: () => logOf(runtime),
    weChat: async () => (await emulatorState(runtime)) as WeChatState,

    /** Calls one of the shop's routes. */
    fetch: visit,
    /** The same for clients that make their own requests. */
    send: (request: Request) => visit(request.url, request),
    json: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      visit(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    form: (path: string, fields: Record<string, string> | [string, string][], headers: Record<string, string> = {}) =>
      visit(path, {
        method: 'POST',
        headers: { 'sec-fetch-site': 'same-origin', ...headers },
        body: new URLSearchParams(fields),
      }),
    notify: async (body: string | Uint8Array, headers: Record<string, string> = {}) => {
      const init = { method: 'POST', headers: { 'content-type': 'text/xml', ...headers }, body: body as BodyInit }
      const response = await visit('/api/wechat/notify', init)
      return response.text()
    },
    close: async () => {
      for (const it of [...twins, runtime]) await it.close()
      delete keptRuntime().runtime
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type WeChatState = {
  now: number | string
  refunds: { out_refund_no: string; refund_fee: number; status: string; source: string }[]
  orders: { out_trade_no: string; total_fee: number; trade_state: string; transaction_id: string | null }[]
  deliveries: { out_trade_no: string; attempt: number; outcome: string }[]
}

/** Calls a route as somebody on this machine. */
function visit(path: string, init: RequestInit | Request = {}): Promise<Response> {
  const request = init instanceof Request ? init : new Request(new URL(path, PUBLIC_URL), init)
  const headers = new Headers(request.headers)
  headers.set(REMOTE_ADDRESS_HEADER, '127.0.0.1')
  return routeTo(new Request(request, { headers }))
}

async function made(shop: Shop, items: { productId: string; quantity: number }[]): Promise<Order> {
  const created = await createOrder(shop, { items })
  if (!created.ok) throw new Error(created.reason)
  return created.order
}

async function opened(shop: Shop, order: Order): Promise<Payment> {
  const result = await openPayment(shop, order.id, { channel: 'native', buyer: BUYER })
  if (!result.ok) throw new Error(result.reason)
  return result.payment
}

async function deliver(request: Request, wire: Wire): Promise<Response> {
  if (wire.loseNotifications > 0) {
    wire.loseNotifications -= 1
    throw new Error('the notification was lost')
  }
  const response = await routeTo(request)
  if (wire.loseReplies > 0) {
    wire.loseReplies -= 1
    throw new Error('the reply was lost')
  }
  return response
}

async function throughWire(wire: Wire, request: Request, fetch: (request: Request) => Promise<Response>) {
  const { pathname } = new URL(request.url)
  await wire.beforeRequest?.(pathname)
  if (wire.isCut) throw new Error('no connection to WeChat')
  const response = await fetch(request)
  if (wire.loseAnswers > 0) {
    wire.loseAnswers -= 1
    throw new Error('the answer was lost')
  }
  if (wire.tamperAnswer === null) return response
  return new Response(wire.tamperAnswer(pathname, await response.text()), response)
}

function tapPhone(runtime: Runtime, tapped: object): Promise<Response> {
  return tellWeChat(runtime, 'pay', tapped, 'POST')
}

async function tellWeChat({ emulator }: Runtime, path: string, body: object, method: string): Promise<Response> {
  if (emulator === null) throw new Error('this world has no WeChat')
  return emulator.fetch(
    new Request(`${PUBLIC_URL}/emulator/_control/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  )
}

async function emulatorState({ emulator }: Runtime): Promise<unknown> {
  if (emulator === null) throw new Error('this world has no WeChat')
  return (await emulator.fetch(new Request(`${PUBLIC_URL}/emulator/_control/state`))).json()
}

async function logOf({ shop }: Runtime) {
  const { lines } = await shop.store.listNotifications(EVERY_NOTIFICATION, { after: null, limit: 1_000 })
  const entries = await Promise.all(lines.map(({ id }) => shop.store.findNotification(id)))
  return entries.filter((it) => it !== null).sort((a, b) => a.id - b.id)
}

function quietLog(warnings: string[]): Shop['log'] {
  return {
    info: () => {},
    warn: (event) => void warnings.push(event),
    error: (event, error) => void warnings.push(`${event}: ${error instanceof Error ? error.message : String(error)}`),
  }
}

/** Chance that repeats itself: the same seed gives the same bytes. */
function seededBytes(seed: string): (bytes: number) => Uint8Array {
  let count = 0
  return (bytes) => {
    const blocks: Buffer[] = []
    for (let size = 0; size < bytes; size += 32) {
      count += 1
      blocks.push(createHash('sha256').update(`${seed}:${count}`).digest())
    }
    return new Uint8Array(Buffer.concat(blocks).subarray(0, bytes))
  }
}
