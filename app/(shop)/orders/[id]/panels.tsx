import { CircleCheckBig, CloudFog, Hourglass, Info, PackageX, RefreshCw } from 'lucide-react'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { formatFen } from '@/lib/shop/money'
import type { Order } from '@/lib/shop/order'
import { Button } from '../../../_ui/button'
import { Notice } from '../../../_ui/notice'
import { When } from '../../../_ui/when'
import { CancelForm } from './pay-panel'

/** One thing to know about the order, and what to do about it. */
function Panel({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col items-center gap-4 rounded-3xl border border-line bg-card px-6 py-12 text-center shadow-soft">
      <span aria-hidden className="grid size-16 place-items-center rounded-full bg-mist text-pine [&>svg]:size-8">
        {icon}
      </span>
      <div role="status">
        <h1 className="text-2xl sm:text-3xl">{title}</h1>
      </div>
      {children}
    </section>
  )
}

const TEXT = 'max-w-md leading-relaxed text-faded'

export async function PaidPanel({ order }: { order: Order }) {
  const t = await getTranslations('order')
  const amount = formatFen(order.amountFen, await getLocale())
  return (
    <Panel icon={<CircleCheckBig />} title={t('paidTitle')}>
      <p className="font-serif text-4xl tabular-nums">{amount}</p>
      <p className={TEXT}>{t('paidText')}</p>
      <dl className="mt-2 grid grid-cols-[auto_auto] gap-x-4 gap-y-1 text-left text-sm">
        <dt className="text-faded">{t('paidAt')}</dt>
        <dd>{order.paidAt !== null && <When at={order.paidAt} seconds />}</dd>
        <dt className="text-faded">{t('transaction')}</dt>
        <dd className="font-mono break-all">{order.transactionId}</dd>
      </dl>
    </Panel>
  )
}

export async function WaitingPanel({ order }: { order: Order }) {
  const t = await getTranslations('order')
  return (
    <Panel icon={<CloudFog />} title={t('waitingTitle')}>
      <p className={TEXT}>{t('waitingText')}</p>
      <PrepayForm order={order} label={t('tryAgain')} />
      <CancelForm order={order} />
    </Panel>
  )
}

export async function NoCodePanel({ order }: { order: Order }) {
  const t = await getTranslations('order')
  return (
    <Panel icon={<RefreshCw />} title={t('closedPaymentTitle')}>
      <p className={TEXT}>{t('closedPaymentText')}</p>
      <PrepayForm order={order} label={t('newCode')} />
      <CancelForm order={order} />
    </Panel>
  )
}

export async function CheckingPanel() {
  const t = await getTranslations('order')
  return (
    <Panel icon={<Hourglass />} title={t('checkingTitle')}>
      <p className={TEXT}>{t('checkingText')}</p>
      <div aria-hidden className="relative h-1.5 w-48 overflow-hidden rounded-full bg-mist">
        <div className="absolute inset-y-0 left-1/4 w-1/2 motion-safe:animate-[drift_1.6s_ease-in-out_infinite_alternate] rounded-full bg-jade" />
      </div>
    </Panel>
  )
}

export async function ClosedPanel({ order, reason }: { order: Order; reason: 'expired' | 'cancelled' }) {
  const t = await getTranslations('order')
  return (
    <Panel icon={<PackageX />} title={t('closedTitle')}>
      <p className={TEXT}>{reason === 'expired' ? t('expiredText') : t('cancelledText')}</p>
      <form method="post" action="/api/orders">
        {order.lines.map(({ productId, quantity }) => (
          <input key={productId} type="hidden" name="item" value={`${productId}:${quantity}`} />
        ))}
        <Button>{t('orderAgain')}</Button>
      </form>
    </Panel>
  )
}

/** Money that came too late or twice: the buyer should not be the one to worry. */
export async function StrayNotice() {
  const t = await getTranslations('order')
  return (
    <Notice tone="warm">
      <Info aria-hidden className="mt-0.5 size-5 shrink-0" />
      <div>
        <p className="font-medium">{t('strayTitle')}</p>
        <p>{t('strayText')}</p>
      </div>
    </Notice>
  )
}

function PrepayForm({ order, label }: { order: Order; label: string }) {
  return (
    <form method="post" action={`/api/orders/${order.id}/prepay`}>
      <input type="hidden" name="channel" value="native" />
      <Button>{label}</Button>
    </form>
  )
}
