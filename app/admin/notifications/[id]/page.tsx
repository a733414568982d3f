import { createHash } from 'node:crypto'
import { ArrowLeft, CircleAlert, CircleCheck, CircleX, RotateCcw } from 'lucide-react'
import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { visibleText } from '@/lib/net/visible-text'
import { getRuntime } from '@/lib/runtime'
import type { MessageExplanation } from '@/lib/shop/gateway'
import { formatClaim } from '@/lib/shop/money'
import {
  EVERY_NOTIFICATION,
  type Notification,
  type NotificationLine,
  type NotificationResult,
  UNVERIFIED,
} from '@/lib/shop/notification'
import type { ApiVersion } from '@/lib/shop/payment'
import type { Shop } from '@/lib/shop/shop'
import { explainStored } from '@/lib/web/explain-stored'
import { firstOf, readId } from '@/lib/web/list-query'
import { adviceOn, checkText } from '@/lib/web/protocol-words'
import { ActionForm } from '../../../_ui/action-form'
import { AdminFrame } from '../../../_ui/admin-frame'
import { Button } from '../../../_ui/button'
import { EmptyState } from '../../../_ui/empty-state'
import { Missing } from '../../../_ui/missing'
import { MistakeNotice } from '../../../_ui/mistake-notice'
import { Notice, ProblemNotice } from '../../../_ui/notice'
import { NotificationList } from '../../../_ui/notification-list'
import { Code, Rows, Section } from '../../../_ui/record'
import { VerdictChip } from '../../../_ui/verdict-chip'
import { When } from '../../../_ui/when'
import { refundsPath } from '../../refunds/list-query'
import { requireAdmin } from '../../require-admin'
import { listPath } from '../list-query'
import { Body, Fields, Headers, NotExplained, QueryAnswer, Signature } from './texts'

export async function generateMetadata({ params }: PageProps<'/admin/notifications/[id]'>): Promise<Metadata> {
  const t = await getTranslations('notification')
  return { title: t('title', { id: readId((await params).id) ?? '' }), robots: { index: false } }
}

/** Messages about the same payment, and replays, that are shown; the list shows all. */
const RELATED_MAX = 20

/** One message and exactly why it did, or did not, move an order. This page runs no script. */
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
  const { result } = notification
  const explanation = await explainStored(runtime, admin.id, notification)
  return (
    <AdminFrame admin={admin} page="notifications">
      <Head notification={notification} mayReplay={admin.role === 'operator' && result !== null} />
      <ProblemNotice code={firstOf((await searchParams).problem)} />
      <IntegrityNotice notification={notification} />
      <div className="mt-6 grid items-start gap-6 lg:grid-cols-2">
        {result !== null && typeof explanation !== 'string' && UNVERIFIED.includes(result.verdict) && (
          <Mistake explanation={explanation} />
        )}
        {result !== null && <Checks result={result} />}
        <Facts notification={notification} />
        {result !== null && <Reply shop={shop} apiVersion={notification.apiVersion} result={result} />}
        {result?.signedText != null && <Signature result={result} />}
        {result?.queryAnswer != null && (
          <QueryAnswer answer={result.queryAnswer} isOfRefund={result.kind === 'refund'} />
        )}
        {typeof explanation === 'string' ? <NotExplained why={explanation} /> : <Fields explanation={explanation} />}
        <Body notification={notification} />
        <Headers headers={notification.headers} />
      </div>
      <Related shop={shop} notification={notification} />
    </AdminFrame>
  )
}

async function Gone() {
  const t = await getTranslations('notification')
  return (
    <EmptyState title={t('gone')} hint={t('goneHint')} isWholePage>
      <BackLink />
    </EmptyState>
  )
}

/** A whole new document: from here no script leads on. */
async function BackLink() {
  const t = await getTranslations('notification')
  return (
    <a href="/admin/notifications" className="inline-flex min-h-11 items-center gap-2 text-faded hover:text-ink">
      <ArrowLeft aria-hidden className="size-4" />
      {t('back')}
    </a>
  )
}

async function Head({ notification, mayReplay }: { notification: Notification; mayReplay: boolean }) {
  const t = await getTranslations('notification')
  const { id, result, replayOf } = notification
  return (
    <>
      <BackLink />
      <div className="mt-2 flex flex-wrap items-center gap-4">
        <h1 className="text-3xl">{t('title', { id })}</h1>
        <VerdictChip verdict={result?.verdict ?? null} />
        {mayReplay && (
          <ActionForm action={`/api/admin/notifications/${id}/replay`} className="ml-auto">
            <Button look="plain">
              <RotateCcw aria-hidden className="size-4" />
              {t('replay')}
            </Button>
          </ActionForm>
        )}
      </div>
      {replayOf !== null && (
        <p className="mt-3 flex items-center gap-2 text-faded">
          <RotateCcw aria-hidden className="size-4 shrink-0" />
          <span>
            {t.rich('isReplay', {
              id: replayOf,
              link: (text) => (
                <a href={`/admin/notifications/${replayOf}`} className="text-jade underline">
                  {text}
                </a>
              ),
            })}
          </span>
        </p>
      )}
      <p className="mt-3 mb-4 max-w-3xl text-lg leading-relaxed">
        {result === null ? t('unprocessed') : <Why result={result} />}
      </p>
    </>
  )
}

