import { processNotification } from './handle-notification'
import type { Order } from './order'
import type { Payment } from './payment'
import { closeAtWeChat, closeOrder, preparePayment, queryPayment } from './query'
import { REFUNDABLE_FOR_MS } from './refund'
import { refundByRule } from './refunds'
import { followRefund } from './send-refund'
import type { Shop } from './shop'

/** At most this many payments, orders and messages are worked on in one tick, so that one tick stays short. */
const BATCH_MAX = 20
/** A message without a verdict is somebody's work for this long; then its handler must have died. */
const PROCESSING_MS_MAX = 10_000

/**
 * One round of what has to happen without anybody asking: notifications that were never processed, payments whose scheduled check
 * with WeChat has come, refunds that have not ended, stray money that a rule sends back, orders whose time is over. Everything it needs to know is in the store, so it goes on after a
 * restart where it stopped. A failure in one piece of work is logged and leaves the others alone.
 */
export async function tick(shop: Shop): Promise<void> {
  const now = shop.now()
  const unprocessed = await shop.store.listUnprocessedNotifications(now - PROCESSING_MS_MAX, BATCH_MAX)
  const messages = unprocessed.filter(({ id }) => !shop.processing.ids.has(id))
  const due = await shop.store.claimDuePayments(now, BATCH_MAX)
  const expired = await shop.store.listExpiredOrders(now, BATCH_MAX)
  const refunds = await shop.store.claimDueRefunds(now, BATCH_MAX)
  const stray = await listStray(shop)
  const work = [
    ...messages.map(({ id, message }) => processNotification(shop, id, message)),
    ...due.map(({ order, payment }) => followPayment(shop, order, payment)),
    ...refunds.map((refund) => followRefund(shop, refund, { kind: 'worker', id: refund.outRefundNo })),
    ...stray.map(({ transactionId, reason }) => refundByRule(shop, transactionId, reason)),
    ...expired.map((order) => closeOrder(shop, order, { kind: 'worker', id: order.id })),
    shop.gateway.keepFresh(),
  ]
  for (const result of await Promise.allSettled(work)) {
    if (result.status === 'rejected') shop.log.error('worker_failed', result.reason)
  }
}

/** What the rule sends back, with its reason; nothing without a rule. */
async function listStray({ strayRefundReason: reason, store, now }: Shop) {
  if (reason === null) return []
  const found = await store.listStrayToRefund(now() - REFUNDABLE_FOR_MS, BATCH_MAX)
  return found.map((transactionId) => ({ transactionId, reason }))
}

async function followPayment(shop: Shop, order: Order, payment: Payment): Promise<void> {
  const cause = { kind: 'worker', id: payment.outTradeNo } as const
  if (order.status !== 'pending') await closeAtWeChat(shop, payment, 'keeps', cause)
  else if (shop.now() >= order.expiresAt) await closeAtWeChat(shop, payment, 'closes', cause)
  else if (payment.status === 'preparing') await preparePayment(shop, payment, cause)
  else await queryPayment(shop, payment, cause)
}
