import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { getLocale, getTranslations } from 'next-intl/server'
import { orderView } from '@/app/api/orders/view'
import { getRuntime, type Runtime } from '@/lib/runtime'
import type { Invocation } from '@/lib/shop/gateway'
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
import { DemoPhone } from './demo-phone'
import { LiveOrder, UntilPaid } from './live-order'
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
  const runtime = await getRuntime()
  const { shop, orderSecret } = runtime
  const t = await getTranslations('order')
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
  const browser = await payingBrowser()
  const paying = standing.type === 'pay' && !isBack ? await payingOf(runtime, standing.payment, browser) : null
  const isPending = order.status === 'pending'
  // What the page turns to as soon as it is heard that the order is paid.
  const paid: Order = { ...order, status: 'paid' }
  return (
    <LiveOrder id={id} seen={seen} isMoving={isMoving(standing)} isPending={isPending} lost={t('lost')}>
      <div className="mx-auto max-w-5xl px-4 pt-8 sm:px-6">
        <UntilPaid paid={isPending && <Steps order={paid} standing={PAID} refunded="none" />}>
          <Steps order={order} standing={standing} refunded={refunded} />
        </UntilPaid>
        <UntilPaid paid={null}>
          <div className="mt-6 flex flex-col gap-4 empty:hidden">
            {/* Why a form was refused a while ago says nothing about an order that is settled by now. */}
            {isPending && <ProblemNotice code={firstOf(query.problem)} />}
            {order.status === 'closed' && (
              <AgainNotice order={order} code={firstOf(query.problem)} productId={firstOf(query.product)} />
            )}
            {order.status === 'paid' && !isStrayReturned(payments, refunds) && <SecondPaymentNotice />}
          </div>
        </UntilPaid>
        <div className="group mt-6 grid items-start gap-6 lg:grid-cols-[1fr_20rem] lg:grid-rows-[auto_1fr]">
          <div className="flex min-w-0 flex-col gap-6">
            <UntilPaid paid={isPending && <PaidPanel order={paid} refunds={[]} />}>
              {isBack ? (
                <ReturnPanel order={order} />
              ) : (
                <Panel standing={standing} found={found} refunds={refunds} paying={paying} browser={browser} />
              )}
            </UntilPaid>
            <Refunds order={order} refunds={refunds} problem={firstOf(query.problem)} />
          </div>
          <DemoPhone order={order} invocation={paying?.isOurs === false ? null : (paying?.invocation ?? null)} />
          <div className="flex min-w-0 flex-col gap-4 lg:col-start-2 lg:group-has-[iframe]:col-start-1">
            <OrderLines order={order} />
            <OrderFacts order={order} />
          </div>
        </div>
        <Announcement standing={standing} refunds={refunds} />
      </div>
    </LiveOrder>
  )
}

const PAID = { type: 'paid' } as const

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
      <UntilPaid paid={t('paidTitle')}>
        {newest === undefined ? t(TITLES[standing.type]) : states(buyerRefundState(newest))}
      </UntilPaid>
    </p>
  )
}

function Panel({
  standing,
  found: { order, payments },
  refunds,
  paying,
  browser,
}: {
  standing: Standing
  found: OrderWithPayments
  refunds: Refund[]
  paying: Paying | null
  browser: PayingBrowser
}) {
  switch (standing.type) {
    case 'pay':
      return <Payable order={order} paying={paying} browser={browser} />
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

/** The open payment as this browser can pay it, signed for this moment. */
type Paying = {
  /** What WeChat gave; null as long as it gave nothing. */
  invocation: Invocation | null
  isOurs: boolean
  payableUntil: number
}

async function payingOf({ shop, config }: Runtime, payment: Payment, { openid }: PayingBrowser): Promise<Paying> {
  const buyerAddress = remoteAddress({ headers: await headers() }, config.trustedProxies)
  const isOurs = shop.gateway.isFor(payment, { buyerAddress, openid })
  return {
    invocation: shop.gateway.invocation(payment, `${config.publicUrl.origin}/orders/${payment.orderId}?from=wechat`),
    isOurs,
    payableUntil: isOurs ? payableUntil(payment) : 0,
  }
}

/** What there is to pay with here: another browser may have opened the payment on its own channel. */
async function Payable({ order, paying, browser }: { order: Order; paying: Paying | null; browser: PayingBrowser }) {
  const { shop } = await getRuntime()
  const invocation = paying?.invocation ?? null
  if (paying === null || invocation === null) return <WaitingPanel order={order} channel={browser.channel} />
  if (invocation.channel === 'app') return <InAppPanel order={order} browser={browser} />
  // Opened for somebody else inside WeChat, who alone could pay it.
  if (invocation.channel === 'jsapi' && !paying.isOurs) return <NoCodePanel order={order} browser={browser} isFirst />
  const { payableUntil } = paying
  return (
    <PayPanel order={order} now={shop.now()} browser={browser} invocation={invocation} payableUntil={payableUntil} />
  )
}

async function payingBrowser(): Promise<PayingBrowser> {
  const { orderSecret, authorization } = await getRuntime()
  const openid = readPayer(orderSecret, await pageCookie(PAYER_COOKIE))
  const suitable = channelFor((await headers()).get('user-agent'))
  // Without a way to find out who is there, a code to scan is what is left inside WeChat.
  const isLost = suitable === 'jsapi' && openid === null && authorization === null
  return { channel: isLost ? 'native' : suitable, openid }
}
