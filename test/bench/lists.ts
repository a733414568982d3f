import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { GOODS } from '@/db/goods'
import { openDatabase } from '@/db/open'
import { EVERY_NOTIFICATION, type NotificationFilter, type Verdict } from '@/lib/shop/notification'
import { EVERY_ORDER, type OrderFilter } from '@/lib/shop/review'
import { median, type Row } from './table'

/*
 * What things cost, as medians on this machine, and how the cost grows with the tables. Only the ratios mean anything
 * elsewhere: they say whether a list stays as fast when there is a hundred times as much to search.
 */

const SMALL = 1_000
const LARGE = 1_000_000
const HOUR_MS = 3600_000
const TWO_WEEKS_HOURS = 14 * 24

/** Milliseconds that one run takes, the median of many after some that do not count. */
async function measure(runs: number, work: () => Promise<unknown>): Promise<number> {
  for (let n = 0; n < runs / 10; n += 1) await work()
  const times: number[] = []
  for (let n = 0; n < runs; n += 1) {
    const begin = performance.now()
    await work()
    times.push(performance.now() - begin)
  }
  return median(times)
}

/** A store whose log and whose payments have so many rows, written past the store to be quick. */
async function openFilled(rows: number) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const file = join(folder, 'shop.db')
  const { store, close } = await openDatabase(`file:${file}`, { goods: GOODS })
  const db = new Sqlite(file)
  const message = db.prepare(
    `insert into notifications (received_at, remote_address, headers, body, body_bytes, body_sha256, times, verdict, checks,
      reply, concluded_at, out_trade_no) values (?, '127.0.0.1', '{}', ?, 12, ?, 1, ?, '[]', 'retry', 1, ?)`,
  )
  const order = db.prepare(
    `insert into orders (id, status, amount_fen, currency, created_at, expires_at, channel, paid_at, transaction_id, shipped_at,
      version) values (@id, @status, 1, 'CNY', @n, @n + 1000000000000, 'native', @paidAt, @transactionId, @paidAt, 1)`,
  )
  const payment = db.prepare(
    `insert into payments (out_trade_no, order_id, channel, status, amount_fen, currency, sign_type, request, created_at,
      next_check_at, checks, version) values (@number, @id, 'native', @paymentStatus, 1, 'CNY', 'MD5', '{}', @n, @nextCheckAt, 0, 1)`,
  )
  const counted = db.prepare('insert into verdict_counts (hour, verdict, count) values (?, ?, 1)')
  db.transaction(() => {
    for (let hour = 0; hour < Math.max(TWO_WEEKS_HOURS, rows / 10); hour += 1) {
      for (const verdict of ['applied', 'already', 'bad_signature']) counted.run(hour, verdict)
    }
    for (let n = 0; n < rows; n += 1) {
      message.run(n, Buffer.from('<xml>x</xml>'), `sha-${n}`, verdictOf(n), `number-${n}`)
      // The newest are still pending; before them, half were paid and shipped and half closed.
      const status = n >= rows - 200 ? 'pending' : n % 2 === 0 ? 'paid' : 'closed'
      const id = `order-${n}`
      const transactionId = status === 'paid' ? `money-${n}` : null
      order.run({ id, n, status, paidAt: status === 'paid' ? n : null, transactionId })
      const isLive = status === 'pending'
      const nextCheckAt = isLive ? n + 1_000_000_000_000 : null
      payment.run({ number: `number-${n}`, id, n, paymentStatus: isLive ? 'preparing' : 'closed', nextCheckAt })
    }
  })()
  db.close()
  const end = () => {
    close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { store, end }
}

/** One in ten is genuine, and as many need a look: a page of either is full, however few rows there are. */
function verdictOf(n: number): Verdict {
  if (n % 10 === 5) return 'unknown_payment'
  return n % 10 === 0 ? 'applied' : 'bad_signature'
}

type Filled = Awaited<ReturnType<typeof openFilled>>

/** The first page of the entries that a filter lets through. */
function pageOf(filter: Partial<NotificationFilter>) {
  return ({ store }: Filled) =>
    store.listNotifications({ ...EVERY_NOTIFICATION, ...filter }, { after: null, limit: 50 })
}

/** The entry that stands just above one in the middle of the smaller log. */
function aboveIn(filter: Partial<NotificationFilter>) {
  return ({ store }: Filled) => store.findNewerNotification({ ...EVERY_NOTIFICATION, ...filter }, { at: 500, id: 501 })
}

/** The first page of the orders that a filter lets through. */
function ordersOf(filter: Partial<OrderFilter>) {
  return ({ store }: Filled) =>
    store.listReviewedOrders({ ...EVERY_ORDER, ...filter }, { after: null, limit: 50, now: 1 })
}

export async function measureLists(): Promise<Row[]> {
  const [few, many] = [await openFilled(SMALL), await openFilled(LARGE)]
  const works = {
    'first page of the log': pageOf({}),
    'page of one verdict': pageOf({ verdict: 'applied' }),
    'page of one number': pageOf({ number: 'number-500' }),
    'page of a time and verdict': pageOf({ from: 200, until: 600, verdict: 'bad_signature' }),
    'page of what needs a look': pageOf({ isUnresolved: true }),
    'page with a text that many have': pageOf({ text: '>x<' }),
    'page far back in the log': ({ store }: Filled) =>
      store.listNotifications(EVERY_NOTIFICATION, { after: { at: 500, id: 500 }, limit: 50 }),
    'what stands above an entry of the log': aboveIn({}),
    'what stands above among one verdict': aboveIn({ verdict: 'applied' }),
    'what stands above among what needs a look': aboveIn({ isUnresolved: true }),
    'verdicts of two weeks': ({ store }: Filled) => store.countVerdicts(0, TWO_WEEKS_HOURS * HOUR_MS),
    'messages without a verdict': ({ store }: Filled) => store.listUnprocessedNotifications(1e15, 20),
    'payments whose time has come (none)': ({ store }: Filled) => store.claimDuePayments(0, 20),
    'orders past their time (none)': ({ store }: Filled) => store.listExpiredOrders(0, 20),
    'first page of the orders': ordersOf({}),
    'orders of one status': ordersOf({ status: 'closed' }),
    'orders of a time and channel': ordersOf({ from: 200, to: 600, channel: 'native' }),
    'orders of one number': ordersOf({ number: 'number-500' }),
    'orders that need a look (none)': ordersOf({ attention: 'any' }),
    'orders to be shipped (none)': ordersOf({ isShipped: false }),
    'what waits for somebody': ({ store }: Filled) => store.countWaiting(1, 100),
    'one order with its history': ({ store }: Filled) => store.findOrderHistory('order-500', 1),
    'one order with its payments': ({ store }: Filled) => store.findOrder('order-500'),
  }
  const rows: Row[] = []
  for (const [what, work] of Object.entries(works)) {
    const [small, large] = [await measure(200, () => work(few)), await measure(200, () => work(many))]
    rows.push({
      what,
      few: `${small.toFixed(3)} ms`,
      many: `${large.toFixed(3)} ms`,
      ratio: (large / small).toFixed(2),
    })
  }
  few.end()
  many.end()
  return rows
}
