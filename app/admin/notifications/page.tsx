import { RotateCcw, Search } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { EVERY_NOTIFICATION, type LogPage } from '@/lib/shop/notification'
import { firstOf, readCount } from '@/lib/web/list-query'
import { AdminFrame } from '../../_ui/admin-frame'
import { ButtonLink } from '../../_ui/button'
import { EmptyState } from '../../_ui/empty-state'
import { Notice, ProblemNotice } from '../../_ui/notice'
import { NotificationList } from '../../_ui/notification-list'
import { When } from '../../_ui/when'
import { requireAdmin } from '../require-admin'
import { ActiveFilters, FilterForm } from './filter-form'
import { type ListField, type ListQuery, listPath, readListQuery, writeFilter } from './list-query'
import { LiveLog } from './live-log'
import { newestMark } from './newest'
import { VerdictChart } from './verdict-chart'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('notifications'))('title'), robots: { index: false } }
}

const PAGE = 50

/** What came in at the notify URL, newest first; the filter and the place in the list stand in the address. */
export default async function NotificationsPage({ searchParams }: PageProps<'/admin/notifications'>) {
  const admin = await requireAdmin('notifications')
  const t = await getTranslations('notifications')
  const address = await searchParams
  const query = readListQuery(address)
  const { store } = await getShop()
  const page = await store.listNotifications(query.filter, { after: query.after, limit: PAGE })
  const dropped = await store.countDroppedNotifications()
  return (
    <AdminFrame admin={admin} page="notifications">
      <h1 className="text-3xl">{t('title')}</h1>
      <p className="mt-1 mb-6 text-faded">{t('lead')}</p>
      {query.after === null && (
        <LiveLog seen={await newestMark(store)} words={{ newEntries: t('newEntries'), lost: t('lost') }} />
      )}
      <ReplayedNotice count={readCount(firstOf(address.replayed))} />
      <ProblemNotice code={firstOf(address.problem)} />
      <IgnoredNotice fields={query.ignored} />
      <div className="flex flex-col items-stretch gap-x-6 lg:grid lg:grid-cols-2 lg:items-start">
        <div>
          <FilterForm filter={query.filter} />
          <ActiveFilters filter={query.filter} />
        </div>
        <div className="lg:order-last lg:col-span-2 lg:mt-4">
          {admin.role === 'operator' && page.lines.length > 0 && <ReplayLink query={query} />}
          <Lines page={page} query={query} />
          <Paging page={page} query={query} />
        </div>
        {/* On a phone the messages come first. */}
        <div className="max-lg:mt-10">
          <VerdictChart />
        </div>
      </div>
      {dropped > 0 && <p className="mt-8 text-sm text-faded">{t('dropped', { count: dropped })}</p>}
    </AdminFrame>
  )
}

/** What of the address nobody understands is said, and the rest is shown. */
async function IgnoredNotice({ fields }: { fields: ListField[] }) {
  if (fields.length === 0) return null
  const t = await getTranslations('notifications')
  const names = fields.map((field) => t(`field.${field}`)).join(t('listSeparator'))
  return (
    <div className="mb-4">
      <Notice tone="warm">
        <p>{t('ignored', { names })}</p>
      </Notice>
    </div>
  )
}

async function ReplayedNotice({ count }: { count: number | null }) {
  if (count === null) return null
  const t = await getTranslations('replay')
  return (
    <div className="mb-4">
      <Notice tone="calm">
        <p>{t('done', { count })}</p>
      </Notice>
    </div>
  )
}

/** All that the filter finds, after a question. */
async function ReplayLink({ query: { filter } }: { query: ListQuery }) {
  const t = await getTranslations('replay')
  return (
    <p className="mb-2 flex justify-end">
      <a
        href={`/admin/notifications/replay?${new URLSearchParams(writeFilter(filter))}`}
        className="inline-flex min-h-11 items-center gap-2 text-faded underline decoration-line underline-offset-4 hover:text-ink"
      >
        <RotateCcw aria-hidden className="size-4" />
        {writeFilter(filter).length === 0 ? t('all') : t('allFiltered')}
      </a>
    </p>
  )
}

async function Lines({ page: { lines, next }, query: { filter, after } }: { page: LogPage; query: ListQuery }) {
  const t = await getTranslations('notifications')
  if (lines.length > 0) return <NotificationList lines={lines} />
  if (next !== null) return <EmptyState title={t('emptySoFar')} hint={t('emptySoFarHint')} />
  if (writeFilter(filter).length === 0 && after === null) return <EmptyState title={t('empty')} hint={t('lead')} />
  return (
    <EmptyState title={filter.isUnresolved ? t('nothingToLookAt') : t('emptyFiltered')} hint={t('emptyFilteredHint')}>
      <ButtonLink look="plain" href={listPath(EVERY_NOTIFICATION)}>
        {t('clear')}
      </ButtonLink>
    </EmptyState>
  )
}

async function Paging({ page: { lines, next }, query: { filter, after } }: { page: LogPage; query: ListQuery }) {
  const t = await getTranslations('notifications')
  const isSearch = next !== null && next.id !== lines.at(-1)?.id
  return (
    <nav aria-label={t('pages')} className="mt-6 flex flex-wrap items-center gap-3">
      {after !== null && (
        <ButtonLink look="plain" href={listPath(filter)}>
          {t('newest')}
        </ButtonLink>
      )}
      {next !== null && (
        <ButtonLink look="plain" href={listPath(filter, next)}>
          {isSearch && <Search aria-hidden className="size-4" />}
          {isSearch ? t('searchOn') : t('older')}
        </ButtonLink>
      )}
      {isSearch && (
        <p className="text-sm text-faded">{t.rich('searchedTo', { when: () => <When at={next.at} seconds /> })}</p>
      )}
    </nav>
  )
}
