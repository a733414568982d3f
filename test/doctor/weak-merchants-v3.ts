import { createDecipheriv } from 'node:crypto'
import type { WeaknessId } from '@/lib/doctor/weaknesses/weaknesses'
import { isProbe } from '@/lib/wechat/v3/sign'
import { DEMO_KEYS } from '../wechat/v3/keys'
import { type MerchantV3, PLATFORM_KEY, SOUND_V3 } from './merchant-v3'

/** A program of v3 with one weakness, what it is called, and the cases in which it shows. */
type Weak = { parts: Partial<MerchantV3>; named: WeaknessId; failing: string[] }

/** Every case in which a retry has to be asked for. */
const REFUSED = [
  ...['forged', 'altered', 'unsigned', 'probe', 'expired', 'other serial', 'other key', 'altered tag', 'cut'],
  ...['other merchant', 'other appid', 'unknown number', 'other amount', 'contradicted'],
  ...['query fails', 'other amount taken', 'refund unsigned', 'refund under another key'],
]

export const WEAK_V3: Record<string, Weak> = {
  'does not verify the signature': {
    parts: { isSigned: () => true },
    named: 'no_signature_check',
    failing: ['forged', 'altered', 'probe'],
  },
  'lets probes through': {
    parts: { isSigned: (signed, key) => isProbe(signed.signature) || SOUND_V3.isSigned(signed, key) },
    named: 'accepts_probe',
    failing: ['probe'],
  },
  'does not look at the timestamp': {
    parts: { isFresh: () => true },
    named: 'ignores_timestamp',
    failing: ['expired'],
  },
  'has one key for every serial': {
    parts: { findKey: () => PLATFORM_KEY },
    named: 'ignores_serial',
    failing: ['other serial'],
  },
  'decrypts without the tag': {
    parts: {
      open: ({ nonce, ciphertext }) => {
        const decipher = createDecipheriv('aes-256-gcm', DEMO_KEYS.v3Key, nonce)
        return decipher.update(Buffer.from(ciphertext, 'base64').subarray(0, -16))
      },
    },
    named: 'skips_tag',
    failing: ['altered tag'],
  },
  'says FAIL with status 200': {
    parts: { reply: (isGood) => Response.json({ code: isGood ? 'SUCCESS' : 'FAIL' }) },
    named: 'fails_with_200',
    failing: REFUSED,
  },
  'does not compare the amount': {
    parts: { isAmount: () => true },
    named: 'no_amount_check',
    failing: ['other amount taken'],
  },
  'trusts the notification without a query': {
    parts: { confirm: async (notified) => notified },
    named: 'trusts_notice',
    failing: ['contradicted'],
  },
  'answers before it stores': {
    parts: { isHasty: true },
    named: 'acknowledges_before_storing',
    failing: ['contradicted', 'query fails'],
  },
  'answers 400 to repeats': {
    parts: { repeated: false },
    named: 'fails_repeats',
    failing: ['repeated', 'at once'],
  },
}
