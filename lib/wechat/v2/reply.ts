import type { WrittenReply } from '@/lib/shop/gateway'
import type { Reply } from '@/lib/shop/notification'

const ACKNOWLEDGE = '<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>'
const RETRY = '<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[AGAIN]]></return_msg></xml>'

/** The words decide, with 200 whatever they say (payment notification, reply). */
export function writeReply(reply: Reply): WrittenReply {
  const body = reply === 'acknowledge' ? ACKNOWLEDGE : RETRY
  return { status: 200, contentType: 'text/xml; charset=utf-8', body }
}
