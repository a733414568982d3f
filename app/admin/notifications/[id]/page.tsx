import { createHash } from 'node:crypto'
import { ArrowLeft, CircleAlert } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { getRuntime, type Runtime } from '@/lib/runtime'
import type { Notification } from '@/lib/shop/notification'
import { explainStored } from '@/lib/web/explain-stored'
import { firstOf, readId } from '@/lib/web/list-query'
import { AdminFrame } from '../../../_ui/admin-frame'
import { EmptyState } from '../../../_ui/empty-state'
import { Missing } from '../../../_ui/missing'
import { Notice, ProblemNotice } from '../../../_ui/notice'
import { NotificationList } from '../../../_ui/notification-list'
import { requireAdmin } from '../../require-admin'
import { readBeside } from '../beside'
import { listPath, messagePath, readListQuery, readTab, type Tab } from '../list-query'
import { Workbench } from '../workbench'
import { ChecksTab } from './checks-tab'
import { Head } from './head'
import { FieldsTab, Headers, NotExplained, RawTab } from './texts'

export async function generateMetadata({ params }: PageProps<'/admin/notifications/[id]'>): Promise<Metadata> {
  const t = await getTranslations('notification')
  return { title: t('title', { id: readId((await params).id) ?? '' }), robots: { index: false } }
}

/** One message and exactly why it did, or did not, move an order. Of scripts this page has the shop's own for keys only. */
export default async function NotificationPage({ params, searchParams }: PageProps<'/admin/notifications/[id]'>) {
  const admin = await requireAdmin('notifications')
  const id = readId((await params).id)
  const runtime = await getRuntime()
  const { shop } = runtime
  const notification = id === null ? null : await shop.store.findNotification(id)
  if (notification === null) {
    return (
      <AdminFrame admin={admin} page="notifications">
        <Missing>
          <Gone />
        </Missing>
      </AdminFrame>
    )
  }
  const address = await searchParams
  const tab = readTab(firstOf(address.tab))
  const beside = await readBeside(shop.store, readListQuery(address), notification)
  const { query, lines } = beside
  const t = await getTranslations('notifications')
  const title = (
    <a href={listPath(query.filter, query.after)} className="font-serif text-2xl hover:text-jade">
      {t('title')}
    </a>
  )
  const list = <NotificationList lines={lines} shown={notification.id} hrefOf={(it) => messagePath(it, query, tab)} />
  return (
    <Workbench admin={admin} query={query} title={title} list={list}>
      <Head
        notification={notification}
        beside={beside}
        tab={tab}
        mayReplay={admin.role === 'operator' && notification.result !== null}
      />
      <div className="mt-5 flex flex-col gap-5">
        <ProblemNotice code={firstOf(address.problem)} />
        <IntegrityNotice notification={notification} />
        <Part tab={tab} runtime={runtime} adminId={admin.id} notification={notification} />
      </div>
    </Workbench>
  )
}

type PartProps = { tab: Tab; runtime: Runtime; adminId: string; notification: Notification }

async function Part({ tab, runtime, adminId, notification }: PartProps) {
  if (tab === 'raw') return <RawTab notification={notification} publicUrl={runtime.config.publicUrl} />
  if (tab === 'headers') return <Headers headers={notification.headers} />
  // Only these take the message apart, which is counted.
  const explanation = await explainStored(runtime, adminId, notification)
  if (tab === 'checks') return <ChecksTab shop={runtime.shop} notification={notification} explanation={explanation} />
  return typeof explanation === 'string' ? <NotExplained why={explanation} /> : <FieldsTab explanation={explanation} />
}

async function Gone() {
  const t = await getTranslations('notification')
  return (
    <EmptyState title={t('gone')} hint={t('goneHint')} isWholePage>
      <a href="/admin/notifications" className="inline-flex min-h-11 items-center gap-2 text-faded hover:text-ink">
        <ArrowLeft aria-hidden className="size-4" />
        {t('back')}
      </a>
    </EmptyState>
  )
}

/** What was written down must be what is read: a body that no longer has its sum was changed on the disk. */
async function IntegrityNotice({ notification: { body, bodySha256 } }: { notification: Notification }) {
  if (createHash('sha256').update(body).digest('hex') === bodySha256) return null
  const t = await getTranslations('notification')
  return (
    <Notice tone="alarm">
      <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0" />
      <p>{t('altered')}</p>
    </Notice>
  )
}
