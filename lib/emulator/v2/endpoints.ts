import { sandboxKey } from '../accounts'
import type { Endpoint } from './call'
import { closeorder, orderquery, unifiedorder } from './orders'
import { CLOSEORDER, GETSIGNKEY, ORDERQUERY, UNIFIEDORDER } from './rules'

const PAY = {
  unifiedorder: { rules: UNIFIEDORDER, answer: unifiedorder },
  orderquery: { rules: ORDERQUERY, answer: orderquery },
  closeorder: { rules: CLOSEORDER, answer: closeorder },
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
    Object.entries(PAY).map(([name, endpoint]): [string, Endpoint] => [
      `${prefix}/pay/${name}`,
      { ...endpoint, isSandbox: prefix !== '' },
    ]),
  ),
  ['/sandboxnew/pay/getsignkey', KEY],
  ['/xdc/apiv2getsignkey/sign/getsignkey', KEY],
])
