import { sandboxKey } from '../accounts'
import { downloadbill, downloadfundflow } from './bills'
import type { Endpoint } from './call'
import { closeorder, orderquery, unifiedorder } from './orders'
import { refund, refundquery } from './refunds'
import {
  CLOSEORDER,
  DOWNLOADBILL,
  DOWNLOADFUNDFLOW,
  GETSIGNKEY,
  ORDERQUERY,
  REFUND,
  REFUNDQUERY,
  UNIFIEDORDER,
} from './rules'

const PAY = {
  '/pay/unifiedorder': { rules: UNIFIEDORDER, answer: unifiedorder },
  '/pay/orderquery': { rules: ORDERQUERY, answer: orderquery },
  '/pay/closeorder': { rules: CLOSEORDER, answer: closeorder },
  '/secapi/pay/refund': { rules: REFUND, answer: refund, wantsCertificate: true },
  '/pay/refundquery': { rules: REFUNDQUERY, answer: refundquery },
  '/pay/downloadbill': { rules: DOWNLOADBILL, answer: downloadbill },
  '/pay/downloadfundflow': { rules: DOWNLOADFUNDFLOW, answer: downloadfundflow, wantsCertificate: true },
}

/** Gives out the key that the sandbox's addresses want. Clients do not look for a signature in this answer. */
const KEY: Endpoint = {
  rules: GETSIGNKEY,
  answer: (_, { account }) => {
    return { type: 'unsigned', fields: { mch_id: account.mchId, sandbox_signkey: sandboxKey(account) } }
  },
  isSandbox: false,
}

/** What comes before the paths: nothing, or the prefix of WeChat Pay's old sandboxes. */
const PREFIXES = ['', '/sandboxnew', '/xdc/apiv2sandbox']

/** The addresses of v2. */
export const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map([
  ...PREFIXES.flatMap((prefix) =>
    Object.entries(PAY).map(([path, endpoint]): [string, Endpoint] => [
      `${prefix}${path}`,
      { ...endpoint, isSandbox: prefix !== '' },
    ]),
  ),
  ['/sandboxnew/pay/getsignkey', KEY],
  ['/xdc/apiv2getsignkey/sign/getsignkey', KEY],
])
