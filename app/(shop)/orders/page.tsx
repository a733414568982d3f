import { ChevronRight } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { getRuntime } from '@/lib/runtime'
import { formatClaim, formatFen } from '@/lib/shop/money'
import { type Order, orderNumberOf } from '@/lib/shop/order'
import { isWish, type Refund, refundedFen } from '@/lib/shop/refund'
import { firstOf } from '@/lib/web/list-query'
import { ORDERS_COOKIE, readOwnOrderIds } from '@/lib/web/order-token'
import { ButtonLink } from '../../_ui/button'
import { Chip, type Tone } from '../../_ui/chip'
import { EmptyState } from '../../_ui/empty-state'
import { pageCookie } from '../../_ui/page-cookie'
import { refundStandingOf } from '../../_ui/standing'
import { When } from '../../_ui/when'
import { LookupForm } from './lookup-form'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('orders'))('title'), robots: { index: false } }
}

/** The orders that this browser made. */
export default async function OrdersPage({ searchParams }: PageProps<'/orders'>) {
  const { shop, orderSecret } = await getRuntime()
  const t = await getTranslations('orders')
  const cart = await getTranslations('cart')
  const ids = readOwnOrderIds(orderSecret, await pageCookie(ORDERS_COOKIE))
  const orders = await shop.store.listOrders(ids)
  const refunds = await shop.store.listRefundsOfOrders(orders.map(({ id }) => id))
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
            <OrderCard
              key={order.id}
              order={order}
              refunds={refunds.filter(({ orderId }) => orderId === order.id)}
              now={shop.now()}
            />
          ))}
        </ul>
      )}
      <LookupForm problem={firstOf((await searchParams).problem)} />
    </div>
  )
}

const TONES = {
  pending: 'waiting',
  checking: 'waiting',
  paid: 'good',
  shipped: 'good',
  refunded: 'over',
  closed: 'over',
} as const satisfies Record<string, Tone>

function statusOf(order: Order, refunds: Refund[], now: number): keyof typeof TONES {
  if (order.status === 'pending') return now >= order.expiresAt ? 'checking' : 'pending'
  if (order.status === 'closed') return 'closed'
  if (refundStandingOf(order, refunds) === 'wholly') return 'refunded'
  return order.shippedAt === null ? 'paid' : 'shipped'
}

async function OrderCard({ order, refunds, now }: { order: Order; refunds: Refund[]; now: number }) {
  const t = await getTranslations('orders.status')
  const locale = await getLocale()
  const status = statusOf(order, refunds, now)
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
          <span className="font-mono">{orderNumberOf(order.id)}</span> · <When at={order.createdAt} zone />
        </span>
        <span className="flex items-center justify-end gap-1 tabular-nums">
          {formatFen(order.amountFen, locale)}
          <ChevronRight aria-hidden className="size-4 text-faded" />
        </span>
        <RefundLine refunds={refunds} />
      </Link>
    </li>
  )
}

/** What of an order went back or is on its way, in one line. */
async function RefundLine({ refunds }: { refunds: Refund[] }) {
  if (refunds.length === 0) return null
  const t = await getTranslations('orders.refund')
  const locale = await getLocale()
  const refunded = refundedFen(refunds)
  const underWay = refunds.filter((it) => it.approvedAt !== null && it.endedAt === null && it.status !== 'abnormal')
  const underWayFen = underWay.reduce((sum, { amountFen }) => sum + amountFen, 0)
  const words = [
    ...(refunded > 0 ? [t('refunded', { amount: formatFen(refunded, locale) })] : []),
    ...(underWayFen > 0 ? [t('underWay', { amount: formatClaim(underWayFen, locale) })] : []),
    ...(refunds.some(isWish) ? [t('asked')] : []),
    ...(refunds.at(-1)?.status === 'declined' ? [t('declined')] : []),
  ]
  if (words.length === 0) return null
  return <span className="col-span-2 text-sm text-jade">{words.join(' · ')}</span>
}
