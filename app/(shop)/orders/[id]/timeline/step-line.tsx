import {
  Bell,
  CircleCheck,
  CircleDot,
  CircleX,
  type LucideIcon,
  MessagesSquare,
  PenLine,
  QrCode,
  ReceiptText,
  Reply,
} from 'lucide-react'
import { getFormatter, getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { visibleText } from '@/lib/net/visible-text'
import type { BuyerStep } from '@/lib/web/buyer-timeline'
import { checkText } from '@/lib/web/protocol-words'
import { Chip } from '../../../../_ui/chip'
import { VerdictChip } from '../../../../_ui/verdict-chip'

type Step<T extends BuyerStep['type']> = Extract<BuyerStep, { type: T }>

const ICONS: Record<BuyerStep['type'], LucideIcon> = {
  made: ReceiptText,
  payment: QrCode,
  call: MessagesSquare,
  handed_over: PenLine,
  notification: Bell,
  became: CircleDot,
  reply: Reply,
}

/** One step: when it was, what was said, and by whom. */
export async function StepLine({ step }: { step: BuyerStep }) {
  const Icon = ICONS[step.type]
  const isTurn = step.type === 'became'
  const format = await getFormatter()
  const time = format.dateTime(step.at, {
    ...{ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  })
  return (
    <li className="relative pb-6 pl-7">
      <span
        className={`absolute top-0 -left-[15px] grid size-7 place-items-center rounded-full border-2 border-paper ${isTurn ? 'bg-pine text-on-pine' : 'bg-mist text-pine'}`}
      >
        <Icon aria-hidden className="size-4" />
      </span>
      <p className="text-sm text-faded tabular-nums">
        <time dateTime={new Date(step.at).toISOString()}>{time}</time>
      </p>
      <Words step={step} />
    </li>
  )
}

function Words({ step }: { step: BuyerStep }): ReactNode {
  switch (step.type) {
    case 'made':
      return <Plain word="made" />
    case 'payment':
      return <Opened step={step} />
    case 'call':
      return <Call step={step} />
    case 'handed_over':
      return <HandedOver step={step} />
    case 'notification':
      return <Notification step={step} />
    case 'reply':
      return <Answer step={step} />
    case 'became':
      return <Became step={step} />
  }
}

async function Plain({ word }: { word: 'made' }) {
  return <p>{(await getTranslations('buyerTimeline'))(word)}</p>
}

async function Opened({ step: { outTradeNo, channel, apiVersion } }: { step: Step<'payment'> }) {
  const t = await getTranslations('buyerTimeline')
  return (
    <>
      <p>{t('payment', { channel: t(`channel.${channel}`), version: apiVersion })}</p>
      <p className="font-mono text-sm break-all text-faded">{outTradeNo}</p>
    </>
  )
}

async function Call({ step }: { step: Step<'call'> }) {
  const t = await getTranslations('buyerTimeline')
  return (
    <>
      <p>{t(`call.${step.purpose}`)}</p>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-faded tabular-nums">
        <span className="font-mono break-all">{visibleText(step.path)}</span>
        <span>{t('took', { ms: step.tookMs })}</span>
        {!step.isAnswered && <Chip tone="waiting">{t('unanswered')}</Chip>}
      </p>
      {step.sent.length + step.answered.length > 0 && (
        <details className="mt-1">
          <summary className="inline-flex min-h-11 cursor-pointer items-center text-sm text-jade underline">
            {t('fields')}
          </summary>
          <div className="grid gap-4 rounded-2xl border border-line bg-card p-4 sm:grid-cols-2">
            <Fields title={t('sent')} fields={step.sent} />
            <Fields title={t('answered')} fields={step.answered} />
          </div>
        </details>
      )}
    </>
  )
}

function Fields({ title, fields }: { title: string; fields: Step<'call'>['sent'] }) {
  if (fields.length === 0) return null
  return (
    <div className="min-w-0">
      <p className="text-sm font-medium">{title}</p>
      <dl className="mt-1 text-[0.8125rem]">
        {fields.map(({ name, value }) => (
          <div key={name} className="border-t border-line py-1">
            <dt className="font-mono break-all text-faded">{visibleText(name)}</dt>
            <dd className="font-mono break-all">{visibleText(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

async function HandedOver({ step: { channel, signed } }: { step: Step<'handed_over'> }) {
  const t = await getTranslations('buyerTimeline')
  return (
    <>
      <p>{t(`handedOver.${channel}`)}</p>
      {signed.length > 0 && (
        <p className="text-sm leading-relaxed text-faded">
          {t('signed')} <span className="font-mono break-words">{signed.join(', ')}</span>
        </p>
      )}
    </>
  )
}

async function Notification({ step: { isAuthentic, times, checks } }: { step: Step<'notification'> }) {
  const t = await getTranslations('buyerTimeline')
  const words = await getTranslations('notification')
  const locale = await getLocale()
  return (
    <>
      <p>
        {isAuthentic ? t('notification') : t('forged')}
        {times > 1 && <span className="text-faded"> {t('times', { times })}</span>}
      </p>
      <ul aria-label={t('checks')} className="mt-2 flex flex-col gap-1.5 text-sm">
        {checks.map(({ name, passed }) => (
          <li key={name} className="flex gap-2">
            {passed ? (
              <CircleCheck role="img" aria-label={words('passed')} className="mt-0.5 size-4 shrink-0 text-jade" />
            ) : (
              <CircleX role="img" aria-label={words('failed')} className="mt-0.5 size-4 shrink-0 text-clay" />
            )}
            {checkText(name, locale)}
          </li>
        ))}
      </ul>
    </>
  )
}

async function Answer({ step: { reply, verdict, tookMs } }: { step: Step<'reply'> }) {
  const t = await getTranslations('buyerTimeline')
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span>{t(`reply.${reply}`)}</span>
      <VerdictChip verdict={verdict} />
      <span className="text-sm text-faded tabular-nums">{t('took', { ms: tookMs })}</span>
    </p>
  )
}

async function Became({ step: { status, by } }: { step: Step<'became'> }) {
  const t = await getTranslations('buyerTimeline')
  return (
    <p className="font-medium">
      {t(`became.${status}`)} <span className="font-normal text-faded">{t(`by.${by}`)}</span>
    </p>
  )
}
