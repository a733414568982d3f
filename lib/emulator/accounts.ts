import { createHash } from 'node:crypto'

/** A merchant that WeChat Pay knows. */
export type Account = {
  appid: string
  mchId: string
  apiKey: string
  /** Secret of the appid for page authorization; without one, nobody can find out who sits in front of a page. */
  appSecret?: string
}

/** The key that the old sandbox gives out for a merchant: 32 characters, and always the same. */
export function sandboxKey({ mchId, apiKey }: Account): string {
  return createHash('md5').update(`sandbox of ${mchId} ${apiKey}`).digest('hex')
}
