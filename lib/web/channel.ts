import type { Channel } from '@/lib/shop/payment'

/** The channel that suits a browser: inside WeChat its own page payment, on a phone H5, anywhere else a code to scan. */
export function channelFor(userAgent: string | null): Exclude<Channel, 'app'> {
  if (userAgent === null) return 'native'
  if (/MicroMessenger/i.test(userAgent)) return 'jsapi'
  return /Mobi|Android|iPhone|iPad|HarmonyOS/i.test(userAgent) ? 'h5' : 'native'
}
