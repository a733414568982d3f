import { sql } from 'drizzle-orm'
import {
  type AnySQLiteColumn,
  blob,
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
} from 'drizzle-orm/sqlite-core'
import type { AdminAction, Role } from '@/lib/shop/audit'
import type { Evidence, SaidFields } from '@/lib/shop/evidence'
import { type Check, type NotificationKind, type Reply, TO_LOOK_AT, type Verdict } from '@/lib/shop/notification'
import type { ApiVersion } from '@/lib/shop/payment'
import { at, isOneOf, isWhole, isWholeOrNull, json, oneOf } from './columns'
import { orders, transactions } from './schema'
import { adminActions, apiVersions, notificationKinds, replies, roles, verdicts } from './words'

/* What was received, called and done: the log of notifications, the calls to WeChat, the record of admin actions. */

export const notifications = sqliteTable(
  'notifications',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    receivedAt: at('received_at').notNull(),
    remoteAddress: text('remote_address').notNull(),
    times: integer('times').notNull(),
    replayOf: integer('replay_of'),
    bodyBytes: integer('body_bytes').notNull(),
    bodySha256: text('body_sha256').notNull(),
    verdict: oneOf<Verdict>('verdict', verdicts),
    reply: oneOf<Reply>('reply', replies),
    processedAt: at('concluded_at'),
    orderId: text('order_id').references(() => orders.id),
    outTradeNo: text('out_trade_no'),
    transactionId: text('transaction_id'),
    claimedFen: integer('claimed_fen'),
    /** What an entry takes of the log's bound; null for those that are never deleted. */
    countedBytes: integer('counted_bytes'),
    expectedSign: text('expected_sign'),
    receivedSign: text('received_sign'),
    headers: json<Record<string, string>>('headers').notNull(),
    checks: json<Check[]>('checks'),
    queryAnswer: json<Evidence>('query_answer'),
    signedText: text('signed_text'),
    // Last, because whatever stands behind a long body is only reached through all its pages.
    body: blob('body', { mode: 'buffer' }).notNull(),
    // Read with the body only, never by a list.
    apiVersion: oneOf<ApiVersion>('api_version', apiVersions).notNull().default('v2'),
    kind: oneOf<NotificationKind>('kind', notificationKinds),
  },
  (table) => [
    check('notifications_received_at', sql`typeof(${table.receivedAt}) = 'integer'`),
    check('notifications_concluded_at', isWholeOrNull(table.processedAt)),
    check('notifications_body_type', sql`typeof(${table.body}) = 'blob'`),
    check('notifications_body', sql`${table.bodyBytes} = length(${table.body})`),
    check('notifications_times', isWhole(table.times, 1, 1_000_000_000)),
    check(
      'notifications_concluded',
      sql`(${table.verdict} is null) = (${table.processedAt} is null) and (${table.verdict} is null) = (${table.reply} is null)`,
    ),
    check(
      'notifications_claimed',
      sql`${table.claimedFen} is null or (typeof(${table.claimedFen}) = 'integer' and ${table.claimedFen} >= 0)`,
    ),
    check('notifications_replay', isWholeOrNull(table.replayOf)),
    check('notifications_counted', isWholeOrNull(table.countedBytes)),
    index('notifications_by_time').on(table.receivedAt, table.id),
    index('notifications_by_verdict_and_time').on(table.verdict, table.receivedAt, table.id),
    index('notifications_to_look_at').on(table.receivedAt, table.id).where(isOneOf(table.verdict, TO_LOOK_AT)),
    index('notifications_by_transaction').on(table.transactionId, table.id),
    index('notifications_by_replay').on(table.replayOf).where(sql`${table.replayOf} is not null`),
    // What may be deleted, from the oldest on, with what each deletion gives back.
    index('notifications_counted').on(table.id, table.countedBytes).where(sql`${table.countedBytes} is not null`),
    index('notifications_unprocessed').on(table.receivedAt).where(sql`${table.verdict} is null`),
    index('notifications_by_body').on(table.bodySha256, table.verdict),
    index('notifications_by_number').on(table.outTradeNo, table.id),
    index('notifications_by_order').on(table.orderId, table.id),
  ],
)

/** How many messages ended with which verdict, by the hour in which they came: a chart must not count a whole log. */
export const verdictCounts = sqliteTable(
  'verdict_counts',
  {
    /** Hours since 1970. */
    hour: integer('hour').notNull(),
    verdict: oneOf<Verdict>('verdict', verdicts).notNull(),
    count: integer('count').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.hour, table.verdict] }),
    check('verdict_counts_hour', sql`typeof(${table.hour}) = 'integer'`),
    check('verdict_counts_count', isWhole(table.count, 1, 1_000_000_000)),
  ],
)

/** Sums that outlive the rows they were counted from. */
export const counters = sqliteTable(
  'counters',
  { name: text('name').primaryKey(), value: integer('value').notNull() },
  (table) => [check('counters_value', isWhole(table.value, 0, Number.MAX_SAFE_INTEGER))],
)

/** Who did what, when, from where. Nothing in this program changes or deletes a row of it. */
export const audit = sqliteTable(
  'audit',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    at: at('at').notNull(),
    email: text('email').notNull(),
    role: oneOf<Role>('role', roles),
    address: text('address').notNull(),
    action: oneOf<AdminAction>('action', adminActions).notNull(),
    // Orders and money stay for ever; a message that proved nothing may go, and the line about it stays.
    orderId: text('order_id').references(() => orders.id),
    notificationId: integer('notification_id'),
    transactionId: text('transaction_id').references(() => transactions.transactionId),
    detail: json<Record<string, string>>('detail').notNull(),
    outcomeOf: integer('outcome_of').references((): AnySQLiteColumn => audit.id),
  },
  (table) => [
    check('audit_at', sql`typeof(${table.at}) = 'integer'`),
    index('audit_by_action').on(table.action, table.id),
    index('audit_by_email').on(table.email, table.id),
    index('audit_by_order').on(table.orderId, table.id),
    index('audit_by_notification').on(table.notificationId, table.id),
    index('audit_by_transaction').on(table.transactionId, table.id),
  ],
)

/** Calls to WeChat, secrets masked; only the newest are kept. */
export const calls = sqliteTable(
  'calls',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    at: at('at').notNull(),
    durationMs: integer('duration_ms').notNull(),
    path: text('path').notNull(),
    outTradeNo: text('out_trade_no'),
    outcome: text('outcome').notNull(),
    isAnswered: integer('is_answered', { mode: 'boolean' }).notNull(),
    request: json<SaidFields>('request').notNull(),
    answer: json<SaidFields>('answer').notNull(),
  },
  (table) => [
    check('calls_at', sql`typeof(${table.at}) = 'integer'`),
    check('calls_duration', isWhole(table.durationMs, 0, 1_000_000_000)),
    // With what health is made of, so that it is read from the index alone.
    index('calls_by_time').on(table.at, table.isAnswered, table.durationMs),
    index('calls_by_number').on(table.outTradeNo, table.id),
  ],
)

/** One row that every program on the database writes each second, to be sure that it can. */
export const pulse = sqliteTable(
  'pulse',
  { id: integer('id').primaryKey(), beats: integer('beats').notNull() },
  (table) => [check('pulse_beats', isWhole(table.beats, 1, Number.MAX_SAFE_INTEGER))],
)
