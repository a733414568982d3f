import { getLocale, getTranslations } from 'next-intl/server'
import { formatClaim, formatFen } from '@/lib/shop/money'
import type { Order } from '@/lib/shop/order'

/** What was ordered, at the prices of that moment; without a title of its own, as its shopper reads it. */
export async function OrderLines({ order, title }: { order: Order; title?: string }) {
  const t = await getTranslations('order')
  const locale = await getLocale()
  return (
    <section aria-labelledby="lines" className="rounded-3xl border border-line bg-card p-6">
      <h2 id="lines" className="text-lg">
        {title ?? t('items')}
      </h2>
      <ul className="mt-3 divide-y divide-line">
        {order.lines.map(({ productId, name, quantity, priceFen }) => (
          <li key={productId} className="flex items-baseline justify-between gap-4 py-3">
            <span>
              {name[locale]}
              <span className="block text-sm whitespace-nowrap text-faded tabular-nums">
                {t('pieces', { price: formatFen(priceFen, locale), count: quantity })}
              </span>
            </span>
            <span className="tabular-nums">{formatClaim(priceFen * quantity, locale)}</span>
          </li>
        ))}
      </ul>
      <p className="flex items-baseline justify-between border-t border-line pt-4 text-lg font-medium">
        <span>{t('total')}</span>
        <span className="tabular-nums">{formatFen(order.amountFen, locale)}</span>
      </p>
    </section>
  )
}
