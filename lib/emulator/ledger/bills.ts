import { and, asc, eq, gte, lt, sql } from 'drizzle-orm'
import { type RefundRecord, refunds } from './refund-schema'
import { type TradeRecord, trades } from './schema'
import { blank, type LedgerDatabase } from './statement'

export type BilledTrade = TradeRecord
export type BilledRefund = { refund: RefundRecord; trade: TradeRecord }

/** What the bills of a day list, by the instants at which it begins and ends. The old sandbox's money is play money. */
export function openBills(db: LedgerDatabase) {
  const isReal = eq(trades.isSandbox, false)
  const isOf = (
    mchId: typeof trades.mchId | typeof refunds.mchId,
    at: typeof trades.paidAt | typeof refunds.createdAt,
  ) => and(eq(mchId, blank('mchId')), gte(at, blank('begin')), lt(at, blank('end')), isReal)
  const paid = db
    .select()
    .from(trades)
    .where(isOf(trades.mchId, trades.paidAt))
    .orderBy(asc(trades.paidAt), asc(sql`rowid`))
    .prepare()
  const refunded = db
    .select({ refund: refunds, trade: trades })
    .from(refunds)
    .innerJoin(trades, and(eq(trades.mchId, refunds.mchId), eq(trades.outTradeNo, refunds.outTradeNo)))
    .where(isOf(refunds.mchId, refunds.createdAt))
    .orderBy(asc(refunds.createdAt))
    .prepare()

  return {
    listPaidBetween: (mchId: string, begin: number, end: number): BilledTrade[] => paid.all({ mchId, begin, end }),
    listRefundedBetween: (mchId: string, begin: number, end: number): BilledRefund[] =>
      refunded.all({ mchId, begin, end }),
  }
}
