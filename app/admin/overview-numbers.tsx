import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { formatClaim } from '@/lib/shop/money'
import type { Health, OrderSum, Waiting } from '@/lib/shop/review'
import { When } from '../_ui/when'
import { ordersPath } from './orders/list-query'
import { refundsPath } from './refunds/list-query'

/** More are not counted: that there are many is all that matters then. */
export const WAITING_MAX = 99

/** The day in numbers, and what waits for somebody, each with a way there. */
export async function OverviewNumbers({
  orders,
  waiting,
  refundsOpen,
  differences,
  health,
  now,
}: {
  orders: OrderSum[]
  waiting: Waiting
  /** Refunds without an end yet. */
  refundsOpen: number
  /** What bills and the shop do not agree on. */
  differences: { count: number; oldestDay: string | null }
  health: Health
  now: number
}) {
  const t = await getTranslations('overview')
  const sum = (name: 'made' | 'madeAndPaid' | 'paid' | 'paidFen') => orders.reduce((all, it) => all + it[name], 0)
  const percent = (part: number, all: number) => (all === 0 ? '–' : `${Math.round((100 * part) / all)} %`)
  const oldest = waiting.oldestPending
  const billsHref = differences.oldestDay === null ? '/admin/bills' : `/admin/bills/${differences.oldestDay}`
  return (
    <>
      <dl className="mt-6 grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Fact name={t('ordersToday')} value={String(sum('made'))} />
        <Fact
          name={t('paidToday')}
          value={formatClaim(sum('paidFen'), await getLocale())}
          hint={t('paidCount', { count: sum('paid') })}
        />
        <Fact name={t('conversion')} value={percent(sum('madeAndPaid'), sum('made'))} />
        <Fact
          name={t('answered')}
          value={percent(health.answered, health.calls)}
          hint={t('latencyHint', { p50: health.p50Ms ?? '–', p95: health.p95Ms ?? '–' })}
        />
      </dl>
      <h2 className="mt-8 mb-3 text-xl">{t('waiting')}</h2>
      <ul className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Way name={t('stray')} count={waiting.stray} href="/admin/money" isAlarm />
        <Way name={t('refunded')} count={waiting.refunded} href={ordersPath({ attention: 'refunded' })} isAlarm />
        <Way name={t('overdue')} count={waiting.overdue} href={ordersPath({ attention: 'overdue' })} isAlarm />
        <Way name={t('silent')} count={waiting.silent} href={ordersPath({ attention: 'silent' })} isAlarm />
        <Way name={t('refundsLook')} count={waiting.refunds} href={refundsPath({ waits: 'look' })} isAlarm />
        <Way name={t('refundsUnderWay')} count={refundsOpen} href={refundsPath({ waits: 'open' })} />
        <Way name={t('differences')} count={differences.count} href={billsHref} isAlarm />
        <Way name={t('unshipped')} count={waiting.unshipped} href={ordersPath({ isShipped: false })} />
      </ul>
      {oldest !== null && (
        <p className={`mt-3 text-sm ${now > oldest.expiresAt ? 'text-clay' : 'text-faded'}`}>
          {t('oldest')}{' '}
          <Link href={`/admin/orders/${oldest.id}`} prefetch={false} className="underline">
            <When at={oldest.createdAt} />
          </Link>
        </p>
      )}
      {differences.oldestDay !== null && (
        <p className="mt-3 text-sm text-clay">
          {t('oldestDifference')}{' '}
          <Link href={billsHref} prefetch={false} className="underline">
            {differences.oldestDay}
          </Link>
        </p>
      )}
    </>
  )
}

function Fact({ name, value, hint }: { name: string; value: string; hint?: string }) {
  return (
    <div className="rounded-2xl border border-line bg-card p-4">
      <dt className="text-sm text-faded">{name}</dt>
      <dd className="mt-1 font-serif text-2xl tabular-nums">{value}</dd>
      {hint !== undefined && <dd className="text-sm text-faded tabular-nums">{hint}</dd>}
    </div>
  )
}

function Way({ name, count, href, isAlarm = false }: { name: string; count: number; href: string; isAlarm?: boolean }) {
  const look = isAlarm && count > 0 ? 'border-clay bg-blush text-clay' : 'border-line bg-card'
  return (
    <li>
      <Link href={href} prefetch={false} className={`block rounded-2xl border p-4 hover:border-jade ${look}`}>
        <span className="font-serif text-2xl tabular-nums">{count > WAITING_MAX ? `${WAITING_MAX}+` : count}</span>
        <span className="block text-sm">{name}</span>
      </Link>
    </li>
  )
}
