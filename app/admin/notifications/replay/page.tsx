import { ArrowLeft } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import type { NotificationFilter, NotificationLine } from '@/lib/shop/notification'
import { findReplayable, REPLAYED_MAX } from '@/lib/shop/replay'
import { ActionForm } from '../../../_ui/action-form'
import { AdminFrame } from '../../../_ui/admin-frame'
import { Button } from '../../../_ui/button'
import { Notice } from '../../../_ui/notice'
import { NotificationList } from '../../../_ui/notification-list'
import { requireAdmin } from '../../require-admin'
import { listPath, readListQuery, writeFilter } from '../list-query'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('replay'))('title'), robots: { index: false } }
}

/** So many of what will be replayed are shown. */
const SHOWN = 10

/** Asks before everything that a filter finds is replayed. */
export default async function ReplayPage({ searchParams }: PageProps<'/admin/notifications/replay'>) {
  const admin = await requireAdmin('notifications')
  const t = await getTranslations('replay')
  const { filter, ignored } = readListQuery(await searchParams)
  const shop = await getShop()
  // What comes from now on was not asked about.
  const until = filter.until ?? Math.floor(shop.now() / 1_000) * 1_000 + 1_000
  const wanted = { ...filter, until }
  const { lines, hasMore } = await findReplayable(shop, wanted)
  return (
    <AdminFrame admin={admin} page="notifications">
      <a href={listPath(filter)} className="inline-flex min-h-11 items-center gap-2 text-faded hover:text-ink">
        <ArrowLeft aria-hidden className="size-4" />
        {t('back')}
      </a>
      <h1 className="mt-2 text-3xl">{t('title')}</h1>
      <p className="mt-3 mb-6 max-w-3xl leading-relaxed text-faded">{t('explain')}</p>
      {ignored.length > 0 && (
        <Notice tone="alarm">
          <p>{t('notUnderstood')}</p>
        </Notice>
      )}
      {ignored.length === 0 && admin.role === 'viewer' && (
        <Notice tone="warm">
          <p>{t('viewer')}</p>
        </Notice>
      )}
      {ignored.length === 0 && admin.role === 'operator' && (
        <Confirmation filter={wanted} count={lines.length} hasMore={hasMore} />
      )}
      {ignored.length === 0 && <Sample lines={lines} />}
    </AdminFrame>
  )
}

async function Confirmation({
  filter,
  count,
  hasMore,
}: {
  filter: NotificationFilter
  count: number
  hasMore: boolean
}) {
  const t = await getTranslations('replay')
  return (
    <ActionForm
      action="/api/admin/notifications/replay"
      className="flex flex-wrap items-center gap-4 rounded-3xl border border-line bg-card p-6"
    >
      {writeFilter(filter).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <p className="min-w-0 flex-1 basis-64">
        <span className="text-lg">{t('count', { count })}</span>
        {hasMore && <span className="block text-sm text-faded">{t('more', { max: REPLAYED_MAX })}</span>}
      </p>
      <Button disabled={count === 0}>{t('confirm', { count })}</Button>
    </ActionForm>
  )
}

async function Sample({ lines }: { lines: NotificationLine[] }) {
  if (lines.length === 0) return null
  const t = await getTranslations('replay')
  return (
    <section className="mt-8">
      <h2 className="mb-3 text-xl">{lines.length > SHOWN ? t('newestOfThem', { count: SHOWN }) : t('these')}</h2>
      <NotificationList lines={lines.slice(0, SHOWN)} />
    </section>
  )
}
