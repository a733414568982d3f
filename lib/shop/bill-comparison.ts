import { beginOf, type Day, dayAfter } from './beijing'
import { type BillKind, type BillRow, isTradeTotals, type MilliFen, type Moves, wechatNumberOf } from './bill'
import { compareBill, numberOf } from './compare-bill'
import { compareFlow, compareNet } from './compare-flow'
import type { FoundDifference, Ours } from './difference'
import type { Shop } from './shop'

/* Kept files are compared piece by piece, so that a long bill needs no more memory than a short one. */

/** Payments and refunds that are compared at a time. */
const BATCH = 500
/**
 * WeChat's clock and ours, the moment of a payment and the word of it, and a bill and the account's flow, are never
 * further apart: what is this near to midnight is looked for in the bills of both days.
 */
const EDGE_MS = 3600_000

/** A file that is compared as the bill of a day; null when there is none. */
export type Comparison = { day: Day; fileId: number | null; at: number }

/** So much of a file is worked on at a time: less than a batch. */
const SLICE_BYTES = 64 * 1024

/** Whoever waits for this process has a turn: a store may answer without ever waiting for anything. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** The bytes of a file that is kept. However long it is, requests are served in between. */
export async function* bytesOf({ store }: Pick<Shop, 'store'>, fileId: number): AsyncGenerator<Uint8Array> {
  for (let place = 0; ; place += 1) {
    const bytes = await store.readBillChunk(fileId, place)
    if (bytes === null) return
    for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
      yield bytes.subarray(start, start + SLICE_BYTES)
      await turn()
    }
  }
}

/** Compares a trade bill with the shop, and then the shop with what the bill names. */
export async function compareTradeBill(shop: Shop, comparison: Comparison): Promise<void> {
  const { store, gateway } = shop
  const { day, fileId } = comparison
  if (fileId !== null) {
    await gateway.readTradeBill(day, bytesOf(shop, fileId), (rows) => compareRows(shop, comparison, rows))
  }
  const window = await windowOf(shop, day, 'trade')
  for (let after: Pick<Ours, 'type' | 'number'> | null = null; ; ) {
    const due = await store.listOursDue(window, { after, limit: BATCH })
    const last = due.at(-1)
    if (last === undefined) return
    const numbers = due.map(({ number }) => number)
    const billed = await store.listBilled(numbers, { fileId: fileId ?? 0, beforeLine: Number.MAX_SAFE_INTEGER })
    await put(shop, comparison, compareBill({ mchId: '', feeRate: null, rows: [], ours: [], due, billed }))
    await turn()
    after = last
  }
}

async function compareRows(shop: Shop, comparison: Comparison, rows: BillRow[]): Promise<void> {
  const { store, gateway, feeRate } = shop
  const ours = await store.listOursOf(rows)
  const place = { fileId: comparison.fileId ?? 0, beforeLine: rows[0]?.line ?? 0 }
  const billed = await store.listBilled(rows.map(numberOf), place)
  await put(shop, comparison, compareBill({ mchId: gateway.mchId, feeRate, rows, ours, due: [], billed }))
}

async function put({ store }: Shop, { day, at }: Comparison, found: FoundDifference[]): Promise<void> {
  if (found.length > 0) await store.putDifferences(day, found, at)
}

/**
 * What has to be in a bill by now: all of the day but its last hour, which is looked for with the next day, and the last
 * hour of the day before, unless that one's bill is still to come.
 */
async function windowOf({ store }: Shop, day: Day, kind: BillKind): Promise<{ from: number; to: number }> {
  const before = await store.findBill({ day: dayAfter(day, -1), kind })
  const begin = beginOf(day)
  const isWaiting = before?.status === 'waiting'
  return { from: isWaiting ? begin + EDGE_MS : begin - EDGE_MS, to: beginOf(dayAfter(day)) - EDGE_MS }
}

