import { ReceiptText } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import { orderNumberOf } from '@/lib/shop/order'
import { ButtonLink } from '../../../_ui/button'
import { Lost } from '../../../_ui/lost'
import { LookupForm } from '../lookup-form'

/** As the shop makes them; anything else in the address was never the number of an order. */
const ORDER_ID = /^[0-9a-hjkmnp-tv-z]{26}$/

/**
 * An order that this browser did not make, or none at all: which of the two is told to nobody. Who comes back from
 * WeChat's payment page may land in another browser than the one that ordered, and learns how to find the order.
 */
export async function LostOrder({ id, isBack }: { id: string; isBack: boolean }) {
  if (!ORDER_ID.test(id)) return <Lost />
  const t = await getTranslations('lostOrder')
  return (
    <div className="mx-auto flex max-w-xl flex-col items-center gap-4 px-4 py-16 text-center">
      <span aria-hidden className="grid size-16 place-items-center rounded-full bg-mist text-pine">
        <ReceiptText className="size-8" />
      </span>
      <h1 className="text-2xl sm:text-3xl">{t('title')}</h1>
      {isBack && <p className="rounded-2xl bg-mist px-5 py-3 leading-relaxed">{t('paid')}</p>}
      <p className="leading-relaxed text-faded">{t('text')}</p>
      <p className="leading-relaxed text-faded">{t('ask')}</p>
      <LookupForm number={orderNumberOf(id)} />
      <div className="mt-4 flex flex-wrap justify-center gap-3">
        <ButtonLink href="/orders">{t('orders')}</ButtonLink>
        <ButtonLink look="plain" href="/">
          {t('home')}
        </ButtonLink>
      </div>
    </div>
  )
}
