import type { TradeType } from '../ledger/schema'
import { billfile, fundflowbill, tradebill } from './bills'
import type { Endpoint } from './call'
import { certificates } from './certificates'
import { close, placeAs, queryOrder } from './orders'
import { applyAbnormalRefund, queryRefund, refund } from './refunds'
import {
  ABNORMAL_REFUND,
  BILL_FILE,
  CLOSE,
  FUND_FLOW_BILL,
  ORDER_TABLES,
  QUERY_BY_NUMBER,
  QUERY_BY_TRANSACTION,
  REFUND,
  REFUND_QUERY,
  TRADE_BILL,
} from './tables'

const KINDS: [path: string, tradeType: TradeType][] = [
  ['native', 'NATIVE'],
  ['app', 'APP'],
  ['h5', 'MWEB'],
  ['jsapi', 'JSAPI'],
]

const PAY = '/v3/pay/transactions'
const REFUNDS = '/v3/refund/domestic/refunds'

/** The addresses of v3. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...KINDS.map(
    ([path, tradeType]): Endpoint => ({
      method: 'POST',
      address: `${PAY}/${path}`,
      family: 'pay',
      rules: ORDER_TABLES[tradeType],
      answer: placeAs(tradeType),
    }),
  ),
  {
    method: 'GET',
    address: `${PAY}/out-trade-no/{out_trade_no}`,
    family: 'pay',
    rules: QUERY_BY_NUMBER,
    answer: queryOrder,
  },
  {
    method: 'GET',
    address: `${PAY}/id/{transaction_id}`,
    family: 'pay',
    rules: QUERY_BY_TRANSACTION,
    answer: queryOrder,
  },
  { method: 'POST', address: `${PAY}/out-trade-no/{out_trade_no}/close`, family: 'pay', rules: CLOSE, answer: close },
  { method: 'POST', address: REFUNDS, family: 'refund', rules: REFUND, answer: refund },
  {
    method: 'GET',
    address: `${REFUNDS}/{out_refund_no}`,
    family: 'refund',
    rules: REFUND_QUERY,
    answer: queryRefund,
  },
  {
    method: 'POST',
    address: `${REFUNDS}/{refund_id}/apply-abnormal-refund`,
    family: 'refund',
    rules: ABNORMAL_REFUND,
    answer: applyAbnormalRefund,
  },
  { method: 'GET', address: '/v3/bill/tradebill', family: 'bill', rules: TRADE_BILL, answer: tradebill },
  { method: 'GET', address: '/v3/bill/fundflowbill', family: 'bill', rules: FUND_FLOW_BILL, answer: fundflowbill },
  { method: 'GET', address: '/v3/billdownload/file', family: 'bill', rules: BILL_FILE, answer: billfile },
  { method: 'GET', address: '/v3/certificates', family: 'certificates', rules: [], answer: certificates },
]

type Found = { endpoint: Endpoint; path: Record<string, string> }

const PATTERNS = ENDPOINTS.map((endpoint) => {
  const pattern = endpoint.address.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  return { endpoint, pattern: new RegExp(`^${pattern}$`) }
})

/** The address that a path names, for each method that it has; none when there is no such address. */
export function findEndpoints(path: string): Found[] {
  return PATTERNS.flatMap(({ endpoint, pattern }) => {
    const match = pattern.exec(path)
    if (match === null) return []
    const named = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decode(value)] as const)
    return [{ endpoint, path: Object.fromEntries(named) }]
  })
}

/** A part of a path; what is no percent-encoding stays as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
