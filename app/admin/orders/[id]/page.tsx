import { ArrowLeft } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import type { Admin } from '@/lib/admin/session'
import { getShop } from '@/lib/runtime'
import { formatFen } from '@/lib/shop/money'
import { refundsOf } from '@/lib/shop/refund'
import { type OrderHistory, timelineOf } from '@/lib/shop/review'
import { refuseShipping } from '@/lib/shop/shipping'
import { firstOf } from '@/lib/web/list-query'
import { ActionForm } from '../../../_ui/action-form'
import { AdminFrame } from '../../../_ui/admin-frame'
import { Button } from '../../../_ui/button'
import { Chip, type Tone } from '../../../_ui/chip'
import { Confirm } from '../../../_ui/confirm'
import { DoneNotice } from '../../../_ui/done-notice'
import { NoteForm } from '../../../_ui/note-form'
import { ProblemNotice } from '../../../_ui/notice'
import { OrderLines } from '../../../_ui/order-lines'
import { OrderNumber } from '../../../_ui/order-number'
import { When } from '../../../_ui/when'
import { MissingPage } from '../../missing-page'
import { MoneyCard } from '../../money/money-card'
import { requireAdmin } from '../../require-admin'
import { OrderChips } from '../order-chips'
import { ContactSection } from './contact-section'
import { ParcelForm, TrackingField } from './parcel-form'
import { RefundSection } from './refund-section'
import { Timeline } from './timeline'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('adminOrder'))('title'), robots: { index: false } }
}

/** One order with everything that is written down about it, and what an operator can do. */
export default async function OrderPage({ params, searchParams }: PageProps<'/admin/orders/[id]'>) {
  const admin = await requireAdmin('orders')
  const { store, now } = await getShop()
  const history = await store.findOrderHistory((await params).id, now())
  if (history === null) {
    return <MissingPage admin={admin} page="orders" />
  }
  const t = await getTranslations('adminOrder')
  const { order, attention } = history
  const query = await searchParams
  return (
    <AdminFrame admin={admin} page="orders">
      <Link
        href="/admin/orders"
        prefetch={false}
        className="inline-flex min-h-11 items-center gap-2 text-faded hover:text-ink"
      >
        <ArrowLeft aria-hidden className="size-4" />
        {t('back')}
      </Link>
      <div className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-3xl tabular-nums">{formatFen(order.amountFen, await getLocale())}</h1>
        <OrderChips order={order} attention={attention} />
      </div>
      <p className="mt-1 text-sm break-all text-faded">
        <span className="text-base text-ink">
          <OrderNumber id={order.id} />
        </span>{' '}
        <span className="font-mono">{order.id}</span>
      </p>
      <div className="mt-4 flex flex-col gap-3">
        <DoneNotice word={firstOf(query.done)} />
        <ProblemNotice code={firstOf(query.problem)} />
      </div>
      {attention.includes('refunded') && <RefundNotice id={order.id} admin={admin} />}
      <OrderActions history={history} admin={admin} />
      <div className="mt-6 grid items-start gap-6 lg:grid-cols-2">
        <OrderLines order={order} title={t('lines')} />
        <Facts history={history} />
      </div>
      <ContactSection order={order} admin={admin} />
      <RefundSection order={order} refunds={history.refunds} admin={admin} />
      <MoneyOf history={history} admin={admin} />
      <Timeline entries={timelineOf(history)} />
    </AdminFrame>
  )
}

