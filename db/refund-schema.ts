import { sql } from 'drizzle-orm'
import { FEN_MAX } from '@/lib/shop/limits'
import type { Currency } from '@/lib/shop/money'
import type { Cause } from '@/lib/shop/order'
import type { ApiVersion } from '@/lib/shop/payment'
import type { RefundEvent, RefundLine, RefundSource, RefundStatus, RefundWait } from '@/lib/shop/refund'
import {
  at,
  COUNT_MAX,
  check,
  fen,
  flag,
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
  whole,
} from './columns'
import { orders, payments } from './schema'
import { apiVersions, causes, refundChanges, refundSources, refundStatuses, refundWaits } from './words'

/** Money on its way back. A row is never deleted, and never changes number or amount. */
export const refunds = table(
  'refunds',
  {
    outRefundNo: text('out_refund_no').primaryKey(),
    orderId: text('order_id')
      .notNull()
      .references(() => orders.id),
    outTradeNo: text('out_trade_no')
      .notNull()
      .references(() => payments.outTradeNo),
    transactionId: text('transaction_id').notNull(),
    status: oneOf<RefundStatus>('status', refundStatuses).notNull(),
    amountFen: fen('refund_fen').notNull(),
    paidFen: fen('paid_fen').notNull(),
    currency: text('currency').$type<Currency>().notNull(),
    apiVersion: oneOf<ApiVersion>('api_version', apiVersions).notNull(),
    signType: text('sign_type').notNull(),
    request: text('request').notNull(),
    source: oneOf<RefundSource>('source', refundSources).notNull(),
    reason: text('reason').notNull(),
    lines: json<RefundLine[]>('lines').notNull(),
    returnsStock: flag('returns_stock'),
    createdAt: at('created_at').notNull(),
    approvedAt: at('approved_at'),
    acceptedAt: at('accepted_at'),
    endedAt: at('ended_at'),
    refundId: text('refund_id'),
    receivedBy: text('received_by'),
    note: text('note'),
    resolvedAt: at('resolved_at'),
    problem: text('problem'),
    waitsFor: oneOf<RefundWait>('waits_for', refundWaits),
    nextCheckAt: at('next_check_at'),
    checks: whole('checks').notNull(),
    version: whole('version').notNull(),
  },
  (columns) => [
    check('refunds_currency', isOneOf(columns.currency, ['CNY'])),
    check('refunds_amount', isWhole(columns.amountFen, 1, FEN_MAX)),
    check('refunds_paid', isWhole(columns.paidFen, 1, FEN_MAX)),
    check('refunds_part', sql`${columns.amountFen} <= ${columns.paidFen}`),
    check('refunds_returns_stock', sql`${columns.returnsStock} in (0, 1)`),
    check('refunds_created_at', isInteger(columns.createdAt)),
    check('refunds_approved_at', isWholeOrNull(columns.approvedAt)),
    check('refunds_accepted_at', isWholeOrNull(columns.acceptedAt)),
    check(
      'refunds_ended_at',
      sql`(${columns.endedAt} is not null and ${isInteger(columns.endedAt)}) = (${columns.status} in ('succeeded', 'closed', 'declined'))`,
    ),
    check('refunds_resolved_at', isWholeOrNull(columns.resolvedAt)),
    check('refunds_next_check_at', isWholeOrNull(columns.nextCheckAt)),
    // What WeChat is asked for was approved, and nobody asks it about what was not, or what has ended.
    check('refunds_approved', sql`${columns.approvedAt} is not null or ${columns.status} in ('requested', 'declined')`),
    check(
      'refunds_scheduled',
      sql`${columns.nextCheckAt} is null or (${columns.approvedAt} is not null and ${columns.endedAt} is null)`,
    ),
    check('refunds_checks', isWhole(columns.checks, 0, COUNT_MAX)),
    check('refunds_version', isWhole(columns.version, 1, COUNT_MAX)),
    index('refunds_by_order').on(columns.orderId, columns.createdAt),
    index('refunds_by_payment').on(columns.outTradeNo),
    index('refunds_by_transaction').on(columns.transactionId),
    index('refunds_by_refund_id').on(columns.refundId).where(sql`${columns.refundId} is not null`),
    index('refunds_by_acceptance')
      .on(columns.acceptedAt, columns.outRefundNo)
      .where(sql`${columns.acceptedAt} is not null`),
    index('refunds_by_creation').on(columns.createdAt, columns.outRefundNo),
    index('refunds_by_status').on(columns.status, columns.createdAt, columns.outRefundNo),
    index('refunds_open').on(columns.createdAt, columns.outRefundNo).where(sql`${columns.endedAt} is null`),
    index('refunds_to_look_at')
      .on(columns.createdAt, columns.outRefundNo, columns.orderId)
      .where(
        sql`(${columns.status} = 'requested' and ${columns.approvedAt} is null) or (${columns.resolvedAt} is null and (${columns.status} = 'abnormal' or ${columns.source} = 'wechat')) or ${columns.waitsFor} in ('operator', 'developer')`,
      ),
    index('refunds_by_scheduled_check').on(columns.nextCheckAt).where(sql`${columns.nextCheckAt} is not null`),
  ],
)

/** History of each refund: versions without a gap. */
export const refundEvents = table(
  'refund_events',
  {
    outRefundNo: text('out_refund_no')
      .notNull()
      .references(() => refunds.outRefundNo),
    version: whole('version').notNull(),
    what: oneOf<RefundEvent['what']>('what', refundChanges).notNull(),
    from: oneOf<RefundStatus>('from', refundStatuses),
    to: oneOf<RefundStatus>('to', refundStatuses).notNull(),
    causeKind: oneOf<Cause['kind']>('cause_kind', causes).notNull(),
    causeId: text('cause_id').notNull(),
    at: at('at').notNull(),
  },
  (columns) => [
    primaryKey({ columns: [columns.outRefundNo, columns.version] }),
    check('refund_events_version', isWhole(columns.version, 1, COUNT_MAX)),
    check('refund_events_at', isInteger(columns.at)),
  ],
)
