import { createHash } from 'node:crypto'

/** A merchant that WeChat Pay knows. */
export type Account = {
  appid: string
  mchId: string
  apiKey: string
  /** Secret of the appid for page authorization; without one, nobody can find out who sits in front of a page. */
  appSecret?: string
}

/** The account that is known when nothing else is configured. It is public, so it must never touch the real service. */
export const DEMO_ACCOUNT: Required<Account> = {
  appid: 'wxd930ea5d5a258f4f',
  mchId: '1900000109',
  apiKey: '192006250b4c09247ec02edce69f6a2d',
  appSecret: 'c0ffee0000000000000000000000demo',
}

/** The key that the old sandbox gives out for a merchant: 32 characters, and always the same. */
export function sandboxKey({ mchId, apiKey }: Account): string {
  return createHash('md5').update(`sandbox of ${mchId} ${apiKey}`).digest('hex')
}
