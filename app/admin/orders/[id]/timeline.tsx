import { Banknote, CircleDot, type LucideIcon, Mail, MessagesSquare, QrCode, Undo2, UserRound } from 'lucide-react'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { visibleText } from '@/lib/net/visible-text'
import type { AuditEntry } from '@/lib/shop/audit'
import { formatClaim, formatFen } from '@/lib/shop/money'
import type { OrderEvent } from '@/lib/shop/order'
import type { Channel } from '@/lib/shop/payment'
import type { Refund, RefundEvent } from '@/lib/shop/refund'
import type { KeptCall, ReviewedTransaction, TimelineEntry } from '@/lib/shop/review'
import { CallFields } from '../../../_ui/call-fields'
import { Chip } from '../../../_ui/chip'
import { VerdictChip } from '../../../_ui/verdict-chip'
import { When } from '../../../_ui/when'

const ICONS: Record<TimelineEntry['type'], LucideIcon> = {
  action: UserRound,
  payment: QrCode,
  call: MessagesSquare,
  notification: Mail,
  money: Banknote,
  event: CircleDot,
  refund: Undo2,
}

/** An order's whole life in one column, oldest first. */
export async function Timeline({ entries }: { entries: TimelineEntry[] }) {
  const t = await getTranslations('timeline')
  return (
    <section aria-labelledby="timeline" className="mt-8">
      <h2 id="timeline" className="text-xl">
        {t('title')}
      </h2>
      <ol className="mt-4 border-l-2 border-line">
        {entries.map((entry) => (
          <TimelineLine key={keyOf(entry)} entry={entry} />
        ))}
      </ol>
    </section>
  )
}

function keyOf(entry: TimelineEntry): string {
  switch (entry.type) {
    case 'action':
      return `action-${entry.action.id}`
    case 'payment':
      return `payment-${entry.payment.outTradeNo}`
    case 'call':
      return `call-${entry.call.id}`
    case 'notification':
      return `notification-${entry.notification.id}`
    case 'money':
      return `money-${entry.money.transactionId}`
    case 'event':
      return `event-${entry.event.version}`
    case 'refund':
      return `refund-${entry.event.outRefundNo}-${entry.event.version}`
  }
}

function TimelineLine({ entry }: { entry: TimelineEntry }) {
  const Icon = ICONS[entry.type]
  const isTurn = entry.type === 'event'
  return (
    <li className="relative pb-4 pl-7">
      <span
        className={`absolute top-0 -left-[15px] grid size-7 place-items-center rounded-full border-2 border-paper ${isTurn ? 'bg-pine text-on-pine' : 'bg-mist text-pine'}`}
      >
        <Icon aria-hidden className="size-4" />
      </span>
      <p className="text-sm text-faded tabular-nums">
        <When at={entry.at} seconds />
      </p>
      <div className={isTurn ? 'font-medium' : ''}>
        <Words entry={entry} />
      </div>
    </li>
  )
}

function Words({ entry }: { entry: TimelineEntry }): ReactNode {
  switch (entry.type) {
    case 'action':
      return <AdminAction entry={entry.action} />
    case 'payment':
      return <PaymentOpened outTradeNo={entry.payment.outTradeNo} channel={entry.payment.channel} />
    case 'call':
      return <Call call={entry.call} />
    case 'notification':
      return <Message id={entry.notification.id} verdict={entry.notification.result?.verdict ?? null} />
    case 'money':
      return <MoneySeen money={entry.money} />
    case 'event':
      return <Turn event={entry.event} />
    case 'refund':
      return <RefundStep event={entry.event} refund={entry.refund} />
  }
}

async function Turn({ event: { to, from, cause } }: { event: OrderEvent }) {
  const t = await getTranslations('timeline')
  const place = cause.kind === 'notification' ? 'notifications' : cause.kind === 'bill' ? 'bills' : null
  return (
    <p>
      {from === null ? t('made') : t(`became.${to}`)}{' '}
      <span className="font-normal text-faded">
        {place !== null ? (
          <a href={`/admin/${place}/${cause.id}`} className="underline">
            {t(`cause.${cause.kind}`)} {cause.id}
          </a>
        ) : (
          t(`cause.${cause.kind}`)
        )}
      </span>
    </p>
  )
}

