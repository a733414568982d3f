import type { Metadata } from 'next'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import type { Goods } from '@/lib/shop/goods'
import { formatFen } from '@/lib/shop/money'
import { AdminFrame } from '../../_ui/admin-frame'
import { EmptyState } from '../../_ui/empty-state'
import { requireAdmin } from '../require-admin'
import { OfferChip } from './offer-chip'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('goods'))('title'), robots: { index: false } }
}

/** Everything the shop has or had, in the order of its window: price, stock, and whether it is offered. */
export default async function GoodsPage() {
  const admin = await requireAdmin('goods')
  const t = await getTranslations('goods')
  const goods = await (await getShop()).store.listGoods()
  return (
    <AdminFrame admin={admin} page="goods">
      <h1 className="text-3xl">{t('title')}</h1>
      <p className="mt-1 mb-6 max-w-2xl text-faded">{t('lead')}</p>
      {goods.length === 0 ? <EmptyState title={t('empty')} hint={t('emptyHint')} /> : <GoodsTable goods={goods} />}
    </AdminFrame>
  )
}

/** A table; on a phone each product is a card of its own. */
async function GoodsTable({ goods }: { goods: Goods[] }) {
  const t = await getTranslations('goods')
  const heads = [t('product'), t('offer'), t('price'), t('stock'), t('reserved'), t('sold')]
  return (
    <table className="block w-full text-left md:table">
      <thead className="sr-only md:not-sr-only md:table-header-group">
        <tr>
          {heads.map((head, n) => (
            <th
              key={head}
              scope="col"
              className={`px-3 py-2 text-sm font-normal text-faded ${n > 1 ? 'text-right' : ''}`}
            >
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="flex flex-col gap-3 md:table-row-group">
        {goods.map((it) => (
          <Row key={it.id} goods={it} />
        ))}
      </tbody>
    </table>
  )
}

const CELL = 'md:table-cell md:border-t md:border-line md:px-3 md:py-3 align-top'
const NUMBER = `${CELL} text-sm whitespace-nowrap tabular-nums md:text-right md:text-base`

async function Row({ goods: { id, name, priceFen, stock, reserved, sold, isOnSale } }: { goods: Goods }) {
  const t = await getTranslations('goods')
  const locale = await getLocale()
  return (
    <tr className="relative flex flex-wrap items-center gap-x-4 gap-y-2 rounded-2xl border border-line bg-card p-4 hover:bg-mist md:table-row md:rounded-none">
      <td className={`${CELL} w-full md:w-auto`}>
        <Link href={`/admin/goods/${id}`} prefetch={false} className="font-medium after:absolute after:inset-0">
          {name[locale]}
        </Link>
        <span className="mt-0.5 block font-mono text-sm text-faded">{id}</span>
      </td>
      <td className={CELL}>
        <OfferChip isOnSale={isOnSale} />
      </td>
      <td className={NUMBER}>{formatFen(priceFen, locale)}</td>
      {[['stock', stock] as const, ['reserved', reserved] as const, ['sold', sold] as const].map(([word, pieces]) => (
        <td key={word} className={`${NUMBER} ${word === 'stock' && pieces === 0 ? 'text-clay' : ''}`}>
          <span aria-hidden className="text-faded md:hidden">
            {t(word)}{' '}
          </span>
          {pieces}
        </td>
      ))}
    </tr>
  )
}
