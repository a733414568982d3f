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
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import { type Actor, ADMIN_ACTIONS, type AdminAction } from '@/lib/shop/audit'
import { FEN_MAX } from '@/lib/shop/limits'
import type { Currency, Fen } from '@/lib/shop/money'
import { type Check, type Evidence, TO_LOOK_AT, VERDICTS, type Verdict } from '@/lib/shop/notification'
import { CAUSES, type Cause, type OrderStatus } from '@/lib/shop/order'
import { CHANNELS, type Channel, type PaymentStatus, type TransactionOutcome } from '@/lib/shop/payment'
import type { Localized } from '@/lib/shop/product'

/*
 * SQLite puts 1.5 and 'abc' into an integer column without a word, so every number is checked by the table itself.
 * Instants are epoch milliseconds, money is whole fen.
 */

const fen = (name: string) => integer(name).$type<Fen>()
const at = (name: string) => integer(name)
const json = <T>(name: string) => text(name, { mode: 'json' }).$type<T>()

const isWhole = (column: AnySQLiteColumn, min: number, max: number) =>
  sql`typeof(${column}) = 'integer' and ${column} between ${sql.raw(String(min))} and ${sql.raw(String(max))}`
const isWholeOrNull = (column: AnySQLiteColumn) => sql`${column} is null or typeof(${column}) = 'integer'`
const isOneOf = (column: AnySQLiteColumn, words: readonly string[]) =>
  sql`${column} in (${sql.raw(words.map((word) => `'${word}'`).join(', '))})`

const COUNT_MAX = 1_000_000

export const products = sqliteTable(
  'products',
  {
    id: text('id').primaryKey(),
    slug: text('slug').notNull().unique(),
    name: json<Localized>('name').notNull(),
    description: json<Localized>('description').notNull(),
    priceFen: fen('price_fen').notNull(),
    stock: integer('stock').notNull(),
    stockInitial: integer('stock_initial').notNull(),
    image: text('image').notNull(),
    position: integer('position').notNull(),
  },
  (table) => [
    check('products_price', isWhole(table.priceFen, 1, FEN_MAX)),
    check('products_stock', isWhole(table.stock, 0, COUNT_MAX)),
    check('products_position', isWhole(table.position, 0, COUNT_MAX)),
    check('products_stock_initial', isWhole(table.stockInitial, 0, COUNT_MAX)),
  ],
)

export const orders = sqliteTable(
  'orders',
  {
    id: text('id').primaryKey(),
    status: text('status').$type<OrderStatus>().notNull(),
    amountFen: fen('amount_fen').notNull(),
    currency: text('currency').$type<Currency>().notNull(),
    createdAt: at('created_at').notNull(),
    expiresAt: at('expires_at').notNull(),
    paidAt: at('paid_at'),
    closedAt: at('closed_at'),
    transactionId: text('transaction_id').unique(),
    idempotencyKey: text('idempotency_key').unique(),
    fingerprint: text('fingerprint'),
    version: integer('version').notNull(),
    shippedAt: at('shipped_at'),
    /** Of its newest payment, so that orders can be listed by it. */
    channel: text('channel').$type<Channel>(),
  },
  (table) => [
    check('orders_currency', isOneOf(table.currency, ['CNY'])),
    check('orders_status', isOneOf(table.status, ['pending', 'paid', 'closed'])),
    check('orders_amount', isWhole(table.amountFen, 1, FEN_MAX)),
    check('orders_paid', sql`(${table.status} = 'paid') = (${table.transactionId} is not null)`),
    check('orders_version', isWhole(table.version, 1, COUNT_MAX)),
    check('orders_instants', sql`typeof(${table.createdAt}) = 'integer' and typeof(${table.expiresAt}) = 'integer'`),
    check('orders_paid_at', isWholeOrNull(table.paidAt)),
    check('orders_closed_at', isWholeOrNull(table.closedAt)),
    check(
      'orders_shipped_at',
      sql`${table.shippedAt} is null or (typeof(${table.shippedAt}) = 'integer' and ${table.status} = 'paid')`,
    ),
    check('orders_channel', sql`${table.channel} is null or ${isOneOf(table.channel, CHANNELS)}`),
    index('orders_by_status').on(table.status, table.createdAt, table.id),
    index('orders_by_channel').on(table.channel, table.createdAt, table.id),
    index('orders_by_payment').on(table.paidAt).where(sql`${table.paidAt} is not null`),
    // It begins with a column that is always null, so that SQLite prefers it to walking all that were ever paid.
    index('orders_unshipped')
      .on(table.shippedAt, table.createdAt, table.id)
      .where(sql`${table.status} = 'paid' and ${table.shippedAt} is null`),
    index('orders_by_expiry').on(table.status, table.expiresAt),
    index('orders_by_creation').on(table.createdAt, table.id),
  ],
)

