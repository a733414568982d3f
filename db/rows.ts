import type { Goods } from '@/lib/shop/goods'
import type { Notification, NotificationResult } from '@/lib/shop/notification'
import type { Order, OrderEvent, OrderLine } from '@/lib/shop/order'
import type { Payment, Resolution, Transaction } from '@/lib/shop/payment'
import { isCategory, type Product } from '@/lib/shop/product'
import type { ReviewedTransaction } from '@/lib/shop/review'
import type { notifications } from './log-schema'
import type { orderEvents, orderItems, orders, payments, products, transactions } from './schema'

/* Rows and the shop's own types, both ways. */

/** Whether columns that are written together were written. */
export function isWritten<Columns extends object>(
  columns: Columns,
): columns is Columns & { [Name in keyof Columns]: NonNullable<Columns[Name]> } {
  return !Object.values(columns).includes(null)
}

export function toProduct(row: typeof products.$inferSelect): Product {
  const { id, slug, name, description, priceFen, isOnSale, stock, image } = row
  const category = isCategory(row.category) ? row.category : null
  return { id, slug, name, description, priceFen, isOnSale, stock, image, category, facts: row.facts ?? {} }
}

/** What is neither in the shop nor in unpaid orders has been paid for. */
export function toGoods(row: typeof products.$inferSelect, reserved: number): Goods {
  const sold = row.stockInitial + row.restocked - row.stock - reserved
  return { ...toProduct(row), reserved, sold, version: row.version }
}

export function toOrder(row: typeof orders.$inferSelect, items: (typeof orderItems.$inferSelect)[]): Order {
  const { idempotencyKey: _, fingerprint: __, channel: ___, buyer: ____, address: _____, ...rest } = row
  const { contactEmail, contactPhone, deliveryAddress, buyerNote, ...order } = rest
  const contact = { email: contactEmail, phone: contactPhone, address: deliveryAddress, note: buyerNote }
  return { ...order, contact, lines: items.map(toLine) }
}

function toLine({ productId, name, quantity, priceFen }: typeof orderItems.$inferSelect): OrderLine {
  return { productId, name, quantity, priceFen }
}

export function toPayment(row: typeof payments.$inferSelect): Payment {
  const { prepayId, codeUrl, mwebUrl, prepaidAt: at, ...payment } = row
  const prepared = { prepayId, at }
  return { ...payment, prepay: isWritten(prepared) ? { ...prepared, codeUrl, mwebUrl } : null }
}

export function fromPayment({ prepay, ...payment }: Payment): typeof payments.$inferInsert {
  return {
    ...payment,
    prepayId: prepay?.prepayId ?? null,
    codeUrl: prepay?.codeUrl ?? null,
    mwebUrl: prepay?.mwebUrl ?? null,
    prepaidAt: prepay?.at ?? null,
  }
}

export function toTransaction(row: typeof transactions.$inferSelect): Transaction {
  const { resolvedAt: _, resolvedBy: __, resolution: ___, ...transaction } = row
  return transaction
}

export function toReviewedTransaction(row: typeof transactions.$inferSelect): ReviewedTransaction {
  return { ...toTransaction(row), resolution: toResolution(row) }
}

function toResolution(row: typeof transactions.$inferSelect): Resolution | null {
  const resolution = { at: row.resolvedAt, by: row.resolvedBy, note: row.resolution }
  return isWritten(resolution) ? resolution : null
}

export function toNotification(row: typeof notifications.$inferSelect): Notification {
  const { id, receivedAt, apiVersion, remoteAddress, headers, body, bodySha256, times, lastSeenAt, replayOf } = row
  const message = { apiVersion, remoteAddress, headers, body }
  return { ...message, id, receivedAt, bodySha256, times, lastSeenAt, replayOf, result: toResult(row) }
}

function toResult(row: typeof notifications.$inferSelect): NotificationResult | null {
  const { verdict, reply, processedAt } = row
  const processed = { verdict, reply, processedAt }
  if (!isWritten(processed)) return null
  const { orderId, outTradeNo, transactionId, claimedFen, signedText, expectedSign, receivedSign, queryAnswer } = row
  const { outRefundNo } = row
  return {
    ...processed,
    notificationId: row.id,
    kind: row.kind,
    orderId,
    outTradeNo,
    transactionId,
    outRefundNo,
    claimedFen,
    checks: row.checks ?? [],
    signedText,
    expectedSign,
    receivedSign,
    queryAnswer,
  }
}

export function toOrderEvent({ causeKind, causeId, ...event }: typeof orderEvents.$inferSelect): OrderEvent {
  return { ...event, cause: { kind: causeKind, id: causeId } }
}
