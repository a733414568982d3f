import { QrCode, Smartphone } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import type { Order } from '@/lib/shop/order'
import type { Channel } from '@/lib/shop/payment'

/** Who looks at the order: the channel that suits the browser, and inside WeChat the payer, once known. */
export type PayingBrowser = { channel: Exclude<Channel, 'app'>; openid: string | null }

/** Ways that work in such a browser. H5 is refused inside WeChat, and the others need their own surroundings. */
const WAYS = { native: ['native'], h5: ['h5', 'native'], jsapi: ['jsapi', 'native'] } as const

/** Other channels to pay on. Choosing one closes the present payment at WeChat first. */
export async function OtherWays({
  order,
  current,
  browser,
}: {
  order: Order
  current: Channel
  browser: PayingBrowser
}) {
  const t = await getTranslations('order')
  const labels = { native: t('wayNative'), h5: t('wayH5'), jsapi: t('wayJsapi') }
  const ways = WAYS[browser.channel].filter((way) => way !== current && (way !== 'jsapi' || browser.openid !== null))
  if (ways.length === 0) return null
  return (
    <section aria-label={t('otherWays')} className="flex flex-col items-center gap-2">
      <p className="text-sm text-faded">{t('otherWays')}</p>
      {ways.map((way) => (
        <form key={way} method="post" action={`/api/orders/${order.id}/prepay`}>
          <input type="hidden" name="channel" value={way} />
          <button
            type="submit"
            className="inline-flex min-h-11 cursor-pointer items-center gap-2 rounded-full border border-line bg-card px-5 hover:border-jade"
          >
            {way === 'native' ? (
              <QrCode aria-hidden className="size-4" />
            ) : (
              <Smartphone aria-hidden className="size-4" />
            )}
            {labels[way]}
          </button>
        </form>
      ))}
    </section>
  )
}
