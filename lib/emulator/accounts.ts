import { createHash } from 'node:crypto'
import type { Locale } from './locale'
import type { MerchantAccount } from './public'

export type { MerchantAccount } from './public'

/** What WeChat keeps of a merchant's payments unless something else is agreed. */
const FEE_RATE = 60

export function feeRateOf(accounts: MerchantAccount[], mchId: string): number {
  return accounts.find((it) => it.mchId === mchId)?.feeRate ?? FEE_RATE
}

/** The key that the old sandbox gives out for a merchant: 32 characters, and always the same. */
export function sandboxKey({ mchId, apiKey }: MerchantAccount): string {
  return createHash('md5').update(`sandbox of ${mchId} ${apiKey}`).digest('hex')
}

/** The account that a trade belongs to, with the key that everything about this trade is signed with. */
export function accountOf(
  accounts: MerchantAccount[],
  { mchId, appid, isSandbox }: { mchId: string; appid: string; isSandbox: boolean },
): MerchantAccount {
  const account = accounts.find((it) => it.mchId === mchId && it.appid === appid)
  if (account === undefined) throw new Error(`no account for merchant ${mchId}`)
  return isSandbox ? { ...account, apiKey: sandboxKey(account) } : account
}

/** What a buyer reads as the payee; null for a merchant without a name. */
export function payeeName(accounts: MerchantAccount[], mchId: string, locale: Locale): string | null {
  const name = accounts.find((it) => it.mchId === mchId && it.name !== undefined)?.name ?? null
  return name === null || typeof name === 'string' ? name : name[locale]
}
