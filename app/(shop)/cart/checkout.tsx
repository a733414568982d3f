import { getLocale, getTranslations } from 'next-intl/server'
import { getConfig } from '@/lib/runtime'
import { formatClaim } from '@/lib/shop/money'
import type { Product } from '@/lib/shop/product'
import type { CartItem } from '@/lib/web/cart'
import { Button } from '../../_ui/button'
import { ContactFields } from './contact-fields'

/**
 * What all of it comes to, and the button. The form says which cart it is about, so that however often it is pressed it
 * makes one order, and what amount stood here, so that no other is charged.
 */
export async function Checkout({
  cartKey,
  lines,
  isAboutContact,
}: {
  cartKey: string | null
  /** Something that the buyer left was refused. */
  isAboutContact: boolean
  lines: { item: CartItem; product: Product | null }[]
}) {
  const t = await getTranslations('cart')
  const words = await getTranslations('contact')
  const isDemo = (await getConfig()).payments === 'emulator'
  const totalFen = lines.reduce((sum, { item, product }) => sum + (product?.priceFen ?? 0) * item.quantity, 0)
  return (
    <div className="mt-2 rounded-3xl border border-line bg-card p-6">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4 text-xl">
        <span>{t('total')}</span>
        <span className="text-2xl font-medium tabular-nums">{formatClaim(totalFen, await getLocale())}</span>
      </p>
      <form method="post" action="/api/orders" className="mt-5">
        {cartKey !== null && <input type="hidden" name="cart" value={cartKey} />}
        <input type="hidden" name="amountFen" value={totalFen} />
        <ContactFields isOpen={isAboutContact} />
        <Button wide>{t('checkout')}</Button>
      </form>
      <p className="mt-3 text-center text-sm text-faded">
        {t('note')} {isDemo && words('nothingShipped')}
      </p>
    </div>
  )
}