/** Compares the account's flow with the trade bill of its day, which has been compared, and then the other way round. */
export async function compareFundFlow(shop: Shop, comparison: Comparison): Promise<void> {
  const { day, fileId } = comparison
  const trade = await shop.store.findBill({ day, kind: 'trade' })
  // Where nothing was moved by any payment no line tells anything: that the net differs is said once for the day.
  const net =
    fileId !== null && (await hasMoves(shop, fileId)) ? await compareMoves(shop, { ...comparison, fileId }) : 0
  const totals = trade?.totals ?? null
  if (net === null || !isTradeTotals(totals)) return
  const found = compareNet(day, totals, net)
  await put(shop, comparison, found === null ? [] : [found])
}

/** Whether a file has any payment, refund or fee: an account may be another one than that of the sales. */
async function hasMoves({ store }: Shop, fileId: number): Promise<boolean> {
  const ever = { fileIds: [fileId], from: 0, to: Number.MAX_SAFE_INTEGER }
  return (await store.listMoves(ever, { after: null, limit: 1 })).length > 0
}

/** What the day's trade bill came to on the account, as `compareFlow` has it. */
async function compareMoves(shop: Shop, comparison: Comparison & { fileId: number }): Promise<MilliFen | null> {
  const { store } = shop
  const { day, fileId } = comparison
  const fileOf = async (days: number, kind: BillKind) => {
    const bill = await store.findBill({ day: dayAfter(day, days), kind })
    return bill?.fileId ?? null
  }
  const beside = [await fileOf(-1, 'fund_flow'), await fileOf(1, 'fund_flow')].flatMap((it) => it ?? [])
  const flows = [fileId, ...beside]
  const window = await windowOf(shop, day, 'fund_flow')
  const within = { flows, ...window }
  const net = await compareTraded(shop, comparison, { ...within, day, fileId: await fileOf(0, 'trade') })
  if (window.from < beginOf(day)) {
    await compareTraded(shop, comparison, { ...within, day: dayAfter(day, -1), fileId: await fileOf(-1, 'trade') })
  }
  for (let after: string | null = null; ; ) {
    const due: Moves[] = await store.listMoves({ fileIds: flows, ...window }, { after, limit: BATCH })
    const last = due.at(-1)
    if (last === undefined) return net
    const traded = await store.listTraded(due.map(({ wechatNumber }) => wechatNumber))
    await put(shop, comparison, compareFlow({ rows: [], moves: [], due, traded }).found)
    await turn()
    after = last.wechatNumber
  }
}

type Traded = { day: Day; fileId: number | null; flows: number[]; from: number; to: number }

/** Looks for the lines of a trade bill in the account's flow; gives what all of them came to there. */
async function compareTraded(shop: Shop, comparison: Comparison, traded: Traded): Promise<MilliFen | null> {
  const { day, fileId, flows, from, to } = traded
  if (fileId === null) return 0
  const { store, gateway } = shop
  let net: MilliFen | null = 0
  await gateway.readTradeBill(day, bytesOf(shop, fileId), async (batch) => {
    const rows = batch.filter(({ mchId }) => mchId === gateway.mchId)
    // An older version did not note WeChat's numbers.
    await store.insertBillRows(fileId, batch)
    const moves = await store.listMovesOf(rows.map(wechatNumberOf), flows)
    const { found, netMilliFen } = compareFlow({ rows, moves, due: [], traded: [] })
    net = net === null || netMilliFen === null ? null : net + netMilliFen
    const isDue = ({ there }: FoundDifference) => there !== null && there.at >= from && there.at < to
    await put(shop, comparison, await withOrders(shop, found.filter(isDue)))
  })
  return net
}

/** What differs on the account has the order of its payment beside it. */
async function withOrders({ store }: Shop, found: FoundDifference[]): Promise<FoundDifference[]> {
  if (found.length === 0) return found
  const ours = await store.listOursOf(found.flatMap(({ there }) => there ?? []))
  const orderOf = new Map(ours.map(({ type, number, orderId }) => [`${type} ${number}`, orderId]))
  return found.map((it) => ({ ...it, orderId: orderOf.get(`${it.subject} ${it.number}`) ?? null }))
}
