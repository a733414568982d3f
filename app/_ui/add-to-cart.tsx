import { ShoppingBag } from 'lucide-react'
import { getLocale, getTranslations } from 'next-intl/server'
import { orderableOf } from '@/lib/shop/holding'
import type { Product } from '@/lib/shop/product'
import { Button } from './button'

/** Puts a product into the cart; with `quantity` the shopper chooses how many. */
export async function AddToCart({
  product,
  look = 'main',
  quantity = false,
}: {
  product: Product
  look?: 'main' | 'plain'
  quantity?: boolean
}) {
  const t = await getTranslations('product')
  const locale = await getLocale()
  const isGone = product.stock === 0 || !product.isOnSale
  const soldOut = product.isOnSale ? t('soldOut') : t('offSale')
  return (
    <form method="post" action="/api/cart" className="flex flex-wrap items-end gap-4">
      <input type="hidden" name="action" value="add" />
      <input type="hidden" name="productId" value={product.id} />
      <input type="hidden" name="seenFen" value={product.priceFen} />
      {quantity && !isGone && <QuantityField label={t('quantity')} value={1} max={orderableOf(product.stock)} />}
      <Button look={look} disabled={isGone} aria-label={`${isGone ? soldOut : t('add')}: ${product.name[locale]}`}>
        {!isGone && <ShoppingBag aria-hidden className="size-4" />}
        {isGone ? soldOut : t('add')}
      </Button>
    </form>
  )
}

/** How many pieces; a native field, so that it works everywhere. */
export function QuantityField({
  label,
  value,
  max,
  hidden,
}: {
  label: string
  value: number
  max: number
  hidden?: boolean
}) {
  return (
    <label className="flex flex-col gap-1 text-sm text-faded">
      <span className={hidden ? 'sr-only' : ''}>{label}</span>
      <input
        type="number"
        name="quantity"
        defaultValue={value}
        min={1}
        max={Math.max(1, max)}
        inputMode="numeric"
        required
        className="h-11 w-20 rounded-full border border-line bg-card px-4 text-center text-base text-ink tabular-nums"
      />
    </label>
  )
}
