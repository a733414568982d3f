import { MousePointerClick, RotateCcw } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { EVERY_NOTIFICATION, type LogPage } from '@/lib/shop/notification'
import { firstOf, readCount } from '@/lib/web/list-query'
import { ButtonLink } from '../../_ui/button'
import { EmptyState } from '../../_ui/empty-state'
import { Notice, ProblemNotice } from '../../_ui/notice'
import { NotificationList } from '../../_ui/notification-list'
import { requireAdmin } from '../require-admin'
import { PAGE } from './beside'
import { type ListField, type ListQuery, listPath, messagePath, readListQuery, writeFilter } from './list-query'
import { newestMark } from './newest'
import { Paging, Workbench } from './workbench'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('notifications'))('title'), robots: { index: false } }
}

/** What came in at the notify URL, newest first; the filter and the place in the list stand in the address. */
export default async function NotificationsPage({ searchParams }: PageProps<'/admin/notifications'>) {
  const admin = await requireAdmin('notifications')
  const t = await getTranslations('notifications')
  const address = await searchParams
  const query = readListQuery(address)
  const { store } = await getShop()
  const page = await store.listNotifications(query.filter, { after: query.after, limit: PAGE })
  const title = (
    <>
      <h1 className="text-3xl">{t('title')}</h1>
      <p className="mt-1 mb-3 text-faded">{t('lead')}</p>
      {query.after === null && <Live seen={await newestMark(store)} />}
      <ReplayedNotice count={readCount(firstOf(address.replayed))} />
      <ProblemNotice code={firstOf(address.problem)} />
      <IgnoredNotice fields={query.ignored} />
    </>
  )
  const list = (
    <>
      <Lines page={page} query={query} />
      <Paging lines={page.lines} next={page.next} query={query} />
      {admin.role === 'operator' && page.lines.length > 0 && <ReplayLink query={query} />}
    </>
  )
  return (
    <Workbench admin={admin} query={query} title={title} list={list} isListOnPhone>
      <NothingChosen />
    </Workbench>
  )
}

/**
 * What a script needs to know to hear of new messages, and what it says then: nothing moves under who reads further down.
 */
async function Live({ seen }: { seen: string }) {
  const t = await getTranslations('notifications')
  return (
    <div role="status" data-seen={seen} className="pointer-events-none sticky top-3 z-10 flex h-0 justify-center">
      <p
        data-lost=""
        hidden
        className="fixed inset-x-4 bottom-4 mx-auto w-fit rounded-full bg-honey px-5 py-2.5 text-center text-amber shadow-soft"
      >
        {t('lost')}
      </p>
      <button
        type="button"
        data-more=""
        hidden
        className="pointer-events-auto h-11 cursor-pointer rounded-full bg-pine px-5 text-on-pine shadow-soft hover:bg-pine-deep"
      >
        {t('newEntries')}
      </button>
    </div>
  )
}

/** What stands on the right until a message is opened. */
async function NothingChosen() {
  const t = await getTranslations('notifications')
  return (
    <div className="mt-16 flex flex-col items-center gap-3 rounded-3xl border border-dashed border-line px-6 py-24 text-center text-faded">
      <MousePointerClick aria-hidden className="size-8" />
      <p className="text-lg">{t('choose')}</p>
      <p className="text-sm">
        {t.rich('keys', {
          key: (name) => <kbd className="rounded border border-line bg-card px-1.5 font-mono">{name}</kbd>,
        })}
      </p>
    </div>
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
    <p className="mt-2 flex justify-end">
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
  if (lines.length > 0) {
    const hrefOf = (id: number) => messagePath(id, { filter, after })
    return <NotificationList lines={lines} hrefOf={hrefOf} next={lines[0]?.id ?? null} />
  }
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
