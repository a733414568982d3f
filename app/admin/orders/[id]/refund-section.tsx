import { getLocale, getTranslations } from 'next-intl/server'
import type { Admin } from '@/lib/admin/session'
import { type Fen, formatClaim } from '@/lib/shop/money'
import type { Order } from '@/lib/shop/order'
import { leftOfOrder, type Refund, refundedFen, refundsOf } from '@/lib/shop/refund'
import { emptyRefundForm } from '@/lib/web/refund-form'
import { RefundCard } from '../../refunds/refund-card'
import { RefundsAreOff } from '../../refunds/refunds-off'
import { whyNoRefundOfOrder } from '../../refunds/why-off'
import { RefundForm } from './refund-form'

/** What was paid for an order, what of it went back, what is left, and a way to refund it. */
export async function RefundSection({ order, refunds, admin }: { order: Order; refunds: Refund[]; admin: Admin }) {
  if (order.status !== 'paid' && refunds.length === 0) return null
  const t = await getTranslations('orderRefund')
  const locale = await getLocale()
  const left = leftOfOrder(order, refunds)
  const names = new Map(order.lines.map(({ productId, name }) => [productId, name[locale]]))
  return (
    <section aria-labelledby="refunds" className="mt-8">
      <h2 id="refunds" className="text-xl">
        {t('title')}
      </h2>
      {order.status === 'paid' && <Sums order={order} refunds={refunds} left={left} />}
      {refunds.length === 0 ? (
        <p className="mt-3 text-faded">{t('none')}</p>
      ) : (
        <ul className="mt-3 grid items-start gap-4 lg:grid-cols-2">
          {refunds.map((refund) => (
            <RefundCard
              key={refund.outRefundNo}
              refund={refund}
              names={names}
              admin={admin}
              back={`/admin/orders/${order.id}`}
            />
          ))}
        </ul>
      )}
      {order.status === 'paid' && admin.role === 'operator' && <Offer order={order} refunds={refunds} left={left} />}
    </section>
  )
}

async function Sums({ order, refunds, left }: { order: Order; refunds: Refund[]; left: Fen }) {
  const t = await getTranslations('orderRefund')
  const locale = await getLocale()
  const wentBack = refundedFen(refundsOf(refunds, order.transactionId))
  const sums = [
    ['paid', order.amountFen],
    ['wentBack', wentBack],
    ['underWay', order.amountFen - wentBack - left],
    ['left', left],
  ] as const
  return (
    <dl className="mt-3 grid grid-cols-2 gap-3 lg:grid-cols-4">
      {sums.map(([name, amountFen]) => (
        <div key={name} className="rounded-2xl border border-line bg-card p-4">
          <dt className="text-sm text-faded">{t(name)}</dt>
          <dd className="mt-1 font-serif text-2xl tabular-nums">{formatClaim(amountFen, locale)}</dd>
        </div>
      ))}
    </dl>
  )
}

/** The form, or why there is none. */
async function Offer({ order, refunds, left }: { order: Order; refunds: Refund[]; left: Fen }) {
  const t = await getTranslations('orderRefund')
  if (left === 0) return <p className="mt-3 text-faded">{t('nothingLeft')}</p>
  const why = await whyNoRefundOfOrder(order)
  if (why !== null) return <RefundsAreOff why={why} />
  return (
    <details className="group mt-4">
      <summary className="inline-flex min-h-11 cursor-pointer list-none items-center rounded-full border border-line bg-card px-6 font-medium group-open:mb-4 hover:border-jade [&::-webkit-details-marker]:hidden">
        {t('open')}
      </summary>
      <RefundForm order={order} refunds={refunds} form={emptyRefundForm(order)} />
    </details>
  )
}
