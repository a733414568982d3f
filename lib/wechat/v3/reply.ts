import type { WrittenReply } from '@/lib/shop/gateway'
import type { Reply } from '@/lib/shop/notification'

const JSON_TYPE = 'application/json; charset=utf-8'
const RETRY = JSON.stringify({ code: 'FAIL', message: 'AGAIN' })

/** The status decides: 204 ends the retries, and what begins with 4 or 5 asks for one (API v3, notifications). */
export function writeReply(reply: Reply): WrittenReply {
  if (reply === 'acknowledge') return { status: 204, contentType: JSON_TYPE, body: '' }
  return { status: 500, contentType: JSON_TYPE, body: RETRY }
}
