import { beginOf, type Day, dayAfter, dayOf } from './beijing'
import {
  BILL_DAYS_MAX,
  type BillAnswer,
  type BillDay,
  type BillKey,
  type BillReading,
  type BillRow,
  type BillTotals,
  type FundFlowTotals,
  nextBillCheckAt,
} from './bill'
import { compareBill, numberOf } from './compare-bill'
import type { Ours } from './difference'
import { checkDifference } from './settle-difference'
import type { Shop } from './shop'

/** A bill's bytes are kept in pieces of this size, so that a long one needs no more memory than a short one. */
const CHUNK_BYTES = 256 * 1024
/** Payments and refunds that are compared at a time. */
const BATCH = 500
/** Differences that are queried in one round. */
const QUERIED_MAX = 20
/**
 * WeChat's clock and ours, and the moment of a payment and the word of it, are never further apart: what is this near to
 * midnight is looked for in the bills of both days.
 */
const EDGE_MS = 3600_000

/**
 * One round of what bills need without anybody asking: days whose bills are to be fetched, the oldest of them that is due,
 * and differences that WeChat's query may settle. All of it is in the store, and claimed, so that it goes on after an
 * outage, and that of several processes one does it.
 */
export async function tickBills(shop: Shop): Promise<void> {
  await openDays(shop)
  const bill = await shop.store.claimDueBill(shop.now())
  if (bill !== null) await reconcile(shop, bill)
  await tickDifferences(shop)
}

/** Queries WeChat about some of the differences whose time has come. */
export async function tickDifferences(shop: Shop): Promise<void> {
  const due = await shop.store.claimDueDifferences(shop.now(), QUERIED_MAX)
  for (const difference of due) await checkDifference(shop, difference, { kind: 'bill', id: difference.day })
}

/** Writes down all days since the first order, as far back as WeChat has bills, whose time has come. */
async function openDays(shop: Shop): Promise<void> {
  const now = shop.now()
  if (now < shop.billDays.openedUntil) return
  const firstAt = await shop.store.findFirstOrderAt()
  if (firstAt !== null) {
    const oldestAt = beginOf(dayAfter(dayOf(now), -BILL_DAYS_MAX))
    await shop.store.openBillDays(keysSince(shop, dayOf(Math.max(firstAt, oldestAt)), now), now)
    shop.billDays.openedUntil = shop.billTimeAfter(now)
  }
}

function keysSince(shop: Shop, first: Day, now: number): BillKey[] {
  const kinds = shop.gateway.whyNoFundFlow() === null ? (['trade', 'fund_flow'] as const) : (['trade'] as const)
  const keys: BillKey[] = []
  // A day's bill is asked for at the first time after its end.
  for (let day = first; shop.billTimeAfter(beginOf(dayAfter(day)) - 1) <= now; day = dayAfter(day)) {
    keys.push(...kinds.map((kind) => ({ day, kind })))
  }
  return keys
}

export type Reconciled = 'compared' | 'no_bill' | 'waiting'

/** Fetches a claimed bill, reads it and compares it with the shop. What cannot be done now is done later. */
export async function reconcile(shop: Shop, bill: BillDay): Promise<Reconciled> {
  const begun = await shop.store.beginBillFile(bill, shop.now())
  const { answer, fileId } = await download(shop, bill, begun)
  if (fileId === null) {
    await shop.store.dropBillFile(begun)
    return withoutFile(shop, bill, answer)
  }
  const reading = await read(shop, bill, fileId)
  if (!reading.ok) return wait(shop, bill, reading.reason, reading.line)
  return finish(shop, bill, { fileId, totals: reading.totals })
}

async function download(
  shop: Shop,
  bill: BillDay,
  begun: number,
): Promise<{ answer: BillAnswer; fileId: number | null }> {
  let kept: Uint8Array[] = []
  let size = 0
  let place = 0
  const flush = async () => {
    await shop.store.appendBillChunk(begun, place, joined(kept, size))
    place += 1
    kept = []
    size = 0
  }
  const answer = await shop.gateway.downloadBill(bill, async (bytes) => {
    kept.push(bytes)
    size += bytes.byteLength
    if (size >= CHUNK_BYTES) await flush()
  })
  if (answer.type !== 'file') return { answer, fileId: null }
  if (size > 0) await flush()
  return { answer, fileId: await shop.store.completeBillFile(begun, answer) }
}

function joined(parts: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}

/** The bytes of a file that is kept. */
export async function* bytesOf({ store }: Pick<Shop, 'store'>, fileId: number): AsyncGenerator<Uint8Array> {
  for (let place = 0; ; place += 1) {
    const bytes = await store.readBillChunk(fileId, place)
    if (bytes === null) return
    yield bytes
  }
}

