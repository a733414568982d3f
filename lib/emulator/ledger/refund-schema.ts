import { sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { FaultName } from '../fault-names'
import { API_VERSIONS, trades, whole } from './schema'

export const REFUND_STATUSES = ['PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL'] as const
export type RefundStatus = (typeof REFUND_STATUSES)[number]

/** Who asked for a refund: the merchant's server, or a person in the merchant console. */
export const REFUND_SOURCES = ['api', 'console'] as const

/** Which of the merchant's money a refund is taken from. */
export const REFUND_FUNDS = ['unsettled', 'recharge'] as const

/** One per `out_refund_no` of a merchant. */
export const refunds = sqliteTable(
  'refunds',
  {
    mchId: text('mch_id').notNull(),
    outRefundNo: text('out_refund_no').notNull(),
    refundId: text('refund_id').notNull(),
    outTradeNo: text('out_trade_no').notNull(),
    /** How it was asked for. */
    apiVersion: text('api_version', { enum: API_VERSIONS }).notNull(),
    source: text('source', { enum: REFUND_SOURCES }).notNull(),
    funds: text('funds', { enum: REFUND_FUNDS }).notNull(),
    refundFee: integer('refund_fee').notNull(),
    /** What the buyer reads; empty without a reason. */
    description: text('description').notNull(),
    /** Null when the merchant is not notified. */
    notifyUrl: text('notify_url'),
    status: text('status', { enum: REFUND_STATUSES }).notNull(),
    createdAt: integer('created_at').notNull(),
    /** When it is processed, unless somebody ends it before. */
    dueAt: integer('due_at').notNull(),
    endedAt: integer('ended_at'),
    /** The faults that it met. */
    faults: text('faults', { mode: 'json' }).$type<FaultName[]>().notNull(),
    /** How the merchant is notified: as it asked, but at the console's address in v2 (v3, apply for a refund, `notify_url`). */
    notifyVersion: text('notify_version', { enum: API_VERSIONS }).notNull().default('v2'),
  },
  (table) => [
    primaryKey({ columns: [table.mchId, table.outRefundNo] }),
    foreignKey({ columns: [table.mchId, table.outTradeNo], foreignColumns: [trades.mchId, trades.outTradeNo] }),
    uniqueIndex('refunds_by_refund_id').on(table.refundId),
    index('refunds_by_trade').on(table.mchId, table.outTradeNo, table.createdAt),
    index('refunds_by_number').on(table.outRefundNo),
    index('refunds_by_time').on(table.createdAt),
    index('refunds_by_status').on(table.status, table.createdAt),
    index('refunds_processing').on(table.dueAt).where(sql`${table.endedAt} is null`),
    check('refunds_refund_fee', sql`${whole(table.refundFee)} and ${table.refundFee} >= 1`),
    check('refunds_created_at', whole(table.createdAt)),
    check('refunds_due_at', whole(table.dueAt)),
    check('refunds_ended_at', sql`(${table.status} = 'PROCESSING') = (${table.endedAt} is null)`),
  ],
)
export type RefundRecord = typeof refunds.$inferSelect
export type RefundKey = Pick<RefundRecord, 'mchId' | 'outRefundNo'>

/** What a merchant has on its account: what was paid, less what was refunded, or what somebody set it to. */
export const balances = sqliteTable(
  'balances',
  {
    mchId: text('mch_id').primaryKey(),
    balance: integer('balance').notNull(),
  },
  (table) => [check('balances_balance', sql`${whole(table.balance)} and ${table.balance} >= 0`)],
)
export type Balance = typeof balances.$inferSelect
