import {
  CircleCheckBig,
  CircleHelp,
  CloudFog,
  HandCoins,
  Hourglass,
  Info,
  MessageCircle,
  PackageX,
  RefreshCw,
  ScrollText,
  Smartphone,
} from 'lucide-react'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { formatFen } from '@/lib/shop/money'
import type { Order } from '@/lib/shop/order'
import type { Channel } from '@/lib/shop/payment'
import { leftOfOrder, type Refund } from '@/lib/shop/refund'
import { Button, ButtonLink } from '../../../_ui/button'
import { Notice } from '../../../_ui/notice'
import { refundStandingOf } from '../../../_ui/standing'
import { formatInstant, When } from '../../../_ui/when'
import { OrderAgain } from './order-again'
import { OtherWays, type PayingBrowser } from './other-ways'
import { CancelForm } from './pay-panel'

/** One thing to know about the order, and what to do about it. */
function Panel({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col items-center gap-4 rounded-3xl border border-line bg-card px-6 py-12 text-center shadow-soft">
      <span aria-hidden className="grid size-16 place-items-center rounded-full bg-mist text-pine [&>svg]:size-8">
        {icon}
      </span>
      <h1 className="text-2xl sm:text-3xl">{title}</h1>
      {children}
    </section>
  )
}

const TEXT = 'max-w-md leading-relaxed text-faded'

export async function PaidPanel({ order, refunds }: { order: Order; refunds: Refund[] }) {
  const t = await getTranslations('order')
  const amount = formatFen(order.amountFen, await getLocale())
  const isRefunded = refundStandingOf(order, refunds) === 'wholly'
  const isToShip = leftOfOrder(order, refunds) > 0
  const unshipped = isToShip ? t('paidText') : t('refundingText')
  const text = isRefunded ? t('refundedText') : order.shippedAt === null ? unshipped : t('shippedText')
  return (
    <Panel icon={<CircleCheckBig />} title={isRefunded ? t('refundedTitle') : t('paidTitle')}>
      <p className="font-serif text-4xl tabular-nums">{amount}</p>
      <p className={TEXT}>{text}</p>
      <dl className="mt-2 grid grid-cols-[auto_auto] gap-x-4 gap-y-1 text-left text-sm">
        <dt className="text-faded">{t('paidAt')}</dt>
        <dd className="min-h-[1lh]">{order.paidAt !== null && <When at={order.paidAt} seconds zone />}</dd>
        {order.shippedAt !== null && (
          <>
            <dt className="text-faded">{t('shippedAt')}</dt>
            <dd>
              <When at={order.shippedAt} seconds zone />
            </dd>
          </>
        )}
        <dt className="text-faded">{t('transaction')}</dt>
        <dd className="min-h-[1lh] sm:min-w-[28ch] font-mono break-all">{order.transactionId}</dd>
      </dl>
      <div className="flex flex-wrap justify-center gap-3">
        <ButtonLink href={`/orders/${order.id}/timeline`}>
          <ScrollText aria-hidden className="size-5" />
          {t('seeTimeline')}
        </ButtonLink>
        <ButtonLink look="plain" href="/">
          {t('toShop')}
        </ButtonLink>
      </div>
    </Panel>
  )
}

export async function WaitingPanel({ order, channel }: { order: Order; channel: Channel }) {
  const t = await getTranslations('order')
  return (
    <Panel icon={<CloudFog />} title={t('waitingTitle')}>
      <p className={TEXT}>{t('waitingText')}</p>
      <PrepayForm order={order} channel={channel} label={t('tryAgain')} />
      <CancelForm order={order} />
    </Panel>
  )
}

export async function NoCodePanel({
  order,
  browser,
  isFirst,
}: {
  order: Order
  browser: PayingBrowser
  /** Nobody tried to pay yet. */
  isFirst: boolean
}) {
  const t = await getTranslations('order')
  if (browser.channel === 'jsapi' && browser.openid === null) return <IdentifyPanel order={order} browser={browser} />
  if (isFirst) return <BeginPanel order={order} browser={browser} />
  return (
    <Panel icon={<RefreshCw />} title={t('closedPaymentTitle')}>
      <p className={TEXT}>{t('closedPaymentText')}</p>
      <PrepayForm order={order} channel={browser.channel} label={t('newCode')} />
      <OtherWays order={order} current={browser.channel} browser={browser} />
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
      <OrderAgain order={order} />
    </Panel>
  )
}

