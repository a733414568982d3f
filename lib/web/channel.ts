import type { Channel } from '@/lib/shop/payment'

/** Programs that carry WeChat's name and cannot open its cashier: WeCom, and pages inside a mini-program. */
const WITHOUT_CASHIER = /wxwork|miniProgram/i

/** The channel that suits a browser: inside WeChat its own page payment, on a phone H5, anywhere else a code to scan. */
export function channelFor(userAgent: string | null): Exclude<Channel, 'app'> {
  if (userAgent === null || WITHOUT_CASHIER.test(userAgent)) return 'native'
  if (/MicroMessenger/i.test(userAgent)) return 'jsapi'
  return /Mobi|Android|iPhone|iPad|HarmonyOS/i.test(userAgent) ? 'h5' : 'native'
}
