import type { Metadata } from 'next'
import Link from 'next/link'
import { getLocale, getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import { formatFen } from '@/lib/shop/money'
import { orderNumberOf } from '@/lib/shop/order'
import type { OrderFilter, ReviewedOrder } from '@/lib/shop/review'
import { refuseShipping } from '@/lib/shop/shipping'
import { firstOf } from '@/lib/web/list-query'
import { AdminFrame } from '../../_ui/admin-frame'
import { Age } from '../../_ui/age'
import { Button, ButtonLink } from '../../_ui/button'
import { EmptyState } from '../../_ui/empty-state'
import { ProblemNotice } from '../../_ui/notice'
import { When } from '../../_ui/when'
import { requireAdmin } from '../require-admin'
import { OrderFilterForm } from './filter-form'
import { orderFields, ordersPath, readOrderQuery } from './list-query'
import { OrderChips } from './order-chips'
import { shipPath } from './ship-query'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('adminOrders'))('title'), robots: { index: false } }
}

const PAGE = 50

/** All orders, newest first; the filter and the place in the list stand in the address. */
export default async function OrdersPage({ searchParams }: PageProps<'/admin/orders'>) {
  const admin = await requireAdmin('orders')
  const t = await getTranslations('adminOrders')
  const address = await searchParams
  const { filter, after } = readOrderQuery(address)
  const { store, now } = await getShop()
  // One more than is shown tells whether there are older ones.
  const found = await store.listReviewedOrders(filter, { after, limit: PAGE + 1, now: now() })
  const shown = found.slice(0, PAGE)
  const last = found.length > PAGE ? shown.at(-1)?.order : undefined
  const shippable = admin.role === 'operator' ? await shippableOf(shown) : new Set<string>()
  const isFiltered = orderFields(filter).length > 0
  return (
    <AdminFrame admin={admin} page="orders">
      <div className="mb-6 flex flex-wrap items-end justify-between gap-3">
        <div>
          <h1 className="text-3xl">{t('title')}</h1>
          <p className="mt-1 text-faded">{t('lead')}</p>
        </div>
        <div className="flex flex-wrap gap-x-5">
          <ExportForm filter={filter} />
        </div>
      </div>
      <ProblemNotice code={firstOf(address.problem)} />
      <OrderFilterForm filter={filter} />
      {shown.length === 0 ? (
        <EmptyState title={isFiltered ? t('emptyFiltered') : t('empty')} hint={t('emptyHint')} />
      ) : (
        <>
          {shippable.size > 0 && <ShipForm ids={[...shippable]} />}
          <OrderTable orders={shown} shippable={shippable} />
        </>
      )}
      <nav aria-label={t('title')} className="mt-6 flex flex-wrap gap-3">
        {after !== null && (
          <ButtonLink look="plain" href={ordersPath(filter)}>
            {t('newest')}
          </ButtonLink>
        )}
        {last !== undefined && (
          <ButtonLink look="plain" href={ordersPath(filter, { at: last.createdAt, id: last.id })}>
            {t('older')}
          </ButtonLink>
        )}
      </nav>
    </AdminFrame>
  )
}

/** Of the orders that are shown, those whose goods may leave. */
async function shippableOf(shown: ReviewedOrder[]): Promise<Set<string>> {
  const { store } = await getShop()
  const refunds = await store.listRefundsOfOrders(shown.map(({ order }) => order.id))
  const ready = shown.filter((it) => {
    const own = refunds.filter(({ orderId }) => orderId === it.order.id)
    return refuseShipping(it, own) === null
  })
  return new Set(ready.map(({ order }) => order.id))
}

/** The boxes of the rows belong to it; the next page asks once more. */
async function ShipForm({ ids }: { ids: string[] }) {
  const t = await getTranslations('shipping')
  return (
    <form id={SHIP_FORM} action="/admin/orders/ship" className="mb-3 flex flex-wrap items-center gap-3">
      <Button look="plain">{t('choose')}</Button>
      {ids.length > 1 && (
        <Link href={shipPath(ids)} prefetch={false} className="inline-flex min-h-11 items-center text-jade underline">
          {t('all', { count: ids.length })}
        </Link>
      )}
    </form>
  )
}

const SHIP_FORM = 'ship'

/** All that the filter finds as a file. Who takes one is written down, so it is a form and no link. */
async function ExportForm({ filter }: { filter: OrderFilter }) {
  const t = await getTranslations('adminOrders')
  return (
    <form method="post" action="/api/admin/orders/export" data-download="">
      {orderFields(filter).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <button type="submit" className="inline-flex min-h-11 cursor-pointer items-center text-jade underline">
        {t('export')}
      </button>
    </form>
  )
}

/** Orders as a table; on a phone each is a card of its own. */
async function OrderTable({ orders, shippable }: { orders: ReviewedOrder[]; shippable: Set<string> }) {
  const t = await getTranslations('adminOrders')
  const heads = [t('head.order'), t('head.status'), t('head.channel'), t('head.made'), t('head.amount')]
  return (
    <table className="block w-full text-left md:table">
      <thead className="sr-only md:not-sr-only md:table-header-group">
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col" className="px-3 py-2 text-sm font-normal text-faded last:text-right">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="flex flex-col gap-3 md:table-row-group">
        {orders.map((it) => (
          <Row key={it.order.id} reviewed={it} mayShip={shippable.has(it.order.id)} />
        ))}
      </tbody>
    </table>
  )
}

const CELL = 'md:table-cell md:border-t md:border-line md:px-3 md:py-3 align-top'

async function Row({
  reviewed: { order, payments, attention },
  mayShip,
}: {
  reviewed: ReviewedOrder
  mayShip: boolean
}) {
  const t = await getTranslations('adminOrders')
  const locale = await getLocale()
  const channel = payments.at(-1)?.channel
  const goods = order.lines.map(({ name, quantity }) => `${name[locale]} × ${quantity}`).join(t('separator'))
  return (
    <tr className="relative flex flex-wrap items-center gap-x-4 gap-y-2 rounded-2xl border border-line bg-card p-4 hover:bg-mist md:table-row md:rounded-none">
      <td className={`${CELL} w-full md:w-auto`}>
        <Link
          href={`/admin/orders/${order.id}`}
          prefetch={false}
          className="font-mono whitespace-nowrap after:absolute after:inset-0"
        >
          {orderNumberOf(order.id)}
        </Link>
        <span className="mt-0.5 block text-sm text-faded">{goods}</span>
      </td>
      <td className={`${CELL} w-full md:w-auto`}>
        <span className="flex flex-wrap items-center gap-x-3">
          <OrderChips order={order} attention={attention} />
          {mayShip && (
            <label className="relative inline-flex min-h-8 cursor-pointer items-center gap-1.5 text-sm">
              <input type="checkbox" name="order" value={order.id} form={SHIP_FORM} className="size-5 accent-pine" />
              {t('ship')}
              <span className="sr-only">{orderNumberOf(order.id)}</span>
            </label>
          )}
        </span>
      </td>
      <td className={`${CELL} text-sm whitespace-nowrap`}>
        {channel === undefined ? t('noChannel') : t(`channel.${channel}`)}
      </td>
      <td className={`${CELL} text-sm whitespace-nowrap tabular-nums`}>
        <When at={order.createdAt} />
        <span className="ml-2 text-faded md:ml-0 md:block">
          <Age at={order.createdAt} />
        </span>
      </td>
      <td className={`${CELL} ml-auto text-right font-medium whitespace-nowrap tabular-nums`}>
        {formatFen(order.amountFen, locale)}
      </td>
    </tr>
  )
}