/** A day without money has no bill, and neither has one that is not ready: it is asked once more before it is believed. */
function withoutFile(shop: Shop, bill: BillDay, answer: BillAnswer): Promise<Reconciled> {
  if (answer.type === 'no_bill' && bill.problem === 'no_bill') return finish(shop, bill, { fileId: null, totals: null })
  if (answer.type === 'failed') return wait(shop, bill, answer.problem, null)
  return wait(shop, bill, answer.type, null)
}

async function wait(shop: Shop, bill: BillDay, problem: string, line: number | null): Promise<Reconciled> {
  const now = shop.now()
  const isCreating = problem === 'creating' || problem === 'no_bill'
  const nextCheckAt = nextBillCheckAt(bill, isCreating, now)
  const after = { ...bill, problem, problemLine: line, nextCheckAt, version: bill.version + 1 }
  await shop.store.replaceBill(bill, after)
  if (!isCreating) shop.log.warn('bill_failed', { day: bill.day, kind: bill.kind, problem, line })
  return 'waiting'
}

function read(shop: Shop, { day, kind }: BillKey, fileId: number): Promise<BillReading<BillTotals | FundFlowTotals>> {
  const source = bytesOf(shop, fileId)
  if (kind === 'fund_flow') return shop.gateway.readFundFlowBill(day, source)
  return shop.gateway.readTradeBill(day, source, (rows) => shop.store.insertBillRows(fileId, rows))
}

type Finished = { fileId: number | null; totals: BillDay['totals'] }

async function finish(shop: Shop, bill: BillDay, { fileId, totals }: Finished): Promise<Reconciled> {
  const comparedAt = shop.now()
  const status = fileId === null ? 'no_bill' : 'compared'
  if (bill.kind === 'trade') await compare(shop, bill.day, fileId, comparedAt)
  const done = { status, fileId, totals, problem: null, problemLine: null, comparedAt, nextCheckAt: null } as const
  const after: BillDay = { ...bill, ...done, version: bill.version + 1 }
  const isWritten = await shop.store.finishBill(bill, after, comparedAt)
  if (!isWritten) return 'waiting'
  // The next day had to do without this one's last hour.
  if (bill.kind === 'trade') await shop.store.checkBillNow({ ...bill, day: dayAfter(bill.day) }, comparedAt)
  shop.log.info('bill_compared', { day: bill.day, kind: bill.kind, status })
  return status
}

/** Compares a file with the shop piece by piece, and then the shop with what it names. */
async function compare(shop: Shop, day: Day, fileId: number | null, at: number): Promise<void> {
  const { store, gateway } = shop
  if (fileId !== null) {
    await gateway.readTradeBill(day, bytesOf(shop, fileId), (rows) => compareRows(shop, { day, fileId, at }, rows))
  }
  const window = await windowOf(shop, day)
  for (let after: Pick<Ours, 'type' | 'number'> | null = null; ; ) {
    const due = await store.listOursDue(window, { after, limit: BATCH })
    const last = due.at(-1)
    if (last === undefined) return
    const numbers = due.map(({ number }) => number)
    const billed = await store.listBilled(numbers, { fileId: fileId ?? 0, beforeLine: Number.MAX_SAFE_INTEGER })
    const found = compareBill({ mchId: '', rows: [], ours: [], due, billed })
    if (found.length > 0) await store.putDifferences(day, found, at)
    after = last
  }
}

type Comparison = { day: Day; fileId: number; at: number }

async function compareRows({ store, gateway }: Shop, { day, fileId, at }: Comparison, rows: BillRow[]): Promise<void> {
  const ours = await store.listOursOf(rows)
  const beforeLine = rows[0]?.line ?? 0
  const billed = await store.listBilled(rows.map(numberOf), { fileId, beforeLine })
  const found = compareBill({ mchId: gateway.mchId, rows, ours, due: [], billed })
  if (found.length > 0) await store.putDifferences(day, found, at)
}

/**
 * What of ours has to be in a bill by now: all of the day but its last hour, which is looked for with the next day, and
 * the last hour of the day before, unless that one's bill is still to come.
 */
async function windowOf({ store }: Shop, day: Day): Promise<{ from: number; to: number }> {
  const before = await store.findBill({ day: dayAfter(day, -1), kind: 'trade' })
  const begin = beginOf(day)
  const isWaiting = before?.status === 'waiting'
  return { from: isWaiting ? begin + EDGE_MS : begin - EDGE_MS, to: beginOf(dayAfter(day)) - EDGE_MS }
}
