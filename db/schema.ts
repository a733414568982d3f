import { sql } from 'drizzle-orm'
import { FEN_MAX } from '@/lib/shop/limits'
import type { Currency } from '@/lib/shop/money'
import type { Cause, OrderStatus } from '@/lib/shop/order'
import type { ApiVersion, Channel, PaymentStatus, Transaction, TransactionOutcome } from '@/lib/shop/payment'
import type { Facts, Localized } from '@/lib/shop/product'
import {
  at,
  COUNT_MAX,
  check,
  fen,
  flagOr,
  index,
  isInteger,
  isOneOf,
  isWhole,
  isWholeOrNull,
  json,
  oneOf,
  primaryKey,
  table,
  text,
  uniqueIndex,
  whole,
} from './columns'
import {
  apiVersions,
  causes,
  channels,
  orderStatuses,
  paymentStatuses,
  transactionOutcomes,
  transactionSources,
} from './words'

export const products = table(
  'products',
  {
    id: text('id').primaryKey(),
    slug: text('slug').notNull().unique(),
    name: json<Localized>('name').notNull(),
    description: json<Localized>('description').notNull(),
    priceFen: fen('price_fen').notNull(),
    stock: whole('stock').notNull(),
    stockInitial: whole('stock_initial').notNull(),
    image: text('image').notNull(),
    position: whole('position').notNull(),
    isOnSale: flagOr('is_on_sale', true),
    /** What operators added to the stock, and took from it, since the product was first there. */
    restocked: whole('restocked').notNull().default(0),
    /** Counts what operators changed. */
    version: whole('version').notNull().default(1),
    category: text('category'),
    facts: json<Facts>('facts'),
  },
  (columns) => [
    check('products_price', isWhole(columns.priceFen, 1, FEN_MAX)),
    check('products_stock', isWhole(columns.stock, 0, COUNT_MAX)),
    check('products_position', isWhole(columns.position, 0, COUNT_MAX)),
    check('products_stock_initial', isWhole(columns.stockInitial, 0, COUNT_MAX)),
    check('products_is_on_sale', sql`${columns.isOnSale} in (0, 1)`),
    check('products_restocked', isInteger(columns.restocked)),
    check('products_version', isWhole(columns.version, 1, 1_000_000_000)),
  ],
)

export const orders = table(
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
    version: whole('version').notNull(),
    shippedAt: at('shipped_at'),
    /** Of its newest payment, so that orders can be listed by it. */
    channel: oneOf<Channel>('channel', channels),
    /** Among whose orders it counts while it is not paid; null afterwards. */
    buyer: text('buyer'),
    address: text('address'),
    trackingNumber: text('tracking_number'),
    /** What the buyer left with it; a person's own words, which no list and no log needs. */
    contactEmail: text('contact_email'),
    contactPhone: text('contact_phone'),
    deliveryAddress: text('delivery_address'),
    buyerNote: text('buyer_note'),
  },
  (columns) => [
    check('orders_currency', isOneOf(columns.currency, ['CNY'])),
    check('orders_amount', isWhole(columns.amountFen, 1, FEN_MAX)),
    check('orders_paid', sql`(${columns.status} = 'paid') = (${columns.transactionId} is not null)`),
    check('orders_version', isWhole(columns.version, 1, COUNT_MAX)),
    check('orders_instants', sql`${isInteger(columns.createdAt)} and ${isInteger(columns.expiresAt)}`),
    check('orders_held_until', isWholeOrNull(columns.heldUntil)),
    check('orders_paid_at', isWholeOrNull(columns.paidAt)),
    check('orders_closed_at', isWholeOrNull(columns.closedAt)),
    check(
      'orders_shipped_at',
      sql`${columns.shippedAt} is null or (${isInteger(columns.shippedAt)} and ${columns.status} = 'paid')`,
    ),
    index('orders_by_status').on(columns.status, columns.createdAt, columns.id),
    index('orders_by_channel').on(columns.channel, columns.createdAt, columns.id),
    index('orders_by_payment').on(columns.paidAt).where(sql`${columns.paidAt} is not null`),
    // It begins with a column that is always null, so that SQLite prefers it to walking all that were ever paid.
    index('orders_unshipped')
      .on(columns.shippedAt, columns.createdAt, columns.id)
      .where(sql`${columns.status} = 'paid' and ${columns.shippedAt} is null`),
    index('orders_by_expiry').on(columns.status, columns.expiresAt),
    index('orders_by_hold').on(columns.status, columns.heldUntil),
    index('orders_by_buyer').on(columns.buyer).where(sql`${columns.buyer} is not null`),
    index('orders_by_address').on(columns.address).where(sql`${columns.address} is not null`),
    index('orders_by_creation').on(columns.createdAt, columns.id),
  ],
)

