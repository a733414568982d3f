import { and, desc, eq, sql } from 'drizzle-orm'
import { type Prepay, prepays, type Trade, trades } from './schema'
import { type Books, blank, blankRow } from './statement'

export type TradeKey = Pick<Trade, 'mchId' | 'outTradeNo'>

/** What was ordered, what was given out to pay it, and what was paid. */
export function openTradeBook(db: Books) {
  const isTrade = and(eq(trades.mchId, blank('mchId')), eq(trades.outTradeNo, blank('outTradeNo')))
  const isUnpaid = and(isTrade, eq(trades.state, 'NOTPAY'))
  const isTransaction = and(eq(trades.mchId, blank('mchId')), eq(trades.transactionId, blank('transactionId')))
  const isPrepayOfTrade = and(eq(prepays.mchId, blank('mchId')), eq(prepays.outTradeNo, blank('outTradeNo')))
  const selectTrades = () => db.select().from(trades)
  const selectPrepays = () => db.select().from(prepays)
  const newestTrades = [desc(trades.createdAt), desc(sql`rowid`)]
  const newestPrepays = [desc(prepays.createdAt), desc(sql`rowid`)]

  const trade = {
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
        paidAt: sql`${blank('paidAt')}`,
        notification: sql`${blank('notification')}`,
      })
      .where(isUnpaid)
      .prepare(),
    close: db
      .update(trades)
      .set({ state: 'CLOSED', closedAt: sql`${blank('closedAt')}` })
      .where(isUnpaid)
      .prepare(),
  }
  const prepay = {
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

  return {
    insertTrade: (row: Trade) => {
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

    /** Writes down the money, with the notification of it. Only an unpaid trade can be paid; says whether it was. */
    payTrade: (
      { mchId, outTradeNo }: TradeKey,
      paid: { transactionId: string; paidAt: number; notification: string },
    ): boolean => trade.pay.run({ mchId, outTradeNo, ...paid }).changes === 1,

    closeTrade: ({ mchId, outTradeNo }: TradeKey, closedAt: number) => {
      trade.close.run({ mchId, outTradeNo, closedAt })
    },

    insertPrepay: (row: Prepay) => {
      prepay.insert.run(row)
    },

    findPrepay: (prepayId: string) => prepay.find.get({ prepayId }) ?? null,

    findPrepayByCode: (codeUrl: string) => prepay.findByCode.get({ codeUrl }) ?? null,

    /** What was given out last for a trade. */
    findNewestPrepay: ({ mchId, outTradeNo }: TradeKey) => prepay.findNewest.get({ mchId, outTradeNo }) ?? null,
  }
}
