import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { FEN_MAX } from '@/lib/shop/limits'
import type { Currency } from '@/lib/shop/money'
import type { Cause, OrderStatus } from '@/lib/shop/order'
import type { ApiVersion, Channel, PaymentStatus, Transaction, TransactionOutcome } from '@/lib/shop/payment'
import type { Localized } from '@/lib/shop/product'
import { at, COUNT_MAX, fen, isOneOf, isWhole, isWholeOrNull, json, oneOf } from './columns'
import {
  apiVersions,
  causes,
  channels,
  orderStatuses,
  paymentStatuses,
  transactionOutcomes,
  transactionSources,
} from './words'

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
    isOnSale: integer('is_on_sale', { mode: 'boolean' }).notNull().default(true),
    /** What operators added to the stock, and took from it, since the product was first there. */
    restocked: integer('restocked').notNull().default(0),
    /** Counts what operators changed. */
    version: integer('version').notNull().default(1),
  },
  (table) => [
    check('products_price', isWhole(table.priceFen, 1, FEN_MAX)),
    check('products_stock', isWhole(table.stock, 0, COUNT_MAX)),
    check('products_position', isWhole(table.position, 0, COUNT_MAX)),
    check('products_stock_initial', isWhole(table.stockInitial, 0, COUNT_MAX)),
    check('products_is_on_sale', sql`${table.isOnSale} in (0, 1)`),
    check('products_restocked', sql`typeof(${table.restocked}) = 'integer'`),
    check('products_version', isWhole(table.version, 1, 1_000_000_000)),
  ],
)

export const orders = sqliteTable(
  'orders',
  {
    id: text('id').primaryKey(),
    status: oneOf<OrderStatus>('status', orderStatuses).notNull(),
    amountFen: fen('amount_fen').notNull(),
    currency: text('currency').$type<Currency>().notNull(),
    createdAt: at('created_at').notNull(),
    heldUntil: at('held_until'),
    expiresAt: at('expires_at').notNull(),
    paidAt: at('paid_at'),
    closedAt: at('closed_at'),
    transactionId: text('transaction_id').unique(),
    idempotencyKey: text('idempotency_key').unique(),
    fingerprint: text('fingerprint'),
    version: integer('version').notNull(),
    shippedAt: at('shipped_at'),
    /** Of its newest payment, so that orders can be listed by it. */
    channel: oneOf<Channel>('channel', channels),
    /** Among whose orders it counts while it is not paid; null afterwards. */
    buyer: text('buyer'),
    address: text('address'),
  },
  (table) => [
    check('orders_currency', isOneOf(table.currency, ['CNY'])),
    check('orders_amount', isWhole(table.amountFen, 1, FEN_MAX)),
    check('orders_paid', sql`(${table.status} = 'paid') = (${table.transactionId} is not null)`),
    check('orders_version', isWhole(table.version, 1, COUNT_MAX)),
    check('orders_instants', sql`typeof(${table.createdAt}) = 'integer' and typeof(${table.expiresAt}) = 'integer'`),
    check('orders_held_until', isWholeOrNull(table.heldUntil)),
    check('orders_paid_at', isWholeOrNull(table.paidAt)),
    check('orders_closed_at', isWholeOrNull(table.closedAt)),
    check(
      'orders_shipped_at',
      sql`${table.shippedAt} is null or (typeof(${table.shippedAt}) = 'integer' and ${table.status} = 'paid')`,
    ),
    index('orders_by_status').on(table.status, table.createdAt, table.id),
    index('orders_by_channel').on(table.channel, table.createdAt, table.id),
    index('orders_by_payment').on(table.paidAt).where(sql`${table.paidAt} is not null`),
    // It begins with a column that is always null, so that SQLite prefers it to walking all that were ever paid.
    index('orders_unshipped')
      .on(table.shippedAt, table.createdAt, table.id)
      .where(sql`${table.status} = 'paid' and ${table.shippedAt} is null`),
    index('orders_by_expiry').on(table.status, table.expiresAt),
    index('orders_by_hold').on(table.status, table.heldUntil),
    index('orders_by_buyer').on(table.buyer).where(sql`${table.buyer} is not null`),
    index('orders_by_address').on(table.address).where(sql`${table.address} is not null`),
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
    from: oneOf<OrderStatus>('from', orderStatuses),
    to: oneOf<OrderStatus>('to', orderStatuses).notNull(),
    causeKind: oneOf<Cause['kind']>('cause_kind', causes).notNull(),
    causeId: text('cause_id').notNull(),
    at: at('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.version] }),
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
    channel: oneOf<Channel>('channel', channels).notNull(),
    status: oneOf<PaymentStatus>('status', paymentStatuses).notNull(),
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
    apiVersion: oneOf<ApiVersion>('api_version', apiVersions).notNull().default('v2'),
    refundSeenAt: at('refund_seen_at'),
    refundReviewedAt: at('refund_reviewed_at'),
  },
  (table) => [
    check('payments_currency', isOneOf(table.currency, ['CNY'])),
    check('payments_checks', isWhole(table.checks, 0, COUNT_MAX)),
    check('payments_paid', sql`${table.status} not in ('paid', 'stray') or ${table.transactionId} is not null`),
    check('payments_amount', isWhole(table.amountFen, 1, FEN_MAX)),
    check('payments_version', isWhole(table.version, 1, COUNT_MAX)),
    check('payments_created_at', sql`typeof(${table.createdAt}) = 'integer'`),
    check('payments_prepaid_at', isWholeOrNull(table.prepaidAt)),
    check('payments_refund_seen_at', isWholeOrNull(table.refundSeenAt)),
    check(
      'payments_refund_reviewed_at',
      sql`${table.refundReviewedAt} is null or (typeof(${table.refundReviewedAt}) = 'integer' and ${table.refundSeenAt} is not null)`,
    ),
    check(
      'payments_next_check_at',
      sql`(${table.nextCheckAt} is not null and typeof(${table.nextCheckAt}) = 'integer') = (${table.status} in ('preparing', 'open'))`,
    ),
    uniqueIndex('payments_one_live').on(table.orderId).where(sql`${table.status} in ('preparing', 'open')`),
    index('payments_by_order').on(table.orderId, table.createdAt),
    index('payments_refunded')
      .on(table.orderId)
      .where(sql`${table.refundSeenAt} is not null and ${table.refundReviewedAt} is null`),
    index('payments_by_scheduled_check').on(table.nextCheckAt).where(sql`${table.nextCheckAt} is not null`),
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
    outcome: oneOf<TransactionOutcome>('outcome', transactionOutcomes).notNull(),
    seenAt: at('seen_at').notNull(),
    seenBy: oneOf<Transaction['seenBy']>('seen_by', transactionSources).notNull(),
    /** When an admin had seen to it, who, and what was done. */
    resolvedAt: at('resolved_at'),
    resolvedBy: text('resolved_by'),
    resolution: text('resolution'),
  },
  (table) => [
    check('transactions_paid', isWhole(table.paidFen, 0, 999_999_999_999)),
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
