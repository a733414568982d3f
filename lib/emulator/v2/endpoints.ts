import { sandboxKey } from '../accounts'
import { closeorder, orderquery, unifiedorder } from '../api/orders'
import type { WeChat } from '../wechat'
import type { Answer, Call } from './call'
import { CLOSEORDER, GETSIGNKEY, ORDERQUERY, type Rule, UNIFIEDORDER } from './rules'

export type Endpoint = {
  rules: Rule[]
  answer: (wechat: WeChat, call: Call) => Answer
  /** Whether calls are signed with the sandbox's key. */
  isSandbox: boolean
}

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

/** WeChat Pay's addresses. */
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
