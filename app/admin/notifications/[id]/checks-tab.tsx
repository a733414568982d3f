import { CircleCheck, CircleX } from 'lucide-react'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { visibleText } from '@/lib/net/visible-text'
import type { MessageExplanation } from '@/lib/shop/gateway'
import { formatClaim } from '@/lib/shop/money'
import {
  EVERY_NOTIFICATION,
  type Notification,
  type NotificationLine,
  type NotificationResult,
  UNVERIFIED,
} from '@/lib/shop/notification'
import { orderNumberOf } from '@/lib/shop/order'
import type { Shop } from '@/lib/shop/shop'
import { adviceOn, checkText } from '@/lib/web/protocol-words'
import { MistakeNotice } from '../../../_ui/mistake-notice'
import { NotificationList } from '../../../_ui/notification-list'
import { Code, Rows, Section } from '../../../_ui/record'
import { When } from '../../../_ui/when'
import { refundsPath } from '../../refunds/list-query'
import { listPath } from '../list-query'
import { QueryAnswer, Signature } from './texts'

/** Messages about the same payment, and replays, that are shown; the list shows all. */
const RELATED_MAX = 10

/** What was checked, what it is about, and what it was answered. */
export async function ChecksTab({
  shop,
  notification,
  explanation,
}: {
  shop: Shop
  notification: Notification
  explanation: MessageExplanation | 'tooLong' | 'tooMany'
}) {
  const { result } = notification
  const isUnverified = result !== null && UNVERIFIED.includes(result.verdict)
  return (
    <>
      {isUnverified && typeof explanation !== 'string' && <Mistake explanation={explanation} />}
      {result !== null && <Checks result={result} />}
      <Facts notification={notification} />
      {result?.signedText != null && <Signature result={result} />}
      {result?.queryAnswer != null && <QueryAnswer answer={result.queryAnswer} isOfRefund={result.kind === 'refund'} />}
      {result !== null && <Reply shop={shop} notification={notification} result={result} />}
      <Related shop={shop} notification={notification} />
    </>
  )
}

async function Mistake({ explanation }: { explanation: MessageExplanation }) {
  const advice = adviceOn(explanation, await getLocale())
  if (advice === null || explanation.mistake === null) return null
  const t = await getTranslations('signatureTool')
  const { field, signedText } = explanation.mistake
  const words = { field: t('field'), signedText: t('theirText') }
  return <MistakeNotice advice={advice} field={field} signedText={signedText} words={words} />
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

/** Only what there is; what the message itself says stands among its fields. */
async function Facts({ notification }: { notification: Notification }) {
  const t = await getTranslations('notification')
  const locale = await getLocale()
  const { receivedAt, lastSeenAt, times, result } = notification
  const rows: [string, ReactNode][] = [[t('received'), <When key="received" at={receivedAt} ms />]]
  if (result !== null) rows.push([t('took'), t('tookValue', { ms: result.processedAt - receivedAt })])
  if (times > 1) rows.push([t('times'), String(times)])
  if (lastSeenAt !== null) rows.push([t('lastSeen'), <When key="lastSeen" at={lastSeenAt} ms />])
  rows.push([t('from'), notification.remoteAddress])
  rows.push([t('kind'), t(`kinds.${result?.kind ?? 'unknown'}`, { apiVersion: notification.apiVersion })])
  if (result?.claimedFen != null) rows.push([t('amount'), formatClaim(result.claimedFen, locale)])
  if (result?.outTradeNo != null) rows.push([t('number'), result.outTradeNo])
  if (result?.transactionId != null) rows.push([t('transaction'), result.transactionId])
  if (result?.outRefundNo != null) {
    const path = refundsPath({ number: result.outRefundNo })
    rows.push([t('refund'), <TextLink key="refund" href={path} text={result.outRefundNo} />])
  }
  if (result?.orderId != null) {
    rows.push([
      t('order'),
      <TextLink key="order" href={`/admin/orders/${result.orderId}`} text={orderNumberOf(result.orderId)} />,
    ])
  }
  return (
    <Section title={t('facts')}>
      <Rows rows={rows} />
    </Section>
  )
}

function TextLink({ href, text }: { href: string; text: string }) {
  return (
    <a href={href} className="text-jade underline">
      {visibleText(text)}
    </a>
  )
}

async function Reply({
  shop,
  notification: { apiVersion },
  result: { reply },
}: {
  shop: Shop
  notification: Notification
  result: NotificationResult
}) {
  const t = await getTranslations('notification')
  const { status, body } = shop.gateway.writeReply(apiVersion, reply)
  return (
    <Section title={t('reply')}>
      <Code>{body === '' ? `HTTP ${status}` : body}</Code>
      <p className="mt-3 text-sm text-faded">{reply === 'acknowledge' ? t('acknowledgedHint') : t('retryHint')}</p>
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
    <section className="mt-3">
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="text-lg">{title}</h2>
        {children}
      </div>
      <NotificationList lines={lines} />
    </section>
  )
}
