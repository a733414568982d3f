import type { Metadata } from 'next'
import { getFormatter, getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { beginOf } from '@/lib/shop/beijing'
import { firstOf } from '@/lib/web/list-query'
import { AdminFrame } from '../../_ui/admin-frame'
import { ButtonLink } from '../../_ui/button'
import { Notice, ProblemNotice } from '../../_ui/notice'
import { requireAdmin } from '../require-admin'
import { Calendar } from './calendar'
import { billsPath, daysOf, monthAfter, monthOf, readMonth } from './month'
import { MonthChart, MonthTotals } from './month-totals'
import { wholeDays } from './words'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('bills'))('title'), robots: { index: false } }
}

/** More are not counted: that there are many is all that matters then. */
const OPEN_MAX = 999

/** A month of WeChat's bills: which days agree with the shop, and what they come to. */
export default async function BillsPage({ searchParams }: PageProps<'/admin/bills'>) {
  const admin = await requireAdmin('bills')
  const t = await getTranslations('bills')
  const format = await getFormatter()
  const address = await searchParams
  const { store, now } = await getShop()
  const month = readMonth(firstOf(address.month)) ?? monthOf(now())
  const days = daysOf(month)
  const bills = await store.listBillDays(days[0] ?? '', days.at(-1) ?? '')
  const trades = wholeDays(bills)
  const { count, oldestDay } = await store.countOpenDifferences(OPEN_MAX + 1)
  const title = format.dateTime(beginOf(days[0] ?? ''), { year: 'numeric', month: 'long' })
  return (
    <AdminFrame admin={admin} page="bills">
      <h1 className="text-3xl">{t('title')}</h1>
      <p className="mt-2 max-w-3xl leading-relaxed text-faded">{t('lead')}</p>
      <div className="mt-4 flex flex-col gap-3">
        <ProblemNotice code={firstOf(address.problem)} />
        {oldestDay !== null && (
          <Notice tone="warm">
            <p>
              {count > OPEN_MAX ? t('oldestOpenMany', { count: OPEN_MAX }) : t('oldestOpen', { count })}{' '}
              <a href={`/admin/bills/${oldestDay}`} className="underline">
                {oldestDay}
              </a>
            </p>
          </Notice>
        )}
      </div>
      <div className="mt-8 mb-3 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-xl">{title}</h2>
        <nav aria-label={t('months')} className="flex gap-3">
          <ButtonLink look="plain" href={billsPath(monthAfter(month, -1))}>
            {t('before')}
          </ButtonLink>
          <ButtonLink look="plain" href={billsPath(monthAfter(month, 1))}>
            {t('after')}
          </ButtonLink>
        </nav>
      </div>
      <MonthTotals bills={trades} />
      <div className="mt-4 grid items-start gap-4 lg:grid-cols-[3fr_2fr]">
        <Calendar days={days} bills={trades} now={now()} />
        <MonthChart days={days} bills={trades} />
      </div>
    </AdminFrame>
  )
}
