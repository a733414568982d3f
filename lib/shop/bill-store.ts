import type { NewAuditEntry } from './audit'
import type { Day } from './beijing'
import type { BillDay, BillFile, BillKey, BillRow, FlowRow, Moves, ReviewedBillDay } from './bill'
import type { Difference, DifferenceKind, FoundDifference, Ours } from './difference'

/* What the store keeps of bills and of what came of comparing them. */

export interface BillStore {
  /** When the first order was made; null in a new shop. */
  findFirstOrderAt(): Promise<number | null>
  /** Writes down bills that are to be fetched from `nextCheckAt` on; leaves those that are there. */
  openBillDays(keys: BillKey[], nextCheckAt: number): Promise<void>
  /** The oldest bill whose time has come; null most of the time. Claiming it keeps it from others for some minutes. */
  claimDueBill(now: number): Promise<BillDay | null>
  /** The same for one bill, whether its time has come or not. */
  claimBill(key: BillKey, now: number): Promise<BillDay>
  findBill(key: BillKey): Promise<BillDay | null>
  /** Has a bill that was compared compared once more. */
  checkBillNow(key: BillKey, at: number): Promise<void>
  /** Writes `after` only if the bill is still at `before.version`; says whether it did. */
  replaceBill(before: BillDay, after: BillDay): Promise<boolean>
  /** The same at the end of a comparison, and ends the open differences of the day that it did not find. */
  finishBill(before: BillDay, after: BillDay, comparedAt: number): Promise<boolean>
  /** Bills from one day to another, both included, oldest first. */
  listBillDays(from: Day, to: Day): Promise<ReviewedBillDay[]>

  /** Begins a file; one of the same bill that was begun before a claim's time and never completed is forgotten. Gives its number. */
  beginBillFile(key: BillKey, fetchedAt: number): Promise<number>
  appendBillChunk(fileId: number, place: number, bytes: Uint8Array): Promise<void>
  /** Says that a file is whole. Gives its number, or that of a file of the same bill with the very same bytes. */
  completeBillFile(fileId: number, whole: Pick<BillFile, 'sha256' | 'bytes'>): Promise<number>
  /** Forgets a file that is not whole. */
  dropBillFile(fileId: number): Promise<void>
  /** A piece of a file, by its place from 0 on; null after the last one. */
  readBillChunk(fileId: number, place: number): Promise<Uint8Array | null>
  /** All files of a bill, newest first. */
  listBillFiles(key: BillKey): Promise<BillFile[]>
  /** Notes which payments and refunds a trade bill names; may be repeated. */
  insertBillRows(fileId: number, rows: BillRow[]): Promise<void>

  /** The same of a fund-flow bill. */
  insertFlowRows(fileId: number, rows: FlowRow[]): Promise<void>

  /** What is known here of some lines. */
  listOursOf(rows: readonly BillRow[]): Promise<Ours[]>
  /** What WeChat said here was paid or taken on in a piece of time: payments first, each by their numbers, from a place on. */
  listOursDue(
    window: { from: number; to: number },
    page: { after: Pick<Ours, 'type' | 'number'> | null; limit: number },
  ): Promise<Ours[]>
  /** Which of some numbers stand in a file before a line, or in the compared file of another day. */
  listBilled(numbers: string[], place: { fileId: number; beforeLine: number }): Promise<Pick<Ours, 'type' | 'number'>[]>
  /** What some payments and refunds moved, by WeChat's numbers of them, as these files have it. */
  listMovesOf(wechatNumbers: string[], fileIds: number[]): Promise<Moves[]>
  /** All that was moved in a piece of time, as these files have it, by WeChat's numbers, from one on. */
  listMoves(
    place: { fileIds: number[]; from: number; to: number },
    page: { after: string | null; limit: number },
  ): Promise<Moves[]>
  /** Which of WeChat's numbers stand in the compared trade bill of any day. */
  listTraded(wechatNumbers: string[]): Promise<string[]>
}

/** `number` is the shop's or WeChat's, of the payment, the refund or the order. */
export type DifferenceFilter = { kind?: DifferenceKind | null; number?: string | null }

export interface DifferenceStore {
  /** Writes down what a comparison found: new ones, known ones once more; what had ended by itself is open again. */
  putDifferences(day: Day, found: FoundDifference[], seenAt: number): Promise<void>
  /** Open differences about which WeChat is to be queried now. Claiming sets the next time, as of `claimDuePayments`. */
  claimDueDifferences(now: number, limit: number): Promise<Difference[]>
  /** Writes `after`, with an entry in the record, only if it is still at `before.version`; says whether it did. */
  replaceDifference(before: Difference, after: Difference, entry?: NewAuditEntry | null): Promise<boolean>
  findDifference(id: number): Promise<Difference | null>
  /** Of a day, in the order in which they were found, from a place on; open and ended ones when null. */
  listDifferences(
    day: Day,
    page: DifferenceFilter & { isOpen: boolean | null; after: number | null; limit: number },
  ): Promise<Difference[]>
  /** How many of each kind there are of a day, in the order of `DIFFERENCE_KINDS`; none of those that it does not have. */
  countDifferences(day: Day): Promise<{ kind: DifferenceKind; open: number; ended: number }[]>
  /** How many are open, counted up to `max`, and of which day the oldest is. */
  countOpenDifferences(max: number): Promise<{ count: number; oldestDay: Day | null }>
}
