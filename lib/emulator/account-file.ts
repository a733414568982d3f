import { z } from 'zod'
import type { MerchantAccount } from './accounts'

export const appid = z.string().min(1, 'must not be empty').max(32, 'has at most 32 characters')
export const mchId = z.string().min(1, 'must not be empty').max(32, 'has at most 32 characters')
export const apiKey = z.string().length(32, 'must have 32 characters')
export const appSecret = z.string().regex(/^\w{32}$/, 'must have exactly 32 letters and digits')

const payeeName = z.string().trim().min(1, 'must not be empty').max(64, 'has at most 64 characters')
const name = z.union([payeeName, z.strictObject({ zh: payeeName, en: payeeName })], {
  error: 'must be a name, or { "zh", "en" }',
})

/** The merchants that exist, in WeChat's own names. */
export const accountList = z
  .array(
    z.strictObject({
      appid,
      mch_id: mchId,
      api_key: apiKey,
      app_secret: appSecret.optional(),
      refund_notify_url: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
      name: name.optional(),
      fee_rate: z.number().min(0).max(10, 'is a percentage, at most 10').optional(),
    }),
  )
  .min(1, 'must name at least one account')
  .refine((all) => new Set(all.map((it) => `${it.appid} ${it.mch_id}`)).size === all.length, {
    error: 'names an appid and mch_id twice',
  })
  .refine(
    (all) => new Set(all.map((it) => it.mch_id)).size === new Set(all.map((it) => `${it.mch_id} ${it.api_key}`)).size,
    {
      error: 'gives one mch_id two keys; a merchant has one',
    },
  )

export function toMerchant(it: z.infer<typeof accountList>[number]): MerchantAccount {
  return {
    appid: it.appid,
    mchId: it.mch_id,
    apiKey: it.api_key,
    ...(it.app_secret !== undefined && { appSecret: it.app_secret }),
    ...(it.refund_notify_url !== undefined && { refundNotifyUrl: it.refund_notify_url }),
    ...(it.name !== undefined && { name: it.name }),
    ...(it.fee_rate !== undefined && { feeRate: Math.round(it.fee_rate * 100) }),
  }
}
