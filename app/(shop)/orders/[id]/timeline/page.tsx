import { ArrowLeft } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { getRuntime } from '@/lib/runtime'
import { type BuyerStep, buyerTimeline } from '@/lib/web/buyer-timeline'
import { ORDERS_COOKIE, readOwnOrderIds } from '@/lib/web/order-token'
import { Missing } from '../../../../_ui/missing'
import { pageCookie } from '../../../../_ui/page-cookie'
import { LostOrder } from '../lost-order'
import { StepLine } from './step-line'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('buyerTimeline'))('title'), robots: { index: false } }
}

/** What happened with an order's payments, for the browser that made it: every message, and what it was checked for. */
export default async function TimelinePage({ params }: PageProps<'/orders/[id]/timeline'>) {
  const { id } = await params
  const { shop, orderSecret } = await getRuntime()
  const isOwn = readOwnOrderIds(orderSecret, await pageCookie(ORDERS_COOKIE)).includes(id)
  const steps = isOwn ? await buyerTimeline(shop, id) : []
  if (steps.length === 0) {
    return (
      <Missing>
        <LostOrder id={id} isBack={false} />
      </Missing>
    )
  }
  const t = await getTranslations('buyerTimeline')
  return (
    <div className="mx-auto max-w-3xl px-4 pt-6 sm:px-6">
      <a href={`/orders/${id}`} className="inline-flex min-h-11 items-center gap-2 text-faded hover:text-ink">
        <ArrowLeft aria-hidden className="size-4" />
        {t('back')}
      </a>
      <h1 className="mt-1 text-3xl">{t('title')}</h1>
      <p className="mt-2 leading-relaxed text-faded">{t('lead')}</p>
      <Sum steps={steps} />
      <ol className="mt-8 border-l-2 border-line">
        {steps.map((step) => (
          <StepLine key={step.number} step={step} />
        ))}
      </ol>
    </div>
  )
}

/** How long the notification that paid the order took, from its arrival to the acknowledgement. */
async function Sum({ steps }: { steps: BuyerStep[] }) {
  const applied = steps.find((it) => it.type === 'reply' && it.verdict === 'applied')
  if (applied?.type !== 'reply') return null
  const t = await getTranslations('buyerTimeline')
  return <p className="mt-4 rounded-2xl bg-mist px-5 py-3 leading-relaxed">{t('sum', { ms: applied.tookMs })}</p>
}
