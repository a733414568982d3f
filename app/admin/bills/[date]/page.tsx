import type { Metadata } from 'next'
import Link from 'next/link'
import { getFormatter, getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { beginOf, type Day, dayAfter, parseDay } from '@/lib/shop/beijing'
import { hasBill } from '@/lib/shop/bill-actions'
import { firstOf, readId } from '@/lib/web/list-query'
import { AdminFrame } from '../../../_ui/admin-frame'
import { ButtonLink } from '../../../_ui/button'
import { DoneNotice } from '../../../_ui/done-notice'
import { ProblemNotice } from '../../../_ui/notice'
import { MissingPage } from '../../missing-page'
import { requireAdmin } from '../../require-admin'
import { billsPath } from '../month'
import { MonthTotals } from '../month-totals'
import { BillCard } from './bill-card'
import { DifferenceCard } from './difference-card'

export async function generateMetadata({ params }: PageProps<'/admin/bills/[date]'>): Promise<Metadata> {
  const t = await getTranslations('bills')
  return { title: t('dayTitle', { day: (await params).date }), robots: { index: false } }
}

const PAGE = 30

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
  const isEnded = firstOf(address.list) === 'ended'
  const bills = await shop.store.listBillDays(day, day)
  if (bills.length === 0 && !hasBill(shop, day)) return <MissingPage admin={admin} page="bills" />
  const trade = bills.find(({ kind }) => kind === 'trade')
  const after = readId(firstOf(address.after))
  const found = await shop.store.listDifferences(day, { isOpen: !isEnded, after, limit: PAGE + 1 })
  const shown = found.slice(0, PAGE)
  const back = pathOf(day, { isEnded, after })
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
      <div className="mt-4">
        <MonthTotals bills={trade === undefined ? [] : [trade]} />
      </div>
      <div className="mt-8 mb-3 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-xl">{t('differences')}</h2>
        <Export day={day} />
      </div>
      <nav aria-label={t('differences')} className="mb-4 flex flex-wrap gap-2">
        <Tab href={pathOf(day, { isEnded: false, after: null })} isCurrent={!isEnded}>
          {t('tabOpen', { count: trade?.open ?? 0 })}
        </Tab>
        <Tab href={pathOf(day, { isEnded: true, after: null })} isCurrent={isEnded}>
          {t('tabEnded', { count: (trade?.differences ?? 0) - (trade?.open ?? 0) })}
        </Tab>
      </nav>
      {shown.length === 0 && <p className="text-faded">{t(isEnded ? 'noEnded' : 'noOpen')}</p>}
      <ul className="grid items-start gap-4 lg:grid-cols-2">
        {shown.map((difference) => (
          <DifferenceCard key={difference.id} difference={difference} admin={admin} back={back} />
        ))}
      </ul>
      {found.length > PAGE && (
        <div className="mt-4">
          <ButtonLink look="plain" href={pathOf(day, { isEnded, after: shown.at(-1)?.id ?? null })}>
            {t('more')}
          </ButtonLink>
        </div>
      )}
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

function pathOf(day: Day, { isEnded, after }: { isEnded: boolean; after: number | null }): string {
  const query = new URLSearchParams({
    ...(isEnded && { list: 'ended' }),
    ...(after !== null && { after: String(after) }),
  })
  return query.size === 0 ? `/admin/bills/${day}` : `/admin/bills/${day}?${query}`
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

function Tab({ href, isCurrent, children }: { href: string; isCurrent: boolean; children: string }) {
  return (
    <Link
      href={href}
      prefetch={false}
      aria-current={isCurrent ? 'page' : undefined}
      className="inline-flex min-h-11 items-center rounded-full border border-line px-4 text-sm hover:border-jade aria-[current]:border-pine aria-[current]:bg-mist"
    >
      {children}
    </Link>
  )
}

async function Export({ day }: { day: Day }) {
  const t = await getTranslations('bills')
  return (
    <form method="post" action={`/api/admin/bills/${day}/export`} data-download="">
      <button type="submit" className="inline-flex min-h-11 cursor-pointer items-center text-jade underline">
        {t('export')}
      </button>
    </form>
  )
}
