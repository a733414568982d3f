import { type SQL, sql } from 'drizzle-orm'
import {
  type AnySQLiteColumn,
  blob,
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import type { CallExplanation, CallWarning } from '../explanation'
import type { FaultName } from '../fault-names'
import { API_VERSIONS, CAUSES, DELIVERY_OUTCOMES, type HeaderList, TRADE_TYPES } from './words'

export * from './words'

// Instants are virtual, in epoch milliseconds. Lists of words (states, kinds, outcomes) are kept by the types alone:
// SQLite could only take a new word by copying the whole table, and rows of other tables hang on it.

/** SQLite would keep 1.5 fen in an integer column, and a text too. */
export function whole(column: AnySQLiteColumn): SQL {
  return sql`typeof(${column}) = 'integer'`
}

/** What the emulator itself has to remember; `clock_offset_ms` is how far the virtual clock is ahead. */
export const settings = sqliteTable('settings', {
  name: text('name').primaryKey(),
  value: integer('value').notNull(),
})

/** REFUND is a paid trade that a refund was asked for, also a partial one; it stays so whatever becomes of the refund. */
export const TRADE_STATES = ['NOTPAY', 'SUCCESS', 'REFUND', 'CLOSED'] as const
export type TradeState = (typeof TRADE_STATES)[number]

/** One per `out_trade_no` of a merchant. */
export const trades = sqliteTable(
  'trades',
  {
    mchId: text('mch_id').notNull(),
    outTradeNo: text('out_trade_no').notNull(),
    appid: text('appid').notNull(),
    /** How it was placed, and so how the merchant is notified. */
    apiVersion: text('api_version', { enum: API_VERSIONS }).notNull(),
    tradeType: text('trade_type', { enum: TRADE_TYPES }).notNull(),
    totalFee: integer('total_fee').notNull(),
    body: text('body').notNull(),
    /** The merchant's list of goods, a JSON text as it came; empty without one. */
    detail: text('detail').notNull(),
    attach: text('attach').notNull(),
    deviceInfo: text('device_info').notNull(),
    /** Who pays or will pay. */
    openid: text('openid').notNull(),
    /** How v2 signs everything about it; MD5 for an order that v3 placed. */
    signType: text('sign_type', { enum: ['MD5', 'HMAC-SHA256'] }).notNull(),
    notifyUrl: text('notify_url').notNull(),
    /** Everything that was asked, in one fixed form; the same number with another request is refused. */
    request: text('request').notNull(),
    state: text('state', { enum: TRADE_STATES }).notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at'),
    transactionId: text('transaction_id'),
    paidAt: integer('paid_at'),
    /** When the merchant closed it; a payment that was under way then can still succeed afterwards. */
    closedAt: integer('closed_at'),
    /** Whether it was placed under the old sandbox's addresses, and so is signed with the sandbox's key. */
    isSandbox: integer('is_sandbox', { mode: 'boolean' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.mchId, table.outTradeNo] }),
    uniqueIndex('trades_by_transaction').on(table.transactionId),
    index('trades_by_number').on(table.outTradeNo),
    index('trades_by_time').on(table.createdAt),
    index('trades_by_state').on(table.state, table.createdAt),
    check('trades_total_fee', sql`${whole(table.totalFee)} and ${table.totalFee} >= 1`),
    check('trades_created_at', whole(table.createdAt)),
    check('trades_unpaid', sql`${table.state} <> 'NOTPAY' or ${table.transactionId} is null`),
    check('trades_paid', sql`${table.state} <> 'SUCCESS' or ${table.transactionId} is not null`),
    check('trades_paid_at', sql`(${table.transactionId} is null) = (${table.paidAt} is null)`),
  ],
)
export type TradeRecord = typeof trades.$inferSelect
export type TradeKey = Pick<TradeRecord, 'mchId' | 'outTradeNo'>

/** What placing an order gave out. A trade that was asked for again has several, and each leads to it. */
export const prepays = sqliteTable(
  'prepays',
  {
    prepayId: text('prepay_id').primaryKey(),
    mchId: text('mch_id').notNull(),
    outTradeNo: text('out_trade_no').notNull(),
    codeUrl: text('code_url').notNull(),
    /** The second parameter of an H5 link, which must not be altered either. */
    package: text('package').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    foreignKey({ columns: [table.mchId, table.outTradeNo], foreignColumns: [trades.mchId, trades.outTradeNo] }),
    uniqueIndex('prepays_by_code').on(table.codeUrl),
    index('prepays_by_trade').on(table.mchId, table.outTradeNo, table.createdAt),
    check('prepays_created_at', whole(table.createdAt)),
  ],
)
export type PrepayRecord = typeof prepays.$inferSelect

/** Codes of page authorization; each leads to the buyer's openid once. */
export const authorizations = sqliteTable('authorizations', {
  code: text('code').primaryKey(),
  appid: text('appid').notNull(),
  openid: text('openid').notNull(),
  createdAt: integer('created_at').notNull(),
  isUsed: integer('is_used', { mode: 'boolean' }).notNull(),
})
export type AuthorizationCode = typeof authorizations.$inferSelect

