import type { Metadata } from 'next'
import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import { requireAdmin } from '@/lib/admin'
import { getShop } from '@/lib/runtime'
import { VERDICTS, type Verdict } from '@/lib/shop/notification'
import { AdminFrame } from '../../_ui/admin-frame'
import { ButtonLink } from '../../_ui/button'
import { NotificationList } from '../../_ui/notification-list'
import { firstOf, readId } from '../../_ui/query'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('notifications'))('title'), robots: { index: false } }
}

const PAGE = 50

/** What came in at the notify URL, newest first; the filter and the place in the list stand in the address. */
export default async function NotificationsPage({ searchParams }: PageProps<'/admin/notifications'>) {
  const admin = await requireAdmin('notifications')
  const t = await getTranslations('notifications')
  const query = await searchParams
  const verdict = VERDICTS.find((it) => it === firstOf(query.verdict)) ?? null
  const beforeId = readId(firstOf(query.before))
  const { store } = await getShop()
  // One more than is shown tells whether there are older ones.
  const found = await store.listNotifications({ beforeId, limit: PAGE + 1, verdict })
  const shown = found.slice(0, PAGE)
  const last = found.length > PAGE ? shown.at(-1) : undefined
  return (
    <AdminFrame admin={admin} page="notifications">
      <h1 className="text-3xl">{t('title')}</h1>
      <p className="mt-1 text-faded">{t('lead')}</p>
      <VerdictFilter chosen={verdict} />
      <NotificationList notifications={shown} isFiltered={verdict !== null} />
      <nav aria-label={t('title')} className="mt-6 flex gap-3">
        {beforeId !== null && (
          <ButtonLink look="plain" href={listPath(verdict)}>
            {t('newest')}
          </ButtonLink>
        )}
        {last !== undefined && (
          <ButtonLink look="plain" href={listPath(verdict, last.id)}>
            {t('older')}
          </ButtonLink>
        )}
      </nav>
    </AdminFrame>
  )
}

async function VerdictFilter({ chosen }: { chosen: Verdict | null }) {
  const t = await getTranslations('notifications')
  const words = await getTranslations('verdict')
  return (
    <nav aria-label={t('filter')} className="-mx-4 my-6 flex gap-2 overflow-x-auto px-4 pb-2 lg:flex-wrap">
      {[null, ...VERDICTS].map((verdict) => (
        <Link
          key={verdict ?? 'all'}
          href={listPath(verdict)}
          prefetch={false}
          aria-current={verdict === chosen ? 'page' : undefined}
          className="inline-flex min-h-11 items-center rounded-full border border-line px-4 text-sm whitespace-nowrap hover:border-jade aria-[current]:border-pine aria-[current]:bg-pine aria-[current]:text-white"
        >
          {verdict === null ? t('all') : words(verdict)}
        </Link>
      ))}
    </nav>
  )
}

function listPath(verdict: Verdict | null, before?: number): string {
  const query = new URLSearchParams()
  if (verdict !== null) query.set('verdict', verdict)
  if (before !== undefined) query.set('before', String(before))
  return query.size === 0 ? '/admin/notifications' : `/admin/notifications?${query}`
}
