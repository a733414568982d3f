import { Smartphone } from 'lucide-react'
import { getLocale, getTranslations } from 'next-intl/server'
import { toString as drawCode } from 'qrcode'
import { getConfig } from '@/lib/runtime'
import { formatFen } from '@/lib/shop/money'
import type { Order } from '@/lib/shop/order'
import { Button } from '../../../_ui/button'
import { formatInstant } from '../../../_ui/when'
import { Countdown } from './countdown'

/** The code to scan, how much it asks for, and how long it lasts. */
export async function PayPanel({ order, codeUrl, now }: { order: Order; codeUrl: string; now: number }) {
  const t = await getTranslations('order')
  const locale = await getLocale()
  const amount = formatFen(order.amountFen, locale)
  return (
    <section aria-labelledby="pay" className="rounded-3xl border border-line bg-card p-6 shadow-soft sm:p-10">
      <div className="grid items-center gap-8 sm:grid-cols-[auto_1fr] sm:gap-10">
        <QrCode text={codeUrl} label={t('codeLabel', { amount })} />
        <div className="text-center sm:text-left">
          <h1 id="pay" className="text-2xl">
            {t('payTitle')}
          </h1>
          <p className="mt-2 leading-relaxed text-faded">{t('payLead')}</p>
          <p className="mt-6 text-sm text-faded">{t('amount')}</p>
          <p className="font-serif text-4xl tabular-nums">{amount}</p>
          <p className="mt-5 text-lg">
            <span className="text-faded">{t('left')}</span> <Countdown msLeft={order.expiresAt - now} />
          </p>
          <p className="text-sm text-faded">{t('until', { time: await formatInstant(order.expiresAt) })}</p>
        </div>
      </div>
      <DemoHint codeUrl={codeUrl} />
      <div className="mt-6 flex flex-wrap items-center justify-center gap-2 border-t border-line pt-6 sm:justify-start">
        <form method="post" action={`/api/orders/${order.id}/confirm`}>
          <Button look="plain">{t('iHavePaid')}</Button>
        </form>
        <CancelForm order={order} />
      </div>
      <p className="mt-3 text-center text-sm text-faded sm:text-left">{t('live')}</p>
    </section>
  )
}

export async function CancelForm({ order }: { order: Order }) {
  const t = await getTranslations('order')
  return (
    <form method="post" action={`/api/orders/${order.id}/cancel`}>
      <Button look="quiet">{t('cancel')}</Button>
    </form>
  )
}

/** Drawn here on the server, dark on white with its quiet zone, whatever the page looks like around it. */
async function QrCode({ text, label }: { text: string; label: string }) {
  const svg = await drawCode(text, { type: 'svg', margin: 4, errorCorrectionLevel: 'M' })
  const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
  return (
    <img
      src={source}
      alt={label}
      width={256}
      height={256}
      className="mx-auto size-64 rounded-2xl border border-line bg-white"
    />
  )
}

/** With the emulator there is no phone that could scan, so one is offered; with WeChat Pay this is not there. */
async function DemoHint({ codeUrl }: { codeUrl: string }) {
  const { emulator } = await getConfig()
  if (emulator === null) return null
  const t = await getTranslations('order')
  const query = new URLSearchParams({ code_url: codeUrl, lang: await getLocale() })
  return (
    <aside className="mt-8 flex flex-wrap items-center justify-between gap-4 rounded-2xl bg-honey px-5 py-4">
      <div className="max-w-md">
        <p className="font-medium">{t('demoTitle')}</p>
        <p className="text-sm leading-relaxed">{t('demoText')}</p>
      </div>
      <a
        href={`${emulator.phonePath}?${query}`}
        target="_blank"
        rel="noopener"
        className="inline-flex min-h-11 items-center gap-2 rounded-full bg-amber px-5 font-medium text-white hover:bg-ink"
      >
        <Smartphone aria-hidden className="size-5" />
        {t('demoLink')}
      </a>
    </aside>
  )
}
