import { and, asc, gt, gte, inArray, lt, sql } from 'drizzle-orm'
import type { BillRow } from '@/lib/shop/bill'
import type { OurPayment, OurRefund, Ours } from '@/lib/shop/difference'
import type { Connection } from './access'
import { refunds } from './refund-schema'
import { payments, transactions } from './schema'

type PaymentRow = typeof payments.$inferSelect
type MoneyRow = typeof transactions.$inferSelect

/* Payments and refunds as a bill is compared with them. */

/** What is known here of some lines of a bill. */
export async function listOursOf(tx: Connection, rows: readonly BillRow[]): Promise<Ours[]> {
  const numbers = rows.filter(({ type }) => type === 'payment').map(({ outTradeNo }) => outTradeNo)
  const refundNumbers = rows.flatMap(({ outRefundNo }) => outRefundNo ?? [])
  const paid = numbers.length === 0 ? [] : await paymentsByNumber(tx, numbers)
  if (refundNumbers.length === 0) return paid
  const found = await tx.select().from(refunds).where(inArray(refunds.outRefundNo, refundNumbers))
  return [...paid, ...found.map(toRefund)]
}

async function paymentsByNumber(tx: Connection, numbers: string[]): Promise<OurPayment[]> {
  const own = await tx.select().from(payments).where(inArray(payments.outTradeNo, numbers))
  const money = await tx.select().from(transactions).where(inArray(transactions.outTradeNo, numbers))
  const moneyOf = new Map(money.map((it) => [it.outTradeNo, it]))
  const ownOf = new Map(own.map((it) => [it.outTradeNo, it]))
  return [...new Set(numbers)].flatMap((number) => toPayment(number, ownOf.get(number), moneyOf.get(number)))
}

function toPayment(number: string, payment: PaymentRow | undefined, money: MoneyRow | undefined): OurPayment[] {
  const at = money?.paidAt ?? null
  if (payment !== undefined) {
    const { orderId, status, amountFen, transactionId } = payment
    return [{ type: 'payment', number, orderId, status, amountFen, transactionId, at }]
  }
  if (money === undefined) return []
  const { paidFen: amountFen, transactionId } = money
  return [{ type: 'payment', number, orderId: null, status: 'unreconciled', amountFen, transactionId, at }]
}

function toRefund(row: typeof refunds.$inferSelect): OurRefund {
  const { outRefundNo: number, orderId, status, amountFen, transactionId, acceptedAt: at } = row
  return { type: 'refund', number, orderId, status, amountFen, transactionId, at }
}

/**
 * What WeChat said here was paid, or taken on as a refund, from one instant to another, so that a bill has to have it; in
 * the order of `page`: payments first, then refunds, each by their numbers.
 */
export async function listOursDue(
  tx: Connection,
  { from, to }: { from: number; to: number },
  { after, limit }: { after: Pick<Ours, 'type' | 'number'> | null; limit: number },
): Promise<Ours[]> {
  const isPaid = and(
    gte(transactions.paidAt, from),
    lt(transactions.paidAt, to),
    sql`${transactions.seenBy} = 'query' and ${transactions.orderId} is not null`,
    after === null ? undefined : gt(transactions.outTradeNo, after.number),
  )
  const paid =
    after?.type === 'refund'
      ? []
      : await tx
          .select({ number: transactions.outTradeNo })
          .from(transactions)
          .where(isPaid)
          .orderBy(asc(transactions.outTradeNo))
          .limit(limit)
  const numbers = paid.map(({ number }) => number)
  const found = numbers.length === 0 ? [] : await paymentsByNumber(tx, numbers)
  if (found.length > 0) return found
  const isTaken = and(
    gte(refunds.acceptedAt, from),
    lt(refunds.acceptedAt, to),
    after?.type === 'refund' ? gt(refunds.outRefundNo, after.number) : undefined,
  )
  return (await tx.select().from(refunds).where(isTaken).orderBy(asc(refunds.outRefundNo)).limit(limit)).map(toRefund)
}