async function Why({ result }: { result: NotificationResult }) {
  return (await getTranslations('verdictWhy'))(result.verdict)
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

async function Mistake({ explanation }: { explanation: MessageExplanation }) {
  const advice = adviceOn(explanation, await getLocale())
  if (advice === null || explanation.mistake === null) return null
  const t = await getTranslations('signatureTool')
  const { field, signedText } = explanation.mistake
  return (
    <div className="lg:col-span-2">
      <MistakeNotice
        advice={advice}
        field={field}
        signedText={signedText}
        words={{ field: t('field'), signedText: t('theirText') }}
      />
    </div>
  )
}

async function Checks({ result }: { result: NotificationResult }) {
  const t = await getTranslations('notification')
  const locale = await getLocale()
  return (
    <Section title={t('checks')}>
      <ol className="flex flex-col gap-3">
        {result.checks.map(({ name, passed, detail }) => (
          <li key={name} className="flex gap-3">
            {passed ? (
              <CircleCheck role="img" aria-label={t('passed')} className="mt-0.5 size-5 shrink-0 text-jade" />
            ) : (
              <CircleX role="img" aria-label={t('failed')} className="mt-0.5 size-5 shrink-0 text-clay" />
            )}
            <span className="min-w-0">
              {checkText(name, locale)}
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
  const locale = await getLocale()
  const { receivedAt, lastSeenAt, result } = notification
  const none = t('none')
  const rows: [string, ReactNode][] = [
    [t('received'), <When key="received" at={receivedAt} seconds />],
    [t('processed'), result === null ? none : <When key="processed" at={result.processedAt} seconds />],
    [t('took'), result === null ? none : t('tookValue', { ms: result.processedAt - receivedAt })],
    [t('from'), notification.remoteAddress],
    [t('kind'), t(`kinds.${result?.kind ?? 'unknown'}`, { apiVersion: notification.apiVersion })],
    [t('times'), String(notification.times)],
    [t('lastSeen'), lastSeenAt === null ? none : <When key="lastSeen" at={lastSeenAt} seconds />],
    [t('amount'), result?.claimedFen == null ? none : formatClaim(result.claimedFen, locale)],
    [t('number'), result?.outTradeNo ?? none],
    [t('transaction'), result?.transactionId ?? none],
    ...(result?.outRefundNo == null ? [] : [refundRow(t('refund'), result.outRefundNo)]),
    [t('order'), result?.orderId == null ? none : <OrderLink key="order" id={result.orderId} />],
  ]
  return (
    <Section title={t('facts')}>
      <Rows rows={rows} />
    </Section>
  )
}

function refundRow(name: string, number: string): [string, ReactNode] {
  const link = (
    <a key="refund" href={refundsPath({ number })} className="text-jade underline">
      {visibleText(number)}
    </a>
  )
  return [name, link]
}

function OrderLink({ id }: { id: string }) {
  return (
    <a href={`/admin/orders/${id}`} className="text-jade underline">
      {id}
    </a>
  )
}

async function Reply({ shop, apiVersion, result }: { shop: Shop; apiVersion: ApiVersion; result: NotificationResult }) {
  const t = await getTranslations('notification')
  const { status, body } = shop.gateway.writeReply(apiVersion, result.reply)
  return (
    <Section title={t('reply')} wide>
      <Code>{body === '' ? `HTTP ${status}` : body}</Code>
      <p className="mt-3 text-sm text-faded">
        {result.reply === 'acknowledge' ? t('acknowledgedHint') : t('retryHint')}
      </p>
    </Section>
  )
}

/** What else came about the same payment, and what this message was replayed as. */
async function Related({ shop, notification: { id, result } }: { shop: Shop; notification: Notification }) {
  const t = await getTranslations('notification')
  const replays = await shop.store.listReplays(id, RELATED_MAX)
  const number = result?.outTradeNo ?? null
  const ofNumber = { ...EVERY_NOTIFICATION, number, isOriginal: true }
  const found =
    number === null ? null : await shop.store.listNotifications(ofNumber, { after: null, limit: RELATED_MAX })
  return (
    <>
      <RelatedList title={t('replays')} lines={replays} />
      <RelatedList title={t('siblings')} lines={found?.lines.filter((line) => line.id !== id) ?? []}>
        <a
          href={listPath({ ...EVERY_NOTIFICATION, number })}
          className="inline-flex min-h-11 items-center text-jade underline"
        >
          {t('allSiblings')}
        </a>
      </RelatedList>
    </>
  )
}

function RelatedList({ title, lines, children }: { title: string; lines: NotificationLine[]; children?: ReactNode }) {
  if (lines.length === 0) return null
  return (
    <section className="mt-10">
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="text-xl">{title}</h2>
        {children}
      </div>
      <NotificationList lines={lines} />
    </section>
  )
}
