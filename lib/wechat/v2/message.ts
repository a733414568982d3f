import type { Check } from '@/lib/shop/notification'
import type { MerchantAccount } from './call'
import type { Fields } from './sign'

/* What all messages of WeChat have in common, whatever they tell of. */

/** Checks in the words of this API, beside those of the rules. */
export const CHECKS = [
  'well_formed',
  'return_code',
  'account',
  'sign_type',
  'signature',
  'decrypts',
  'inner_well_formed',
  'complete',
] as const
type CheckName = (typeof CHECKS)[number]

const NUMBER_MAX = 32

export function check(name: CheckName, passed: boolean, detail: string | null = null): Check {
  return { name, passed, detail: detail === null ? null : detail.slice(0, 100) }
}

export function isFor({ appid, mchId }: MerchantAccount, fields: Fields): boolean {
  return fields.appid === appid && fields.mch_id === mchId
}

/** A number that can be looked up. Anything longer is none, and cut short it might be another one's. */
export function numberOf(text = '', lengthMax = NUMBER_MAX): string | null {
  return text === '' || text.length > lengthMax ? null : text
}

/** An amount that a message speaks of, believed or not. */
export function claimOf(text = ''): number | null {
  return /^\d{1,12}$/.test(text) ? Number(text) : null
}
