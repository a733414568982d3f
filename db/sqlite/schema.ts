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
import { type Currency, FEN_MAX, type Fen } from '@/lib/shop/money'
import { type Check, type Evidence, VERDICTS, type Verdict } from '@/lib/shop/notification'
import type { Cause, OrderStatus } from '@/lib/shop/order'
import type { Channel, PaymentStatus, TransactionOutcome } from '@/lib/shop/payment'
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
    check('order_events_cause', isOneOf(table.causeKind, ['checkout', 'notification', 'worker', 'customer'])),
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
    check('payments_channel', isOneOf(table.channel, ['native', 'app', 'h5', 'jsapi'])),
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
  },
  (table) => [
    check('transactions_paid', isWhole(table.paidFen, 0, 999_999_999_999)),
    check('transactions_seen_by', isOneOf(table.seenBy, ['notification', 'query'])),
    check('transactions_outcome', isOneOf(table.outcome, ['applied', 'late', 'second', 'mismatch', 'unknown_order'])),
    check('transactions_order', sql`(${table.outcome} = 'unknown_order') = (${table.orderId} is null)`),
    check('transactions_instants', sql`typeof(${table.paidAt}) = 'integer' and typeof(${table.seenAt}) = 'integer'`),
    uniqueIndex('transactions_one_applied').on(table.orderId).where(sql`${table.outcome} = 'applied'`),
    index('transactions_by_number').on(table.outTradeNo),
    index('transactions_to_look_at').on(table.seenAt).where(sql`${table.outcome} <> 'applied'`),
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
    // With the size, so that the log's extent is known from the index alone.
    index('notifications_by_verdict').on(table.verdict, table.id, table.bodyBytes),
    index('notifications_unjudged').on(table.receivedAt).where(sql`${table.verdict} is null`),
    index('notifications_by_body').on(table.bodySha256, table.verdict),
    index('notifications_by_number').on(table.outTradeNo, table.id),
    index('notifications_by_order').on(table.orderId, table.id),
  ],
)

/** Random keys of this shop, made at first use. */
export const secrets = sqliteTable('secrets', { name: text('name').primaryKey(), value: text('value').notNull() })
