import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { beginOfDay } from '@/lib/shop/beijing'
import { EVERY_NOTIFICATION } from '@/lib/shop/notification'
import { healthOf, measureHealth } from '@/lib/shop/review'
import { AdminFrame } from '../_ui/admin-frame'
import { NotificationList } from '../_ui/notification-list'
import { OverviewCharts } from './overview-charts'
import { OverviewNumbers, WAITING_MAX } from './overview-numbers'
import { requireAdmin } from './require-admin'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('overview'))('title'), robots: { index: false } }
}

const LATEST = 10
const HOUR_MS = 3600_000
const HEALTH_HOURS = 6
/** Health is read off at most so many calls, the newest. */
const CALLS_MAX = 10_000

export default async function AdminPage() {
  const admin = await requireAdmin('overview')
  const t = await getTranslations('overview')
  const { store, now } = await getShop()
  const { lines } = await store.listNotifications(EVERY_NOTIFICATION, { after: null, limit: LATEST })
  const today = beginOfDay(now())
  const orders = await store.sumOrders(today, today + 24 * HOUR_MS, HOUR_MS)
  const since = Math.ceil((now() / HOUR_MS) * 4) * (HOUR_MS / 4) - HEALTH_HOURS * HOUR_MS
  const calls = await store.listCallTimes(since, CALLS_MAX)
  const health = measureHealth(calls, since, since + HEALTH_HOURS * HOUR_MS, HOUR_MS / 4)
  const waiting = await store.countWaiting(now(), WAITING_MAX + 1)
  const refunds = await store.countRefunds(WAITING_MAX + 1)
  const differences = await store.countOpenDifferences(WAITING_MAX + 1)
  return (
    <AdminFrame admin={admin} page="overview">
      <h1 className="text-3xl">{t('title')}</h1>
      <p className="mt-2 max-w-2xl leading-relaxed text-faded">{t('explain')}</p>
      <OverviewNumbers
        orders={orders}
        waiting={waiting}
        refundsOpen={refunds.open}
        differences={differences}
        health={healthOf(calls, since)}
        now={now()}
      />
      <div className="mt-6">
        <OverviewCharts orders={orders} health={health} />
      </div>
      <div className="mt-8 mb-3 flex items-baseline justify-between">
        <h2 className="text-xl">{t('latest')}</h2>
        <a href="/admin/notifications" className="inline-flex min-h-11 items-center text-jade underline">
          {t('all')}
        </a>
      </div>
      <NotificationList lines={lines} />
    </AdminFrame>
  )
}
