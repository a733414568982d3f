import type { FeeRate } from './bill'
import type { Gateway } from './gateway'
import type { Processing } from './processing'
import type { RefundContact } from './send-refund'
import type { Store } from './store'

export type LogFields = Record<string, string | number | boolean | null>

/** What is true of a payment after WeChat was queried; `unknown` when it did not answer, or not trustworthily. */
export type RemoteStatus = 'paid' | 'unpaid' | 'closed' | 'unknown'

/** Everything the rules need from outside: a store, WeChat, the time, chance, and somebody who listens. */
export type Shop = {
  store: Store
  gateway: Gateway
  /** Epoch milliseconds. */
  now: () => number
  /** An unguessable name for an order: letters and digits, at least 128 bits of chance. */
  newOrderId: () => string
  /** A number for a payment at WeChat: it begins with the order's, and is never the same twice. At most 32 characters. */
  newOutTradeNo: (orderNumber: string) => string
  /** A number for a refund at WeChat: at most 64 letters and digits, unguessable, never the same twice. */
  newOutRefundNo: () => string
  /** What the buyer reads of late and second money that is sent back by itself; null when people decide about it. */
  strayRefundReason: string | null
  /** What the merchant agreed on with WeChat; null when each line of a bill is taken at its own word. */
  feeRate: FeeRate | null
  /** When bills are fetched: the first time of day for that after an instant, by China's clock. */
  billTimeAfter: (at: number) => number
  /** Until then the days whose bills are to be fetched are written down. */
  billDays: { openedUntil: number }
  orderTtlMs: number
  /** How long an order keeps its stock before a payment is opened. */
  orderHoldMs: number
  log: {
    info: (event: string, fields?: LogFields) => void
    warn: (event: string, fields?: LogFields) => void
    error: (event: string, error: unknown, fields?: LogFields) => void
  }
  /** Questions to WeChat that are being answered, by number, so that nobody asks the same twice at once. */
  inFlightQueries: Map<string, Promise<RemoteStatus>>
  /** The same of refunds that are sent or asked about. */
  inFlightRefunds: Map<string, Promise<RefundContact>>
  /** Calls that are being written into the log; whoever stops the shop waits for them. */
  unwrittenCalls: Set<Promise<void>>
  /** In which order received messages are processed. */
  processing: Processing
  /** Tells whoever watches this order that it changed. */
  announce: (orderId: string) => void
}
