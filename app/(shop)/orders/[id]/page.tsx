import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { getLocale, getTranslations } from 'next-intl/server'
import { orderView } from '@/app/api/orders/view'
import { getRuntime } from '@/lib/runtime'
import type { Order } from '@/lib/shop/order'
import { type OrderWithPayments, type Payment, payableUntil } from '@/lib/shop/payment'
import type { Refund } from '@/lib/shop/refund'
import { channelFor } from '@/lib/web/channel'
import { firstOf } from '@/lib/web/list-query'
import { ORDERS_COOKIE, readOwnOrderIds } from '@/lib/web/order-token'
import { remoteAddress } from '@/lib/web/origin'
import { PAYER_COOKIE, readPayer } from '@/lib/web/payer'
import { Missing } from '../../../_ui/missing'
import { ProblemNotice } from '../../../_ui/notice'
import { OrderLines } from '../../../_ui/order-lines'
import { pageCookie } from '../../../_ui/page-cookie'
import { buyerRefundState } from '../../../_ui/refund-chip'
import { isStrayReturned, refundStandingOf, type Standing, standingOf } from '../../../_ui/standing'
import { LiveOrder } from './live-order'
import { LostOrder } from './lost-order'
import { AgainNotice } from './order-again'
import { OrderFacts } from './order-facts'
import type { PayingBrowser } from './other-ways'
import {
  CheckingPanel,
  ClosedPanel,
  InAppPanel,
  NoCodePanel,
  PaidPanel,
  ReturnPanel,
  SecondPaymentNotice,
  StrayPanel,
  WaitingPanel,
} from './panels'
import { PayPanel } from './pay-panel'
import { Refunds } from './refunds'
import { Steps } from './steps'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('order'))('title'), robots: { index: false } }
}

/** One order, for the browser that made it: how to pay it, and what became of it. */
export default async function OrderPage({ params, searchParams }: PageProps<'/orders/[id]'>) {
  const { id } = await params
  const query = await searchParams
  const { shop, orderSecret } = await getRuntime()
  const cookie = await pageCookie(ORDERS_COOKIE)
  const found = readOwnOrderIds(orderSecret, cookie).includes(id) ? await shop.store.findOrder(id) : null
  const isFromWeChat = firstOf(query.from) === 'wechat'
  if (found === null) {
    return (
      <Missing>
        <LostOrder id={id} isBack={isFromWeChat} />
      </Missing>
    )
  }
  const { order, payments } = found
  const refunds = await shop.store.listRefundsOf(id)
  const refunded = refundStandingOf(order, refunds)
  const standing = standingOf(order, payments, shop.now())
  const seen = JSON.stringify(orderView({ ...found, refunds }, await getLocale()))
  const isBack = isFromWeChat && standing.type === 'pay'
  return (
    <div className="mx-auto max-w-5xl px-4 pt-8 sm:px-6">
      <Steps order={order} standing={standing} refunded={refunded} />
      <div className="mt-6 flex flex-col gap-4">
        {/* Why a form was refused a while ago says nothing about an order that is settled by now. */}
        {order.status === 'pending' && <ProblemNotice code={firstOf(query.problem)} />}
        {order.status === 'closed' && (
          <AgainNotice order={order} code={firstOf(query.problem)} productId={firstOf(query.product)} />
        )}
        {order.status === 'paid' && !isStrayReturned(payments, refunds) && <SecondPaymentNotice />}
      </div>
      <div className="mt-6 grid items-start gap-6 lg:grid-cols-[1fr_20rem]">
        <div className="flex min-w-0 flex-col gap-6">
          {isBack ? <ReturnPanel order={order} /> : <Panel standing={standing} found={found} refunds={refunds} />}
          <Refunds order={order} refunds={refunds} problem={firstOf(query.problem)} />
        </div>
        <div className="flex flex-col gap-4">
          <OrderLines order={order} />
          <OrderFacts order={order} />
        </div>
      </div>
      <Announcement standing={standing} refunds={refunds} />
      {isMoving(standing) && <LiveOrder id={id} seen={seen} lost={(await getTranslations('order'))('lost')} />}
    </div>
  )
}

/** Whether anything about it may still change while it is looked at: what was paid may go back. */
function isMoving({ type }: Standing): boolean {
  return type !== 'expired' && type !== 'cancelled'
}

const TITLES = {
  pay: 'stepPaying',
  waiting: 'waitingTitle',
  no_code: 'closedPaymentTitle',
  checking: 'checkingTitle',
  paid: 'paidTitle',
  expired: 'closedTitle',
  cancelled: 'closedTitle',
  stray: 'strayTitle',
} as const satisfies Record<Standing['type'], string>

/** Stays while the panels change: only text that changes inside an element that was there is read out. */
async function Announcement({ standing, refunds }: { standing: Standing; refunds: Refund[] }) {
  const t = await getTranslations('order')
  const states = await getTranslations('buyerRefund.state')
  const newest = refunds.at(-1)
  return (
    <p aria-live="polite" className="sr-only">
      {newest === undefined ? t(TITLES[standing.type]) : states(buyerRefundState(newest))}
    </p>
  )
}

async function Panel({
  standing,
  found: { order, payments },
  refunds,
}: {
  standing: Standing
  found: OrderWithPayments
  refunds: Refund[]
}) {
  const browser = await payingBrowser()
  switch (standing.type) {
    case 'pay':
      return <Payable order={order} payment={standing.payment} browser={browser} />
    case 'waiting':
      return <WaitingPanel order={order} channel={browser.channel} />
    case 'no_code':
      return <NoCodePanel order={order} browser={browser} isFirst={standing.isFirst} />
    case 'checking':
      return <CheckingPanel />
    case 'paid':
      return <PaidPanel order={order} refunds={refunds} />
    case 'expired':
    case 'cancelled':
      return <ClosedPanel order={order} reason={standing.type} />
    case 'stray':
      return <StrayPanel order={order} isReturned={isStrayReturned(payments, refunds)} />
  }
}

/** What the open payment needs here, signed for this moment; another browser may have opened it on its own channel. */
async function Payable({ order, payment, browser }: { order: Order; payment: Payment; browser: PayingBrowser }) {
  const { shop, config } = await getRuntime()
  const invocation = shop.gateway.invocation(payment, `${config.publicUrl.origin}/orders/${order.id}?from=wechat`)
  if (invocation === null) return <WaitingPanel order={order} channel={browser.channel} />
  if (invocation.channel === 'app') return <InAppPanel order={order} browser={browser} />
  const buyerAddress = remoteAddress({ headers: await headers() }, config.trustedProxies)
  const isOurs = shop.gateway.isFor(payment, { buyerAddress, openid: browser.openid })
  // Opened for somebody else inside WeChat, who alone could pay it.
  if (invocation.channel === 'jsapi' && !isOurs) return <NoCodePanel order={order} browser={browser} isFirst />
  const until = isOurs ? payableUntil(payment) : 0
  return <PayPanel order={order} now={shop.now()} browser={browser} invocation={invocation} payableUntil={until} />
}

async function payingBrowser(): Promise<PayingBrowser> {
  const { orderSecret, authorization } = await getRuntime()
  const openid = readPayer(orderSecret, await pageCookie(PAYER_COOKIE))
  const suitable = channelFor((await headers()).get('user-agent'))
  // Without a way to find out who is there, a code to scan is what is left inside WeChat.
  const isLost = suitable === 'jsapi' && openid === null && authorization === null
  return { channel: isLost ? 'native' : suitable, openid }
}
