import { ChevronRight } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { getRuntime } from '@/lib/runtime'
import { formatFen } from '@/lib/shop/money'
import type { Order } from '@/lib/shop/order'
import { ORDERS_COOKIE, readOwnOrderIds } from '@/lib/web/order-token'
import { ButtonLink } from '../../_ui/button'
import { Chip, type Tone } from '../../_ui/chip'
import { EmptyState } from '../../_ui/empty-state'
import { pageCookie } from '../../_ui/page-cookie'
import { When } from '../../_ui/when'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('orders'))('title'), robots: { index: false } }
}

/** The orders that this browser made. */
export default async function OrdersPage() {
  const { shop, orderSecret } = await getRuntime()
  const t = await getTranslations('orders')
  const cart = await getTranslations('cart')
  const ids = readOwnOrderIds(orderSecret, await pageCookie(ORDERS_COOKIE))
  const orders = await shop.store.listOrders(ids)
  return (
    <div className="mx-auto max-w-3xl px-4 pt-10 sm:px-6">
      <h1 className="text-3xl">{t('title')}</h1>
      <p className="mt-1 mb-6 text-faded">{t('lead')}</p>
      {orders.length === 0 ? (
        <EmptyState title={t('empty')} hint={t('emptyHint')}>
          <ButtonLink href="/">{cart('toShop')}</ButtonLink>
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-3">
          {orders.map((order) => (
            <OrderCard key={order.id} order={order} now={shop.now()} />
          ))}
        </ul>
      )}
    </div>
  )
}

const TONES = { pending: 'waiting', checking: 'waiting', paid: 'good', closed: 'over' } as const satisfies Record<
  string,
  Tone
>

async function OrderCard({ order, now }: { order: Order; now: number }) {
  const t = await getTranslations('orders.status')
  const locale = await getLocale()
  const status = order.status === 'pending' && now >= order.expiresAt ? 'checking' : order.status
  const names = order.lines.map(({ name }) => name[locale]).join(locale === 'zh' ? '、' : ', ')
  return (
    <li>
      <Link
        href={`/orders/${order.id}`}
        className="grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-2 rounded-2xl border border-line bg-card p-5 hover:border-jade"
      >
        <span className="truncate font-medium">{names}</span>
        <span className="justify-self-end">
          <Chip tone={TONES[status]}>{t(status)}</Chip>
        </span>
        <span className="text-sm text-faded">
          <When at={order.createdAt} />
        </span>
        <span className="flex items-center justify-end gap-1 tabular-nums">
          {formatFen(order.amountFen, locale)}
          <ChevronRight aria-hidden className="size-4 text-faded" />
        </span>
      </Link>
    </li>
  )
}
