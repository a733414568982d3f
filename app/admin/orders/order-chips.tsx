import { getTranslations } from 'next-intl/server'
import type { Order } from '@/lib/shop/order'
import type { Attention } from '@/lib/shop/review'
import { Chip, type Tone } from '../../_ui/chip'

const TONES = { pending: 'waiting', paid: 'good', closed: 'over' } as const satisfies Record<Order['status'], Tone>

/** Where an order stands, and why somebody should look at it. */
export async function OrderChips({ order, attention }: { order: Order; attention: Attention[] }) {
  const t = await getTranslations('adminOrders')
  const isUnshipped = order.status === 'paid' && order.shippedAt === null
  return (
    <span className="flex flex-wrap gap-1.5">
      <Chip tone={TONES[order.status]}>{order.shippedAt === null ? t(`is.${order.status}`) : t('is.shipped')}</Chip>
      {isUnshipped && <Chip tone="hostile">{t('is.unshipped')}</Chip>}
      {attention.map((reason) => (
        <Chip key={reason} tone="alarm">
          {t(`needs.${reason}`)}
        </Chip>
      ))}
    </span>
  )
}
