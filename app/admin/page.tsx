import type { Metadata } from 'next'
import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import { requireAdmin } from '@/lib/admin'
import { getShop } from '@/lib/runtime'
import { EVERY_NOTIFICATION } from '@/lib/shop/notification'
import { AdminFrame } from '../_ui/admin-frame'
import { NotificationList } from '../_ui/notification-list'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('overview'))('title'), robots: { index: false } }
}

const LATEST = 10

export default async function AdminPage() {
  const admin = await requireAdmin('overview')
  const t = await getTranslations('overview')
  const { store } = await getShop()
  const { lines } = await store.listNotifications(EVERY_NOTIFICATION, { after: null, limit: LATEST })
  return (
    <AdminFrame admin={admin} page="overview">
      <h1 className="text-3xl">{t('title')}</h1>
      <p className="mt-2 max-w-2xl leading-relaxed text-faded">{t('explain')}</p>
      <div className="mt-8 mb-3 flex items-baseline justify-between">
        <h2 className="text-xl">{t('latest')}</h2>
        <Link href="/admin/notifications" className="inline-flex min-h-11 items-center text-jade underline">
          {t('all')}
        </Link>
      </div>
      <NotificationList lines={lines} />
    </AdminFrame>
  )
}
