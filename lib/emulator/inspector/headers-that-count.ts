import type { ApiVersion, HeaderList } from '../ledger/schema'

/** What API v3 is signed by, and what its addresses ask for; everything else is the client's own affair. */
const HEADERS_OF_V3 = /^(authorization|accept|user-agent|content-type|wechatpay-.*)$/

/** The headers without which a message would be another one. In v2 all that counts stands in the body. */
export function headersThatCount(apiVersion: ApiVersion, headers: HeaderList): HeaderList {
  if (apiVersion === 'v2') return [['content-type', 'text/xml; charset=utf-8']]
  return headers.filter(([name, value]) => HEADERS_OF_V3.test(name) && /^[\x20-\x7e]*$/.test(value))
}
