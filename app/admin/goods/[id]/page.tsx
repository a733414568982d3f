import { ArrowLeft } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { formatFen } from '@/lib/shop/money'
import { firstOf } from '@/lib/web/list-query'
import { AdminFrame } from '../../../_ui/admin-frame'
import { DoneNotice, ProblemNotice } from '../../../_ui/notice'
import { MissingPage } from '../../missing-page'
import { requireAdmin } from '../../require-admin'
import { OfferChip } from '../offer-chip'
import { OfferForm, PriceForm, StockForms } from './forms'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('goods'))('title'), robots: { index: false } }
}

const DONE = ['price', 'stock', 'offer'] as const

/** One product: what there is of it, and what an operator can change. */
export default async function ProductPage({ params, searchParams }: PageProps<'/admin/goods/[id]'>) {
  const admin = await requireAdmin('goods')
  const goods = await (await getShop()).store.findGoods((await params).id)
  if (goods === null) {
    return <MissingPage admin={admin} page="goods" />
  }
  const t = await getTranslations('goods')
  const locale = await getLocale()
  const query = await searchParams
  const done = DONE.find((it) => it === firstOf(query.done))
  const facts = [
    [t('price'), formatFen(goods.priceFen, locale)],
    [t('stock'), goods.stock],
    [t('reserved'), goods.reserved],
    [t('sold'), goods.sold],
  ] as const
  return (
    <AdminFrame admin={admin} page="goods">
      <Link
        href="/admin/goods"
        prefetch={false}
        className="inline-flex min-h-11 items-center gap-2 text-faded hover:text-ink"
      >
        <ArrowLeft aria-hidden className="size-4" />
        {t('back')}
      </Link>
      <div className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-3xl">{goods.name[locale]}</h1>
        <OfferChip isOnSale={goods.isOnSale} />
      </div>
      <p className="mt-1 font-mono text-sm text-faded">{goods.id}</p>
      <div className="mt-4 flex flex-col gap-3">
        {done !== undefined && <DoneNotice>{t(`done.${done}`)}</DoneNotice>}
        <ProblemNotice code={firstOf(query.problem)} />
      </div>
      <dl className="mt-6 grid grid-cols-2 gap-4 rounded-3xl border border-line bg-card p-6 sm:grid-cols-4">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="text-sm text-faded">{name}</dt>
            <dd className="text-2xl tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {admin.role === 'operator' ? (
        <div className="mt-6 grid items-start gap-6 lg:grid-cols-3">
          <PriceForm goods={goods} />
          <StockForms goods={goods} />
          <OfferForm goods={goods} />
        </div>
      ) : (
        <p className="mt-6 text-faded">{t('viewer')}</p>
      )}
      <p className="mt-6">
        <Link
          href="/admin/audit?action=goods_changed"
          prefetch={false}
          className="inline-flex min-h-11 items-center text-jade underline"
        >
          {t('toAudit')}
        </Link>
      </p>
    </AdminFrame>
  )
}
