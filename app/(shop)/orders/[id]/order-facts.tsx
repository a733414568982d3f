import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { visibleText } from '@/lib/net/visible-text'
import type { Order } from '@/lib/shop/order'
import { OrderNumber } from '../../../_ui/order-number'
import { When } from '../../../_ui/when'

/** What an order is called, when it was made, where its parcel is, and what its buyer left with it. */
export async function OrderFacts({ order }: { order: Order }) {
  const t = await getTranslations('order')
  const words = await getTranslations('contact')
  const { phone, email, address, note } = order.contact
  const left = [
    [words('phone'), phone],
    [words('email'), email],
    [words('address'), address],
    [words('note'), note],
  ] as const
  return (
    <div className="px-6 text-sm">
      <dl className="grid gap-2">
        <Fact name={t('number')}>
          <OrderNumber id={order.id} />
        </Fact>
        <Fact name={t('createdAt')}>
          <When at={order.createdAt} zone />
        </Fact>
        {order.trackingNumber !== null && (
          <Fact name={t('tracking')}>
            <span className="font-mono break-all">{visibleText(order.trackingNumber)}</span>
          </Fact>
        )}
        {left.map(
          ([name, value]) =>
            value !== null && (
              <Fact key={name} name={name}>
                {visibleText(value)}
              </Fact>
            ),
        )}
      </dl>
      <p className="mt-3 flex flex-wrap gap-x-5">
        {order.status === 'paid' && <TextLink href={`/orders/${order.id}/receipt`}>{t('receipt')}</TextLink>}
        <TextLink href="/help">{t('help')}</TextLink>
      </p>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-faded">{name}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  )
}

function TextLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} className="inline-flex min-h-11 items-center text-jade underline">
      {children}
    </Link>
  )
}