/** Every call to WeChat Pay's own addresses, with the answer, and whether the answer left. */
export const requests = sqliteTable(
  'requests',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    at: integer('at').notNull(),
    apiVersion: text('api_version', { enum: API_VERSIONS }).notNull(),
    method: text('method').notNull(),
    path: text('path').notNull(),
    outTradeNo: text('out_trade_no'),
    headers: text('headers', { mode: 'json' }).$type<HeaderList>().notNull(),
    body: blob('body', { mode: 'buffer' }).notNull(),
    bodySha256: text('body_sha256').notNull(),
    outcome: text('outcome').notNull(),
    status: integer('status').notNull(),
    answer: text('answer').notNull(),
    answered: integer('answered', { mode: 'boolean' }).notNull(),
    /** Why it was refused; null when it was not. */
    explanation: text('explanation', { mode: 'json' }).$type<CallExplanation>(),
    /** What was accepted although the documentation asks for something else. */
    warnings: text('warnings', { mode: 'json' }).$type<CallWarning[]>().notNull(),
    /** The faults that it met. */
    faults: text('faults', { mode: 'json' }).$type<FaultName[]>().notNull(),
    /** The refund that it is about; null when it is about none. */
    outRefundNo: text('out_refund_no'),
    /** The headers of the answer, besides its content type. */
    answerHeaders: text('answer_headers', { mode: 'json' }).$type<HeaderList>().notNull().default([]),
  },
  (table) => [
    index('requests_by_trade').on(table.outTradeNo),
    index('requests_by_time').on(table.at),
    check('requests_at', whole(table.at)),
    check('requests_body', sql`typeof(${table.body}) = 'blob'`),
  ],
)
export type RequestRecord = typeof requests.$inferSelect

/** What a notification is about. */
export const NOTIFICATION_KINDS = ['payment', 'refund'] as const

/** What a merchant is notified of, as it was written when it happened; each attempt to deliver it is a row of `deliveries`. */
export const notifications = sqliteTable(
  'notifications',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    apiVersion: text('api_version', { enum: API_VERSIONS }).notNull(),
    kind: text('kind', { enum: NOTIFICATION_KINDS }).notNull(),
    mchId: text('mch_id').notNull(),
    outTradeNo: text('out_trade_no').notNull(),
    notifyUrl: text('notify_url').notNull(),
    body: text('body').notNull(),
    createdAt: integer('created_at').notNull(),
    /** The refund that it is about; null when it is about a payment. */
    outRefundNo: text('out_refund_no'),
  },
  (table) => [
    foreignKey({ columns: [table.mchId, table.outTradeNo], foreignColumns: [trades.mchId, trades.outTradeNo] }),
    index('notifications_by_trade').on(table.mchId, table.outTradeNo, table.id),
    check('notifications_created_at', whole(table.createdAt)),
  ],
)
export type NotificationRecord = typeof notifications.$inferSelect

/**
 * Attempts to deliver a notification; attempt 1 is the first. Those outside the schedule have the number of the attempt
 * that they repeat.
 */
export const deliveries = sqliteTable(
  'deliveries',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    notificationId: integer('notification_id')
      .notNull()
      .references(() => notifications.id),
    mchId: text('mch_id').notNull(),
    outTradeNo: text('out_trade_no').notNull(),
    attempt: integer('attempt').notNull(),
    notifyUrl: text('notify_url').notNull(),
    /** As it is sent, which a fault may have changed. */
    body: text('body').notNull(),
    bodySha256: text('body_sha256').notNull(),
    dueAt: integer('due_at').notNull(),
    sentAt: integer('sent_at'),
    httpStatus: integer('http_status'),
    replyCode: text('reply_code'),
    reply: text('reply'),
    outcome: text('outcome', { enum: DELIVERY_OUTCOMES }).notNull(),
    cause: text('cause', { enum: CAUSES }).notNull(),
    /** The faults that it met. */
    faults: text('faults', { mode: 'json' }).$type<FaultName[]>().notNull(),
    requestHeaders: text('request_headers', { mode: 'json' }).$type<HeaderList>().notNull(),
    replyHeaders: text('reply_headers', { mode: 'json' }).$type<HeaderList>().notNull(),
    /** Whether it waits for another notification to overtake it. */
    isHeld: integer('is_held', { mode: 'boolean' }).notNull(),
    /** The refund that its notification is about; null when that is about a payment. */
    outRefundNo: text('out_refund_no'),
  },
  (table) => [
    index('deliveries_by_time').on(table.outcome, table.dueAt),
    index('deliveries_by_trade').on(table.mchId, table.outTradeNo),
    index('deliveries_by_notification').on(table.notificationId),
    index('deliveries_by_sending').on(table.sentAt),
    index('deliveries_held').on(table.id).where(sql`${table.isHeld} = 1`),
    check('deliveries_attempt', sql`${whole(table.attempt)} and ${table.attempt} >= 1`),
    check('deliveries_due_at', whole(table.dueAt)),
  ],
)
export type Delivery = typeof deliveries.$inferSelect

/** One fault that can happen: so many times, or with a probability. */
export const faults = sqliteTable(
  'faults',
  {
    /** The order it is for; empty for all. */
    outTradeNo: text('out_trade_no').notNull(),
    name: text('name').$type<FaultName>().notNull(),
    /** Milliseconds or seconds, for faults that have a unit. */
    value: integer('value'),
    times: integer('times'),
    probability: real('probability'),
    seed: text('seed').notNull(),
    /** How often chance was asked. */
    draws: integer('draws').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.outTradeNo, table.name] }),
    check('faults_times', sql`${table.times} is null or ${table.times} >= 1`),
    check('faults_probability', sql`${table.probability} is null or ${table.probability} between 0 and 1`),
    check('faults_limit', sql`(${table.times} is null) <> (${table.probability} is null)`),
  ],
)
export type Fault = typeof faults.$inferSelect
