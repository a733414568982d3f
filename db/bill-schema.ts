import { sql } from 'drizzle-orm'
import type { BillKind, BillRow, BillStatus, BillTotals, FlowRow, FundFlowTotals } from '@/lib/shop/bill'
import type { DifferenceEnd, DifferenceKind, DifferenceSubject, Moved, Ours } from '@/lib/shop/difference'
import {
  at,
  bytes,
  COUNT_MAX,
  check,
  flag,
  index,
  isBlob,
  isInteger,
  isWhole,
  isWholeOrNull,
  json,
  numbered,
  oneOf,
  primaryKey,
  table,
  text,
  uniqueIndex,
  whole,
} from './columns'
import { orders } from './schema'
import { billKinds, billStatuses, differenceEnds, differenceKinds, differenceSubjects } from './words'

/** A bill as it was downloaded. A file is written once; one without an end of its download is no file. */
export const billFiles = table(
  'bill_files',
  {
    id: numbered('id'),
    day: text('day').notNull(),
    kind: oneOf<BillKind>('kind', billKinds).notNull(),
    fetchedAt: at('fetched_at').notNull(),
    /** Of the whole file, uncompressed; null until all of it is here. */
    sha256: text('sha256'),
    bytes: whole('bytes'),
  },
  (columns) => [
    check('bill_files_fetched_at', isInteger(columns.fetchedAt)),
    check('bill_files_whole', sql`(${columns.sha256} is null) = (${columns.bytes} is null)`),
    uniqueIndex('bill_files_once').on(columns.day, columns.kind, columns.sha256),
  ],
)

/** Its bytes in pieces, each compressed by itself: all of them one after the other are a gzip file. */
export const billChunks = table(
  'bill_chunks',
  {
    fileId: whole('file_id')
      .notNull()
      .references(() => billFiles.id),
    place: whole('place').notNull(),
    packed: bytes('packed').notNull(),
  },
  (columns) => [
    primaryKey({ columns: [columns.fileId, columns.place] }),
    check('bill_chunks_place', isWhole(columns.place, 0, COUNT_MAX)),
    check('bill_chunks_packed', isBlob(columns.packed)),
  ],
)

/** Which payments and refunds a bill names, so that a number is found in any of them. */
export const billRows = table(
  'bill_rows',
  {
    fileId: whole('file_id')
      .notNull()
      .references(() => billFiles.id),
    line: whole('line').notNull(),
    subject: oneOf<BillRow['type']>('subject', differenceSubjects).notNull(),
    number: text('number').notNull(),
    /** WeChat's own; null in rows that an older version noted. */
    wechatNumber: text('wechat_number'),
  },
  (columns) => [
    primaryKey({ columns: [columns.fileId, columns.line] }),
    check('bill_rows_line', isWhole(columns.line, 1, COUNT_MAX)),
    index('bill_rows_by_number').on(columns.number),
    index('bill_rows_by_wechat_number').on(columns.wechatNumber),
  ],
)

/** What payments and refunds moved on the account, line by line as a fund-flow bill has it. */
export const billFlows = table(
  'bill_flows',
  {
    fileId: whole('file_id')
      .notNull()
      .references(() => billFiles.id),
    line: whole('line').notNull(),
    type: oneOf<FlowRow['type']>('type', differenceSubjects).notNull(),
    isFee: flag('is_fee'),
    at: at('at').notNull(),
    wechatNumber: text('wechat_number').notNull(),
    number: text('number').notNull(),
    amountFen: whole('amount_fen').notNull(),
  },
  (columns) => [
    primaryKey({ columns: [columns.fileId, columns.wechatNumber, columns.line] }),
    check('bill_flows_line', isWhole(columns.line, 1, COUNT_MAX)),
    check('bill_flows_at', isInteger(columns.at)),
    check('bill_flows_amount_fen', isInteger(columns.amountFen)),
  ],
)

export const billDays = table(
  'bill_days',
  {
    day: text('day').notNull(),
    kind: oneOf<BillKind>('kind', billKinds).notNull(),
    status: oneOf<BillStatus>('status', billStatuses).notNull(),
    fileId: whole('file_id').references(() => billFiles.id),
    totals: json<BillTotals | FundFlowTotals>('totals'),
    problem: text('problem'),
    problemLine: whole('problem_line'),
    comparedAt: at('compared_at'),
    checks: whole('checks').notNull(),
    nextCheckAt: at('next_check_at'),
    version: whole('version').notNull(),
  },
  (columns) => [
    primaryKey({ columns: [columns.day, columns.kind] }),
    check('bill_days_compared', sql`(${columns.status} = 'waiting') = (${columns.comparedAt} is null)`),
    check('bill_days_next_check_at', isWholeOrNull(columns.nextCheckAt)),
    check('bill_days_checks', isWhole(columns.checks, 0, COUNT_MAX)),
    check('bill_days_version', isWhole(columns.version, 1, COUNT_MAX)),
    index('bill_days_by_file').on(columns.fileId).where(sql`${columns.fileId} is not null`),
    index('bill_days_by_scheduled_check').on(columns.nextCheckAt).where(sql`${columns.nextCheckAt} is not null`),
  ],
)

/** What a bill and the shop did not agree on. A row is never deleted; it ends, and says who or what ended it. */
export const billDifferences = table(
  'bill_differences',
  {
    id: numbered('id'),
    day: text('day').notNull(),
    key: text('key').notNull(),
    kind: oneOf<DifferenceKind>('kind', differenceKinds).notNull(),
    subject: oneOf<DifferenceSubject>('subject', differenceSubjects).notNull(),
    number: text('number').notNull(),
    orderId: text('order_id').references(() => orders.id),
    here: json<Ours>('here'),
    there: json<BillRow>('there'),
    moved: json<Moved>('moved'),
    foundAt: at('found_at').notNull(),
    seenAt: at('seen_at').notNull(),
    end: oneOf<DifferenceEnd>('end', differenceEnds),
    endedAt: at('ended_at'),
    endedBy: text('ended_by'),
    note: text('note'),
    problem: text('problem'),
    checks: whole('checks').notNull(),
    nextCheckAt: at('next_check_at'),
    version: whole('version').notNull(),
  },
  (columns) => [
    uniqueIndex('bill_differences_once').on(columns.day, columns.key),
    check('bill_differences_instants', sql`${isInteger(columns.foundAt)} and ${isInteger(columns.seenAt)}`),
    check(
      'bill_differences_ended',
      sql`(${columns.end} is null) = (${columns.endedAt} is null) and (${columns.end} is null) = (${columns.endedBy} is null)`,
    ),
    check('bill_differences_scheduled', sql`${columns.nextCheckAt} is null or ${columns.end} is null`),
    check('bill_differences_checks', isWhole(columns.checks, 0, COUNT_MAX)),
    check('bill_differences_version', isWhole(columns.version, 1, COUNT_MAX)),
    index('bill_differences_open').on(columns.day, columns.id).where(sql`${columns.end} is null`),
    index('bill_differences_by_order').on(columns.orderId).where(sql`${columns.orderId} is not null`),
    index('bill_differences_by_scheduled_check').on(columns.nextCheckAt).where(sql`${columns.nextCheckAt} is not null`),
  ],
)
