import type { Metadata } from 'next'
import { cookies, headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { getLocale, getTranslations } from 'next-intl/server'
import { orderView } from '@/app/api/orders/view'
import { channelFor } from '@/lib/channel'
import { ORDERS_COOKIE, readOwnOrderIds } from '@/lib/order-access'
import { PAYER_COOKIE, readPayer } from '@/lib/payer'
import { getRuntime } from '@/lib/runtime'
import type { Order } from '@/lib/shop/order'
import type { Payment } from '@/lib/shop/payment'
import { ProblemNotice } from '../../../_ui/notice'
import { OrderLines } from '../../../_ui/order-lines'
import { firstOf } from '../../../_ui/query'
import { type Standing, standingOf } from '../../../_ui/standing'
import { When } from '../../../_ui/when'
import { LiveOrder } from './live-order'
import type { PayingBrowser } from './other-ways'
import {
  CheckingPanel,
  ClosedPanel,
  InAppPanel,
  NoCodePanel,
  PaidPanel,
  ReturnPanel,
  StrayNotice,
  WaitingPanel,
} from './panels'
import { PayPanel } from './pay-panel'
import { Steps } from './steps'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('order'))('title'), robots: { index: false } }
}

/** One order, for the browser that made it: how to pay it, and what became of it. */
export default async function OrderPage({ params, searchParams }: PageProps<'/orders/[id]'>) {
  const { id } = await params
  const query = await searchParams
  const { shop, orderSecret } = await getRuntime()
  const cookie = (await cookies()).get(ORDERS_COOKIE)?.value
  const found = readOwnOrderIds(orderSecret, cookie).includes(id) ? await shop.store.findOrder(id) : null
  if (found === null) notFound()
  const { order, payments } = found
  const standing = standingOf(order, payments, shop.now())
  const seen = JSON.stringify(orderView(found, await getLocale()))
  const isBack = firstOf(query.from) === 'wechat' && standing.type === 'pay'
  return (
    <div className="mx-auto max-w-5xl px-4 pt-8 sm:px-6">
      <Steps standing={standing} />
      <div className="mt-6 flex flex-col gap-4">
        <ProblemNotice code={firstOf(query.problem)} />
        {payments.some(({ status }) => status === 'stray') && <StrayNotice />}
      </div>
      <div className="mt-6 grid items-start gap-6 lg:grid-cols-[1fr_20rem]">
        {isBack ? <ReturnPanel order={order} /> : <Panel standing={standing} order={order} />}
        <div className="flex flex-col gap-4">
          <OrderLines order={order} />
          <OrderFacts order={order} />
        </div>
      </div>
      {order.status === 'pending' && <LiveOrder id={id} seen={seen} />}
    </div>
  )
}

async function Panel({ standing, order }: { standing: Standing; order: Order }) {
  const browser = await payingBrowser()
  switch (standing.type) {
    case 'pay':
      return <Payable order={order} payment={standing.payment} browser={browser} />
    case 'waiting':
      return <WaitingPanel order={order} channel={browser.channel} />
    case 'no_code':
      return <NoCodePanel order={order} browser={browser} />
    case 'checking':
      return <CheckingPanel />
    case 'paid':
      return <PaidPanel order={order} />
    case 'expired':
    case 'cancelled':
      return <ClosedPanel order={order} reason={standing.type} />
  }
}

/** What the open payment needs here, signed for this moment; another browser may have opened it on its own channel. */
async function Payable({ order, payment, browser }: { order: Order; payment: Payment; browser: PayingBrowser }) {
  const { shop, config } = await getRuntime()
  const invocation = shop.gateway.invocation(payment, `${config.publicUrl.origin}/orders/${order.id}?from=wechat`)
  if (invocation === null) return <WaitingPanel order={order} channel={browser.channel} />
  if (invocation.channel === 'app') return <InAppPanel order={order} browser={browser} />
  return <PayPanel order={order} now={shop.now()} browser={browser} invocation={invocation} />
}

async function payingBrowser(): Promise<PayingBrowser> {
  const { orderSecret, authorization } = await getRuntime()
  const openid = readPayer(orderSecret, (await cookies()).get(PAYER_COOKIE)?.value)
  const suitable = channelFor((await headers()).get('user-agent'))
  // Without a way to find out who is there, a code to scan is what is left inside WeChat.
  const isLost = suitable === 'jsapi' && openid === null && authorization === null
  return { channel: isLost ? 'native' : suitable, openid }
}

async function OrderFacts({ order }: { order: Order }) {
  const t = await getTranslations('order')
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 px-2 text-sm text-faded">
      <dt>{t('number')}</dt>
      <dd className="text-right font-mono break-all">{order.id}</dd>
      <dt>{t('createdAt')}</dt>
      <dd className="text-right">
        <When at={order.createdAt} />
      </dd>
    </dl>
  )
}
