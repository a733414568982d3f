import Link from 'next/link'
import { getFormatter, getLocale, getTranslations } from 'next-intl/server'
import { beginOf, type Day, dayOf } from '@/lib/shop/beijing'
import { isTradeTotals, netMilliFen, type ReviewedBillDay } from '@/lib/shop/bill'
import { weekdayOf } from './month'
import { formatMilliFen, STANDING_TONES, standingOfDay } from './words'

/** The ground of a day, in the colours of the chips. */
const GROUNDS = {
  good: 'bg-mist text-pine border-mist',
  waiting: 'bg-honey text-amber border-honey',
  over: 'bg-card text-faded border-line',
  alarm: 'bg-blush text-clay border-clay',
  hostile: 'bg-card text-ink border-line',
} as const

/** A month, a week in each row; a day says how it stands, and what it came to. On a phone it is a list. */
export async function Calendar({ days, bills, now }: { days: Day[]; bills: ReviewedBillDay[]; now: number }) {
  const format = await getFormatter()
  const week = days.slice(0, 7).toSorted((a, b) => weekdayOf(a) - weekdayOf(b))
  const first = weekdayOf(days[0] ?? '')
  return (
    <div className="min-w-0">
      <div aria-hidden className="mb-2 hidden grid-cols-7 gap-2 text-center text-sm text-faded sm:grid">
        {week.map((day) => (
          <span key={day}>{format.dateTime(beginOf(day), { weekday: 'short' })}</span>
        ))}
      </div>
      <ol className="grid gap-2 sm:grid-cols-7">
        {first > 0 && <li aria-hidden className="hidden sm:block" style={{ gridColumn: `span ${first}` }} />}
        {days.map((day) => (
          <DayCell key={day} day={day} bill={bills.find((it) => it.day === day)} isReachable={day <= dayOf(now)} />
        ))}
      </ol>
    </div>
  )
}

type CellProps = { day: Day; bill: ReviewedBillDay | undefined; isReachable: boolean }

async function DayCell({ day, bill, isReachable }: CellProps) {
  const t = await getTranslations('bills')
  const format = await getFormatter()
  const date = format.dateTime(beginOf(day), { month: 'long', day: 'numeric' })
  if (bill === undefined) {
    return (
      <li className="hidden text-sm text-faded sm:block">
        {isReachable ? (
          <Link
            href={`/admin/bills/${day}`}
            prefetch={false}
            className="block h-full min-h-20 rounded-xl border border-dashed border-line p-2 hover:border-jade"
          >
            <span aria-hidden>{Number(day.slice(8))}</span>
            <span className="sr-only">
              {date}: {t('standing.none')}
            </span>
          </Link>
        ) : (
          <p className="h-full min-h-20 rounded-xl border border-dashed border-line p-2">
            <span aria-hidden>{Number(day.slice(8))}</span>
            <span className="sr-only">
              {date}: {t('standing.future')}
            </span>
          </p>
        )}
      </li>
    )
  }
  const standing = standingOfDay(bill)
  const net = isTradeTotals(bill.totals) ? formatMilliFen(netMilliFen(bill.totals), await getLocale()) : null
  return (
    <li>
      <Link
        href={`/admin/bills/${day}`}
        prefetch={false}
        className={`flex h-full min-h-11 items-center justify-between gap-2 rounded-xl border p-2 text-sm hover:border-jade sm:min-h-20 sm:flex-col sm:items-start sm:justify-start ${GROUNDS[STANDING_TONES[standing]]}`}
      >
        <span className="font-medium">
          <span aria-hidden className="hidden sm:inline">
            {Number(day.slice(8))}
          </span>
          <span className="sm:sr-only">{date}</span>
        </span>
        <span>{standing === 'open' ? t('openCount', { count: bill.open }) : t(`standing.${standing}`)}</span>
        {net !== null && <span className="tabular-nums sm:text-xs">{net}</span>}
      </Link>
    </li>
  )
}