export const orderItems = table(
  'order_items',
  {
    orderId: text('order_id')
      .notNull()
      .references(() => orders.id),
    position: whole('position').notNull(),
    productId: text('product_id')
      .notNull()
      .references(() => products.id),
    name: json<Localized>('name').notNull(),
    quantity: whole('quantity').notNull(),
    priceFen: fen('price_fen').notNull(),
  },
  (columns) => [
    primaryKey({ columns: [columns.orderId, columns.position] }),
    check('order_items_position', isWhole(columns.position, 0, COUNT_MAX)),
    check('order_items_quantity', isWhole(columns.quantity, 1, COUNT_MAX)),
    check('order_items_price', isWhole(columns.priceFen, 1, FEN_MAX)),
  ],
)

/** History of each order: versions without a gap, each leading from one status to the next. */
export const orderEvents = table(
  'order_events',
  {
    orderId: text('order_id')
      .notNull()
      .references(() => orders.id),
    version: whole('version').notNull(),
    from: oneOf<OrderStatus>('from', orderStatuses),
    to: oneOf<OrderStatus>('to', orderStatuses).notNull(),
    causeKind: oneOf<Cause['kind']>('cause_kind', causes).notNull(),
    causeId: text('cause_id').notNull(),
    at: at('at').notNull(),
  },
  (columns) => [
    primaryKey({ columns: [columns.orderId, columns.version] }),
    check('order_events_version', isWhole(columns.version, 1, COUNT_MAX)),
    check('order_events_at', isInteger(columns.at)),
  ],
)

export const payments = table(
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
    checks: whole('checks').notNull(),
    version: whole('version').notNull(),
    apiVersion: oneOf<ApiVersion>('api_version', apiVersions).notNull().default('v2'),
    refundSeenAt: at('refund_seen_at'),
    refundReviewedAt: at('refund_reviewed_at'),
  },
  (columns) => [
    check('payments_currency', isOneOf(columns.currency, ['CNY'])),
    check('payments_checks', isWhole(columns.checks, 0, COUNT_MAX)),
    check('payments_paid', sql`${columns.status} not in ('paid', 'stray') or ${columns.transactionId} is not null`),
    check('payments_amount', isWhole(columns.amountFen, 1, FEN_MAX)),
    check('payments_version', isWhole(columns.version, 1, COUNT_MAX)),
    check('payments_created_at', isInteger(columns.createdAt)),
    check('payments_prepaid_at', isWholeOrNull(columns.prepaidAt)),
    check('payments_refund_seen_at', isWholeOrNull(columns.refundSeenAt)),
    check(
      'payments_refund_reviewed_at',
      sql`${columns.refundReviewedAt} is null or (${isInteger(columns.refundReviewedAt)} and ${columns.refundSeenAt} is not null)`,
    ),
    check(
      'payments_next_check_at',
      sql`(${columns.nextCheckAt} is not null and ${isInteger(columns.nextCheckAt)}) = (${columns.status} in ('preparing', 'open'))`,
    ),
    uniqueIndex('payments_one_live').on(columns.orderId).where(sql`${columns.status} in ('preparing', 'open')`),
    index('payments_by_order').on(columns.orderId, columns.createdAt),
    index('payments_refunded')
      .on(columns.orderId)
      .where(sql`${columns.refundSeenAt} is not null and ${columns.refundReviewedAt} is null`),
    index('payments_by_scheduled_check').on(columns.nextCheckAt).where(sql`${columns.nextCheckAt} is not null`),
  ],
)

/** Money that WeChat says it took. Every authentic one has a row, also when nothing can be done with it yet. */
export const transactions = table(
  'transactions',
  {
    transactionId: text('transaction_id').primaryKey(),
    outTradeNo: text('out_trade_no').notNull(),
    orderId: text('order_id').references(() => orders.id),
    paidFen: whole('paid_fen').notNull(),
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
  (columns) => [
    check('transactions_paid', isWhole(columns.paidFen, 0, 999_999_999_999)),
    check('transactions_order', sql`(${columns.outcome} = 'unknown_order') = (${columns.orderId} is null)`),
    check('transactions_instants', sql`${isInteger(columns.paidAt)} and ${isInteger(columns.seenAt)}`),
    uniqueIndex('transactions_one_applied').on(columns.orderId).where(sql`${columns.outcome} = 'applied'`),
    index('transactions_by_number').on(columns.outTradeNo),
    check('transactions_resolved_at', isWholeOrNull(columns.resolvedAt)),
    check(
      'transactions_resolved',
      sql`(${columns.resolvedAt} is null) = (${columns.resolvedBy} is null) and (${columns.resolvedAt} is null) = (${columns.resolution} is null)`,
    ),
    index('transactions_by_order').on(columns.orderId),
    index('transactions_by_payment').on(columns.paidAt, columns.transactionId),
    index('transactions_to_look_at')
      .on(columns.seenAt, columns.transactionId)
      .where(sql`${columns.outcome} <> 'applied' and ${columns.resolvedAt} is null`),
  ],
)
