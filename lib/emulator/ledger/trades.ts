import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { type PrepayRecord, prepays, type TradeKey, type TradeRecord, trades } from './schema'
import { blank, blankRow, type LedgerDatabase } from './statement'

/** What was ordered, what was given out to pay it, and what was paid. */
export function openTrades(db: LedgerDatabase) {
  const trade = prepareTrades(db)
  const prepay = preparePrepays(db)

  return {
    insertTrade: (row: TradeRecord) => {
      trade.insert.run(row)
    },

    findTrade: ({ mchId, outTradeNo }: TradeKey) => trade.find.get({ mchId, outTradeNo }) ?? null,

    /** Of several merchants that use the same number, the latest trade. */
    findTradeByNumber: (outTradeNo: string) => trade.findByNumber.get({ outTradeNo }) ?? null,

    findTradeByTransaction: (mchId: string, transactionId: string) =>
      trade.findByTransaction.get({ mchId, transactionId }) ?? null,

    /** Newest first. */
    listTrades: (limit: number) => trade.list.all({ limit }),

    /** Newest first. Whether there is still time to pay them is not looked at. */
    listUnpaidTrades: (limit: number) => trade.listUnpaid.all({ limit }),

    /** Writes down the money. Only a trade in the state that it was read in can be paid; says whether it was. */
    payTrade: (
      { mchId, outTradeNo, state }: TradeRecord,
      paid: { transactionId: string; paidAt: number; totalFee: number },
    ): boolean => trade.pay.run({ mchId, outTradeNo, state, ...paid }).changes === 1,

    /** Notes that a refund of a paid trade was asked for. */
    markRefunded: ({ mchId, outTradeNo }: TradeKey) => {
      trade.markRefunded.run({ mchId, outTradeNo })
    },

    closeTrade: ({ mchId, outTradeNo }: TradeKey, closedAt: number) => {
      trade.close.run({ mchId, outTradeNo, closedAt })
    },

    insertPrepay: (row: PrepayRecord) => {
      prepay.insert.run(row)
    },

    findPrepay: (prepayId: string) => prepay.find.get({ prepayId }) ?? null,

    findPrepayByCode: (codeUrl: string) => prepay.findByCode.get({ codeUrl }) ?? null,

    /** What was given out last for a trade. */
    findNewestPrepay: ({ mchId, outTradeNo }: TradeKey) => prepay.findNewest.get({ mchId, outTradeNo }) ?? null,
  }
}

function prepareTrades(db: LedgerDatabase) {
  const isTrade = and(eq(trades.mchId, blank('mchId')), eq(trades.outTradeNo, blank('outTradeNo')))
  const isTransaction = and(eq(trades.mchId, blank('mchId')), eq(trades.transactionId, blank('transactionId')))
  const selectTrades = () => db.select().from(trades)
  const newestTrades = [desc(trades.createdAt), desc(sql`rowid`)]
  return {
    insert: db.insert(trades).values(blankRow(trades)).prepare(),
    find: selectTrades().where(isTrade).prepare(),
    findByNumber: selectTrades()
      .where(eq(trades.outTradeNo, blank('outTradeNo')))
      .orderBy(desc(trades.createdAt))
      .limit(1)
      .prepare(),
    findByTransaction: selectTrades().where(isTransaction).prepare(),
    list: selectTrades()
      .orderBy(...newestTrades)
      .limit(blank('limit'))
      .prepare(),
    listUnpaid: selectTrades()
      .where(eq(trades.state, 'NOTPAY'))
      .orderBy(...newestTrades)
      .limit(blank('limit'))
      .prepare(),
    pay: db
      .update(trades)
      .set({
        state: 'SUCCESS',
        transactionId: sql`${blank('transactionId')}`,
        totalFee: sql`${blank('totalFee')}`,
        paidAt: sql`${blank('paidAt')}`,
      })
      .where(and(isTrade, isNull(trades.transactionId), eq(trades.state, blank('state'))))
      .prepare(),
    markRefunded: db
      .update(trades)
      .set({ state: 'REFUND' })
      .where(and(isTrade, eq(trades.state, 'SUCCESS')))
      .prepare(),
    close: db
      .update(trades)
      .set({ state: 'CLOSED', closedAt: sql`${blank('closedAt')}` })
      .where(and(isTrade, eq(trades.state, 'NOTPAY')))
      .prepare(),
  }
}

function preparePrepays(db: LedgerDatabase) {
  const isPrepayOfTrade = and(eq(prepays.mchId, blank('mchId')), eq(prepays.outTradeNo, blank('outTradeNo')))
  const selectPrepays = () => db.select().from(prepays)
  const newestPrepays = [desc(prepays.createdAt), desc(sql`rowid`)]
  return {
    insert: db.insert(prepays).values(blankRow(prepays)).prepare(),
    find: selectPrepays()
      .where(eq(prepays.prepayId, blank('prepayId')))
      .prepare(),
    findByCode: selectPrepays()
      .where(eq(prepays.codeUrl, blank('codeUrl')))
      .prepare(),
    findNewest: selectPrepays()
      .where(isPrepayOfTrade)
      .orderBy(...newestPrepays)
      .limit(1)
      .prepare(),
  }
}
