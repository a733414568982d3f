import type { Metadata } from 'next'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { getRuntime } from '@/lib/runtime'
import { formatFen } from '@/lib/shop/money'
import { type Order, orderNumberOf } from '@/lib/shop/order'
import { type Refund, refundedFen, refundsOf } from '@/lib/shop/refund'
import { ORDERS_COOKIE, readOwnOrderIds } from '@/lib/web/order-token'
import { Missing } from '../../../../_ui/missing'
import { OrderLines } from '../../../../_ui/order-lines'
import { pageCookie } from '../../../../_ui/page-cookie'
import { When } from '../../../../_ui/when'
import { LostOrder } from '../lost-order'
import { PrintButton } from './print-button'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('receipt'))('title'), robots: { index: false } }
}

/** What was paid, to be printed or kept: one sheet, and nothing to press on it. */
export default async function ReceiptPage({ params }: PageProps<'/orders/[id]/receipt'>) {
  const { id } = await params
  const { shop, orderSecret } = await getRuntime()
  const isOwn = readOwnOrderIds(orderSecret, await pageCookie(ORDERS_COOKIE)).includes(id)
  const found = isOwn ? await shop.store.findOrder(id) : null
  if (found === null || found.order.status !== 'paid') {
    return (
      <Missing>
        <LostOrder id={id} isBack={false} />
      </Missing>
    )
  }
  const { order } = found
  const t = await getTranslations('receipt')
  const words = await getTranslations('order')
  return (
    <article className="mx-auto max-w-2xl px-4 pt-10 sm:px-6 print:max-w-none print:p-0">
      <div className="flex items-start justify-between gap-4">
        <div>
          <p className="font-serif text-lg">{(await getTranslations('brand'))('name')}</p>
          <h1 className="text-3xl">{t('title')}</h1>
        </div>
        <img src="/brand/logo.svg" alt="" width={56} height={56} />
      </div>
      <Facts order={order} />
      <OrderLines order={order} />
      <Refunded refunds={refundsOf(await shop.store.listRefundsOf(id), order.transactionId)} />
      <p className="mt-6 text-sm text-faded">{t('note')}</p>
      <div className="mt-6 flex flex-wrap items-center gap-4 print:hidden">
        <PrintButton label={t('print')} />
        <Link href={`/orders/${id}`} className="inline-flex min-h-11 items-center text-jade underline">
          {words('back')}
        </Link>
      </div>
    </article>
  )
}

async function Facts({ order }: { order: Order }) {
  const words = await getTranslations('order')
  return (
    <dl className="my-6 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1">
      <dt className="text-faded">{words('number')}</dt>
      <dd className="font-mono">{orderNumberOf(order.id)}</dd>
      <dt className="text-faded">{words('createdAt')}</dt>
      <dd>
        <When at={order.createdAt} seconds zone />
      </dd>
      <dt className="text-faded">{words('paidAt')}</dt>
      <dd>{order.paidAt !== null && <When at={order.paidAt} seconds zone />}</dd>
      <dt className="text-faded">{words('transaction')}</dt>
      <dd className="font-mono break-all">{order.transactionId}</dd>
    </dl>
  )
}

async function Refunded({ refunds }: { refunds: Refund[] }) {
  const t = await getTranslations('orders.refund')
  const refunded = refundedFen(refunds)
  if (refunded === 0) return null
  return <p className="mt-4 px-6 font-medium">{t('refunded', { amount: formatFen(refunded, await getLocale()) })}</p>
}
