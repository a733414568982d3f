import { sql } from 'drizzle-orm'
import type { AdminAction, Role } from '@/lib/shop/audit'
import type { Evidence, SaidFields } from '@/lib/shop/evidence'
import { type Check, type NotificationKind, type Reply, TO_LOOK_AT, type Verdict } from '@/lib/shop/notification'
import type { ApiVersion } from '@/lib/shop/payment'
import {
  type AnyColumn,
  at,
  bytes,
  check,
  flag,
  index,
  isBlob,
  isInteger,
  isOneOf,
  isWhole,
  isWholeOrNull,
  json,
  numbered,
  oneOf,
  primaryKey,
  table,
  text,
  whole,
} from './columns'
import { orders, transactions } from './schema'
import { adminActions, apiVersions, notificationKinds, replies, roles, verdicts } from './words'

/* What was received, called and done: the log of notifications, the calls to WeChat, the record of admin actions. */

export const notifications = table(
  'notifications',
  {
    id: numbered('id'),
    receivedAt: at('received_at').notNull(),
    remoteAddress: text('remote_address').notNull(),
    times: whole('times').notNull(),
    replayOf: whole('replay_of'),
    bodyBytes: whole('body_bytes').notNull(),
    bodySha256: text('body_sha256').notNull(),
    verdict: oneOf<Verdict>('verdict', verdicts),
    reply: oneOf<Reply>('reply', replies),
    processedAt: at('concluded_at'),
    orderId: text('order_id').references(() => orders.id),
    outTradeNo: text('out_trade_no'),
    transactionId: text('transaction_id'),
    claimedFen: whole('claimed_fen'),
    /** What an entry takes of the log's bound; null for those that are never deleted. */
    countedBytes: whole('counted_bytes'),
    expectedSign: text('expected_sign'),
    receivedSign: text('received_sign'),
    headers: json<Record<string, string>>('headers').notNull(),
    checks: json<Check[]>('checks'),
    queryAnswer: json<Evidence>('query_answer'),
    signedText: text('signed_text'),
    // Last, because whatever stands behind a long body is only reached through all its pages.
    body: bytes('body').notNull(),
    // Read with the body only, never by a list.
    apiVersion: oneOf<ApiVersion>('api_version', apiVersions).notNull().default('v2'),
    kind: oneOf<NotificationKind>('kind', notificationKinds),
    outRefundNo: text('out_refund_no'),
    /** When the last of those came that are counted here; null when there are none. */
    lastSeenAt: at('last_seen_at'),
  },
  (columns) => [
    check('notifications_received_at', isInteger(columns.receivedAt)),
    check('notifications_concluded_at', isWholeOrNull(columns.processedAt)),
    check('notifications_body_type', isBlob(columns.body)),
    check('notifications_body', sql`${columns.bodyBytes} = length(${columns.body})`),
    check('notifications_times', isWhole(columns.times, 1, 1_000_000_000)),
    check(
      'notifications_concluded',
      sql`(${columns.verdict} is null) = (${columns.processedAt} is null) and (${columns.verdict} is null) = (${columns.reply} is null)`,
    ),
    check(
      'notifications_claimed',
      sql`${columns.claimedFen} is null or (${isInteger(columns.claimedFen)} and ${columns.claimedFen} >= 0)`,
    ),
    check('notifications_last_seen', isWholeOrNull(columns.lastSeenAt)),
    check('notifications_replay', isWholeOrNull(columns.replayOf)),
    check('notifications_counted', isWholeOrNull(columns.countedBytes)),
    index('notifications_by_time').on(columns.receivedAt, columns.id),
    index('notifications_by_verdict_and_time').on(columns.verdict, columns.receivedAt, columns.id),
    index('notifications_to_look_at').on(columns.receivedAt, columns.id).where(isOneOf(columns.verdict, TO_LOOK_AT)),
    index('notifications_by_transaction').on(columns.transactionId, columns.id),
    index('notifications_by_replay').on(columns.replayOf).where(sql`${columns.replayOf} is not null`),
    // What may be deleted, from the oldest on, with what each deletion gives back.
    index('notifications_counted').on(columns.id, columns.countedBytes).where(sql`${columns.countedBytes} is not null`),
    index('notifications_unprocessed').on(columns.receivedAt).where(sql`${columns.verdict} is null`),
    index('notifications_by_body').on(columns.bodySha256, columns.verdict),
    index('notifications_by_number').on(columns.outTradeNo, columns.id),
    index('notifications_by_order').on(columns.orderId, columns.id),
    index('notifications_by_refund').on(columns.outRefundNo, columns.id).where(sql`${columns.outRefundNo} is not null`),
  ],
)

