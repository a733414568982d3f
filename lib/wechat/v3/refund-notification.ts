import { type ReadRefund, readFoundRefund } from './found-refund'
import type { Json } from './json'

/**
 * Reads what is sealed in a notice of a refund. It is as the refund query answers but for one name: the state is called `refund_status` (API v3, refund
 * notification). The event outside has to say the same, and a refund that goes on is no news.
 */
export function readRefundNotice({ refund_status: status, ...json }: Json, told: string): ReadRefund {
  return status === told ? readFoundRefund({ ...json, status }) : { ok: false, field: 'refund_status' }
}
