import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import type { Admin } from '@/lib/admin/session'
import { getShop } from '@/lib/runtime'
import type { Refund } from '@/lib/shop/refund'
import type { RefundFilter } from '@/lib/shop/review'
import { firstOf } from '@/lib/web/list-query'
import { AdminFrame } from '../../_ui/admin-frame'
import { ButtonLink } from '../../_ui/button'
import { DoneNotice } from '../../_ui/done-notice'
import { EmptyState } from '../../_ui/empty-state'
import { Notice, ProblemNotice } from '../../_ui/notice'
import { requireAdmin } from '../require-admin'
import { RefundFilterForm } from './filter-form'
import { placeAfter, type RefundField, readRefundQuery, refundFields, refundsPath } from './list-query'
import { RefundCard } from './refund-card'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('refunds'))('title'), robots: { index: false } }
}

const PAGE = 30

/** All refunds, newest first; the filter and the place in the list stand in the address. */
export default async function RefundsPage({ searchParams }: PageProps<'/admin/refunds'>) {
  const admin = await requireAdmin('refunds')
  const t = await getTranslations('refunds')
  const address = await searchParams
  const { filter, after, ignored } = readRefundQuery(address)
  const { store } = await getShop()
  // One more than is shown tells whether there are older ones.
  const found = await store.listRefunds(filter, { after, limit: PAGE + 1 })
  const shown = found.slice(0, PAGE)
  const last = found.length > PAGE ? shown.at(-1) : undefined
  return (
    <AdminFrame admin={admin} page="refunds">
      <div className="mb-6 flex flex-wrap items-end justify-between gap-3">
        <div>
          <h1 className="text-3xl">{t('title')}</h1>
          <p className="mt-1 text-faded">{t('lead')}</p>
        </div>
        <ExportForm filter={filter} />
      </div>
      <div className="mb-4 flex flex-col gap-3">
        <DoneNotice word={firstOf(address.done)} />
        <ProblemNotice code={firstOf(address.problem)} />
        <Ignored fields={ignored} />
      </div>
      <RefundFilterForm filter={filter} />
      {shown.length === 0 ? (
        <Nothing filter={filter} />
      ) : (
        <RefundList refunds={shown} admin={admin} back={refundsPath(filter, after)} />
      )}
      <nav aria-label={t('title')} className="mt-6 flex flex-wrap gap-3">
        {after !== null && (
          <ButtonLink look="plain" href={refundsPath(filter)}>
            {t('newest')}
          </ButtonLink>
        )}
        {last !== undefined && (
          <ButtonLink look="plain" href={refundsPath(filter, placeAfter(last))}>
            {t('older')}
          </ButtonLink>
        )}
      </nav>
    </AdminFrame>
  )
}

async function RefundList({ refunds, admin, back }: { refunds: Refund[]; admin: Admin; back: string }) {
  const { store } = await getShop()
  const locale = await getLocale()
  const ids = new Set(refunds.flatMap(({ lines }) => lines.map(({ productId }) => productId)))
  const products = await store.listProductsById([...ids])
  const names = new Map(products.map(({ id, name }) => [id, name[locale]]))
  return (
    <ul className="grid items-start gap-4 lg:grid-cols-2">
      {refunds.map((refund) => (
        <RefundCard key={refund.outRefundNo} refund={refund} names={names} admin={admin} back={back} withOrder />
      ))}
    </ul>
  )
}

/** What the address asks for and cannot be understood is left out, and said. */
async function Ignored({ fields }: { fields: RefundField[] }) {
  if (fields.length === 0) return null
  const t = await getTranslations('refunds')
  return (
    <Notice tone="warm">
      <p>{t('ignored', { names: fields.map((field) => t(`field.${field}`)).join(t('separator')) })}</p>
    </Notice>
  )
}

async function Nothing({ filter }: { filter: RefundFilter }) {
  const t = await getTranslations('refunds')
  const fields = refundFields(filter)
  if (fields.length === 0) return <EmptyState title={t('empty')} hint={t('emptyHint')} />
  const isOnlyLook = fields.length === 1 && filter.waits === 'look'
  return (
    <EmptyState
      title={isOnlyLook ? t('nothingToLookAt') : t('emptyFiltered')}
      hint={isOnlyLook ? t('emptyHint') : t('emptyFilteredHint')}
    />
  )
}

/** All that the filter finds as a file. Who takes one is written down, so it is a form and no link. */
async function ExportForm({ filter }: { filter: RefundFilter }) {
  const t = await getTranslations('refunds')
  return (
    <form method="post" action="/api/admin/refunds/export" data-download="">
      {refundFields(filter).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button type="submit" className="inline-flex min-h-11 cursor-pointer items-center text-jade underline">
        {t('export')}
      </button>
    </form>
  )
}