/** How many messages ended with which verdict, by the hour in which they came: a chart must not count a whole log. */
export const verdictCounts = table(
  'verdict_counts',
  {
    /** Hours since 1970. */
    hour: whole('hour').notNull(),
    verdict: oneOf<Verdict>('verdict', verdicts).notNull(),
    count: whole('count').notNull(),
  },
  (columns) => [
    primaryKey({ columns: [columns.hour, columns.verdict] }),
    check('verdict_counts_hour', isInteger(columns.hour)),
    check('verdict_counts_count', isWhole(columns.count, 1, 1_000_000_000)),
  ],
)

/** Sums that outlive the rows they were counted from. */
export const counters = table(
  'counters',
  { name: text('name').primaryKey(), value: whole('value').notNull() },
  (columns) => [check('counters_value', isWhole(columns.value, 0, Number.MAX_SAFE_INTEGER))],
)

/** Who did what, when, from where. Nothing in this program changes or deletes a row of it. */
export const audit = table(
  'audit',
  {
    id: numbered('id'),
    at: at('at').notNull(),
    email: text('email').notNull(),
    role: oneOf<Role>('role', roles),
    address: text('address').notNull(),
    action: oneOf<AdminAction>('action', adminActions).notNull(),
    // Orders and money stay for ever; a message that proved nothing may go, and the line about it stays.
    orderId: text('order_id').references(() => orders.id),
    notificationId: whole('notification_id'),
    transactionId: text('transaction_id').references(() => transactions.transactionId),
    detail: json<Record<string, string>>('detail').notNull(),
    outcomeOf: whole('outcome_of').references((): AnyColumn => audit.id),
  },
  (columns) => [
    check('audit_at', isInteger(columns.at)),
    index('audit_by_action').on(columns.action, columns.id),
    index('audit_by_email').on(columns.email, columns.id),
    index('audit_by_order').on(columns.orderId, columns.id),
    index('audit_by_notification').on(columns.notificationId, columns.id),
    index('audit_by_transaction').on(columns.transactionId, columns.id),
  ],
)

/** Calls to WeChat, secrets masked; only the newest are kept. */
export const calls = table(
  'calls',
  {
    id: numbered('id'),
    at: at('at').notNull(),
    durationMs: whole('duration_ms').notNull(),
    path: text('path').notNull(),
    outTradeNo: text('out_trade_no'),
    outcome: text('outcome').notNull(),
    isAnswered: flag('is_answered'),
    request: json<SaidFields>('request').notNull(),
    answer: json<SaidFields>('answer').notNull(),
    outRefundNo: text('out_refund_no'),
  },
  (columns) => [
    check('calls_at', isInteger(columns.at)),
    check('calls_duration', isWhole(columns.durationMs, 0, 1_000_000_000)),
    // With what health is made of, so that it is read from the index alone.
    index('calls_by_time').on(columns.at, columns.isAnswered, columns.durationMs),
    index('calls_by_number').on(columns.outTradeNo, columns.id),
    index('calls_by_refund').on(columns.outRefundNo, columns.id).where(sql`${columns.outRefundNo} is not null`),
  ],
)
