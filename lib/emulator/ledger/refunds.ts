import { and, asc, desc, eq, lte, sql } from 'drizzle-orm'
import { balances, type RefundKey, type RefundRecord, type RefundStatus, refunds } from './refund-schema'
import type { TradeKey } from './schema'
import { blank, blankRow, type LedgerDatabase } from './statement'

/** What the refunds of one trade come to. */
export type RefundTotals = {
  /** All of them. */
  count: number
  /** Those that were not closed: how many, and how much they give back together. */
  openCount: number
  refundedFee: number
  /** How much of it reached the buyer. */
  arrivedFee: number
  /** When the newest was asked for over the API; null if none was. */
  newestAt: number | null
}

/** What was given back, and what merchants have left to give back from. */
export function openRefunds(db: LedgerDatabase) {
  const read = prepareReads(db)
  const write = prepareWrites(db)

  return {
    insertRefund: (row: RefundRecord) => {
      write.insert.run(row)
    },

    findRefund: ({ mchId, outRefundNo }: RefundKey) => read.find.get({ mchId, outRefundNo }) ?? null,

    /** Of several merchants that use the same number, the latest refund. */
    findRefundByNumber: (outRefundNo: string) => read.findByNumber.get({ outRefundNo }) ?? null,

    findRefundById: (mchId: string, refundId: string) => read.findById.get({ mchId, refundId }) ?? null,

    /** Newest first. */
    listRefunds: (limit: number) => read.list.all({ limit }),

    /** Those of one trade, oldest first. */
    listRefundsOf: ({ mchId, outTradeNo }: TradeKey, { limit, offset = 0 }: { limit: number; offset?: number }) =>
      read.listOfTrade.all({ mchId, outTradeNo, limit, offset }),

    totalRefundsOf: ({ mchId, outTradeNo }: TradeKey): RefundTotals =>
      read.totals.get({ mchId, outTradeNo }) ?? {
        count: 0,
        openCount: 0,
        refundedFee: 0,
        arrivedFee: 0,
        newestAt: null,
      },

    /** Those that are to be processed by now, in order. */
    listDueRefunds: (now: number, limit: number) => read.listDue.all({ now, limit }),

    nextRefundAt: (): number | null => read.next.get()?.dueAt ?? null,

    /** Ends a refund. Only one in the status that it was read in can be ended; says whether it was. */
    endRefund: (
      { mchId, outRefundNo, status }: RefundRecord,
      ended: Pick<RefundRecord, 'faults'> & { status: RefundStatus; endedAt: number },
    ): boolean => write.end.run({ mchId, outRefundNo, ...ended, before: status }).changes === 1,

    /** Takes an abnormal refund up once more; says whether it was abnormal. */
    reopenRefund: ({ mchId, outRefundNo }: RefundRecord, dueAt: number): boolean =>
      write.reopen.run({ mchId, outRefundNo, dueAt }).changes === 1,

    balanceOf: (mchId: string): number => read.balance.get({ mchId })?.balance ?? 0,

    listBalances: () => read.balances.all(),

    setBalance: (mchId: string, balance: number) => {
      write.setBalance.run({ mchId, balance })
    },

    /** Puts money into a merchant's account, or takes it out. */
    addToBalance: (mchId: string, fen: number) => {
      write.setBalance.run({ mchId, balance: (read.balance.get({ mchId })?.balance ?? 0) + fen })
    },
  }
}

function prepareReads(db: LedgerDatabase) {
  const isMerchant = eq(refunds.mchId, blank('mchId'))
  const isOfTrade = and(isMerchant, eq(refunds.outTradeNo, blank('outTradeNo')))
  const select = () => db.select().from(refunds)
  const isOpen = sql`${refunds.status} <> 'CLOSED'`
  return {
    find: select()
      .where(and(isMerchant, eq(refunds.outRefundNo, blank('outRefundNo'))))
      .prepare(),
    findByNumber: select()
      .where(eq(refunds.outRefundNo, blank('outRefundNo')))
      .orderBy(desc(refunds.createdAt))
      .limit(1)
      .prepare(),
    findById: select()
      .where(and(isMerchant, eq(refunds.refundId, blank('refundId'))))
      .prepare(),
    list: select().orderBy(desc(refunds.createdAt), desc(sql`rowid`)).limit(blank('limit')).prepare(),
    listOfTrade: select()
      .where(isOfTrade)
      .orderBy(asc(refunds.createdAt), asc(sql`rowid`))
      .limit(blank('limit'))
      .offset(blank('offset'))
      .prepare(),
    totals: db
      .select({
        count: sql<number>`count(*)`,
        openCount: sql<number>`coalesce(sum(${isOpen}), 0)`,
        refundedFee: sql<number>`coalesce(sum(case when ${isOpen} then ${refunds.refundFee} else 0 end), 0)`,
        arrivedFee: sql<number>`coalesce(sum(case when ${refunds.status} = 'SUCCESS' then ${refunds.refundFee} else 0 end), 0)`,
        newestAt: sql<number | null>`max(case when ${refunds.source} = 'api' then ${refunds.createdAt} end)`,
      })
      .from(refunds)
      .where(isOfTrade)
      .prepare(),
    listDue: select()
      // As in the index, which is of those that are processing.
      .where(and(sql`ended_at is null`, lte(refunds.dueAt, blank('now'))))
      .orderBy(asc(refunds.dueAt), asc(sql`rowid`))
      .limit(blank('limit'))
      .prepare(),
    next: db
      .select({ dueAt: refunds.dueAt })
      .from(refunds)
      .where(sql`ended_at is null`)
      .orderBy(asc(refunds.dueAt))
      .limit(1)
      .prepare(),
    balance: db
      .select()
      .from(balances)
      .where(eq(balances.mchId, blank('mchId')))
      .prepare(),
    balances: db.select().from(balances).orderBy(asc(balances.mchId)).prepare(),
  }
}

function prepareWrites(db: LedgerDatabase) {
  const isOne = and(eq(refunds.mchId, blank('mchId')), eq(refunds.outRefundNo, blank('outRefundNo')))
  return {
    insert: db.insert(refunds).values(blankRow(refunds)).prepare(),
    end: db
      .update(refunds)
      .set({
        status: sql`${blank('status')}`,
        endedAt: sql`${blank('endedAt')}`,
        faults: sql`${sql.param(blank('faults'), refunds.faults)}`,
      })
      .where(and(isOne, eq(refunds.status, blank('before'))))
      .prepare(),
    reopen: db
      .update(refunds)
      .set({ status: 'PROCESSING', endedAt: null, dueAt: sql`${blank('dueAt')}` })
      .where(and(isOne, eq(refunds.status, 'ABNORMAL')))
      .prepare(),
    setBalance: db
      .insert(balances)
      .values({ mchId: blank('mchId'), balance: blank('balance') })
      .onConflictDoUpdate({ target: balances.mchId, set: { balance: sql`excluded.balance` } })
      .prepare(),
  }
}