async function RefundStep({ event: { what, to }, refund }: { event: RefundEvent; refund: Refund }) {
  const t = await getTranslations('timeline')
  const amount = formatFen(refund.amountFen, await getLocale())
  return (
    <p>
      {what === 'found' ? t(`refundIs.${to}`, { amount }) : t(`refund.${what}`, { amount })}{' '}
      <span className="font-mono text-sm break-all text-faded">{refund.outRefundNo}</span>
    </p>
  )
}

async function PaymentOpened({ outTradeNo, channel }: { outTradeNo: string; channel: Channel }) {
  const t = await getTranslations('timeline')
  const words = await getTranslations('adminOrders')
  return (
    <p>
      {t('payment', { channel: words(`channel.${channel}`) })}{' '}
      <span className="font-mono text-sm break-all text-faded">{outTradeNo}</span>
    </p>
  )
}

async function Call({ call }: { call: KeptCall }) {
  const t = await getTranslations('timeline')
  return (
    <details>
      <summary className="cursor-pointer leading-8">
        <span className="font-mono text-sm">{call.path}</span>{' '}
        <Chip tone={call.isAnswered ? 'over' : 'alarm'}>{visibleText(call.outcome)}</Chip>{' '}
        <span className="text-sm text-faded tabular-nums">{t('took', { ms: call.durationMs })}</span>
      </summary>
      <div className="mt-2 rounded-2xl border border-line bg-card p-4">
        <CallFields call={call} />
      </div>
    </details>
  )
}

async function Message({ id, verdict }: { id: number; verdict: Parameters<typeof VerdictChip>[0]['verdict'] }) {
  const t = await getTranslations('timeline')
  return (
    <p className="flex flex-wrap items-center gap-2">
      <a href={`/admin/notifications/${id}`} className="underline">
        {t('notification', { id })}
      </a>
      <VerdictChip verdict={verdict} />
    </p>
  )
}

async function MoneySeen({ money }: { money: ReviewedTransaction }) {
  const t = await getTranslations('timeline')
  const words = await getTranslations('money')
  const amount = formatClaim(money.paidFen, await getLocale())
  return (
    <p>
      {t('money', { amount })}{' '}
      <Chip tone={money.outcome === 'applied' ? 'good' : 'alarm'}>{words(`outcome.${money.outcome}`)}</Chip>
    </p>
  )
}

/** Admin actions that an order's timeline can show; others are about something else. */
const NAMED = [
  ...(['order_queried', 'order_closed', 'order_shipped', 'money_resolved', 'refund_reviewed'] as const),
  ...(['refund_made', 'refund_approved', 'refund_declined', 'refund_queried', 'refund_resolved'] as const),
  'refund_rerouted',
] as const

async function AdminAction({ entry: { action, actor, detail, outcomeOf } }: { entry: AuditEntry }) {
  const t = await getTranslations('timeline')
  const name = NAMED.find((it) => it === action)
  const { note, ...facts } = detail
  const rest = Object.entries(facts).filter(([key]) => outcomeOf !== null || key !== 'before')
  return (
    <div>
      <p>
        {outcomeOf === null ? (name === undefined ? action : t(`action.${name}`)) : t('outcome')}{' '}
        <span className="break-all text-faded">{actor.email}</span>
      </p>
      {note !== undefined && <p className="mt-1 whitespace-pre-wrap break-words">{visibleText(note)}</p>}
      {outcomeOf !== null && (
        <p className="font-mono text-sm break-all text-faded">
          {rest.map(([key, value]) => `${key}: ${visibleText(value)}`).join(' · ')}
        </p>
      )}
    </div>
  )
}
