import { Search } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import type { Admin } from '@/lib/admin/session'
import { getShop } from '@/lib/runtime'
import type { LogPlace, NotificationLine } from '@/lib/shop/notification'
import { AdminFrame } from '../../_ui/admin-frame'
import { ButtonLink } from '../../_ui/button'
import { When } from '../../_ui/when'
import { ActiveFilters, FilterForm } from './filter-form'
import { Histogram } from './histogram'
import { type ListQuery, listPath } from './list-query'
import { Views } from './views'

type Query = Pick<ListQuery, 'filter' | 'after'>

/**
 * The list on the left and one message on the right; on a phone the list, and then the message. Which message it is
 * stands in the address, so that all of it works without a script.
 */
export async function Workbench({
  admin,
  query,
  title,
  list,
  isListOnPhone = false,
  children,
}: {
  admin: Admin
  query: Query
  /** The list's heading. */
  title: ReactNode
  list: ReactNode
  isListOnPhone?: boolean
  children: ReactNode
}) {
  return (
    <AdminFrame admin={admin} page="notifications">
      <div className="items-start gap-8 lg:grid lg:grid-cols-[26rem_minmax(0,1fr)]">
        <div
          data-pane=""
          className={`lg:sticky lg:top-0 lg:-mx-2 lg:-mt-8 lg:max-h-dvh lg:overflow-y-auto lg:px-2 lg:py-8 ${isListOnPhone ? '' : 'max-lg:hidden'}`}
        >
          {title}
          <div className="mt-3 flex flex-wrap items-start gap-2">
            <Views filter={query.filter} adminId={admin.id} />
            <FilterForm filter={query.filter} />
          </div>
          <ActiveFilters filter={query.filter} />
          <Histogram filter={query.filter} />
          <div className="mt-3">{list}</div>
          <Dropped />
        </div>
        <div className={`min-w-0 ${isListOnPhone ? 'max-lg:hidden' : ''}`}>{children}</div>
      </div>
    </AdminFrame>
  )
}

/** Where the list goes on. */
export async function Paging({
  lines,
  next,
  query,
}: {
  lines: NotificationLine[]
  next: LogPlace | null
  query: Query
}) {
  const { filter, after } = query
  const t = await getTranslations('notifications')
  const isSearch = next !== null && next.id !== lines.at(-1)?.id
  if (after === null && next === null) return null
  return (
    <nav aria-label={t('pages')} className="mt-4 flex flex-wrap items-center gap-3">
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

async function Dropped() {
  const { store } = await getShop()
  const count = await store.countDroppedNotifications()
  if (count === 0) return null
  const t = await getTranslations('notifications')
  return <p className="mt-6 text-sm text-faded">{t('dropped', { count })}</p>
}
