import { getTranslations } from 'next-intl/server'
import type { RefundsOff } from '@/lib/shop/gateway'

/** How refunds are switched on. */
export async function RefundsAreOff({ why }: { why: RefundsOff }) {
  const t = await getTranslations('orderRefund')
  return (
    <div className="mt-4 max-w-3xl rounded-2xl bg-honey p-4 text-ink">
      <p className="font-medium">{t('offTitle')}</p>
      <p className="mt-1 leading-relaxed">{t(`off.${why}`)}</p>
    </div>
  )
}
