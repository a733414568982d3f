import type { Delivery } from '../ledger/schema'
import type { Attempt } from '../public'

/** An attempt to deliver as programs see it. */
export function toAttempt(delivery: Delivery): Attempt {
  return {
    id: delivery.id,
    out_trade_no: delivery.outTradeNo,
    out_refund_no: delivery.outRefundNo,
    attempt: delivery.attempt,
    cause: delivery.cause,
    at: delivery.sentAt ?? delivery.dueAt,
    outcome: delivery.outcome,
    faults: delivery.faults,
    http_status: delivery.httpStatus,
    reply_code: delivery.replyCode,
    reply: delivery.reply,
    reply_headers: delivery.replyHeaders,
    body: delivery.body,
    body_sha256: delivery.bodySha256,
    request_headers: delivery.requestHeaders,
  }
}