/** Money that came too late: the buyer should not be the one to worry. */
export async function StrayPanel({ order, isReturned }: { order: Order; isReturned: boolean }) {
  const t = await getTranslations('order')
  return (
    <Panel icon={<HandCoins />} title={t('strayTitle')}>
      <p className="font-serif text-4xl tabular-nums">{formatFen(order.amountFen, await getLocale())}</p>
      <p className={TEXT}>{isReturned ? t('strayRefundedText') : t('strayText')}</p>
    </Panel>
  )
}

/** Money that came for an order that another payment had paid. */
export async function SecondPaymentNotice() {
  const t = await getTranslations('order')
  return (
    <Notice tone="warm">
      <Info aria-hidden className="mt-0.5 size-5 shrink-0" />
      <div>
        <p className="font-medium">{t('secondTitle')}</p>
        <p>{t('secondText')}</p>
      </div>
    </Notice>
  )
}

/** Everything is known that paying here needs, and nothing was opened yet. */
async function BeginPanel({ order, browser }: { order: Order; browser: PayingBrowser }) {
  const t = await getTranslations('order')
  const titles = { native: t('payTitle'), h5: t('h5Title'), jsapi: t('jsapiTitle') }
  return (
    <Panel icon={<MessageCircle />} title={titles[browser.channel]}>
      <p className="font-serif text-4xl tabular-nums">{formatFen(order.amountFen, await getLocale())}</p>
      <HeldUntil order={order} />
      <PrepayForm order={order} channel={browser.channel} label={t('begin')} />
      <OtherWays order={order} current={browser.channel} browser={browser} />
      <CancelForm order={order} />
    </Panel>
  )
}

/** Inside WeChat, before it is known who sits there. A link and not a form, since it leads away from this site. */
async function IdentifyPanel({ order, browser }: { order: Order; browser: PayingBrowser }) {
  const t = await getTranslations('order')
  return (
    <Panel icon={<MessageCircle />} title={t('identifyTitle')}>
      <p className={TEXT}>{t('identifyText')}</p>
      <HeldUntil order={order} />
      <a
        href={`/api/wechat/openid?order=${order.id}`}
        className="inline-flex min-h-11 items-center rounded-full bg-pine px-6 font-medium text-on-pine hover:bg-pine-deep"
      >
        {t('identify')}
      </a>
      <OtherWays order={order} current="jsapi" browser={browser} />
      <CancelForm order={order} />
    </Panel>
  )
}

/** Nobody has begun to pay, and so the goods are not kept for as long as the order could be paid. */
async function HeldUntil({ order }: { order: Order }) {
  const t = await getTranslations('order')
  if (order.heldUntil === null) return null
  return <p className={TEXT}>{t('heldUntil', { time: await formatInstant(order.heldUntil, { zone: true }) })}</p>
}

/** Back from WeChat's page, which says nothing about the payment: the buyer answers, and WeChat is queried. */
export async function ReturnPanel({ order }: { order: Order }) {
  const t = await getTranslations('order')
  return (
    <Panel icon={<CircleHelp />} title={t('returnTitle')}>
      <p className={TEXT}>{t('returnText')}</p>
      <form method="post" action={`/api/orders/${order.id}/confirm`}>
        <Button>{t('returnYes')}</Button>
      </form>
      <ButtonLink look="plain" href={`/orders/${order.id}`}>
        {t('returnNo')}
      </ButtonLink>
    </Panel>
  )
}

/** The order is open in a mobile app; paying it here closes that payment first. */
export async function InAppPanel({ order, browser }: { order: Order; browser: PayingBrowser }) {
  const t = await getTranslations('order')
  return (
    <Panel icon={<Smartphone />} title={t('inAppTitle')}>
      <p className={TEXT}>{t('inAppText')}</p>
      <OtherWays order={order} current="app" browser={browser} />
      <CancelForm order={order} />
    </Panel>
  )
}

function PrepayForm({ order, channel, label }: { order: Order; channel: Channel; label: string }) {
  return (
    <form method="post" action={`/api/orders/${order.id}/prepay`}>
      <input type="hidden" name="channel" value={channel} />
      <Button>{label}</Button>
    </form>
  )
}
