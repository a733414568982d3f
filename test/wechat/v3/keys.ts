import type { CertifiedPair, KeyMaker, NewMerchantKeys } from '@/lib/emulator/public'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import keys from './keys.json'

/** Keys that were made once, because making RSA keys takes longer than most tests. Their certificates run from 2025 to 2030. */
const file: { demo: NewMerchantKeys; other: NewMerchantKeys; platformCertificate: CertifiedPair } = keys

/** The merchant number of the second set; everybody who is not the demo's merchant has it. */
export const OTHER_MCHID = '1900000110'

export const FIXED_KEYS: KeyMaker = {
  merchantKeys: async (mchId) => (mchId === DEMO_ACCOUNT.mchId ? file.demo : file.other),
  platformCertificate: async () => file.platformCertificate,
}

/** The demo merchant's. */
export const DEMO_KEYS = file.demo