/** What can be done now; a viewer is told who can. */
async function OrderActions({ history: { order, payments, refunds }, admin }: { history: OrderHistory; admin: Admin }) {
  const t = await getTranslations('adminOrder')
  if (admin.role === 'viewer') return <p className="mt-4 text-sm text-faded">{t('viewer')}</p>
  return (
    <section aria-label={t('actions')} className="mt-4 flex flex-wrap gap-3">
      {refuseShipping({ order, payments }, refunds) === null && (
        <Confirm
          action={`/api/admin/orders/${order.id}/ship`}
          open={t('ship')}
          text={t('shipText')}
          submit={t('shipNow')}
        >
          <TrackingField number={null} />
        </Confirm>
      )}
      {order.shippedAt !== null && <ParcelForm id={order.id} number={order.trackingNumber} />}
      {payments.length > 0 && (
        <ActionForm action={`/api/admin/orders/${order.id}/query`}>
          <Button look="plain">{t('query')}</Button>
        </ActionForm>
      )}
      {order.status === 'pending' && (
        <Confirm
          action={`/api/admin/orders/${order.id}/close`}
          open={t('close')}
          text={t('closeText')}
          submit={t('closeNow')}
        />
      )}
    </section>
  )
}

/** Money went back at WeChat: what that means, and for operators a place to write what they found. */
async function RefundNotice({ id, admin }: { id: string; admin: Admin }) {
  const t = await getTranslations('adminOrder.refund')
  return (
    <section aria-labelledby="refund" className="mt-4 rounded-3xl border border-clay bg-card p-6">
      <h2 id="refund" className="text-lg text-clay">
        {t('title')}
      </h2>
      <p className="mt-1 max-w-3xl leading-relaxed">{t('text')}</p>
      {admin.role === 'operator' && (
        <NoteForm id="refund-note" action={`/api/admin/orders/${id}/review-refund`} submit={t('done')} />
      )}
    </section>
  )
}

const TONES: Record<OrderHistory['payments'][number]['status'], Tone> = {
  preparing: 'waiting',
  open: 'waiting',
  paid: 'good',
  closed: 'over',
  stray: 'alarm',
}

async function Facts({ history: { order, payments } }: { history: OrderHistory }) {
  const t = await getTranslations('adminOrder')
  const words = await getTranslations('adminOrders')
  const instants = [
    ['createdAt', order.createdAt],
    ['expiresAt', order.expiresAt],
    ['paidAt', order.paidAt],
    ['closedAt', order.closedAt],
    ['shippedAt', order.shippedAt],
  ] as const
  return (
    <section aria-labelledby="payments" className="rounded-3xl border border-line bg-card p-6">
      <h2 id="payments" className="text-lg">
        {t('payments')}
      </h2>
      {payments.length === 0 && <p className="mt-2 text-faded">{t('noPayments')}</p>}
      <ul className="mt-2 divide-y divide-line">
        {payments.map(({ outTradeNo, channel, status, apiVersion }) => (
          <li key={outTradeNo} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
            <span>{words(`channel.${channel}`)}</span>
            <span className="text-sm text-faded">API {apiVersion}</span>
            <Chip tone={TONES[status]}>{t(`payment.${status}`)}</Chip>
            <Link
              href={`/admin/calls?number=${outTradeNo}`}
              prefetch={false}
              className="font-mono text-sm break-all text-faded underline"
            >
              {outTradeNo}
            </Link>
          </li>
        ))}
      </ul>
      <dl className="mt-3 border-t border-line pt-3 text-sm">
        {instants.map(
          ([name, at]) =>
            at !== null && (
              <div key={name} className="flex justify-between gap-4 py-1">
                <dt className="text-faded">{t(name)}</dt>
                <dd className="tabular-nums">
                  <When at={at} seconds />
                </dd>
              </div>
            ),
        )}
      </dl>
    </section>
  )
}

async function MoneyOf({ history: { money, refunds }, admin }: { history: OrderHistory; admin: Admin }) {
  if (money.length === 0) return null
  const t = await getTranslations('adminOrder')
  return (
    <section aria-labelledby="money" className="mt-8">
      <h2 id="money" className="text-xl">
        {t('money')}
      </h2>
      <ul className="mt-3 grid items-start gap-4 lg:grid-cols-2">
        {money.map((it) => (
          <MoneyCard
            key={it.transactionId}
            money={it}
            refunds={refundsOf(refunds, it.transactionId)}
            admin={admin}
            from="order"
          />
        ))}
      </ul>
    </section>
  )
}
