import { beginOf, type Day, dayAfter, dayOf } from './beijing'
import {
  BILL_DAYS_MAX,
  type BillAnswer,
  type BillDay,
  type BillKey,
  type BillReading,
  type BillTotals,
  type FundFlowTotals,
  isPatient,
  nextBillCheckAt,
} from './bill'
import { bytesOf, compareFundFlow, compareTradeBill } from './bill-comparison'
import { checkDifference } from './settle-difference'
import type { Shop } from './shop'

/** A bill's bytes are kept in pieces of this size, so that a long one needs no more memory than a short one. */
const CHUNK_BYTES = 256 * 1024
/** Differences that are queried in one round. */
const QUERIED_MAX = 20

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
  // The file is kept; what it is compared with is not there yet.
  if (await isAhead(shop, bill)) return wait(shop, bill, 'trade_bill_waiting', null)
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

/** Whether it is the account's flow of a day whose trade bill is still to come. */
async function isAhead({ store }: Shop, { day, kind }: BillKey): Promise<boolean> {
  if (kind === 'trade') return false
  const trade = await store.findBill({ day, kind: 'trade' })
  return trade === null || trade.status === 'waiting'
}

/** A day without money has no bill, and neither has one that is not ready: it is asked once more before it is believed. */
async function withoutFile(shop: Shop, bill: BillDay, answer: BillAnswer): Promise<Reconciled> {
  if (answer.type === 'no_bill' && bill.problem === 'no_bill' && !(await isAhead(shop, bill))) {
    return finish(shop, bill, { fileId: null, totals: null })
  }
  if (answer.type === 'failed') return wait(shop, bill, answer.problem, null)
  return wait(shop, bill, answer.type, null)
}

async function wait(shop: Shop, bill: BillDay, problem: string, line: number | null): Promise<Reconciled> {
  const now = shop.now()
  const nextCheckAt = nextBillCheckAt(bill, isPatient(problem), now)
  const after = { ...bill, problem, problemLine: line, nextCheckAt, version: bill.version + 1 }
  await shop.store.replaceBill(bill, after)
  if (!isPatient(problem)) shop.log.warn('bill_failed', { day: bill.day, kind: bill.kind, problem, line })
  return 'waiting'
}

function read(shop: Shop, { day, kind }: BillKey, fileId: number): Promise<BillReading<BillTotals | FundFlowTotals>> {
  const source = bytesOf(shop, fileId)
  if (kind === 'fund_flow') {
    return shop.gateway.readFundFlowBill(day, source, (rows) => shop.store.insertFlowRows(fileId, rows))
  }
  return shop.gateway.readTradeBill(day, source, (rows) => shop.store.insertBillRows(fileId, rows))
}

type Finished = { fileId: number | null; totals: BillDay['totals'] }

async function finish(shop: Shop, bill: BillDay, { fileId, totals }: Finished): Promise<Reconciled> {
  const comparedAt = shop.now()
  const status = fileId === null ? 'no_bill' : 'compared'
  const compare = bill.kind === 'trade' ? compareTradeBill : compareFundFlow
  await compare(shop, { day: bill.day, fileId, at: comparedAt })
  const done = { status, fileId, totals, problem: null, problemLine: null, comparedAt, nextCheckAt: null } as const
  const after: BillDay = { ...bill, ...done, version: bill.version + 1 }
  const isWritten = await shop.store.finishBill(bill, after, comparedAt)
  if (!isWritten) return 'waiting'
  if (bill.status === 'waiting' || bill.fileId !== fileId) await checkBeside(shop, bill, comparedAt)
  shop.log.info('bill_compared', { day: bill.day, kind: bill.kind, status })
  return status
}

/** What was compared without this bill is compared again: the next day had to do without its last hour. */
async function checkBeside({ store }: Shop, { day, kind }: BillKey, at: number): Promise<void> {
  await store.checkBillNow({ day: dayAfter(day), kind }, at)
  if (kind === 'trade') await store.checkBillNow({ day, kind: 'fund_flow' }, at)
}
