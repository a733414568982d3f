import { ArrowLeft } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import type { Admin } from '@/lib/admin/session'
import { getShop } from '@/lib/runtime'
import { fen, formatClaim, formatFen } from '@/lib/shop/money'
import { orderNumberOf } from '@/lib/shop/order'
import type { OrderWithPayments } from '@/lib/shop/payment'
import { leftOfOrder, type Refund } from '@/lib/shop/refund'
import type { WantedRefund } from '@/lib/shop/refunds'
import { type AddressQuery, firstOf, writeAddress } from '@/lib/web/list-query'
import { confirmedFields, emptyRefundForm, readRefundForm, refundFormFields, wantedOf } from '@/lib/web/refund-form'
import { ActionForm } from '../../../../_ui/action-form'
import { AdminFrame } from '../../../../_ui/admin-frame'
import { Button, ButtonLink } from '../../../../_ui/button'
import { Notice, ProblemNotice } from '../../../../_ui/notice'
import { formatInstant } from '../../../../_ui/when'
import { MissingPage } from '../../../missing-page'
import { RefundsAreOff } from '../../../refunds/refunds-off'
import { whyNoRefundOfOrder } from '../../../refunds/why-off'
import { requireAdmin } from '../../../require-admin'
import { RefundForm } from '../refund-form'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('refundConfirm'))('formTitle'), robots: { index: false } }
}

/** Asks once more before money goes back; or shows the form again, with what is wrong about it. */
export default async function RefundPage({ params, searchParams }: PageProps<'/admin/orders/[id]/refund'>) {
  const admin = await requireAdmin('orders')
  const { store } = await getShop()
  const { id } = await params
  const found = await store.findOrder(id)
  if (found === null) {
    return <MissingPage admin={admin} page="orders" />
  }
  const refunds = await store.listRefundsOf(id)
  return (
    <AdminFrame admin={admin} page="orders">
      <BackLink id={id} />
      <Body found={found} refunds={refunds} admin={admin} query={await searchParams} />
    </AdminFrame>
  )
}

async function BackLink({ id }: { id: string }) {
  const t = await getTranslations('refundConfirm')
  return (
    <Link
      href={`/admin/orders/${id}`}
      prefetch={false}
      className="inline-flex min-h-11 items-center gap-2 text-faded hover:text-ink"
    >
      <ArrowLeft aria-hidden className="size-4" />
      {t('back')}
    </Link>
  )
}

type Asked = { found: OrderWithPayments; refunds: Refund[] }

async function Body({ found, refunds, admin, query }: Asked & { admin: Admin; query: AddressQuery }) {
  const t = await getTranslations('orderRefund')
  const { order } = found
  if (admin.role === 'viewer') return <Why>{t('viewer')}</Why>
  if (order.status !== 'paid') return <Why>{t('unpaid')}</Why>
  const typed = readRefundForm(query, order)
  const form = typed ?? emptyRefundForm(order)
  const read = wantedOf(form, order, refunds)
  const isAsking = typed !== null && query.edit === undefined && query.problem === undefined
  const off = await whyNoRefundOfOrder(order)
  if (isAsking && read.ok && off === null) {
    const change = writeAddress(`/admin/orders/${order.id}/refund`, { ...refundFormFields(form), edit: '1' })
    return <Confirmation found={found} refunds={refunds} wanted={read.wanted} change={change} />
  }
  const problem = firstOf(query.problem) ?? (isAsking && !read.ok ? read.reason : undefined)
  const confirm = await getTranslations('refundConfirm')
  return (
    <>
      <h1 className="mt-1 mb-4 text-3xl">{confirm('formTitle')}</h1>
      <div className="mb-4 max-w-2xl">
        <ProblemNotice code={problem} />
        {off !== null && <RefundsAreOff why={off} />}
      </div>
      {leftOfOrder(order, refunds) === 0 ? (
        <p>{t('nothingLeft')}</p>
      ) : (
        <RefundForm order={order} refunds={refunds} form={form} />
      )}
    </>
  )
}

