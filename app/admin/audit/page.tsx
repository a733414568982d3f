import type { Metadata } from 'next'
import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import { visibleText } from '@/lib/net/visible-text'
import { getShop } from '@/lib/runtime'
import { ADMIN_ACTIONS, type AuditEntry, type AuditFilter } from '@/lib/shop/audit'
import { orderNumberOf } from '@/lib/shop/order'
import { firstOf, readId } from '@/lib/web/list-query'
import { AdminFrame } from '../../_ui/admin-frame'
import { Button, ButtonLink } from '../../_ui/button'
import { EmptyState } from '../../_ui/empty-state'
import { Choice, Field } from '../../_ui/field'
import { When } from '../../_ui/when'
import { requireAdmin } from '../require-admin'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('audit'))('title'), robots: { index: false } }
}

const PAGE = 50

/** Who did what, newest first; the filter and the place in the list stand in the address. */
export default async function AuditPage({ searchParams }: PageProps<'/admin/audit'>) {
  const admin = await requireAdmin('audit')
  const t = await getTranslations('audit')
  const query = await searchParams
  const filter = readFilter(query)
  const before = readId(firstOf(query.before))
  const { store } = await getShop()
  // One more than is shown tells whether there are older ones.
  const found = await store.listAudit({ filter, before, limit: PAGE + 1 })
  const shown = found.slice(0, PAGE)
  const last = found.length > PAGE ? shown.at(-1) : undefined
  const isFiltered = Object.values(filter).some((it) => it !== null)
  return (
    <AdminFrame admin={admin} page="audit">
      <h1 className="text-3xl">{t('title')}</h1>
      <p className="mt-1 text-faded">{t('lead')}</p>
      <Filter filter={filter} isFiltered={isFiltered} />
      {shown.length === 0 ? (
        <EmptyState title={isFiltered ? t('emptyFiltered') : t('empty')} hint={t('lead')} />
      ) : (
        <Entries entries={shown} />
      )}
      <nav aria-label={t('title')} className="mt-6 flex gap-3">
        {before !== null && (
          <ButtonLink look="plain" href={listPath(filter)}>
            {t('newest')}
          </ButtonLink>
        )}
        {last !== undefined && (
          <ButtonLink look="plain" href={listPath(filter, last.id)}>
            {t('older')}
          </ButtonLink>
        )}
      </nav>
    </AdminFrame>
  )
}

function readFilter(query: Record<string, string | string[] | undefined>): AuditFilter {
  const text = (name: string) => firstOf(query[name])?.trim().slice(0, 254) || null
  return {
    action: ADMIN_ACTIONS.find((it) => it === firstOf(query.action)) ?? null,
    email: text('email')?.toLowerCase() ?? null,
    orderId: text('order'),
  }
}

function listPath({ action, email, orderId }: AuditFilter, before?: number): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ action, email, order: orderId, before })) {
    if (value != null) query.set(name, String(value))
  }
  return query.size === 0 ? '/admin/audit' : `/admin/audit?${query}`
}

async function Filter({ filter, isFiltered }: { filter: AuditFilter; isFiltered: boolean }) {
  const t = await getTranslations('audit')
  const words = await getTranslations('audit.actions')
  return (
    <form
      action="/admin/audit"
      className="my-6 grid items-end gap-4 rounded-3xl border border-line bg-card p-4 sm:grid-cols-2 sm:p-6 lg:grid-cols-[1fr_1fr_1fr_auto]"
    >
      <Choice name="action" label={t('action')} chosen={filter.action ?? ''}>
        <option value="">{t('all')}</option>
        {ADMIN_ACTIONS.map((action) => (
          <option key={action} value={action}>
            {words(action)}
          </option>
        ))}
      </Choice>
      <Field name="email" label={t('email')} defaultValue={filter.email ?? ''} autoComplete="off" inputMode="email" />
      <Field name="order" label={t('order')} defaultValue={filter.orderId ?? ''} autoComplete="off" />
      <div className="flex gap-3">
        <Button>{t('apply')}</Button>
        {isFiltered && (
          <ButtonLink look="plain" href="/admin/audit">
            {t('clear')}
          </ButtonLink>
        )}
      </div>
    </form>
  )
}

const CELL = 'md:table-cell md:border-t md:border-line md:px-3 md:py-3 md:align-top'

/** A table; on a phone each entry is a card of its own. */
async function Entries({ entries }: { entries: AuditEntry[] }) {
  const t = await getTranslations('audit')
  const heads = [t('when'), t('who'), t('what'), t('subject'), t('address')]
  return (
    <table className="block w-full text-left md:table">
      <thead className="sr-only md:not-sr-only md:table-header-group">
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col" className="px-3 py-2 text-sm font-normal text-faded">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="flex flex-col gap-3 md:table-row-group">
        {entries.map((entry) => (
          <Row key={entry.id} entry={entry} />
        ))}
      </tbody>
    </table>
  )
}

async function Row({ entry: { id, at, actor, action, detail, outcomeOf, ...subject } }: { entry: AuditEntry }) {
  const t = await getTranslations('audit')
  const words = await getTranslations('audit.actions')
  const roles = await getTranslations('admin')
  return (
    <tr
      id={String(id)}
      className="flex flex-col gap-1 rounded-2xl border border-line bg-card p-4 target:bg-honey md:table-row md:rounded-none"
    >
      <td className={`${CELL} text-sm whitespace-nowrap text-faded tabular-nums md:text-base md:text-ink`}>
        <When at={at} seconds />
      </td>
      <td className={`${CELL} order-2 break-all md:break-normal`}>
        {visibleText(actor.email)}
        {actor.role !== null && <span className="ml-2 text-sm text-faded">{roles(actor.role)}</span>}
      </td>
      <td className={`${CELL} order-1 font-medium ${action === 'sign_in_failed' ? 'text-clay' : ''}`}>
        {words(action)}
        {outcomeOf !== null && (
          <span className="block text-sm font-normal text-faded">{t('outcomeOf', { id: outcomeOf })}</span>
        )}
      </td>
      <td className={`${CELL} order-3 text-sm`}>
        <Subject subject={subject} />
        <Detail detail={detail} />
      </td>
      <td className={`${CELL} order-4 font-mono text-sm text-faded`}>{visibleText(actor.address)}</td>
    </tr>
  )
}

async function Subject({ subject }: { subject: Pick<AuditEntry, 'orderId' | 'notificationId' | 'transactionId'> }) {
  const t = await getTranslations('audit')
  const { orderId, notificationId, transactionId } = subject
  const link = 'flex min-h-11 items-center break-all text-jade underline md:min-h-0'
  return (
    <>
      {orderId !== null && (
        <Link href={`/admin/orders/${orderId}`} prefetch={false} className={link}>
          {t('orderLink', { id: orderNumberOf(orderId) })}
        </Link>
      )}
      {notificationId !== null && (
        // A whole new document, so that the page with the received bytes comes under its own rule: no script.
        <a href={`/admin/notifications/${notificationId}`} className={link}>
          {t('notificationLink', { id: notificationId })}
        </a>
      )}
      {transactionId !== null && <p className="break-all">{t('moneyLink', { id: transactionId })}</p>}
    </>
  )
}

/** What the action left behind: a role before and afterwards, a note, a count. */
function Detail({ detail }: { detail: Record<string, string> }) {
  return (
    <dl className="flex flex-wrap gap-x-4 text-faded">
      {Object.entries(detail).map(([name, value]) => (
        <div key={name} className="flex gap-1.5">
          <dt className="font-mono">{visibleText(name)}</dt>
          <dd className="break-all text-ink">{visibleText(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
