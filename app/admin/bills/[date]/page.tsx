import type { Metadata } from 'next'
import Link from 'next/link'
import { getFormatter, getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { beginOf, type Day, dayAfter, parseDay } from '@/lib/shop/beijing'
import { isTradeTotals } from '@/lib/shop/bill'
import { hasBill } from '@/lib/shop/bill-actions'
import { firstOf } from '@/lib/web/list-query'
import { AdminFrame } from '../../../_ui/admin-frame'
import { ButtonLink } from '../../../_ui/button'
import { DoneNotice } from '../../../_ui/done-notice'
import { ProblemNotice } from '../../../_ui/notice'
import { MissingPage } from '../../missing-page'
import { requireAdmin } from '../../require-admin'
import { billsPath } from '../month'
import { MonthTotals } from '../month-totals'
import { BillCard } from './bill-card'
import { Differences } from './differences'
import { readDayQuery } from './list-query'

export async function generateMetadata({ params }: PageProps<'/admin/bills/[date]'>): Promise<Metadata> {
  const t = await getTranslations('bills')
  return { title: t('dayTitle', { day: (await params).date }), robots: { index: false } }
}

/** A day of WeChat's: what its bill and the shop did not agree on, first what is open. */
export default async function BillPage({ params, searchParams }: PageProps<'/admin/bills/[date]'>) {
  const admin = await requireAdmin('bills')
  const day = parseDay((await params).date)
  const shop = await getShop()
  if (day === null) return <MissingPage admin={admin} page="bills" />
  const neighbour = (days: number) => (hasBill(shop, dayAfter(day, days)) ? dayAfter(day, days) : null)
  const t = await getTranslations('bills')
  const format = await getFormatter()
  const address = await searchParams
  const bills = await shop.store.listBillDays(day, day)
  if (bills.length === 0 && !hasBill(shop, day)) return <MissingPage admin={admin} page="bills" />
  const trade = bills.find(({ kind }) => kind === 'trade')
  return (
    <AdminFrame admin={admin} page="bills">
      <Link
        href={billsPath(day.slice(0, 7))}
        prefetch={false}
        className="inline-flex min-h-11 items-center text-jade underline"
      >
        {t('toMonth')}
      </Link>
      <div className="flex flex-wrap items-end justify-between gap-3">
        <h1 className="text-3xl">{format.dateTime(beginOf(day), { dateStyle: 'full' })}</h1>
        <Neighbours before={neighbour(-1)} after={neighbour(1)} />
      </div>
      <div className="mt-4 flex flex-col gap-3">
        <DoneNotice word={firstOf(address.done)} />
        <ProblemNotice code={firstOf(address.problem)} />
      </div>
      {isTradeTotals(trade?.totals ?? null) && (
        <div className="mt-4">
          <MonthTotals bills={trade === undefined ? [] : [trade]} />
        </div>
      )}
      <Differences
        day={day}
        query={readDayQuery(address)}
        isCompared={trade !== undefined && trade.status !== 'waiting'}
        admin={admin}
      />
      <h2 className="mt-8 mb-3 text-xl">{t('files')}</h2>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        {(['trade', 'fund_flow'] as const).map((kind) => (
          <BillCard
            key={kind}
            day={day}
            kind={kind}
            bill={bills.find((it) => it.kind === kind)}
            mayFetch={admin.role === 'operator' && hasBill(shop, day)}
          />
        ))}
      </div>
    </AdminFrame>
  )
}

async function Neighbours({ before, after }: { before: Day | null; after: Day | null }) {
  const t = await getTranslations('bills')
  return (
    <nav aria-label={t('days')} className="flex gap-3">
      {before !== null && (
        <ButtonLink look="plain" href={`/admin/bills/${before}`}>
          {t('dayBefore')}
        </ButtonLink>
      )}
      {after !== null && (
        <ButtonLink look="plain" href={`/admin/bills/${after}`}>
          {t('dayAfter')}
        </ButtonLink>
      )}
    </nav>
  )
}