async function Why({ children }: { children: string }) {
  const t = await getTranslations('refundConfirm')
  return (
    <>
      <h1 className="mt-1 mb-4 text-3xl">{t('formTitle')}</h1>
      <Notice tone="warm">
        <p>{children}</p>
      </Notice>
    </>
  )
}

/** All that a press will do, in words; what is pressed is what is read here. */
async function Confirmation({ found, refunds, wanted, change }: Asked & { wanted: WantedRefund; change: string }) {
  const t = await getTranslations('refundConfirm')
  const locale = await getLocale()
  const { order } = found
  const amount = formatFen(fen(wanted.amountFen), locale)
  return (
    <section
      aria-labelledby="confirm"
      className="mt-2 max-w-2xl rounded-3xl border border-line bg-card p-6 shadow-soft"
    >
      <h1 id="confirm" className="text-3xl tabular-nums">
        {t('title', { amount })}
      </h1>
      <p className="mt-2 leading-relaxed">{t('text')}</p>
      <dl className="mt-4 grid gap-x-6 gap-y-2 sm:grid-cols-[auto_1fr]">
        <Fact name={t('amount')}>{amount}</Fact>
        <Fact name={t('buyer')}>
          <Buyer found={found} />
        </Fact>
        <Fact name={t('order')} isNumber>
          {orderNumberOf(order.id)}
        </Fact>
        <Fact name={t('transaction')} isNumber>
          {order.transactionId}
        </Fact>
        <Fact name={t('pieces')}>
          <Pieces found={found} wanted={wanted} />
        </Fact>
        <Fact name={t('stock')}>{wanted.returnsStock ? t('stockYes') : t('stockNo')}</Fact>
        <Fact name={t('reason')}>{wanted.reason}</Fact>
        <Fact name={t('left')}>{formatClaim(leftOfOrder(order, refunds) - wanted.amountFen, locale)}</Fact>
      </dl>
      <ActionForm action={`/api/admin/orders/${order.id}/refund`} className="mt-6 flex flex-wrap gap-3">
        {confirmedFields(wanted).map(([name, value]) => (
          <input key={`${name}${value}`} type="hidden" name={name} value={value} />
        ))}
        <Button>{t('submit', { amount })}</Button>
        <ButtonLink look="plain" href={change}>
          {t('change')}
        </ButtonLink>
      </ActionForm>
    </section>
  )
}

function Fact({ name, isNumber = false, children }: { name: string; isNumber?: boolean; children: ReactNode }) {
  return (
    <div className="contents">
      <dt className="text-sm text-faded sm:pt-0.5">{name}</dt>
      <dd className={`mb-2 min-w-0 break-words sm:mb-0 ${isNumber ? 'font-mono text-sm break-all' : ''}`}>
        {children}
      </dd>
    </div>
  )
}

/** Buyers have no names here: they are known by what they paid with, and when. */
async function Buyer({ found: { order, payments } }: { found: OrderWithPayments }) {
  const t = await getTranslations('refundConfirm')
  const words = await getTranslations('adminOrders')
  const payment = payments.find(({ transactionId }) => transactionId === order.transactionId)
  const time = order.paidAt === null ? '' : await formatInstant(order.paidAt, { seconds: true })
  return t('buyerValue', { time, channel: payment === undefined ? '' : words(`channel.${payment.channel}`) })
}

async function Pieces({ found: { order }, wanted }: { found: OrderWithPayments; wanted: WantedRefund }) {
  const t = await getTranslations('refundConfirm')
  const locale = await getLocale()
  if (wanted.lines.length === 0) return t('noPieces')
  const names = new Map(order.lines.map(({ productId, name }) => [productId, name[locale]]))
  return wanted.lines.map(({ productId, quantity }) => `${names.get(productId) ?? productId} × ${quantity}`).join(', ')
}
