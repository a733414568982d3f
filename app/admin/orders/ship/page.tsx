import { ArrowLeft, CircleCheck, CircleX } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { formatFen } from '@/lib/shop/money'
import { orderNumberOf } from '@/lib/shop/order'
import type { ReviewedOrder } from '@/lib/shop/review'
import { refuseShipping } from '@/lib/shop/shipping'
import { limitValues } from '@/lib/web/limit-values'
import { firstOf } from '@/lib/web/list-query'
import { ActionForm } from '../../../_ui/action-form'
import { AdminFrame } from '../../../_ui/admin-frame'
import { Button } from '../../../_ui/button'
import { Notice } from '../../../_ui/notice'
import { requireAdmin } from '../../require-admin'
import { ordersPath } from '../list-query'
import { readOrderIds, readResults, type ShipOutcome } from '../ship-query'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('shipping'))('title'), robots: { index: false } }
}

type Chosen = ReviewedOrder & { why: ShipOutcome | null }

/** Asks before several orders are marked as shipped; afterwards it says what became of each. */
export default async function ShipPage({ searchParams }: PageProps<'/admin/orders/ship'>) {
  const admin = await requireAdmin('orders')
  const t = await getTranslations('shipping')
  const query = await searchParams
  const ids = readOrderIds(query.order)
  const results = readResults(firstOf(query.results), ids)
  const { store, now } = await getShop()
  const found = await store.listReviewedOrdersById(ids, now())
  const refunds = await store.listRefundsOfOrders(found.map(({ order }) => order.id))
  const chosen = found.map((it) => {
    const own = refunds.filter(({ orderId }) => orderId === it.order.id)
    return { ...it, why: results === null ? refuseShipping(it, own) : (results.get(it.order.id) ?? null) }
  })
  const ready = chosen.filter(({ why }) => why === null).map(({ order }) => order.id)
  return (
    <AdminFrame admin={admin} page="orders">
      <Link
        href={ordersPath({ isShipped: false })}
        prefetch={false}
        className="inline-flex min-h-11 items-center gap-2 text-faded hover:text-ink"
      >
        <ArrowLeft aria-hidden className="size-4" />
        {t('back')}
      </Link>
      <h1 className="mt-1 text-3xl">{t('title')}</h1>
      {results !== null && <Told outcomes={[...results.values()]} />}
      {results === null && admin.role === 'operator' && <Question ids={ready} all={chosen.length} />}
      {admin.role === 'viewer' && <p className="mt-4 text-faded">{t('viewer')}</p>}
      <ul className="mt-6 divide-y divide-line rounded-3xl border border-line bg-card px-5">
        {chosen.map((it) => (
          <Line key={it.order.id} chosen={it} />
        ))}
      </ul>
    </AdminFrame>
  )
}

async function Question({ ids, all }: { ids: string[]; all: number }) {
  const t = await getTranslations('shipping')
  const confirm = await getTranslations('confirm')
  if (ids.length === 0) return <p className="mt-4">{t('none')}</p>
  return (
    <ActionForm
      action="/api/admin/orders/ship"
      className="mt-4 flex flex-wrap items-center gap-4 rounded-3xl border border-honey bg-honey p-5"
    >
      {ids.map((id) => (
        <input key={id} type="hidden" name="order" value={id} />
      ))}
      <p className="min-w-0 flex-1 basis-64">
        {t('text', { count: ids.length })} {ids.length < all && t('left', { count: all - ids.length })}{' '}
        {confirm('final')}
      </p>
      <Button>{t('submit', { count: ids.length })}</Button>
    </ActionForm>
  )
}

async function Told({ outcomes }: { outcomes: ShipOutcome[] }) {
  const t = await getTranslations('shipping')
  const done = outcomes.filter((it) => it === 'done').length
  return (
    <div className="mt-4">
      <Notice tone={done === outcomes.length ? 'calm' : 'warm'}>
        <p>{t('told', { done, count: outcomes.length })}</p>
      </Notice>
    </div>
  )
}

async function Line({ chosen: { order, why } }: { chosen: Chosen }) {
  const t = await getTranslations('shipping')
  const problem = await getTranslations('problem')
  const locale = await getLocale()
  const goods = order.lines.map(({ name, quantity }) => `${name[locale]} × ${quantity}`).join(t('separator'))
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-3">
      <span className="min-w-0 basis-80">
        <Link href={`/admin/orders/${order.id}`} prefetch={false} className="font-mono underline">
          {orderNumberOf(order.id)}
        </Link>
        <span className="block text-sm text-faded">{goods}</span>
      </span>
      <span className="tabular-nums">{formatFen(order.amountFen, locale)}</span>
      <span className="flex min-w-0 basis-72 items-start gap-2 text-sm">
        {why === null && t('ready')}
        {why === 'done' && (
          <>
            <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-jade" />
            {t('shipped')}
          </>
        )}
        {why !== null && why !== 'done' && (
          <>
            <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-clay" />
            {problem(why, limitValues(locale))}
          </>
        )}
      </span>
    </li>
  )
}
