import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import type { Invocation } from '@/lib/shop/gateway'
import { formatFen } from '@/lib/shop/money'
import type { Order } from '@/lib/shop/order'
import { Button } from '../../../_ui/button'
import { QrCode } from '../../../_ui/qr-code'
import { formatInstant } from '../../../_ui/when'
import { Countdown } from './countdown'
import { H5Pay } from './h5-pay'
import { JsapiPay } from './jsapi-pay'
import { OtherWays, type PayingBrowser } from './other-ways'

type Props = {
  order: Order
  now: number
  invocation: Exclude<Invocation, { channel: 'app' }>
  /** Until when what WeChat gave can be paid with by who looks at the page. */
  payableUntil: number
}

/** What there is to pay on which channel, how long it lasts, and what else can be done. */
export async function PayPanel({ browser, ...props }: Props & { browser: PayingBrowser }) {
  const { order, invocation } = props
  const t = await getTranslations('order')
  return (
    <section aria-labelledby="pay" className="rounded-3xl border border-line bg-card p-6 shadow-soft sm:p-10">
      <Way {...props} />
      <div className="mt-6 flex flex-wrap items-center justify-center gap-2 border-t border-line pt-6">
        <form method="post" action={`/api/orders/${order.id}/confirm`}>
          <Button look="plain">{t('iHavePaid')}</Button>
        </form>
        <CancelForm order={order} />
      </div>
      <p className="mt-3 mb-6 text-center text-sm text-faded noscript:hidden">{t('live')}</p>
      <OtherWays order={order} current={invocation.channel} browser={browser} />
    </section>
  )
}

async function Way({ order, now, invocation, payableUntil }: Props) {
  const t = await getTranslations('order')
  switch (invocation.channel) {
    case 'native': {
      const label = t('codeLabel', { amount: formatFen(order.amountFen, await getLocale()) })
      return (
        <div className="grid items-center gap-8 sm:grid-cols-[auto_1fr] sm:gap-10">
          <QrCode text={invocation.codeUrl} label={label} />
          <AmountDue order={order} now={now} refreshAt={payableUntil} title={t('payTitle')} lead={t('payLead')} />
        </div>
      )
    }
    case 'h5':
      return (
        <AmountDue order={order} now={now} title={t('h5Title')} lead={t('h5Lead')} isCentred>
          <H5Pay
            id={order.id}
            link={now < payableUntil ? invocation.mwebUrl : null}
            className={BIG}
            label={t('h5Pay')}
            failed={t('h5Failed')}
          />
        </AmountDue>
      )
    case 'jsapi':
      return (
        <AmountDue
          order={order}
          now={now}
          refreshAt={payableUntil}
          title={t('jsapiTitle')}
          lead={t('jsapiLead')}
          isCentred
        >
          <JsapiPay
            id={order.id}
            request={invocation.jsapi}
            className={BIG}
            label={t('jsapiPay')}
            words={{
              waiting: t('jsapiWaiting'),
              absent: t('jsapiAbsent'),
              cancelled: t('jsapiCancelled'),
              failed: t('jsapiFailed'),
            }}
          />
        </AmountDue>
      )
  }
}

const BIG =
  'mt-6 inline-flex min-h-12 w-full max-w-sm cursor-pointer items-center justify-center gap-2 rounded-full bg-pine px-6 text-lg font-medium text-on-pine hover:bg-pine-deep'

/** How much, until when, and the button that begins. */
async function AmountDue({
  order,
  now,
  refreshAt = order.expiresAt,
  title,
  lead,
  isCentred = false,
  children,
}: {
  order: Order
  now: number
  /** When what is shown cannot be paid with any more. */
  refreshAt?: number
  title: string
  lead: string
  isCentred?: boolean
  children?: ReactNode
}) {
  const t = await getTranslations('order')
  return (
    <div className={isCentred ? 'text-center' : 'text-center sm:text-left'}>
      <h1 id="pay" className="text-2xl">
        {title}
      </h1>
      <p className="mt-2 leading-relaxed text-faded">{lead}</p>
      <p className="mt-6 text-sm text-faded">{t('amount')}</p>
      <p className="font-serif text-4xl tabular-nums">{formatFen(order.amountFen, await getLocale())}</p>
      <p className="mt-5 text-lg">
        <span className="text-faded">{t('left')}</span>{' '}
        <Countdown msLeft={order.expiresAt - now} msPayable={refreshAt - now} />
      </p>
      <p className="text-sm text-faded">{t('until', { time: await formatInstant(order.expiresAt, { zone: true }) })}</p>
      {children}
    </div>
  )
}

/** Asks once before it is done: a closed order does not open again. */
export async function CancelForm({ order }: { order: Order }) {
  const t = await getTranslations('order')
  return (
    <details className="text-center">
      <summary className="inline-flex min-h-11 cursor-pointer list-none items-center px-3 text-faded underline decoration-line underline-offset-4 hover:text-clay hover:decoration-clay [&::-webkit-details-marker]:hidden">
        {t('cancel')}
      </summary>
      <form method="post" action={`/api/orders/${order.id}/cancel`} className="mt-2 flex flex-col items-center gap-2">
        <p className="text-sm text-faded">{t('cancelAsk')}</p>
        <Button look="plain">{t('cancelYes')}</Button>
      </form>
    </details>
  )
}
