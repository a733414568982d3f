import { withDeadline } from '@/lib/net/deadline'
import { readBytes } from '@/lib/net/read-bytes'
import type { DeliveryResult } from '../ledger/deliveries'
import type { Delivery } from '../ledger/schema'
import type { Protocol } from '../protocol'
import type { SendRequest } from '../public'

/** A reply that is later than this is none, in milliseconds. */
const REPLY_WITHIN_MS = 5_000
/** More of a reply is not read. */
const REPLY_BYTES_MAX = 64 * 1024

type ReadReply = Protocol['notifications']['readReply']

/** Sends one delivery and waits for the merchant's reply, at most five seconds. */
export function exchange(delivery: Delivery, send: SendRequest, readReply: ReadReply): Promise<DeliveryResult> {
  return withDeadline(REPLY_WITHIN_MS, withoutReply('timeout'), (signal) => {
    const request = new Request(delivery.notifyUrl, {
      method: 'POST',
      headers: delivery.requestHeaders,
      body: delivery.body,
      redirect: 'manual',
      signal,
    })
    return receive(request, send, readReply).catch(() => withoutReply('unreachable'))
  })
}

async function receive(request: Request, send: SendRequest, readReply: ReadReply): Promise<DeliveryResult> {
  const response = await send(request)
  const bytes = await readBytes(response.body, REPLY_BYTES_MAX)
  const reply = bytes === null ? null : new TextDecoder().decode(bytes)
  const { status } = response
  return { ...readReply(status, bytes), httpStatus: status, reply, replyHeaders: [...response.headers] }
}

/** How an attempt ended in which nobody replied. */
export function withoutReply(outcome: DeliveryResult['outcome']): DeliveryResult {
  return { outcome, httpStatus: null, replyCode: null, reply: null, replyHeaders: [] }
}
