import { ArrowLeft, CircleCheck, CircleX } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { requireAdmin } from '@/lib/admin'
import { getShop } from '@/lib/runtime'
import type { Conclusion, Notification } from '@/lib/shop/notification'
import { visibleBytes, visibleText } from '@/lib/visible-text'
import { AdminFrame } from '../../../_ui/admin-frame'
import { Missing } from '../../../_ui/missing'
import { readId } from '../../../_ui/query'
import { VerdictChip } from '../../../_ui/verdict-chip'
import { When } from '../../../_ui/when'

export async function generateMetadata({ params }: PageProps<'/admin/notifications/[id]'>): Promise<Metadata> {
  const t = await getTranslations('notification')
  return { title: t('title', { id: readId((await params).id) ?? '' }), robots: { index: false } }
}

/** One message and exactly why it did, or did not, move an order. This page runs no script. */
export default async function NotificationPage({ params }: PageProps<'/admin/notifications/[id]'>) {
  const admin = await requireAdmin('notifications')
  const id = readId((await params).id)
  const notification = id === null ? null : await (await getShop()).store.findNotification(id)
  if (notification === null) {
    return (
      <AdminFrame admin={admin} page="notifications">
        <Missing />
      </AdminFrame>
    )
  }
  const t = await getTranslations('notification')
  const { conclusion } = notification
  return (
    <AdminFrame admin={admin} page="notifications">
      <a href="/admin/notifications" className="inline-flex min-h-11 items-center gap-2 text-faded hover:text-ink">
        <ArrowLeft aria-hidden className="size-4" />
        {t('back')}
      </a>
      <div className="mt-2 flex flex-wrap items-center gap-4">
        <h1 className="text-3xl">{t('title', { id: notification.id })}</h1>
        <VerdictChip verdict={conclusion?.verdict ?? null} />
      </div>
      <p className="mt-3 max-w-3xl text-lg leading-relaxed">
        {conclusion === null ? t('unjudged') : <Why conclusion={conclusion} />}
      </p>
      <div className="mt-8 grid items-start gap-6 lg:grid-cols-2">
        {conclusion !== null && <Checks conclusion={conclusion} />}
        <Facts notification={notification} />
        {conclusion?.signedText != null && <Signature conclusion={conclusion} />}
        {conclusion?.queryAnswer != null && <QueryAnswer answer={conclusion.queryAnswer} />}
        <Section title={t('body')} wide>
          <Code>{visibleBytes(notification.body)}</Code>
          <p className="mt-3 text-sm text-faded">
            {t('bytes', { count: notification.body.byteLength })} · {t('sha')}{' '}
            <span className="font-mono break-all">{notification.bodySha256}</span>
          </p>
        </Section>
        <Section title={t('headers')} wide>
          <Rows rows={Object.entries(notification.headers).map(([name, value]) => [name, value])} />
        </Section>
      </div>
    </AdminFrame>
  )
}

async function Why({ conclusion }: { conclusion: Conclusion }) {
  return (await getTranslations('verdictWhy'))(conclusion.verdict)
}

async function Checks({ conclusion }: { conclusion: Conclusion }) {
  const t = await getTranslations('notification')
  const words = await getTranslations('check')
  return (
    <Section title={t('checks')}>
      <ol className="flex flex-col gap-3">
        {conclusion.checks.map(({ name, passed, detail }) => (
          <li key={name} className="flex gap-3">
            {passed ? (
              <CircleCheck role="img" aria-label={t('passed')} className="mt-0.5 size-5 shrink-0 text-jade" />
            ) : (
              <CircleX role="img" aria-label={t('failed')} className="mt-0.5 size-5 shrink-0 text-clay" />
            )}
            <span>
              {words(name)}
              {detail !== null && (
                <span className="ml-2 font-mono text-sm break-all text-faded">{visibleText(detail)}</span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </Section>
  )
}

async function Facts({ notification }: { notification: Notification }) {
  const t = await getTranslations('notification')
  const { conclusion } = notification
  const rows: [string, ReactNode][] = [
    [t('received'), <When key="received" at={notification.receivedAt} seconds />],
    [t('concluded'), conclusion === null ? t('none') : <When key="judged" at={conclusion.concludedAt} seconds />],
    [t('from'), notification.remoteAddress],
    [t('times'), notification.times],
    [t('number'), conclusion?.outTradeNo ?? t('none')],
    [t('transaction'), conclusion?.transactionId ?? t('none')],
    [t('order'), conclusion?.orderId ?? t('none')],
    [t('reply'), conclusion === null ? t('none') : conclusion.reply === 'thanks' ? 'SUCCESS' : 'FAIL'],
  ]
  return (
    <Section title={t('facts')}>
      <Rows rows={rows} />
    </Section>
  )
}

async function Signature({ conclusion }: { conclusion: Conclusion }) {
  const t = await getTranslations('notification')
  const isSame = conclusion.expectedSign === conclusion.receivedSign
  return (
    <Section title={t('signature')} wide>
      <p className="mb-1 text-sm text-faded">{t('signedText')}</p>
      <Code>{visibleText(conclusion.signedText ?? '')}</Code>
      <div className="mt-4">
        <Rows
          rows={[
            [t('expected'), conclusion.expectedSign ?? t('none')],
            [t('receivedSign'), conclusion.receivedSign ?? t('none')],
          ]}
        />
      </div>
      {!isSame && <p className="mt-2 text-sm text-faded">{t('expectedHint')}</p>}
    </Section>
  )
}

async function QueryAnswer({ answer }: { answer: NonNullable<Conclusion['queryAnswer']> }) {
  const t = await getTranslations('notification')
  return (
    <Section title={t('query')} wide>
      {answer.problem !== null && (
        <p className="mb-3 text-clay">
          {t('queryProblem')}: <span className="font-mono">{answer.problem}</span>
        </p>
      )}
      <Rows rows={Object.entries(answer.fields)} />
    </Section>
  )
}

function Section({ title, wide = false, children }: { title: string; wide?: boolean; children: ReactNode }) {
  return (
    <section className={`min-w-0 rounded-3xl border border-line bg-card p-6 ${wide ? 'lg:col-span-2' : ''}`}>
      <h2 className="mb-4 text-lg">{title}</h2>
      {children}
    </section>
  )
}

function Rows({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className="grid grid-cols-1 gap-x-6 gap-y-2 sm:grid-cols-[minmax(8rem,max-content)_1fr]">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-sm text-faded sm:pt-0.5">{name}</dt>
          <dd className="mb-2 font-mono text-sm break-all sm:mb-0">
            {typeof value === 'string' ? visibleText(value) : value}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Code({ children }: { children: string }) {
  return (
    <pre className="rounded-xl bg-mist p-4 font-mono text-sm leading-relaxed break-all whitespace-pre-wrap">
      {children}
    </pre>
  )
}
