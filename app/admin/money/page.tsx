import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { getShop } from '@/lib/runtime'
import { refundsOf } from '@/lib/shop/refund'
import type { ListPlace } from '@/lib/shop/review'
import { firstOf } from '@/lib/web/list-query'
import { AdminFrame } from '../../_ui/admin-frame'
import { ButtonLink } from '../../_ui/button'
import { DoneNotice } from '../../_ui/done-notice'
import { EmptyState } from '../../_ui/empty-state'
import { ProblemNotice } from '../../_ui/notice'
import { requireAdmin } from '../require-admin'
import { MoneyCard } from './money-card'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('money'))('title'), robots: { index: false } }
}

const PAGE = 30
const place = z.string().regex(/^\d{1,15}\.[a-z0-9]{1,64}$/i)

/** Money that paid no order and that nobody has seen to, the longest waiting first; also money that found no order. */
export default async function MoneyPage({ searchParams }: PageProps<'/admin/money'>) {
  const admin = await requireAdmin('money')
  const t = await getTranslations('money')
  const query = await searchParams
  const after = readPlace(firstOf(query.after))
  const { store } = await getShop()
  const found = await store.listUnreconciledTransactions({ after, limit: PAGE + 1 })
  const shown = found.slice(0, PAGE)
  const last = found.length > PAGE ? shown.at(-1) : undefined
  const refunds = await store.listRefundsOfOrders(shown.flatMap(({ orderId }) => orderId ?? []))
  return (
    <AdminFrame admin={admin} page="money">
      <h1 className="text-3xl">{t('title')}</h1>
      <p className="mt-1 mb-6 max-w-2xl text-faded">{t('lead')}</p>
      <div className="mb-4 flex flex-col gap-3">
        <DoneNotice word={firstOf(query.done)} />
        <ProblemNotice code={firstOf(query.problem)} />
      </div>
      {shown.length === 0 ? (
        <EmptyState title={t('empty')} hint={t('emptyHint')}>
          <ButtonLink look="plain" href="/admin/orders">
            {t('toOrders')}
          </ButtonLink>
        </EmptyState>
      ) : (
        <ul className="grid items-start gap-4 lg:grid-cols-2">
          {shown.map((money) => (
            <MoneyCard
              key={money.transactionId}
              money={money}
              refunds={refundsOf(refunds, money.transactionId)}
              admin={admin}
              from="list"
            />
          ))}
        </ul>
      )}
      {last !== undefined && (
        <p className="mt-6">
          <ButtonLink look="plain" href={`/admin/money?after=${last.seenAt}.${last.transactionId}`}>
            {t('more')}
          </ButtonLink>
        </p>
      )}
    </AdminFrame>
  )
}

function readPlace(text: string | undefined): ListPlace | null {
  const parsed = place.safeParse(text)
  if (!parsed.success) return null
  const [at = '', id = ''] = parsed.data.split('.')
  return { at: Number(at), id }
}
