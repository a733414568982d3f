import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { notFound } from 'next/navigation'
import { getLocale, getTranslations } from 'next-intl/server'
import { orderView } from '@/app/api/orders/view'
import { ORDERS_COOKIE, readOwnOrderIds } from '@/lib/order-access'
import { getRuntime } from '@/lib/runtime'
import type { OrderWithPayments } from '@/lib/shop/store'
import { ProblemNotice } from '../../../_ui/notice'
import { OrderLines } from '../../../_ui/order-lines'
import { firstOf } from '../../../_ui/query'
import { type Standing, standingOf } from '../../../_ui/standing'
import { When } from '../../../_ui/when'
import { LiveOrder } from './live-order'
import { CheckingPanel, ClosedPanel, NoCodePanel, PaidPanel, StrayNotice, WaitingPanel } from './panels'
import { PayPanel } from './pay-panel'
import { Steps } from './steps'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('order'))('title'), robots: { index: false } }
}

/** One order, for the browser that made it: how to pay it, and what became of it. */
export default async function OrderPage({ params, searchParams }: PageProps<'/orders/[id]'>) {
  const { id } = await params
  const { shop, orderSecret } = await getRuntime()
  const cookie = (await cookies()).get(ORDERS_COOKIE)?.value
  const found = readOwnOrderIds(orderSecret, cookie).includes(id) ? await shop.store.findOrder(id) : null
  if (found === null) notFound()
  const { order, payments } = found
  const standing = standingOf(order, payments, shop.now())
  const seen = JSON.stringify(orderView(found, await getLocale()))
  return (
    <div className="mx-auto max-w-5xl px-4 pt-8 sm:px-6">
      <Steps standing={standing} />
      <div className="mt-6 flex flex-col gap-4">
        <ProblemNotice code={firstOf((await searchParams).problem)} />
        {payments.some(({ status }) => status === 'stray') && <StrayNotice />}
      </div>
      <div className="mt-6 grid items-start gap-6 lg:grid-cols-[1fr_20rem]">
        <Panel standing={standing} found={found} now={shop.now()} />
        <div className="flex flex-col gap-4">
          <OrderLines order={order} />
          <OrderFacts found={found} />
        </div>
      </div>
      {order.status === 'pending' && <LiveOrder id={id} seen={seen} />}
    </div>
  )
}

function Panel({ standing, found, now }: { standing: Standing; found: OrderWithPayments; now: number }) {
  const { order } = found
  switch (standing.type) {
    case 'pay':
      return <PayPanel order={order} codeUrl={standing.codeUrl} now={now} />
    case 'waiting':
      return <WaitingPanel order={order} />
    case 'no_code':
      return <NoCodePanel order={order} />
    case 'checking':
      return <CheckingPanel />
    case 'paid':
      return <PaidPanel order={order} />
    case 'expired':
    case 'cancelled':
      return <ClosedPanel order={order} reason={standing.type} />
  }
}

async function OrderFacts({ found: { order } }: { found: OrderWithPayments }) {
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