export const orderItems = sqliteTable(
  'order_items',
  {
    orderId: text('order_id')
      .notNull()
      .references(() => orders.id),
    position: integer('position').notNull(),
    productId: text('product_id')
      .notNull()
      .references(() => products.id),
    name: json<Localized>('name').notNull(),
    quantity: integer('quantity').notNull(),
    priceFen: fen('price_fen').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.position] }),
    check('order_items_position', isWhole(table.position, 0, COUNT_MAX)),
    check('order_items_quantity', isWhole(table.quantity, 1, COUNT_MAX)),
    check('order_items_price', isWhole(table.priceFen, 1, FEN_MAX)),
  ],
)

/** History of each order: versions without a gap, each leading from one status to the next. */
export const orderEvents = sqliteTable(
  'order_events',
  {
    orderId: text('order_id')
      .notNull()
      .references(() => orders.id),
    version: integer('version').notNull(),
    from: text('from').$type<OrderStatus>(),
    to: text('to').$type<OrderStatus>().notNull(),
    causeKind: text('cause_kind').$type<Cause['kind']>().notNull(),
    causeId: text('cause_id').notNull(),
    at: at('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.version] }),
    check('order_events_to', isOneOf(table.to, ['pending', 'paid', 'closed'])),
    check('order_events_cause', isOneOf(table.causeKind, CAUSES)),
    check('order_events_version', isWhole(table.version, 1, COUNT_MAX)),
    check('order_events_at', sql`typeof(${table.at}) = 'integer'`),
  ],
)

export const payments = sqliteTable(
  'payments',
  {
    outTradeNo: text('out_trade_no').primaryKey(),
    orderId: text('order_id')
      .notNull()
      .references(() => orders.id),
    channel: text('channel').$type<Channel>().notNull(),
    status: text('status').$type<PaymentStatus>().notNull(),
    amountFen: fen('amount_fen').notNull(),
    currency: text('currency').$type<Currency>().notNull(),
    signType: text('sign_type').notNull(),
    request: text('request').notNull(),
    prepayId: text('prepay_id'),
    codeUrl: text('code_url'),
    mwebUrl: text('mweb_url'),
    prepaidAt: at('prepaid_at'),
    transactionId: text('transaction_id').unique(),
    createdAt: at('created_at').notNull(),
    nextCheckAt: at('next_check_at'),
    checks: integer('checks').notNull(),
    version: integer('version').notNull(),
  },
  (table) => [
    check('payments_currency', isOneOf(table.currency, ['CNY'])),
    check('payments_checks', isWhole(table.checks, 0, COUNT_MAX)),
    check('payments_paid', sql`${table.status} not in ('paid', 'stray') or ${table.transactionId} is not null`),
    check('payments_channel', isOneOf(table.channel, CHANNELS)),
    check('payments_status', isOneOf(table.status, ['preparing', 'open', 'paid', 'closed', 'stray'])),
    check('payments_amount', isWhole(table.amountFen, 1, FEN_MAX)),
    check('payments_version', isWhole(table.version, 1, COUNT_MAX)),
    check('payments_created_at', sql`typeof(${table.createdAt}) = 'integer'`),
    check('payments_prepaid_at', isWholeOrNull(table.prepaidAt)),
    check(
      'payments_next_check_at',
      sql`(${table.nextCheckAt} is not null and typeof(${table.nextCheckAt}) = 'integer') = (${table.status} in ('preparing', 'open'))`,
    ),
    uniqueIndex('payments_one_live').on(table.orderId).where(sql`${table.status} in ('preparing', 'open')`),
    index('payments_by_order').on(table.orderId, table.createdAt),
    index('payments_by_appointment').on(table.nextCheckAt).where(sql`${table.nextCheckAt} is not null`),
  ],
)

/** Money that WeChat says it took. Every authentic one has a row, also when nothing can be done with it yet. */
export const transactions = sqliteTable(
  'transactions',
  {
    transactionId: text('transaction_id').primaryKey(),
    outTradeNo: text('out_trade_no').notNull(),
    orderId: text('order_id').references(() => orders.id),
    paidFen: integer('paid_fen').notNull(),
    currency: text('currency').notNull(),
    paidAt: at('paid_at').notNull(),
    outcome: text('outcome').$type<TransactionOutcome>().notNull(),
    seenAt: at('seen_at').notNull(),
    seenBy: text('seen_by').$type<'notification' | 'query'>().notNull(),
    /** When an admin had seen to it, who, and what was done. */
    resolvedAt: at('resolved_at'),
    resolvedBy: text('resolved_by'),
    resolution: text('resolution'),
  },
  (table) => [
    check('transactions_paid', isWhole(table.paidFen, 0, 999_999_999_999)),
    check('transactions_seen_by', isOneOf(table.seenBy, ['notification', 'query'])),
    check('transactions_outcome', isOneOf(table.outcome, ['applied', 'late', 'second', 'mismatch', 'unknown_order'])),
    check('transactions_order', sql`(${table.outcome} = 'unknown_order') = (${table.orderId} is null)`),
    check('transactions_instants', sql`typeof(${table.paidAt}) = 'integer' and typeof(${table.seenAt}) = 'integer'`),
    uniqueIndex('transactions_one_applied').on(table.orderId).where(sql`${table.outcome} = 'applied'`),
    index('transactions_by_number').on(table.outTradeNo),
    check('transactions_resolved_at', isWholeOrNull(table.resolvedAt)),
    check(
      'transactions_resolved',
      sql`(${table.resolvedAt} is null) = (${table.resolvedBy} is null) and (${table.resolvedAt} is null) = (${table.resolution} is null)`,
    ),
    index('transactions_by_order').on(table.orderId),
    index('transactions_to_look_at')
      .on(table.seenAt, table.transactionId)
      .where(sql`${table.outcome} <> 'applied' and ${table.resolvedAt} is null`),
  ],
)

export const notifications = sqliteTable(
  'notifications',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    receivedAt: at('received_at').notNull(),
    remoteAddress: text('remote_address').notNull(),
    headers: json<Record<string, string>>('headers').notNull(),
    body: blob('body', { mode: 'buffer' }).notNull(),
    bodyBytes: integer('body_bytes').notNull(),
    bodySha256: text('body_sha256').notNull(),
    times: integer('times').notNull(),
    verdict: text('verdict').$type<Verdict>(),
    checks: json<Check[]>('checks'),
    signedText: text('signed_text'),
    expectedSign: text('expected_sign'),
    receivedSign: text('received_sign'),
    queryAnswer: json<Evidence>('query_answer'),
    outTradeNo: text('out_trade_no'),
    transactionId: text('transaction_id'),
    orderId: text('order_id').references(() => orders.id),
    reply: text('reply').$type<'thanks' | 'again'>(),
    concludedAt: at('concluded_at'),
    claimedFen: integer('claimed_fen'),
    replayOf: integer('replay_of'),
  },
  (table) => [
    check('notifications_received_at', sql`typeof(${table.receivedAt}) = 'integer'`),
    check('notifications_verdict', sql`${table.verdict} is null or ${isOneOf(table.verdict, VERDICTS)}`),
    check('notifications_concluded_at', isWholeOrNull(table.concludedAt)),
    check('notifications_body_type', sql`typeof(${table.body}) = 'blob'`),
    check('notifications_body', sql`${table.bodyBytes} = length(${table.body})`),
    check('notifications_times', isWhole(table.times, 1, 1_000_000_000)),
    check(
      'notifications_concluded',
      sql`(${table.verdict} is null) = (${table.concludedAt} is null) and (${table.verdict} is null) = (${table.reply} is null)`,
    ),
    check('notifications_reply', sql`${table.reply} is null or ${table.reply} in ('thanks', 'again')`),
    check(
      'notifications_claimed',
      sql`${table.claimedFen} is null or (typeof(${table.claimedFen}) = 'integer' and ${table.claimedFen} >= 0)`,
    ),
    check('notifications_replay', isWholeOrNull(table.replayOf)),
    index('notifications_by_time').on(table.receivedAt, table.id),
    index('notifications_by_verdict_and_time').on(table.verdict, table.receivedAt, table.id),
    index('notifications_to_look_at').on(table.receivedAt, table.id).where(isOneOf(table.verdict, TO_LOOK_AT)),
    index('notifications_by_transaction').on(table.transactionId, table.id),
    index('notifications_by_replay').on(table.replayOf).where(sql`${table.replayOf} is not null`),
    // With the size, so that the log's extent is known from the index alone.
    index('notifications_by_verdict').on(table.verdict, table.id, table.bodyBytes),
    index('notifications_unjudged').on(table.receivedAt).where(sql`${table.verdict} is null`),
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
    verdict: text('verdict').$type<Verdict>().notNull(),
    count: integer('count').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.hour, table.verdict] }),
    check('verdict_counts_hour', sql`typeof(${table.hour}) = 'integer'`),
    check('verdict_counts_verdict', isOneOf(table.verdict, VERDICTS)),
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
    role: text('role').$type<NonNullable<Actor['role']>>(),
    address: text('address').notNull(),
    action: text('act').$type<AdminAction>().notNull(),
    // Orders and money stay for ever; a message that proved nothing may go, and the line about it stays.
    orderId: text('order_id').references(() => orders.id),
    notificationId: integer('notification_id'),
    transactionId: text('transaction_id').references(() => transactions.transactionId),
    detail: json<Record<string, string>>('detail').notNull(),
    outcomeOf: integer('outcome_of').references((): AnySQLiteColumn => audit.id),
  },
  (table) => [
    check('audit_at', sql`typeof(${table.at}) = 'integer'`),
    check('audit_role', sql`${table.role} is null or ${isOneOf(table.role, ['viewer', 'operator'])}`),
    check('audit_act', isOneOf(table.action, ADMIN_ACTIONS)),
    index('audit_by_act').on(table.action, table.id),
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
    request: json<Record<string, string>>('request').notNull(),
    answer: json<Record<string, string>>('answer').notNull(),
  },
  (table) => [
    check('calls_at', sql`typeof(${table.at}) = 'integer'`),
    check('calls_duration', isWhole(table.durationMs, 0, 1_000_000_000)),
    // With what health is made of, so that it is read from the index alone.
    index('calls_by_time').on(table.at, table.isAnswered, table.durationMs),
    index('calls_by_number').on(table.outTradeNo, table.id),
  ],
)

/** Random keys of this shop, made at first use. */
export const secrets = sqliteTable('secrets', { name: text('name').primaryKey(), value: text('value').notNull() })
